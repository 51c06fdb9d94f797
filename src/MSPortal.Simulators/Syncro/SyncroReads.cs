using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.Syncro;

/// <summary>A collection of the API.</summary>
/// <param name="Kind">What the rows are called in the world.</param>
/// <param name="Wrapper">What they are called around a list.</param>
/// <param name="Single">What one is called around itself; null: it comes bare.</param>
internal sealed record SyncroCollection(string Kind, string Wrapper, string? Single, int PageSize, string ListArea, string OneArea)
{
    /// <summary>Whether lists say how many rows there are, not only how many pages.</summary>
    public bool SaysEntries { get; init; }

    public static IReadOnlyDictionary<string, SyncroCollection> All { get; } = new Dictionary<string, SyncroCollection>(StringComparer.Ordinal)
    {
        ["customers"] = new("customers", "customers", "customer", 100, "customers", "customerDetails") { SaysEntries = true },
        ["contacts"] = new("contacts", "contacts", null, 50, "customerDetails", "customerDetails") { SaysEntries = true },
        ["tickets"] = new("tickets", "tickets", "ticket", 50, "tickets", "ticketDetails"),
        ["customer_assets"] = new("assets", "assets", "asset", 50, "assets", "assetDetails"),
        ["ticket_timers"] = new("timers", "ticket_timers", "ticket_timer", 100, "timers", "timers"),
    };
}

/// <summary>Everything that is read.</summary>
internal static class SyncroReads
{
    private const int CommentsPerPage = 10;

    public static JsonAnswer Answer(SyncroVendor vendor, VendorRequest request, string[] steps) => steps switch
    {
        ["me"] => JsonAnswer.Json(vendor.Me()),
        ["settings"] => Needs(vendor, "settings") ?? JsonAnswer.Json(SyncroSettings.Account(vendor.World)),
        ["tickets", "settings"] => Needs(vendor, "ticketSettings") ?? JsonAnswer.Json(SyncroSettings.Tickets(vendor.World)),
        ["users"] => Needs(vendor, "users") ?? Users(vendor),
        ["users", var id] => Needs(vendor, "users") ?? User(vendor, id),
        ["tickets", var id, "comments"] => Needs(vendor, "ticketDetails") ?? Comments(vendor, request, id),
        ["customers", "latest" or "autocomplete"] => JsonAnswer.Html(404, "The page you were looking for doesn't exist."),
        [var path] when SyncroCollection.All.TryGetValue(path, out var collection) => Needs(vendor, collection.ListArea) ?? List(vendor, request, collection),
        [var path, var id] when SyncroCollection.All.TryGetValue(path, out var collection) && path != "ticket_timers" => Needs(vendor, collection.OneArea) ?? One(vendor, collection, id),
        _ => JsonAnswer.Html(404, "The page you were looking for doesn't exist."),
    };

    /// <summary>The id in an address; 0 for what is none.</summary>
    public static long Id(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0;

    public static JsonAnswer? Needs(SyncroVendor vendor, string area) => vendor.May(area) ? null : SyncroAnswers.Denied(vendor.DeniedStatus);

    public static JsonAnswer Wrapped(JsonObject row, string? single, string kind) => single is null
        ? JsonAnswer.One(row, kind)
        : JsonAnswer.One(row, kind, (writer, rows) =>
        {
            writer.WriteStartObject();
            writer.WritePropertyName(single);
            rows[0].WriteTo(writer);
            writer.WriteEndObject();
        });

    private static JsonAnswer List(SyncroVendor vendor, VendorRequest request, SyncroCollection collection)
    {
        var rows = SyncroFilters.Choose(vendor, request, collection);
        var size = vendor.PageSizes.GetValueOrDefault(collection.Kind, collection.PageSize);
        var (page, pages, part) = Cut(rows, Number(request.Query("page"), 1), request.Cap > 0 ? Math.Min(request.Cap, size) : size);
        var views = part.Select(r => SyncroShapes.InList(vendor, collection.Kind, r, request)).ToList();
        return Paged(views, collection.Wrapper, collection.Kind, writer =>
        {
            if (collection.Kind == "assets" && !vendor.AssetMeta)
            {
                return;
            }

            writer.WriteStartObject("meta");
            writer.WriteNumber("total_pages", pages);
            if (collection.SaysEntries)
            {
                writer.WriteNumber("total_entries", rows.Count);
                writer.WriteNumber("per_page", size);
            }

            writer.WriteNumber("page", page);
            writer.WriteEndObject();
        });
    }

    private static JsonAnswer One(SyncroVendor vendor, SyncroCollection collection, string id) =>
        vendor.World[collection.Kind].Find(Id(id)) is { } row
            ? Wrapped(SyncroShapes.Alone(vendor, collection.Kind, row), collection.Single, collection.Kind)
            : SyncroAnswers.NotFound(collection.Kind);

    private static JsonAnswer Comments(SyncroVendor vendor, VendorRequest request, string id)
    {
        if (vendor.World["tickets"].Find(Id(id)) is not { } ticket)
        {
            return SyncroAnswers.NotFound("tickets");
        }

        var by = request.Query("sort_by") is "updated_at" ? "updated_at" : "created_at";
        var rows = SyncroFilters.Between(vendor.Edits.CommentsOf(ticket.Whole("id")), request, SyncroSettings.Zone(vendor.World)).OrderBy(c => c.Text(by), StringComparer.Ordinal).ThenBy(c => c.Whole("id")).ToList();
        if (!string.Equals(request.Query("sort_direction"), "ASC", StringComparison.OrdinalIgnoreCase))
        {
            rows.Reverse();
        }

        var size = Math.Max(1, Number(request.Query("per_page"), vendor.PageSizes.GetValueOrDefault("comments", CommentsPerPage)));
        var (page, pages, part) = Cut(rows, Number(request.Query("page"), 1), request.Cap > 0 ? Math.Min(request.Cap, size) : size);
        return Paged([.. part.Select(c => SyncroShapes.Comment(vendor, c))], "comments", "comments", writer =>
        {
            writer.WriteStartObject("meta");
            writer.WriteNumber("total_pages", pages);
            writer.WriteNumber("page", page);
            writer.WriteNumber("per_page", size);
            writer.WriteEndObject();
        });
    }

    /// <summary>Pairs of id and name, all of them, and not a word about pages.</summary>
    private static JsonAnswer Users(SyncroVendor vendor) => JsonAnswer.List(vendor.World["users"].Rows, "users", (writer, rows) =>
    {
        writer.WriteStartObject();
        writer.WriteStartArray("users");
        foreach (var row in rows)
        {
            writer.WriteStartArray();
            Value(writer, row["id"]);
            Value(writer, row["full_name"]);
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    private static JsonAnswer User(SyncroVendor vendor, string id) =>
        vendor.World["users"].Find(Id(id)) is { } row ? Wrapped((JsonObject)row.DeepClone(), "user", "users") : SyncroAnswers.NotFound("users");

    private static void Value(Utf8JsonWriter writer, JsonNode? value)
    {
        if (value is null)
        {
            writer.WriteNullValue();
        }
        else
        {
            value.WriteTo(writer);
        }
    }

    private static JsonAnswer Paged(IReadOnlyList<JsonObject> views, string wrapper, string kind, Action<Utf8JsonWriter> meta) => JsonAnswer.List(views, kind, (writer, rows) =>
    {
        writer.WriteStartObject();
        writer.WritePropertyName(wrapper);
        JsonAnswer.WriteArray(writer, rows);
        meta(writer);
        writer.WriteEndObject();
    });

    /// <summary>Past the end there is an empty page, not an error; an empty list has one page.</summary>
    private static (int Page, int Pages, IReadOnlyList<JsonObject> Rows) Cut(IReadOnlyList<JsonObject> rows, int page, int size) =>
        (page, Math.Max(1, (rows.Count + size - 1) / size), [.. rows.Skip((Math.Max(1, page) - 1) * size).Take(size)]);

    private static int Number(string? text, int otherwise) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : otherwise;
}
