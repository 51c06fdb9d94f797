using System.Globalization;
using MSPortal.Web.Ui;

namespace MSPortal.Web.Features.Integrations;

/// <summary>A key that ends stops everything at once, on a day that was known all along: people are told in time, and more plainly when it is near.</summary>
internal static class KeyExpiry
{
    private const int Soon = 30;
    private const int VerySoon = 7;

    /// <summary>Null while it is too early to say anything.</summary>
    public static int? DaysLeft(DateOnly? on, DateTimeOffset now) =>
        on is { } date && date.DayNumber - DateOnly.FromDateTime(now.UtcDateTime).DayNumber is var days && days <= Soon ? days : null;

    public static Tone ToneOf(int daysLeft) => daysLeft <= VerySoon ? Tone.Attention : Tone.Information;

    public static string Sentence(DateOnly on, int daysLeft)
    {
        var date = on.ToString("d MMM yyyy", CultureInfo.InvariantCulture);
        return daysLeft switch
        {
            < 0 => $"The key ended on {date}.",
            0 => "The key ends today.",
            1 => $"The key ends tomorrow, {date}.",
            _ => $"The key ends on {date}, in {daysLeft} days.",
        };
    }
}
