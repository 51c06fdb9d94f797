using System.Globalization;
using MSPortal.Web.Ui;

namespace MSPortal.Web.Features.Integrations;

/// <summary>The intervals that people choose from, and how they write one.</summary>
internal static class Intervals
{
    private static readonly TimeSpan[] Offered =
    [
        TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(1), TimeSpan.FromHours(2), TimeSpan.FromHours(4), TimeSpan.FromHours(6), TimeSpan.FromHours(12), TimeSpan.FromDays(1),
    ];

    /// <summary>Within the allowed range, the present one always among them.</summary>
    public static IEnumerable<TimeSpan> For(StreamSummary stream) =>
        Offered.Where(i => i >= stream.MinInterval && i <= stream.MaxInterval).Append(stream.Interval).Distinct().Order();

    public static string Word(TimeSpan interval) => interval == TimeSpan.FromDays(1) ? "daily" : $"every {RelativeTime.Span(interval)}";

    public static string Range(StreamSummary stream) => $"from {RelativeTime.Span(stream.MinInterval)} to {RelativeTime.Span(stream.MaxInterval)}";

    /// <summary>“15m”, “2h”, “1d” or a number of minutes; null when it is none of these.</summary>
    public static TimeSpan? Parse(string text)
    {
        var trimmed = text.Trim().ToLowerInvariant();
        var (number, unit) = trimmed.Length > 0 && char.IsAsciiLetter(trimmed[^1]) ? (trimmed[..^1].TrimEnd(), trimmed[^1]) : (trimmed, 'm');
        return !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count is < 1 or > 100_000 ? null : unit switch
        {
            'm' => TimeSpan.FromMinutes(count),
            'h' => TimeSpan.FromHours(count),
            'd' => TimeSpan.FromDays(count),
            _ => null,
        };
    }
}
