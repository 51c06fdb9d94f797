using System.Globalization;

namespace MSPortal.Web.Ui;

/// <summary>Times as people say them.</summary>
public static class RelativeTime
{
    /// <summary>“just now”, “2 min ago”, “in 3 h”.</summary>
    public static string Of(DateTimeOffset at, DateTimeOffset now)
    {
        var span = now - at;
        return span.Duration() < TimeSpan.FromSeconds(45) ? "just now"
            : span > TimeSpan.Zero ? $"{Span(span)} ago"
            : $"in {Span(span.Negate())}";
    }

    /// <summary>“40 s”, “2 min”, “3 h”, “5 d”: one unit, rounded to the nearest.</summary>
    public static string Span(TimeSpan span) => span switch
    {
        { TotalSeconds: < 59.5 } => Number(span.TotalSeconds, "s"),
        { TotalMinutes: < 59.5 } => Number(span.TotalMinutes, "min"),
        { TotalHours: < 23.5 } => Number(span.TotalHours, "h"),
        { TotalDays: < 59.5 } => Number(span.TotalDays, "d"),
        { TotalDays: < 700 } => Number(span.TotalDays / 30.4, "months"),
        _ => Number(span.TotalDays / 365.25, "years"),
    };

    /// <summary>Date and time in the tenant's zone, with the zone's offset, for tooltips and details.</summary>
    public static string Absolute(DateTimeOffset at, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTime(at, zone).ToString("d MMM yyyy, HH:mm:ss (UTCzzz)", CultureInfo.InvariantCulture);

    /// <summary>Date and time without seconds, for tables.</summary>
    public static string DateAndTime(DateTimeOffset at, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTime(at, zone).ToString("d MMM yyyy, HH:mm", CultureInfo.InvariantCulture);

    private static string Number(double value, string unit) => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(1, Math.Round(value)):0} {unit}");
}
