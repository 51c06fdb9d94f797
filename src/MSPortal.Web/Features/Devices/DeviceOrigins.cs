using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Storage;

namespace MSPortal.Web.Features.Devices;

/// <summary>An integration that has devices, and where they stand on their way into the inventory.</summary>
/// <param name="Known">All that it has.</param>
/// <param name="Imported">In the inventory.</param>
/// <param name="Waiting">Of linked companies, active, of a type that is not ignored, and not in the inventory: people can bring them in.</param>
/// <param name="Unlinked">Their companies have to be linked first.</param>
/// <param name="ReadAt">Start of the newest complete read; null: not yet.</param>
/// <param name="DeniedPermission">What the key lacks.</param>
/// <param name="IsReading">They are being read now.</param>
public sealed record DeviceOrigin(
    long Id, string Name, string Provider, int Known, int Imported, int Waiting, int Unlinked, DateTimeOffset? ReadAt, bool Enabled, string? DeniedPermission, bool IsReading);

/// <summary>Answers why devices are not there, and where to bring them in; only for those who see all of the tenant.</summary>
internal sealed class DeviceOrigins(PortalDatabase database)
{
    /// <summary>By name.</summary>
    public async Task<IReadOnlyList<DeviceOrigin>> ListAsync(long tenantId, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        var streams = (await (from stream in db.Streams
                              join integration in db.Integrations on stream.IntegrationId equals integration.Id
                              where stream.DataType == DataType.Devices
                              select new { integration.Id, integration.Name, integration.Provider, stream.LastCompleteAt, stream.Enabled, stream.DeniedPermission }).ToListAsync(ct)).ToLookup(s => s.Id);
        var reading = await db.Runs.Where(r => r.DataType == DataType.Devices && r.Status == RunStatus.Running).Select(r => r.IntegrationId).Distinct().ToListAsync(ct);
        var live = SeenDevice.Live(db);
        var known = await live.GroupBy(d => d.IntegrationId).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, ct);
        var imported = await SeenDevice.Members(db).GroupBy(l => l.IntegrationId).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, ct);
        var active = live.Where(d => !d.IsInactive);
        var waiting = await active.OfLinkedCompany(db).OfUnignoredType(db).NotTaken(db)
            .GroupBy(d => d.IntegrationId).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, ct);
        var unlinked = await active.OfUnlinkedCompany(db)
            .GroupBy(d => d.IntegrationId).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, ct);
        return
        [
            .. streams.Select(s => new DeviceOrigin(
                s.Key, s.First().Name, s.First().Provider, known.GetValueOrDefault(s.Key), imported.GetValueOrDefault(s.Key), waiting.GetValueOrDefault(s.Key), unlinked.GetValueOrDefault(s.Key),
                s.Max(p => p.LastCompleteAt), s.Any(p => p.Enabled), s.Select(p => p.DeniedPermission).FirstOrDefault(p => p is not null), reading.Contains(s.Key)))
                .OrderBy(o => o.Name, StringComparer.OrdinalIgnoreCase).ThenBy(o => o.Id),
        ];
    }
}
