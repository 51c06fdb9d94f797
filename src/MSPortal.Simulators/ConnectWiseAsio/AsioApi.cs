using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.ConnectWiseAsio;

/// <summary>Finds the answer to a call that came in at the platform's own paths.</summary>
internal sealed class AsioApi(AsioVendor vendor)
{
    private const string Companies = "platform.companies.read";
    private const string Sites = "platform.sites.read";
    private const string Devices = "platform.devices.read";

    private readonly AsioDevices devices = new(vendor);
    private readonly Dictionary<string, (DateTimeOffset Window, int Used)> used = new(StringComparer.Ordinal);

    public JsonAnswer Respond(VendorRequest request)
    {
        var steps = request.Path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (steps is ["v1", "token"])
        {
            return vendor.Tokens.Give(request);
        }

        if (vendor.Tokens.Scopes(request.Header("Authorization")) is not { } scopes)
        {
            return vendor.Error(401);
        }

        return steps is ["v1", "rate_limits"] ? RateLimits() : Inside(request, steps[2..], scopes);
    }

    private JsonAnswer Inside(VendorRequest request, string[] steps, IReadOnlyList<string> scopes)
    {
        (string Operation, string Scope, Func<JsonAnswer> Answer)? call = (request.Method, steps) switch
        {
            ("GET", ["v1", "company", "companies"]) => ("companies", Companies, () => List("companies")),
            ("GET", ["v1", "company", "companies", var id]) => ("company", Companies, () => One("companies", id)),
            ("GET", ["v1", "company", "sites"]) => ("sites", Sites, () => List("sites")),
            ("GET", ["v1", "company", "companies", var id, "sites"]) => ("company-sites", Sites, () => SitesOf(id)),
            ("POST", ["v2", "device", "categories", var category, "endpoints"]) => ("endpoints", Devices, () => devices.List(request, category)),
            ("GET", ["v2", "device", "companies", var company, "sites", var site, "endpoints", var id]) => ("details", Devices, () => devices.One(request, company, site, id)),
            _ => null,
        };
        return call is not { } found ? vendor.Error(404)
            : Exceeds(found.Operation) ? vendor.Error(429)
            : !scopes.Contains(found.Scope) || !vendor.May(found.Scope) ? vendor.Error(403)
            : found.Answer();
    }

    /// <summary>Every operation has a bucket of its own.</summary>
    private bool Exceeds(string operation)
    {
        var now = vendor.Clock.GetUtcNow();
        var bucket = used.GetValueOrDefault(operation);
        bucket = now - bucket.Window >= TimeSpan.FromMinutes(1) ? (now, 1) : (bucket.Window, bucket.Used + 1);
        used[operation] = bucket;
        return vendor.Behaviour.PerOperation > 0 && bucket.Used > vendor.Behaviour.PerOperation;
    }

    private JsonAnswer RateLimits()
    {
        var limit = vendor.Behaviour.PerOperation;
        return JsonAnswer.Json(new JsonObject
        {
            ["resources"] = new JsonObject
            {
                ["platform"] = new JsonObject(used.Select(u => KeyValuePair.Create(u.Key, (JsonNode?)new JsonObject
                {
                    ["limit"] = limit, ["remaining"] = Math.Max(0, limit - u.Value.Used), ["reset"] = u.Value.Window.AddMinutes(1).ToUnixTimeSeconds(),
                }))),
            },
        });
    }

    private JsonAnswer List(string kind) => JsonAnswer.List([.. vendor.World[kind].Rows.Select(Shown)]);

    private JsonAnswer One(string kind, string id) =>
        vendor.World[kind].Rows.FirstOrDefault(r => string.Equals(r.Text("uid"), id, StringComparison.OrdinalIgnoreCase)) is { } row ? JsonAnswer.One(Shown(row)) : vendor.Error(404);

    private JsonAnswer SitesOf(string id) => JsonAnswer.List([.. vendor.World["sites"].Rows.Where(s => string.Equals(s.Text("companyUid"), id, StringComparison.OrdinalIgnoreCase)).Select(Shown)]);

    /// <summary>The numbers are ours; the platform's ids are GUIDs.</summary>
    private static JsonObject Shown(JsonObject row)
    {
        var shown = (JsonObject)row.DeepClone();
        shown["id"] = row["uid"]?.DeepClone();
        shown.Remove("uid");
        shown.Remove("companyUid");
        return shown;
    }
}

/// <summary>Devices: asked for by POST, grouped by where they stand, paged by a header.</summary>
internal sealed class AsioDevices(AsioVendor vendor)
{
    private const int Largest = 500;

    private static readonly string[] Categories = ["platform", "network", "cloud"];
    private static readonly string[] Minimal = ["endpointID", "deviceName", "friendlyName", "resourceType", "endpointType", "type", "ipAddress", "macAddress", "createdAt", "modifiedAt"];
    private static readonly string[] Placing = ["id", "category", "companyID", "siteID"];
    private static readonly Dictionary<string, int> Most = new(StringComparer.Ordinal) { ["company"] = 4, ["site"] = 10, ["endpoint"] = 500 };

    public JsonAnswer List(VendorRequest request, string category)
    {
        var fields = request.Query("field")?.Split(',', StringSplitOptions.RemoveEmptyEntries);
        if (Wanted(request.Body) is not { } wanted || (category != "all" && !Categories.Contains(category)) || fields?.Length > 15)
        {
            return vendor.Error(400);
        }

        var property = wanted.Kind switch { "company" => "companyID", "site" => "siteID", _ => "endpointID" };
        var found = vendor.World["devices"].Rows.Where(d => (category == "all" || d.Text("category") == category) && wanted.Ids.Contains(d.Text(property) ?? "")).ToList();
        var limit = Math.Clamp(Number(request.Query("limit")) ?? Largest, 1, Largest);
        limit = request.Cap > 0 ? Math.Min(limit, request.Cap) : limit;
        var cursor = Number(request.Query("cursor")) ?? 0;
        IReadOnlyList<JsonObject> rows = [.. found.Skip(cursor).Take(limit).Select(d => Projected(d, fields ?? Minimal))];
        if (rows.Count == 0)
        {
            return vendor.Error(404);   // Nothing there, or past the end.
        }

        var answer = JsonAnswer.List(rows, around: Grouped);
        if (cursor + limit < found.Count)
        {
            var host = vendor.Behaviour.LinkHost ?? vendor.PublicUrl;
            answer.Headers["Link"] = string.Create(CultureInfo.InvariantCulture, $"<{host}{request.Path}?cursor={cursor + limit}&limit={limit}>; rel=\"next\"");   // Without the fields.
        }

        return answer;
    }

    public JsonAnswer One(VendorRequest request, string company, string site, string id)
    {
        bool Is(JsonObject row, string name, string value) => string.Equals(row.Text(name), value, StringComparison.OrdinalIgnoreCase);
        var row = vendor.World["devices"].Rows.FirstOrDefault(d => Is(d, "endpointID", id) && Is(d, "companyID", company) && Is(d, "siteID", site));
        if (row is null)
        {
            return vendor.Error(404);
        }

        var shown = Projected(row, request.Query("field")?.Split(',', StringSplitOptions.RemoveEmptyEntries) ?? [.. Minimal, "os", "system"]);
        foreach (var name in Placing.Append("endpointID"))
        {
            shown.Remove(name);
        }

        var category = row.Text("category")!;
        return JsonAnswer.Json(new JsonObject
        {
            ["companyID"] = row.Text("companyID"), ["siteID"] = row.Text("siteID"), ["endpointID"] = row.Text("endpointID"), [category] = shown,
        });
    }

    private static void Grouped(Utf8JsonWriter writer, IReadOnlyList<JsonObject> rows)
    {
        writer.WriteStartObject();
        foreach (var category in rows.GroupBy(r => r.Text("category") ?? "platform"))
        {
            writer.WriteStartArray(category.Key);
            foreach (var group in category.GroupBy(r => (Company: r.Text("companyID"), Site: r.Text("siteID"))))
            {
                writer.WriteStartObject();
                writer.WriteString("companyID", group.Key.Company);
                writer.WriteString("siteID", group.Key.Site);
                writer.WritePropertyName("endpoints");
                JsonAnswer.WriteArray(writer, [.. group.Select(Plain)]);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    private static JsonObject Plain(JsonObject row) => new(row.Where(p => !Placing.Contains(p.Key)).Select(p => KeyValuePair.Create(p.Key, p.Value?.DeepClone())));

    private static JsonObject Projected(JsonObject row, IEnumerable<string> fields) =>
        new(row.Where(p => Placing.Contains(p.Key) || p.Key == "endpointID" || fields.Contains(p.Key)).Select(p => KeyValuePair.Create(p.Key, p.Value?.DeepClone())));

    private static (string Kind, HashSet<string> Ids)? Wanted(byte[] body)
    {
        try
        {
            return JsonNode.Parse(body) is JsonObject given && given.Text("resourceType") is { } kind && Most.TryGetValue(kind, out var most) && given["resources"] is JsonArray { Count: > 0 } ids && ids.Count <= most
                ? (kind, ids.Select(i => i!.ToString()).ToHashSet(StringComparer.OrdinalIgnoreCase))
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static int? Number(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
