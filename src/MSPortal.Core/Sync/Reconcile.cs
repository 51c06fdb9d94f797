using MSPortal.Core.Contracts;
using MSPortal.Core.Ports;

namespace MSPortal.Core.Sync;

/// <summary>The end of a complete read: what is missing is removed only with proof, one id at a time, and never in masses without a person.</summary>
internal sealed class Reconcile(Slice slice, Outcome outcome)
{
    private readonly Workplace place = slice.Place;
    private readonly ISyncStore store = slice.Place.Store;

    private PassState Pass => slice.Pass!;

    private bool IsShadow => slice.Progress.ShadowGeneration is { } shadow && Pass.Generation == shadow;

    public async Task RunAsync(CancellationToken ct)
    {
        if (Pass.Phase != PassPhase.Clearing)
        {
            if (Pass.ConfirmAfter is null && Pass.ReleasedBy is null && await HoldAsync(ct))
            {
                return;
            }

            if ((IsShadow || !Pass.PruneBlocked) && !await ConfirmAsync(ct))
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

    /// <summary>True when so much is missing, or so little can be proved, that a person has to decide.</summary>
    private async Task<bool> HoldAsync(CancellationToken ct)
    {
        if (Pass.PruneBlocked && !IsShadow)
        {
            return false;
        }

        var (missing, kept) = await MissingAsync(ct);
        var unprovable = missing > 0 && slice.Definition.ReadByIds is null;
        if (!unprovable && !place.Options.IsMassDeletion(missing, kept))
        {
            return false;
        }

        var sentence = unprovable
            ? $"{missing:N0} of {kept:N0} records would be removed, and the vendor cannot be asked about single ones; nothing was; a person decides."
            : $"{missing:N0} of {kept:N0} records would be removed; nothing was; a person decides.";
        var held = Pass with { Phase = PassPhase.Held, HeldMissing = (int)Math.Min(missing, int.MaxValue), RunId = 0, RunningUnder = null, RequestId = null, Failures = 0, Doubts = 0 };
        // The live copy is as old as before when the complete read went to a shadow.
        var progress = IsShadow ? slice.Put(held) : Read(slice.Put(held));
        await slice.EndAsync(RunStatus.Partial, sentence, "Held", progress with { FullDueAt = NextFull(), NotBefore = null }, ct);
        return true;
    }

    private async Task<(long Missing, long Kept)> MissingAsync(CancellationToken ct)
    {
        if (!IsShadow)
        {
            return await store.CountMissingAsync(slice.Key, Pass.Generation, Pass.StartSequence, ct);
        }

        var live = slice.Progress.LiveGeneration;
        var (_, _, removed) = await store.CompareGenerationsAsync(slice.Key, live, Pass.Generation, ct);
        return (removed, (await store.CountMissingAsync(slice.Key, live, 0, ct)).Kept);
    }

    /// <summary>Asks the vendor about every missing id; false when the slice is over before all are asked.</summary>
    private async Task<bool> ConfirmAsync(CancellationToken ct)
    {
        while (await NextIdsAsync(ct) is { Count: > 0 } ids)
        {
            if (slice.IsOver)
            {
                return false;
            }

            var sequence = await slice.NextSequenceAsync(ct);
            var changes = slice.Changes(sequence);
            IReadOnlyList<string> unknown = [];
            changes = slice.Definition.ReadByIds is { } readByIds
                ? Sorting.Sort(place.Integration, changes, ids, await readByIds(slice.Session, ids, ct), out unknown)
                : changes with { Gone = ids };
            await KeepUnconfirmedAsync([.. unknown, .. changes.Bad.Select(b => b.ExternalId).OfType<string>()], ct);
            var pass = Pass with
            {
                Phase = PassPhase.Confirming,
                ConfirmAfter = ids[^1],
                Unconfirmed = Pass.Unconfirmed + unknown.Count,
                BadRows = Pass.BadRows + changes.Bad.Count,
            };
            await slice.CommitAsync(changes, slice.Put(pass), new RunCounts(), Generations(), ct);
        }

        return true;
    }

    private Task<IReadOnlyList<string>> NextIdsAsync(CancellationToken ct)
    {
        var batch = place.Options.ConfirmBatch;
        return IsShadow
            ? store.MissingInShadowAsync(slice.Key, slice.Progress.LiveGeneration, Pass.Generation, Pass.ConfirmAfter, batch, ct)
            : store.MissingAsync(slice.Key, Pass.Generation, Pass.StartSequence, Pass.ConfirmAfter, batch, ct);
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

        var swapped = Due.Fix(cleared with { LiveGeneration = Pass.Generation, ShadowGeneration = null }, slice.Definition);
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
        var interval = slice.Definition.CanReadChanges ? slice.Stream.ReconcileInterval : slice.Stream.Interval;
        return Schedule.Next(slice.Key, "full", Pass.StartedAt, place.Now, interval, place.Integration.TimeZone);
    }
}
