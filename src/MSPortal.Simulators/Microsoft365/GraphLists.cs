using System.Text.Json.Nodes;
using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.Microsoft365;

/// <summary>Where a list goes on.</summary>
/// <param name="After">The last sequence that was told, or how many rows were.</param>
internal sealed record ListPlace(string Tenant, string Path, long After);

/// <summary>Lists in pages; the address of the next one is nobody's business but ours.</summary>
internal sealed class GraphLists(Microsoft365Vendor vendor)
{
    private static readonly string[] Kept = ["$select", "$filter", "$orderby", "$top", "$count", "$expand"];

    /// <summary>Users or groups by their age, so that no change in between moves a page.</summary>
    public JsonAnswer Directory(GraphRequest request, Tenant tenant, DirectoryShape shape, DirectoryTable table, int usual = 100, int most = 999)
    {
        var names = shape.Wanted(request.Select, many: true);
        RefuseSearch(request);
        var top = request.Top(usual, 999);
        top = Math.Min(top, most);
        var context = $"{shape.Kind}{(request.Select is { } select ? $"({string.Join(',', select)})" : "")}";
        var place = Place(request, tenant);
        var found = Filter(request, table.Live);
        int? count = request.IsEventual ? found.Count() : null;
        if (request.IsEmptyPage)
        {
            return Graph.List(vendor, context, [], Next(request, tenant, place));
        }

        if (request.Option("orderby") is { Length: > 0 } order)
        {
            var sorted = Ordered(found.Select(e => e.Data), order).Select(d => table.Find((string)d["id"]!)!).ToList();
            var part = sorted.Skip((int)place).Take(top).ToList();
            return Graph.List(vendor, context, [.. part.Select(e => shape.Show(e, names))], place + part.Count < sorted.Count ? Next(request, tenant, place + part.Count) : null, count: count);
        }

        var page = Filter(request, table.After(place).Where(e => e.IsLive)).Take(top + 1).ToList();
        var rows = page.Take(top).Select(e => shape.Show(e, names)).ToList();
        return Graph.List(vendor, context, rows, page.Count > top ? Next(request, tenant, page[top - 1].Sequence) : null, count: count);
    }

    /// <summary>Anything else, by number.</summary>
    public JsonAnswer Rows(GraphRequest request, Tenant tenant, string context, IEnumerable<JsonObject> all, int usual, int most = 999, bool isDirectory = true)
    {
        var top = request.Top(usual, most);
        var place = Place(request, tenant);
        if (request.Option("skip") is { } skip && place == 0 && int.TryParse(skip, out var skipped))
        {
            place = skipped;
        }

        var rows = all;
        if (request.Option("filter") is { Length: > 0 } filter)
        {
            rows = rows.Where(ODataFilter.Parse(filter, !isDirectory || request.IsEventual));
        }

        if (request.Option("orderby") is { Length: > 0 } order)
        {
            rows = Ordered(rows, order);
        }

        if (request.IsEmptyPage)
        {
            return Graph.List(vendor, context, [], Next(request, tenant, place));
        }

        var page = rows.Skip((int)place).Take(top + 1).ToList();
        return Graph.List(vendor, context, [.. page.Take(top).Select(r => Selected(request, r))], page.Count > top ? Next(request, tenant, place + top) : null, count: request.Option("count") is "true" ? rows.Count() : null);
    }

    /// <exception cref="GraphException">There is no such property.</exception>
    public static JsonObject Selected(GraphRequest request, JsonObject row)
    {
        if (request.Select is not { } names)
        {
            return (JsonObject)row.DeepClone();
        }

        return new JsonObject(names.Distinct(StringComparer.Ordinal).Select(name => row.ContainsKey(name)
            ? KeyValuePair.Create(name, row[name]?.DeepClone())
            : throw new GraphException(400, "BadRequest", $"Parsing OData Select and Expand failed: Could not find a property named '{name}'.")));
    }

    private static IEnumerable<DirectoryEntry> Filter(GraphRequest request, IEnumerable<DirectoryEntry> entries)
    {
        if (request.Option("filter") is not { Length: > 0 } text)
        {
            return entries;
        }

        var test = ODataFilter.Parse(text, request.IsEventual);
        return entries.Where(e => test(e.Data));
    }

    private static void RefuseSearch(GraphRequest request)
    {
        if (request.Option("search") is not null || (request.Option("count") is "true" && !request.IsEventual))
        {
            throw new GraphException(400, "Request_UnsupportedQuery", request.Option("search") is not null ? "Search is not played here." : "The query option '$count' needs the header ConsistencyLevel: eventual.");
        }
    }

    private static IEnumerable<JsonObject> Ordered(IEnumerable<JsonObject> rows, string order)
    {
        var words = order.Split(',')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        string? Key(JsonObject row) => words[0].Split('/').Aggregate((JsonNode?)row, (at, step) => (at as JsonObject)?[step])?.ToString();

        return words.ElementAtOrDefault(1) is "desc" ? rows.OrderByDescending(Key, StringComparer.OrdinalIgnoreCase) : rows.OrderBy(Key, StringComparer.OrdinalIgnoreCase);
    }

    private long Place(GraphRequest request, Tenant tenant)
    {
        if (request.Option("skiptoken") is not { } token)
        {
            return 0;
        }

        return vendor.Sealed.Open<ListPlace>(token) is { } place && place.Tenant == tenant.Id && place.Path == request.Path ? place.After : throw new GraphException(400, "Directory_ExpiredPageToken", "The specified page token value has expired and can no longer be included in your request.");
    }

    private string Next(GraphRequest request, Tenant tenant, long after)
    {
        var options = Kept.Where(request.Query.ContainsKey).Select(name => $"{name}={Uri.EscapeDataString(request.Query[name])}").Append($"$skiptoken={vendor.Sealed.Seal(new ListPlace(tenant.Id, request.Path, after))}");
        return $"{vendor.PublicUrl}{Graph.Root}{request.Path}?{string.Join('&', options)}";
    }
}
