using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Tests.Support;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Acceptance;

/// <summary>What vendors and networks do to a sync, each with the set that has to be left behind.</summary>
public sealed class FaultTests
{
    private const string Tickets = "/service/tickets\\?";

    [Theory, DatabaseData]
    public async Task One_500_in_the_middle_of_an_incremental_loses_nothing(DatabaseKind kind)
    {
        await using var world = await ChangedAsync(kind);
        await world.FaultAsync(new { kind = "capPage", rows = 10, path = Tickets });
        await world.FaultAsync(new { kind = "status", code = 500, skip = 2, times = 1, path = Tickets });

        await world.NextIncrementalAsync();
        await world.NextIncrementalAsync();

        (await world.StruckAsync()).ShouldBeGreaterThan(2);
        (await world.RunsAsync(DataType.Tickets)).ShouldContain(r => r.Status == RunStatus.Failed);
        await world.TicketsShouldEqualAsync();
        await world.NoRunIsLeftAsync();
    }

    [Theory, DatabaseData]
    public async Task A_429_on_every_fourth_call_is_waited_out_and_is_no_failure(DatabaseKind kind)
    {
        await using var world = await SyncWorld.ConnectedAsync(kind);
        await world.ChooseAsync();
        await world.FaultAsync(new { kind = "status", code = 429, every = 4, retryAfter = 5 });
        await world.FaultAsync(new { kind = "capPage", rows = 25, path = Tickets });

        await world.PassAsync(TimeSpan.FromMinutes(40));

        (await world.StruckAsync()).ShouldBeGreaterThan(4);
        await world.ShouldEqualVendorAsync();
        (await world.RunsAsync(DataType.Tickets)).ShouldNotContain(r => r.Status == RunStatus.Failed);
        (await world.StateAsync()).Status.ShouldBe(IntegrationStatus.Active);
    }

    [Theory, DatabaseData]
    public async Task Fifty_rows_deleted_while_paging_cost_no_other_row(DatabaseKind kind)
    {
        await using var world = await SyncWorld.ConnectedAsync(kind, tickets: 400);
        await world.ChooseAsync();
        await world.FaultAsync(new { kind = "capPage", rows = 40, path = Tickets });
        await world.FaultAsync(new { kind = "deleteDuringPaging", rows = 50, skip = 2, times = 1, path = Tickets });

        await world.RunAsync();
        await world.NextReconcileAsync();

        await ReleaseAsync(world);
        await world.TicketsShouldEqualAsync();
    }

    [Theory, DatabaseData]
    public async Task A_lower_page_cap_and_a_last_page_that_is_exactly_full_change_nothing(DatabaseKind kind)
    {
        await using var world = await SyncWorld.ConnectedAsync(kind);
        await world.ChooseAsync();
        var total = (await world.TicketsInScopeAsync()).Count;
        var cap = Enumerable.Range(2, total).First(n => total % n == 0);
        await world.FaultAsync(new { kind = "capPage", rows = cap, path = Tickets });

        await world.RunAsync();

        await world.TicketsShouldEqualAsync();
    }

    [Theory, DatabaseData]
    public async Task A_null_where_an_object_should_be_costs_nothing_and_a_wrong_type_only_its_row(DatabaseKind kind)
    {
        await using var world = await SyncWorld.ConnectedAsync(kind);
        await world.ChooseAsync();
        var ids = (await world.TicketsInScopeAsync()).Select(t => t["id"]!.GetValue<int>()).Take(2).ToArray();
        await world.FaultAsync(new { kind = "mutate", property = "site", raw = "null", path = "/service/tickets" });
        await world.FaultAsync(new { kind = "mutate", property = "closedFlag", raw = "\"perhaps\"", ids = new[] { ids[0] }, path = "/service/tickets" });

        await world.RunAsync();

        var expected = (await world.TicketsInScopeAsync()).Where(t => t["id"]!.GetValue<int>() != ids[0]);
        (await world.TicketLinesAsync()).ShouldBe(expected.Select(world.TicketLine).Order(StringComparer.Ordinal));
        (await world.RunsAsync(DataType.Tickets))[^1].Status.ShouldBe(RunStatus.Partial);

        await world.HealAsync();
        await world.NextIncrementalAsync();
        await world.TicketsShouldEqualAsync();
    }

    [Theory]
    [DatabaseData(-10)]
    [DatabaseData(10)]
    public async Task A_clock_that_is_ten_minutes_off_loses_no_change(DatabaseKind kind, int minutes)
    {
        await using var world = await SyncWorld.ConnectedAsync(kind);
        await world.FaultAsync(new { kind = "clock", minutes });
        await world.ChooseAsync();
        await world.RunAsync();

        for (var round = 0; round < 3; round++)
        {
            var id = (await world.TicketsInScopeAsync())[round]["id"]!.GetValue<int>();
            await world.CommandAsync(HttpMethod.Patch, $"records/tickets/{id}", new { summary = $"Round {round}" });
            await world.NextIncrementalAsync();
            await world.TicketsShouldEqualAsync();
        }
    }

    /// <summary>Synced, then forty tickets changed.</summary>
    private static async Task<SyncWorld> ChangedAsync(DatabaseKind kind)
    {
        var world = await SyncWorld.SyncedAsync(kind);
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        var ids = (await world.TicketsInScopeAsync()).Select(t => t["id"]!.GetValue<int>()).Take(40).ToArray();
        await world.CommandAsync(HttpMethod.Post, "bulk", new { kind = "tickets", ids, change = new { summary = "Changed in bulk" } });
        return world;
    }

    private static async Task ReleaseAsync(SyncWorld world)
    {
        if ((await world.StreamAsync(DataType.Tickets)).Progress.Full is { Phase: PassPhase.Held })
        {
            await world.Integrations.DecideHeldAsync(world.Key(DataType.Tickets), release: true, world.Actor, TestContext.Current.CancellationToken);
            await world.RunAsync();
        }
    }
}
