using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Storage.Model;

namespace MSPortal.Storage.Sync;

/// <summary>Writes what a read brought into the generations of its stream; whoever calls it holds the stream.</summary>
internal sealed class Records(Turn turn)
{
    /// <summary>The answer is what became of the generation that people see, or of the only one that was written.</summary>
    public async Task<Verdicts> ApplyAsync(
        PortalContext db, StreamRow stream, Changes changes, IReadOnlyList<int> generations, CancellationToken ct)
    {
        var key = stream.Key();
        Verdicts? told = null;
        foreach (var generation in generations)
        {
            var verdicts = await ApplyAsync(db, key, changes, generation, ct);
            told = told is null || generation == stream.LiveGeneration ? verdicts : told;
        }

        return told ?? throw new ArgumentException("No generation was given to write to.", nameof(generations));
    }

    /// <summary>Where single reads are written: what people see, and what is being read beside it.</summary>
    public static IReadOnlyList<int> Generations(StreamRow stream) =>
        stream.ShadowGeneration is { } shadow ? [stream.LiveGeneration, shadow] : [stream.LiveGeneration];

    private async Task<Verdicts> ApplyAsync(PortalContext db, StreamKey key, Changes changes, int generation, CancellationToken ct)
    {
        var known = await Ledger.KnownAsync(db, key, generation, [.. changes.Ids, .. changes.BadIds], ct);
        var verdicts = changes.Judge(generation, known);
        var table = RecordTable.For(key.DataType);
        await NameGoneAsync(db, key, verdicts, ct);
        await Ledger.SeeAsync(db, key, generation, verdicts.Seen, changes.Sequence, changes.ReadAt, ct);
        await Ledger.MeetAsync(db, key, generation, verdicts.Unread, changes.Sequence, ct);
        await turn.Dialect.UpsertAsync(db, verdicts.Ledger, ct);
        await table.DeleteAsync(db, key, generation, verdicts.Left, ct);
        await table.UpsertAsync(db, turn.Dialect, verdicts.Rows, ct);
        return verdicts;
    }

    /// <summary>People ask for a ticket by its number, which is not every vendor's id of it. The row that knows it goes, or went when the deletion was told before or written to the other copy.</summary>
    private static async Task NameGoneAsync(PortalContext db, StreamKey key, Verdicts verdicts, CancellationToken ct)
    {
        var gone = key.DataType == DataType.Tickets ? verdicts.Ledger.FindAll(l => l.State == LedgerState.Gone) : [];
        if (gone.Count == 0)
        {
            return;
        }

        var ids = gone.ConvertAll(l => l.ExternalId);
        var shown = await db.Tickets
            .Where(t => t.IntegrationId == key.IntegrationId && t.Partition == key.Partition && EF.Parameter(ids).Contains(t.ExternalId) && t.Number != t.ExternalId)
            .Select(t => new { t.ExternalId, t.Number }).ToListAsync(ct);
        var told = await Ledger.Rows(db, key)
            .Where(l => l.State == LedgerState.Gone && l.Reason != null && EF.Parameter(ids).Contains(l.ExternalId))
            .Select(l => new { l.ExternalId, Number = l.Reason! }).ToListAsync(ct);
        var numbers = told.Concat(shown).ToLookup(t => t.ExternalId, t => t.Number);
        gone.ForEach(l => l.Reason = numbers[l.ExternalId].LastOrDefault());
    }
}
