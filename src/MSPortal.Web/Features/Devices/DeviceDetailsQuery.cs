using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Devices;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Storage;
using MSPortal.Web.Access;

namespace MSPortal.Web.Features.Devices;

/// <summary>What one source says of a device.</summary>
/// <param name="Evidence">Why it is this device; null for the first of its records.</param>
/// <param name="ConfirmedAt">When the source said so last; null when that is not known.</param>
public sealed record DeviceSource(
    DeviceKey Key, string Integration, string Provider, ExternalDevice Record, DeviceDetail? Detail, string? Evidence, string LinkedBy, DateTimeOffset LinkedAt, DateTimeOffset? ConfirmedAt)
{
    /// <summary>False for a tool that is paused, stopped or disconnected: what it said last holds no longer for certain.</summary>
    public required bool IsAsked { get; init; }

    /// <summary>Where to open it in the vendor's own pages.</summary>
    public Uri? Url => Uri.TryCreate(Record.Url, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp) ? url : null;
}

/// <param name="Integration">Who says it.</param>
/// <param name="Confirmed">False when that tool is not asked any more, so that nobody knows whether it still holds.</param>
public sealed record DeviceAlertLine(string Integration, DeviceAlert Alert, bool Confirmed);

/// <summary>A device with everything that is known of it.</summary>
public sealed record DeviceDetails(DeviceLine Line, IReadOnlyList<DeviceSource> Sources, IReadOnlyList<DeviceAlertLine> Alerts);

/// <summary>One device, source by source.</summary>
internal sealed class DeviceDetailsQuery(PortalDatabase database)
{
    /// <summary>Null when there is no such device or it may not be seen: the two must look alike.</summary>
    public async Task<DeviceDetails?> FindAsync(Sight sight, Guid id, CancellationToken ct)
    {
        await using var db = database.Open(sight.TenantId);
        if (await sight.Devices(db).FirstOrDefaultAsync(d => d.Id == id, ct) is not { } device)
        {
            return null;
        }

        var line = (await DeviceQueries.DressAsync(db, [device], ct))[0];
        var sources = await SourcesAsync(db, id, ct);
        return new DeviceDetails(line, sources, await AlertsAsync(db, sources, ct));
    }

    private static async Task<IReadOnlyList<DeviceSource>> SourcesAsync(PortalContext db, Guid id, CancellationToken ct)
    {
        var rows = await (from link in SeenDevice.Members(db)
                          join record in SeenDevice.Live(db) on new { link.IntegrationId, link.Partition, link.ExternalId } equals new { record.IntegrationId, record.Partition, record.ExternalId }
                          join integration in db.Integrations on link.IntegrationId equals integration.Id
                          where link.DeviceId == id
                          select new
                          {
                              link, record.Payload, integration.Name, integration.Provider, integration.Status,
                              Detail = SeenDevice.LiveDetails(db).Where(d => d.IntegrationId == link.IntegrationId && d.Partition == link.Partition && d.DeviceId == link.ExternalId).Select(d => d.Payload).FirstOrDefault(),
                              ConfirmedAt = db.Ledger.Where(l => l.IntegrationId == record.IntegrationId && l.DataType == DataType.Devices && l.Partition == record.Partition
                                  && l.Generation == record.Generation && l.ExternalId == record.ExternalId).Select(l => (DateTimeOffset?)l.ConfirmedAt).FirstOrDefault(),
                          }).ToListAsync(ct);
        return
        [
            .. rows.Select(r => new DeviceSource(
                new DeviceKey(r.link.IntegrationId, r.link.Partition, r.link.ExternalId), r.Name, r.Provider, Canonical.Read<ExternalDevice>(r.Payload),
                r.Detail is null ? null : Canonical.Read<DeviceDetail>(r.Detail), r.link.Evidence, r.link.LinkedBy, r.link.LinkedAt, r.ConfirmedAt)
                {
                    IsAsked = r.Status is IntegrationStatus.Active or IntegrationStatus.Error,
                }).OrderBy(s => s.Key),
        ];
    }

    private static async Task<IReadOnlyList<DeviceAlertLine>> AlertsAsync(PortalContext db, IReadOnlyList<DeviceSource> sources, CancellationToken ct)
    {
        var alerts = new List<DeviceAlertLine>();
        foreach (var source in sources)
        {
            var (integration, partition, id) = source.Key;
            var payloads = await SeenDevice.LiveAlerts(db).Where(a => a.IntegrationId == integration && a.Partition == partition && a.DeviceId == id).Select(a => a.Payload).ToListAsync(ct);
            alerts.AddRange(payloads.Select(p => new DeviceAlertLine(source.Integration, Canonical.Read<DeviceAlert>(p), source.IsAsked)));
        }

        return [.. alerts.OrderByDescending(a => a.Alert.Priority).ThenByDescending(a => a.Alert.RaisedAt)];
    }
}
