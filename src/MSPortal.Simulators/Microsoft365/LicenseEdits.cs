using System.Text.Json.Nodes;

namespace MSPortal.Simulators.Microsoft365;

/// <summary>Gives a user a product and takes it away again, by hand or by a group.</summary>
internal static class LicenseEdits
{
    /// <summary>What an assignment touches.</summary>
    public static readonly string[] Properties = ["assignedLicenses", "licenseAssignmentStates", "assignedPlans"];

    /// <param name="group">The group that it comes from; null: given directly.</param>
    /// <param name="partly">Its last plan is switched off.</param>
    public static void Assign(JsonObject user, Sku sku, string? group, string at, bool partly)
    {
        JsonArray Off() => partly ? new JsonArray(sku.Plans[^1].Id) : [];

        var licences = List(user, "assignedLicenses");
        if (!licences.Any(l => Is(l, sku)))
        {
            licences.Add(new JsonObject { ["disabledPlans"] = Off(), ["skuId"] = sku.Id });
        }

        var states = List(user, "licenseAssignmentStates");
        foreach (var same in states.Where(s => Is(s, sku) && (string?)s!["assignedByGroup"] == group).ToList())
        {
            states.Remove(same);
        }

        states.Add(State(sku, group, "Active", "None", at, Off()));
    }

    /// <summary>The group would give it, but cannot: an assignment in error gives no licence.</summary>
    public static void Fail(JsonObject user, Sku sku, string group, string error, string at)
    {
        if (!List(user, "licenseAssignmentStates").Any(s => Is(s, sku)))
        {
            List(user, "licenseAssignmentStates").Add(State(sku, group, "Error", error, at, []));
        }
    }

    /// <summary>From wherever it came.</summary>
    public static void Remove(JsonObject user, Sku sku)
    {
        foreach (var name in new[] { "assignedLicenses", "licenseAssignmentStates" })
        {
            var list = List(user, name);
            foreach (var item in list.Where(l => Is(l, sku)).ToList())
            {
                list.Remove(item);
            }
        }
    }

    /// <summary>Plans follow from licences, so they are worked out and not kept.</summary>
    public static JsonArray Plans(JsonObject user) => new([.. (user["assignedLicenses"] as JsonArray ?? []).OfType<JsonObject>().SelectMany(licence =>
    {
        var off = (licence["disabledPlans"] as JsonArray ?? []).Select(p => (string?)p).ToHashSet();
        var at = (user["licenseAssignmentStates"] as JsonArray ?? []).FirstOrDefault(s => (string?)s?["skuId"] == (string?)licence["skuId"])?["lastUpdatedDateTime"];
        return SkuCatalogue.Get((string)licence["skuId"]!).Plans.Select(p => (JsonNode)new JsonObject
        {
            ["assignedDateTime"] = at?.DeepClone(), ["capabilityStatus"] = off.Contains(p.Id) ? "Deleted" : "Enabled", ["service"] = p.Service, ["servicePlanId"] = p.Id,
        });
    })]);

    private static JsonObject State(Sku sku, string? group, string state, string error, string at, JsonArray off) => new()
    {
        ["skuId"] = sku.Id, ["disabledPlans"] = off, ["lastUpdatedDateTime"] = at, ["assignedByGroup"] = group, ["state"] = state, ["error"] = error,
    };

    private static bool Is(JsonNode? item, Sku sku) => (string?)item?["skuId"] == sku.Id;

    private static JsonArray List(JsonObject user, string name)
    {
        if (user[name] is JsonArray list)
        {
            return list;
        }

        var made = new JsonArray();
        user[name] = made;
        return made;
    }
}
