using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.HaloPsa;

/// <summary>The rights that the API application and its agent need, by Halo's own names and places.</summary>
internal static class HaloPsaPermissions
{
    public static readonly VendorPermission Reference = Of("Ticket types, statuses and other lists", "read:tickets");
    public static readonly VendorPermission Companies = Of("Clients", "read:customers");
    public static readonly VendorPermission Contacts = Of("Users", "read:customers");
    public static readonly VendorPermission Users = Of("Agents", "all");
    public static readonly VendorPermission Tickets = Of("Tickets", "read:tickets");
    public static readonly VendorPermission Notes = Of("Actions", "read:tickets");
    public static readonly VendorPermission Time = Of("Time entries", "read:timesheets");
    public static readonly VendorPermission Devices = Of("Assets", "read:assets");

    /// <summary>Registering webhooks is a right to configure, where everything else only reads.</summary>
    public static readonly VendorPermission Webhooks = Of("Webhooks", "admin");

    private static VendorPermission Of(string area, string name) =>
        new(area, name, "Configuration → Integrations → Halo API → the application → Permissions, and the role of the agent that it logs in as");
}
