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
        var known = (await all.Streams.IgnoreQueryFilters().Select(s => new { s.IntegrationId, s.DataType }).Distinct().ToListAsync(ct)).ToHashSet();
        var added = 0;
        foreach (var integration in integrations.Where(i => streams.ContainsKey(i.Provider)))
        {
            var missing = streams[integration.Provider].Where(s => !known.Contains(new { IntegrationId = integration.Id, s.DataType })).ToList();
            if (missing.Count == 0)
            {
                continue;
            }

            await using var db = database.Open(integration.TenantId);
            db.Streams.AddRange(missing.Select(s => Row(integration.TenantId, integration.Id, s)));
            try
            {
                added += await db.SaveChangesAsync(ct);
            }
            catch (DbUpdateException)
            {
                // Another node that started at the same moment has added them, or the integration has just been removed.
                await using var after = database.Open(integration.TenantId);
                if (await after.Integrations.AnyAsync(i => i.Id == integration.Id, ct) && !await after.Streams.AnyAsync(s => s.IntegrationId == integration.Id && s.DataType == missing[0].DataType, ct))
                {
                    throw;
                }
            }
        }

        return added;
    }

    /// <summary>Whose parents have been kept for long is read for all of them: many will not change soon.</summary>
    private static StreamRow Row(long tenantId, long integrationId, NewStream stream)
    {
        var row = IntegrationStore.StreamRow(tenantId, integrationId, stream);
        if (RecordTable.For(stream.DataType).Parents is not null)
        {
            Wish.Full(row, stream.FirstDueAt);
        }

        return row;
    }
}
