using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Tests.Support;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Acceptance.HaloPsa;

/// <summary>First sync, change, deletion and faults, each with the set that has to be left behind.</summary>
public sealed class HaloPsaTests
{
    private const string Tickets = "/api/Tickets\\?.*pageinate";

    [Theory, DatabaseData]
    public async Task Every_stream_holds_exactly_what_the_vendor_has_within_the_choice(DatabaseKind kind)
    {
        await using var world = await HaloWorld.SyncedAsync(kind, tickets: 40, notes: true);

        (await world.PayloadsAsync(DataType.Tickets)).Count.ShouldBeInRange(10, 39);
        HaloWorld.Ours(await world.PayloadsAsync(DataType.TicketNotes), HaloTruth.Notes)
            .ShouldBe(HaloTruth.NoteLines(await world.KeptTicketsAsync(), await world.RecordsAsync("actions")));
        (await world.StateAsync()).Status.ShouldBe(IntegrationStatus.Active);
        (await world.PayloadsAsync(DataType.Reference)).Count.ShouldBe(8 + 8 + 5 + 4 + 36);
    }

    [Theory, DatabaseData]
    public async Task Changes_are_here_after_the_next_incremental_and_deletions_after_the_next_reconcile(DatabaseKind kind)
    {
        await using var world = await HaloWorld.SyncedAsync(kind);
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        var open = (await world.KeptTicketsAsync()).Where(t => t["status_id"]!.GetValue<int>() is 1 or 2).Select(t => t["id"]!.GetValue<int>()).Take(4).ToList();
        await world.CommandAsync(HttpMethod.Patch, $"records/tickets/{open[0]}", new { summary = "Changed: Größe 🖨", status_id = 9 });
        await world.CommandAsync(HttpMethod.Patch, $"records/tickets/{open[1]}", new { tickettype_id = 4 });
        await world.CommandAsync(HttpMethod.Post, "records/tickets", new { summary = "Brand new", tickettype_id = 1, client_id = 12 });
        await world.CommandAsync(HttpMethod.Delete, $"records/tickets/{open[2]}");
        var gone = (await world.KeptTicketsAsync()).Select(t => t["id"]!.GetValue<int>()).Append(open[2]);

        await world.NextIncrementalAsync();

        HaloWorld.Ours(await world.PayloadsAsync(DataType.Tickets), HaloTruth.Tickets).Select(l => int.Parse(l.Split(" | ")[0], System.Globalization.CultureInfo.InvariantCulture)).ShouldBe(gone, ignoreOrder: true);

        await world.NextReconcileAsync();
        await world.ShouldEqualVendorAsync();
        var runs = await world.RunsAsync(DataType.Tickets);
        (runs.Sum(r => r.Removed), runs.Sum(r => r.LeftScope)).ShouldBe((1, 1));
    }

    [Theory, DatabaseData]
    public async Task Small_pages_throttling_lost_tokens_and_deletions_while_paging_lose_nothing(DatabaseKind kind)
    {
        await using var world = await HaloWorld.ConnectedAsync(kind);
        await world.ChooseTypesAsync("1", "3", "21");
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

    [Theory]
    [DatabaseData("emptyArray")]
    [DatabaseData("shortPage")]
    [DatabaseData("html")]
    public async Task An_answer_that_is_not_all_removes_nothing_and_is_made_good(DatabaseKind kind, string fault)
    {
        await using var world = await HaloWorld.SyncedAsync(kind, tickets: 60);
        var before = await world.PayloadsAsync(DataType.Tickets);
        await world.FaultAsync(new { kind = fault, rows = 2, path = "/api/(Tickets|Client)\\?" });

        await world.NextReconcileAsync();

        (await world.StruckAsync()).ShouldBeGreaterThan(0);
        (await world.PayloadsAsync(DataType.Tickets)).ShouldBe(before, ignoreOrder: true);
        (await world.RunsAsync(DataType.Tickets)).Sum(r => r.Removed).ShouldBe(0);

        await world.HealAsync();
        if ((await world.StateAsync()).Status == IntegrationStatus.Stopped)
        {
            await world.Integrations.SetStatusAsync(world.IntegrationId, IntegrationStatus.Active, null, world.Actor, TestContext.Current.CancellationToken);
        }

        await world.NextReconcileAsync();
        await world.ShouldEqualVendorAsync();
    }

    [Theory, DatabaseData]
    public async Task A_revoked_application_is_confirmed_then_nothing_is_asked_until_someone_reconnects(DatabaseKind kind)
    {
        await using var world = await HaloWorld.SyncedAsync(kind, tickets: 60);
        await world.CommandAsync(HttpMethod.Post, "set/credentials", new { revoked = true });

        await world.NextIncrementalAsync();

        (await world.StateAsync()).Status.ShouldBe(IntegrationStatus.Disconnected);
        var calls = await world.CallsAsync();
        await world.PassAsync(TimeSpan.FromDays(2), asleep: TimeSpan.FromHours(5));
        (await world.CallsAsync()).ShouldBe(calls);

        await world.CommandAsync(HttpMethod.Post, "set/credentials", new { revoked = false });
        (await world.PumpAsync(world.Connecting.ReconnectAsync(world.IntegrationId, new Dictionary<string, string>(), skipTest: false, world.Actor, TestContext.Current.CancellationToken))).Errors.ShouldBeEmpty();
        await world.RunAsync();
        await world.ShouldEqualVendorAsync();
    }

    [Theory, DatabaseData]
    public async Task A_permission_taken_from_the_agents_role_turns_only_its_data_type_off(DatabaseKind kind)
    {
        await using var world = await HaloWorld.SyncedAsync(kind, tickets: 60);
        await world.CommandAsync(HttpMethod.Post, "permissions", new Dictionary<string, bool> { ["role:assets"] = false });

        await world.PassAsync(TimeSpan.FromHours(6), asleep: TimeSpan.FromHours(1));

        (await world.StreamAsync(DataType.Devices)).Progress.DeniedPermission.ShouldBe("read:assets");
        (await world.StreamAsync(DataType.Tickets)).Progress.DeniedPermission.ShouldBeNull();
        (await world.StateAsync()).Status.ShouldBe(IntegrationStatus.Active);

        await world.CommandAsync(HttpMethod.Post, "permissions", new Dictionary<string, bool> { ["role:assets"] = true });
        await world.PassAsync(TimeSpan.FromDays(8), asleep: TimeSpan.FromHours(12));
        await world.ShouldEqualVendorAsync();
    }
}
