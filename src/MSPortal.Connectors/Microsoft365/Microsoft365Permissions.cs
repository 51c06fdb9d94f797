using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.Microsoft365;

/// <summary>Application permissions of Microsoft Graph that the app registration needs; each the least that Microsoft's reference names for it.</summary>
internal static class Microsoft365Permissions
{
    private const string Where = "Entra admin center → App registrations → the app → API permissions → Microsoft Graph → Application permissions";

    /// <summary>A client agrees to what the app asks for at that time.</summary>
    private const string Theirs = $"{Where}; then the client's administrator agrees again";

    public static readonly VendorPermission Customers = new("Clients", "DelegatedAdminRelationship.Read.All", Where);
    public static readonly VendorPermission Contracts = new("Main domains of clients", "Directory.Read.All", Where);
    public static readonly VendorPermission Tenants = new("Tenants by domain", "CrossTenantInformation.ReadBasic.All", Where);
    public static readonly VendorPermission Users = new("Users", "User.Read.All", Theirs);
    public static readonly VendorPermission Groups = new("Groups", "GroupMember.Read.All", Theirs);
    public static readonly VendorPermission Organization = new("Licences", "Organization.Read.All", Theirs);
    public static readonly VendorPermission Domains = new("Domains", "Domain.Read.All", Theirs);
    public static readonly VendorPermission Security = new("Secure Score", "SecurityEvents.Read.All", Theirs);
}
