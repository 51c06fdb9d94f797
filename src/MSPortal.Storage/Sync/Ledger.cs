using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Sync;
using MSPortal.Storage.Bulk;
using MSPortal.Storage.Model;

namespace MSPortal.Storage.Sync;

/// <summary>What is known of an id.</summary>
internal sealed record Known(string Id, LedgerState State, byte[]? Hash, long ReadSequence);

/// <summary>The narrow table beside the wide ones: which ids are known in a generation, and since which read.</summary>
internal static class Ledger
{
    public static IQueryable<LedgerRow> Rows(PortalContext db, StreamKey key) => db.Ledger.Where(l =>
        l.IntegrationId == key.IntegrationId && l.DataType == key.DataType && l.Partition == key.Partition);

    public static IQueryable<LedgerRow> Rows(PortalContext db, StreamKey key, int generation) => Rows(db, key).Where(l => l.Generation == generation);

    public static IQueryable<LedgerRow> Kept(PortalContext db, StreamKey key, int generation) =>
        Rows(db, key, generation).Where(l => l.State == LedgerState.Kept);

    public static IQueryable<LedgerRow> Rows(PortalContext db, StreamKey key, int generation, List<string> ids) =>
        Rows(db, key, generation).Where(l => EF.Parameter(ids).Contains(l.ExternalId));

    public static async Task<Dictionary<string, Known>> KnownAsync(
        PortalContext db, StreamKey key, int generation, List<string> ids, CancellationToken ct) =>
        ids.Count == 0 ? [] : await Rows(db, key, generation, ids)
            .Select(l => new Known(l.ExternalId, l.State, l.Hash, l.ReadSequence))
            .ToDictionaryAsync(k => k.Id, ct);

    /// <summary>Marks kept ids as seen and confirmed as they are kept.</summary>
    public static Task SeeAsync(
        PortalContext db, StreamKey key, int generation, List<string> ids, long sequence, DateTimeOffset at, CancellationToken ct) =>
        ids.Count == 0 ? Task.CompletedTask : Rows(db, key, generation, ids)
            .ExecuteUpdateAsync(l => l.SetProperty(x => x.ReadSequence, sequence).SetProperty(x => x.ConfirmedAt, at), ct);

    /// <summary>Marks kept ids as still there, so that they are not missed; that is no confirmation of what is kept.</summary>
    public static Task MeetAsync(PortalContext db, StreamKey key, int generation, List<string> ids, long sequence, CancellationToken ct) =>
        ids.Count == 0 ? Task.CompletedTask : Rows(db, key, generation, ids)
            .ExecuteUpdateAsync(l => l.SetProperty(x => x.ReadSequence, sequence), ct);

    /// <summary>The next ids in their order.</summary>
    public static async Task<List<string>> PageAsync(IQueryable<LedgerRow> rows, string? after, int limit, CancellationToken ct)
    {
        if (after is not null)
        {
#pragma warning disable CA1309 // The database compares, in the order of its index.
            rows = rows.Where(l => string.Compare(l.ExternalId, after) > 0);
#pragma warning restore CA1309
        }

        return await rows.OrderBy(l => l.ExternalId).Select(l => l.ExternalId).Take(limit).ToListAsync(ct);
    }

    /// <summary>Copies entries that the other generation does not have; the answer is their ids.</summary>
    public static async Task<List<string>> CopyAsync(
        PortalContext db, Dialect dialect, StreamKey key, int from, int to, List<string> ids, CancellationToken ct)
    {
        var has = await Rows(db, key, to, ids).Select(l => l.ExternalId).ToListAsync(ct);
        var rows = await Rows(db, key, from, ids).Where(l => l.State == LedgerState.Kept).AsNoTracking().ToListAsync(ct);
        rows.RemoveAll(r => has.Contains(r.ExternalId));
        rows.ForEach(r => r.Generation = to);
        await dialect.UpsertAsync(db, rows, ct);
        return rows.ConvertAll(r => r.ExternalId);
    }
}
