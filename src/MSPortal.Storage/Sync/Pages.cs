using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Storage.Integrations;
using MSPortal.Storage.Model;

namespace MSPortal.Storage.Sync;

/// <summary>Pages of a pass and single reads: rows, marks, quarantine, counts and progress together or not at all.</summary>
internal sealed class Pages(Turn turn, Records records, ChildQueue queue, Children parents)
{
    public async Task<CommitResult> CommitAsync(SyncLease lease, PageCommit page, CancellationToken ct)
    {
        var changes = Changes.Of(page.Key, page.Changes, await Scopes.OfAsync(turn, page.Key, ct), turn.Now);
        // What a copy beside the live one gets is nothing new to anyone: the swap counts that.
        return await turn.WriteAsync(
            lease,
            async (db, _) =>
            {
                var stream = await turn.StreamAsync(db, page.Key, ct);
                var (result, quarantined) = await StoreAsync(db, stream, page.Changes, changes, page.Generations, page.Children, ct);
                var run = await Runs.FindAsync(db, page.Key, page.RunId, ct);
                run.HeartbeatAt = turn.Now;
                Runs.Add(run, page.Counts + (page.Generations.Contains(stream.LiveGeneration) ? Counts(result, quarantined) : new RunCounts { Quarantined = quarantined }));
                stream.Set(page.Progress);
                if (result.Created + result.Updated > 0)
                {
                    await UnknownNames.TellAsync(turn, db, page, ct);
                }

                await db.SaveChangesAsync(ct);
                return result;
            },
            ct);
    }

    public Task<CommitResult?> CommitReadsAsync(StreamKey key, RowChanges read, CancellationToken ct) => turn.WriteAsync(
        key.TenantId,
        async db =>
        {
            // Held until the end: whoever changes the choice meanwhile waits, and then finds what was stored by the old one.
            var integration = await turn.IntegrationAsync(db, key.TenantId, key.IntegrationId, ct);
            var stream = await turn.StreamAsync(db, key, ct);
            var now = Scopes.Choice(integration!);
            if (read.Choice?.SelectsLike(now) == false)
            {
                return null;
            }

            var changes = Changes.Of(key, read, now.Tickets, turn.Now);
            var (result, _) = await StoreAsync(db, stream, read, changes, Records.Generations(stream), [], ct);
            await db.SaveChangesAsync(ct);
            return (CommitResult?)result;
        },
        ct);

    /// <summary>Databases keep microseconds.</summary>
    private static bool IsSame(DateTimeOffset? stored, DateTimeOffset? read) => stored?.UtcTicks / TimeSpan.TicksPerMicrosecond == read?.UtcTicks / TimeSpan.TicksPerMicrosecond;

    public static RunCounts Counts(CommitResult result, int quarantined) => new()
    {
        Created = result.Created,
        Updated = result.Updated,
        Unchanged = result.Unchanged,
        Removed = result.Removed,
        LeftScope = result.LeftScope,
        Quarantined = quarantined,
    };

    public static CommitResult Result(Verdicts verdicts, StreamRow stream) => new(
        verdicts.Created.Count,
        verdicts.Updated.Count,
        verdicts.Unchanged,
        verdicts.Removed.Count,
        verdicts.LeftScope.Count,
        verdicts.Superseded.Count,
        ++stream.ReadSequence);

    private async Task<(CommitResult Result, int Quarantined)> StoreAsync(
        PortalContext db, StreamRow stream, RowChanges read, Changes changes, IReadOnlyList<int> generations, IReadOnlyList<ChildrenCommit> inside, CancellationToken ct)
    {
        changes = changes.Without(await Blocking.OfAsync(db, stream.Key(), ct), Blocking.Reason);
        var times = read is { ChildType: not null, ChildrenFollowTime: true }
            ? await RecordTable.For(stream.DataType).VendorTimesAsync(db, stream.Key(), generations[0], changes.Ids, ct)
            : null;
        var verdicts = await records.ApplyAsync(db, stream, changes, generations, ct);
        var quarantined = await Quarantine.UpdateAsync(db, stream.Key(), changes, verdicts, ct);
        if (read.ChildType is { } childType)
        {
            var children = stream.Key() with { DataType = childType };
            if (verdicts.Left is { Count: > 0 } left && generations.Contains(stream.LiveGeneration))
            {
                await queue.RemoveAsync(db, children, left, ct);
            }

            var complete = inside.Where(c => c.Complete && c.Key == children).Select(c => c.ParentId).ToList();
            var updated = times is null ? verdicts.Updated : verdicts.Rows.Where(r => times.TryGetValue(r.ExternalId, out var before) && !IsSame(before, r.VendorUpdatedAt)).Select(r => r.ExternalId);
            await queue.AddAsync(db, children, [.. verdicts.Created.Concat(updated).Except(complete)], changes.Sequence, read.ChildrenAreBackfill, ct);
            await parents.StoreAsync(db, children, inside, ct);
            await ChildQueue.TakeOffAsync(db, children, complete, changes.Sequence, ct);
        }

        return (Result(verdicts, stream), quarantined);
    }
}
