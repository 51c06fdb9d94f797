using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.ConnectWiseAsio;

/// <summary>Scopes of an API credential. A token is asked for one of them at a time, since one that the key lacks fails the whole token.</summary>
internal static class AsioPermissions
{
    private const string Where = "Settings → API Keys → the API credential → Scopes";

    public static readonly VendorPermission Companies = new("Companies", "platform.companies.read", Where);
    public static readonly VendorPermission Sites = new("Sites", "platform.sites.read", Where);
    public static readonly VendorPermission Devices = new("Devices", "platform.devices.read", Where);
}
