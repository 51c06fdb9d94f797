using Microsoft.Extensions.Logging;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;

namespace MSPortal.Core.Sync;

/// <summary>One slice of one pass of a stream: page after page, each stored with its cursor, until the pass or the slice is over.</summary>
internal sealed class StreamRun(Slice slice)
{
    private readonly Workplace place = slice.Place;
    private readonly Outcome outcome = new(slice);

    private PassState Pass => slice.Pass!;

    public async Task RunAsync(CancellationToken ct)
    {
        await slice.OpenAsync(Begin, ct);
        if (slice.Key.DataType == DataType.Tickets && place.Integration.Scope.SelectsNothing)
        {
            await NothingSelectedAsync(ct);
            return;
        }

        if (slice.Slot == PassKind.Incremental && Pass is { Cursor: null, Phase: PassPhase.Reading })
        {
            await ReadQuarantinedAsync(ct);
        }

        var verdict = Pass.Phase == PassPhase.Reading ? await ReadAsync(ct) : Verdict.Complete;
        switch (verdict)
        {
            case { Doubt: { } doubt }:
                await outcome.DoubtAsync(doubt, ct);
                break;
            case { StartOver: { } lost }:
                await outcome.StartOverAsync(lost, NextIncremental(Pass.StartedAt), ct);
                break;
            case { IsComplete: false }:
                await slice.YieldAsync(slice.Progress.NotBefore, new RunCounts(), ct);
                break;
            case var _ when slice.Slot == PassKind.Full:
                await new Reconcile(slice, outcome).RunAsync(ct);
                break;
            default:
                await CompleteIncrementalAsync(ct);
                break;
        }
    }

    /// <summary>A new pass, from what the stream knows; a planned one hands on who asked for it.</summary>
    private PassState Begin(long sequence)
    {
        var (now, planned, progress) = (place.Now, slice.Pass, slice.Progress);
        var restart = planned is { Restart: true } ? planned : null;
        var live = progress.LiveGeneration;
        return new PassState
        {
            Kind = slice.Slot,
            RunId = 0,
            Trigger = restart?.Trigger ?? ScheduledTrigger(),
            RequestId = restart?.RequestId,
            StartedAt = now,
            TryingSince = planned?.TryingSince ?? now,
            StartSequence = sequence,
            // A shadow is numbered by its first read, so that no left-over of an earlier one can be in it.
            Generation = restart?.Generation > live ? (int)Math.Max(sequence, live + 1) : live,
            Since = slice.Slot == PassKind.Incremental ? progress.Watermark - slice.Definition.Overlap : null,
            NewWatermark = now,
            Doubts = restart?.Doubts ?? 0,
            Failures = planned?.Failures ?? 0,
        };
    }

    private SyncTrigger ScheduledTrigger() =>
        slice.Slot == PassKind.Incremental ? SyncTrigger.Schedule
        : slice.Progress.LastCompleteAt is null ? SyncTrigger.Initial
        : slice.Definition.CanReadChanges ? SyncTrigger.Reconcile
        : SyncTrigger.Schedule;

    private async Task<Verdict> ReadAsync(CancellationToken ct)
    {
        var read = slice.Definition.Read ?? throw new InvalidOperationException($"{slice.Definition.Label} have no pages to read.");
        var request = new ReadRequest(slice.Slot, new Cursor(Pass.Cursor), Pass.Since) { Bookmark = slice.Progress.Bookmark };
        var sequence = await slice.NextSequenceAsync(ct);
        var inside = await PageChildren.OpenAsync(place, slice.Key, ct);
        await foreach (var page in read(slice.Session, request, ct).WithCancellation(ct))
        {
            if (page.StartOver is { } lost)
            {
                // A complete read that has lost its place begins anew like any that is in doubt.
                return slice.Slot == PassKind.Full ? new Verdict(false, lost) : new Verdict(false, null, lost);
            }

            sequence = await StoreAsync(page, sequence, inside, ct);
            if (page.Doubt is not null || page.Complete)
            {
                return new Verdict(page.Doubt is null, page.Doubt);
            }

            if (slice.IsOver)
            {
                return Verdict.Unfinished;
            }
        }

        return new Verdict(false, "The vendor's answers ended without saying that they were all.");
    }

    /// <summary>The answer is the sequence for the next page, taken before that is asked for.</summary>
    private async Task<long> StoreAsync(Page page, long sequence, PageChildren? inside, CancellationToken ct)
    {
        var changes = Sorting.Sort(place.Integration, slice.Changes(sequence) with { Gone = page.Deleted }, page.Rows, page.Bad);
        var isFirst = Pass is { Cursor: null, Phase: PassPhase.Reading };
        var watermark = isFirst && page.VendorTime is { } vendor && vendor < Pass.NewWatermark ? vendor : Pass.NewWatermark;
        var pass = Pass with
        {
            Cursor = page.Next.Value,
            NewWatermark = watermark,
            PruneBlocked = Pass.PruneBlocked || changes.Bad.Any(b => b.ExternalId is null),
            BadRows = Pass.BadRows + changes.Bad.Count,
            Phase = page is { Complete: true, Doubt: null } ? PassPhase.Confirming : PassPhase.Reading,
        };
        var progress = slice.Put(pass);
        if (pass.Phase == PassPhase.Confirming && page.Bookmark is { } bookmark)
        {
            // What the live copy does not have yet must still be told to it; changes go into both copies, so that the youngest bookmark holds for both.
            progress = pass.Generation > progress.LiveGeneration ? slice.Put(pass with { Bookmark = bookmark })
                : slice.Slot == PassKind.Incremental && progress.Full is { Bookmark: not null } full ? progress with { Bookmark = bookmark, Full = full with { Bookmark = null } }
                : progress with { Bookmark = bookmark };
        }

        if (progress.Watermark is null && slice.Slot == PassKind.Full && slice.Definition.CanReadChanges)
        {
            // From here on changes are read beside the long first pass.
            progress = progress with { Watermark = watermark, IncrementalDueAt = NextIncremental(Pass.StartedAt) };
        }

        var counts = new RunCounts { Read = page.Rows.Count + page.Bad.Count, Pages = 1, Total = page.Total };
        var result = await slice.CommitAsync(changes, progress, counts, slice.Generations, ct, inside?.Of(page, changes));
        if (inside is not null)
        {
            await inside.NextAsync(ct);
        }

        return result.NextReadSequence;
    }

    /// <summary>What could not be understood may be readable by now; it is asked for by id before anything else.</summary>
    private async Task ReadQuarantinedAsync(CancellationToken ct)
    {
        if (slice.Definition.ReadByIds is not { } readByIds
            || await place.Store.QuarantinedAsync(slice.Key, place.Options.QuarantineBatch, ct) is not { Count: > 0 } ids)
        {
            return;
        }

        var sequence = await slice.NextSequenceAsync(ct);
        IReadOnlyList<ReadResult> results;
        try
        {
            results = await readByIds(slice.Session, ids, ct);
        }
        catch (Exception e) when (e is HttpRequestException or FaultException { Fault: Fault.VendorDown or Fault.BadData or Fault.PermissionMissing })
        {
            // What is wrong with these must not keep the changes waiting; they come up again with the next pass.
            place.Log.LogInformation(e, "{Integration}: {DataType} kept aside could not be read again", place.Integration.Name, slice.Key.DataType.Label());
            return;
        }

        var changes = Sorting.Sort(place.Integration, slice.Changes(sequence), ids, results, out _);
        var progress = slice.Put(Pass with { BadRows = Pass.BadRows + changes.Bad.Count });
        await slice.CommitAsync(changes, progress, new RunCounts { Read = results.Count }, slice.Generations, ct);
    }

    private Task CompleteIncrementalAsync(CancellationToken ct)
    {
        var progress = slice.Progress with
        {
            Watermark = Pass.NewWatermark,
            LastCompleteAt = Later(slice.Progress.LastCompleteAt, Pass.StartedAt),
            IncrementalDueAt = NextIncremental(Pass.StartedAt),
        };
        return outcome.SucceedAsync(progress, Caveats(Pass), null, ct);
    }

    /// <summary>Before the first complete read nothing is fresh, however new the changes.</summary>
    private static DateTimeOffset? Later(DateTimeOffset? complete, DateTimeOffset started) =>
        complete is { } at ? (started > at ? started : at) : null;

    public static IReadOnlyList<string> Caveats(PassState pass) => pass.BadRows == 0
        ? []
        : [$"{pass.BadRows:N0} {(pass.BadRows == 1 ? "record" : "records")} could not be understood and {(pass.BadRows == 1 ? "is" : "are")} kept aside."];

    private async Task NothingSelectedAsync(CancellationToken ct)
    {
        // Nobody asks for these again, so nothing else would ever end their being kept aside.
        await place.Store.ForgetQuarantinedAsync(place.Lease, slice.Key, ct);
        var word = place.Connector.TicketSettings?.ContainerWord ?? "selection";
        var progress = slice.Progress with
        {
            IncrementalDueAt = NextIncremental(place.Now),
            FullDueAt = place.Now + slice.Stream.ReconcileInterval,
            ShadowGeneration = slice.Slot == PassKind.Full ? null : slice.Progress.ShadowGeneration,
        };
        await outcome.SucceedAsync(progress, [], $"No {word} is selected, so no tickets are read.", ct);
    }

    private DateTimeOffset NextIncremental(DateTimeOffset from) =>
        Schedule.Next(slice.Key, "incremental", from, place.Now, slice.Stream.Interval, place.Integration.TimeZone);

    private sealed record Verdict(bool IsComplete, string? Doubt, string? StartOver = null)
    {
        public static readonly Verdict Complete = new(true, null);
        public static readonly Verdict Unfinished = new(false, null);
    }
}
