using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Ports;
using MSPortal.Storage.Sync;
using MSPortal.Storage.Model;

namespace MSPortal.Storage.Integrations;

/// <summary>Gives integrations that were connected earlier the data types that their connectors have learned since.</summary>
public static class LaterDataTypes
{
    /// <param name="streams">By provider: one per data type that its connector reads.</param>
    /// <returns>How many were added.</returns>
    public static async Task<int> AddAsync(PortalDatabase database, IReadOnlyDictionary<string, IReadOnlyList<NewStream>> streams, CancellationToken ct)
    {
        await using var all = database.Open();
        var integrations = await all.Integrations.IgnoreQueryFilters().Select(i => new { i.Id, i.TenantId, i.Provider }).ToListAsync(ct);
        var known = (await Settings(all.Streams.IgnoreQueryFilters()).ToListAsync(ct)).ToLookup(s => s.IntegrationId);
        var added = 0;
        foreach (var integration in integrations.Where(i => streams.ContainsKey(i.Provider)))
        {
            var learned = streams[integration.Provider];
            if (Missing(integration.TenantId, integration.Id, learned, [.. known[integration.Id]]).Count > 0)
            {
                added += await WriteTransaction.RunAsync(database, integration.TenantId, db => AddAsync(db, integration.Id, learned, ct), ct);
            }
        }

        return added;
    }

    /// <summary>Another node that started at the same moment may have added them, and the integration or a client of it may just have been removed.</summary>
    private static async Task<int> AddAsync(PortalContext db, long integrationId, IReadOnlyList<NewStream> streams, CancellationToken ct)
    {
        if (await IntegrationEdit.LockAsync(db, integrationId, ct) is not { } integration)
        {
            return 0;
        }

        var missing = Missing(integration.TenantId, integrationId, streams, await Settings(db.Streams.Where(s => s.IntegrationId == integrationId)).ToListAsync(ct));
        db.Streams.AddRange(missing);
        return missing.Count;
    }

    private static IQueryable<StreamRow> Settings(IQueryable<StreamRow> streams) => streams.AsNoTracking()
        .Select(s => new StreamRow { IntegrationId = s.IntegrationId, DataType = s.DataType, Partition = s.Partition, Enabled = s.Enabled, Interval = s.Interval });

    /// <summary>What is read for each client is added for those that are connected, and never for the integration itself.</summary>
    private static List<StreamRow> Missing(long tenantId, long integrationId, IReadOnlyList<NewStream> streams, List<StreamRow> known)
    {
        var clients = known.Select(s => s.Partition).Where(p => p.Length > 0).Distinct(StringComparer.Ordinal).ToList();
        return
        [
            .. from stream in streams
            from partition in stream.PerPartition ? clients : [""]
            where !known.Exists(s => s.DataType == stream.DataType && s.Partition == partition)
            select Row(tenantId, integrationId, partition, stream, known),
        ];
    }

    /// <summary>Whose parents have been kept for long is read for all of them: many will not change soon.</summary>
    private static StreamRow Row(long tenantId, long integrationId, string partition, NewStream stream, List<StreamRow> known)
    {
        var row = ClientConnections.Row(tenantId, integrationId, partition, stream, known);
        if (RecordTable.For(stream.DataType).Parents is not null)
        {
            Wish.Full(row, stream.FirstDueAt);
        }

        return row;
    }
}
