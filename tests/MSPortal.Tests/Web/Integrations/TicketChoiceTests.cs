using MSPortal.Core.Contracts;
using MSPortal.Web.Features.Integrations;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Web.Integrations;

public sealed class TicketChoiceTests
{
    private static readonly ChoiceLists Lists = new(
        DateTimeOffset.UnixEpoch,
        [new Choice("1", "Help Desk", false), new Choice("2", "Projects", false)],
        [
            new StatusChoice("10", "New", "1", false, false, 1),
            new StatusChoice("11", "In Progress", "1", false, false, 2),
            new StatusChoice("12", ">Closed", "1", true, false, 3),
            new StatusChoice("20", "New", "2", false, false, 1),
            new StatusChoice("21", "Client thinking", "2", false, false, 2),
        ],
        [],
        []);

    [Theory]
    [InlineData("New", false, TicketStage.New)]
    [InlineData("Unassigned", false, TicketStage.New)]
    [InlineData("Assigned", false, TicketStage.Triaged)]
    [InlineData("Scheduled", false, TicketStage.Triaged)]
    [InlineData("In Progress", false, TicketStage.Working)]
    [InlineData("Re-Opened", false, TicketStage.Working)]
    [InlineData("Waiting Parts", false, TicketStage.Waiting)]
    [InlineData("Waiting - In Progress", false, TicketStage.Waiting)]
    [InlineData("Completed", false, TicketStage.Resolved)]
    [InlineData("Anything", true, TicketStage.Resolved)]
    [InlineData("Client thinking", false, null)]
    public void A_name_proposes_a_stage(string name, bool closed, TicketStage? stage) => StageProposals.Of(name, closed).ShouldBe(stage);

    [Fact]
    public void Statuses_of_one_name_are_one_line_and_are_changed_together()
    {
        var choice = new TicketChoice(new TicketScope { Containers = ["1", "2"] }, Lists);

        choice.Lines.Select(l => (l.Name, l.Boards, l.Stage)).ShouldBe(
            [("New", 2, TicketStage.New), ("Client thinking", 1, null), ("In Progress", 1, TicketStage.Working), (">Closed", 1, TicketStage.Resolved)]);
        choice.SetStage(choice.Lines[0], TicketStage.Triaged);
        choice.SetExcluded(choice.Lines[1], true);
        choice.SetClosed(choice.Lines[2], true);

        choice.Scope.Stages.ShouldBe(new Dictionary<string, TicketStage> { ["10"] = TicketStage.Triaged, ["20"] = TicketStage.Triaged, ["11"] = TicketStage.Working, ["12"] = TicketStage.Resolved }, ignoreOrder: true);
        choice.Scope.ExcludedStatuses.ShouldBe(["21"]);
        choice.Scope.ClosedStatuses.ShouldBe(["11"]);
    }

    [Fact]
    public void Statuses_show_for_chosen_boards_only_and_get_their_proposal_when_a_board_joins()
    {
        var choice = new TicketChoice(new TicketScope(), Lists);
        choice.Lines.ShouldBeEmpty();

        choice.Containers!.Add("1");
        choice.Propose();

        choice.Lines.Select(l => (l.Name, l.Stage)).ShouldBe([("New", TicketStage.New), ("In Progress", TicketStage.Working), (">Closed", TicketStage.Resolved)]);
        choice.Scope.Stages.Keys.ShouldBe(["10", "11", "12"], ignoreOrder: true);
    }

    [Fact]
    public void What_a_person_once_saved_is_never_proposed_over()
    {
        var stored = new TicketScope { Containers = ["1"], Stages = new Dictionary<string, TicketStage> { ["10"] = TicketStage.Working } };

        var choice = new TicketChoice(stored, Lists);

        choice.Lines.Select(l => (l.Name, l.Stage)).ShouldBe([("New", TicketStage.Working), ("In Progress", null), (">Closed", null)]);
        choice.Scope.Stages.ShouldBe(stored.Stages);
    }
}
