using System.Globalization;
using MSPortal.Core.Contracts;

namespace MSPortal.Web.Features.Integrations;

/// <summary>A choice of tickets as people and programs write it: names or ids, “all”, months.</summary>
internal static class ScopeWords
{
    public const string All = "all";

    /// <summary>The ids of what was named; every name that is unknown or means several is an error at the field.</summary>
    /// <param name="entered">Names or ids; a single “all” stands for every one of them.</param>
    /// <param name="choices">What there is; several statuses may share a name, and then all of them are meant.</param>
    public static (IReadOnlyList<string> Ids, IReadOnlyList<FieldError> Errors) Read(string field, string word, IReadOnlyList<string> entered, IReadOnlyList<Choice> choices, bool oneEach)
    {
        if (entered is [var single] && string.Equals(single.Trim(), All, StringComparison.OrdinalIgnoreCase))
        {
            return ([.. choices.Select(c => c.Id)], []);
        }

        var (ids, errors) = (new List<string>(), new List<FieldError>());
        foreach (var text in entered.Select(e => e.Trim()).Where(e => e.Length > 0))
        {
            var found = choices.Where(c => c.Id == text).ToList();
            if (found.Count == 0)
            {
                found = [.. choices.Where(c => string.Equals(c.Name, text, StringComparison.OrdinalIgnoreCase))];
            }

            if (found.Count == 0)
            {
                errors.Add(new FieldError(field, $"There is no {word} “{text}”. Known: {Known(choices)}."));
            }
            else if (found.Count > 1 && oneEach)
            {
                errors.Add(new FieldError(field, $"Several have the name “{text}”; give the id: {string.Join(", ", found.Select(c => c.Id))}."));
            }

            ids.AddRange(found.Select(c => c.Id));
        }

        return ([.. ids.Distinct()], errors);
    }

    /// <summary>A provider's options as what one chooses from.</summary>
    public static IReadOnlyList<Choice> Choices(TicketSettingsShape? shape) => [.. (shape?.Options ?? []).Select(o => new Choice(o.Key, o.Label, false))];

    /// <summary>Null keeps all; false when it is neither “all” nor a number of months.</summary>
    public static bool TryReadHistory(string text, out int? months)
    {
        months = null;
        if (string.Equals(text.Trim(), All, StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is < 1 or > 600)
        {
            return false;
        }

        months = number;
        return true;
    }

    private static string Known(IReadOnlyList<Choice> choices) =>
        choices.Count == 0 ? "none" : string.Join(", ", choices.DistinctBy(c => c.Name).Take(50).Select(c => $"{c.Name} ({c.Id})"));
}
