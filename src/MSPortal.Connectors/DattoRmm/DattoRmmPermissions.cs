using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.DattoRmm;

/// <summary>What the user of the key may see; Datto RMM has no rights of the key's own.</summary>
internal static class DattoRmmPermissions
{
    /// <summary>Every key should have it.</summary>
    public static readonly VendorPermission Account = Of("The account", "API access");
    public static readonly VendorPermission Sites = Of("Sites", "Sites – View");
    public static readonly VendorPermission Devices = Of("Devices", "Devices – View");
    public static readonly VendorPermission Audits = Of("Device audits", "Devices – Audit – View");
    public static readonly VendorPermission Alerts = Of("Alerts", "Alerts – View");

    private static VendorPermission Of(string area, string name) => new(area, name, "Setup → Security Levels → the security level of the key's user → Permissions");
}
