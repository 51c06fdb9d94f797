using System.Globalization;
using System.Text.Json.Nodes;
using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.Syncro;

/// <summary>Which rows a list has, and in which order.</summary>
internal static class SyncroFilters
{
    private const string Closed = "Resolved";

    private static readonly string[] CommentTimes = ["created", "updated"];
    private static readonly string[] CustomerTexts = ["firstname", "lastname", "business_name", "email"];
    private static readonly (string Name, string Field)[] TicketTimes = [("since_updated_at", "updated_at"), ("created_after", "created_at"), ("resolved_after", "resolved_at")];

    public static IReadOnlyList<JsonObject> Choose(SyncroVendor vendor, VendorRequest request, SyncroCollection collection)
    {
        IEnumerable<JsonObject> rows = vendor.World[collection.Kind].Rows;
        rows = collection.Kind switch
        {
            "customers" => Customers(rows, request),
            "contacts" => By(rows, request, "customer_id"),
            "assets" => By(rows, request, "customer_id").Where(r => request.Query("query") is not { Length: > 0 } words || Has(r, words, "name", "asset_serial")),
            "tickets" => Tickets(By(By(By(rows, request, "customer_id"), request, "contact_id"), request, "user_id"), request, SyncroSettings.Zone(vendor.World)),
            _ => After(After(rows, request.Query("created_at_gt"), "created_at", vendor), request.Query("created_at_lt"), "created_at", vendor, before: true),
        };
        return collection.Kind == "customers" && request.Query("sort") is { Length: > 0 } sort ? Sorted(rows, sort) : Ordered(rows, vendor.Order);
    }

    /// <summary>Comments of a stretch of time.</summary>
    public static IEnumerable<JsonObject> Between(IEnumerable<JsonObject> rows, VendorRequest request, TimeSpan zone)
    {
        foreach (var field in CommentTimes)
        {
            var (after, before) = (SyncroTime.Filter(request.Query($"{field}_after"), zone), SyncroTime.Filter(request.Query($"{field}_before"), zone));
            rows = rows.Where(r => (after is null || Later(r, $"{field}_at", after)) && (before is null || !Later(r, $"{field}_at", before)));
        }

        return rows;
    }

    private static IEnumerable<JsonObject> Customers(IEnumerable<JsonObject> rows, VendorRequest request)
    {
        if (request.Query("include_disabled") is not "true")
        {
            rows = rows.Where(r => !r.Flag("disabled"));
        }

        foreach (var field in CustomerTexts.Where(f => request.Query(f) is { Length: > 0 }))
        {
            rows = rows.Where(r => Has(r, request.Query(field)!, field));
        }

        return request.Query("query") is { Length: > 0 } words ? rows.Where(r => Has(r, words, "business_name", "firstname", "lastname", "email")) : rows;
    }

    private static IEnumerable<JsonObject> Tickets(IEnumerable<JsonObject> rows, VendorRequest request, TimeSpan zone)
    {
        foreach (var (name, field) in TicketTimes)
        {
            if (SyncroTime.Filter(request.Query(name), zone) is { } moment)
            {
                rows = rows.Where(r => Later(r, field, moment));
            }
        }

        if (request.Query("number") is { Length: > 0 } number)
        {
            rows = rows.Where(r => r.Text("number") == number);
        }

        if (request.Query("query") is { Length: > 0 } words)
        {
            rows = rows.Where(r => Has(r, words, "subject", "number"));
        }

        return request.Query("status") switch
        {
            null or "" => rows,
            "Not Closed" => rows.Where(r => r.Text("status") != Closed),
            var status => rows.Where(r => r.Text("status") == status),
        };
    }

    private static IEnumerable<JsonObject> After(IEnumerable<JsonObject> rows, string? moment, string field, SyncroVendor vendor, bool before = false) =>
        SyncroTime.Filter(moment, SyncroSettings.Zone(vendor.World)) is { } time ? rows.Where(r => Later(r, field, time) != before) : rows;

    private static IEnumerable<JsonObject> By(IEnumerable<JsonObject> rows, VendorRequest request, string field) =>
        request.Query(field) is { Length: > 0 } wanted ? rows.Where(r => r.Text(field) == wanted) : rows;

    private static bool Later(JsonObject row, string field, string moment) => row.Text(field) is { } at && string.CompareOrdinal(at, moment) > 0;

    private static bool Has(JsonObject row, string words, params string[] fields) =>
        fields.Any(f => row.Text(f)?.Contains(words, StringComparison.OrdinalIgnoreCase) is true);

    private static IReadOnlyList<JsonObject> Ordered(IEnumerable<JsonObject> rows, SyncroOrder order) => order switch
    {
        SyncroOrder.Oldest => [.. rows],
        SyncroOrder.Newest => [.. rows.Reverse()],
        SyncroOrder.Updated => [.. rows.OrderByDescending(r => r.Text("updated_at"), StringComparer.Ordinal).ThenByDescending(r => r.Whole("id"))],
        _ => [.. rows.OrderBy(r => (ulong)r.Whole("id") * 0x9E3779B97F4A7C15UL)],
    };

    private static List<JsonObject> Sorted(IEnumerable<JsonObject> rows, string sort)
    {
        var parts = sort.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var sorted = rows.OrderBy(r => r[parts[0]] is JsonValue value && value.TryGetValue<long>(out var number) ? number.ToString("D12", CultureInfo.InvariantCulture) : r.Text(parts[0]), StringComparer.OrdinalIgnoreCase).ToList();
        if (parts.Length > 1 && parts[1].Equals("DESC", StringComparison.OrdinalIgnoreCase))
        {
            sorted.Reverse();
        }

        return sorted;
    }
}
