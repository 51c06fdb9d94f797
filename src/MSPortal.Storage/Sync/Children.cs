using MSPortal.Core.Contracts;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Storage.Model;

namespace MSPortal.Storage.Sync;

/// <summary>All children of one parent at once: what is not among them any more goes, but only if these were all.</summary>
internal sealed class Children(Turn turn, Records records)
{
    public Task<CommitResult> CommitAsync(SyncLease? lease, ChildrenCommit commit, CancellationToken ct)
    {
        var changes = Changes.Of(commit.Key, commit.Changes, new TicketScope(), turn.Now);
        return lease is null
            ? turn.WriteAsync(commit.Key.TenantId, db => StoreAsync(db, commit, changes, ct), ct)
            : turn.WriteAsync(lease, (db, _) => StoreAsync(db, commit, changes, ct), ct);
    }

    private async Task<CommitResult> StoreAsync(PortalContext db, ChildrenCommit commit, Changes changes, CancellationToken ct)
    {
        var stream = await turn.StreamAsync(db, commit.Key, ct);
        var (result, quarantined) = await IsParentGoneAsync(db, commit, ct)
            ? (new CommitResult(0, 0, 0, 0, 0, 0, ++stream.ReadSequence), 0)
            : await ReplaceAsync(db, stream, commit, changes, ct);
        if (commit.RunId is { } runId)
        {
            var run = await Runs.FindAsync(db, commit.Key, runId, ct);
            run.HeartbeatAt = turn.Now;
            Runs.Add(run, commit.Counts + Pages.Counts(result, quarantined));
        }

        if (commit.Work is { } work)
        {
            await ChildQueue.TakeOffAsync(db, commit.Key, work, ct);
        }

        await db.SaveChangesAsync(ct);
        return result;
    }

    /// <summary>Children that were read while their parent was removed would belong to nobody.</summary>
    private static async Task<bool> IsParentGoneAsync(PortalContext db, ChildrenCommit commit, CancellationToken ct)
    {
        if (RecordTable.For(commit.Key.DataType).Parents is not { } type)
        {
            return false;
        }

        var key = commit.Key with { DataType = type };
        var live = await Generations.LiveAsync(db, key, ct);
        var known = await Ledger.KnownAsync(db, key, live, [commit.ParentId], ct);
        return known.Values.Any(k => k.State != LedgerState.Kept);
    }

    private async Task<(CommitResult Result, int Quarantined)> ReplaceAsync(
        PortalContext db, StreamRow stream, ChildrenCommit commit, Changes changes, CancellationToken ct)
    {
        var key = commit.Key;
        var there = await RecordTable.For(key.DataType).ChildrenOfAsync(db, key, [commit.ParentId], ct);
        var ids = there.Where(c => c.Generation == stream.LiveGeneration).Select(c => c.Id).ToList();
        var known = await Ledger.KnownAsync(db, key, stream.LiveGeneration, ids, ct);
        if (known.Values.Any(k => k.ReadSequence > changes.Sequence))
        {
            // A later read of this parent is stored; what only this one has is gone since.
            return (new CommitResult(0, 0, 0, 0, 0, changes.Ids.Count, ++stream.ReadSequence), 0);
        }

        if (commit.Complete)
        {
            changes = changes.WithGone(ids.Except([.. changes.Ids, .. changes.BadIds]));
        }

        var verdicts = await records.ApplyAsync(db, stream, changes, Records.Generations(stream), ct);
        var quarantined = await Quarantine.UpdateAsync(db, key, changes, verdicts, ct);
        return (Pages.Result(verdicts, stream), quarantined);
    }
}
