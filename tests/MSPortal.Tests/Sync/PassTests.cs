using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Tests.Support;
using MSPortal.Tests.Sync.Support;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Sync;

/// <summary>Passes: what they store, where they go on, and what they conclude about time.</summary>
public sealed class PassTests
{
    [Theory, DatabaseData]
    public async Task The_first_turn_brings_everything_in_the_order_of_need(DatabaseKind kind)
    {
        await using var home = await EngineHome.CreateAsync(kind);
        home.Vendor.AddTickets(25);
        home.Vendor.AddUser(1);
        home.Vendor.AddDevice(1);
        home.Vendor.AddNote(3, 100, "On it");
        home.Vendor.AddNote(25, 101, "Done");

        (await home.TurnAsync()).ShouldBe(TurnEnd.Done);

        foreach (var type in new[] { DataType.Companies, DataType.Users, DataType.Tickets, DataType.TicketNotes, DataType.Devices })
        {
            await home.ShouldBeTheVendorsAsync(type);
        }

        var calls = home.Vendor.Calls;
        calls.IndexOf("companies full 0").ShouldBeLessThan(calls.IndexOf("tickets full 0"));
        calls.IndexOf("tickets full 0").ShouldBeLessThan(calls.IndexOf("notes of 1"));
        (await home.RunsAsync()).Select(r => (r.Trigger, r.Kind, r.Status, r.Created)).ShouldContain((SyncTrigger.Initial, PassKind.Full, RunStatus.Succeeded, 25L));
        (await home.TurnAsync()).ShouldBe(TurnEnd.Nothing, "nothing is due any more");
    }

    [Theory]
    [DatabaseData(10)]
    [DatabaseData(30)]
    [DatabaseData(31)]
    public async Task A_last_page_that_is_exactly_full_ends_a_pass_as_well_as_any(DatabaseKind kind, int tickets)
    {
        await using var home = await EngineHome.ReadAsync(kind, tickets);

        await home.ShouldBeTheVendorsAsync();
        (await home.LastRunAsync()).Status.ShouldBe(RunStatus.Succeeded);
    }

    [Theory]
    [DatabaseData(false)]
    [DatabaseData(true)]
    public async Task A_process_that_dies_at_any_page_costs_one_page(DatabaseKind kind, bool afterTheCommit)
    {
        for (var page = 1; page <= 4; page++)
        {
            await using var home = await EngineHome.CreateAsync(kind, DataType.Companies, DataType.Tickets);
            home.Vendor.AddTickets(35);
            var (store, saboteur) = Saboteur.Of(home.Store);
            var commits = 0;
            bool Dies(string method, object?[] args) =>
                method == "CommitPageAsync" && ((Core.Ports.PageCommit)args[1]!).Key.DataType == DataType.Tickets && ++commits == page;
            saboteur.DiesBefore = afterTheCommit ? saboteur.DiesBefore : Dies;
            saboteur.DiesAfter = afterTheCommit ? Dies : saboteur.DiesAfter;

            (await home.TurnAsync(home.Runner(store))).ShouldBe(TurnEnd.Broken);
            saboteur.IsDead.ShouldBeTrue();
            var pagesStored = (await home.ShownIdsAsync()).Count;
            pagesStored.ShouldBe(Math.Min(35, 10 * (afterTheCommit ? page : page - 1)), "a page is stored whole or not at all");

            (await home.TurnAsync(home.Runner(node: "another"))).ShouldBe(TurnEnd.NotLeased, "the dead one still holds its lease");
            home.Vendor.Calls.Clear();
            await home.TurnAfterAsync(TimeSpan.FromSeconds(31));

            await home.ShouldBeTheVendorsAsync();
            var asked = home.Vendor.Calls.Where(c => c.StartsWith("tickets full", StringComparison.Ordinal)).ToList();
            asked.Count.ShouldBe(Math.Max(0, 4 - (afterTheCommit ? page : page - 1)));
            (await home.RunsAsync()).Select(r => r.Status).ShouldBe([RunStatus.Interrupted, RunStatus.Succeeded]);
        }
    }

    [Theory, DatabaseData]
    public async Task An_unchanged_row_is_not_rewritten(DatabaseKind kind)
    {
        await using var home = await EngineHome.ReadAsync(kind, 12);
        home.Clock.Advance(TimeSpan.FromHours(1));
        home.Vendor.Change(5, t => t with { Summary = "Changed" });

        await home.FullAsync();

        await using var db = home.Open();
        var rewritten = db.Tickets.Where(t => t.ChangedAt >= home.Clock.GetUtcNow()).Select(t => t.ExternalId).ToList();
        rewritten.ShouldBe(["5"]);
        var run = await home.LastRunAsync();
        (run.Updated + run.Unchanged).ShouldBe(12);
    }

    [Theory, DatabaseData]
    public async Task The_watermark_steps_back_by_the_overlap_and_moves_only_when_a_pass_is_complete(DatabaseKind kind)
    {
        await using var home = await EngineHome.ReadAsync(kind, 25);
        var start = (await home.ProgressAsync()).Watermark.ShouldNotBeNull();
        start.ShouldBe(home.Clock.GetUtcNow());

        home.Vendor.Before = (call, _) => call.StartsWith("tickets", StringComparison.Ordinal)
            ? throw new FaultException(new Fault.VendorDown("Down."))
            : Task.CompletedTask;
        await home.TurnAfterAsync(TimeSpan.FromMinutes(6));
        (await home.ProgressAsync()).Watermark.ShouldBe(start);
        home.Vendor.Since.ShouldAllBe(since => since == start - TimeSpan.FromMinutes(10));

        home.Vendor.Before = null;
        await home.TurnAfterAsync(TimeSpan.FromMinutes(2));
        home.Vendor.Since[^1].ShouldBe(start - TimeSpan.FromMinutes(10));
        (await home.ProgressAsync()).Watermark.ShouldBe(start + TimeSpan.FromMinutes(6), "when the pass began that is complete now");
    }

    [Theory]
    [DatabaseData(-10)]
    [DatabaseData(10)]
    [DatabaseData(0)]
    public async Task A_clock_that_is_off_by_ten_minutes_loses_no_change(DatabaseKind kind, int minutes)
    {
        await using var home = await EngineHome.CreateAsync(kind, DataType.Companies, DataType.Tickets);
        home.Vendor.Skew = TimeSpan.FromMinutes(minutes);
        home.Vendor.AddTickets(5);
        await home.TurnAsync();

        for (var i = 0; i < 12; i++)
        {
            home.Clock.Advance(TimeSpan.FromMinutes(1));
            home.Vendor.Change(1 + (i % 5), t => t with { Summary = $"Changed at {home.Clock.GetUtcNow():T}" });
            home.Clock.Advance(TimeSpan.FromSeconds(30));
            await home.TurnAsync();
        }

        await home.TurnAfterAsync(TimeSpan.FromMinutes(6));
        await home.ShouldBeTheVendorsAsync();
        home.Vendor.Calls.Count(c => c.StartsWith("tickets full", StringComparison.Ordinal)).ShouldBe(1, "the changes alone have to bring it");
    }

    [Theory, DatabaseData]
    public async Task A_ticket_that_moves_out_of_the_chosen_boards_leaves_with_the_next_changes(DatabaseKind kind)
    {
        await using var home = await EngineHome.ReadAsync(kind, 3);
        home.Clock.Advance(TimeSpan.FromMinutes(6));
        home.Vendor.Change(2, t => t with { ContainerId = "99" });
        await home.TurnAsync();
        (await home.ShownIdsAsync()).ShouldBe(["1", "3"]);
        (await home.LastRunAsync()).LeftScope.ShouldBe(1);

        home.Clock.Advance(TimeSpan.FromMinutes(6));
        home.Vendor.Change(2, t => t with { ContainerId = "1", Summary = "Back again" });
        await home.TurnAsync();
        await home.ShouldBeTheVendorsAsync();
    }

    [Theory, DatabaseData]
    public async Task A_change_that_does_not_move_the_change_date_is_repaired_by_the_nightly_read(DatabaseKind kind)
    {
        await using var home = await EngineHome.ReadAsync(kind, 3);
        await home.TurnAfterAsync(TimeSpan.FromHours(1));
        home.Vendor.Change(2, t => t with { CompanyId = "7", CompanyName = "Merged into" }, moves: false);
        await home.TurnAfterAsync(TimeSpan.FromMinutes(6));
        ((Ticket)(await home.ShownAsync())["2"]).CompanyId.ShouldBe("1");

        await home.LiveAsync(TimeSpan.FromHours(33), TimeSpan.FromHours(3));
        await home.ShouldBeTheVendorsAsync();
        (await home.RunsAsync()).ShouldContain(r => r.Trigger == SyncTrigger.Reconcile && r.Updated == 1);
    }

    [Theory, DatabaseData]
    public async Task A_run_that_is_told_to_stop_waits_with_its_place_and_gives_its_lease_back(DatabaseKind kind)
    {
        await using var home = await EngineHome.CreateAsync(kind, DataType.Companies, DataType.Tickets);
        home.Vendor.AddTickets(35);
        using var stop = new CancellationTokenSource();
        home.Vendor.Before = async (call, ct) =>
        {
            if (call == "tickets full 20")
            {
                await stop.CancelAsync();
                ct.ThrowIfCancellationRequested();
            }
        };

        (await home.Runner().RunDueAsync(home.Tenant, home.Id, stop.Token)).ShouldBe(TurnEnd.Cancelled);
        (await home.LastRunAsync()).Status.ShouldBe(RunStatus.Waiting);
        (await home.IntegrationAsync()).LeaseUntil.ShouldBeNull();

        home.Vendor.Before = null;
        home.Vendor.Calls.Clear();
        (await home.TurnAsync(home.Runner(node: "another"))).ShouldBe(TurnEnd.Done);
        home.Vendor.Calls.ShouldBe(["tickets full 20", "tickets full 30"]);
        await home.ShouldBeTheVendorsAsync();
        (await home.RunsAsync()).Select(r => r.Status).ShouldBe([RunStatus.Succeeded], "the same run goes on");
    }
}
