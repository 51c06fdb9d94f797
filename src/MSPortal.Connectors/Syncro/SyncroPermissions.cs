using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.Syncro;

/// <summary>The rights that a token needs, by Syncro's own names.</summary>
internal static class SyncroPermissions
{
    /// <summary>Syncro names none for these; every token should have them.</summary>
    public static readonly VendorPermission Account = Of("The account", "the token's own user");
    public static readonly VendorPermission Reference = Of("Ticket settings", "Tickets – List/Search");
    public static readonly VendorPermission Users = Of("Technicians", "Users");

    public static readonly VendorPermission Companies = Of("Customers", "Customers – List/Search");
    public static readonly VendorPermission CompanyDetails = Of("Customers", "Customers – View Detail");
    public static readonly VendorPermission Contacts = Of("Contacts", "Customers – View Detail");
    public static readonly VendorPermission Tickets = Of("Tickets", "Tickets – List/Search");
    public static readonly VendorPermission TicketDetails = Of("Tickets", "Tickets – View Details");
    public static readonly VendorPermission Comments = Of("Ticket comments", "Tickets – View Details");
    public static readonly VendorPermission Timers = Of("Ticket timers", "Ticket Timers – Overview");
    public static readonly VendorPermission Devices = Of("Assets", "Assets – List/Search");
    public static readonly VendorPermission DeviceDetails = Of("Assets", "Assets – View Details");

    private static VendorPermission Of(string area, string name) => new(area, name, "Admin → API → API Tokens → the token → Custom Permissions");
}
