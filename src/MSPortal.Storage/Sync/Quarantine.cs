using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Core.Sync;
using MSPortal.Storage.Model;

namespace MSPortal.Storage.Sync;

/// <summary>Records that could not be understood, until a read as new or newer understands them.</summary>
internal static class Quarantine
{
    public static IQueryable<QuarantineRow> Rows(PortalContext db, StreamKey key) => db.Quarantine.Where(q =>
        q.IntegrationId == key.IntegrationId && q.DataType == key.DataType && q.Partition == key.Partition);

    /// <summary>Frees what was understood, keeps aside what was not; the answer is how many. An older read than the one that told last changes nothing.</summary>
    public static async Task<int> UpdateAsync(PortalContext db, StreamKey key, Changes changes, Verdicts verdicts, CancellationToken ct)
    {
        if (changes.Ids.Count > 0 && await Rows(db, key).AnyAsync(ct))
        {
            await Rows(db, key)
                .Where(q => q.ReadSequence <= changes.Sequence && EF.Parameter(changes.Ids).Contains(q.ExternalId!))
                .ExecuteDeleteAsync(ct);
        }

        var bad = changes.Bad.Where(b => b.ExternalId is null || !verdicts.Superseded.Contains(b.ExternalId)).ToList();
        if (bad.Count == 0)
        {
            return 0;
        }

        var ids = bad.Select(b => b.ExternalId).OfType<string>().ToList();
        var samples = bad.Where(b => b.ExternalId is null).Select(b => b.Sample).ToList();
        var there = await Rows(db, key)
            .Where(q => EF.Parameter(ids).Contains(q.ExternalId!) || (q.ExternalId == null && EF.Parameter(samples).Contains(q.Sample)))
            .ToListAsync(ct);
        foreach (var row in bad)
        {
            Keep(db, key, changes, row, there.Find(q => q.ExternalId == row.ExternalId && (row.ExternalId is not null || (q.Sample == row.Sample && (q.ParentId is null || q.ParentId == row.ParentId)))));
        }

        await db.SaveChangesAsync(ct);
        return bad.Count;
    }

    /// <summary>Rows without an id can only be forgotten by a complete read that did not meet them.</summary>
    public static Task ForgetUnnamedAsync(PortalContext db, StreamKey key, long startSequence, CancellationToken ct) =>
        Rows(db, key).Where(q => q.ExternalId == null && q.ReadSequence < startSequence).ExecuteDeleteAsync(ct);

    /// <summary>All children of these parents have come, by a read with this sequence: what is not among them is kept aside no longer.</summary>
    public static Task ForgetOthersAsync(PortalContext db, StreamKey key, List<string> parents, Changes changes, CancellationToken ct)
    {
        var bad = changes.BadIds.ToList();
        return Of(db, key, parents)
            .Where(q => q.ReadSequence <= changes.Sequence && (q.ExternalId == null || !EF.Parameter(bad).Contains(q.ExternalId)))
            .ExecuteDeleteAsync(ct);
    }

    /// <summary>The parents are gone, and what was kept aside of their children with them.</summary>
    public static Task ForgetChildrenAsync(PortalContext db, StreamKey key, List<string> parents, CancellationToken ct) => Of(db, key, parents).ExecuteDeleteAsync(ct);

    private static IQueryable<QuarantineRow> Of(PortalContext db, StreamKey key, List<string> parents) =>
        Rows(db, key).Where(q => EF.Parameter(parents).Contains(q.ParentId!));

    private static void Keep(PortalContext db, StreamKey key, Changes changes, BadRow bad, QuarantineRow? there)
    {
        if (there is null)
        {
            db.Quarantine.Add(new QuarantineRow
            {
                TenantId = key.TenantId,
                IntegrationId = key.IntegrationId,
                DataType = key.DataType,
                Partition = key.Partition,
                ExternalId = bad.ExternalId,
                ParentId = bad.ParentId,
                Reason = bad.Reason,
                Sample = bad.Sample,
                ReadSequence = changes.Sequence,
                FirstSeenAt = changes.ReadAt,
                LastSeenAt = changes.ReadAt,
                Times = 1,
            });
        }
        else if (there.ReadSequence <= changes.Sequence)
        {
            (there.ParentId, there.Reason, there.Sample, there.ReadSequence, there.LastSeenAt) = (bad.ParentId, bad.Reason, bad.Sample, changes.Sequence, changes.ReadAt);
            there.Times++;
        }
    }
}
