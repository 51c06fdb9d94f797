using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.NinjaOne;

/// <summary>Finds the answer to a call that came in at the vendor's own paths.</summary>
internal sealed class NinjaOneApi(NinjaOneVendor vendor)
{
    private static readonly string[] Identity = ["name", "description", "userData", "nodeApprovalMode", "id"];

    private readonly NinjaOneQueries queries = new(vendor);

    public JsonAnswer Respond(VendorRequest request)
    {
        var steps = request.Path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (steps is ["ws", "oauth", "token"])
        {
            return vendor.Tokens.Give(request);
        }

        if (steps is not ["v2", ..])
        {
            return vendor.Error(404);
        }

        if (vendor.Rate.Refuse() is not null)
        {
            return vendor.Error(429);
        }

        return !vendor.Tokens.Accepts(request.Header("Authorization")) ? vendor.Error(401)
            : steps is [_, "webhook"] ? Webhook(request)
            : request.Method != "GET" ? vendor.Error(405)
            : Read(request, steps[1..]);
    }

    private JsonAnswer Read(VendorRequest request, string[] steps) => steps switch
    {
        ["organizations"] => May("organizations", () => Keyset(request, "organizations", Brief)),
        ["organization", var id] => May("organizations", () => One("organizations", id)),
        ["locations"] => May("organizations", () => Keyset(request, "locations", row => row)),
        ["devices-detailed"] => May("devices", () => Devices(request)),
        ["device", var id] => May("devices", () => One("devices", id)),
        ["device", var id, "alerts"] => May("alerts", () => OfDevice(id)),
        ["alerts"] => May("alerts", () => JsonAnswer.List([.. vendor.World["alerts"].Rows.Where(Filtered(request)).Select(a => Alert(a, vendor.Behaviour.AlertsBringDevice))])),
        ["queries", "antivirus-status"] => May("queries", () => queries.Answer(request, "antivirus", Filter(request))),
        ["queries", "device-health"] => May("queries", () => queries.Answer(request, "health", Filter(request))),
        _ => vendor.Error(404),
    };

    private JsonAnswer May(string area, Func<JsonAnswer> answer)
    {
        try
        {
            return vendor.May(area) ? answer() : vendor.Error(403);
        }
        catch (FormatException)
        {
            return vendor.Error(400);
        }
    }

    private JsonAnswer Devices(VendorRequest request) => Keyset(request, "devices", row => row, Filter(request));

    /// <summary>By id, from the one after <c>after</c> on; no word about how many there are, nor whether this was the last page.</summary>
    private JsonAnswer Keyset(VendorRequest request, string kind, Func<JsonObject, JsonObject> shown, Func<JsonObject, bool>? filter = null)
    {
        var after = Whole(request.Query("after")) ?? 0;
        var size = (int)Math.Min(Whole(request.Query("pageSize")) ?? vendor.Behaviour.LargestPage, vendor.Behaviour.LargestPage);
        size = request.Cap > 0 ? Math.Min(request.Cap, size) : size;
        return JsonAnswer.List([.. vendor.World[kind].Rows.Where(r => r.Whole("id") > after && filter?.Invoke(r) is not false).Take(size).Select(shown)], kind);
    }

    /// <summary>Only one organization asked for alone comes with its locations, policies and settings.</summary>
    private static JsonObject Brief(JsonObject row) => new(row.Where(p => Identity.Contains(p.Key)).Select(p => KeyValuePair.Create(p.Key, p.Value?.DeepClone())));

    private JsonAnswer One(string kind, string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && vendor.World[kind].Find(id) is { } row
            ? JsonAnswer.One(row, kind)
            : vendor.Error(404);

    private JsonAnswer OfDevice(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && vendor.World["devices"].Find(id) is not null
            ? JsonAnswer.List([.. vendor.World["alerts"].Rows.Where(a => a.Whole("deviceId") == id).Select(a => Alert(a, false))])
            : vendor.Error(404);

    /// <summary>An alert has no number; ours stays here.</summary>
    private JsonObject Alert(JsonObject row, bool withDevice)
    {
        var shown = (JsonObject)row.DeepClone();
        shown.Remove("id");
        if (withDevice && vendor.World["devices"].Find(row.Whole("deviceId")) is { } device)
        {
            shown["device"] = new JsonObject { ["id"] = device.Whole("id"), ["organizationId"] = device.Whole("organizationId"), ["displayName"] = device.Text("displayName"), ["systemName"] = device.Text("systemName") };
        }

        return shown;
    }

    private Func<JsonObject, bool> Filtered(VendorRequest request)
    {
        var filter = Filter(request);
        return alert => request.Query("df") is null || (vendor.World["devices"].Find(alert.Whole("deviceId")) is { } device && filter(device));
    }

    /// <summary>The device filter: a few of its terms, joined by AND.</summary>
    /// <exception cref="FormatException">A term that is not known.</exception>
    private static Func<JsonObject, bool> Filter(VendorRequest request)
    {
        if (request.Query("df") is not { Length: > 0 } text)
        {
            return _ => true;
        }

        var terms = text.Split(" AND ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Term).ToList();
        return device => terms.All(t => t(device));
    }

    private static Func<JsonObject, bool> Term(string term)
    {
        if (term is "online" or "offline")
        {
            return device => device.Flag("offline") == (term == "offline");
        }

        var parts = term.Split([' ', '=', '('], 2, StringSplitOptions.RemoveEmptyEntries);
        var property = parts[0] switch { "id" => "id", "org" or "organization" => "organizationId", "loc" => "locationId", "class" => "nodeClass", "status" => "approvalStatus", _ => throw new FormatException(term) };
        var values = parts.ElementAtOrDefault(1)?.Replace("in ", "", StringComparison.Ordinal).Replace("eq ", "", StringComparison.Ordinal).Trim(' ', '=', '(', ')')
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? throw new FormatException(term);
        return device => values.Contains(device.Text(property), StringComparer.OrdinalIgnoreCase);
    }

    private JsonAnswer Webhook(VendorRequest request)
    {
        if (!vendor.App.ByAdministrator || !vendor.May("webhooks"))
        {
            return vendor.Error(403);
        }

        var table = vendor.World["webhooks"];
        switch (request.Method)
        {
            case "PUT" when Parsed(request.Body) is { } given && given.Text("url") is { Length: > 0 }:
                given["id"] = 1;
                table.Put(1, given);   // One for each client app: a second call replaces the first.
                return JsonAnswer.Nothing(204);
            case "DELETE":
                table.Remove(1);
                return JsonAnswer.Nothing(204);
            default:
                return vendor.Error(request.Method is "PUT" ? 400 : 405);
        }
    }

    private static JsonObject? Parsed(byte[] body)
    {
        try
        {
            return JsonNode.Parse(body) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <exception cref="FormatException">It is no number.</exception>
    private static long? Whole(string? text) => string.IsNullOrEmpty(text) ? null : long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
