using System.Text.Json.Nodes;
using MSPortal.Histories.Vendors.Rmms;

namespace MSPortal.Histories.Vendors.Simulated;

/// <summary>What people and agents do at Datto RMM.</summary>
internal sealed class DattoRmmEdits(Control control, Rmm rmm) : RmmEdits(control, rmm)
{
    protected override bool IsAt(JsonNode device, JsonNode company) => device["siteUid"]?.ToString() == company["uid"]?.ToString();

    protected override JsonObject Place(JsonNode device, JsonNode company) => new() { ["siteId"] = Id(company), ["siteUid"] = company["uid"]!.DeepClone(), ["siteName"] = company["name"]!.DeepClone() };

    /// <summary>It has another number, and the agent looks into its machine anew.</summary>
    protected override JsonNode Again(Truth truth, JsonNode row)
    {
        var again = row.DeepClone().AsObject();
        foreach (var name in new[] { "id", "lastAuditDate", "lastSeen", "deleted" })
        {
            again.Remove(name);
        }

        return again;
    }

    /// <summary>Every device names its site.</summary>
    protected override bool RenameCompany(JsonNode company, string name)
    {
        foreach (var device in DevicesAt(company).ToList())
        {
            Patch("devices", device, new JsonObject { ["siteName"] = name });
        }

        return base.RenameCompany(company, name);
    }
}
