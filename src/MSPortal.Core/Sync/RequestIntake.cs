using MSPortal.Core.Contracts;

namespace MSPortal.Core.Sync;

/// <summary>Turns what someone asked for into planned passes, so that the wish outlives the process that took it up. Pure.</summary>
internal static class RequestIntake
{
    public static StreamProgress Absorb(StreamProgress progress, PendingRequest request, StreamDefinition definition, DateTimeOffset now)
    {
        if (definition.Parent is not null || (!request.Full && Due.ReadsChanges(progress, definition)))
        {
            var planned = progress with { Incremental = Plan(PassKind.Incremental, progress.Incremental, progress.LiveGeneration, request, now), IncrementalDueAt = now };
            // All of them are queued, and the wish is granted when the last one has been read.
            return definition.Parent is not null && request.Full
                ? planned with { Full = Plan(PassKind.Full, progress.Full, progress.LiveGeneration, request, now) }
                : planned;
        }

        // A plain complete read during Clear & Resync begins that anew: it is one, and more.
        var shadow = (request.Shadow && progress.LastCompleteAt is not null) || progress.ShadowGeneration is not null;
        var generation = shadow ? progress.LiveGeneration + 1 : progress.LiveGeneration;
        return progress with { Full = Plan(PassKind.Full, progress.Full, generation, request, now), FullDueAt = now };
    }

    private static PassState Plan(PassKind kind, PassState? under, int generation, PendingRequest request, DateTimeOffset now) => new()
    {
        Kind = kind,
        RunId = under?.RunId ?? 0,
        RunningUnder = under?.RunningUnder,
        Trigger = request.Trigger,
        RequestId = request.RequestId,
        StartedAt = now,
        TryingSince = under?.TryingSince,
        StartSequence = 0,
        Generation = generation,
        Restart = true,
        Failures = under?.Failures ?? 0,
    };
}
