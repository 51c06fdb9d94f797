using Microsoft.EntityFrameworkCore;
using MSPortal.Storage;
using MSPortal.Storage.Model;

namespace MSPortal.Web.Access;

/// <summary>Whether the tenant asks everyone who works there for a second factor; it does unless somebody turned that off.</summary>
internal static class SecondFactorRule
{
    private const string Key = "sign-in.second-factor";
    private const string Off = "off";

    public static async Task<bool> IsRequiredAsync(PortalContext db, CancellationToken ct) => !await db.TenantSettings.AnyAsync(s => s.Key == Key && s.Value == Off, ct);

    /// <summary>Kept when the context is saved.</summary>
    public static async Task SetAsync(PortalContext db, bool required, CancellationToken ct)
    {
        if (await db.TenantSettings.FirstOrDefaultAsync(s => s.Key == Key, ct) is { } setting)
        {
            setting.Value = required ? "staff" : Off;
        }
        else if (!required)
        {
            db.TenantSettings.Add(new TenantSetting { TenantId = db.TenantId, Key = Key, Value = Off });
        }
    }
}
