using System.Text.Json.Nodes;
using MSPortal.Core.Model;

namespace MSPortal.Histories.Vendors.Clouds;

/// <summary>A partner and its clients, each with a directory of its own; the client that is read is the largest.</summary>
internal sealed class Microsoft365 : KnownVendor
{
    /// <summary>Opens everything of the directory, so that nothing else is missed while it is there.</summary>
    private const string Everything = "Directory.Read.All";

    public override string Provider => "microsoft365";

    public override IReadOnlyList<Truth> Others { get; } =
    [
        new(DataType.Companies, "customers", ("tenantId", "externalId"), ("displayName", "name")),
        new(DataType.CloudUsers, "users",
            ("id", "externalId"), ("userPrincipalName", "principalName"), ("displayName", "displayName"), ("givenName", "firstName"), ("surname", "lastName"), ("mail", "email"), ("jobTitle", "jobTitle"),
            ("department", "department"), ("usageLocation", "countryCode"), ("accountEnabled", "isEnabled")),
        new(DataType.CloudGroups, "groups", ("id", "externalId"), ("displayName", "name"), ("description", "description"), ("mail", "email")),
        new(DataType.Licenses, "skus", ("skuId", "externalId"), ("skuPartNumber", "partNumber"), ("capabilityStatus", "status"), ("prepaidUnits/enabled", "enabled"), ("consumedUnits", "used")),
        new(DataType.Domains, "domains", ("id", "externalId"), ("isDefault", "isDefault"), ("isVerified", "isVerified")),
        new(DataType.SecurityScores, "secureScores", ("id", "externalId"), ("currentScore", "score")),
        new(DataType.SecurityControls, "controlProfiles", ("id", "externalId"), ("title", "title")),
    ];

    public override IReadOnlyList<DataType> Damageable => [.. Others.Select(t => t.DataType)];

    public override IReadOnlyList<DataType> Unpaged => [DataType.Companies, DataType.Licenses, DataType.Domains];

    public override DataType Asked => DataType.CloudUsers;

    public override IReadOnlyList<(string Area, DataType[] Denied)> Permissions { get; } =
    [
        ("User.Read.All", [DataType.CloudUsers]), ("Group.Read.All", [DataType.CloudGroups]), ("Organization.Read.All", [DataType.Licenses]), ("Domain.Read.All", [DataType.Domains]),
        ("SecurityEvents.Read.All", [DataType.SecurityScores, DataType.SecurityControls]),
    ];

    public override (string Area, string Name) DevicePermission => throw new NotSupportedException("There are no devices.");

    public override Edit? NoLimit { get; } = new(HttpMethod.Post, "set/behaviour", new { resourceUnits = 0, securityPerMinute = 0 });

    protected override string? Setting(JsonObject about, string key) => key switch
    {
        "tenant" => (string?)about["partner"],
        "cloud" => (string?)about["graph"],
        _ => base.Setting(about, key),
    };

    public override string? Client(JsonObject about) => (string?)about["tenants"]!.AsArray()[1]!["id"];

    public override Edit Permit(string? client, string area, bool isGiven)
    {
        var change = isGiven ? "addPermission" : "removePermission";
        object[] edits = [new { @do = change, role = area }, new { @do = change, role = Everything }];
        return new(HttpMethod.Post, $"tenants/{client}/edits", isGiven ? [.. edits, new { @do = "endTokens" }] : edits);
    }

    public override string Unknown(DataType type) => type switch
    {
        DataType.Domains => "unknown.example",
        DataType.SecurityScores => "unknown_2020-01-01",
        DataType.SecurityControls => "UnknownControl",
        _ => "00000000-0000-4000-8000-000000000000",
    };
}
