using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Core.Sync;

/// <summary>How far a data type is behind its own schedule.</summary>
public enum Freshness
{
    Fresh,
    Late,
    Stale,
    Never,
}

/// <param name="Sentence">One plain sentence.</param>
public sealed record Concern(DataType DataType, string Sentence);

/// <summary>What people are told about an integration, derived from its streams alone.</summary>
public static class Health
{
    /// <summary>One missed turn of a short schedule is no news.</summary>
    private static readonly TimeSpan LateAtLeast = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan StaleAtLeast = TimeSpan.FromHours(2);

    /// <summary>Late beyond twice the interval (at least 30 minutes), stale beyond six times (at least two hours); measured from the start of the newest complete run.</summary>
    public static Freshness Of(StreamProgress progress, TimeSpan interval, DateTimeOffset now) =>
        progress.LastCompleteAt is { } at ? Of(at, interval, now) : Freshness.Never;

    /// <summary>The same for a moment of the past.</summary>
    public static Freshness Of(DateTimeOffset completeAt, TimeSpan interval, DateTimeOffset now) => (now - completeAt) switch
    {
        var age when age > Max(interval * 6, StaleAtLeast) => Freshness.Stale,
        var age when age > LateAfter(interval) => Freshness.Late,
        _ => Freshness.Fresh,
    };

    public static TimeSpan LateAfter(TimeSpan interval) => Max(interval * 2, LateAtLeast);

    /// <summary>A first complete read that goes on well takes its time; one that has not ended after this long is trouble.</summary>
    public static bool IsOverdue(StreamProgress progress, TimeSpan interval, DateTimeOffset now) =>
        progress.LastCompleteAt is null && now - (progress.Full is { } full ? full.TryingSince : progress.DueAt) > Max(interval * 2, StaleAtLeast);

    /// <summary>Why an active integration needs attention; empty when all is well.</summary>
    public static IReadOnlyList<Concern> Concerns(IReadOnlyList<StreamState> streams, DateTimeOffset now) =>
    [
        .. streams.Where(s => s.Enabled)
            .Select(s => (s.Key.DataType, Sentence: Sentence(s, now)))
            .Where(c => c.Sentence is not null)
            .Select(c => new Concern(c.DataType, c.Sentence!)),
    ];

    private static string? Sentence(StreamState stream, DateTimeOffset now)
    {
        var label = stream.Key.DataType.Label();
        var progress = stream.Progress;
        if (progress.DeniedPermission is { } permission)
        {
            return $"{label}: the {(stream.Key.Partition.Length == 0 ? "key" : "consent")} lacks the permission “{permission}”.";
        }

        if (progress.Full is { Phase: PassPhase.Held, ReleasedBy: null } held)
        {
            return $"{label}: {held.HeldMissing:N0} removals wait for a person's decision.";
        }

        return Of(progress, stream.Interval, now) switch
        {
            Freshness.Late => $"{label} are late.",
            Freshness.Stale => $"{label} are stale.",
            Freshness.Never when progress.FaultSentence is null && IsOverdue(progress, stream.Interval, now) => $"{label} have not been read to the end yet, though there was time enough.",
            _ => progress.FaultSentence is { } fault ? $"{label}: {fault}" : null,
        };
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
