using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace MSPortal.Simulators.Microsoft365;

/// <summary>As much of <c>$filter</c> as callers of an MSP use: comparisons, <c>in</c>, <c>startswith</c> and <c>endswith</c>, joined by and, or, not and brackets.</summary>
internal sealed partial class ODataFilter
{
    private readonly List<string> words;
    private readonly bool isAdvanced;
    private int at;

    private ODataFilter(string text, bool isAdvanced) =>
        (words, this.isAdvanced) = ([.. Word().Matches(text).Select(m => m.Value).Where(w => !string.IsNullOrWhiteSpace(w))], isAdvanced);

    /// <param name="isAdvanced">Whether ne, not and endswith are allowed.</param>
    /// <exception cref="GraphException">It is not understood, or not allowed here.</exception>
    public static Func<JsonObject, bool> Parse(string text, bool isAdvanced)
    {
        var filter = new ODataFilter(text, isAdvanced);
        var test = filter.Either();
        return filter.at == filter.words.Count ? test : throw Unsupported($"Invalid filter clause: {text}");
    }

    private static GraphException Unsupported(string message) => new(400, "Request_UnsupportedQuery", message);

    private string Peek() => at < words.Count ? words[at] : "";

    private string Take() => at < words.Count ? words[at++] : throw Unsupported("Invalid filter clause");

    private bool Skip(string word)
    {
        if (!Peek().Equals(word, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        at++;
        return true;
    }

    private void Need(string word)
    {
        if (!Skip(word))
        {
            throw Unsupported($"Invalid filter clause: '{word}' expected");
        }
    }

    private Func<JsonObject, bool> Either()
    {
        var left = Both();
        while (Skip("or"))
        {
            var (one, two) = (left, Both());
            left = row => one(row) || two(row);
        }

        return left;
    }

    private Func<JsonObject, bool> Both()
    {
        var left = Single();
        while (Skip("and"))
        {
            var (one, two) = (left, Single());
            left = row => one(row) && two(row);
        }

        return left;
    }

    private Func<JsonObject, bool> Single()
    {
        if (Skip("not"))
        {
            Advanced();
            var inner = Single();
            return row => !inner(row);
        }

        if (Skip("("))
        {
            var inner = Either();
            Need(")");
            return inner;
        }

        var name = Take();
        return name.ToLowerInvariant() is "startswith" or "endswith" ? Function(name) : Comparison(name);
    }

    private Func<JsonObject, bool> Function(string name)
    {
        var isEnd = name.Equals("endswith", StringComparison.OrdinalIgnoreCase);
        if (isEnd)
        {
            Advanced();
        }

        Need("(");
        var property = Take();
        Need(",");
        var part = Literal(Take()) as string ?? throw Unsupported("A text is needed");
        Need(")");
        return row => Of(row, property)?.ToString() is { } text && (isEnd ? text.EndsWith(part, StringComparison.OrdinalIgnoreCase) : text.StartsWith(part, StringComparison.OrdinalIgnoreCase));
    }

    private Func<JsonObject, bool> Comparison(string property)
    {
        var sign = Take().ToLowerInvariant();
        if (sign == "in")
        {
            Need("(");
            List<object?> wanted = [Literal(Take())];
            while (Skip(","))
            {
                wanted.Add(Literal(Take()));
            }

            Need(")");
            return row => wanted.Any(w => Compare(Of(row, property), w) == 0);
        }

        var value = Literal(Take());
        if (sign == "ne")
        {
            Advanced();
        }

        return sign switch
        {
            "eq" => row => Compare(Of(row, property), value) == 0,
            "ne" => row => Compare(Of(row, property), value) != 0,
            "ge" => row => Compare(Of(row, property), value) >= 0,
            "le" => row => Compare(Of(row, property), value) <= 0,
            "gt" => row => Compare(Of(row, property), value) > 0,
            "lt" => row => Compare(Of(row, property), value) < 0,
            _ => throw Unsupported($"Invalid filter clause: '{sign}'"),
        };
    }

    private void Advanced()
    {
        if (!isAdvanced)
        {
            throw Unsupported("Unsupported query. The request needs the header ConsistencyLevel: eventual and $count=true.");
        }
    }

    private static object? Literal(string word) => word switch
    {
        "null" => null,
        "true" => true,
        "false" => false,
        ['\'', .., '\''] => word[1..^1].Replace("''", "'", StringComparison.Ordinal),
        _ => word,
    };

    private static JsonNode? Of(JsonObject row, string property) => property.Split('/').Aggregate((JsonNode?)row, (at, step) => (at as JsonObject)?[step]);

    /// <returns>null: they cannot be compared.</returns>
    private static int? Compare(JsonNode? node, object? value) => (node, value) switch
    {
        (null, null) => 0,
        (null, _) or (_, null) => null,
        (JsonValue flag, bool wanted) when flag.GetValueKind() is JsonValueKind.True or JsonValueKind.False => flag.GetValue<bool>() == wanted ? 0 : 1,
        (JsonValue number, string text) when number.GetValueKind() is JsonValueKind.Number && double.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var wanted) => number.GetValue<double>().CompareTo(wanted),
        (JsonValue text, string wanted) => string.Compare(text.ToString(), wanted, StringComparison.OrdinalIgnoreCase),
        _ => null,
    };

    [GeneratedRegex(@"'(?:[^']|'')*'|[(),]|[^\s(),']+", RegexOptions.None, 10_000)]
    private static partial Regex Word();
}
