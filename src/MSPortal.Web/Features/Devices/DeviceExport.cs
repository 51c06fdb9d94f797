using System.Globalization;
using MSPortal.Core.Ports;
using MSPortal.Storage;
using MSPortal.Web.Access;

namespace MSPortal.Web.Features.Devices;

/// <summary>Devices as CSV, safe to open in a spreadsheet; the audit log remembers who took them.</summary>
internal sealed class DeviceExport(DeviceQueries devices, PortalDatabase database, TimeProvider clock)
{
    private static readonly string[] Header =
    [
        "Name", "Company", "Type", "Online", "Last seen", "Operating system", "Manufacturer", "Model", "Serial number", "Last user", "IP address", "Warranty until", "Antivirus", "Patches pending",
        "Open alerts", "Sources", "Id",
    ];

    /// <summary>Writes UTF-8 and leaves the stream open; the answer is how many devices there were.</summary>
    public async Task<long> WriteAsync(Stream stream, Sight sight, DeviceFilter filter, Actor actor, CancellationToken ct)
    {
        var count = await CsvFile.WriteAsync(stream, Header, devices.AllAsync(sight, filter, ct), Fields, ct);
        return await database.WriteAsync(actor.TenantId, db =>
        {
            var entry = AuditEntries.By(actor, clock.GetUtcNow(), "devices.exported", "devices", null, null);
            entry.After = string.Create(CultureInfo.InvariantCulture, $"{{\"count\":{count}}}");
            db.Audit.Add(entry);
            return Task.FromResult(count);
        }, ct);
    }

    private static string[] Fields(DeviceLine device) =>
    [
        device.Name, device.Company, device.TypeLabel, device.Reach switch { DeviceReach.Online => "yes", DeviceReach.Offline => "no", _ => "" }, CsvFile.Time(device.LastSeenAt), device.OsName ?? "",
        device.Manufacturer ?? "", device.Model ?? "", device.SerialNumber ?? "", device.LastUser ?? "", device.IpAddress ?? "", CsvFile.Time(device.WarrantyExpiresAt), device.Antivirus ?? "",
        device.PatchesPending?.ToString(CultureInfo.InvariantCulture) ?? "", device.Alerts.ToString(CultureInfo.InvariantCulture), string.Join(", ", device.Sources.Select(s => s.Name)), device.Id.ToString(),
    ];
}
