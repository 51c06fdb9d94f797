using MSPortal.Web.Features.Integrations;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Web.Features.Integrations;

public sealed class ScopeWordsTests
{
    private static readonly Choice[] Boards = [new("1", "Help Desk", false), new("2", "Projects", false), new("3", "Old", true), new("4", "Twin", false), new("5", "twin", false)];

    [Theory]
    [InlineData("all", "1 2 3 4 5")]
    [InlineData("help desk,2", "1 2")]
    [InlineData("2,Projects", "2")]
    [InlineData("", "")]
    public void Boards_are_named_or_numbered_and_all_means_every_one(string entered, string ids)
    {
        var read = ScopeWords.Read("boards", "board", entered.Split(','), Boards, oneEach: true);

        read.Errors.ShouldBeEmpty();
        read.Ids.ShouldBe(ids.Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory]
    [InlineData("Nowhere", "There is no board “Nowhere”.")]
    [InlineData("Twin", "Several have the name “Twin”; give the id: 4, 5.")]
    public void A_board_that_is_not_there_or_not_clear_is_an_error_that_helps(string entered, string start)
    {
        var error = ScopeWords.Read("boards", "board", [entered], Boards, oneEach: true).Errors.ShouldHaveSingleItem();

        error.Field.ShouldBe("boards");
        error.Message.ShouldStartWith(start);
    }

    [Fact]
    public void A_status_name_means_every_status_of_that_name() =>
        ScopeWords.Read("statuses", "status", ["TWIN"], Boards, oneEach: false).Ids.ShouldBe(["4", "5"]);

    [Theory]
    [InlineData("24", true, 24)]
    [InlineData("All", true, null)]
    [InlineData("0", false, null)]
    [InlineData("two", false, null)]
    public void History_is_a_number_of_months_or_all(string text, bool understood, int? months)
    {
        ScopeWords.TryReadHistory(text, out var read).ShouldBe(understood);
        read.ShouldBe(months);
    }
}
