using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Storage.Model;

namespace MSPortal.Storage.Sync;

/// <summary>The parents whose children are to be read (again), and what happens to the children of parents that go.</summary>
internal sealed class ChildQueue(Turn turn)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(6);

    public async Task<IReadOnlyList<ChildWork>> DueAsync(StreamKey children, int limit, CancellationToken ct)
    {
        await using var db = turn.Open(children.TenantId);
        var now = turn.Now;
        return await Rows(db, children)
            .Where(c => c.NotBefore == null || c.NotBefore <= now)
            .OrderBy(c => c.Backfill).ThenBy(c => c.Attempts).ThenBy(c => c.QueuedAt).ThenBy(c => c.ParentId)
            .Take(limit)
            .Select(c => new ChildWork(c.ParentId, c.Mark, c.Backfill, c.Attempts))
            .ToListAsync(ct);
    }

    public async Task<ChildWork?> FindAsync(StreamKey children, string parent, CancellationToken ct)
    {
        await using var db = turn.Open(children.TenantId);
        return await Rows(db, children).Where(c => c.ParentId == parent).Select(c => new ChildWork(c.ParentId, c.Mark, c.Backfill, c.Attempts)).FirstOrDefaultAsync(ct);
    }

    public async Task<ChildrenWaiting> CountAsync(StreamKey children, CancellationToken ct)
    {
        await using var db = turn.Open(children.TenantId);
        var rows = Rows(db, children);
        return new ChildrenWaiting(await rows.LongCountAsync(ct), await rows.LongCountAsync(c => c.Backfill && c.Attempts == 0, ct));
    }

    /// <summary>Queues kept parents for a backfill, a batch at a time; whoever removes parents meanwhile finds them in the queue.</summary>
    public Task<string?> AddKeptAsync(SyncLease lease, StreamKey children, ParentChoice choice, string? after, int limit, CancellationToken ct) => turn.WriteAsync(
        lease,
        async (db, _) =>
        {
            var type = RecordTable.For(children.DataType).Parents ?? throw new ArgumentException($"{children.DataType} are not read per parent.", nameof(children));
            var parents = await turn.StreamAsync(db, children with { DataType = type }, ct);
            var kept = Ledger.Kept(db, parents.Key(), parents.LiveGeneration);
            if (choice.OpenOnly && type == DataType.Tickets)
            {
                var open = db.Tickets.Where(t =>
                    t.IntegrationId == parents.IntegrationId && t.Partition == parents.Partition && t.Generation == parents.LiveGeneration && !t.IsClosed);
                kept = kept.Where(l => open.Any(t => t.ExternalId == l.ExternalId));
            }

            var ids = await Ledger.PageAsync(kept, after, limit, ct);
            await AddAsync(db, children, choice.Share is { } share ? ids.FindAll(id => share(id)) : ids, parents.ReadSequence, backfill: true, ct);
            return ids.Count == limit ? ids[^1] : null;
        },
        ct);

    /// <summary>Queues parents; one that waits already keeps its place, and what is urgent once stays so.</summary>
    public async Task AddAsync(PortalContext db, StreamKey children, List<string> parents, long mark, bool backfill, CancellationToken ct)
    {
        if (parents.Count == 0)
        {
            return;
        }

        var waiting = await Rows(db, children).Where(c => EF.Parameter(parents).Contains(c.ParentId)).AsNoTracking().ToDictionaryAsync(c => c.ParentId, ct);
        var now = turn.Now;
        await turn.Dialect.UpsertAsync(db, parents.ConvertAll(id => Row(children, id, waiting.GetValueOrDefault(id), mark, backfill, now)), ct);
    }

    public static Task TakeOffAsync(PortalContext db, StreamKey children, ChildWork work, CancellationToken ct) =>
        Rows(db, children).Where(c => c.ParentId == work.ParentId && c.Mark == work.Mark).ExecuteDeleteAsync(ct);

    /// <summary>Their children came otherwise, by a read with this sequence; who was queued after it stays.</summary>
    public static Task TakeOffAsync(PortalContext db, StreamKey children, List<string> parents, long sequence, CancellationToken ct) => parents.Count == 0
        ? Task.CompletedTask
        : Rows(db, children).Where(c => EF.Parameter(parents).Contains(c.ParentId) && c.Mark <= sequence).ExecuteDeleteAsync(ct);

    public Task PostponeAsync(SyncLease lease, StreamKey children, ChildWork work, string why, CancellationToken ct) => turn.WriteAsync(
        lease,
        async (db, _) =>
        {
            if (await Rows(db, children).FirstOrDefaultAsync(c => c.ParentId == work.ParentId && c.Mark == work.Mark, ct) is { } row)
            {
                var wait = TimeSpan.FromMinutes(Math.Pow(2, Math.Min(row.Attempts, 10)));
                row.Attempts++;
                row.NotBefore = turn.Now + (wait < LongestWait ? wait : LongestWait);
                row.LastError = StreamMapping.Clean(why);
            }
        },
        ct);

    /// <summary>Parents are gone: their children, everything known of them and their places in the queue go, too.</summary>
    public async Task RemoveAsync(PortalContext db, StreamKey children, List<string> parents, CancellationToken ct)
    {
        // Whoever is storing children of these has to be done first, or they would come after.
        await turn.FindStreamAsync(db, children, ct);
        var table = RecordTable.For(children.DataType);
        var rows = await table.ChildrenOfAsync(db, children, parents, ct);
        foreach (var generation in rows.GroupBy(r => r.Generation, r => r.Id))
        {
            var ids = generation.ToList();
            await table.DeleteAsync(db, children, generation.Key, ids, ct);
            await Ledger.Rows(db, children, generation.Key, ids).ExecuteDeleteAsync(ct);
        }

        await Quarantine.ForgetChildrenAsync(db, children, parents, ct);
        await Rows(db, children).Where(c => EF.Parameter(parents).Contains(c.ParentId)).ExecuteDeleteAsync(ct);
    }

    private static IQueryable<ChildQueueRow> Rows(PortalContext db, StreamKey children) =>
        db.ChildQueue.Where(c => c.IntegrationId == children.IntegrationId && c.DataType == children.DataType);

    private static ChildQueueRow Row(StreamKey children, string parent, ChildQueueRow? waiting, long mark, bool backfill, DateTimeOffset now) => new()
    {
        TenantId = children.TenantId,
        IntegrationId = children.IntegrationId,
        DataType = children.DataType,
        ParentId = parent,
        Mark = Math.Max(mark, (waiting?.Mark ?? 0) + 1),
        Backfill = backfill && waiting?.Backfill != false,
        QueuedAt = waiting?.QueuedAt ?? now,
    };
}
