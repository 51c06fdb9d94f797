using System.Globalization;
using Microsoft.EntityFrameworkCore;

namespace MSPortal.Storage;

/// <summary>How long people wait between two Sync Nows of an integration, so that nobody spends the vendor's budget by impatience.</summary>
public static class ManualWindow
{
    /// <summary>The tenant's setting, in seconds.</summary>
    public const string Key = "sync.manual_window_seconds";

    public static readonly TimeSpan Default = TimeSpan.FromMinutes(5);

    /// <param name="db">Opened for the tenant.</param>
    /// <param name="ct">Ends the wait.</param>
    public static async Task<TimeSpan> ReadAsync(PortalContext db, CancellationToken ct)
    {
        var value = await db.TenantSettings.Where(s => s.Key == Key).Select(s => s.Value).FirstOrDefaultAsync(ct);
        return int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(seconds) : Default;
    }
}
