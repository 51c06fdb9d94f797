using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Storage.Model;

namespace MSPortal.Storage.Integrations;

/// <summary>External companies that a person keeps out: the ledger remembers their ids and dates, and nothing else of them is stored until they are let in again.</summary>
public static class Blocking
{
    /// <summary>Why the ledger says that a company is not here.</summary>
    public const string Reason = "Blocked";

    /// <summary>Nobody else blocks companies of the integration, or lets them in, until the transaction ends.</summary>
    public static Task HoldAsync(PortalContext db, long integrationId, CancellationToken ct) => IntegrationEdit.LockAsync(db, integrationId, ct);

    /// <summary>Takes out what is stored of companies that the same transaction blocks; a page that is being read finds the block when it is stored.</summary>
    public static async Task HideAsync(PortalContext db, long integrationId, string partition, IReadOnlyCollection<string> externalIds, CancellationToken ct)
    {
        var sequence = await Leaving.NextSequenceAsync(db, integrationId, DataType.Companies, ct);
        await db.Quarantine
            .Where(q => q.IntegrationId == integrationId && q.DataType == DataType.Companies && q.Partition == partition && EF.Parameter(externalIds).Contains(q.ExternalId!))
            .ExecuteDeleteAsync(ct);
        foreach (var stream in await Streams(db, integrationId, partition).AsNoTracking().ToListAsync(ct))
        {
            foreach (var generation in Leaving.Generations(stream))
            {
                // What the vendor has deleted stays known as that.
                var kept = await db.Ledger
                    .Where(l => l.IntegrationId == integrationId && l.DataType == DataType.Companies && l.Partition == partition && l.Generation == generation)
                    .Where(l => l.State == LedgerState.Kept && EF.Parameter(externalIds).Contains(l.ExternalId))
                    .Select(l => l.ExternalId).ToListAsync(ct);
                await Leaving.RemoveAsync<ExternalCompanyRow>(
                    db, integrationId, sequence, DataType.Companies, partition, generation, kept.ConvertAll(id => (id, Reason)), ct);
            }
        }
    }

    /// <summary>Has companies read again that the same transaction lets in: nothing is stored of them, so a complete read is asked for.</summary>
    public static async Task ReadAgainAsync(
        PortalContext db, long integrationId, string partition, IReadOnlyCollection<string> externalIds, DateTimeOffset now, CancellationToken ct)
    {
        await HoldAsync(db, integrationId, ct);
        var forgotten = await db.Ledger
            .Where(l => l.IntegrationId == integrationId && l.DataType == DataType.Companies && l.Partition == partition)
            .Where(l => l.Reason == Reason && EF.Parameter(externalIds).Contains(l.ExternalId))
            .ExecuteDeleteAsync(ct);
        if (forgotten == 0)
        {
            return;
        }

        foreach (var stream in await Streams(db, integrationId, partition).ToListAsync(ct))
        {
            Wish.Full(stream, now);
        }
    }

    internal static async Task<HashSet<string>> OfAsync(PortalContext db, StreamKey key, CancellationToken ct) => key.DataType != DataType.Companies ? [] :
        [.. await db.BlockedCompanies.Where(b => b.IntegrationId == key.IntegrationId && b.Partition == key.Partition).Select(b => b.ExternalId).ToListAsync(ct)];

    private static IQueryable<StreamRow> Streams(PortalContext db, long integrationId, string partition) =>
        db.Streams.Where(s => s.IntegrationId == integrationId && s.DataType == DataType.Companies && s.Partition == partition);
}
