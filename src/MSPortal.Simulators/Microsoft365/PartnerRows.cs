using System.Text.Json.Nodes;

namespace MSPortal.Simulators.Microsoft365;

/// <summary>What the partner's own tenant tells of its customers; in any other tenant these lists are empty.</summary>
internal static class PartnerRows
{
    private static readonly string[] Roles =
    [
        "f2ef992c-3afb-46b9-b7cf-a126ee74c451", "88d8e3e3-8f55-4a1e-953a-9b9898b8876b", "fe930be7-5e62-47db-91af-98c3a49a38b1", "4d6ac14f-3453-41d0-bef9-a3e0c569773a", "5d6b6bb7-de71-4623-b4af-96380a352509",
    ];

    /// <summary>Whoever buys through the partner, with or without a relationship.</summary>
    public static IEnumerable<JsonObject> Contracts(IReadOnlyList<Tenant> tenants, int seed) => tenants.Skip(1).Select(t => new JsonObject
    {
        ["id"] = TenantSeed.Uid(TenantSeed.Fresh(seed, t.Number, 20)), ["deletedDateTime"] = null, ["contractType"] = t.Number % 6 == 5 ? "BreadthPartner" : "ResellerPartner", ["customerId"] = t.Id,
        ["defaultDomainName"] = t.DefaultDomain, ["displayName"] = t.DisplayName,
    });

    public static IEnumerable<JsonObject> Customers(IReadOnlyList<Tenant> tenants) => tenants.Skip(1).Where(HasRelationship)
        .Select(t => new JsonObject { ["@odata.etag"] = Etag(t.Number), ["id"] = t.Id, ["tenantId"] = t.Id, ["displayName"] = t.DisplayName });

    public static bool HasRelationship(Tenant tenant) => tenant.Number is not (0 or TenantSeed.NoRelationship);

    /// <summary>Each has one that is active, some an old one too; one customer's is only waiting.</summary>
    public static IEnumerable<JsonObject> Relationships(IReadOnlyList<Tenant> tenants, int seed, DateTimeOffset origin) => tenants.Skip(1).SelectMany(tenant => HasRelationship(tenant)
        ? tenant.Number % 7 == 6 ? [Relationship(tenant, seed, origin, 0, "terminated"), Relationship(tenant, seed, origin, 1, "active")] : new[] { Relationship(tenant, seed, origin, 1, "active") }
        : [Relationship(tenant, seed, origin, 2, "approvalPending")]);

    public static JsonObject Information(Tenant tenant) => new()
    {
        ["tenantId"] = tenant.Id, ["federationBrandName"] = null, ["displayName"] = tenant.DisplayName, ["defaultDomainName"] = tenant.DefaultDomain,
    };

    private static JsonObject Relationship(Tenant tenant, int seed, DateTimeOffset origin, int which, string status)
    {
        var dice = TenantSeed.Fresh(seed, tenant.Number, 30 + which);
        var begun = origin.AddDays(which == 0 ? -900 : -dice.Between(20, 600));
        var waits = status == "approvalPending";
        return new JsonObject
        {
            ["@odata.etag"] = Etag(tenant.Number + (which * 1000)),
            ["id"] = $"{TenantSeed.Uid(dice)}-{TenantSeed.Uid(dice)}",
            ["displayName"] = $"GDAP {tenant.DisplayName} {which}",
            ["duration"] = "P730D",
            ["autoExtendDuration"] = dice.Chance(50) ? "P180D" : "PT0S",
            ["customer"] = new JsonObject { ["tenantId"] = tenant.Id, ["displayName"] = tenant.DisplayName },
            ["accessDetails"] = new JsonObject { ["unifiedRoles"] = new JsonArray([.. Roles.Take(2 + dice.Below(4)).Select(r => (JsonNode)new JsonObject { ["roleDefinitionId"] = r })]) },
            ["status"] = status,
            ["createdDateTime"] = Graph.Time(begun.AddDays(-2)),
            ["lastModifiedDateTime"] = Graph.Time(begun),
            ["activatedDateTime"] = waits ? null : Graph.Time(begun),
            ["endDateTime"] = waits ? null : Graph.Time(begun.AddDays(730)),
        };
    }

    private static string Etag(int number) => $"W/\"JyI{number:D4}IiJ9\"";
}
