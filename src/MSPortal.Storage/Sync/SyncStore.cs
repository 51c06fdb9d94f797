using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Storage.Secrets;

namespace MSPortal.Storage.Sync;

/// <summary>The engine's storage on either database: says which part of it does what, so that each part fits in a head.</summary>
public sealed class SyncStore : ISyncStore
{
    private readonly Turn turn;
    private readonly DueWork due;
    private readonly Leases leases;
    private readonly Runs runs;
    private readonly Pages pages;
    private readonly ChildQueue queue;
    private readonly Children parents;
    private readonly Generations generations;
    private readonly Statuses statuses;
    private readonly Partitions partitions;

    public SyncStore(PortalDatabase database, Vault vault, TimeProvider clock)
    {
        turn = new Turn(database, clock);
        var records = new Records(turn);
        due = new DueWork(turn, vault);
        leases = new Leases(turn);
        runs = new Runs(turn);
        queue = new ChildQueue(turn);
        parents = new Children(turn, records);
        pages = new Pages(turn, records, queue, parents);
        generations = new Generations(turn, queue);
        statuses = new Statuses(turn);
        partitions = new Partitions(turn);
    }

    public Task<IReadOnlyList<(long TenantId, long IntegrationId)>> DueAsync(DateTimeOffset now, CancellationToken ct) => due.DueAsync(now, ct);

    public Task<DateTimeOffset?> NextDueAsync(long tenantId, long integrationId, CancellationToken ct) => due.NextDueAsync(tenantId, integrationId, ct);

    public Task<SyncLease?> TryLeaseAsync(long tenantId, long integrationId, string node, TimeSpan duration, CancellationToken ct) =>
        leases.TryTakeAsync(tenantId, integrationId, node, duration, ct);

    public Task RenewAsync(SyncLease lease, TimeSpan duration, CancellationToken ct) => leases.RenewAsync(lease, duration, ct);

    public Task ReleaseAsync(SyncLease lease, CancellationToken ct) => leases.ReleaseAsync(lease, ct);

    public Task SweepAsync(CancellationToken ct) => leases.SweepAsync(ct);

    public Task<IntegrationState?> IntegrationAsync(long tenantId, long integrationId, CancellationToken ct) => due.IntegrationAsync(tenantId, integrationId, ct);

    public Task<IReadOnlyList<StreamState>> StreamsAsync(long tenantId, long integrationId, CancellationToken ct) => due.StreamsAsync(tenantId, integrationId, ct);

    public Task<StreamState?> StreamAsync(StreamKey key, CancellationToken ct) => due.StreamAsync(key, ct);

    public Task<ILookup<long, StreamState>> AllStreamsAsync(long tenantId, CancellationToken ct) => due.AllStreamsAsync(tenantId, ct);

    public Task<bool> TakeRequestAsync(SyncLease lease, StreamKey key, PendingRequest request, StreamProgress progress, CancellationToken ct) =>
        runs.TakeRequestAsync(lease, key, request, progress, ct);

    public Task SaveProgressAsync(SyncLease lease, StreamKey key, StreamProgress progress, CancellationToken ct) =>
        runs.SaveProgressAsync(lease, key, progress, ct);

    public Task<long> BeginRunAsync(SyncLease lease, RunStart run, CancellationToken ct) => runs.BeginAsync(lease, run, ct);

    public Task UpdateRunAsync(SyncLease lease, RunUpdate run, CancellationToken ct) => runs.UpdateAsync(lease, run, ct);

    public Task<long> NextReadSequenceAsync(StreamKey key, CancellationToken ct) => turn.NextReadSequenceAsync(key, ct);

    public Task<CommitResult> CommitPageAsync(SyncLease lease, PageCommit page, CancellationToken ct) => pages.CommitAsync(lease, page, ct);

    public Task<CommitResult?> CommitReadsAsync(StreamKey key, RowChanges changes, CancellationToken ct) => pages.CommitReadsAsync(key, changes, ct);

    public Task<(long Missing, long Kept)> CountMissingAsync(StreamKey key, int generation, long startSequence, CancellationToken ct) =>
        generations.CountMissingAsync(key, generation, startSequence, ct);

    public Task<IReadOnlyList<string>> MissingAsync(StreamKey key, int generation, long startSequence, string? after, int limit, CancellationToken ct) =>
        generations.MissingAsync(key, generation, startSequence, after, limit, ct);

    public Task<(long Missing, long Kept)> CountMissingInShadowAsync(StreamKey key, int live, int shadow, CancellationToken ct) =>
        generations.CountMissingInShadowAsync(key, live, shadow, ct);

    public Task<IReadOnlyList<string>> MissingInShadowAsync(StreamKey key, int live, int shadow, string? after, int limit, CancellationToken ct) =>
        generations.MissingInShadowAsync(key, live, shadow, after, limit, ct);

    public Task CarryOverAsync(SyncLease lease, StreamKey key, int from, int to, IReadOnlyList<string> ids, CancellationToken ct) =>
        generations.CarryOverAsync(lease, key, from, to, ids, ct);

    public async Task<IReadOnlyList<string>> QuarantinedAsync(StreamKey key, int limit, CancellationToken ct)
    {
        await using var db = turn.Open(key.TenantId);
        return await Quarantine.Rows(db, key).Where(q => q.ExternalId != null)
            .OrderBy(q => q.LastSeenAt).ThenBy(q => q.Id).Select(q => q.ExternalId!).Take(limit).ToListAsync(ct);
    }

    public Task<IReadOnlyList<ChildWork>> ChildrenDueAsync(StreamKey childStream, int limit, CancellationToken ct) => queue.DueAsync(childStream, limit, ct);

    public Task<ChildWork?> ChildWorkAsync(StreamKey childStream, string parentId, CancellationToken ct) => queue.FindAsync(childStream, parentId, ct);

    public Task<ChildrenWaiting> CountChildrenDueAsync(StreamKey childStream, CancellationToken ct) => queue.CountAsync(childStream, ct);

    public Task<string?> QueueChildrenAsync(SyncLease lease, StreamKey childStream, ParentChoice choice, string? after, int limit, CancellationToken ct) =>
        queue.AddKeptAsync(lease, childStream, choice, after, limit, ct);

    public Task<CommitResult> CommitChildrenAsync(SyncLease? lease, ChildrenCommit children, CancellationToken ct) => parents.CommitAsync(lease, children, ct);

    public Task PostponeChildAsync(SyncLease lease, StreamKey childStream, ChildWork work, string why, CancellationToken ct) =>
        queue.PostponeAsync(lease, childStream, work, why, ct);

    public Task SwapGenerationAsync(SyncLease lease, StreamKey key, StreamProgress progress, CancellationToken ct) =>
        generations.SwapAsync(lease, key, progress, ct);

    public Task<bool> ClearGenerationsAsync(StreamKey key, int batch, CancellationToken ct) => generations.ClearAsync(key, batch, ct);

    public Task ForgetGoneAsync(SyncLease lease, StreamKey key, int generation, long startSequence, CancellationToken ct) =>
        generations.ForgetGoneAsync(lease, key, generation, startSequence, ct);

    public Task ForgetQuarantinedAsync(SyncLease lease, StreamKey key, CancellationToken ct) =>
        turn.WriteAsync(lease, (db, _) => Quarantine.Rows(db, key).ExecuteDeleteAsync(ct), ct);

    public Task SetStatusAsync(SyncLease lease, IntegrationStatus status, string? reason, string? whatToDo, int unintelligibleRuns, CancellationToken ct) =>
        statuses.SetAsync(lease, status, reason, whatToDo, unintelligibleRuns, ct);

    public Task RecordAreasAsync(long tenantId, long integrationId, string partition, AccountIdentity? account, IReadOnlyList<AreaResult> areas, DateTimeOffset at, CancellationToken ct) =>
        statuses.RecordAreasAsync(tenantId, integrationId, partition, account, areas, at, ct);

    public Task SetPartitionAsync(SyncLease lease, string partition, PartitionStatus status, string? reason, string? whatToDo, DateTimeOffset? notBefore, CancellationToken ct) =>
        partitions.SetAsync(lease, partition, status, reason, whatToDo, notBefore, ct);
}
