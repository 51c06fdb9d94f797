using System.Globalization;

namespace MSPortal.Web.Features.Tickets;

/// <summary>Reads the values of a filter and gathers, by parameter, what could not be understood.</summary>
/// <param name="zone">Whose days the dates are.</param>
internal sealed class TicketWords(TimeZoneInfo zone)
{
    /// <summary>Stands for “has no such value”.</summary>
    public const string None = "none";

    private readonly Dictionary<string, string[]> errors = [];

    public IReadOnlyDictionary<string, string[]> Errors => errors;

    public static bool IsNone(string text) => text.Equals(None, StringComparison.OrdinalIgnoreCase);

    public T? Name<T>(string parameter, string text, string allowed)
        where T : struct, Enum
    {
        if (TryName<T>(text, out var value))
        {
            return value;
        }

        Refuse(parameter, text, allowed);
        return null;
    }

    public IReadOnlyList<T?> NamesOrNone<T>(string parameter, string[] texts, string allowed)
        where T : struct, Enum =>
        Several(parameter, texts, allowed, text => IsNone(text) ? (true, (T?)null) : (TryName<T>(text, out var value), value));

    public IReadOnlyList<T> Several<T>(string parameter, string[] texts, string allowed, Func<string, (bool Known, T Value)> read)
    {
        var values = new List<T>();
        foreach (var text in texts)
        {
            var (known, value) = read(text);
            if (known)
            {
                values.Add(value);
            }
            else
            {
                Refuse(parameter, text, allowed);
            }
        }

        return values;
    }

    /// <param name="to">The end of a range: a date counts to its last moment.</param>
    public DateTimeOffset? Time(string parameter, string? text, bool to)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) && date.Year is > 1 and < 9999)
        {
            var midnight = (to ? date.AddDays(1) : date).ToDateTime(TimeOnly.MinValue);
            return new DateTimeOffset(midnight, zone.GetUtcOffset(midnight)).ToUniversalTime();
        }

        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time))
        {
            return time;
        }

        errors[parameter] = [$"“{text}” is neither a date (2026-03-01) nor a time (2026-03-01T08:00:00Z)."];
        return null;
    }

    public void Refuse(string parameter, string text, string allowed) => errors[parameter] = [$"“{text}” is not known here; use {allowed}."];

    /// <summary>Numbers would pass for names otherwise.</summary>
    private static bool TryName<T>(string text, out T value)
        where T : struct, Enum
    {
        value = default;
        return text.All(char.IsAsciiLetter) && Enum.TryParse(text, ignoreCase: true, out value);
    }
}
