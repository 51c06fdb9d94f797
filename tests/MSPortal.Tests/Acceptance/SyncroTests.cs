using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Tests.Support;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Acceptance;

/// <summary>What is peculiar to Syncro, through the whole portal.</summary>
public sealed class SyncroTests
{
    [Fact]
    public async Task A_customer_that_is_renamed_shows_in_its_tickets_after_the_next_reconcile_since_no_date_moves()
    {
        await using var world = await SyncedAsync();
        var ticket = (await world.TicketsInScopeAsync()).First(world.Psa.IsOpen);
        await world.CommandAsync(HttpMethod.Patch, $"records/customers/{ticket["customer_id"]}", new { business_name = "Renamed Ltd" });

        await world.NextReconcileAsync();

        await world.ShouldEqualVendorAsync();
        (await world.PayloadsAsync(DataType.Tickets)).ShouldContain(p => p.Contains("Renamed Ltd", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Pages_that_shift_in_an_order_that_nobody_knows_lose_nothing()
    {
        await using var world = await SyncWorld.ConnectedAsync(DatabaseKind.Sqlite, tickets: 60, provider: "syncro");
        await world.CommandAsync(HttpMethod.Post, "set/behaviour", new { order = "scattered", assetMeta = false });
        await world.CommandAsync(HttpMethod.Post, "set/pageSizes", new { tickets = 9, contacts = 7, assets = 6, customers = 5 });
        foreach (var path in new[] { "/tickets", "/contacts", "/customers", "/customer_assets" })
        {
            await world.FaultAsync(new { kind = "deleteDuringPaging", rows = 2, skip = 2, times = 2, path = $"{path}\\?" });
        }

        await world.FaultAsync(new { kind = "status", code = 429, every = 9, retryAfter = 1 });
        await world.ChooseAsync();
        await world.PassAsync(TimeSpan.FromHours(9), asleep: TimeSpan.FromMinutes(50));

        (await world.StruckAsync()).ShouldBeGreaterThan(8);
        await world.HealAsync();
        await world.NextReconcileAsync();
        await world.ShouldEqualVendorAsync();
        (await world.StateAsync()).Status.ShouldBe(IntegrationStatus.Active);
    }

    [Fact]
    public async Task A_401_is_a_missing_permission_when_the_account_answers_and_a_refused_key_when_it_does_not()
    {
        await using var world = await SyncedAsync();
        await world.CommandAsync(HttpMethod.Post, "permissions", new { assets = false, timers = false });

        await world.PassAsync(TimeSpan.FromHours(6), asleep: TimeSpan.FromMinutes(50));

        var streams = await world.Store.StreamsAsync(1, world.IntegrationId, TestContext.Current.CancellationToken);
        streams.Where(s => s.Progress.DeniedPermission is not null).Select(s => (s.Key.DataType, s.Progress.DeniedPermission))
            .ShouldBe([(DataType.Devices, "Assets – List/Search"), (DataType.TimeEntries, "Ticket Timers – Overview")], ignoreOrder: true);
        (await world.StateAsync()).Status.ShouldBe(IntegrationStatus.Active);
        (await world.RequestsAsync()).Where(r => r["status"]!.GetValue<int>() >= 400).Select(r => r["status"]!.GetValue<int>()).Distinct().ShouldBe([401]);
        (await world.PayloadsAsync(DataType.Devices)).ShouldNotBeEmpty();

        await world.DoAsync(world.Psa.Revoke(true));
        await world.PassAsync(TimeSpan.FromHours(2));
        (await world.StateAsync()).Status.ShouldBe(IntegrationStatus.Disconnected);
    }

    private static Task<SyncWorld> SyncedAsync() => SyncWorld.SyncedAsync(DatabaseKind.Sqlite, tickets: 60, provider: "syncro");
}
