using System.Text.Json.Nodes;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Simulators.Common;
using MSPortal.Tests.Support;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Acceptance;

/// <summary>Autotask through the whole portal, on both databases where they matter: what is kept after a first read, a change, a deletion and each fault that is peculiar to it.</summary>
public sealed class AutotaskTests
{
    [Theory, DatabaseData]
    public async Task After_the_first_sync_every_stream_holds_exactly_what_the_vendor_has(DatabaseKind kind)
    {
        await using var world = await AutotaskWorld.SyncedAsync(kind);

        (await world.PayloadsAsync(DataType.Tickets)).Count.ShouldBeInRange(20, 119);
        (await world.PayloadsAsync(DataType.TicketNotes)).Count.ShouldBeGreaterThan(30);
        (await world.StateAsync()).Status.ShouldBe(IntegrationStatus.Active);
        var calls = await world.CallsAsync();
        calls.ShouldAllBe(c => c["status"]!.GetValue<int>() == 200);
        calls.Count(c => c.Text("path")!.EndsWith("TicketNotes/query", StringComparison.Ordinal)).ShouldBeLessThan(8);
    }

    [Theory, DatabaseData]
    public async Task Changes_notes_hours_and_deletions_are_here_after_the_reads_that_can_see_them(DatabaseKind kind)
    {
        await using var world = await AutotaskWorld.SyncedAsync(kind);
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        var tickets = await world.InScopeAsync();
        await world.CommandAsync(HttpMethod.Patch, $"records/tickets/{tickets[0].Text("id")}", new { title = "Geändert 🖨", status = 8, resolution = "Done so far" });
        await world.CommandAsync(HttpMethod.Post, "records/tickets", new { title = "Brand new", companyID = tickets[0].Whole("companyID"), description = "Please help" });
        await world.CommandAsync(HttpMethod.Post, "records/ticketNotes", new { ticketID = tickets[1].Whole("id"), description = "A new note" });
        await world.CommandAsync(HttpMethod.Post, "records/timeEntries", new { ticketID = tickets[1].Whole("id"), resourceID = 29_682_885, startDateTime = "2026-03-10T08:00:00Z", hoursWorked = 1.25, summaryNotes = "Worked" });

        await world.PassAsync(TimeSpan.FromMinutes(12));
        await world.TicketsShouldEqualAsync();
        (await world.PayloadsAsync(DataType.TicketNotes)).ShouldContain(n => n.Text("text") == "Note\n\nA new note");
        await world.PassAsync(TimeSpan.FromMinutes(35));
        await world.ShouldEqualVendorAsync();

        await world.CommandAsync(HttpMethod.Delete, $"records/tickets/{tickets[2].Text("id")}");
        await world.PassAsync(TimeSpan.FromHours(50));
        await world.ShouldEqualVendorAsync();
        (await world.RunsAsync(DataType.Tickets)).Sum(r => r.Removed).ShouldBe(1);
    }

    [Fact]
    public async Task A_queue_that_is_dropped_leaves_and_recurring_tickets_come_only_when_chosen()
    {
        await using var world = await AutotaskWorld.SyncedAsync(DatabaseKind.Sqlite);
        (await world.PayloadsAsync(DataType.Tickets)).ShouldNotContain(t => t.Text("option") == "recurring");
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        var ticket = (await world.InScopeAsync()).First(t => t.Whole("queueID") == 6);

        await world.ChooseAsync(["0", "6", "29683378"], "recurring");
        await world.RunAsync();
        await world.ShouldEqualVendorAsync();
        (await world.PayloadsAsync(DataType.Tickets)).ShouldContain(t => t.Text("option") == "recurring");

        await world.CommandAsync(HttpMethod.Patch, $"records/tickets/{ticket.Text("id")}", new { queueID = 8 });
        await world.PassAsync(TimeSpan.FromMinutes(12));
        await world.ShouldEqualVendorAsync();
        (await world.RunsAsync(DataType.Tickets)).Sum(r => r.Removed).ShouldBe(0);
    }

    [Theory]
    [InlineData("shortPage")]
    [InlineData("emptyArray")]
    [InlineData("truncate")]
    [InlineData("reset")]
    public async Task An_answer_that_is_not_all_removes_nothing_and_is_made_good(string fault)
    {
        await using var world = await AutotaskWorld.SyncedAsync(DatabaseKind.Sqlite, tickets: 60);
        var before = (await world.PayloadsAsync(DataType.Tickets)).Select(p => p.ToJsonString()).ToList();
        await world.FaultAsync(new { kind = fault, path = "/Tickets/query$" });

        await world.PassAsync(TimeSpan.FromHours(30));
        (await world.PayloadsAsync(DataType.Tickets)).Select(p => p.ToJsonString()).ShouldBe(before, ignoreOrder: true);

        await world.CommandAsync(HttpMethod.Delete, "faults");
        if ((await world.StateAsync()).Status == IntegrationStatus.Stopped)
        {
            await world.Integrations.SetStatusAsync(world.IntegrationId, IntegrationStatus.Active, null, world.Actor, TestContext.Current.CancellationToken);
        }

        await world.PassAsync(TimeSpan.FromHours(26));
        await world.ShouldEqualVendorAsync();
    }

    [Fact]
    public async Task A_move_to_another_zone_and_a_thread_limit_are_no_failure_of_a_run()
    {
        await using var world = await AutotaskWorld.SyncedAsync(DatabaseKind.Sqlite, tickets: 60);
        await world.CommandAsync(HttpMethod.Post, "set/zone", new { zone = 12 });
        await world.FaultAsync(new { kind = "status", code = 500, every = 5, body = new { errors = new[] { "The Autotask API thread threshold of 3 threads has been exceeded." } } });
        await ChangeAsync(world);

        await world.PassAsync(TimeSpan.FromHours(3));

        await world.ShouldEqualVendorAsync();
        (await world.StateAsync()).Status.ShouldBe(IntegrationStatus.Active);
        (await world.RunsAsync(DataType.Tickets)).ShouldNotContain(r => r.Status == RunStatus.Failed);
    }

    [Fact(Skip = "Open: background work goes on by an estimate of how others' requests leave the hour, although the count that the vendor tells has not fallen.")]
    public async Task Others_that_use_up_the_shared_budget_stop_background_work_but_nobody_who_waits()
    {
        await using var world = await AutotaskWorld.SyncedAsync(DatabaseKind.Sqlite, tickets: 60);
        await world.CommandAsync(HttpMethod.Post, "set/foreign", new { requests = 8_000 });
        await ChangeAsync(world);
        await world.PassAsync(TimeSpan.FromMinutes(25));   // The next reads learn what others have used.
        var calls = (await world.CallsAsync()).Count;

        await world.PassAsync(TimeSpan.FromMinutes(20));

        (await world.CallsAsync()).Skip(calls).Select(c => c.Text("path")).ShouldBe([]);
        var id = (await world.InScopeAsync())[0].Text("id")!;
        (await world.PumpAsync(world.SingleReads.ReadAsync(world.Key(DataType.Tickets), id, WorkPriority.Interactive, TestContext.Current.CancellationToken))).Outcome.ShouldBe(SingleOutcome.Present);
        await world.PassAsync(TimeSpan.FromHours(3));
        await world.ShouldEqualVendorAsync();
        (await world.RunsAsync(DataType.Tickets)).ShouldNotContain(r => r.Status == RunStatus.Failed);
    }

    [Fact]
    public async Task Refused_credentials_are_confirmed_and_then_nothing_is_asked_any_more()
    {
        await using var world = await AutotaskWorld.SyncedAsync(DatabaseKind.Sqlite, tickets: 60);
        await world.CommandAsync(HttpMethod.Post, "set/credentials", new { revoked = true });

        await world.PassAsync(TimeSpan.FromMinutes(12));
        (await world.StateAsync()).Status.ShouldBe(IntegrationStatus.Disconnected);
        var calls = (await world.CallsAsync()).Count;
        await world.PassAsync(TimeSpan.FromDays(2));

        (await world.CallsAsync()).Skip(calls).Select(c => c.Text("path")).ShouldBe([]);
        (await world.PayloadsAsync(DataType.Tickets)).ShouldNotBeEmpty();
    }

    [Fact]
    public async Task A_missing_permission_turns_off_its_data_type_alone()
    {
        await using var world = await AutotaskWorld.SyncedAsync(DatabaseKind.Sqlite, tickets: 60);
        await world.CommandAsync(HttpMethod.Post, "permissions", new { configurationItems = false });
        await ChangeAsync(world);

        await world.PassAsync(TimeSpan.FromHours(6));

        await world.ShouldEqualVendorAsync();
        var streams = await world.Store.StreamsAsync(1, world.IntegrationId, TestContext.Current.CancellationToken);
        streams.Where(s => s.Progress.DeniedPermission is not null).Select(s => s.Key.DataType).ShouldBe([DataType.Devices]);
    }

    private static async Task ChangeAsync(AutotaskWorld world)
    {
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        var ticket = (await world.InScopeAsync())[0];
        await world.CommandAsync(HttpMethod.Patch, $"records/tickets/{ticket.Text("id")}", new JsonObject { ["title"] = "Changed" });
    }
}
