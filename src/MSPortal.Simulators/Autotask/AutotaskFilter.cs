using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.Autotask;

/// <summary>Turns the vendor's filters into tests of rows.</summary>
internal sealed class AutotaskFilter(AutotaskEntity entity)
{
    private const int MostConditions = 500;

    private int alternatives;
    private int udfs;

    public Func<JsonObject, bool> Read(JsonElement filters)
    {
        if (filters.ValueKind is not JsonValueKind.Array || filters.GetArrayLength() == 0)
        {
            throw AutotaskException.Invalid("A filter is required to query an entity.");
        }

        return All([.. filters.EnumerateArray().Select(Part)]);
    }

    private static Func<JsonObject, bool> All(Func<JsonObject, bool>[] parts) => row => Array.TrueForAll(parts, p => p(row));

    private static Func<JsonObject, bool> Any(Func<JsonObject, bool>[] parts) => row => Array.Exists(parts, p => p(row));

    private Func<JsonObject, bool> Part(JsonElement part)
    {
        var op = Text(part, "op") ?? throw AutotaskException.Invalid("Every filter needs an op.");
        if (Property(part, "items") is { ValueKind: JsonValueKind.Array } items)
        {
            Func<JsonObject, bool>[] parts = [.. items.EnumerateArray().Select(Part)];
            if (op.Equals("or", StringComparison.OrdinalIgnoreCase))
            {
                Count(parts.Length);
                return Any(parts);
            }

            return op.Equals("and", StringComparison.OrdinalIgnoreCase) ? All(parts) : throw AutotaskException.Invalid($"{op} is not a valid grouping operator.");
        }

        var field = Text(part, "field") ?? throw AutotaskException.Invalid("Every filter needs a field.");
        return Property(part, "udf") is { ValueKind: JsonValueKind.True } ? Udf(field, op, Property(part, "value")) : Plain(field, op, Property(part, "value"));
    }

    private Func<JsonObject, bool> Udf(string field, string op, JsonElement? value)
    {
        if (++udfs > 1)
        {
            throw AutotaskException.Invalid("Only one user defined field can be queried at a time.");
        }

        var test = Test(new Column(field, ColumnType.Text, null, null), op, value);
        return row => test(JsonValue.Create((row["userDefinedFields"] as JsonArray)?.OfType<JsonObject>().FirstOrDefault(u => u.Text("name") == field)?.Text("value")));
    }

    private Func<JsonObject, bool> Plain(string field, string op, JsonElement? value)
    {
        var column = entity.Find(field) ?? throw AutotaskException.Invalid($"Unable to find {field} in the {entity.Name} Entity.");
        if (!column.IsQueryable)
        {
            throw AutotaskException.Invalid($"The field {column.Name} of the {entity.Name} Entity can not be queried.");
        }

        var test = Test(column, op, value);
        return row => test(row[column.Name]);
    }

    private Func<JsonNode?, bool> Test(Column column, string op, JsonElement? value)
    {
        switch (op.ToLowerInvariant())
        {
            case "exist": return v => !IsEmpty(v);
            case "notexist": return IsEmpty;
            case "in" or "notin":
                if (value is not { ValueKind: JsonValueKind.Array } list)
                {
                    throw AutotaskException.Invalid($"The value of {column.Name} must be a list for the operator {op}.");
                }

                Count(list.GetArrayLength());
                var wanted = list.EnumerateArray().Select(v => Operand(column, v)).OfType<IComparable>().ToHashSet();
                var isIn = op.Equals("in", StringComparison.OrdinalIgnoreCase);
                return v => Known(column, v) is { } known ? wanted.Contains(known) == isIn : !isIn;
            default:
                if (value is not { } single || single.ValueKind is JsonValueKind.Null or JsonValueKind.Array or JsonValueKind.Object)
                {
                    throw AutotaskException.Invalid($"A value is required for the field {column.Name}.");
                }

                var operand = Operand(column, single);
                var compare = Comparison(op, column);
                return v => operand is null ? op.Equals("noteq", StringComparison.OrdinalIgnoreCase) : compare(Known(column, v), operand);
        }
    }

    private static Func<IComparable?, IComparable, bool> Comparison(string op, Column column) => op.ToLowerInvariant() switch
    {
        "eq" => (have, want) => have is not null && have.CompareTo(want) == 0,
        "noteq" => (have, want) => have is null || have.CompareTo(want) != 0,
        "gt" => (have, want) => have is not null && have.CompareTo(want) > 0,
        "gte" => (have, want) => have is not null && have.CompareTo(want) >= 0,
        "lt" => (have, want) => have is not null && have.CompareTo(want) < 0,
        "lte" => (have, want) => have is not null && have.CompareTo(want) <= 0,
        "beginswith" => (have, want) => have is string h && h.StartsWith((string)want, StringComparison.Ordinal),
        "endswith" => (have, want) => have is string h && h.EndsWith((string)want, StringComparison.Ordinal),
        "contains" => (have, want) => have is string h && h.Contains((string)want, StringComparison.Ordinal),
        _ => throw AutotaskException.Invalid($"{op} is not a valid operator for the field {column.Name}."),
    };

    private void Count(int more)
    {
        if ((alternatives += more) > MostConditions)
        {
            throw AutotaskException.Invalid($"The query has more than {MostConditions} OR conditions.");
        }
    }

    /// <summary>A number that is written as a text fits nothing in a long column, and nobody says so.</summary>
    private static IComparable? Operand(Column column, JsonElement value) => (column.Type, value.ValueKind) switch
    {
        (ColumnType.Long, JsonValueKind.Number) => value.TryGetInt64(out var number) ? number : null,
        (ColumnType.Long, _) => null,
        (ColumnType.Int, JsonValueKind.Number) => value.TryGetInt64(out var number) ? number : throw Mismatch(column, value),
        (ColumnType.Int, JsonValueKind.String) => long.TryParse(value.GetString(), CultureInfo.InvariantCulture, out var read) ? read : throw Mismatch(column, value),
        (ColumnType.Number, JsonValueKind.Number) => value.GetDouble(),
        (ColumnType.Flag, JsonValueKind.True or JsonValueKind.False) => value.GetBoolean(),
        (ColumnType.Flag, JsonValueKind.String) => bool.TryParse(value.GetString(), out var flag) ? flag : throw Mismatch(column, value),
        (ColumnType.Time, JsonValueKind.String) => Time(value.GetString()) ?? throw Mismatch(column, value),
        (ColumnType.Text, JsonValueKind.String) => value.GetString()!.ToUpperInvariant(),
        (ColumnType.Text, JsonValueKind.Number) => value.GetRawText(),
        _ => throw Mismatch(column, value),
    };

    private static AutotaskException Mismatch(Column column, JsonElement value) =>
        AutotaskException.Invalid($"The value {value} is not valid for the field {column.Name} of type {column.DataType}.");

    private static IComparable? Known(Column column, JsonNode? value) => value is not JsonValue known || IsEmpty(value) ? null : column.Type switch
    {
        ColumnType.Long or ColumnType.Int => known.TryGetValue<long>(out var whole) ? whole : known.TryGetValue<int>(out var small) ? (long)small : null,
        ColumnType.Number => known.TryGetValue<double>(out var number) ? number : known.TryGetValue<int>(out var whole) ? (double)whole : null,
        ColumnType.Flag => known.TryGetValue<bool>(out var flag) ? flag : null,
        ColumnType.Time => Time(known.ToString()),
        _ => known.ToString().ToUpperInvariant(),
    };

    private static DateTimeOffset? Time(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    private static bool IsEmpty(JsonNode? value) => value is null || (value is JsonValue v && v.GetValueKind() is JsonValueKind.String && v.GetValue<string>().Length == 0);

    public static string? Text(JsonElement owner, string name) => Property(owner, name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    /// <summary>Names are taken in any case.</summary>
    public static JsonElement? Property(JsonElement owner, string name) => owner.ValueKind is JsonValueKind.Object
        ? owner.EnumerateObject().Where(p => string.Equals(p.Name, name, StringComparison.OrdinalIgnoreCase)).Select(p => (JsonElement?)p.Value).FirstOrDefault()
        : null;
}
