using System.Globalization;
using System.Text.Json.Nodes;
using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.HaloPsa;

/// <summary>Finds the answer to a call that came in at the vendor's own paths.</summary>
internal sealed class HaloPsaApi(HaloPsaVendor vendor)
{
    private static readonly Dictionary<string, Resource> Resources = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Tickets"] = new("tickets", "tickets", "tickets"),
        ["Client"] = new("clients", "clients", "customers") { HasInactive = true },
        ["Site"] = new("sites", "sites", "customers") { HasInactive = true },
        ["Users"] = new("users", "users", "customers") { HasInactive = true },
        ["Asset"] = new("assets", "assets", "assets") { HasInactive = true },
        ["Actions"] = new("actions", "actions", "tickets"),
        ["TimesheetEvent"] = new("timesheetevents", null, "timesheets"),
        ["Agent"] = new("agents", null, "agents"),
        ["Team"] = new("teams", null, "config"),
        ["TicketType"] = new("tickettypes", null, "tickets"),
        ["Status"] = new("statuses", null, "tickets"),
        ["Priority"] = new("priorities", null, "config"),
        ["SLA"] = new("slas", null, "config"),
        ["Category"] = new("categories", null, "config"),
        ["AssetType"] = new("assettypes", null, "assets"),
    };

    private static readonly Dictionary<string, string> HookKinds = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Webhook"] = "webhooks",
        ["Notification"] = "notifications",
        ["WebhookEvent"] = "webhookevents",
    };

    private readonly HaloPsaLists lists = new(vendor);
    private readonly HaloPsaWrites writes = new(vendor);

    public JsonAnswer Respond(VendorRequest request)
    {
        var segments = request.Path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (segments is ["auth", var last] && last.Equals("token", StringComparison.OrdinalIgnoreCase))
        {
            return vendor.Tokens.Give(request);
        }

        if (segments is not ["api", var name, ..])
        {
            return JsonAnswer.Nothing(404);
        }

        if (segments.Length == 2 && Open(name) is { } open)
        {
            return open;
        }

        if (vendor.Window.Refuses())
        {
            return vendor.TooMany();
        }

        return !vendor.Tokens.Accepts(request.Header("Authorization")) ? JsonAnswer.Nothing(401) : Inside(request, name, segments);
    }

    /// <summary>What anyone may ask.</summary>
    private JsonAnswer? Open(string name) => name.ToUpperInvariant() switch
    {
        "AUTHINFO" when vendor.Behaviour.AuthInfo => JsonAnswer.Json(new JsonObject
        {
            ["auth_url"] = vendor.Behaviour.AuthUrl ?? vendor.PublicUrl + "/auth",
            ["tenant_id"] = vendor.Application.Tenant,
        }),
        "INSTANCEINFO" => JsonAnswer.Json(new JsonObject { ["version"] = "2.236.1", ["track"] = "stable" }),
        _ => null,
    };

    private JsonAnswer Inside(VendorRequest request, string name, string[] segments)
    {
        if (segments is [_, _, "me"])
        {
            return JsonAnswer.Nothing(name.Equals("Client", StringComparison.OrdinalIgnoreCase) ? 401 : 404);   // Not for applications.
        }

        if (name.Equals("Report", StringComparison.OrdinalIgnoreCase) && segments.Length == 3)
        {
            return JsonAnswer.Json(new JsonObject { ["id"] = 1, ["report"] = new JsonObject { ["rows"] = new JsonArray(), ["load_error"] = "Invalid column name 'fooo'." } });
        }

        if (HookKinds.TryGetValue(name, out var hooks) && segments.Length <= 3)
        {
            return vendor.May("admin") && vendor.May("role:admin") ? vendor.Webhooks.Answer(request, hooks, segments.ElementAtOrDefault(2)) : JsonAnswer.Nothing(403);
        }

        if (!Resources.TryGetValue(name, out var resource) || segments.Length > 3)
        {
            return JsonAnswer.Nothing(404);
        }

        // The application's permission and the agent's role both have to allow it; which one does not is not said.
        if (!vendor.May(resource.Area) || !vendor.May("role:" + resource.Area))
        {
            return JsonAnswer.Nothing(403);
        }

        return (request.Method, segments) switch
        {
            ("GET", [_, _]) => lists.List(request, resource, name),
            ("GET", [_, _, var id]) => One(request, resource, id),
            ("POST", [_, _]) => writes.Post(request, resource),
            ("DELETE", [_, _, var id]) => Delete(resource, id),
            _ => JsonAnswer.Nothing(405),
        };
    }

    private JsonAnswer One(VendorRequest request, Resource resource, string text)
    {
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) || resource.Kind == "priorities")
        {
            return JsonAnswer.Nothing(404);   // Priorities go by GUIDs, and a ticket's priority number leads nowhere.
        }

        var key = resource.Kind == "actions" ? HaloPsaTable.ActionKey(Whole(request.Query("ticket_id")), id) : id;
        return vendor.World[resource.Kind].Find(key) is { } row
            ? JsonAnswer.One(HaloPsaShapes.Single(resource.Kind, row, request.Query("includedetails") == "true"), resource.Kind)
            : JsonAnswer.Nothing(404);
    }

    private JsonAnswer Delete(Resource resource, string text)
    {
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) || vendor.World[resource.Kind].Find(id) is null)
        {
            return JsonAnswer.Nothing(404);
        }

        vendor.Delete(resource.Kind, id);
        return JsonAnswer.Json(new JsonObject { ["id"] = id });
    }

    private static long Whole(string? text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}

/// <param name="Envelope">The property around the rows; null: a bare array without pages.</param>
/// <param name="Area">Which permission it needs.</param>
internal sealed record Resource(string Kind, string? Envelope, string Area)
{
    public bool HasInactive { get; init; }
}
