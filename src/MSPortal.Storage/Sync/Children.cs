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
        var changes = Changes.Of(commit.Key, commit.Changes with { Bad = Bad(commit) }, new TicketScope(), turn.Now);
        return lease is null
            ? turn.WriteAsync(commit.Key.TenantId, db => StoreAsync(db, commit, changes, ct), ct)
            : turn.WriteAsync(lease, (db, _) => StoreAsync(db, commit, changes, ct), ct);
    }

    /// <summary>Sets that came with a page of their parents: stored together, since a page has many.</summary>
    public async Task StoreAsync(PortalContext db, StreamKey key, IReadOnlyList<ChildrenCommit> sets, CancellationToken ct)
    {
        if (sets.Count == 0)
        {
            return;
        }

        var stream = await turn.StreamAsync(db, key, ct);
        var gone = await GoneParentsAsync(db, key, sets.Select(s => s.ParentId), ct);
        var there = (await RecordTable.For(key.DataType).ChildrenOfAsync(db, key, [.. sets.Select(s => s.ParentId)], ct))
            .Where(c => c.Generation == stream.LiveGeneration).ToLookup(c => c.Parent, c => c.Id);
        var known = await Ledger.KnownAsync(db, key, stream.LiveGeneration, [.. there.SelectMany(t => t)], ct);
        // Of a parent that was read later something is stored already.
        var newest = sets.Where(s => !gone.Contains(s.ParentId)
            && !there[s.ParentId].Any(id => known.GetValueOrDefault(id)?.ReadSequence > s.Changes.ReadSequence)).ToList();
        if (newest.Count == 0)
        {
            return;
        }

        var all = newest[0].Changes with { Rows = [.. newest.SelectMany(s => s.Changes.Rows)], Bad = [.. newest.SelectMany(Bad)] };
        var changes = Changes.Of(key, all, new TicketScope(), turn.Now);
        changes = changes.WithGone(newest.Where(s => s.Complete).SelectMany(s => there[s.ParentId]).Except([.. changes.Ids, .. changes.BadIds]));
        var verdicts = await records.ApplyAsync(db, stream, changes, Records.Generations(stream), ct);
        await Quarantine.ForgetOthersAsync(db, key, newest.FindAll(s => s.Complete).ConvertAll(s => s.ParentId), changes, ct);
        await Quarantine.UpdateAsync(db, key, changes, verdicts, ct);
    }

    private static IReadOnlyList<BadRow> Bad(ChildrenCommit set) => [.. set.Changes.Bad.Select(b => b with { ParentId = set.ParentId })];

    private async Task<CommitResult> StoreAsync(PortalContext db, ChildrenCommit commit, Changes changes, CancellationToken ct)
    {
        var stream = await turn.StreamAsync(db, commit.Key, ct);
        var (result, quarantined) = (await GoneParentsAsync(db, commit.Key, [commit.ParentId], ct)).Count > 0
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
    private static async Task<HashSet<string>> GoneParentsAsync(PortalContext db, StreamKey children, IEnumerable<string> parents, CancellationToken ct)
    {
        if (RecordTable.For(children.DataType).Parents is not { } type)
        {
            return [];
        }

        var key = children with { DataType = type };
        var live = await Generations.LiveAsync(db, key, ct);
        var known = await Ledger.KnownAsync(db, key, live, [.. parents], ct);
        return [.. known.Values.Where(k => k.State != LedgerState.Kept).Select(k => k.Id)];
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
        if (commit.Complete)
        {
            await Quarantine.ForgetOthersAsync(db, key, [commit.ParentId], changes, ct);
        }

        var quarantined = await Quarantine.UpdateAsync(db, key, changes, verdicts, ct);
        return (Pages.Result(verdicts, stream), quarantined);
    }
}
