using System.Globalization;

namespace MSPortal.Core.Contracts;

/// <summary>How long a vendor asks to wait, brought to something one can act on: engine and connectors read it alike.</summary>
public static class VendorPause
{
    /// <summary>Even “0” means a pause: whoever comes back at once is throttled again.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    /// <summary>Longer wishes (a date next year) are mistakes more often than not; asking again costs one call.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(30);

    /// <summary>Seconds or a date; null when absent or not understood.</summary>
    /// <param name="header">Retry-After.</param>
    /// <param name="now">By the vendor's own clock when it says so: the difference is what is meant.</param>
    public static TimeSpan? Of(string? header, DateTimeOffset now)
    {
        var text = header?.Trim();
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds))
        {
            return Bound(TimeSpan.FromSeconds(Math.Min(seconds, Longest.TotalSeconds)));
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? Bound(date - now) : null;
    }

    public static TimeSpan Bound(TimeSpan wish) => wish < Shortest ? Shortest : wish > Longest ? Longest : wish;
}
