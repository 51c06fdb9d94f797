using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.ConnectWise;

/// <summary>The rights that a key needs, by ConnectWise's own names and places.</summary>
internal static class ConnectWisePermissions
{
    public static readonly VendorPermission Reference = Of("Boards, statuses and other lists", "Table Setup", "System");
    public static readonly VendorPermission Companies = Of("Companies", "Company Maintenance", "Companies");
    public static readonly VendorPermission Contacts = Of("Contacts", "Contacts", "Companies");
    public static readonly VendorPermission Users = Of("Members", "Member Maintenance", "System");
    public static readonly VendorPermission Tickets = Of("Service tickets", "Service Tickets", "Service Desk");
    public static readonly VendorPermission ProjectTickets = Of("Project tickets", "Project Tickets", "Project");
    public static readonly VendorPermission Time = Of("Time entries", "Time Entry", "Time & Expense");
    public static readonly VendorPermission Notes = Of("Ticket notes", "Service Tickets", "Service Desk");
    public static readonly VendorPermission Devices = Of("Configurations", "Configurations", "Companies");

    /// <summary>Registering callbacks is a right to change, where everything else only reads.</summary>
    public static readonly VendorPermission Callbacks = new("Webhooks", "Table Setup", "System → Security Roles → the API member's role → System → Table Setup: Add, Edit, Delete and Inquire All");

    private static VendorPermission Of(string area, string name, string module) =>
        new(area, name, $"System → Security Roles → the API member's role → {module} → {name}: Inquire All");
}
