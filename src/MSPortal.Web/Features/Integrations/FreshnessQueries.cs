using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Integrations;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Web.Features.Clients;

namespace MSPortal.Web.Features.Integrations;

/// <summary>How fresh the data was over the last seven days, by integration and data type.</summary>
internal sealed class FreshnessQueries(PortalDatabase database, ConnectorRegistry connectors, TimeProvider clock)
{
    public const int Days = 7;

    /// <summary>Three hours each.</summary>
    public const int Cells = Days * 8;

    private static readonly TimeSpan Span = TimeSpan.FromDays(Days);

    /// <summary>What was current when the seven days began has to be known as well.</summary>
    private static readonly TimeSpan Before = TimeSpan.FromDays(2);

    /// <summary>Of one integration, in the connector's order; data types that are turned off or not permitted are left out.</summary>
    /// <param name="only">Null: all of them.</param>
    public async Task<IReadOnlyList<StreamHistory>> ReadAsync(long tenantId, long integrationId, DataType? only, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        var provider = await db.Integrations.Where(i => i.Id == integrationId).Select(i => i.Provider).FirstOrDefaultAsync(ct);
        if (provider is null || connectors.Find(provider) is not { } connector)
        {
            return [];
        }

        var streams = await db.Streams.AsNoTracking().Where(s => s.IntegrationId == integrationId && s.Enabled && s.DeniedPermission == null && (only == null || s.DataType == only)).ToListAsync(ct);
        var now = clock.GetUtcNow();
        var since = now - Span - Before;
        var rows = await db.Runs
            .Where(r => r.IntegrationId == integrationId && r.StartedAt > since && r.EndedAt != null && (only == null || r.DataType == only)
                && (r.Status == RunStatus.Succeeded || (r.Status == RunStatus.Partial && r.FaultKind != "Doubt")))
            .Select(r => new { r.DataType, r.Partition, r.StartedAt, r.EndedAt }).ToListAsync(ct);
        var runs = rows.OrderBy(r => r.EndedAt).ToLookup(r => (r.DataType, r.Partition), r => new CompleteRun(r.StartedAt, r.EndedAt!.Value));
        var refused = (await ClientStanding.OfAsync(db, connector.Partitions is null ? [] : [integrationId], ct))[integrationId].Where(c => !c.IsConnected).Select(c => c.Id).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. from definition in connector.Streams
               let parts = Working(streams.FindAll(s => s.DataType == definition.DataType), refused)
               where parts.Count > 0
               let history = FreshnessHistory.Together([.. parts.Select(s => FreshnessHistory.Of([.. runs[(definition.DataType, s.Partition)]], s.Interval, now, Span, Cells))])
               select new StreamHistory(definition.DataType, definition.Label, parts[0].Interval, history.Cells, history.Behind),
        ];
    }

    /// <summary>Of many clients those whose connection works: the others' age is told where their connection is.</summary>
    private static List<StreamRow> Working(List<StreamRow> parts, HashSet<string> refused) =>
        parts.Exists(s => !refused.Contains(s.Partition)) ? parts.FindAll(s => !refused.Contains(s.Partition)) : parts;
}
