using System.Text.Json.Nodes;
using MSPortal.Histories.Vendors.Rmms;

namespace MSPortal.Histories.Vendors.Simulated;

/// <summary>What people do at NinjaOne.</summary>
internal sealed class NinjaOneEdits(Control control, Rmm rmm) : RmmEdits(control, rmm)
{
    protected override bool IsAt(JsonNode device, JsonNode company) => device["organizationId"]?.GetValue<long>() == Id(company);

    /// <summary>At the organization's first location, which the device names as well.</summary>
    protected override JsonObject Place(JsonNode device, JsonNode company)
    {
        var location = (company["locations"] as JsonArray)?.FirstOrDefault();
        var references = device["references"]?.DeepClone().AsObject() ?? [];
        references["organization"] = new JsonObject { ["id"] = Id(company), ["name"] = company["name"]?.DeepClone() };
        references["location"] = location?.DeepClone();
        return new JsonObject { ["organizationId"] = Id(company), ["locationId"] = location?["id"]?.DeepClone(), ["references"] = references };
    }
}
