using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Storage.Model;

namespace MSPortal.Storage.Sync;

/// <summary>Copies of a stream that stand side by side: what one has and another has not, the change from one to the next, and what is left over.</summary>
internal sealed class Generations(Turn turn, ChildQueue queue)
{
    /// <summary>Who asks where a ticket is hears for so long that it was deleted, and when.</summary>
    private static readonly TimeSpan RememberDeleted = TimeSpan.FromDays(90);

    public static Task<int> LiveAsync(PortalContext db, StreamKey key, CancellationToken ct) => db.Streams
        .Where(s => s.IntegrationId == key.IntegrationId && s.DataType == key.DataType && s.Partition == key.Partition)
        .Select(s => s.LiveGeneration)
        .FirstOrDefaultAsync(ct);

    public async Task<(long Missing, long Kept)> CountMissingAsync(StreamKey key, int generation, long startSequence, CancellationToken ct)
    {
        await using var db = turn.Open(key.TenantId);
        var kept = Ledger.Kept(db, key, generation);
        return (await kept.LongCountAsync(l => l.ReadSequence < startSequence, ct), await kept.LongCountAsync(ct));
    }

    public async Task<IReadOnlyList<string>> MissingAsync(
        StreamKey key, int generation, long startSequence, string? after, int limit, CancellationToken ct)
    {
        await using var db = turn.Open(key.TenantId);
        return await Ledger.PageAsync(Ledger.Kept(db, key, generation).Where(l => l.ReadSequence < startSequence), after, limit, ct);
    }

    public async Task<(long Missing, long Kept)> CountMissingInShadowAsync(StreamKey key, int live, int shadow, CancellationToken ct)
    {
        await using var db = turn.Open(key.TenantId);
        var kept = Ledger.Kept(db, key, live);
        var there = Ledger.Rows(db, key, shadow).Where(l => l.State != LedgerState.Gone);
        return (await kept.LongCountAsync(l => !there.Any(s => s.ExternalId == l.ExternalId), ct), await kept.LongCountAsync(ct));
    }

    public async Task<IReadOnlyList<string>> MissingInShadowAsync(StreamKey key, int live, int shadow, string? after, int limit, CancellationToken ct)
    {
        await using var db = turn.Open(key.TenantId);
        var told = Ledger.Rows(db, key, shadow);
        return await Ledger.PageAsync(Ledger.Kept(db, key, live).Where(l => !told.Any(s => s.ExternalId == l.ExternalId)), after, limit, ct);
    }

    private static async Task<(long Added, long Changed, long Removed)> CompareAsync(PortalContext db, StreamKey key, int live, int shadow, CancellationToken ct)
    {
        var old = Ledger.Kept(db, key, live);
        var next = Ledger.Kept(db, key, shadow);
        return (
            await next.LongCountAsync(n => !old.Any(o => o.ExternalId == n.ExternalId), ct),
            await next.LongCountAsync(n => old.Any(o => o.ExternalId == n.ExternalId && o.Hash != n.Hash), ct),
            await old.LongCountAsync(o => !next.Any(n => n.ExternalId == o.ExternalId), ct));
    }

    public Task CarryOverAsync(SyncLease lease, StreamKey key, int from, int to, IReadOnlyList<string> ids, CancellationToken ct) => turn.WriteAsync(
        lease,
        async (db, _) =>
        {
            await turn.StreamAsync(db, key, ct);
            var carried = await Ledger.CopyAsync(db, turn.Dialect, key, from, to, [.. ids], ct);
            await RecordTable.For(key.DataType).CopyAsync(db, turn.Dialect, key, from, to, carried, ct);
        },
        ct);

    public async Task SwapAsync(SyncLease lease, StreamKey key, StreamProgress progress, CancellationToken ct)
    {
        var run = progress.Full?.RunId ?? 0;
        var differs = run == 0 ? null : await DifferenceAsync(key, progress.LiveGeneration, ct);
        await turn.WriteAsync(
            lease,
            async (db, _) =>
            {
                var stream = await turn.StreamAsync(db, key, ct);
                await RememberAsync(db, key, stream.LiveGeneration, progress.LiveGeneration, ct);
                stream.Set(progress);
                if (differs is not null)
                {
                    Receipt(await Runs.FindAsync(db, key, run, ct), differs);
                }

                await db.SaveChangesAsync(ct);
                await Quarantine.ForgetUnnamedAsync(db, key, progress.Full?.StartSequence ?? 0, ct);
            },
            ct);
    }

    private IQueryable<LedgerRow> Deleted(PortalContext db, StreamKey key, int generation)
    {
        var since = turn.Now - RememberDeleted;
        return Ledger.Rows(db, key, generation).Where(l => l.DataType == DataType.Tickets && l.State == LedgerState.Gone && l.ConfirmedAt >= since);
    }

    /// <summary>A new copy has never heard of what was deleted before it was begun.</summary>
    private async Task RememberAsync(PortalContext db, StreamKey key, int from, int to, CancellationToken ct)
    {
        var told = Ledger.Rows(db, key, to);
        var deleted = await Deleted(db, key, from).Where(l => !told.Any(t => t.ExternalId == l.ExternalId)).AsNoTracking().ToListAsync(ct);
        deleted.ForEach(l => l.Generation = to);
        await turn.Dialect.UpsertAsync(db, deleted, ct);
    }

    /// <summary>What people see differently after the swap; what was proved to be gone before it is counted already.</summary>
    private static void Receipt(RunRow run, Difference differs)
    {
        run.Created += differs.Added;
        run.Updated += differs.Changed;
        run.Unchanged = Math.Max(0, differs.Kept - run.Created - run.Updated);
        run.Removed += differs.Removed - differs.LeftScope;
        run.LeftScope += differs.LeftScope;
    }

    private async Task<Difference> DifferenceAsync(StreamKey key, int next, CancellationToken ct)
    {
        await using var db = turn.Open(key.TenantId);
        var live = await LiveAsync(db, key, ct);
        var (added, changed, removed) = await CompareAsync(db, key, live, next, ct);
        var told = Ledger.Rows(db, key, next).Where(l => l.State == LedgerState.OutOfScope);
        var left = await Ledger.Kept(db, key, live).LongCountAsync(o => told.Any(t => t.ExternalId == o.ExternalId), ct);
        return new Difference(added, changed, removed, left, await Ledger.Kept(db, key, next).LongCountAsync(ct));
    }

    public Task ForgetGoneAsync(SyncLease lease, StreamKey key, int generation, long startSequence, CancellationToken ct) => turn.WriteAsync(
        lease,
        async (db, _) =>
        {
            await turn.StreamAsync(db, key, ct);
            var remembered = Deleted(db, key, generation);
            await Ledger.Rows(db, key, generation)
                .Where(l => l.State != LedgerState.Kept && l.ReadSequence < startSequence && !remembered.Any(r => r.ExternalId == l.ExternalId))
                .ExecuteDeleteAsync(ct);
            await Quarantine.ForgetUnnamedAsync(db, key, startSequence, ct);
        },
        ct);

    public Task<bool> ClearAsync(StreamKey key, int batch, CancellationToken ct) => turn.WriteAsync(
        key.TenantId,
        async db =>
        {
            var stream = await turn.StreamAsync(db, key, ct);
            if (await LeftOverAsync(db, stream, ct) is not { } generation)
            {
                return false;
            }

            var ids = await Ledger.Rows(db, key, generation).OrderBy(l => l.ExternalId).Select(l => l.ExternalId).Take(batch).ToListAsync(ct);
            var table = RecordTable.For(key.DataType);
            await table.DeleteAsync(db, key, generation, ids, ct);
            await Ledger.Rows(db, key, generation, ids).ExecuteDeleteAsync(ct);
            if (table.Children is { } children)
            {
                await RemoveOrphansAsync(db, stream, key with { DataType = children }, ids, ct);
            }

            return true;
        },
        ct);

    /// <summary>A record that only an old copy had takes its children along at last.</summary>
    private async Task RemoveOrphansAsync(PortalContext db, StreamRow stream, StreamKey children, List<string> ids, CancellationToken ct)
    {
        var kept = new HashSet<string>();
        foreach (var generation in Records.Generations(stream))
        {
            kept.UnionWith(await Ledger.Kept(db, stream.Key(), generation).Where(l => EF.Parameter(ids).Contains(l.ExternalId)).Select(l => l.ExternalId).ToListAsync(ct));
        }

        if (ids.FindAll(id => !kept.Contains(id)) is { Count: > 0 } orphaned)
        {
            await queue.RemoveAsync(db, children, orphaned, ct);
        }
    }

    /// <summary>Looks along the index from generation to generation, however many rows each has.</summary>
    private static async Task<int?> LeftOverAsync(PortalContext db, StreamRow stream, CancellationToken ct)
    {
        var rows = Ledger.Rows(db, stream.Key());
        for (var generation = await rows.MinAsync(l => (int?)l.Generation, ct); generation is { } g;
            generation = await rows.Where(l => l.Generation > g).MinAsync(l => (int?)l.Generation, ct))
        {
            if (g != stream.LiveGeneration && g != stream.ShadowGeneration)
            {
                return g;
            }
        }

        return null;
    }

    /// <param name="Removed">With those that left the scope.</param>
    private sealed record Difference(long Added, long Changed, long Removed, long LeftScope, long Kept);
}
