using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Tests.Support;
using MSPortal.Tests.Sync.Support;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Sync;

/// <summary>What fails on its own holds up nothing else.</summary>
public sealed class SetbackTests
{
    private static readonly VendorPermission NotesPermission = new("Ticket notes", "Notes inquire", "Security roles");

    [Theory]
    [DatabaseData("VendorDown")]
    [DatabaseData("PermissionMissing")]
    [DatabaseData("BadData")]
    public async Task A_ticket_whose_notes_always_fail_keeps_no_other_notes_waiting(DatabaseKind kind, string fault)
    {
        await using var home = await EngineHome.CreateAsync(kind, DataType.Companies, DataType.Tickets, DataType.TicketNotes);
        home.Vendor.AddTickets(6);
        for (var id = 1; id <= 6; id++)
        {
            home.Vendor.AddNote(id, 100 + id, $"Note of {id}");
        }

        Fail(home, "notes of 3", Of(fault));
        await home.TurnAsync();
        (await home.ShownIdsAsync(DataType.TicketNotes)).ShouldBe(["101", "102", "104", "105", "106"]);

        for (var round = 0; round < 20; round++)
        {
            home.Vendor.AddNote(5, 200 + round, "Goes on");
            home.Vendor.Change(5, t => t with { Summary = $"Changed {round}" });
            await home.TurnAfterAsync(TimeSpan.FromMinutes(6));
            (await home.ShownIdsAsync(DataType.TicketNotes)).ShouldContain($"{200 + round}");
        }

        Heal(home);
        await home.LiveAsync(TimeSpan.FromHours(7), TimeSpan.FromHours(1));
        await home.ShouldBeTheVendorsAsync(DataType.TicketNotes);
    }

    [Theory, DatabaseData]
    public async Task Notes_that_fail_for_ticket_after_ticket_are_the_vendors_trouble(DatabaseKind kind)
    {
        await using var home = await EngineHome.CreateAsync(kind, DataType.Companies, DataType.Tickets, DataType.TicketNotes);
        home.Vendor.AddTickets(20);
        Fail(home, "notes", new Fault.VendorDown("500"));

        await home.TurnAsync();

        home.Vendor.Calls.Count(c => c.StartsWith("notes", StringComparison.Ordinal)).ShouldBe(5);
        var progress = await home.ProgressAsync(DataType.TicketNotes);
        (progress.FaultKind, progress.BackoffLevel).ShouldBe(("VendorDown", 1));
    }

    [Theory, DatabaseData]
    public async Task The_permission_for_notes_is_asked_about_even_when_only_few_tickets_wait(DatabaseKind kind)
    {
        await using var home = await EngineHome.ReadAsync(kind, 3, DataType.TicketNotes);
        home.Vendor.Report = home.Vendor.Report with
        {
            Areas = [new AreaResult(DataType.TicketNotes, AreaOutcome.NotPermitted, NotesPermission, Required: false)],
        };
        Fail(home, "notes", new Fault.PermissionMissing(NotesPermission));
        home.Clock.Advance(TimeSpan.FromMinutes(6));
        home.Vendor.Change(1, t => t with { Summary = "Changed" });

        await home.TurnAsync();

        (await home.ProgressAsync(DataType.TicketNotes)).DeniedPermission.ShouldBe("Notes inquire");
    }

    [Theory, DatabaseData]
    public async Task Records_kept_aside_that_cannot_be_asked_for_do_not_end_the_pass(DatabaseKind kind)
    {
        await using var home = await EngineHome.ReadAsync(kind, 5);
        home.Vendor.RewriteResult = r => r.ExternalId == "3" ? new ReadResult.Bad("3", new BadRow("3", "priority: not a number", "{}")) : r;
        await home.SingleReads().ReadAsync(home.Key(), "3", WorkPriority.Interactive, default);
        Fail(home, "tickets ids 3", new Fault.VendorDown("500"));
        home.Clock.Advance(TimeSpan.FromMinutes(6));
        home.Vendor.Change(2, t => t with { Summary = "Changed" });

        await home.TurnAsync();

        home.Vendor.Calls.ShouldContain("tickets ids 3");
        ((Ticket)(await home.ShownAsync())["2"]).Summary.ShouldBe("Changed");
        var progress = await home.ProgressAsync();
        (progress.FaultKind, progress.NotBefore).ShouldBe((null, null));
    }

    [Theory, DatabaseData]
    public async Task A_complete_read_that_keeps_failing_slows_no_changes_and_is_not_forgotten_by_them(DatabaseKind kind)
    {
        await using var home = await EngineHome.ReadAsync(kind, 3);
        Fail(home, "tickets full", new Fault.VendorDown("500"));
        await home.FullAsync();
        var last = "";
        for (var round = 0; round < 10; round++)
        {
            home.Vendor.Change(2, t => t with { Summary = last = $"Changed {round}" });
            await home.TurnAfterAsync(TimeSpan.FromMinutes(6));
            ((Ticket)(await home.ShownAsync())["2"]).Summary.ShouldBe(last);
        }

        var progress = await home.ProgressAsync();
        progress.BackoffLevel.ShouldBe(0);
        progress.Full.ShouldNotBeNull().Failures.ShouldBeGreaterThanOrEqualTo(3);
        progress.FaultSentence.ShouldBe("500");
        // At once, then after 1, 5, 15 and 30 minutes; not at every turn.
        home.Vendor.Calls.Count(c => c == "tickets full 0").ShouldBeInRange(4, 5);

        Heal(home);
        await home.LiveAsync(TimeSpan.FromMinutes(31));
        var healed = await home.ProgressAsync();
        (healed.Full, healed.FaultKind).ShouldBe((null, null));
        (await home.IntegrationAsync()).Status.ShouldBe(IntegrationStatus.Active);
    }

    private static Fault Of(string kind) => kind switch
    {
        "VendorDown" => new Fault.VendorDown("500"),
        "PermissionMissing" => new Fault.PermissionMissing(NotesPermission),
        _ => new Fault.BadData("Truncated."),
    };

    private static void Fail(EngineHome home, string call, Fault fault) =>
        home.Vendor.Before = (c, _) => c != "test" && c.StartsWith(call, StringComparison.Ordinal) ? throw new FaultException(fault) : Task.CompletedTask;

    private static void Heal(EngineHome home)
    {
        home.Vendor.Before = null;
        home.Vendor.RewriteResult = null;
        home.Vendor.Calls.Clear();
    }
}
