using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Storage.Model;

namespace MSPortal.Storage.Sync;

/// <summary>What a read says of one id.</summary>
/// <param name="Row">The record's row, made when it is first asked for, since most of what is read is stored as it is; null unless it is kept.</param>
internal sealed record Change(string Id, LedgerState State, Lazy<RecordRow>? Row, byte[]? Hash, string? Reason);

/// <summary>One read's changes with one verdict per id.</summary>
internal sealed class Changes
{
    private readonly StreamKey key;
    private readonly Dictionary<string, Change> byId;

    private Changes(StreamKey key, long sequence, DateTimeOffset readAt, Dictionary<string, Change> byId, IReadOnlyList<BadRow> bad)
    {
        (this.key, Sequence, ReadAt, this.byId, Ids, Bad) = (key, sequence, readAt, byId, [.. byId.Keys], bad);
    }

    public long Sequence { get; }

    public DateTimeOffset ReadAt { get; }

    public List<string> Ids { get; }

    /// <summary>One per id, and those without an id.</summary>
    public IReadOnlyList<BadRow> Bad { get; }

    public IEnumerable<string> BadIds => Bad.Select(b => b.ExternalId).OfType<string>();

    /// <summary>Of an id that comes several times the last one counts; a proof of absence counts more than a presence.</summary>
    public static Changes Of(StreamKey key, RowChanges changes, TicketScope scope, DateTimeOffset now)
    {
        var rows = new RecordRows(key, scope, now);
        var told = new Dictionary<string, Change>(changes.Rows.Count);
        foreach (var stored in LastOfEach(changes.Rows))
        {
            var id = Canonical.Clean(stored.Record.ExternalId);
            told[id] = new Change(id, LedgerState.Kept, new Lazy<RecordRow>(() => rows.Of(stored), isThreadSafe: false), rows.Hash(stored), null);
        }

        foreach (var exclusion in changes.OutOfScope)
        {
            var id = Canonical.Clean(exclusion.ExternalId);
            told[id] = OutOfScope(id, Canonical.Clean(exclusion.Reason));
        }

        foreach (var gone in changes.Gone.Select(Canonical.Clean))
        {
            told[gone] = Gone(gone);
        }

        var bad = changes.Bad
            .Select(b => b with { ExternalId = StreamMapping.Clean(b.ExternalId), Reason = Canonical.Clean(b.Reason), Sample = Canonical.Clean(b.Sample) })
            .Where(b => b.ExternalId is null || !told.ContainsKey(b.ExternalId))
            .GroupBy(b => (b.ExternalId, b.ExternalId is null ? (b.ParentId, b.Sample) : default)).Select(g => g.Last()).ToList();
        return new Changes(key, changes.ReadSequence, changes.ReadAt, told, bad);
    }

    public Changes WithGone(IEnumerable<string> ids)
    {
        var more = new Dictionary<string, Change>(byId);
        foreach (var id in ids)
        {
            more[id] = Gone(id);
        }

        return new Changes(key, Sequence, ReadAt, more, Bad);
    }

    /// <summary>Of these, what the vendor has is not kept.</summary>
    public Changes Without(HashSet<string> ids, string reason)
    {
        if (!byId.Keys.Any(ids.Contains) && !BadIds.Any(ids.Contains))
        {
            return this;
        }

        var fewer = byId.Values.Select(c => c.State != LedgerState.Gone && ids.Contains(c.Id) ? OutOfScope(c.Id, reason) : c);
        return new Changes(key, Sequence, ReadAt, fewer.ToDictionary(c => c.Id), [.. Bad.Where(b => b.ExternalId is null || !ids.Contains(b.ExternalId))]);
    }

    /// <summary>What the changes mean where this is known. Pure.</summary>
    public Verdicts Judge(int generation, IReadOnlyDictionary<string, Known> known)
    {
        var verdicts = new Verdicts();
        foreach (var change in byId.Values)
        {
            Judge(change, generation, known.GetValueOrDefault(change.Id), verdicts);
        }

        // What is stored of a record that is unreadable now stays, and counts as seen; how it is now nobody knows.
        foreach (var entry in BadIds.Select(known.GetValueOrDefault).OfType<Known>())
        {
            if (entry.ReadSequence > Sequence)
            {
                verdicts.Superseded.Add(entry.Id);
            }
            else if (entry.State == LedgerState.Kept)
            {
                verdicts.Unread.Add(entry.Id);
            }
        }

        return verdicts;
    }

    private void Judge(Change change, int generation, Known? known, Verdicts verdicts)
    {
        if (known?.ReadSequence > Sequence)
        {
            verdicts.Superseded.Add(change.Id);
            return;
        }

        var wasKept = known?.State == LedgerState.Kept;
        if (change.Row is not null)
        {
            if (wasKept && change.Hash.AsSpan().SequenceEqual(known!.Hash))
            {
                verdicts.Unchanged++;
                verdicts.Seen.Add(change.Id);
                return;
            }

            (wasKept ? verdicts.Updated : verdicts.Created).Add(change.Id);
            var row = change.Row.Value;
            row.Generation = generation;
            verdicts.Rows.Add(row);
        }
        else if (wasKept)
        {
            (change.State == LedgerState.Gone ? verdicts.Removed : verdicts.LeftScope).Add(change.Id);
        }

        verdicts.Ledger.Add(Entry(change, generation));
    }

    private LedgerRow Entry(Change change, int generation) => new()
    {
        TenantId = key.TenantId,
        IntegrationId = key.IntegrationId,
        DataType = key.DataType,
        Partition = key.Partition,
        Generation = generation,
        ExternalId = change.Id,
        State = change.State,
        Hash = change.Hash,
        ReadSequence = Sequence,
        ConfirmedAt = ReadAt,
        Reason = change.Reason,
    };

    private static Change OutOfScope(string id, string reason) => new(id, LedgerState.OutOfScope, null, null, reason);

    private static Change Gone(string id) => new(id, LedgerState.Gone, null, null, null);

    private static List<StoredRow> LastOfEach(IReadOnlyList<StoredRow> rows)
    {
        var last = new Dictionary<string, StoredRow>(rows.Count);
        foreach (var row in rows)
        {
            last[row.Record.ExternalId] = row;
        }

        return [.. last.Values];
    }
}

/// <summary>What one generation has to do about a read.</summary>
internal sealed class Verdicts
{
    public List<string> Created { get; } = [];
    public List<string> Updated { get; } = [];
    public long Unchanged { get; set; }
    public List<string> Removed { get; } = [];
    public List<string> LeftScope { get; } = [];
    public List<string> Superseded { get; } = [];

    /// <summary>Kept as they are.</summary>
    public List<string> Seen { get; } = [];

    /// <summary>There, but not as what is kept of them says.</summary>
    public List<string> Unread { get; } = [];
    public List<RecordRow> Rows { get; } = [];
    public List<LedgerRow> Ledger { get; } = [];

    public List<string> Left => [.. Removed, .. LeftScope];
}
