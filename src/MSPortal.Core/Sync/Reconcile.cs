using MSPortal.Core.Contracts;
using MSPortal.Core.Ports;

namespace MSPortal.Core.Sync;

/// <summary>The end of a complete read: what is missing is removed only with proof, one id at a time, and never in masses without a person.</summary>
internal sealed class Reconcile(Slice slice, Outcome outcome)
{
    private readonly Workplace place = slice.Place;
    private readonly ISyncStore store = slice.Place.Store;

    private enum Gate
    {
        Open,

        /// <summary>A person has to decide.</summary>
        Closed,

        /// <summary>The slice is over before it is known.</summary>
        NotYet,
    }

    private PassState Pass => slice.Pass!;

    private bool IsShadow => slice.Progress.ShadowGeneration is { } shadow && Pass.Generation == shadow;

    public async Task RunAsync(CancellationToken ct)
    {
        if (Pass.Phase != PassPhase.Clearing)
        {
            var gate = await GuardAsync(ct);
            if (gate == Gate.Closed)
            {
                return;
            }

            if (gate == Gate.NotYet || ((IsShadow || !(Pass.PruneBlocked || slice.Definition.KeepsHistory)) && !await ConfirmAsync(ct)))
            {
                await slice.YieldAsync(slice.Progress.NotBefore, new RunCounts(), ct);
                return;
            }

            await SettleAsync(ct);
        }

        if (!await ClearAsync(ct))
        {
            await slice.YieldAsync(slice.Progress.NotBefore, new RunCounts(), ct);
            return;
        }

        await CompleteAsync(ct);
    }

    /// <summary>Lets removals pass that are few, or that a person has released; what only left the scope is no removal.</summary>
    private async Task<Gate> GuardAsync(CancellationToken ct)
    {
        if (slice.Definition.KeepsHistory || Pass.ConfirmAfter is not null || Pass.ReleasedBy is not null || (Pass.PruneBlocked && !IsShadow))
        {
            return Gate.Open;
        }

        var (missing, kept) = await MissingAsync(ct);
        if (missing > 0 && slice.Definition.ReadByIds is null)
        {
            await HoldAsync(missing, $"{missing:N0} of {kept:N0} records would be removed, and the vendor cannot be asked about single ones; nothing was; a person decides.", ct);
            return Gate.Closed;
        }

        if (slice.Definition is { IsFleeting: true, ReadByIds: not null } || !place.Options.IsMassDeletion(missing, kept))
        {
            return Gate.Open;
        }

        if (!await SiftAsync(ct))
        {
            return Gate.NotYet;
        }

        (_, kept) = await MissingAsync(ct);
        if (!place.Options.IsMassDeletion(Pass.SiftedGone, kept))
        {
            return Gate.Open;
        }

        await HoldAsync(Pass.SiftedGone, $"{Pass.SiftedGone:N0} of {kept:N0} records would be removed; nothing was; a person decides.", ct);
        return Gate.Closed;
    }

    private async Task HoldAsync(long missing, string sentence, CancellationToken ct)
    {
        var held = Pass with
        {
            Phase = PassPhase.Held,
            HeldMissing = (int)Math.Min(missing, int.MaxValue),
            SiftAfter = null,
            SiftedGone = 0,
            RunId = 0,
            RunningUnder = null,
            // Released, a swap still belongs on the receipt of whoever asked for it.
            RequestId = IsShadow ? Pass.RequestId : null,
            Failures = 0,
            Doubts = 0,
        };
        // The live copy is as old as before when the complete read went to a shadow.
        var progress = IsShadow ? slice.Put(held) : Read(slice.Put(held));
        await slice.EndAsync(RunStatus.Partial, sentence, "Held", progress with { FullDueAt = NextFull(), NotBefore = null }, ct);
    }

    private Task<(long Missing, long Kept)> MissingAsync(CancellationToken ct) => IsShadow
        ? store.CountMissingInShadowAsync(slice.Key, slice.Progress.LiveGeneration, Pass.Generation, ct)
        : store.CountMissingAsync(slice.Key, Pass.Generation, Pass.StartSequence, ct);

    /// <summary>So much is missing that the vendor is asked what has become of it before anything goes: what is there stays, what is out of scope leaves quietly. False when the slice is over before all are asked.</summary>
    private async Task<bool> SiftAsync(CancellationToken ct)
    {
        while (await NextIdsAsync(Pass.SiftAfter, ct) is { Count: > 0 } ids)
        {
            if (slice.IsOver)
            {
                return false;
            }

            var (changes, unknown) = await AskAsync(ids, ct);
            // What cannot be told now may be told as gone a moment later, when nobody counts any more.
            var pass = Pass with { SiftAfter = ids[^1], SiftedGone = Pass.SiftedGone + changes.Gone.Count + unknown.Count, BadRows = Pass.BadRows + changes.Bad.Count };
            await slice.CommitAsync(changes with { Gone = [] }, slice.Put(pass), new RunCounts(), Generations(), ct);
        }

        return true;
    }

    /// <summary>Asks the vendor about every missing id; false when the slice is over before all are asked.</summary>
    private async Task<bool> ConfirmAsync(CancellationToken ct)
    {
        while (await NextIdsAsync(Pass.ConfirmAfter, ct) is { Count: > 0 } ids)
        {
            if (slice.IsOver)
            {
                return false;
            }

            var (changes, unknown) = slice.Definition.KeepsHistory ? (slice.Changes(await slice.NextSequenceAsync(ct)), ids) : await AskAsync(ids, ct);
            await KeepUnconfirmedAsync(unknown, ct);
            var pass = Pass with
            {
                Phase = PassPhase.Confirming,
                ConfirmAfter = ids[^1],
                Unconfirmed = slice.Definition.KeepsHistory ? 0 : Pass.Unconfirmed + unknown.Count,
                BadRows = Pass.BadRows + changes.Bad.Count,
            };
            await slice.CommitAsync(changes, slice.Put(pass), new RunCounts(), Generations(), ct);
        }

        return true;
    }

    /// <summary>What the vendor says of these ids; a swap must not lose those that it has in a form that cannot be read.</summary>
    private async Task<(RowChanges Changes, IReadOnlyList<string> Unknown)> AskAsync(IReadOnlyList<string> ids, CancellationToken ct)
    {
        var changes = slice.Changes(await slice.NextSequenceAsync(ct));
        IReadOnlyList<string> unknown = [];
        changes = slice.Definition.ReadByIds is { } readByIds
            ? Sorting.Sort(place.Integration, changes, ids, await readByIds(slice.Session, ids, ct), out unknown)
            : changes with { Gone = ids };
        await KeepUnconfirmedAsync([.. changes.Bad.Select(b => b.ExternalId).OfType<string>()], ct);
        return (changes, unknown);
    }

    private Task<IReadOnlyList<string>> NextIdsAsync(string? after, CancellationToken ct)
    {
        var batch = place.Options.ConfirmBatch;
        return IsShadow
            ? store.MissingInShadowAsync(slice.Key, slice.Progress.LiveGeneration, Pass.Generation, after, batch, ct)
            : store.MissingAsync(slice.Key, Pass.Generation, Pass.StartSequence, after, batch, ct);
    }

    /// <summary>A swap must not lose what the vendor could not tell about.</summary>
    private Task KeepUnconfirmedAsync(IReadOnlyList<string> ids, CancellationToken ct) => IsShadow && ids.Count > 0
        ? store.CarryOverAsync(place.Lease, slice.Key, slice.Progress.LiveGeneration, Pass.Generation, ids, ct)
        : Task.CompletedTask;

    /// <summary>What is said of a row in the shadow holds for the live copy too.</summary>
    private int[] Generations() => IsShadow ? [slice.Progress.LiveGeneration, Pass.Generation] : [Pass.Generation];

    /// <summary>All is decided: a shadow becomes the live copy in one step; what is left over goes afterwards.</summary>
    private async Task SettleAsync(CancellationToken ct)
    {
        var cleared = slice.Put(Pass with { Phase = PassPhase.Clearing });
        if (!IsShadow)
        {
            if (!Pass.PruneBlocked)
            {
                await store.ForgetGoneAsync(place.Lease, slice.Key, Pass.Generation, Pass.StartSequence, ct);
            }

            slice.Adopt(cleared);
            return;
        }

        var swapped = Due.Fix(cleared with { LiveGeneration = Pass.Generation, ShadowGeneration = null, Bookmark = Pass.Bookmark ?? cleared.Bookmark }, slice.Definition);
        await store.SwapGenerationAsync(place.Lease, slice.Key, swapped, ct);
        slice.Adopt(swapped);
    }

    private async Task<bool> ClearAsync(CancellationToken ct)
    {
        while (await store.ClearGenerationsAsync(slice.Key, place.Options.ClearBatch, ct))
        {
            if (slice.IsOutOfTime)
            {
                return false;
            }
        }

        return true;
    }

    private async Task CompleteAsync(CancellationToken ct)
    {
        var (_, kept) = await store.CountMissingAsync(slice.Key, Pass.Generation, Pass.StartSequence, ct);
        List<string> caveats = [.. StreamRun.Caveats(Pass)];
        if (Pass.PruneBlocked)
        {
            caveats.Add("A record came without a readable id, so nothing was removed.");
        }

        if (Pass.Unconfirmed > 0)
        {
            caveats.Add($"{Pass.Unconfirmed:N0} missing records could not be confirmed with the vendor and were kept.");
        }

        var progress = Read(slice.Progress) with { RowCount = kept, FullDueAt = NextFull() };
        if (Pass is { PruneBlocked: false, Unconfirmed: 0 })
        {
            progress = progress with { LastFullAt = Pass.StartedAt };
        }

        await outcome.SucceedAsync(progress, caveats, null, ct);
    }

    /// <summary>Everything the vendor has was read, whatever becomes of the removals: that is what freshness and watermark say.</summary>
    private StreamProgress Read(StreamProgress progress) => progress with
    {
        LastCompleteAt = progress.LastCompleteAt > Pass.StartedAt ? progress.LastCompleteAt : Pass.StartedAt,
        Watermark = !slice.Definition.CanReadChanges ? null
            : progress.Watermark > Pass.NewWatermark ? progress.Watermark
            : Pass.NewWatermark,
    };

    private DateTimeOffset NextFull()
    {
        // Where no changes are told, complete reads are all there is.
        var interval = Due.TellsChanges(slice.Definition, Pass.Bookmark ?? slice.Progress.Bookmark) ? slice.Stream.ReconcileInterval : slice.Stream.Interval;
        return Schedule.Next(slice.Key, "full", Pass.StartedAt, place.Now, interval, place.Integration.TimeZone);
    }
}
