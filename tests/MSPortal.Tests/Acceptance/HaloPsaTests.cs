using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Tests.Support;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Acceptance;

/// <summary>What is peculiar to HaloPSA, through the whole portal.</summary>
public sealed class HaloPsaTests
{
    private const string Tickets = "/api/Tickets\\?.*pageinate";

    [Fact]
    public async Task Whatever_page_is_asked_for_a_hundred_rows_come_and_all_are_read()
    {
        await using var world = await SyncWorld.SyncedAsync(DatabaseKind.Sqlite, tickets: 420, provider: "halopsa");

        (await world.PayloadsAsync(DataType.Tickets)).Count.ShouldBeGreaterThan(100);
        (await world.PayloadsAsync(DataType.Reference)).Count.ShouldBe(8 + 8 + 5 + 4 + 36);
    }

    [Fact]
    public async Task Small_pages_throttling_lost_tokens_and_deletions_while_paging_lose_nothing()
    {
        await using var world = await SyncWorld.ConnectedAsync(DatabaseKind.Sqlite, tickets: 130, provider: "halopsa");
        await world.ChooseAsync();
        await world.FaultAsync(new { kind = "capPage", rows = 15, path = Tickets });
        await world.FaultAsync(new { kind = "deleteDuringPaging", rows = 3, skip = 2, times = 1, path = Tickets });
        await world.FaultAsync(new { kind = "status", code = 401, every = 5, path = "/api/" });
        await world.FaultAsync(new { kind = "status", code = 429, every = 7, path = "/api/" });

        await world.RunAsync();
        await world.PassAsync(TimeSpan.FromHours(1), asleep: TimeSpan.FromMinutes(10));

        (await world.StruckAsync()).ShouldBeGreaterThan(8);
        await world.HealAsync();
        await world.NextReconcileAsync();
        await world.ShouldEqualVendorAsync();
        (await world.StateAsync()).Status.ShouldBe(IntegrationStatus.Active);
    }

    [Fact]
    public async Task A_page_that_is_short_although_the_vendor_counts_more_never_ends_a_pass()
    {
        await using var world = await SyncWorld.ConnectedAsync(DatabaseKind.Sqlite, tickets: 250, provider: "halopsa");
        await world.ChooseAsync();
        await world.FaultAsync(new { kind = "shortPage", rows = 40, times = 1, path = Tickets });

        await world.RunAsync();

        (await world.StruckAsync()).ShouldBe(1);
        await world.ShouldEqualVendorAsync();
        (await world.RunsAsync(DataType.Tickets)).ShouldNotContain(r => r.Status == RunStatus.Failed);
    }
}
