using System.Text.Json.Nodes;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Histories.Vendors;
using MSPortal.Histories.Vendors.Rmms;
using MSPortal.Tests.Support;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Acceptance;

/// <summary>What has to hold of every RMM through the whole portal: the sets and contents that are kept after each thing that can happen.</summary>
public sealed class RmmTests
{
    private static readonly string[] NeverKept = ["SECRET-", "hunter2"];

    public static TheoryData<string> Providers => [.. Rmm.All.Select(p => p.Provider)];

    public static TheoryData<string> Detailed => [.. Rmm.All.Where(p => p.Details is not null).Select(p => p.Provider)];

    public static MatrixTheoryData<string, string> Halves => new(Rmm.All.Select(p => p.Provider), ["shortPage", "emptyArray", "truncate", "html", "reset"]);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [DatabaseData("dattormm")]
    [DatabaseData("ninjaone")]
    [DatabaseData("cwasio")]
    public async Task Every_stream_holds_exactly_what_the_vendor_has(DatabaseKind kind, string provider)
    {
        await using var world = await SyncWorld.SyncedAsync(kind, provider: provider);

        (await world.PayloadsAsync(DataType.Devices)).Count.ShouldBeGreaterThan(20);
        (world.Rmm.Alerts is null || (await world.PayloadsAsync(DataType.Alerts)).Count > 5).ShouldBeTrue();
        (await world.StateAsync()).Status.ShouldBe(IntegrationStatus.Active);
        (await world.RequestsAsync()).ShouldAllBe(r => r["status"]!.GetValue<int>() < 400 || r["status"]!.GetValue<int>() == world.Rmm.Nothing, "no budget is exceeded, and nothing is asked that the vendor refuses");
        foreach (var type in (await world.Store.StreamsAsync(1, world.IntegrationId, Stop)).Select(s => s.Key.DataType))
        {
            var everything = string.Join('\n', await world.PayloadsAsync(type));
            NeverKept.Where(everything.Contains).ShouldBeEmpty(type.ToString());
        }
    }

    [Theory]
    [DatabaseData("dattormm")]
    [DatabaseData("ninjaone")]
    [DatabaseData("cwasio")]
    public async Task Changed_new_and_deleted_devices_and_raised_and_resolved_alerts_are_right_after_the_next_round(DatabaseKind kind, string provider)
    {
        await using var world = await SyncWorld.SyncedAsync(kind, provider: provider);
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        var devices = await DevicesAsync(world);
        await world.DoAsync(world.Rmm.Rename(devices[0], "CHANGED-Größe"));
        await world.DoAsync(world.Rmm.Create(devices[0], "BRAND-NEW"));
        await world.DoAsync(world.Rmm.Delete(devices[1]));
        if (world.Rmm.Alerts is { } alerts)
        {
            await world.DoAsync(world.Rmm.Resolve((await LiveAsync(world, alerts))[0]));
            await world.DoAsync(world.Rmm.Raise(devices[2], "Disk is full: C:"));
        }

        await world.PassAsync(world.Rmm.Round);

        await world.ShouldEqualVendorAsync();
        var kept = string.Join('\n', await world.PayloadsAsync(DataType.Devices));
        var gone = $"\"externalId\":\"{world.Rmm.Devices.Id(devices[1])}\"";
        (kept.Contains("CHANGED-Größe", StringComparison.Ordinal), kept.Contains("BRAND-NEW", StringComparison.Ordinal), kept.Contains(gone, StringComparison.OrdinalIgnoreCase)).ShouldBe((true, true, false));
        if (world.Rmm.Alerts is not null)
        {
            (await world.PayloadsAsync(DataType.Alerts)).ShouldContain(p => p.Contains("Disk is full: C:", StringComparison.Ordinal));
        }

        (await world.StateAsync()).Status.ShouldBe(IntegrationStatus.Active);
    }

    [Theory, MemberData(nameof(Detailed))]
    public async Task Only_the_device_whose_audit_moved_is_asked_for_its_details_again(string provider)
    {
        await using var world = await SyncWorld.SyncedAsync(DatabaseKind.Sqlite, provider: provider);
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        var devices = await DevicesAsync(world);
        await world.DoAsync(world.Rmm.Rename(devices[0], "RENAMED"));
        await world.DoAsync(world.Rmm.LookAgain(devices[1], "CORP\\somebody-else")!);
        await world.CommandAsync(HttpMethod.Delete, "requests");

        await world.PassAsync(world.Rmm.Round * 2);

        await world.ShouldEqualVendorAsync();
        var known = devices.Select(world.Rmm.DetailOf).ToList();
        var asked = (await world.RequestsAsync()).Select(r => r["path"]!.GetValue<string>()).Select(p => known.FindIndex(d => p.EndsWith(d!, StringComparison.Ordinal))).Where(i => i >= 0);
        asked.ShouldBe([1]);
        (await world.PayloadsAsync(DataType.DeviceDetails)).ShouldContain(p => p.Contains("somebody-else", StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Halves))]
    public async Task An_answer_that_is_not_all_removes_nothing_and_is_made_good(string provider, string fault)
    {
        await using var world = await SyncWorld.SyncedAsync(DatabaseKind.Sqlite, provider: provider);
        var before = await world.PayloadsAsync(DataType.Devices);
        await world.FaultAsync(new { kind = fault, path = world.Rmm.DeviceList });

        await world.NextReconcileAsync();

        (await world.StruckAsync()).ShouldBeGreaterThan(0);
        (await world.PayloadsAsync(DataType.Devices)).ShouldBe(before, ignoreOrder: true);
        (await world.RunsAsync(DataType.Devices)).Sum(r => r.Removed).ShouldBe(0);

        await world.HealAsync();
        if ((await world.StateAsync()).Status is IntegrationStatus.Stopped)
        {
            await world.Integrations.SetStatusAsync(world.IntegrationId, IntegrationStatus.Active, null, world.Actor, Stop);
        }

        await world.NextReconcileAsync();
        await world.ShouldEqualVendorAsync();
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_page_one_row_short_once_is_noticed_and_read_again(string provider)
    {
        await using var world = await SyncWorld.SyncedAsync(DatabaseKind.Sqlite, provider: provider);
        await world.FaultAsync(new { kind = "shortPage", rows = 1, times = 1, path = world.Rmm.DeviceList });

        await world.PassAsync(world.Rmm.Round);

        (await world.StruckAsync()).ShouldBe(1);
        (await world.RunsAsync(DataType.Devices)).Sum(r => r.Removed).ShouldBe(0);
        await world.ShouldEqualVendorAsync();
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Refused_keys_are_confirmed_then_nothing_is_asked_any_more_until_someone_reconnects(string provider)
    {
        await using var world = await SyncWorld.SyncedAsync(DatabaseKind.Sqlite, provider: provider);
        await world.DoAsync(world.Rmm.Revoke(true));

        await world.PassAsync(world.Rmm.Round);

        (await world.StateAsync()).Status.ShouldBe(IntegrationStatus.Disconnected);
        var calls = await world.CallsAsync();
        await world.PassAsync(TimeSpan.FromDays(2));
        (await world.CallsAsync()).ShouldBe(calls);
        (await world.PayloadsAsync(DataType.Devices)).ShouldNotBeEmpty();

        await world.DoAsync(world.Rmm.Revoke(false));
        var again = await world.PumpAsync(world.Connecting.ReconnectAsync(world.IntegrationId, new Dictionary<string, string>(), world.Actor, Stop));
        again.Errors.ShouldBeEmpty();
        await world.RunAsync();
        await world.ShouldEqualVendorAsync();
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_permission_that_is_taken_away_turns_only_its_data_type_off_and_the_weekly_check_turns_it_on_again(string provider)
    {
        await using var world = await SyncWorld.SyncedAsync(DatabaseKind.Sqlite, provider: provider);
        var (area, name) = world.Vendor.DevicePermission;
        await world.CommandAsync(HttpMethod.Post, "permissions", new Dictionary<string, bool> { [area] = false });

        await world.PassAsync(world.Rmm.Round * 2, asleep: TimeSpan.FromMinutes(50));

        var streams = await world.Store.StreamsAsync(1, world.IntegrationId, Stop);
        streams.Where(s => s.Progress.DeniedPermission is not null).Select(s => (s.Key.DataType, s.Progress.DeniedPermission)).ShouldBe(world.Vendor.Permissions.Single(p => p.Area == area).Denied.Select(t => (t, (string?)name)), ignoreOrder: true);
        (await world.StateAsync()).Status.ShouldBe(IntegrationStatus.Active);
        await world.ShouldEqualVendorAsync();

        await world.CommandAsync(HttpMethod.Post, "permissions", new Dictionary<string, bool> { [area] = true });
        await world.PassAsync(TimeSpan.FromDays(8), asleep: TimeSpan.FromHours(12));
        (await world.StreamAsync(DataType.Devices)).Progress.DeniedPermission.ShouldBeNull();
        await world.ShouldEqualVendorAsync();
    }

    /// <summary>Devices of which more can be asked than their list tells.</summary>
    private static async Task<IReadOnlyList<JsonNode>> DevicesAsync(SyncWorld world)
    {
        var live = await LiveAsync(world, world.Rmm.Devices);
        if (world.Rmm.Details is not { } details)
        {
            return live;
        }

        var known = (await world.RecordsAsync(details.Kind)).Select(details.Id).ToHashSet(StringComparer.Ordinal);
        return [.. live.Where(d => known.Contains(world.Rmm.Devices.Id(d)))];
    }

    private static async Task<IReadOnlyList<JsonNode>> LiveAsync(SyncWorld world, Truth truth) => [.. world.Vendor.Plain(truth, await world.RecordsAsync(truth.Kind))];
}
