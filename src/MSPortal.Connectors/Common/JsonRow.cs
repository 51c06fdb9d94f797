using System.Globalization;
using System.Text.Json;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Connectors.Common;

/// <summary>A field that holds something else than it should: costs its row, names itself, and nothing more.</summary>
internal sealed class FieldException(string field, string trouble) : Exception($"{field}: {trouble}");

/// <summary>
/// Reads a vendor's row by paths such as <c>status/name</c>. Absent, null and empty are all null; numbers and flags written
/// as text are taken; anything else of a wrong kind is a <see cref="FieldException"/>.
/// </summary>
internal readonly struct JsonRow(JsonElement element)
{
    private const int SampleLength = 4000;

    /// <summary>Maps one row with a number as its id; whatever is wrong with it stays with it.</summary>
    /// <param name="withheld">A property that may hold secrets, and is left out of the sample that is kept.</param>
    /// <param name="leastId">0 where a vendor has a record with that id.</param>
    public static (T? Record, BadRow? Bad) Read<T>(JsonElement element, Func<JsonRow, T> map, string withheld = "", long leastId = 1)
        where T : ExternalRecord =>
        Read(element, "id", row => row.Id("id", leastId), map, e => Sample(e, withheld));

    /// <summary>The same for rows whose id is a text of letters, digits and dashes.</summary>
    /// <param name="withheld">Properties that may hold secrets.</param>
    public static (T? Record, BadRow? Bad) ReadByUid<T>(JsonElement element, string property, Func<JsonRow, T> map, params string[] withheld)
        where T : ExternalRecord =>
        Read(element, property, row => row.Uid(property), map, e => Sample(e, withheld));

    /// <summary>The same for rows whose id is read in the vendor's own way.</summary>
    /// <param name="idName">How the id is called where it is missing.</param>
    /// <param name="id">Null when it is missing.</param>
    /// <param name="sample">What may be kept of a row that cannot be understood.</param>
    public static (T? Record, BadRow? Bad) Read<T>(JsonElement element, string idName, Func<JsonRow, string?> id, Func<JsonRow, T> map, Func<JsonElement, string> sample)
        where T : ExternalRecord
    {
        string? known = null;
        try
        {
            var row = new JsonRow(element);
            known = id(row) ?? throw new FieldException(idName, "is missing");
            return (map(row), null);
        }
        catch (Exception e) when (e is FieldException or InvalidOperationException)
        {
            return (null, new BadRow(known, Reason(e), sample(element)));
        }
    }

    /// <summary>What is wrong with a row, of what reading it has thrown.</summary>
    public static string Reason(Exception e) => e is FieldException ? e.Message : "holds text that cannot be read";

    public static bool IsUid(string text) => text.Length is > 0 and <= 64 && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');

    private static string Sample(JsonElement element, params string[] withheld) => VendorResponse.Shorten(Plain(element, withheld), SampleLength - 1);

    private static string Plain(JsonElement element, string[] withheld)
    {
        if (element.ValueKind != JsonValueKind.Object || withheld is [] or [""])
        {
            return element.GetRawText();
        }

        var kept = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var property in element.EnumerateObject())
        {
            if (!withheld.Contains(property.Name))
            {
                kept.TryAdd(property.Name, property.Value);
            }
        }

        return JsonSerializer.Serialize(kept);
    }

    public string? Text(string path)
    {
        if (Find(path) is not { } value)
        {
            return null;
        }

        var text = value.ValueKind switch
        {
            JsonValueKind.String => JsonText.Of(value),
            JsonValueKind.Number => value.GetRawText(),
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            _ => throw Wrong(path, "a text", value),
        };
        return string.IsNullOrWhiteSpace(text) ? null : text;
    }

    public string Need(string path) => Text(path) ?? throw new FieldException(path, "is missing");

    /// <summary>A positive whole number as text; zero and less are how vendors say “none”, unless zero is an id of theirs.</summary>
    public string? Id(string path, long least = 1) => Whole(path) is { } id && id >= least ? id.ToString(CultureInfo.InvariantCulture) : null;

    public string NeedId(string path, long least = 1) => Id(path, least) ?? throw new FieldException(path, "is missing");

    /// <summary>An id of letters, digits and dashes; null when there is none.</summary>
    public string? Uid(string path) => Text(path) is not { } text ? null : IsUid(text) ? text : throw new FieldException(path, $"“{VendorResponse.Shorten(VendorResponse.OneLine(text), 60)}” is no id");

    public long? Whole(string path)
    {
        if (Find(path) is not { } value || value is { ValueKind: JsonValueKind.String } && JsonText.Of(value).Length == 0)
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number
            : value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var whole) && whole == decimal.Truncate(whole) && Math.Abs(whole) < long.MaxValue ? (long)whole
            : value.ValueKind == JsonValueKind.String && long.TryParse(JsonText.Of(value), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var written) ? written
            : throw Wrong(path, "a whole number", value);
    }

    public decimal? Number(string path) => Find(path) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } value when value.TryGetDecimal(out var number) => number,
        { ValueKind: JsonValueKind.String } value when JsonText.Of(value) is var text && decimal.TryParse(text, NumberStyles.Float & ~NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var written) => written,
        { ValueKind: JsonValueKind.String } value when JsonText.Of(value).Length == 0 => null,
        { } value => throw Wrong(path, "a number", value),
    };

    public bool? Flag(string path) => Find(path) switch
    {
        null => null,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        { ValueKind: JsonValueKind.String } value when bool.TryParse(JsonText.Of(value), out var written) => written,
        { ValueKind: JsonValueKind.String } value when JsonText.Of(value).Length == 0 => null,
        { } value => throw Wrong(path, "true or false", value),
    };

    /// <summary>UTC, also when no offset is written; the zero dates of databases are no dates.</summary>
    public DateTimeOffset? Time(string path)
    {
        if (Find(path) is not { } value)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.String)
        {
            throw Wrong(path, "a time", value);
        }

        var text = JsonText.Of(value);
        return text.Length == 0 ? null
            : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
                ? time.Year <= 1900 ? null : time
                : throw Wrong(path, "a time", value);
    }

    /// <summary>The entries of an array; none when it is absent.</summary>
    public IReadOnlyList<JsonRow> Rows(string path) => Find(path) switch
    {
        null => [],
        { ValueKind: JsonValueKind.Array } value => [.. value.EnumerateArray().Select(e => new JsonRow(e))],
        { } value => throw Wrong(path, "a list", value),
    };

    /// <summary>The texts of an array, in their order and each once; none when it is absent.</summary>
    public IReadOnlyList<string> Texts(string path) => Find(path) switch
    {
        null => [],
        { ValueKind: JsonValueKind.Array } value =>
            [.. value.EnumerateArray().Where(t => t.ValueKind == JsonValueKind.String).Select(t => JsonText.Of(t).Trim()).Where(t => t.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase)],
        _ => throw new FieldException(path, "expected a list"),
    };

    private static FieldException Wrong(string path, string expected, JsonElement value) =>
        new(path, $"expected {expected}, found {VendorResponse.Shorten(VendorResponse.OneLine(value.GetRawText()), 60)}");

    private JsonElement? Find(string path)
    {
        var value = element;
        var reached = "row".AsSpan();
        foreach (var part in path.AsSpan().Split('/'))
        {
            if (value.ValueKind != JsonValueKind.Object)
            {
                throw Wrong(reached.ToString(), "an object", value);
            }

            reached = path.AsSpan()[part];
            if (!value.TryGetProperty(reached, out value) || value.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined)
            {
                return null;
            }
        }

        return value;
    }
}
