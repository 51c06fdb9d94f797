using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Core.Ports;
using MSPortal.Storage;
using MSPortal.Storage.Model;

namespace MSPortal.Web.Features.Settings;

/// <summary>What concerns the whole tenant.</summary>
/// <param name="ManualWindowMinutes">How long after a Sync Now the next one has to wait; 0: not at all.</param>
internal sealed record TenantGeneral(string Name, string TimeZone, int ManualWindowMinutes);

/// <summary>Reads and changes what concerns the whole tenant; every change is in the audit log.</summary>
internal sealed class GeneralSettings(PortalDatabase database, TimeProvider clock)
{
    public const int LongestWindowMinutes = 24 * 60;

    private const int LongestName = 100;

    public async Task<TenantGeneral> ReadAsync(long tenantId, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        var tenant = await db.Tenants.AsNoTracking().FirstAsync(t => t.Id == tenantId, ct);
        var window = await ManualWindow.ReadAsync(db, ct);
        return new TenantGeneral(tenant.Name, tenant.TimeZone, (int)Math.Ceiling(window.TotalMinutes));
    }

    /// <summary>Stores what differs; the answer is empty when all is well.</summary>
    public async Task<IReadOnlyList<FieldError>> SaveAsync(TenantGeneral wanted, Actor actor, CancellationToken ct)
    {
        var next = wanted with { Name = wanted.Name.Trim() };
        if (Errors(next).ToList() is { Count: > 0 } errors)
        {
            return errors;
        }

        var before = await ReadAsync(actor.TenantId, ct);
        if (next == before)
        {
            return [];
        }

        await using var db = database.Open(actor.TenantId);
        var tenant = await db.Tenants.FirstAsync(t => t.Id == actor.TenantId, ct);
        (tenant.Name, tenant.TimeZone) = (next.Name, next.TimeZone);
        if (next.ManualWindowMinutes != before.ManualWindowMinutes)
        {
            await SetWindowAsync(db, actor.TenantId, TimeSpan.FromMinutes(next.ManualWindowMinutes), ct);
        }

        var entry = AuditEntries.By(actor, clock.GetUtcNow(), "settings.changed", "settings", "general", "General settings");
        (entry.Before, entry.After) = Differences(before, next);
        db.Audit.Add(entry);
        await db.SaveChangesAsync(ct);
        return [];
    }

    private static IEnumerable<FieldError> Errors(TenantGeneral wanted)
    {
        if (wanted.Name.Length is 0 or > LongestName)
        {
            yield return new FieldError("name", $"Give a name of at most {LongestName} characters.");
        }

        if (!TimeZoneInfo.TryFindSystemTimeZoneById(wanted.TimeZone, out _))
        {
            yield return new FieldError("timeZone", "Choose a time zone from the list.");
        }

        if (wanted.ManualWindowMinutes is < 0 or > LongestWindowMinutes)
        {
            yield return new FieldError("manualWindowMinutes", $"Give a whole number of minutes from 0 to {LongestWindowMinutes}.");
        }
    }

    private static async Task SetWindowAsync(PortalContext db, long tenantId, TimeSpan window, CancellationToken ct)
    {
        var value = ((long)window.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        if (await db.TenantSettings.FirstOrDefaultAsync(s => s.Key == ManualWindow.Key, ct) is { } setting)
        {
            setting.Value = value;
        }
        else
        {
            db.TenantSettings.Add(new TenantSetting { TenantId = tenantId, Key = ManualWindow.Key, Value = value });
        }
    }

    /// <summary>Only what changed, so that the log says it at a glance.</summary>
    private static (string Before, string After) Differences(TenantGeneral before, TenantGeneral after)
    {
        var (old, now) = (Values(before), Values(after));
        var changed = old.Keys.Where(key => !Equals(old[key], now[key])).ToList();
        return (JsonSerializer.Serialize(changed.ToDictionary(k => k, k => old[k])), JsonSerializer.Serialize(changed.ToDictionary(k => k, k => now[k])));
    }

    private static Dictionary<string, object> Values(TenantGeneral general) => new()
    {
        ["name"] = general.Name,
        ["timeZone"] = general.TimeZone,
        ["manualWindowMinutes"] = general.ManualWindowMinutes,
    };
}
