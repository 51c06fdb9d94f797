using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Histories.Vendors;
using MSPortal.Tests.Support;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Acceptance;

public sealed class FirstSyncTests
{
    [Theory, DatabaseData]
    public async Task Before_a_board_is_chosen_no_ticket_is_read_and_the_run_says_why(DatabaseKind kind)
    {
        await using var world = await SyncWorld.ConnectedAsync(kind);

        (await world.PayloadsAsync(DataType.Tickets)).ShouldBeEmpty();
        (await world.RunsAsync(DataType.Tickets))[^1].Message.ShouldBe("No board is selected, so no tickets are read.");
        (await world.PayloadsAsync(DataType.Companies)).ShouldNotBeEmpty();
    }

    [Theory, DatabaseData]
    public async Task A_second_read_of_the_same_rewrites_nothing(DatabaseKind kind)
    {
        await using var world = await SyncWorld.SyncedAsync(kind);
        var before = (await world.RunsAsync(DataType.Tickets))[^1].Id;

        await world.NextReconcileAsync();

        var later = (await world.RunsAsync(DataType.Tickets)).Where(r => r.Id > before).ToList();
        later.Sum(r => r.Unchanged).ShouldBeGreaterThan(50);
        later.ShouldAllBe(r => r.Created == 0 && r.Updated == 0 && r.Removed == 0 && r.Status == RunStatus.Succeeded);
        await world.ShouldEqualVendorAsync();
    }

    [Theory, DatabaseData]
    public async Task A_board_that_is_dropped_leaves_at_once_and_comes_back_when_chosen_again(DatabaseKind kind)
    {
        await using var world = await SyncWorld.SyncedAsync(kind);
        var board = (await world.TicketsInScopeAsync()).Select(t => Truth.At(t, "board/id")!.ToJsonString()).GroupBy(b => b).MaxBy(g => g.Count())!.Key;

        await world.ChooseAsync([board]);

        await world.TicketsShouldEqualAsync();
        (await world.PayloadsAsync(DataType.Tickets)).ShouldNotBeEmpty();

        await world.ChooseAsync();
        await world.RunAsync();

        await world.ShouldEqualVendorAsync();
    }
}
