using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Core.Integrations;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Web.Access;

namespace MSPortal.Web.Features.Cloud;

/// <summary>Which companies have a connection of their own, for those who may see the company; every list of what was read through one begins here.</summary>
internal sealed class CloudConnections(PortalDatabase database, ConnectorRegistry connectors, TimeProvider clock)
{
    /// <summary>In the order in which people read them.</summary>
    public static readonly IReadOnlyList<DataType> Told =
        [DataType.CloudUsers, DataType.Licenses, DataType.SecurityScores, DataType.SecurityControls, DataType.CloudGroups, DataType.Domains];

    /// <summary>The integrations whose clients are connected one by one, by name.</summary>
    public async Task<IReadOnlyList<CloudIntegration>> OfferedAsync(long tenantId, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        return await OfferedAsync(db, ct);
    }

    /// <summary>What the whole of it is called: the product's name where there is one only. Null when nothing of this kind is connected.</summary>
    public async Task<string?> LabelAsync(long tenantId, CancellationToken ct) => (await OfferedAsync(tenantId, ct)).Select(o => o.ProviderName).Distinct().ToList() switch
    {
        [] => null,
        [var only] => only,
        _ => "Cloud",
    };

    /// <summary>Null when there is no such company or it may not be seen.</summary>
    public async Task<CloudCompany?> FindAsync(Sight sight, Guid company, CancellationToken ct)
    {
        await using var db = database.Open(sight.TenantId);
        return await FindAsync(db, sight, company, ct);
    }

    public async Task<CloudCompany?> FindAsync(PortalContext db, Sight sight, Guid company, CancellationToken ct)
    {
        if (sight.Client is not null || await sight.Of(db.Companies).Where(c => c.Id == company).Select(c => c.Name).FirstOrDefaultAsync(ct) is not { } name)
        {
            return null;
        }

        var offered = await OfferedAsync(db, ct);
        return new CloudCompany(company, name, offered.Count == 0 ? [] : await ReadAsync(db, sight, company, offered, ct), offered);
    }

    /// <summary>Of all companies that may be seen, by the company's name.</summary>
    public async Task<IReadOnlyList<CloudConnection>> AllAsync(PortalContext db, Sight sight, CancellationToken ct) =>
        sight.Client is not null ? [] : await ReadAsync(db, sight, null, await OfferedAsync(db, ct), ct);

    private async Task<IReadOnlyList<CloudIntegration>> OfferedAsync(PortalContext db, CancellationToken ct)
    {
        var able = connectors.All.Where(c => c.Partitions is not null).Select(c => c.Info.Id).ToList();
        var found = await db.Integrations.Where(i => able.Contains(i.Provider) || db.Partitions.Any(p => p.IntegrationId == i.Id))
            .OrderBy(i => i.Name).ThenBy(i => i.Id).Select(i => new { i.Id, i.Name, i.Provider }).ToListAsync(ct);
        return found.ConvertAll(i => new CloudIntegration(i.Id, i.Name, i.Provider, connectors.Find(i.Provider)?.Info.Name ?? i.Name, connectors.Find(i.Provider)?.Partitions?.Word ?? "account"));
    }

    private async Task<IReadOnlyList<CloudConnection>> ReadAsync(PortalContext db, Sight sight, Guid? company, IReadOnlyList<CloudIntegration> offered, CancellationToken ct)
    {
        var rows = await (
            from link in sight.Of(db.CompanyLinks.AsNoTracking())
            join partition in db.Partitions.AsNoTracking() on new { link.IntegrationId, Id = link.ExternalId } equals new { partition.IntegrationId, Id = partition.Partition }
            join owner in db.Companies on link.CompanyId equals owner.Id
            join integration in db.Integrations on link.IntegrationId equals integration.Id
            where link.Partition == "" && (company == null || link.CompanyId == company)
                && !db.BlockedCompanies.Any(b => b.IntegrationId == link.IntegrationId && b.Partition == link.Partition && b.ExternalId == link.ExternalId)
            orderby owner.NormalizedName, owner.Id, partition.Name, partition.Partition
            select new { Partition = partition, owner.Id, owner.Name, integration.Status, integration.StatusReason, integration.StatusAdvice }).ToListAsync(ct);
        var streams = await StreamsAsync(db, [.. rows.Select(r => new CloudPlace(r.Partition.IntegrationId, r.Partition.Partition))], ct);
        return
        [
            .. from row in rows
               let place = new CloudPlace(row.Partition.IntegrationId, row.Partition.Partition)
               let integration = offered.Single(o => o.Id == place.IntegrationId)
               let stands = Stand(row.Status, row.StatusReason, row.StatusAdvice, row.Partition, integration)
               select new CloudConnection(integration, place.Partition, row.Partition.Name, row.Partition.Detail, row.Id, row.Name, stands.Standing, stands.Reason, stands.Advice, [.. streams[place]]),
        ];
    }

    private async Task<ILookup<CloudPlace, CloudStream>> StreamsAsync(PortalContext db, IReadOnlyCollection<CloudPlace> places, CancellationToken ct)
    {
        var (ids, one) = (places.Select(p => p.IntegrationId).Distinct().ToList(), places.Count == 1 ? places.First().Partition : null);
        var rows = await db.Streams.AsNoTracking().Where(s => ids.Contains(s.IntegrationId) && s.Partition != "" && (one == null || s.Partition == one))
            .Select(s => new { s.IntegrationId, s.Partition, s.DataType, s.Enabled, s.Interval, s.LastCompleteAt, s.DeniedPermission, s.FaultSentence, s.LiveGeneration }).ToListAsync(ct);
        var now = clock.GetUtcNow();
        return rows.OrderBy(s => Told.Index().Where(t => t.Item == s.DataType).Select(t => (int?)t.Index).FirstOrDefault() ?? Told.Count).ToLookup(
            s => new CloudPlace(s.IntegrationId, s.Partition),
            s => new CloudStream(
                s.DataType, s.Enabled, s.LastCompleteAt is { } at ? Health.Of(at, s.Interval, now) : Freshness.Never, s.LastCompleteAt, s.DeniedPermission, s.FaultSentence, s.LiveGeneration));
    }

    private static (CloudStanding Standing, string? Reason, string? Advice) Stand(IntegrationStatus status, string? reason, string? advice, PartitionRow row, CloudIntegration integration) => status switch
    {
        IntegrationStatus.Disconnected or IntegrationStatus.Stopped =>
            (CloudStanding.Error, $"{integration.Name} is {(status == IntegrationStatus.Stopped ? "stopped" : "disconnected")}. {reason}".TrimEnd(), advice ?? "Nothing of this client is read until it works again."),
        IntegrationStatus.Paused => (CloudStanding.Paused, $"{integration.Name} is paused, so nothing of this client is read.", "Resume the integration to go on."),
        _ => row.Status switch
        {
            PartitionStatus.Connected => (CloudStanding.Connected, null, null),
            PartitionStatus.NeedsConsent => (CloudStanding.NeedsConsent, row.StatusReason ?? "An administrator of the client has to agree that we read its data.", row.StatusAdvice),
            _ => (CloudStanding.Error, row.StatusReason ?? "The connection does not work.", row.StatusAdvice),
        },
    };
}

/// <summary>The rows that people see of connections.</summary>
internal static class CloudRows
{
    /// <summary>Nothing where a data type was never asked for.</summary>
    public static IQueryable<TRow> Of<TRow>(this PortalContext db, IEnumerable<CloudConnection> connections, DataType type)
        where TRow : RecordRow
    {
        IQueryable<TRow>? all = null;
        foreach (var connection in connections)
        {
            if (connection.Stream(type) is { Generation: var live })
            {
                var (id, partition) = (connection.Integration.Id, connection.Partition);
                var rows = db.Set<TRow>().AsNoTracking().Where(r => r.IntegrationId == id && r.Partition == partition && r.Generation == live);
                all = all is null ? rows : all.Concat(rows);
            }
        }

        return all ?? db.Set<TRow>().AsNoTracking().Where(r => false);
    }
}
