using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Histories.Vendors;

namespace MSPortal.Histories.Judgement;

/// <summary>Holds what the portal shows against what the vendor was: after every turn of the engine, not only at the end.</summary>
internal sealed class Judge(IVendorWorld vendor, Timeline timeline, SyncOptions options)
{
    private readonly Dictionary<(DataType Type, string Id), int> newest = [];
    private readonly Dictionary<(DataType Type, string Id), (int State, DateTimeOffset AskedAt)> told = [];
    private readonly Dictionary<(DataType Type, string Id), int> left = [];
    private readonly Dictionary<(StreamKey Stream, long Pass), (long Kept, long Removed)> removals = [];
    private readonly Dictionary<long, (RunStatus Status, DateTimeOffset? EndedAt)> ended = [];
    private readonly Dictionary<(DataType Type, string Payload), string> lines = [];
    private readonly Dictionary<DataType, DataType> parents = vendor.Connector.Streams.Where(s => s.Parent is not null).ToDictionary(s => s.DataType, s => s.Parent!.Value);
    private Dictionary<(DataType Type, string Id), int> newestBefore = [];
    private DateTimeOffset lookedAt = DateTimeOffset.MinValue;
    private Shown? before;

    /// <summary>When the chosen scope last changed; what it added is owed only after a complete read that began later.</summary>
    public DateTimeOffset ScopeSince { get; set; }

    public TicketScope Scope { get; set; } = new();

    /// <summary>Runs up to here have ended, and are looked at again only at the very end.</summary>
    public long Ended { get; private set; }

    /// <summary>The first thing that must not be, in one sentence; null when all is well.</summary>
    public string? Look(Shown shown, DateTimeOffset now, IReadOnlyList<(DateTimeOffset From, DateTimeOffset To)> troubles)
    {
        newestBefore = new(newest);
        var wrong = shown.Mismatch ?? shown.Streams.Select(s => Stream(shown, s, now)).FirstOrDefault(w => w is not null) ?? Clients(shown) ?? Runs(shown, now, troubles);
        (before, lookedAt) = (shown, now);
        return wrong;
    }

    /// <summary>What a call to the database says about guarded removals.</summary>
    public string? Stored(string call, object?[] arguments, object? result)
    {
        if (call == nameof(ISyncStore.CountMissingAsync) && result is ValueTuple<long, long> counted)
        {
            var at = ((StreamKey)arguments[0]!, (long)arguments[2]!);
            removals[at] = (Math.Max(counted.Item2, removals.GetValueOrDefault(at).Kept), removals.GetValueOrDefault(at).Removed);
        }

        if (call == nameof(ISyncStore.CountMissingInShadowAsync) && result is ValueTuple<long, long> inShadow)
        {
            removals[((StreamKey)arguments[0]!, 0)] = (inShadow.Item2, 0);
        }

        if (call != nameof(ISyncStore.CommitPageAsync) || arguments[1] is not PageCommit { Progress.Full: { Phase: PassPhase.Confirming, ReleasedBy: null } pass } page
            || page.Changes.Gone.Count == 0 || result is not CommitResult stored)
        {
            return null;
        }

        if (vendor.Connector.Streams.Single(s => s.DataType == page.Key.DataType).IsFleeting)
        {
            return null;
        }

        var key = (page.Key, pass.StartSequence);
        var (kept, removed) = removals.GetValueOrDefault(key);
        kept = kept > 0 ? kept : removals.GetValueOrDefault((page.Key, 0L)).Kept;
        removals[key] = (kept, removed + stored.Removed);
        return options.IsMassDeletion(removed + stored.Removed, kept)
            ? $"{page.Key.DataType.Slug()}: a complete read removed {removed + stored.Removed} of {kept} records and nobody was asked."
            : null;
    }

    /// <summary>Read for each of other records: notes of a ticket, details of a device.</summary>
    public bool IsPerParent(DataType type) => parents.ContainsKey(type);

    public bool InScope(DataType type, Fact fact, Shown shown, DateTimeOffset now) => parents.TryGetValue(type, out var parent)
        ? shown.Records.TryGetValue(parent, out var there) && there.ContainsKey(fact.Parent!)
        : fact.IsChosen(Scope, now);

    /// <summary>The same payloads are looked at after every turn.</summary>
    private string Line(DataType type, string payload) =>
        lines.TryGetValue((type, payload), out var line) ? line : lines[(type, payload)] = vendor.Line(type, payload);

    private string? Stream(Shown shown, StreamState stream, DateTimeOffset now)
    {
        var (type, client) = (stream.Key.DataType, stream.Key.Partition);
        var lies = vendor.Misrepresented(type);
        foreach (var (id, record) in shown.Records[type].Where(r => r.Value.Client == client))
        {
            if (!lies.Contains(id) && Record(type, stream, id, record) is { } wrong)
            {
                return $"{type.Slug()} {id}: {wrong}";
            }
        }

        foreach (var (id, moments) in timeline.All(type).Where(r => r.Moments[0].Fact!.Client == client))
        {
            if (!lies.Contains(id) && Missing(shown, stream, id, moments, now) is { } wrong)
            {
                return $"{type.Slug()} {id}: {wrong}";
            }
        }

        return null;
    }

    private string? Record(DataType type, StreamState stream, string id, ShownRecord record)
    {
        var moments = timeline.Of(type, id);
        var line = Line(type, record.Payload);
        var at = -1;
        for (var i = 0; i < moments.Count; i++)
        {
            at = moments[i].Fact?.Line == line ? i : at;
        }

        if (at < 0)
        {
            return $"the vendor never had this: {line}";
        }

        // A list that lags may take back what a single read has told, but no read takes back what one told that began later.
        var (known, askedAt) = told.GetValueOrDefault((type, id), (-1, DateTimeOffset.MinValue));
        if (at < known && (record.ConfirmedAt < askedAt || moments[known].InLists <= record.ConfirmedAt))
        {
            return $"shown as it was at {moments[at].From:HH:mm:ss} although it had been shown as of {moments[known].From:HH:mm:ss}.";
        }

        if (at > known || (at == known && record.ConfirmedAt > askedAt))
        {
            told[(type, id)] = (at, record.ConfirmedAt);
        }

        newest[(type, id)] = at;
        return moments[^1].Fact is null ? Ghost(type, stream, id, record, moments) : null;
    }

    private string? Ghost(DataType type, StreamState stream, string id, ShownRecord record, IReadOnlyList<Moment> moments)
    {
        var deleted = moments[^1].From;
        return record.ConfirmedAt > deleted ? $"deleted at the vendor at {deleted:HH:mm:ss.fff} but shown as confirmed at {record.ConfirmedAt:HH:mm:ss.fff}."
            : left.TryGetValue((type, id), out var when) && when == moments.Count ? "deleted at the vendor and here, and here again."
            : !IsPerParent(type) && stream.Progress.LastFullAt > deleted ? $"deleted at the vendor at {deleted:HH:mm:ss} but still here after the complete read of {stream.Progress.LastFullAt:HH:mm:ss}."
            : null;
    }

    private string? Missing(Shown shown, StreamState stream, string id, List<Moment> moments, DateTimeOffset now)
    {
        var type = stream.Key.DataType;
        var there = shown.Records[type].ContainsKey(id);
        if (moments[^1].Fact is not { } fact)
        {
            if (!there)
            {
                left[(type, id)] = moments.Count;
            }

            return null;
        }

        if (!stream.Enabled || !InScope(type, fact, shown, now) || shown.Quarantined.Contains((type, id)))
        {
            return null;
        }

        var lost = !there && ScopeSince <= lookedAt && before?.Records[type].ContainsKey(id) == true && IsSteady(type, id, now)
            && (fact.Parent is not { } parent || (before.Records[parents[type]].ContainsKey(parent) && IsSteady(parents[type], parent, now)));
        return lost ? "it was here, the vendor still has it, and it is not here any more."
            : IsPerParent(type) ? null
            : Outdated(stream.Progress, type, id, moments, there, now);
    }

    /// <summary>Since it was last seen here, it was never gone nor out of scope.</summary>
    private bool IsSteady(DataType type, string id, DateTimeOffset now) =>
        !vendor.Misrepresented(type).Contains(id)
        && timeline.Of(type, id).Skip(newestBefore.GetValueOrDefault((type, id), 0)).All(m => m.Fact is { } fact && fact.IsChosen(Scope, now));

    /// <summary>What is said to be complete has to be: everything that lists showed before the newest complete pass began.</summary>
    private string? Outdated(StreamProgress progress, DataType type, string id, List<Moment> moments, bool there, DateTimeOffset now)
    {
        var has = there ? newest.GetValueOrDefault((type, id), -1) : -1;
        var owed = type != DataType.Tickets || ScopeSince < progress.LastFullAt;
        for (var i = moments.Count - 1; i > has && owed; i--)
        {
            var moment = moments[i];
            if (moment.Fact is not { } fact || !fact.IsChosen(Scope, now))
            {
                break;
            }

            if ((progress.Watermark is not null || progress.Bookmark is not null) && moment.Dated && moment.InLists < progress.LastCompleteAt)
            {
                return $"{(there ? "its change" : "it")} of {moment.From:HH:mm:ss} is not here although everything up to {progress.LastCompleteAt:HH:mm:ss} is said to be.";
            }

            if (moment.InLists < progress.LastFullAt)
            {
                return $"{(there ? "its state" : "it")} of {moment.From:HH:mm:ss} is not here although a complete read began at {progress.LastFullAt:HH:mm:ss}.";
            }
        }

        return null;
    }

    /// <summary>One client's refusal is no other's.</summary>
    private string? Clients(Shown shown) =>
        shown.Clients.FirstOrDefault(c => c.Value == PartitionStatus.NeedsConsent && !vendor.HasRefused(c.Key)) is { Key: { } client } ? $"Client {client} is to consent again although it never refused." : null;

    private string? Runs(Shown shown, DateTimeOffset now, IReadOnlyList<(DateTimeOffset From, DateTimeOffset To)> troubles)
    {
        foreach (var run in shown.Runs)
        {
            if (ended.TryGetValue(run.Id, out var end))
            {
                if (end != (run.Status, run.EndedAt))
                {
                    return $"run {run.Id} had ended as {end.Status} and is {run.Status} now.";
                }

                continue;
            }

            if (run.Status is RunStatus.Running or RunStatus.Waiting)
            {
                continue;
            }

            ended[run.Id] = (run.Status, run.EndedAt);
            // A permission that is known to be missing is not asked for again: its cause lies before the run.
            if (run is { Status: RunStatus.Failed, FaultKind: not "PermissionMissing" } && !troubles.Any(t => Moments.Stored(t.From) <= run.EndedAt && t.To >= run.StartedAt))
            {
                return $"run {run.Id} of {run.DataType.Slug()} failed ({run.FaultKind}: {run.Message}) between {run.StartedAt:HH:mm:ss} and {run.EndedAt:HH:mm:ss}, and nothing had been wrong.";
            }
        }

        Ended = shown.Runs.TakeWhile(r => r.Status is not (RunStatus.Running or RunStatus.Waiting)).SkipLast(5).LastOrDefault()?.Id ?? Ended;
        return shown.Runs.Where(r => r.Status == RunStatus.Running).GroupBy(r => (r.DataType, r.Partition)).FirstOrDefault(g => g.Count() > 1) is { } twice
            ? $"{twice.Count()} runs of {twice.Key.DataType.Slug()} are running at once at {now:HH:mm:ss}."
            : null;
    }
}
