using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Storage.Model;
using MSPortal.Storage.Sync;

namespace MSPortal.Storage.Integrations;

/// <summary>Takes records out that changed settings no longer keep: the vendor still has them, so the ledger remembers why they are not here.</summary>
internal static class Leaving
{
    /// <summary>How many go in one transaction, so that nobody waits long for the write lock.</summary>
    public const int Batch = 500;

    /// <summary>Goes through a data type's rows in every generation that is still used, a batch per transaction, until <paramref name="batch"/> answers null.</summary>
    /// <param name="batch">Does one batch after the given id; the answer is the last id it looked at, null after the last one.</param>
    public static async Task ThroughAsync(
        IReadOnlyList<StreamRow> streams, DataType type, Func<StreamRow, int, string?, Task<string?>> batch)
    {
        foreach (var stream in streams.Where(s => s.DataType == type))
        {
            foreach (var generation in Generations(stream))
            {
                string? after = null;
                do
                {
                    after = await batch(stream, generation, after);
                }
                while (after is not null);
            }
        }
    }

    /// <summary>Those that are still used.</summary>
    public static IEnumerable<int> Generations(StreamRow stream) => new[] { stream.LiveGeneration, stream.ShadowGeneration }.OfType<int>();

    public static IQueryable<TRow> NextBatch<TRow>(this IQueryable<TRow> rows, string? after)
        where TRow : RecordRow
    {
#pragma warning disable CA1309 // The database compares, in the order in which it sorts.
        var rest = after is null ? rows : rows.Where(r => string.Compare(r.ExternalId, after) > 0);
#pragma warning restore CA1309
        return rest.OrderBy(r => r.ExternalId).Take(Batch);
    }

    /// <summary>The stream's next read number: whatever was read before is older than the change. Nobody else writes its records until the transaction ends, so take it before you read them.</summary>
    public static async Task<long> NextSequenceAsync(PortalContext db, long integrationId, DataType type, CancellationToken ct)
    {
        var streams = db.Streams.Where(s => s.IntegrationId == integrationId && s.DataType == type);
        await streams.ExecuteUpdateAsync(s => s.SetProperty(x => x.ReadSequence, x => x.ReadSequence + 1), ct);
        return await streams.Select(s => s.ReadSequence).DefaultIfEmpty().MaxAsync(ct);
    }

    /// <param name="db">Of the change that they leave by.</param>
    /// <param name="integrationId">Theirs.</param>
    /// <param name="sequence">The stream's next, taken before they were read.</param>
    /// <param name="type">Of the table.</param>
    /// <param name="partition">Of the stream.</param>
    /// <param name="generation">One of the stream's.</param>
    /// <param name="leaving">External ids with the reason.</param>
    /// <param name="ct">Leaves everything as it was.</param>
    public static async Task RemoveAsync<TRow>(
        PortalContext db, long integrationId, long sequence, DataType type, string partition, int generation, IReadOnlyList<(string Id, string Reason)> leaving, CancellationToken ct)
        where TRow : RecordRow
    {
        foreach (var group in leaving.GroupBy(l => l.Reason, l => l.Id))
        {
            var ids = group.ToList();
            await db.Set<TRow>()
                .Where(r => r.IntegrationId == integrationId && r.Partition == partition && r.Generation == generation && ids.Contains(r.ExternalId))
                .ExecuteDeleteAsync(ct);
            await db.Ledger
                .Where(l => l.IntegrationId == integrationId && l.DataType == type && l.Partition == partition && l.Generation == generation && ids.Contains(l.ExternalId))
                .ExecuteUpdateAsync(
                    l => l.SetProperty(x => x.State, LedgerState.OutOfScope)
                        .SetProperty(x => x.Hash, (byte[]?)null)
                        .SetProperty(x => x.Reason, group.Key)
                        .SetProperty(x => x.ReadSequence, sequence),
                    ct);
        }
    }

    /// <summary>What is read per ticket goes with it, and is read anew should it come back.</summary>
    public static async Task RemoveNotesAsync(IntegrationEdit edit, string partition, IReadOnlyList<string> tickets, CancellationToken ct)
    {
        await NextSequenceAsync(edit.Db, edit.Id, DataType.TicketNotes, ct);
        var notes = edit.Db.TicketNotes.Where(n => n.IntegrationId == edit.Id && n.Partition == partition && tickets.Contains(n.TicketId));
        var ids = await notes.Select(n => n.ExternalId).Distinct().ToListAsync(ct);
        await notes.ExecuteDeleteAsync(ct);
        foreach (var some in ids.Chunk(Batch))
        {
            await edit.Db.Ledger
                .Where(l => l.IntegrationId == edit.Id && l.DataType == DataType.TicketNotes && l.Partition == partition && some.Contains(l.ExternalId))
                .ExecuteDeleteAsync(ct);
        }

        await Quarantine.ForgetChildrenAsync(edit.Db, new StreamKey(edit.Row.TenantId, edit.Id, DataType.TicketNotes, partition), [.. tickets], ct);
        await edit.Db.ChildQueue
            .Where(c => c.IntegrationId == edit.Id && c.DataType == DataType.TicketNotes && tickets.Contains(c.ParentId))
            .ExecuteDeleteAsync(ct);
    }
}
