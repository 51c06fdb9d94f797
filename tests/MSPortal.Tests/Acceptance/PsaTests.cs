using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Histories.Vendors.Psas;
using MSPortal.Tests.Support;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Acceptance;

/// <summary>What has to hold of every PSA through the whole portal: the sets and contents that are kept after each thing that can happen.</summary>
public sealed class PsaTests
{
    private static readonly string[] NeverKept = ["SECRET-", "hunter2", "portal_key"];

    public static TheoryData<string> Providers => [.. Psa.All.Select(p => p.Provider)];

    public static MatrixTheoryData<string, string> Halves => new(Psa.All.Select(p => p.Provider), ["shortPage", "emptyArray", "truncate", "html", "reset"]);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [DatabaseData("connectwise")]
    [DatabaseData("autotask")]
    [DatabaseData("halopsa")]
    [DatabaseData("syncro")]
    public async Task Every_stream_holds_exactly_what_the_vendor_has_within_the_choice(DatabaseKind kind, string provider)
    {
        await using var world = await SyncWorld.SyncedAsync(kind, tickets: 60, notes: true, provider: provider);

        (await world.PayloadsAsync(DataType.Tickets)).Count.ShouldBeInRange(10, 59);
        (await world.PayloadsAsync(DataType.TicketNotes)).Count.ShouldBeGreaterThan(20);
        (await world.StateAsync()).Status.ShouldBe(IntegrationStatus.Active);
        (await world.RequestsAsync()).ShouldAllBe(r => r["status"]!.GetValue<int>() < 400, "no budget is exceeded, and nothing is asked that the vendor refuses");
        foreach (var type in (await world.Store.StreamsAsync(1, world.IntegrationId, Stop)).Select(s => s.Key.DataType))
        {
            var everything = string.Join('\n', await world.PayloadsAsync(type));
            NeverKept.Where(everything.Contains).ShouldBeEmpty(type.ToString());
        }
    }

    [Theory]
    [DatabaseData("connectwise")]
    [DatabaseData("autotask")]
    [DatabaseData("halopsa")]
    [DatabaseData("syncro")]
    public async Task Changed_new_and_moved_tickets_are_right_after_the_next_incremental_and_merged_and_deleted_ones_after_the_next_reconcile(DatabaseKind kind, string provider)
    {
        await using var world = await SyncWorld.SyncedAsync(kind, provider: provider);
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        var tickets = (await world.TicketsInScopeAsync()).Where(world.Psa.IsOpen).Take(5).ToList();
        var gone = world.TicketLine(tickets[2]);
        await world.DoAsync(world.Psa.Rename(tickets[0], "Changed: Größe 🖨"));
        await world.DoAsync(world.Psa.Create(tickets[0], "Brand new"));
        await world.DoAsync(world.Psa.Delete(tickets[2]));
        var move = world.Psa.Move(tickets[1]);
        if (move is not null)
        {
            await world.DoAsync(move);
        }

        await world.NextIncrementalAsync();

        var now = await world.TicketLinesAsync();
        now.ShouldBe((await world.TicketsInScopeAsync()).Select(world.TicketLine).Append(gone).Order(StringComparer.Ordinal));
        now.Count(l => l.Contains("Changed: Größe 🖨") || l.Contains("Brand new")).ShouldBe(2);

        if (world.Psa.Merge(tickets[3], tickets[4]) is { } merge)
        {
            await world.DoAsync(merge);
        }

        await world.NextReconcileAsync();

        await world.ShouldEqualVendorAsync();
        var runs = await world.RunsAsync(DataType.Tickets);
        (runs.Sum(r => r.Removed), runs.Sum(r => r.LeftScope)).ShouldBe((1, move is null ? 0 : 1));
    }

    [Theory, MemberData(nameof(Halves))]
    public async Task An_answer_that_is_not_all_removes_nothing_and_is_made_good(string provider, string fault)
    {
        await using var world = await SyncWorld.SyncedAsync(DatabaseKind.Sqlite, tickets: 60, provider: provider);
        var before = await world.PayloadsAsync(DataType.Tickets);
        await world.FaultAsync(new { kind = fault, path = world.Psa.TicketList });

        await world.NextReconcileAsync();

        (await world.StruckAsync()).ShouldBeGreaterThan(0);
        (await world.PayloadsAsync(DataType.Tickets)).ShouldBe(before, ignoreOrder: true);
        (await world.RunsAsync(DataType.Tickets)).Sum(r => r.Removed).ShouldBe(0);

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
        await world.FaultAsync(new { kind = "shortPage", rows = 1, times = 1, path = world.Psa.TicketList });

        await world.NextReconcileAsync();

        (await world.StruckAsync()).ShouldBe(1);
        (await world.RunsAsync(DataType.Tickets)).Sum(r => r.Removed).ShouldBe(0);
        await world.ShouldEqualVendorAsync();
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Refused_keys_are_confirmed_then_nothing_is_asked_any_more_until_someone_reconnects(string provider)
    {
        await using var world = await SyncWorld.SyncedAsync(DatabaseKind.Sqlite, tickets: 60, provider: provider);
        await world.DoAsync(world.Psa.Revoke(true));

        await world.NextIncrementalAsync();

        (await world.StateAsync()).Status.ShouldBe(IntegrationStatus.Disconnected);
        var calls = await world.CallsAsync();
        await world.PassAsync(TimeSpan.FromDays(2));
        (await world.CallsAsync()).ShouldBe(calls);
        (await world.PayloadsAsync(DataType.Tickets)).ShouldNotBeEmpty();

        await world.DoAsync(world.Psa.Revoke(false));
        var again = await world.PumpAsync(world.Connecting.ReconnectAsync(world.IntegrationId, new Dictionary<string, string>(), world.Actor, Stop));
        again.Errors.ShouldBeEmpty();
        await world.RunAsync();
        await world.ShouldEqualVendorAsync();
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_permission_that_is_taken_away_turns_only_its_data_type_off_and_the_weekly_check_turns_it_on_again(string provider)
    {
        await using var world = await SyncWorld.SyncedAsync(DatabaseKind.Sqlite, tickets: 60, provider: provider);
        var (area, name) = world.Psa.DevicePermission;
        await world.CommandAsync(HttpMethod.Post, "permissions", new Dictionary<string, bool> { [area] = false });

        await world.PassAsync(TimeSpan.FromHours(6), asleep: TimeSpan.FromHours(1));

        var streams = await world.Store.StreamsAsync(1, world.IntegrationId, Stop);
        streams.Where(s => s.Progress.DeniedPermission is not null).Select(s => (s.Key.DataType, s.Progress.DeniedPermission)).ShouldBe([(DataType.Devices, name)]);
        (await world.StateAsync()).Status.ShouldBe(IntegrationStatus.Active);
        await world.ShouldEqualVendorAsync();

        await world.CommandAsync(HttpMethod.Post, "permissions", new Dictionary<string, bool> { [area] = true });
        await world.PassAsync(TimeSpan.FromDays(8), asleep: TimeSpan.FromHours(12));
        (await world.StreamAsync(DataType.Devices)).Progress.DeniedPermission.ShouldBeNull();
        await world.ShouldEqualVendorAsync();
    }
}
