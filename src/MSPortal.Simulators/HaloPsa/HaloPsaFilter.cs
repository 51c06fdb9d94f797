using System.Globalization;
using System.Text.Json.Nodes;
using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.HaloPsa;

/// <summary>The filters and orders that the documents name; everything else in a query is passed over.</summary>
internal static class HaloPsaFilter
{
    private static readonly (string Parameter, string Property)[] Ids =
    [
        ("client_id", "client_id"), ("site_id", "site_id"), ("user_id", "user_id"), ("agent_id", "agent_id"), ("status_id", "status_id"), ("status", "status_id"),
        ("requesttype_id", "tickettype_id"), ("requesttype", "tickettype_id"), ("assettype_id", "assettype_id"), ("ticketids", "id"),
    ];

    public static IReadOnlyList<JsonObject> Apply(VendorRequest request, Resource resource, JsonWorld world)
    {
        var table = resource.Kind == "tickets" && HaloPsaLists.IsTrue(request, "deleted") ? "deletedTickets" : resource.Kind;
        IEnumerable<JsonObject> rows = world[table].Rows;
        rows = resource.Kind switch
        {
            "tickets" => Tickets(request, rows),
            "actions" => Actions(request, world),
            "statuses" => HaloPsaLists.IsTrue(request, "excludeclosed") ? rows.Where(r => !HaloPsaSeed.ClosedStatuses.Contains(r.Whole("id"))) : rows,
            "categories" => OnlyType(request, rows),
            "agents" => Agents(request, rows),
            "tickettypes" => HaloPsaLists.IsTrue(request, "showinactive") ? rows : rows.Where(r => r.Flag("visible")),
            "timesheetevents" => rows.Where(r => !(Time(r.Text("end_date")) < Time(request.Query("start_date"))) && !(Time(r.Text("start_date")) > Time(request.Query("end_date")))),
            "teams" => rows.Where(r => !r.Flag("inactive") || HaloPsaLists.IsTrue(request, "includedisabled")),
            _ => rows,
        };
        if (resource.HasInactive)
        {
            var (active, inactive) = Activity(request);
            rows = rows.Where(r => r.Flag("inactive") ? inactive : active);
        }

        rows = Ids.Where(i => request.Query(i.Parameter) is { Length: > 0 } && (resource.Envelope is not null))
            .Aggregate(rows, (left, i) => OneOf(left, i.Property, request.Query(i.Parameter)!));
        return [.. Ordered(request, resource, Changed(request, resource.Kind, rows))];
    }

    private static IEnumerable<JsonObject> Tickets(VendorRequest request, IEnumerable<JsonObject> rows)
    {
        bool IsClosed(JsonObject row) => HaloPsaSeed.ClosedStatuses.Contains(row.Whole("status_id"));
        return HaloPsaLists.IsTrue(request, "open_only") ? rows.Where(r => !IsClosed(r))
            : HaloPsaLists.IsTrue(request, "closed_only") ? rows.Where(IsClosed)
            : rows;
    }

    /// <summary>Without a ticket there is nothing to see.</summary>
    private static IEnumerable<JsonObject> Actions(VendorRequest request, JsonWorld world)
    {
        var ticket = long.TryParse(request.Query("ticket_id"), CultureInfo.InvariantCulture, out var id) ? id : 0;
        return HaloPsaTable.ActionsOf(world, ticket)
            .Where(r => !HaloPsaLists.IsTrue(request, "excludesys") || r.Whole("action_systemid") == 0);
    }

    private static IEnumerable<JsonObject> OnlyType(VendorRequest request, IEnumerable<JsonObject> rows) =>
        long.TryParse(request.Query("type_id"), CultureInfo.InvariantCulture, out var type) ? rows.Where(r => r.Whole("type_id") == type) : rows;

    private static IEnumerable<JsonObject> Agents(VendorRequest request, IEnumerable<JsonObject> rows) => rows
        .Where(r => r.Whole("id") != 1 || HaloPsaLists.IsTrue(request, "includeunassigned"))
        .Where(r => !r.Flag("isdisabled") || HaloPsaLists.IsTrue(request, "includedisabled"));

    private static (bool Active, bool Inactive) Activity(VendorRequest request)
    {
        if (request.Query("activeinactive")?.Split(',') is [var first, var second])
        {
            return (bool.TryParse(first, out var one) && one, bool.TryParse(second, out var other) && other);
        }

        var inactive = HaloPsaLists.IsTrue(request, "includeinactive");
        return (!inactive || HaloPsaLists.IsTrue(request, "includeactive"), inactive);
    }

    private static IEnumerable<JsonObject> OneOf(IEnumerable<JsonObject> rows, string property, string list)
    {
        var ids = list.Split(',').Select(t => long.TryParse(t, CultureInfo.InvariantCulture, out var id) ? id : -1).ToHashSet();
        return rows.Where(r => ids.Contains((long)HaloPsaTable.Number(r[property])));
    }

    private static IEnumerable<JsonObject> Changed(VendorRequest request, string kind, IEnumerable<JsonObject> rows)
    {
        if (HaloPsaTable.ChangeTime(kind) is not { } property)
        {
            return rows;
        }

        if (Time(request.Query("lastupdatefromdate")) is { } from)
        {
            rows = rows.Where(r => Time(r.Text(property)) >= from);
        }

        return Time(request.Query("lastupdatetodate")) is { } to ? rows.Where(r => Time(r.Text(property)) <= to) : rows;
    }

    /// <summary>What no order asks for is served newest first.</summary>
    private static IEnumerable<JsonObject> Ordered(VendorRequest request, Resource resource, IEnumerable<JsonObject> rows)
    {
        if (resource.Envelope is null || resource.Kind == "actions")
        {
            return rows;
        }

        var descending = HaloPsaLists.IsTrue(request, "orderdesc");
        return request.Query("order")?.ToUpperInvariant() switch
        {
            "ID" => descending ? rows.OrderByDescending(r => r.Whole("id")) : rows.OrderBy(r => r.Whole("id")),
            "LAST_UPDATE" or "LASTUPDATE" when HaloPsaTable.ChangeTime(resource.Kind) is { } property =>
                descending ? rows.OrderByDescending(r => Time(r.Text(property))) : rows.OrderBy(r => Time(r.Text(property))),
            _ => rows.OrderByDescending(r => r.Whole("id")),
        };
    }

    private static DateTime? Time(string? text) =>
        DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time : null;
}
