using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Devices;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Storage;
using MSPortal.Storage.Model;

namespace MSPortal.Web.Features.Devices;

/// <summary>A source's record of a device of a linked company, as it is kept now.</summary>
/// <param name="Type">The portal's.</param>
internal sealed record SeenDevice(DeviceKey Key, Guid CompanyId, string Type, ExternalDevice Record, DeviceDetail? Detail)
{
    public string? Serial => Record.SerialNumber ?? Detail?.SerialNumber;

    public IReadOnlyList<string> Macs => [.. Record.MacAddresses.Concat(Detail?.MacAddresses ?? []).Distinct(StringComparer.OrdinalIgnoreCase)];

    public IReadOnlyList<string> Ips => [.. Record.IpAddresses.Concat(Detail?.IpAddresses ?? []).Distinct(StringComparer.OrdinalIgnoreCase)];

    /// <summary>A source that does not know what a machine calls itself mostly calls it so.</summary>
    public DeviceSighting ToSighting(Guid? device) => new(Key, CompanyId)
    {
        Serial = DeviceMarks.Serial(Record.SerialNumber) ?? DeviceMarks.Serial(Detail?.SerialNumber),
        Macs = [.. Macs.Select(DeviceMarks.Mac).OfType<string>().Distinct()],
        Hostname = DeviceMarks.Hostname(Record.Hostname ?? Record.Name),
        References = Record.References ?? [],
        Device = device,
    };

    /// <summary>The records that the sources have now, whatever their company and type.</summary>
    public static IQueryable<ExternalDeviceRow> Live(PortalContext db) => db.Live<ExternalDeviceRow>(DataType.Devices);

    /// <summary>The links that show an external company's devices.</summary>
    public static IQueryable<CompanyLink> Links(PortalContext db) => db.CompanyLinks.AsNoTracking().Where(l =>
        !db.BlockedCompanies.Any(b => b.IntegrationId == l.IntegrationId && b.Partition == l.Partition && b.ExternalId == l.ExternalId));

    /// <summary>The records that devices are made of now: a record whose company is unlinked, or another's, or whose type is ignored, keeps its place and is not shown.</summary>
    public static IQueryable<DeviceLink> Members(PortalContext db) => db.DeviceLinks.AsNoTracking().Where(l => Live(db).Any(r =>
        r.IntegrationId == l.IntegrationId && r.Partition == l.Partition && r.ExternalId == l.ExternalId
        && db.DeviceTypeRules.Any(t => t.IntegrationId == r.IntegrationId && t.SourceType == (r.TypeName ?? "") && t.Type != null)
        && Links(db).Any(c => c.IntegrationId == r.IntegrationId && c.Partition == r.Partition && c.ExternalId == r.CompanyId && db.Devices.Any(d => d.Id == l.DeviceId && d.CompanyId == c.CompanyId))));

    public static IQueryable<DeviceDetailRow> LiveDetails(PortalContext db) => db.Live<DeviceDetailRow>(DataType.DeviceDetails);

    public static IQueryable<DeviceAlertRow> LiveAlerts(PortalContext db) => db.Live<DeviceAlertRow>(DataType.Alerts);

    /// <summary>Those that still hold as far as anybody knows: nobody asks a tool that is not connected.</summary>
    public static IQueryable<DeviceAlertRow> OpenAlerts(PortalContext db) => LiveAlerts(db).Where(a => db.Integrations.Any(i =>
        i.Id == a.IntegrationId && (i.Status == IntegrationStatus.Active || i.Status == IntegrationStatus.Error)));

    /// <summary>Every record that is in the inventory or may come into it by itself.</summary>
    public static async Task<List<SeenDevice>> CandidatesAsync(PortalContext db, CancellationToken ct)
    {
        var rows = await (
            from device in Live(db)
            join link in Links(db) on new { device.IntegrationId, device.Partition, Company = device.CompanyId! } equals new { link.IntegrationId, link.Partition, Company = link.ExternalId }
            join rule in db.DeviceTypeRules on new { device.IntegrationId, Type = device.TypeName ?? "" } equals new { rule.IntegrationId, Type = rule.SourceType }
            where rule.Type != null
                && ((rule.AutoImport && !device.IsInactive)
                    || db.DeviceLinks.Any(l => l.IntegrationId == device.IntegrationId && l.Partition == device.Partition && l.ExternalId == device.ExternalId))
            select new { device.IntegrationId, device.Partition, device.ExternalId, link.CompanyId, Type = rule.Type!, device.Payload }).ToListAsync(ct);
        var details = await LiveDetails(db).Select(d => new { d.IntegrationId, d.Partition, d.DeviceId, d.Payload })
            .ToDictionaryAsync(d => new DeviceKey(d.IntegrationId, d.Partition, d.DeviceId), d => d.Payload, ct);
        return rows.ConvertAll(r =>
        {
            var key = new DeviceKey(r.IntegrationId, r.Partition, r.ExternalId);
            return new SeenDevice(key, r.CompanyId, r.Type, Canonical.Read<ExternalDevice>(r.Payload), details.TryGetValue(key, out var detail) ? Canonical.Read<DeviceDetail>(detail) : null);
        });
    }
}
