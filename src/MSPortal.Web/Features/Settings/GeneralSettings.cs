using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Core.Ports;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Web.Access;
using MSPortal.Web.Features.Users;

namespace MSPortal.Web.Features.Settings;

/// <summary>What concerns the whole tenant.</summary>
/// <param name="ManualWindowMinutes">How long after a Sync Now the next one has to wait; 0: not at all.</param>
/// <param name="RequireSecondFactor">Everyone who works here has to set one up before they see anything.</param>
internal sealed record TenantGeneral(string Name, string TimeZone, int ManualWindowMinutes, bool RequireSecondFactor = true);

/// <summary>Reads and changes what concerns the whole tenant; every change is in the audit log.</summary>
internal sealed class GeneralSettings(PortalDatabase database, AccessBook access, TimeProvider clock)
{
    public const int LongestWindowMinutes = 24 * 60;

    private const int LongestName = 100;

    public async Task<TenantGeneral> ReadAsync(long tenantId, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        var tenant = await db.Tenants.AsNoTracking().FirstAsync(t => t.Id == tenantId, ct);
        var window = await ManualWindow.ReadAsync(db, ct);
        return new TenantGeneral(tenant.Name, tenant.TimeZone, (int)Math.Ceiling(window.TotalMinutes), await SecondFactorRule.IsRequiredAsync(db, ct));
    }

    /// <summary>Stores what differs; the answer is empty when all is well.</summary>
    /// <exception cref="ActionRefusedException">The person may no longer do this.</exception>
    public async Task<IReadOnlyList<FieldError>> SaveAsync(TenantGeneral wanted, PortalAccess by, Actor actor, CancellationToken ct)
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

        await database.WriteAsync(actor.TenantId, db => SaveAsync(db, before, next, by, actor, ct), ct);
        access.Forget();
        return [];
    }

    private async Task<bool> SaveAsync(PortalContext db, TenantGeneral before, TenantGeneral next, PortalAccess by, Actor actor, CancellationToken ct)
    {
        await UserRules.BeginAsync(db, by, Permissions.ManageGeneral, actor, ct);
        var tenant = await db.Tenants.FirstAsync(t => t.Id == actor.TenantId, ct);
        (tenant.Name, tenant.TimeZone) = (next.Name, next.TimeZone);
        if (next.ManualWindowMinutes != before.ManualWindowMinutes)
        {
            await SetWindowAsync(db, TimeSpan.FromMinutes(next.ManualWindowMinutes), ct);
        }

        await SecondFactorRule.SetAsync(db, next.RequireSecondFactor, ct);
        var entry = AuditEntries.By(actor, clock.GetUtcNow(), "settings.changed", "settings", "general", "General settings");
        (entry.Before, entry.After) = Differences(before, next);
        db.Audit.Add(entry);
        return true;
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

    private static Task SetWindowAsync(PortalContext db, TimeSpan window, CancellationToken ct) =>
        db.PutSettingAsync(ManualWindow.Key, ((long)window.TotalSeconds).ToString(CultureInfo.InvariantCulture), ct);

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
        ["requireSecondFactor"] = general.RequireSecondFactor,
    };
}
