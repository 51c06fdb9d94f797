using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.NinjaOne;

/// <summary>NinjaOne has one permission for all that is read: the scope of the client app; what its technician may see can narrow it.</summary>
internal static class NinjaOnePermissions
{
    private const string Scope = "Monitoring";
    private const string Where = "Administration → Apps → API → Client app IDs → the app → Scopes";

    public static readonly VendorPermission Companies = new("Organizations", Scope, Where);
    public static readonly VendorPermission Devices = new("Devices", Scope, Where);
    public static readonly VendorPermission Alerts = new("Alerts", Scope, Where);
    public static readonly VendorPermission Webhooks = new("Webhooks", "System administrator", "The client app has to be made by a system administrator: Administration → Accounts → Technicians");
}
