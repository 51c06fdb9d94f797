using System.Globalization;
using System.Text.Json.Nodes;

namespace MSPortal.Simulators.Common;

/// <summary>A vendor's records by kind, as it would serve them; whoever touches it holds <see cref="JsonVendor.Gate"/>.</summary>
internal sealed class JsonWorld
{
    private readonly Dictionary<string, JsonTable> tables = new(StringComparer.OrdinalIgnoreCase);

    public IReadOnlyCollection<string> Kinds => tables.Keys;

    /// <summary>The kind's table, made when it is first named by the seed.</summary>
    public JsonTable Table(string kind)
    {
        if (!tables.TryGetValue(kind, out var table))
        {
            tables[kind] = table = new JsonTable();
        }

        return table;
    }

    /// <summary>A kind that the seed knows.</summary>
    /// <exception cref="KeyNotFoundException">There is no such kind.</exception>
    public JsonTable this[string kind] => tables.TryGetValue(kind, out var table)
        ? table
        : throw new KeyNotFoundException($"{kind} is no kind of record; these are: {string.Join(", ", tables.Keys.Order(StringComparer.Ordinal))}");
}

/// <summary>The records of one kind in the order of their ids.</summary>
internal sealed class JsonTable
{
    private readonly SortedDictionary<long, JsonObject> rows = [];
    private JsonObject[]? ordered;
    private long last;

    public int Count => rows.Count;

    /// <summary>In the order of their ids.</summary>
    public IReadOnlyList<JsonObject> Rows => ordered ??= [.. rows.Values];

    /// <summary>Never one that was used before.</summary>
    public long NextId => last + 1;

    public JsonObject? Find(long id) => rows.GetValueOrDefault(id);

    /// <exception cref="KeyNotFoundException">There is no such record.</exception>
    public JsonObject Get(long id) => Find(id) ?? throw new KeyNotFoundException($"there is no record {id}");

    public void Put(long id, JsonObject row)
    {
        rows[id] = row;
        last = Math.Max(last, id);
        ordered = null;
    }

    public bool Remove(long id)
    {
        ordered = null;
        return rows.Remove(id);
    }
}

/// <summary>Short ways of reading JSON that somebody else may have broken.</summary>
internal static class JsonReading
{
    public static string? Text(this JsonObject row, string name) => row[name] is JsonValue value
        ? value.TryGetValue<string>(out var text) ? text : value.ToString()
        : null;

    /// <summary>A whole number, also one in quotes; 0 when there is none.</summary>
    public static long Whole(this JsonObject row, string name) => row[name] is JsonValue value
        ? value.TryGetValue<long>(out var whole) ? whole : value.TryGetValue<int>(out var small) ? small : long.TryParse(value.ToString(), CultureInfo.InvariantCulture, out var read) ? read : 0
        : 0;

    public static bool Flag(this JsonObject row, string name) => row[name] is JsonValue value && value.TryGetValue<bool>(out var flag) && flag;

    /// <summary>Properties of the one laid over a copy of the other.</summary>
    public static JsonObject Over(this JsonObject row, JsonObject given)
    {
        var merged = (JsonObject)row.DeepClone();
        foreach (var (name, value) in given)
        {
            merged[name] = value?.DeepClone();
        }

        return merged;
    }
}
