using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Tests.Support;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Acceptance;

/// <summary>What is peculiar to Datto RMM, through the whole portal.</summary>
public sealed class DattoRmmTests
{
    private const int PerMinute = 600;

    [Fact]
    public async Task Pages_that_shift_in_an_order_that_nobody_knows_lose_nothing()
    {
        await using var world = await SyncedAsync();
        await world.CommandAsync(HttpMethod.Post, "set/behaviour", new { scattered = true });
        await world.FaultAsync(new { kind = "capPage", rows = 7 });
        await world.FaultAsync(new { kind = "deleteDuringPaging", rows = 2, skip = 1, times = 1, path = "/account/devices\\?" });
        await world.FaultAsync(new { kind = "deleteDuringPaging", rows = 1, times = 1, path = "/alerts/open\\?" });
        await world.FaultAsync(new { kind = "status", code = 429, every = 9, retryAfter = 1 });

        await world.PassAsync(TimeSpan.FromHours(7));

        (await world.StruckAsync()).ShouldBeGreaterThan(8);
        await world.HealAsync();
        await world.PassAsync(TimeSpan.FromHours(5));
        await world.ShouldEqualVendorAsync();
        (await world.StateAsync()).Status.ShouldBe(IntegrationStatus.Active);
    }

    [Theory]
    [InlineData("words")]
    [InlineData("header")]
    public async Task A_blocked_address_waits_and_turns_nothing_off(string block)
    {
        await using var world = await SyncedAsync();
        await world.CommandAsync(HttpMethod.Post, "set/behaviour", new { block });
        object? body = block == "words" ? new { status = 403, error = "Forbidden: this IP address is temporarily blocked, the rate limit was exceeded" } : null;
        await world.FaultAsync(block == "words"
            ? new { kind = "status", code = 403, times = 3, path = "/api/v2/", body }
            : (object)new { kind = "status", code = 403, times = 3, path = "/api/v2/", retryAfter = 200 });

        await world.PassAsync(world.Rmm.Round);

        (await world.StruckAsync()).ShouldBe(3);
        var streams = await world.Store.StreamsAsync(1, world.IntegrationId, TestContext.Current.CancellationToken);
        streams.ShouldAllBe(s => s.Progress.DeniedPermission == null);
        (await world.StateAsync()).Status.ShouldBe(IntegrationStatus.Active);
        await world.ShouldEqualVendorAsync();
    }

    [Fact]
    public async Task The_limit_of_the_account_is_kept_while_others_use_most_of_it()
    {
        await using var world = await SyncWorld.ConnectedAsync(DatabaseKind.Sqlite, provider: "dattormm");
        await world.CommandAsync(HttpMethod.Post, "set/others", new { requests = 500 });
        await world.CommandAsync(HttpMethod.Delete, "requests");

        await world.PassAsync(TimeSpan.FromHours(5));

        var requests = await world.RequestsAsync();
        requests.ShouldAllBe(r => r["status"]!.GetValue<int>() < 400);
        var times = requests.Select(r => r["at"]!.GetValue<DateTimeOffset>()).Order().ToList();
        times.Select((at, i) => times.Skip(i).TakeWhile(t => t - at < TimeSpan.FromMinutes(1)).Count()).Max().ShouldBeLessThan(PerMinute - 50);
        requests.Count(r => r["path"]!.GetValue<string>().EndsWith("/request_rate", StringComparison.Ordinal)).ShouldBeGreaterThan(1);
        await world.ShouldEqualVendorAsync();
    }

    [Fact]
    public async Task A_device_that_is_marked_as_deleted_goes_and_takes_its_details_along()
    {
        await using var world = await SyncedAsync();
        await world.CommandAsync(HttpMethod.Post, "set/behaviour", new { keepsDeleted = true });
        var audits = await world.RecordsAsync("audits");
        await world.CommandAsync(HttpMethod.Delete, $"records/devices/{audits[0]["id"]}");

        await world.PassAsync(world.Rmm.Round);

        await world.ShouldEqualVendorAsync();
        (await world.PayloadsAsync(DataType.Devices)).Concat(await world.PayloadsAsync(DataType.DeviceDetails)).ShouldAllBe(p => !p.Contains(audits[0]["deviceUid"]!.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task All_alerts_resolved_at_once_go_without_a_question()
    {
        await using var world = await SyncedAsync();
        await world.CommandAsync(HttpMethod.Post, "bulk", new { kind = "alerts", change = new { resolved = true } });

        await world.PassAsync(world.Rmm.Round);

        (await world.PayloadsAsync(DataType.Alerts)).ShouldBeEmpty();
        (await world.StateAsync()).Status.ShouldBe(IntegrationStatus.Active);
        await world.ShouldEqualVendorAsync();
    }

    private static Task<SyncWorld> SyncedAsync() => SyncWorld.SyncedAsync(DatabaseKind.Sqlite, provider: "dattormm");
}
