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
        await NameGoneAsync(db, key, generation, verdicts, ct);
        await Ledger.SeeAsync(db, key, generation, verdicts.Seen, changes.Sequence, changes.ReadAt, ct);
        await Ledger.MeetAsync(db, key, generation, verdicts.Unread, changes.Sequence, ct);
        await turn.Dialect.UpsertAsync(db, verdicts.Ledger, ct);
        await table.DeleteAsync(db, key, generation, verdicts.Left, ct);
        await table.UpsertAsync(db, turn.Dialect, verdicts.Rows, ct);
        return verdicts;
    }

    /// <summary>People ask for a ticket by its number, which is not every vendor's id of it, and the row that knows it goes.</summary>
    private static async Task NameGoneAsync(PortalContext db, StreamKey key, int generation, Verdicts verdicts, CancellationToken ct)
    {
        if (key.DataType != DataType.Tickets || verdicts.Removed.Count == 0)
        {
            return;
        }

        var numbers = await db.Tickets
            .Where(t => t.IntegrationId == key.IntegrationId && t.Partition == key.Partition && t.Generation == generation && EF.Parameter(verdicts.Removed).Contains(t.ExternalId) && t.Number != t.ExternalId)
            .ToDictionaryAsync(t => t.ExternalId, t => t.Number, ct);
        foreach (var entry in verdicts.Ledger)
        {
            entry.Reason = numbers.GetValueOrDefault(entry.ExternalId) ?? entry.Reason;
        }
    }
}
