using System.Text.Json.Nodes;
using MSPortal.Histories.Vendors.Rmms;

namespace MSPortal.Histories.Vendors.Simulated;

/// <summary>What people do at ConnectWise RMM, where every device stands at a site of a company.</summary>
internal sealed class AsioEdits(Control control, Rmm rmm) : RmmEdits(control, rmm)
{
    protected override bool IsAt(JsonNode device, JsonNode company) => Is(device["companyID"], company["uid"]);

    protected override JsonObject? Place(JsonNode device, JsonNode company) => SitesOf(company).FirstOrDefault() is { } site
        ? new JsonObject { ["companyID"] = company["uid"]!.DeepClone(), ["siteID"] = site["uid"]!.DeepClone() }
        : null;

    protected override bool Found(string name) =>
        Control.Ask(HttpMethod.Post, "records/companies", new { name, friendlyName = name }) is { } company
        && Control.Post("records/sites", new { name = "Main", companyUid = company["uid"]!.ToString() });

    protected override bool RenameCompany(JsonNode company, string name) => Patch("companies", company, new JsonObject { ["name"] = name, ["friendlyName"] = name });

    /// <summary>Its sites stay behind: the company may come back.</summary>
    private IEnumerable<JsonNode> SitesOf(JsonNode company) => Control.Rows("sites").Where(s => Is(s["companyUid"], company["uid"]));

    private static bool Is(JsonNode? one, JsonNode? other) => string.Equals(one?.ToString(), other?.ToString(), StringComparison.OrdinalIgnoreCase);
}
