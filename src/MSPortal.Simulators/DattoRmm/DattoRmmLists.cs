using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.DattoRmm;

/// <summary>Lists in numbered pages, and rows as they are served.</summary>
internal sealed class DattoRmmLists(DattoRmmVendor vendor, VendorRequest request)
{
    public const int Most = 250;

    public JsonAnswer Sites() => List(
        "sites",
        vendor.World["sites"].Rows.Where(s => Like(s, "name", "siteName")),
        Site,
        counts: true);

    public JsonAnswer Devices(string? siteUid) => List(
        "devices",
        vendor.World["devices"].Rows.Where(d => (siteUid is null || d.Text("siteUid") == siteUid)
            && Like(d, "hostname", "hostname") && Like(d, "siteName", "siteName") && Like(d, "operatingSystem", "operatingSystem")
            && (request.Query("deviceType") is not { } type || (d["deviceType"]?["category"]?.ToString() ?? "").Contains(type, StringComparison.OrdinalIgnoreCase))),
        Plain,
        counts: true);

    /// <summary>Newest first.</summary>
    public JsonAnswer Alerts(bool resolved, Func<JsonObject, bool> about) => List(
        "alerts",
        vendor.World["alerts"].Rows.Reverse().Where(a => a.Flag("resolved") == resolved && about(a)
            && (request.Query("muted") is not { } muted || a.Flag("muted") == (muted == "true"))),
        Alert,
        vendor.Behaviour.CountsAlerts);

    public static JsonObject Plain(JsonObject row) => (JsonObject)row.DeepClone();

    /// <summary>Alerts have no number.</summary>
    public static JsonObject Alert(JsonObject row) => Without(row, "id");

    public static JsonObject Without(JsonObject row, params string[] names)
    {
        var view = Plain(row);
        foreach (var name in names)
        {
            view.Remove(name);
        }

        return view;
    }

    public JsonObject Site(JsonObject row)
    {
        var view = Plain(row);
        var devices = vendor.World["devices"].Rows.Where(d => d.Whole("siteId") == row.Whole("id")).ToList();
        var online = devices.Count(d => d.Flag("online"));
        view["devicesStatus"] = new JsonObject { ["numberOfDevices"] = devices.Count, ["numberOfOnlineDevices"] = online, ["numberOfOfflineDevices"] = devices.Count - online };
        return view;
    }

    private bool Like(JsonObject row, string property, string parameter) =>
        request.Query(parameter) is not { Length: > 0 } wanted || row.Text(property)?.Contains(wanted, StringComparison.OrdinalIgnoreCase) is true;

    private JsonAnswer List(string kind, IEnumerable<JsonObject> chosen, Func<JsonObject, JsonObject> view, bool counts)
    {
        var rows = Ordered(chosen).ToList();
        var page = Number("page", 0);
        var size = Math.Clamp(Number("max", Most), 1, request.Cap > 0 ? Math.Min(request.Cap, Most) : Most);
        var part = rows.Skip(page * size).Take(size).Select(view).ToList();
        var hasNext = (page + 1) * size < rows.Count;
        return JsonAnswer.List(part, kind, (writer, served) =>
        {
            writer.WriteStartObject();
            writer.WriteStartObject("pageDetails");
            writer.WriteNumber("count", served.Count);
            if (counts)
            {
                writer.WriteNumber("totalCount", rows.Count);
            }

            Link(writer, "prevPageUrl", page > 0 ? page - 1 : null);
            Link(writer, "nextPageUrl", hasNext ? page + 1 : null);
            writer.WriteEndObject();
            writer.WritePropertyName(kind);
            JsonAnswer.WriteArray(writer, served);
            writer.WriteEndObject();
        });
    }

    private void Link(Utf8JsonWriter writer, string name, int? page)
    {
        if (page is not { } number)
        {
            writer.WriteString(name, vendor.Behaviour.NoNext);
            return;
        }

        var kept = request.Context.Request.Query.Where(q => q.Key is not "page" and not "max" && vendor.Behaviour.NextKeepsFilters).Select(q => $"&{q.Key}={Uri.EscapeDataString(q.Value.ToString())}");
        writer.WriteString(name, string.Create(CultureInfo.InvariantCulture, $"{vendor.PublicUrl}{request.Path}?max={Number("max", Most)}&page={number}{string.Concat(kept)}"));
    }

    private IEnumerable<JsonObject> Ordered(IEnumerable<JsonObject> rows) =>
        vendor.Behaviour.Scattered ? rows.OrderBy(r => (ulong)r.Whole("id") * 0x9E3779B97F4A7C15UL) : rows;

    private int Number(string name, int otherwise) =>
        int.TryParse(request.Query(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : otherwise;
}
