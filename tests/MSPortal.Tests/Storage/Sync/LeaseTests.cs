using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Storage.Model;
using Shouldly;
using Xunit;
using static MSPortal.Tests.Storage.Sync.SyncHome;
using DatabaseDataAttribute = MSPortal.Tests.Support.DatabaseDataAttribute;
using DatabaseKind = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Storage.Sync;

public sealed class LeaseTests
{
    [Theory, DatabaseData]
    public async Task One_process_has_an_integration_until_it_gives_it_back_or_falls_silent(DatabaseKind kind)
    {
        await using var home = await CreateAsync(kind);
        var other = home.OtherProcess();
        var (tenant, integration) = (home.Home.Tenant, home.Integration);

        (await other.TryLeaseAsync(tenant, integration, "there", Duration, default)).ShouldBeNull();

        home.Home.Clock.Advance(Duration - TimeSpan.FromSeconds(1));
        await home.Store.RenewAsync(home.Lease, Duration, default);
        home.Home.Clock.Advance(Duration - TimeSpan.FromSeconds(1));
        (await other.TryLeaseAsync(tenant, integration, "there", Duration, default)).ShouldBeNull();

        await home.Store.ReleaseAsync(home.Lease, default);
        var second = (await other.TryLeaseAsync(tenant, integration, "there", Duration, default)).ShouldNotBeNull();
        second.ShouldBe(new SyncLease(tenant, integration, home.Lease.Fence + 1, "there"));

        home.Home.Clock.Advance(Duration);
        var third = (await home.Store.TryLeaseAsync(tenant, integration, "here", Duration, default)).ShouldNotBeNull();
        third.Fence.ShouldBe(second.Fence + 1);
        (await home.Store.TryLeaseAsync(tenant + 1, integration, "here", Duration, default)).ShouldBeNull();
        (await home.Store.TryLeaseAsync(tenant, 4711, "here", Duration, default)).ShouldBeNull();
    }

    [Theory, DatabaseData]
    public async Task Of_many_that_want_a_lease_at_once_one_gets_it(DatabaseKind kind)
    {
        await using var home = await CreateAsync(kind);
        await home.Store.ReleaseAsync(home.Lease, default);
        var stores = Enumerable.Range(0, 4).Select(_ => home.OtherProcess()).ToList();

        var leases = await Task.WhenAll(stores.Select((s, i) => Task.Run(() => s.TryLeaseAsync(home.Home.Tenant, home.Integration, $"node {i}", Duration, default))));

        leases.Count(l => l is not null).ShouldBe(1);
    }

    [Theory, DatabaseData]
    public async Task Runs_that_a_dead_process_left_are_interrupted_and_waiting_ones_go_on(DatabaseKind kind)
    {
        await using var home = await CreateAsync(kind);
        var running = await home.BeginAsync();
        var waiting = await home.BeginAsync(home.Companies);
        await home.Store.UpdateRunAsync(home.Lease, new RunUpdate(home.Companies, waiting, RunStatus.Waiting, home.Now, null, null, new RunCounts { ApiCalls = 3 }, null), default);
        home.Home.Clock.Advance(TimeSpan.FromMinutes(2));

        var lease = await home.TakeAsync("there");

        (await home.RunAsync(running)).ShouldSatisfyAllConditions(
            r => r.Status.ShouldBe(RunStatus.Interrupted), r => r.EndedAt.ShouldBe(home.Now), r => r.Message.ShouldNotBeNull());
        (await home.RunAsync(waiting)).ShouldSatisfyAllConditions(r => r.Status.ShouldBe(RunStatus.Waiting), r => r.EndedAt.ShouldBeNull(), r => r.ApiCalls.ShouldBe(3));
        await home.Store.UpdateRunAsync(lease, new RunUpdate(home.Companies, waiting, RunStatus.Running, home.Now, null, null, new RunCounts { ApiCalls = 1 }, null), default);
        home.Home.Clock.Advance(TimeSpan.FromSeconds(9));
        await home.Store.RenewAsync(lease, Duration, default);
        (await home.RunAsync(waiting)).ShouldSatisfyAllConditions(r => r.HeartbeatAt.ShouldBe(home.Now), r => r.Fence.ShouldBe(lease.Fence), r => r.ApiCalls.ShouldBe(4));
        (await home.RunAsync(running)).HeartbeatAt.ShouldBe(StorageHome.Start);
    }

    [Theory, DatabaseData]
    public async Task Runs_of_a_fallen_process_end_when_its_lease_does_although_nobody_takes_over(DatabaseKind kind)
    {
        await using var home = await CreateAsync(kind);
        var run = await home.BeginAsync();

        home.Home.Clock.Advance(Duration - TimeSpan.FromSeconds(1));
        await home.Store.SweepAsync(default);
        (await home.RunAsync(run)).Status.ShouldBe(RunStatus.Running);

        home.Home.Clock.Advance(TimeSpan.FromSeconds(1));
        await home.OtherProcess().SweepAsync(default);
        (await home.RunAsync(run)).ShouldSatisfyAllConditions(r => r.Status.ShouldBe(RunStatus.Interrupted), r => r.EndedAt.ShouldBe(home.Now));
        await Should.ThrowAsync<FencedOffException>(() => home.Store.RenewAsync(home.Lease, Duration, default));
    }

    [Theory, DatabaseData]
    public async Task A_process_that_was_cut_off_cannot_write_anything(DatabaseKind kind)
    {
        await using var home = await CreateAsync(kind);
        var run = await home.BeginAsync();
        await home.CommitAsync(run, await home.ReadAsync(Ticket(1)));
        var work = (await home.Store.ChildrenDueAsync(home.Notes, 1, default)).Single();
        await home.ChangeAsync(async db => (await db.Streams.SingleAsync(s => s.DataType == DataType.Tickets)).RequestedAt = home.Now);
        var progress = (await home.StreamAsync(home.Tickets)).Progress;
        var request = (await home.StreamAsync(home.Tickets)).Request!;
        home.Home.Clock.Advance(Duration);
        await home.TakeAsync("there");
        var before = await StateAsync(home);
        var (store, late, read) = (home.Store, home.Lease, await home.ReadAsync(Ticket(1, "late"), Ticket(2)));
        var changed = progress with { Watermark = home.Now, LiveGeneration = 2 };

        Func<Task>[] writes =
        [
            () => store.RenewAsync(late, Duration, default),
            () => store.ReleaseAsync(late, default),
            () => store.TakeRequestAsync(late, home.Tickets, request, changed, default),
            () => store.SaveProgressAsync(late, home.Tickets, changed, default),
            () => home.BeginAsync(),
            () => store.UpdateRunAsync(late, new RunUpdate(home.Tickets, run, RunStatus.Succeeded, home.Now, null, null, new RunCounts { Read = 9 }, changed), default),
            () => home.CommitAsync(run, read, progress: changed),
            () => store.CarryOverAsync(late, home.Tickets, 1, 2, ["1"], default),
            () => store.CommitChildrenAsync(late, new ChildrenCommit { Key = home.Notes, RunId = null, ParentId = "1", Work = work, Changes = home.Of(99, Note("n", "1")), Complete = true }, default),
            () => store.PostponeChildAsync(late, home.Notes, work, "late", default),
            () => store.SwapGenerationAsync(late, home.Tickets, changed, default),
            () => store.ForgetGoneAsync(late, home.Tickets, 1, 1000, default),
            () => store.SetStatusAsync(late, IntegrationStatus.Stopped, "late", null, 3, default),
        ];
        foreach (var write in writes)
        {
            await write.ShouldThrowAsync<FencedOffException>();
        }

        (await StateAsync(home)).ShouldBe(before);
    }

    /// <summary>Everything that a guarded write could change, as text; reading a sequence number is no write that matters.</summary>
    private static async Task<string> StateAsync(SyncHome home)
    {
        await using var db = home.Open();
        object[] all =
        [
            await db.Integrations.ToListAsync(), (await db.Streams.ToListAsync()).Select(s => { s.ReadSequence = 0; return s; }), await db.Runs.ToListAsync(), await db.Tickets.ToListAsync(),
            await db.TicketNotes.ToListAsync(), await db.Ledger.ToListAsync(), await db.ChildQueue.ToListAsync(), await db.Quarantine.ToListAsync(),
        ];
        return System.Text.Json.JsonSerializer.Serialize(all);
    }
}
