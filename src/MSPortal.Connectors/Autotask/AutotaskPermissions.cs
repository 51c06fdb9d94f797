using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.Autotask;

/// <summary>What the API user's security level has to allow, and where that is set in Autotask.</summary>
internal static class AutotaskPermissions
{
    public static readonly VendorPermission Reference = Of("Queues, statuses and other lists", "Tickets", "Service Desk");
    public static readonly VendorPermission Companies = Of("Companies", "Organizations", "CRM");
    public static readonly VendorPermission Contacts = Of("Contacts", "Contacts", "CRM");
    public static readonly VendorPermission Users = Of("Resources", "Resources/Users", "Admin");
    public static readonly VendorPermission Tickets = Of("Tickets", "Tickets", "Service Desk");
    public static readonly VendorPermission Notes = Of("Ticket notes", "Ticket Notes", "Service Desk");
    public static readonly VendorPermission TimeEntries = Of("Time entries", "Time Entries", "Timesheets");
    public static readonly VendorPermission Devices = Of("Configuration items", "Devices", "CRM");

    public static readonly VendorPermission Webhooks = new("Webhooks", "Webhooks", "Admin → Account Settings & Users → Security Levels → the API user's level: a copy of “API User (system)” may lack it");

    private static VendorPermission Of(string area, string name, string section) =>
        new(area, name, $"Admin → Account Settings & Users → Security Levels → the API user's level → {section} → {name}: View All");
}
