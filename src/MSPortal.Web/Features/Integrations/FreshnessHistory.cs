using MSPortal.Core.Model;
using MSPortal.Core.Sync;

namespace MSPortal.Web.Features.Integrations;

/// <summary>A piece of time and the worst that the data's age was in it.</summary>
/// <param name="Worst">Null: the data type was not read yet then.</param>
public sealed record FreshnessCell(DateTimeOffset From, DateTimeOffset Until, Freshness? Worst);

/// <summary>How fresh one data type was over the last days.</summary>
/// <param name="Behind">How long in all it was late or stale.</param>
public sealed record StreamHistory(DataType DataType, string Label, TimeSpan Interval, IReadOnlyList<FreshnessCell> Cells, TimeSpan Behind);

/// <summary>A run that brought its data type up to date.</summary>
internal sealed record CompleteRun(DateTimeOffset StartedAt, DateTimeOffset EndedAt);

/// <summary>Works out from the runs how old the data was at each moment: the age counts from a run's start, and falls only when it ends.</summary>
internal static class FreshnessHistory
{
    /// <param name="runs">In the order of their ends.</param>
    /// <param name="span">How much time, up to now.</param>
    public static (IReadOnlyList<FreshnessCell> Cells, TimeSpan Behind) Of(IReadOnlyList<CompleteRun> runs, TimeSpan interval, DateTimeOffset now, TimeSpan span, int cells)
    {
        var (begin, each) = (now - span, span / cells);
        var result = new List<FreshnessCell>(cells);
        for (var i = 0; i < cells; i++)
        {
            var (from, until) = (begin + (each * i), i == cells - 1 ? now : begin + (each * (i + 1)));
            result.Add(new FreshnessCell(from, until, Worst(runs, interval, from, until)));
        }

        return (result, Behind(runs, interval, begin, now));
    }

    /// <summary>The worst of several clients in each piece, and as long behind as the one that was so longest.</summary>
    public static (IReadOnlyList<FreshnessCell> Cells, TimeSpan Behind) Together(IReadOnlyList<(IReadOnlyList<FreshnessCell> Cells, TimeSpan Behind)> histories) => histories is [var one]
        ? one
        : ([.. histories[0].Cells.Select((cell, i) => cell with { Worst = histories.Max(h => h.Cells[i].Worst) })], histories.Max(h => h.Behind));

    /// <summary>It is at its oldest right before a run ends, and at the end of the piece.</summary>
    private static Freshness? Worst(IReadOnlyList<CompleteRun> runs, TimeSpan interval, DateTimeOffset from, DateTimeOffset until)
    {
        Freshness? worst = null;
        DateTimeOffset? newest = null;
        foreach (var run in runs.TakeWhile(r => r.EndedAt <= until))
        {
            if (run.EndedAt > from && newest is { } before)
            {
                worst = Graver(worst, Health.Of(before, interval, run.EndedAt));
            }

            newest = Later(newest, run.StartedAt);
        }

        return newest is { } last ? Graver(worst, Health.Of(last, interval, until)) : worst;
    }

    private static TimeSpan Behind(IReadOnlyList<CompleteRun> runs, TimeSpan interval, DateTimeOffset begin, DateTimeOffset now)
    {
        var behind = TimeSpan.Zero;
        DateTimeOffset? newest = null;
        var since = begin;
        foreach (var end in runs.Select(r => (r.EndedAt, (DateTimeOffset?)r.StartedAt)).Append((now, null)))
        {
            if (newest is { } start && end.EndedAt > begin)
            {
                var late = start + Health.LateAfter(interval);
                behind += Positive(end.EndedAt - (late > since ? late : since));
            }

            since = end.EndedAt > begin ? end.EndedAt : begin;
            newest = end.Item2 is { } started ? Later(newest, started) : newest;
        }

        return behind;
    }

    private static TimeSpan Positive(TimeSpan span) => span > TimeSpan.Zero ? span : TimeSpan.Zero;

    private static DateTimeOffset Later(DateTimeOffset? one, DateTimeOffset other) => one > other ? one.Value : other;

    private static Freshness? Graver(Freshness? one, Freshness other) => one is null || other > one ? other : one;
}
