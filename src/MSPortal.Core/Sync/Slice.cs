using Microsoft.Extensions.Logging;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;

namespace MSPortal.Core.Sync;

/// <summary>What every part of the engine needs while it works on one integration under a lease.</summary>
internal sealed record Workplace(
    ISyncStore Store,
    SyncLease Lease,
    IntegrationState Integration,
    IConnector Connector,
    Sessions Sessions,
    SyncOptions Options,
    TimeProvider Clock,
    ILogger Log)
{
    public DateTimeOffset Now => Clock.GetUtcNow();

    /// <summary>Whether other integrations wait for this one's place, and it has had it for a while.</summary>
    public Func<bool> GivesWay { get; init; } = () => false;

    /// <summary>The stream that is read per record of this one.</summary>
    public StreamDefinition? ChildrenOf(DataType type) => Connector.Streams.FirstOrDefault(s => s.Parent == type);
}

/// <summary>One slice of one pass: the run it belongs to, how far it is, and when it has to give way.</summary>
internal sealed class Slice
{
    private readonly long began;
    private DateTimeOffset askedAt;
    private int pages;

    public Slice(Workplace place, StreamDefinition definition, StreamState stream, PassKind slot)
    {
        (Place, Definition, Stream, Slot, Progress) = (place, definition, stream, slot, stream.Progress);
        began = place.Clock.GetTimestamp();
        askedAt = place.Now;
    }

    public Workplace Place { get; }

    public StreamDefinition Definition { get; }

    public StreamState Stream { get; }

    public PassKind Slot { get; }

    public StreamKey Key => Stream.Key;

    /// <summary>As last stored.</summary>
    public StreamProgress Progress { get; private set; }

    public PassState? Pass => Slot == PassKind.Full ? Progress.Full : Progress.Incremental;

    public RunMeter Meter { get; } = new();

    public Session Session => field ??= Place.Sessions.For(Place.Integration, Priority, Meter, Key.Partition);

    /// <summary>Whether there is a run that an end can be written to.</summary>
    public bool IsOpen => Pass is { RunId: not 0, RunningUnder: { } fence } && fence == Place.Lease.Fence;

    public bool IsOver => pages >= Place.Options.SlicePages || IsOutOfTime;

    public bool IsOutOfTime => Place.Clock.GetElapsedTime(began) >= Place.Options.SliceTime || Place.GivesWay();

    private WorkPriority Priority => (Slot, Pass?.Trigger) switch
    {
        (PassKind.Full, _) => WorkPriority.Backfill,
        (_, SyncTrigger.Manual or SyncTrigger.Settings or SyncTrigger.Resync) => WorkPriority.Interactive,
        (_, SyncTrigger.Webhook) => WorkPriority.Webhook,
        _ => WorkPriority.Schedule,
    };

    /// <summary>Where this pass writes: a complete read into its own generation, everything else also into a shadow that is being read.</summary>
    public IReadOnlyList<int> Generations => Slot == PassKind.Full
        ? [Pass!.Generation]
        : Progress.ShadowGeneration is { } shadow ? [Progress.LiveGeneration, shadow] : [Progress.LiveGeneration];

    /// <summary>Takes up the planned or waiting pass with a running run, or begins a new one.</summary>
    public async Task OpenAsync(Func<long, PassState> begin, CancellationToken ct)
    {
        var pass = Pass;
        if (pass is null or { Restart: true } or { Phase: PassPhase.Held, ReleasedBy: null })
        {
            await CancelWaitingAsync(pass, ct);
            pass = begin(await Place.Store.NextReadSequenceAsync(Key, ct));
        }

        if (pass.RunId != 0 && pass.RunningUnder is null)
        {
            pass = pass with { RunningUnder = Place.Lease.Fence };
            await UpdateAsync(RunStatus.Running, null, null, pass.RunId, Put(pass), new RunCounts(), ct);
            return;
        }

        var run = new RunStart(Key, pass.Trigger, Slot, pass.RequestId, Place.Now);
        var runId = await Place.Store.BeginRunAsync(Place.Lease, run, ct);
        Progress = Put(pass with { RunId = runId, RunningUnder = Place.Lease.Fence });
        if (Slot == PassKind.Full)
        {
            // Exactly a complete read into it keeps a shadow alive.
            Progress = Progress with { ShadowGeneration = pass.Generation > Progress.LiveGeneration ? pass.Generation : null };
        }
    }

    public Task<long> NextSequenceAsync(CancellationToken ct)
    {
        askedAt = Place.Now;
        return Place.Store.NextReadSequenceAsync(Key, ct);
    }

    public RowChanges Changes(long sequence) => new RowChanges
    {
        ReadSequence = sequence,
        // An answer says how things were when it was asked for, however late it is stored.
        ReadAt = askedAt,
        ChildrenAreBackfill = Slot == PassKind.Full,
    }.WithChildren(Place.ChildrenOf(Key.DataType));

    /// <summary>Stores rows, the pass's new place and the progress in one transaction.</summary>
    public async Task<CommitResult> CommitAsync(RowChanges changes, StreamProgress progress, RunCounts counts, IReadOnlyList<int> generations, CancellationToken ct, IReadOnlyList<ChildrenCommit>? children = null)
    {
        var next = Due.Fix(progress, Definition);
        counts += Meter.Take();
        var result = await Place.Store.CommitPageAsync(
            Place.Lease,
            new PageCommit
            {
                Key = Key,
                RunId = Pass!.RunId,
                Changes = changes,
                Generations = generations,
                Progress = next,
                Counts = counts,
                Children = children ?? [],
            },
            ct);
        Progress = next;
        askedAt = Place.Now;
        pages++;
        SyncTelemetry.Stored(Place, Key.DataType, counts, changes, result);
        return result;
    }

    /// <summary>The progress with the pass in its place.</summary>
    public StreamProgress Put(PassState? pass, StreamProgress? progress = null) => Slot == PassKind.Full
        ? (progress ?? Progress) with { Full = pass }
        : (progress ?? Progress) with { Incremental = pass };

    /// <summary>Lets others have their turn: the run waits, the pass keeps its place.</summary>
    public Task YieldAsync(DateTimeOffset? notBefore, RunCounts counts, CancellationToken ct)
    {
        var waiting = Put(Pass! with { RunningUnder = null }) with { NotBefore = notBefore };
        return UpdateAsync(RunStatus.Waiting, null, null, Pass!.RunId, waiting, counts, ct);
    }

    /// <summary>Ends the run, whatever becomes of the pass.</summary>
    public Task EndAsync(RunStatus status, string? message, string? faultKind, StreamProgress progress, CancellationToken ct) =>
        UpdateAsync(status, message, faultKind, Pass!.RunId, progress with { LastAttemptAt = Place.Now }, new RunCounts(), ct);

    /// <summary>Stores progress outside of the run's pages, such as after a swap of generations that stored it itself.</summary>
    public void Adopt(StreamProgress stored) => Progress = stored;

    private async Task UpdateAsync(RunStatus status, string? message, string? faultKind, long runId, StreamProgress progress, RunCounts counts, CancellationToken ct)
    {
        var next = Due.Fix(progress, Definition);
        var all = counts + Meter.Take();
        await Place.Store.UpdateRunAsync(Place.Lease, new RunUpdate(Key, runId, status, Place.Now, message, faultKind, all, next), ct);
        Progress = next;
        SyncTelemetry.Moved(Place, Key.DataType, status, faultKind, all);
    }

    /// <summary>A pass that is begun anew leaves no run waiting for ever.</summary>
    private async Task CancelWaitingAsync(PassState? pass, CancellationToken ct)
    {
        if (pass is { RunId: not 0, RunningUnder: null })
        {
            await UpdateAsync(
                RunStatus.Cancelled, "A newer request took its place.", null, pass.RunId, Put(pass with { RunId = 0 }), new RunCounts(), ct);
        }
    }
}

/// <summary>When a stream next needs the engine, from everything that its progress says.</summary>
internal static class Due
{
    public static StreamProgress Fix(StreamProgress progress, StreamDefinition definition) => progress with { DueAt = At(progress, definition) };

    public static DateTimeOffset At(StreamProgress progress, StreamDefinition definition)
    {
        var next = progress.DeniedPermission is not null || IsReleased(progress) ? DateTimeOffset.MinValue
            : definition.Parent is not null ? Min(progress.IncrementalDueAt, progress.Full?.StartedAt ?? progress.FullDueAt)
            : ReadsChanges(progress, definition) ? Min(progress.IncrementalDueAt, progress.FullDueAt)
            : progress.FullDueAt;
        return progress.NotBefore is { } notBefore && notBefore > next ? notBefore : next;
    }

    /// <summary>Whether incremental passes make sense yet: the vendor can say what changed, and a first complete read has begun.</summary>
    public static bool ReadsChanges(StreamProgress progress, StreamDefinition definition) =>
        progress.Watermark is not null && TellsChanges(definition, progress.Bookmark);

    /// <summary>Whether the vendor can say what changed: since a moment, or from the bookmark on.</summary>
    public static bool TellsChanges(StreamDefinition definition, string? bookmark) => definition.CanReadChanges && (!definition.FollowsBookmark || bookmark is not null);

    /// <summary>Also when it has given way in the middle: it goes on at once, whenever the next complete read would be due.</summary>
    public static bool IsReleased(StreamProgress progress) => progress.Full is { ReleasedBy: not null };

    private static DateTimeOffset Min(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;
}
