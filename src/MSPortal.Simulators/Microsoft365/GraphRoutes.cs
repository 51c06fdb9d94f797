using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.Microsoft365;

/// <summary>The paths that are played.</summary>
internal sealed partial class GraphRoutes(Microsoft365Vendor vendor)
{
    private const string All = "Directory.Read.All";

    private readonly GraphLists lists = new(vendor);
    private readonly GraphDelta delta = new(vendor);

    /// <exception cref="GraphException">There is no such path, or it is not for this method.</exception>
    public GraphRoute Find(GraphRequest request, EntraAccess access)
    {
        var (tenant, steps) = (access.Tenant, request.Steps);
        var route = steps is ["subscriptions", ..] ? new GraphRoute("subscriptions", 1, ["User.Read.All", All], () => vendor.Subscriptions.Answer(request, access))
            : Directory(request, tenant, steps) ?? Tenants(request, tenant, steps) ?? Other(request, tenant, steps);
        if (route is null)
        {
            throw new GraphException(400, "BadRequest", $"Resource not found for the segment '{(steps.Count == 0 ? "" : steps[^1])}'.");
        }

        return request.Method == "GET" || route.Workload == "subscriptions" ? route : throw new GraphException(405, "Request_BadRequest", "Specified HTTP method is not allowed for the request target.");
    }

    private GraphRoute? Directory(GraphRequest request, Tenant tenant, IReadOnlyList<string> steps)
    {
        var (users, groups) = (DirectoryShape.Users, DirectoryShape.Groups);
        return steps switch
        {
            ["users"] => Identity(2, () => lists.Directory(request, tenant, users, tenant.Users, most: request.Select?.Contains("signInActivity") == true ? 500 : 999), "User.Read.All", All),
            ["users", "delta" or "delta()"] => Identity(1, () => delta.Answer(request, tenant, users, tenant.Users), "User.Read.All", All),
            ["users", var id] => Identity(1, () => One(request, users, User(tenant, id)), "User.Read.All", All),
            ["users", var id, "licenseDetails"] => Identity(2, () => lists.Rows(request, tenant, $"users('{id}')/licenseDetails", TenantRows.Details(tenant, User(tenant, id).Data), 100), "User.Read.All", All),
            ["groups"] => Identity(1, () => lists.Directory(request, tenant, groups, tenant.Groups), "Group.Read.All", All),
            ["groups", "delta" or "delta()"] => Identity(1, () => delta.Answer(request, tenant, groups, tenant.Groups), "Group.Read.All", All),
            ["groups", var id] => Identity(1, () => One(request, groups, Living(tenant.Groups, id)), "Group.Read.All", All),
            ["directory", "deletedItems", "microsoft.graph.user"] => Identity(1, () => Bin(request, tenant), "User.Read.All", All),
            ["directory", "deletedItems", var id] => Identity(1, () => Binned(request, tenant, id), "User.Read.All", All),
            _ => null,
        };
    }

    private GraphRoute? Tenants(GraphRequest request, Tenant tenant, IReadOnlyList<string> steps)
    {
        var partner = tenant.Number == 0 ? vendor.AllTenants : [];
        return steps switch
        {
            ["organization"] => Identity(1, () => lists.Rows(request, tenant, "organization", [TenantRows.Organization(tenant)], 100), "Organization.Read.All", All),
            ["organization", var id] => Identity(1, () => Among(request, "organization", [TenantRows.Organization(tenant)], id), "Organization.Read.All", All),
            ["domains"] => Identity(1, () => lists.Rows(request, tenant, "domains", TenantRows.Domains(tenant), 999), "Domain.Read.All", All),
            ["domains", var id] => Identity(1, () => Among(request, "domains", TenantRows.Domains(tenant), id), "Domain.Read.All", All),
            ["subscribedSkus"] => Identity(3, () => lists.Rows(request, tenant, "subscribedSkus", TenantRows.Skus(tenant), 999), "Organization.Read.All", "LicenseAssignment.Read.All", All),
            ["subscribedSkus", var id] => Identity(1, () => Among(request, "subscribedSkus", TenantRows.Skus(tenant), id), "Organization.Read.All", "LicenseAssignment.Read.All", All),
            ["directory", "subscriptions"] => Identity(1, () => lists.Rows(request, tenant, "directory/subscriptions", TenantRows.Subscriptions(tenant, vendor.AllTenants[0].Id), 100), "Organization.Read.All", All),
            ["contracts"] => Identity(3, () => lists.Rows(request, tenant, "contracts", PartnerRows.Contracts(partner, vendor.Options.Seed), 100), All),
            ["tenantRelationships", "delegatedAdminCustomers"] => Partner(() => lists.Rows(request, tenant, "tenantRelationships/delegatedAdminCustomers", PartnerRows.Customers(partner), 300, isDirectory: false)),
            ["tenantRelationships", "delegatedAdminRelationships"] => Partner(() => lists.Rows(request, tenant, "tenantRelationships/delegatedAdminRelationships", PartnerRows.Relationships(partner, vendor.Options.Seed, vendor.Clock.Origin), 300, isDirectory: false)),
            ["tenantRelationships", var function] when Information().Match(function) is { Success: true } asked => new GraphRoute("identity", 1, ["CrossTenantInformation.ReadBasic.All"], () => Known(asked.Groups["name"].Value)),
            _ => null,
        };
    }

    private GraphRoute? Other(GraphRequest request, Tenant tenant, IReadOnlyList<string> steps) => steps switch
    {
        ["security", "secureScores"] => Security(() => lists.Rows(request, tenant, "security/secureScores", vendor.Scores.Scores(tenant, vendor.Clock.GetUtcNow()), 90, isDirectory: false)),
        ["security", "secureScores", var id] => Security(() => Among(request, "security/secureScores", vendor.Scores.Scores(tenant, vendor.Clock.GetUtcNow()), id)),
        ["security", "secureScoreControlProfiles"] => Security(() => lists.Rows(request, tenant, "security/secureScoreControlProfiles", vendor.Scores.Profiles(tenant), 999, isDirectory: false)),
        ["security", "secureScoreControlProfiles", var id] => Security(() => Among(request, "security/secureScoreControlProfiles", vendor.Scores.Profiles(tenant), id)),
        ["deviceManagement", "managedDevices"] => Intune(() => lists.Rows(request, tenant, "deviceManagement/managedDevices", Devices(tenant), 1000, 1000, isDirectory: false)),
        ["deviceManagement", "managedDevices", var id] => Intune(() => Among(request, "deviceManagement/managedDevices", Devices(tenant), id)),
        ["reports", "authenticationMethods", "userRegistrationDetails"] => new GraphRoute("reports", 1, ["AuditLog.Read.All"], () => tenant.Has("AAD_PREMIUM")
            ? lists.Rows(request, tenant, "reports/authenticationMethods/userRegistrationDetails", TenantRows.Registrations(tenant, vendor.Clock.GetUtcNow()), 100, isDirectory: false)
            : throw new GraphException(403, "Authentication_RequestFromNonPremiumTenantOrB2CTenant", "Neither tenant is B2C or tenant doesn't have premium license")),
        _ => null,
    };

    private static GraphRoute Identity(int units, Func<JsonAnswer> answer, params string[] roles) => new("identity", units, roles, answer);

    private static GraphRoute Partner(Func<JsonAnswer> answer) => new("partner", 1, ["DelegatedAdminRelationship.Read.All"], answer);

    private static GraphRoute Security(Func<JsonAnswer> answer) => new("security", 1, ["SecurityEvents.Read.All"], answer);

    private static GraphRoute Intune(Func<JsonAnswer> answer) => new("intune", 1, ["DeviceManagementManagedDevices.Read.All"], answer);

    private static GraphException Missing(string id) => new(404, "Request_ResourceNotFound", $"Resource '{id}' does not exist or one of its queried reference-property objects are not present.");

    /// <summary>By id or by the name to sign in with.</summary>
    private static DirectoryEntry User(Tenant tenant, string id) =>
        tenant.Users.Find(id) is { IsLive: true } user ? user
        : tenant.Users.Live.FirstOrDefault(u => id.Equals((string?)u.Data["userPrincipalName"], StringComparison.OrdinalIgnoreCase)) ?? throw Missing(id);

    private static DirectoryEntry Living(DirectoryTable table, string id) => table.Find(id) is { IsLive: true } entry ? entry : throw Missing(id);

    private JsonAnswer One(GraphRequest request, DirectoryShape shape, DirectoryEntry entry) => Graph.One(vendor, shape.Kind, shape.Show(entry, shape.Wanted(request.Select, many: false)));

    private JsonAnswer Among(GraphRequest request, string context, IEnumerable<JsonObject> rows, string id) =>
        Graph.One(vendor, context, GraphLists.Selected(request, rows.FirstOrDefault(r => id.Equals((string?)r["id"], StringComparison.OrdinalIgnoreCase)) ?? throw Missing(id)));

    private JsonAnswer Bin(GraphRequest request, Tenant tenant)
    {
        IReadOnlyList<string> names = request.Select ?? [.. DirectoryShape.Users.Usual, "deletedDateTime"];
        return lists.Rows(request, tenant, "directory/deletedItems/microsoft.graph.user", tenant.Users.All.Where(u => u.DeletedAt is not null).Select(u => DirectoryShape.Users.Show(u, names)), 100);
    }

    private JsonAnswer Binned(GraphRequest request, Tenant tenant, string id)
    {
        var (shape, entry) = tenant.Users.Find(id) is { } user ? (DirectoryShape.Users, user) : (DirectoryShape.Groups, tenant.Groups.Find(id));
        if (entry?.DeletedAt is null)
        {
            throw Missing(id);
        }

        var row = shape.Show(entry, request.Select ?? [.. shape.Usual, "deletedDateTime"]);
        row.Insert(0, "@odata.type", $"#microsoft.graph.{shape.Type}");
        return Graph.One(vendor, "directoryObjects", row);
    }

    private List<JsonObject> Devices(Tenant tenant) => tenant.Has("INTUNE_A") ? vendor.DevicesOf(tenant)
        : throw new GraphException(400, "BadRequest", """{"_version":3,"Message":"Request not applicable to target tenant.","CustomApiErrorPhrase":"","RetryAfter":null,"ErrorSourceService":"","HttpHeaders":"{}"}""");

    private JsonAnswer Known(string name) => vendor.FindTenant(name) is { } tenant
        ? Graph.One(vendor, "microsoft.graph.tenantInformation", PartnerRows.Information(tenant))
        : throw new GraphException(404, "Directory_ObjectNotFound", $"Unable to resolve tenant '{name}'.");

    [GeneratedRegex("^findTenantInformationBy(TenantId[(]tenantId|DomainName[(]domainName)='(?<name>[^']+)'[)]$", RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex Information();
}
