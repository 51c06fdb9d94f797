using MSPortal.Core.Model;

namespace MSPortal.Web.Features.Cloud;

/// <summary>A client's score at one time.</summary>
public readonly record struct CloudScorePoint(DateTimeOffset At, decimal Score, decimal Highest)
{
    /// <summary>Null where nothing can be reached.</summary>
    public decimal? Percent => Highest > 0 ? Score / Highest * 100 : null;
}

/// <summary>Something that would make a client more secure, with what it has brought so far.</summary>
/// <param name="Left">Points that it could still bring.</param>
/// <param name="Share">The same in per cent of everything that can be reached.</param>
/// <param name="State">The vendor's word for how far it is done.</param>
public sealed record CloudControlLine(SecurityControl Control, decimal Score, decimal Left, decimal Share, string? State);

/// <summary>How secure a client's settings are, and what would make them more so.</summary>
/// <param name="Latest">Null when there is no score.</param>
/// <param name="Change">In points of a hundred, against thirty days before the latest; null when nothing is known of that time.</param>
/// <param name="History">One a day, the earliest first; days without one are left out.</param>
/// <param name="Open">What is worth most comes first.</param>
/// <param name="Elsewhere">Recommendations that do not count for this client.</param>
public sealed record CloudScore(
    CloudConnection Connection, SecurityScore? Latest, decimal? Change, IReadOnlyList<CloudScorePoint> History, IReadOnlyList<CloudControlLine> Open, IReadOnlyList<CloudControlLine> Done, int Elsewhere)
{
    public decimal? Percent => Latest is { } latest ? new CloudScorePoint(latest.At, latest.Score, latest.Highest).Percent : null;
}

/// <summary>The arithmetic of scores, apart from where they are kept.</summary>
internal static class CloudScoring
{
    /// <summary>What a change is told over.</summary>
    private static readonly TimeSpan Month = TimeSpan.FromDays(30);

    /// <summary>A score that is missing on the very day is replaced by one shortly before; an older one would tell of another time.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromDays(7);

    /// <param name="points">In any order.</param>
    public static decimal? Change(IReadOnlyCollection<CloudScorePoint> points)
    {
        if (points.Count == 0)
        {
            return null;
        }

        var latest = points.MaxBy(p => p.At);
        var then = points.Where(p => p.At <= latest.At - Month && p.At >= latest.At - Month - Tolerance).OrderByDescending(p => p.At).Select(p => p.Percent).FirstOrDefault();
        return latest.Percent - then;
    }

    /// <summary>Nobody's score is as exact as a division.</summary>
    public static decimal? Rounded(decimal? value) => value is { } known ? Math.Round(known, 2) : null;

    /// <summary>The last of each day (UTC), the earliest day first.</summary>
    public static IReadOnlyList<CloudScorePoint> Daily(IEnumerable<CloudScorePoint> points) => [.. points.GroupBy(p => p.At.UtcDateTime.Date).OrderBy(g => g.Key).Select(g => g.MaxBy(p => p.At))];

    /// <summary>One value for each day from the first to the last; a day that nothing is known of has none.</summary>
    public static IReadOnlyList<(DateOnly Day, decimal? Percent)> Days(IReadOnlyList<CloudScorePoint> daily)
    {
        if (daily.Count == 0)
        {
            return [];
        }

        var known = daily.ToDictionary(p => DateOnly.FromDateTime(p.At.UtcDateTime), p => p.Percent);
        var (first, last) = (known.Keys.Min(), known.Keys.Max());
        return [.. Enumerable.Range(0, last.DayNumber - first.DayNumber + 1).Select(first.AddDays).Select(day => (day, known.GetValueOrDefault(day)))];
    }

    /// <summary>What can be done still, what is done, and how many do not count for the client: the score names only those that do, and what has no known worth brings nothing.</summary>
    public static (IReadOnlyList<CloudControlLine> Open, IReadOnlyList<CloudControlLine> Done, int Elsewhere) Controls(SecurityScore? latest, IReadOnlyList<SecurityControl> controls)
    {
        var reached = (latest?.Controls ?? []).GroupBy(c => c.ControlId).ToDictionary(g => g.Key, g => g.First());
        var current = controls.Where(c => !c.IsDeprecated).ToList();
        var lines = current.Where(c => c.Highest > 0 && reached.ContainsKey(c.ExternalId)).Select(c =>
        {
            var (score, highest) = (reached[c.ExternalId].Score, c.Highest!.Value);
            var left = Math.Max(0, highest - score);
            return new CloudControlLine(c, score, left, latest!.Highest > 0 ? left / latest.Highest * 100 : 0, reached[c.ExternalId].State);
        }).ToLookup(c => c.Left > 0);
        return (
            [.. lines[true].OrderByDescending(c => c.Left).ThenBy(c => c.Control.Rank ?? int.MaxValue).ThenBy(c => c.Control.Title, StringComparer.InvariantCultureIgnoreCase)],
            [.. lines[false].OrderBy(c => c.Control.Title, StringComparer.InvariantCultureIgnoreCase)],
            current.Count - lines.Sum(g => g.Count()));
    }
}
