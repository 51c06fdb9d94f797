using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;

namespace MSPortal.Core.Sync;

internal enum WorkKind
{
    /// <summary>Someone asked for it: taken up, then planned like everything else.</summary>
    TakeRequest,
    Incremental,
    Full,
    Children,
    ChildrenBackfill,

    /// <summary>Open parents are queued once more, whether they changed or not.</summary>
    QueueRereads,

    /// <summary>A denied data type is tried again.</summary>
    Recheck,
}

internal sealed record Work(WorkKind Kind, StreamState Stream, StreamDefinition Definition);

/// <summary>Picks what is most urgent: what people wait for, tickets first; then what is due; then the long reads. Pure.</summary>
/// <param name="children">The most urgent parent waiting, by stream that is read per parent.</param>
internal sealed class WorkPlan(
    IReadOnlyList<StreamDefinition> definitions,
    IReadOnlyList<StreamState> streams,
    IReadOnlyDictionary<StreamKey, ChildWork> children,
    DateTimeOffset now)
{
    private enum Rank
    {
        Person,
        Webhook,
        Due,
        AskedFull,
        Full,
        Backfill,
    }

    /// <summary>Null when nothing is to be done now.</summary>
    public Work? Next() => Known()
        .Where(s => !IsBlocked(s.State, s.Definition))
        .SelectMany(s => Candidates(s.State, s.Definition).Select(c => (c.Rank, c.Kind, s.State, s.Definition, s.Order)))
        .OrderBy(c => c.Rank)
        .ThenBy(c => c.Rank == Rank.Person && c.State.Key.DataType == DataType.Tickets ? -1 : c.Order)
        .ThenBy(c => c.Kind)
        .Select(c => new Work(c.Kind, c.State, c.Definition))
        .FirstOrDefault();

    /// <summary>Streams whose row says "due" although nothing can be done now, with the progress that says when instead.</summary>
    public IEnumerable<(StreamState State, StreamProgress Progress)> NotNow()
    {
        foreach (var (state, definition, _) in Known().Where(s => s.State.Request is not null || s.State.Progress.DueAt <= now))
        {
            var progress = state.Progress;
            if ((Missing(state, definition) ?? ParentFirst(state, definition)) is { } need)
            {
                var soon = now + TimeSpan.FromSeconds(15);
                progress = progress with { NotBefore = need.Progress.DueAt > soon ? need.Progress.DueAt : soon };
            }

            var fixedProgress = Due.Fix(progress, definition);
            if (fixedProgress != state.Progress)
            {
                yield return (state, fixedProgress);
            }
        }

        foreach (var state in streams.Where(s => s.Enabled && Definition(s) is null && s.Progress.DueAt <= now))
        {
            yield return (state, state.Progress with { DueAt = now + TimeSpan.FromDays(7), NotBefore = now + TimeSpan.FromDays(7) });
        }
    }

    private IEnumerable<(Rank Rank, WorkKind Kind)> Candidates(StreamState state, StreamDefinition definition)
    {
        var progress = state.Progress;
        if (state.Request is { } request)
        {
            yield return (Urgency(request.Trigger), progress.DeniedPermission is null ? WorkKind.TakeRequest : WorkKind.Recheck);
        }
        else if (progress.DeniedPermission is not null)
        {
            yield return (Rank.Due, WorkKind.Recheck);
        }
        else if (definition.Parent is not null)
        {
            foreach (var candidate in ChildCandidates(state, definition))
            {
                yield return candidate;
            }
        }
        else
        {
            var full = IsFullDue(progress);
            if (Due.ReadsChanges(progress, definition) && (progress.IncrementalDueAt <= now || (!full && IsCalledEarly(progress, definition))))
            {
                yield return (Urgency(progress.Incremental?.Trigger ?? SyncTrigger.Schedule), WorkKind.Incremental);
            }

            if (full || (!Due.ReadsChanges(progress, definition) && IsCalledEarly(progress, definition)))
            {
                var asked = progress.Full?.Trigger is SyncTrigger.Manual or SyncTrigger.Resync or SyncTrigger.Settings;
                yield return (asked ? Rank.AskedFull : Rank.Full, WorkKind.Full);
            }
        }
    }

    private IEnumerable<(Rank Rank, WorkKind Kind)> ChildCandidates(StreamState state, StreamDefinition definition)
    {
        var waiting = children.GetValueOrDefault(state.Key);
        var parent = ParentFirst(state, definition);
        var isDue = waiting is { Backfill: false } || state.Progress.IncrementalDueAt <= now;
        // Parents that change during a long complete read do not wait for its end.
        if (parent is null ? isDue : waiting is { Backfill: false } && parent.Progress.Full?.RequestId == state.Progress.Incremental?.RequestId)
        {
            yield return (Urgency(state.Progress.Incremental?.Trigger ?? SyncTrigger.Schedule), WorkKind.Children);
        }

        if (waiting is { Backfill: true } || (state.Progress.Full is not null && waiting is null))
        {
            yield return (Rank.Backfill, WorkKind.ChildrenBackfill);
        }

        if (state.Progress.FullDueAt <= now)
        {
            yield return (Rank.Backfill, WorkKind.QueueRereads);
        }
    }

    private bool IsFullDue(StreamProgress progress) => Due.IsReleased(progress) || progress.FullDueAt <= now;

    /// <summary>Someone else (a reconnect, a toggle) pulled the due time forward.</summary>
    private bool IsCalledEarly(StreamProgress progress, StreamDefinition definition) =>
        progress.DueAt <= now && Due.At(progress, definition) > now;

    private bool IsBlocked(StreamState state, StreamDefinition definition) =>
        state.Progress.NotBefore > now || (state.Progress.DeniedPermission is null && Missing(state, definition) is not null);

    /// <summary>A data type that has to be read once before this one, and still can be.</summary>
    private StreamState? Missing(StreamState state, StreamDefinition definition) => streams.FirstOrDefault(s =>
        definition.Needs.Contains(s.Key.DataType)
        && (s.Key.Partition == state.Key.Partition || s.Key.Partition.Length == 0)
        && s.Key.DataType != definition.Parent
        && s is { Enabled: true, Progress: { DeniedPermission: null, LastCompleteAt: null, FaultKind: null } });

    /// <summary>The parents' data type, while it still has to do what the same request asks of it: only then is it known whose children are to be read.</summary>
    private StreamState? ParentFirst(StreamState state, StreamDefinition definition) =>
        definition.Parent is { } parent && state.Progress.Incremental is { Restart: true, RequestId: { } asked }
            ? streams.FirstOrDefault(s => s.Key.DataType == parent && s.Key.Partition == state.Key.Partition && s is { Enabled: true, Progress.DeniedPermission: null } && Answers(s, asked))
            : null;

    private static bool Answers(StreamState stream, long request) =>
        stream.Request?.RequestId == request
        || stream.Progress.Incremental?.RequestId == request
        || (stream.Progress.Full is { Phase: not PassPhase.Held } full && full.RequestId == request);

    private IEnumerable<(StreamState State, StreamDefinition Definition, int Order)> Known() =>
        from s in streams
        where s.Enabled
        let order = Order(s)
        where order >= 0
        select (s, definitions[order], order);

    private StreamDefinition? Definition(StreamState state) => Order(state) is >= 0 and var order ? definitions[order] : null;

    private int Order(StreamState state)
    {
        for (var i = 0; i < definitions.Count; i++)
        {
            if (definitions[i].DataType == state.Key.DataType)
            {
                return i;
            }
        }

        return -1;
    }

    private static Rank Urgency(SyncTrigger trigger) => trigger switch
    {
        SyncTrigger.Manual or SyncTrigger.Settings or SyncTrigger.Resync => Rank.Person,
        SyncTrigger.Webhook => Rank.Webhook,
        _ => Rank.Due,
    };
}
