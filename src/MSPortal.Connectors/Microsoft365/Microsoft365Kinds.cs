using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.Microsoft365;

/// <summary>What is read of each tenant, with the fields that are kept and no others.</summary>
internal static class Microsoft365Kinds
{
    /// <summary>Changes of these make a user appear among the changes; where a licence comes from is not tracked there, and is read with the user itself.</summary>
    public const string WatchedOfUsers =
        "id,userPrincipalName,displayName,givenName,surname,mail,proxyAddresses,jobTitle,department,companyName,officeLocation,mobilePhone,businessPhones,usageLocation,accountEnabled,userType,onPremisesSyncEnabled,createdDateTime,assignedLicenses";

    public const string OfGroups = "id,displayName,description,mail,mailEnabled,securityEnabled,groupTypes,onPremisesSyncEnabled,createdDateTime";

    private const string OfUsers = $"{WatchedOfUsers},licenseAssignmentStates";
    private const string OfLicenses = "id,skuId,skuPartNumber,appliesTo,capabilityStatus,consumedUnits,prepaidUnits";
    private const string OfDomains = "id,authenticationType,isDefault,isInitial,isVerified,supportedServices";

    public static readonly Microsoft365Kind Users = new(
        $"users?$select={OfUsers}&$top=999", (_, id) => $"users/{id}?$select={OfUsers}", "users?$select=id&$top=1", "id", Microsoft365Permissions.Users)
    {
        Id = Guid("id"),
        Map = (row, _) => Microsoft365Mapping.User(row),
    };

    public static readonly Microsoft365Kind Groups = new(
        $"groups?$select={OfGroups}&$top=999", (_, id) => $"groups/{id}?$select={OfGroups}", "groups?$select=id&$top=1", "id", Microsoft365Permissions.Groups)
    {
        Id = Guid("id"),
        Map = (row, _) => Microsoft365Mapping.Group(row),
    };

    public static readonly Microsoft365Kind Licenses = new(
        $"subscribedSkus?$select={OfLicenses}", (client, id) => $"subscribedSkus/{client.Tenant}_{id}?$select={OfLicenses}", "subscribedSkus?$select=id", "skuId", Microsoft365Permissions.Organization)
    {
        Id = Guid("skuId"),
        Map = (row, context) => Microsoft365Mapping.License(row, context.Subscriptions),
        Around = Microsoft365Subscriptions.ReadAsync,
    };

    public static readonly Microsoft365Kind Domains = new(
        $"domains?$select={OfDomains}", (_, id) => $"domains/{Uri.EscapeDataString(id)}?$select={OfDomains}", "domains?$select=id", "id", Microsoft365Permissions.Domains)
    {
        Id = row => Named(row, "id", 253)?.ToLowerInvariant(),
        Map = (row, _) => Microsoft365Mapping.Domain(row),
        IsId = id => Microsoft365Tenant.TryParse(id, out var domain) && domain == id && !Microsoft365Tenant.IsId(id),
    };

    public static readonly Microsoft365Kind Scores = new(
        "security/secureScores", (_, id) => $"security/secureScores/{Uri.EscapeDataString(id)}", "security/secureScores?$top=1", "id", Microsoft365Permissions.Security)
    {
        Id = row => Named(row, "id", 200),
        Map = (row, _) => Microsoft365Mapping.Score(row),
        IsId = IsName,
    };

    public static readonly Microsoft365Kind Controls = new(
        "security/secureScoreControlProfiles", (_, id) => $"security/secureScoreControlProfiles/{Uri.EscapeDataString(id)}", "security/secureScoreControlProfiles?$top=1", "id", Microsoft365Permissions.Security)
    {
        Id = row => Named(row, "id", 200),
        Map = (row, _) => Microsoft365Mapping.Control(row),
        IsId = IsName,
    };

    /// <summary>Ids of the directory are GUIDs; they are kept in small letters, however they come.</summary>
    private static Func<JsonRow, string?> Guid(string property) => row =>
        row.Uid(property)?.ToLowerInvariant() is not { } id ? null : Microsoft365Tenant.IsId(id) ? id : throw new FieldException(property, "is no GUID");

    private static string? Named(JsonRow row, string property, int most) =>
        row.Text(property)?.Trim() is not { } id ? null : id.Length <= most && IsName(id) ? id : throw new FieldException(property, "is no id");

    /// <summary>Something that can stand in a path.</summary>
    private static bool IsName(string id) => id.Length is > 0 and <= 253 && id is not ("." or "..") && id.All(c => c is > ' ' and not ('/' or '\\' or '?' or '#' or '%') && !char.IsControl(c) && !char.IsSurrogate(c));
}
