using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;

namespace MSPortal.Core.Sync;

/// <summary>One slice of a stream that is read per parent: what changed first, the backfill when nothing else is due.</summary>
internal sealed class ChildrenRun(Slice slice)
{
    private const int Batch = 50;

    /// <summary>One failing answer is its parent's affair; this many in a row are the vendor's.</summary>
    private const int OddInARow = 5;

    private readonly Workplace place = slice.Place;
    private readonly Outcome outcome = new(slice);
    private int parents;
    private int odd;
    private int answered;
    private Fault? refusal;

    private bool IsBackfill => slice.Slot == PassKind.Full;

    private PassState Pass => slice.Pass!;

    public async Task RunAsync(CancellationToken ct)
    {
        await slice.OpenAsync(Begin, ct);
        while (await NextAsync(ct) is { Count: > 0 } works)
        {
            foreach (var work in works)
            {
                if (parents++ >= place.Options.SliceParents || slice.IsOutOfTime)
                {
                    await slice.YieldAsync(slice.Progress.NotBefore, new RunCounts(), ct);
                    return;
                }

                await ReadAsync(work, ct);
            }
        }

        if (refusal is not null && answered == 0 && await IsDeniedAsync(ct))
        {
            await outcome.TroubleAsync(refusal, ct);
            return;
        }

        await outcome.SucceedAsync(await CompleteAsync(ct), Caveats(), null, ct);
    }

    /// <summary>Too few parents waited to be many in a row, but none could be read: here only a plain word of the account counts.</summary>
    private async Task<bool> IsDeniedAsync(CancellationToken ct)
    {
        var check = await new AccountCheck(place, slice.Meter, slice.Key.Partition).AskAsync(ct);
        return check.Report is { Passed: true } report
            && report.Areas.Any(a => a.DataType == slice.Key.DataType && a.Outcome == AreaOutcome.NotPermitted);
    }

    private PassState Begin(long sequence) => new()
    {
        Kind = slice.Slot,
        RunId = 0,
        Trigger = slice.Pass is { Restart: true } planned ? planned.Trigger : SyncTrigger.Schedule,
        RequestId = slice.Pass is { Restart: true } asked ? asked.RequestId : null,
        StartedAt = place.Now,
        StartSequence = sequence,
        Generation = slice.Progress.LiveGeneration,
        NewWatermark = place.Now,
        Failures = slice.Pass?.Failures ?? 0,
    };

    private async Task<IReadOnlyList<ChildWork>> NextAsync(CancellationToken ct)
    {
        var due = await place.Store.ChildrenDueAsync(slice.Key, Batch, ct);
        // What is urgent comes first and has a slice of its own.
        return [.. due.TakeWhile(w => w.Backfill == IsBackfill)];
    }

    private async Task ReadAsync(ChildWork work, CancellationToken ct)
    {
        var read = slice.Definition.ReadChildren ?? throw new InvalidOperationException($"{slice.Definition.Label} cannot be read per parent.");
        var sequence = await slice.NextSequenceAsync(ct);
        ChildrenResult result;
        try
        {
            result = await read(slice.Session, work.ParentId, ct);
            if (result.ParentGone)
            {
                await ConfirmGoneAsync(work, ct);
            }

            odd = 0;
            answered++;
        }
        catch (FaultException e) when (e.Fault is Fault.BadData or Fault.VendorDown or Fault.PermissionMissing && ++odd < OddInARow)
        {
            refusal = e.Fault as Fault.PermissionMissing ?? refusal;
            await PostponeAsync(work, e.Fault.Sentence, ct);
            return;
        }

        if (result.ParentGone)
        {
            return;
        }

        var changes = Sorting.Sort(place.Integration, slice.Changes(sequence), result.Rows, result.Bad);
        var counts = new RunCounts { Read = result.Rows.Count + result.Bad.Count, Pages = 1 } + slice.Meter.Take();
        var stored = await place.Store.CommitChildrenAsync(
            place.Lease,
            new ChildrenCommit
            {
                Key = slice.Key,
                RunId = Pass.RunId,
                ParentId = work.ParentId,
                Work = work,
                Changes = changes,
                Complete = result.Complete && changes.Bad.All(b => b.ExternalId is not null),
                Counts = counts,
            },
            ct);
        SyncTelemetry.Stored(place, slice.Key.DataType, counts, changes, stored);
        slice.Adopt(slice.Put(Pass with { BadRows = Pass.BadRows + changes.Bad.Count }));
    }

    /// <summary>Children go only with their parent, and the parent only with a proof of its own.</summary>
    private async Task ConfirmGoneAsync(ChildWork work, CancellationToken ct)
    {
        var definition = place.Connector.Streams.FirstOrDefault(s => s.DataType == slice.Definition.Parent);
        if (definition?.ReadByIds is { } readByIds)
        {
            var key = slice.Key with { DataType = definition.DataType };
            var sequence = await place.Store.NextReadSequenceAsync(key, ct);
            var into = new RowChanges { ReadSequence = sequence, ReadAt = place.Now }.WithChildren(slice.Definition);
            var results = await readByIds(slice.Session, [work.ParentId], ct);
            var changes = Sorting.Sort(place.Integration, into, [work.ParentId], results, out _);
            _ = await place.Store.CommitReadsAsync(key, changes, ct) ?? throw new FencedOffException(place.Lease);
            if (changes.Gone.Count > 0 || changes.OutOfScope.Count > 0)
            {
                await TakeOffAsync(work, sequence, ct);
                return;
            }
        }

        await PostponeAsync(work, "The vendor says that the parent is gone, but not when asked for it.", ct);
    }

    /// <summary>The parent took its children along; only the place in the queue may be left.</summary>
    private async Task TakeOffAsync(ChildWork work, long sequence, CancellationToken ct) =>
        await place.Store.CommitChildrenAsync(
            place.Lease,
            new ChildrenCommit
            {
                Key = slice.Key,
                RunId = Pass.RunId,
                ParentId = work.ParentId,
                Work = work,
                Changes = slice.Changes(sequence),
                Complete = true,
                Counts = slice.Meter.Take(),
            },
            ct);

    private async Task PostponeAsync(ChildWork work, string why, CancellationToken ct)
    {
        await place.Store.PostponeChildAsync(place.Lease, slice.Key, work, why, ct);
        slice.Adopt(slice.Put(Pass with { Postponed = Pass.Postponed + 1 }));
    }

    private IReadOnlyList<string> Caveats() => Pass.Postponed == 0
        ? StreamRun.Caveats(Pass)
        :
        [
            .. StreamRun.Caveats(Pass),
            $"{slice.Definition.Label} of {Pass.Postponed:N0} {(Pass.Postponed == 1 ? "record" : "records")} could not be read; they are tried again.",
        ];

    private async Task<StreamProgress> CompleteAsync(CancellationToken ct)
    {
        var progress = IsBackfill ? slice.Progress : slice.Progress with { IncrementalDueAt = Next() };
        var told = (await place.Store.StreamAsync(slice.Key with { DataType = slice.Definition.Parent!.Value }, ct))?.Progress.LastCompleteAt;
        if (told is not { } upTo || !await IsCompleteAsync(progress, ct))
        {
            return progress;
        }

        // Whose children changed is known by the parents only: these are no fresher than those.
        var at = upTo < Pass.StartedAt ? upTo : Pass.StartedAt;
        return progress with { LastCompleteAt = progress.LastCompleteAt > at ? progress.LastCompleteAt : at };
    }

    /// <summary>The first time only when the children of every parent have been asked for; from then on whatever changed is enough.</summary>
    private async Task<bool> IsCompleteAsync(StreamProgress progress, CancellationToken ct) => progress.LastCompleteAt is null
        ? (await place.Store.CountChildrenDueAsync(slice.Key, ct)).FirstReads == 0
        : !IsBackfill && Pass is { BadRows: 0, Postponed: 0 } && !await AreLateAsync(ct);

    /// <summary>Where every change waits in the backfill, since the parents are only ever read whole, that has to be through as well.</summary>
    private async Task<bool> AreLateAsync(CancellationToken ct) => slice.Definition.FollowsParentTime && (await place.Store.CountChildrenDueAsync(slice.Key, ct)).FirstReads > 0;

    private DateTimeOffset Next() =>
        Schedule.Next(slice.Key, "incremental", Pass.StartedAt, place.Now, slice.Stream.Interval, place.Integration.TimeZone);
}
