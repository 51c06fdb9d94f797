using System.ComponentModel.DataAnnotations;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Sync;

/// <summary>What is kept and what is not: scope of tickets, filter of companies, rows that cannot be stored; and settings as a form.</summary>
public sealed class ScopeTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TicketScope Boards = new() { Containers = ["10", "11"], ExcludedStatuses = ["5"], ClosedStatuses = ["6"], HistoryMonths = 12 };

    [Fact]
    public void Only_chosen_containers_and_statuses_are_kept()
    {
        Boards.Judge(Ticket(), Now).ShouldBe(ScopeVerdict.Kept);
        Boards.Judge(Ticket() with { ContainerId = "12" }, Now).ShouldBe(ScopeVerdict.ContainerNotSelected);
        Boards.Judge(Ticket() with { ContainerId = null }, Now).ShouldBe(ScopeVerdict.ContainerNotSelected);
        Boards.Judge(Ticket() with { StatusId = "5" }, Now).ShouldBe(ScopeVerdict.StatusExcluded);
        (Boards with { Containers = null }).Judge(Ticket() with { ContainerId = "12" }, Now).ShouldBe(ScopeVerdict.Kept);
        new TicketScope().Judge(Ticket(), Now).ShouldBe(ScopeVerdict.ContainerNotSelected);
        new TicketScope().SelectsNothing.ShouldBeTrue();
    }

    [Fact]
    public void Tickets_of_an_option_are_kept_only_when_it_is_chosen()
    {
        var chosen = Boards with { Options = ["project"] };
        Boards.Judge(Ticket() with { Option = "project" }, Now).ShouldBe(ScopeVerdict.OptionNotChosen);
        chosen.Judge(Ticket() with { Option = "project" }, Now).ShouldBe(ScopeVerdict.Kept);
        chosen.Judge(Ticket() with { Option = "recurring" }, Now).ShouldBe(ScopeVerdict.OptionNotChosen);
        chosen.Judge(Ticket() with { Option = "project", ContainerId = "12" }, Now).ShouldBe(ScopeVerdict.ContainerNotSelected);
        chosen.SelectsLike(Boards).ShouldBeFalse();
        chosen.SelectsLike(Boards with { Options = ["project", "project"] }).ShouldBeTrue();
        chosen.AddsTo(Boards).ShouldBeTrue();
        Boards.AddsTo(chosen).ShouldBeFalse();
    }

    [Fact]
    public void Tickets_of_a_group_are_kept_unless_it_is_left_out()
    {
        var fewer = Boards with { ExcludedGroups = ["sales"] };
        Boards.Judge(Ticket() with { GroupId = "sales" }, Now).ShouldBe(ScopeVerdict.Kept);
        fewer.Judge(Ticket() with { GroupId = "sales" }, Now).ShouldBe(ScopeVerdict.GroupExcluded);
        fewer.Judge(Ticket() with { GroupId = "support" }, Now).ShouldBe(ScopeVerdict.Kept);
        fewer.Judge(Ticket(), Now).ShouldBe(ScopeVerdict.Kept, "it has no group");
        fewer.SelectsLike(Boards).ShouldBeFalse();
        fewer.AddsTo(Boards).ShouldBeFalse();
        Boards.AddsTo(fewer).ShouldBeTrue();
    }

    [Fact]
    public void Closed_tickets_leave_with_their_history_and_open_ones_never_do()
    {
        var old = Now.AddMonths(-12).AddSeconds(-1);
        Boards.Judge(Ticket() with { VendorUpdatedAt = old, CreatedAt = old }, Now).ShouldBe(ScopeVerdict.Kept);
        Boards.Judge(Ticket() with { IsClosed = true, ClosedAt = old }, Now).ShouldBe(ScopeVerdict.OutsideHistory);
        Boards.Judge(Ticket() with { IsClosed = true, ClosedAt = old.AddSeconds(2) }, Now).ShouldBe(ScopeVerdict.Kept);
        Boards.Judge(Ticket() with { StatusId = "6", VendorUpdatedAt = old }, Now).ShouldBe(ScopeVerdict.OutsideHistory);
        Boards.Judge(Ticket() with { IsClosed = true }, Now).ShouldBe(ScopeVerdict.Kept, "nobody knows when it was closed");
        (Boards with { HistoryMonths = null }).Judge(Ticket() with { IsClosed = true, ClosedAt = old }, Now).ShouldBe(ScopeVerdict.Kept);
    }

    [Fact]
    public void Companies_are_taken_in_by_activity_status_and_type()
    {
        var filter = new CompanyFilter { SkipInactive = true, ExcludedStatuses = ["2"], ExcludedTypes = ["7", "8"] };
        var company = new ExternalCompany { ExternalId = "1", Name = "Contoso", StatusId = "1" };

        filter.Admits(company).ShouldBeTrue();
        filter.Admits(company with { IsInactive = true }).ShouldBeFalse();
        filter.Admits(company with { IsDeleted = true }).ShouldBeFalse();
        filter.Admits(company with { StatusId = "2" }).ShouldBeFalse();
        filter.Admits(company with { TypeIds = ["7"] }).ShouldBeFalse();
        filter.Admits(company with { TypeIds = ["7", "9"] }).ShouldBeTrue();
        new CompanyFilter().Admits(company with { IsInactive = true, StatusId = "2", TypeIds = ["7"] }).ShouldBeTrue();
    }

    [Fact]
    public void A_page_is_sorted_into_kept_out_of_scope_and_unreadable_without_losing_a_row()
    {
        var sorted = Sorting.Sort(
            Integration(),
            new RowChanges { ReadSequence = 1, ReadAt = Now },
            [Ticket("1"), Ticket("2") with { ContainerId = "99" }, Ticket(""), Ticket("4") with { StatusId = "5" }],
            [new BadRow("5", "status: not a number", "{}"), new BadRow(null, "no id", "{}")]);

        sorted.Rows.Select(r => r.Record.ExternalId).ShouldBe(["1"]);
        sorted.OutOfScope.ShouldBe([new Exclusion("2", "ContainerNotSelected"), new Exclusion("4", "StatusExcluded")], ignoreOrder: true);
        sorted.Bad.Select(b => b.ExternalId).ShouldBe(["5", null, null]);
    }

    [Fact]
    public void An_answer_about_something_else_proves_nothing()
    {
        var sorted = Sorting.Sort(
            Integration(),
            new RowChanges { ReadSequence = 1, ReadAt = Now },
            ["1", "2", "3", "4"],
            [
                new ReadResult.Present(Ticket("1")),
                new ReadResult.Gone("2"),
                new ReadResult.Gone("77"),
                new ReadResult.Present(Ticket("88")),
                new ReadResult.Unknown("3", "timeout"),
            ],
            out var unknown);

        sorted.Rows.Select(r => r.Record.ExternalId).ShouldBe(["1"]);
        sorted.Gone.ShouldBe(["2"]);
        unknown.ShouldBe(["3", "4"]);
    }

    [Fact]
    public void Settings_are_checked_at_their_field_and_secrets_stay_masked()
    {
        var schema = SettingsSchema.Of<Form>();
        schema.Fields.Select(f => (f.Key, f.Label, f.Secret, f.Required)).ShouldBe([("apiUrl", "Host", false, true), ("privateKey", "Private key", true, true)]);

        schema.Validate(Values(("apiUrl", "x"), ("nonsense", "1"))).Select(e => e.Field).ShouldBe(["nonsense", "privateKey"], ignoreOrder: true);
        schema.Validate(Values(("apiUrl", "x"), ("privateKey", "s"))).ShouldBeEmpty();

        var stored = Values(("apiUrl", "old"), ("privateKey", "secret"));
        var shown = schema.Masked(stored);
        shown.ShouldBe(new Dictionary<string, string> { ["apiUrl"] = "old", ["privateKey"] = "********" }, ignoreOrder: true);
        schema.Merge(stored, shown.ToDictionary(p => p.Key, p => p.Key == "apiUrl" ? " new " : p.Value)).All
            .ShouldBe(new Dictionary<string, string> { ["apiUrl"] = "new", ["privateKey"] = "secret" }, ignoreOrder: true);
        schema.Merge(stored, new Dictionary<string, string> { ["apiUrl"] = "********" })["apiUrl"].ShouldBe("********", "only a secret can be masked");
        SettingsSchema.Bind<Form>(stored).PrivateKey.ShouldBe("secret");
        stored.ToString().ShouldNotContain("secret");
    }

    private static SettingsValues Values(params (string Key, string Value)[] values) => new(values.ToDictionary(v => v.Key, v => v.Value));

    private static IntegrationState Integration() => new()
    {
        TenantId = 1, Id = 1, Provider = "fake", Name = "Fake", Status = IntegrationStatus.Active, Scope = Boards,
    };

    private static Ticket Ticket(string id = "1") => new() { ExternalId = id, Number = id, Summary = "", ContainerId = "10", StatusId = "1" };

    private sealed record Form
    {
        [Required, Display(Name = "Host", Order = 1)]
        public string ApiUrl { get; set; } = "";

        [Required, Secret, Display(Name = "Private key", Order = 2)]
        public string PrivateKey { get; set; } = "";
    }
}
