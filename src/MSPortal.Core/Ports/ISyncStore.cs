using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;

namespace MSPortal.Core.Ports;

/// <summary>What the sync engine needs from storage. Every write that takes a lease checks it in the same transaction and throws <see cref="FencedOffException"/>.</summary>
public interface ISyncStore
{
    /// <summary>Integrations of all tenants that have something to do by <paramref name="now"/> (due or requested), not paused, disconnected or stopped, and not leased by a living process.</summary>
    Task<IReadOnlyList<(long TenantId, long IntegrationId)>> DueAsync(DateTimeOffset now, CancellationToken ct);

    /// <summary>When <see cref="DueAsync"/> will next have something for this integration; null when never by itself.</summary>
    Task<DateTimeOffset?> NextDueAsync(long tenantId, long integrationId, CancellationToken ct);

    /// <summary>Takes the integration with a new, higher fence number; null while another process holds a living lease. Runs left over from earlier leases become Interrupted.</summary>
    Task<SyncLease?> TryLeaseAsync(long tenantId, long integrationId, string node, TimeSpan duration, CancellationToken ct);

    /// <summary>Extends the lease and the heartbeat of its running runs.</summary>
    Task RenewAsync(SyncLease lease, TimeSpan duration, CancellationToken ct);

    Task ReleaseAsync(SyncLease lease, CancellationToken ct);

    /// <summary>Runs under no living lease become Interrupted, also where nothing will be leased again.</summary>
    Task SweepAsync(CancellationToken ct);

    /// <summary>Null when there is no such integration.</summary>
    Task<IntegrationState?> IntegrationAsync(long tenantId, long integrationId, CancellationToken ct);

    Task<IReadOnlyList<StreamState>> StreamsAsync(long tenantId, long integrationId, CancellationToken ct);

    /// <summary>One of them; null when there is none.</summary>
    Task<StreamState?> StreamAsync(StreamKey key, CancellationToken ct);

    /// <summary>The same for all integrations of the tenant, by integration, in one question however many there are.</summary>
    Task<ILookup<long, StreamState>> AllStreamsAsync(long tenantId, CancellationToken ct);

    /// <summary>
    /// Takes exactly this request off the stream and stores what the engine made of it, in one transaction; its sync request becomes running.
    /// False, and nothing is written, when another request has replaced it meanwhile.
    /// </summary>
    Task<bool> TakeRequestAsync(SyncLease lease, StreamKey key, PendingRequest request, StreamProgress progress, CancellationToken ct);

    /// <summary>Stores the stream's progress where no run is concerned: nothing was due after all, or only the schedule moved.</summary>
    Task SaveProgressAsync(SyncLease lease, StreamKey key, StreamProgress progress, CancellationToken ct);

    /// <summary>Writes a run row with status Running; the answer is its id.</summary>
    Task<long> BeginRunAsync(SyncLease lease, RunStart run, CancellationToken ct);

    /// <summary>Moves a run between Running and Waiting, or ends it, together with the stream's progress. Ending the last run of a sync request ends the request.</summary>
    Task UpdateRunAsync(SyncLease lease, RunUpdate run, CancellationToken ct);

    /// <summary>A number that is larger than that of every read begun before: to be taken before the request is sent.</summary>
    Task<long> NextReadSequenceAsync(StreamKey key, CancellationToken ct);

    /// <summary>Stores one page, its seen-marks, its quarantine, the counts of its run and the stream's progress in one transaction.</summary>
    Task<CommitResult> CommitPageAsync(SyncLease lease, PageCommit page, CancellationToken ct);

    /// <summary>
    /// Stores single reads (webhook, Refresh this ticket), outside of any pass and fence; older reads never overwrite newer ones. Writes into the live and, when there is one, the shadow generation.
    /// Null, and nothing is written, when people have chosen other records since <see cref="RowChanges.Choice"/>.
    /// </summary>
    Task<CommitResult?> CommitReadsAsync(StreamKey key, RowChanges changes, CancellationToken ct);

    /// <summary>Kept rows of the generation not seen since the pass began, and how many are kept in all.</summary>
    Task<(long Missing, long Kept)> CountMissingAsync(StreamKey key, int generation, long startSequence, CancellationToken ct);

    /// <summary>The next kept ids not seen since the pass began, ordered by id, after <paramref name="after"/> (null: from the first), at most <paramref name="limit"/>.</summary>
    Task<IReadOnlyList<string>> MissingAsync(StreamKey key, int generation, long startSequence, string? after, int limit, CancellationToken ct);

    /// <summary>Ids kept in the live generation that the shadow neither keeps nor knows to be out of scope, and how many the live one keeps in all.</summary>
    Task<(long Missing, long Kept)> CountMissingInShadowAsync(StreamKey key, int live, int shadow, CancellationToken ct);

    /// <summary>The next ids kept in the live generation of which the shadow knows nothing at all (neither kept, gone nor out of scope), ordered by id, after <paramref name="after"/>.</summary>
    Task<IReadOnlyList<string>> MissingInShadowAsync(StreamKey key, int live, int shadow, string? after, int limit, CancellationToken ct);

    /// <summary>Copies rows and their ledger entries from one generation to the other as they are, unless the other has them: what could not be confirmed must not be lost by a swap.</summary>
    Task CarryOverAsync(SyncLease lease, StreamKey key, int from, int to, IReadOnlyList<string> ids, CancellationToken ct);

    /// <summary>Ids kept aside, oldest attempt first: they are read again by id.</summary>
    Task<IReadOnlyList<string>> QuarantinedAsync(StreamKey key, int limit, CancellationToken ct);

    /// <summary>Parents whose children are to be read (again), most urgent first, with the mark that <see cref="CommitChildrenAsync"/> clears. Nothing is taken off the queue yet.</summary>
    Task<IReadOnlyList<ChildWork>> ChildrenDueAsync(StreamKey childStream, int limit, CancellationToken ct);

    /// <summary>This parent's place in the queue; null when it does not wait.</summary>
    Task<ChildWork?> ChildWorkAsync(StreamKey childStream, string parentId, CancellationToken ct);

    /// <summary>Parents still waiting.</summary>
    Task<ChildrenWaiting> CountChildrenDueAsync(StreamKey childStream, CancellationToken ct);

    /// <summary>Queues kept parents behind everything else, a batch in the order of their ids; the answer is the last id looked at, null after the last batch.</summary>
    /// <param name="after">The last id of the batch before; null: from the first.</param>
    Task<string?> QueueChildrenAsync(SyncLease lease, StreamKey childStream, ParentChoice choice, string? after, int limit, CancellationToken ct);

    /// <summary>Replaces the children of one parent by what was read (removing the others only if the answer was complete), and takes the parent off the queue unless it was queued again since.</summary>
    Task<CommitResult> CommitChildrenAsync(SyncLease? lease, ChildrenCommit children, CancellationToken ct);

    /// <summary>The parent could not be read; it is tried again after the others.</summary>
    Task PostponeChildAsync(SyncLease lease, StreamKey childStream, ChildWork work, string why, CancellationToken ct);

    /// <summary>Makes the shadow generation the live one in one step; the old one is cleared afterwards by <see cref="ClearGenerationsAsync"/>.</summary>
    Task SwapGenerationAsync(SyncLease lease, StreamKey key, StreamProgress progress, CancellationToken ct);

    /// <summary>Removes rows of generations that are neither live nor shadow, a batch at a time; true while there may be more.</summary>
    Task<bool> ClearGenerationsAsync(StreamKey key, int batch, CancellationToken ct);

    /// <summary>Removes ledger entries of rows that were gone or out of scope before the pass began; they are only needed against late reads. That a ticket was deleted is remembered for 90 days.</summary>
    Task ForgetGoneAsync(SyncLease lease, StreamKey key, int generation, long startSequence, CancellationToken ct);

    /// <summary>Forgets everything that was kept aside, because none of it is wanted any more.</summary>
    Task ForgetQuarantinedAsync(SyncLease lease, StreamKey key, CancellationToken ct);

    Task SetStatusAsync(SyncLease lease, IntegrationStatus status, string? reason, string? whatToDo, int unintelligibleRuns, CancellationToken ct);

    /// <summary>What the last test said about each area; a denied one locks its stream, a granted one unlocks it, anything else changes nothing.</summary>
    /// <param name="partition">The client's connection that was tested; empty: the integration's own.</param>
    /// <param name="account">Whose account it is; it is kept where none is known yet. A client's connection takes its name and detail from it.</param>
    Task RecordAreasAsync(long tenantId, long integrationId, string partition, AccountIdentity? account, IReadOnlyList<AreaResult> areas, DateTimeOffset at, CancellationToken ct);

    /// <summary>How one client's connection stands. Connected ends what was said of it, and writes nothing when nothing was; otherwise all its data types are told why they wait.</summary>
    /// <param name="notBefore">When its data types try again by themselves; null: as they are.</param>
    Task SetPartitionAsync(SyncLease lease, string partition, PartitionStatus status, string? reason, string? whatToDo, DateTimeOffset? notBefore, CancellationToken ct);
}

/// <param name="Kind">For history: an incremental or a full pass; children streams say Incremental.</param>
public sealed record RunStart(StreamKey Key, SyncTrigger Trigger, PassKind Kind, long? RequestId, DateTimeOffset StartedAt);

/// <param name="Message">One plain sentence; null for an untroubled success.</param>
/// <param name="Counts">Added to what the run has.</param>
/// <param name="Progress">The stream's new progress; null leaves it.</param>
public sealed record RunUpdate(
    StreamKey Key,
    long RunId,
    RunStatus Status,
    DateTimeOffset At,
    string? Message,
    string? FaultKind,
    RunCounts Counts,
    StreamProgress? Progress);

/// <summary>A record ready to be stored.</summary>
/// <param name="Json">Canonical JSON.</param>
/// <param name="Hash">Of the JSON.</param>
public sealed record StoredRow(ExternalRecord Record, string Json, byte[] Hash)
{
    public static StoredRow Of(ExternalRecord record)
    {
        var (json, hash) = Canonical.JsonAndHash(record);
        return new StoredRow(record, json, hash);
    }
}

/// <summary>Why a row that the vendor has is not kept.</summary>
/// <param name="Reason">A <see cref="ScopeVerdict"/> or company filter in words, for the diagnosis.</param>
public sealed record Exclusion(string ExternalId, string Reason);

/// <summary>Rows that one or several reads brought.</summary>
public sealed record RowChanges
{
    /// <summary>Taken before the read began.</summary>
    public required long ReadSequence { get; init; }
    public required DateTimeOffset ReadAt { get; init; }
    public IReadOnlyList<StoredRow> Rows { get; init; } = [];
    public IReadOnlyList<Exclusion> OutOfScope { get; init; } = [];

    /// <summary>Proved gone at the vendor.</summary>
    public IReadOnlyList<string> Gone { get; init; } = [];
    public IReadOnlyList<BadRow> Bad { get; init; } = [];

    /// <summary>By which they were sorted; null where it does not matter.</summary>
    public RecordChoice? Choice { get; init; }

    /// <summary>A stream read per parent whose parents these rows are: created and changed ones are queued for it; removed ones take their children along.</summary>
    public DataType? ChildType { get; init; }

    /// <summary>Queue the children behind everything else (first read, reconcile).</summary>
    public bool ChildrenAreBackfill { get; init; }

    /// <summary>See <see cref="StreamDefinition.FollowsParentTime"/>.</summary>
    public bool ChildrenFollowTime { get; init; }

    /// <summary>Says which stream reads the children of these; null when there are none.</summary>
    public RowChanges WithChildren(StreamDefinition? children) => this with { ChildType = children?.DataType, ChildrenFollowTime = children?.FollowsParentTime == true };
}

/// <summary>One page of a pass.</summary>
public sealed record PageCommit
{
    public required StreamKey Key { get; init; }
    public required long RunId { get; init; }
    public required RowChanges Changes { get; init; }

    /// <summary>Where to write: the live one, a shadow, or both.</summary>
    public required IReadOnlyList<int> Generations { get; init; }
    public required StreamProgress Progress { get; init; }

    /// <summary>Children that came with the page's rows, each with the sequence of its own stream; a complete set takes its parent off the queue.</summary>
    public IReadOnlyList<ChildrenCommit> Children { get; init; } = [];

    /// <summary>What only the engine can count (read, pages, API calls, waits); the store adds what it counts itself.</summary>
    public required RunCounts Counts { get; init; }
}

/// <param name="NextReadSequence">For the next read of this stream.</param>
/// <param name="Superseded">Rows not written because a later read had already been stored.</param>
public sealed record CommitResult(long Created, long Updated, long Unchanged, long Removed, long LeftScope, long Superseded, long NextReadSequence);

/// <param name="Mark">Grows when the parent is queued again.</param>
public sealed record ChildWork(string ParentId, long Mark, bool Backfill, int Attempts);

/// <param name="All">Parents whose children are to be read.</param>
/// <param name="FirstReads">Those among them that wait in the backfill and have not been tried since they were queued.</param>
public sealed record ChildrenWaiting(long All, long FirstReads);

/// <summary>Which parents are queued.</summary>
/// <param name="OpenOnly">Only those that are still open, where the data type knows such a thing.</param>
/// <param name="Share">Only those whose id says so; null: all.</param>
public sealed record ParentChoice(bool OpenOnly = false, Func<string, bool>? Share = null);

/// <summary>What one parent's children are.</summary>
public sealed record ChildrenCommit
{
    public required StreamKey Key { get; init; }
    public long? RunId { get; init; }
    public required string ParentId { get; init; }

    /// <summary>Null when nothing was queued (a person opened the ticket).</summary>
    public ChildWork? Work { get; init; }
    public required RowChanges Changes { get; init; }

    /// <summary>The rows are the complete set: others of this parent are removed.</summary>
    public required bool Complete { get; init; }
    public RunCounts Counts { get; init; } = new();
}
