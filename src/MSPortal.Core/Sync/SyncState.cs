using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Core.Sync;

/// <summary>What set a run going.</summary>
public enum SyncTrigger
{
    Schedule,
    Manual,
    Webhook,
    Initial,
    Resync,
    Reconcile,

    /// <summary>A change of settings (newly chosen boards, a re-enabled data type).</summary>
    Settings,
}

/// <summary>How a run stands or ended.</summary>
public enum RunStatus
{
    Running,

    /// <summary>Between two slices: yielded to other data types, or waiting out a rate limit; goes on from its cursor.</summary>
    Waiting,
    Succeeded,

    /// <summary>Everything readable is stored, but something was kept aside or could not be proved; the message says what.</summary>
    Partial,
    Failed,

    /// <summary>Its process ended or lost its lease; the next run goes on from the cursor.</summary>
    Interrupted,
    Cancelled,
}

/// <summary>One stream of one integration.</summary>
public sealed record StreamKey(long TenantId, long IntegrationId, DataType DataType, string Partition = "");

/// <summary>The right to work on an integration, until another process takes it: every commit is guarded by the number.</summary>
/// <param name="Fence">Only grows; a commit under an older number is refused.</param>
/// <param name="Node">Whose it is.</param>
public sealed record SyncLease(long TenantId, long IntegrationId, long Fence, string Node);

/// <summary>Thrown by every guarded write whose lease has been taken by someone else; nothing was written.</summary>
public sealed class FencedOffException(SyncLease lease)
    : Exception($"Integration {lease.IntegrationId}: this turn is over, because another process or a change of its settings came in between (fence {lease.Fence} is no longer current).");

/// <summary>What the engine needs to know of an integration to work on it.</summary>
public sealed record IntegrationState
{
    public required long TenantId { get; init; }
    public required long Id { get; init; }
    public required string Provider { get; init; }
    public required string Name { get; init; }
    public required IntegrationStatus Status { get; init; }

    /// <summary>Credentials included; null when they were removed or can no longer be decrypted.</summary>
    public SettingsValues? Settings { get; init; }

    /// <summary>Grows with every change of credentials; what a connector remembered under an older one is forgotten.</summary>
    public int SettingsVersion { get; init; }
    public TicketScope Scope { get; init; } = new();
    public CompanyFilter CompanyFilter { get; init; } = new();
    public string? AccountId { get; init; }

    /// <summary>The clients that are connected on their own.</summary>
    public IReadOnlyList<PartitionIdentity> Partitions { get; init; } = [];

    public RecordChoice Choice => new(Scope, CompanyFilter);

    /// <summary>Runs in a row that met data which cannot be understood.</summary>
    public int UnintelligibleRuns { get; init; }

    /// <summary>The tenant's zone (IANA), for work at its night.</summary>
    public string TimeZone { get; init; } = "UTC";
}

/// <summary>Which records people want of an integration.</summary>
public sealed record RecordChoice(TicketScope Tickets, CompanyFilter Companies)
{
    /// <summary>It takes in the same records.</summary>
    public bool SelectsLike(RecordChoice other) => Tickets.SelectsLike(other.Tickets) && Companies.AdmitsLike(other.Companies);
}

/// <summary>Which companies are taken in (Sync step of the wizard).</summary>
public sealed record CompanyFilter
{
    public bool SkipInactive { get; init; }
    public IReadOnlyList<string> ExcludedTypes { get; init; } = [];
    public IReadOnlyList<string> ExcludedStatuses { get; init; } = [];

    /// <summary>Companies that are new at the vendor become companies here by themselves, once a person has imported the first ones; otherwise people are told of them.</summary>
    public bool ImportNew { get; init; }

    /// <summary>From where on a company counts as new; whatever stood there before is a person's to import.</summary>
    public NewCompanyMark? NewFrom { get; init; }

    /// <summary>It takes in the same companies.</summary>
    public bool AdmitsLike(CompanyFilter other) => SkipInactive == other.SkipInactive
        && ExcludedTypes.ToHashSet().SetEquals(other.ExcludedTypes) && ExcludedStatuses.ToHashSet().SetEquals(other.ExcludedStatuses);

    public bool Admits(ExternalCompany company) =>
        !(SkipInactive && (company.IsInactive || company.IsDeleted))
        && !(company.StatusId is { } status && ExcludedStatuses.Contains(status))
        && (company.TypeIds.Count == 0 || company.TypeIds.Any(t => !ExcludedTypes.Contains(t)));
}

/// <param name="Since">When the mark was set; only a complete read that began later says what is new.</param>
/// <param name="Generation">The copy that was looked through.</param>
/// <param name="After">Rows of that copy that were stored later are new; null before the first look.</param>
/// <param name="Newest">The youngest row that was seen; null while nothing is new.</param>
public sealed record NewCompanyMark(DateTimeOffset Since, int Generation = 0, DateTimeOffset? After = null, DateTimeOffset? Newest = null);

/// <summary>PRODUCT's statuses; “needs attention” is derived from the streams, <i>syncing</i> from the runs.</summary>
public enum IntegrationStatus
{
    Active,
    Error,
    Disconnected,
    Stopped,
    Paused,
}

/// <summary>A stream with what people set, what they asked for, and how far the engine is.</summary>
public sealed record StreamState
{
    public required StreamKey Key { get; init; }

    /// <summary>A person's toggle.</summary>
    public required bool Enabled { get; init; }
    public required TimeSpan Interval { get; init; }
    public required TimeSpan ReconcileInterval { get; init; }

    /// <summary>What someone asked for and the engine has not taken up yet.</summary>
    public PendingRequest? Request { get; init; }
    public required StreamProgress Progress { get; init; }
}

/// <param name="RequestId">The sync request that it belongs to; null for the engine's own.</param>
/// <param name="Full">A complete read is wanted.</param>
/// <param name="Shadow">Clear &amp; Resync: the complete read goes to a shadow generation.</param>
public sealed record PendingRequest(DateTimeOffset At, SyncTrigger Trigger, long? RequestId, bool Full, bool Shadow);

/// <summary>The engine's own part of a stream row: only the engine writes it, always under its lease.</summary>
public sealed record StreamProgress
{
    /// <summary>When there is next something to do on schedule: the earliest of everything below.</summary>
    public required DateTimeOffset DueAt { get; init; }
    public DateTimeOffset IncrementalDueAt { get; init; }
    public DateTimeOffset FullDueAt { get; init; }

    /// <summary>Everything that the vendor changed before this moment (vendor's clock, UTC) is stored; null before the first full pass began.</summary>
    public DateTimeOffset? Watermark { get; init; }

    /// <summary>Where the vendor tells the changes after everything that is stored, for streams that follow one; null while there is none.</summary>
    public string? Bookmark { get; init; }

    /// <summary>An incremental pass under way.</summary>
    public PassState? Incremental { get; init; }

    /// <summary>A full pass under way; stands beside the incremental ones, so that long first reads keep nothing waiting.</summary>
    public PassState? Full { get; init; }

    /// <summary>The generation that lists and pages show.</summary>
    public int LiveGeneration { get; init; } = 1;

    /// <summary>A generation being read beside it (Clear &amp; Resync).</summary>
    public int? ShadowGeneration { get; init; }

    /// <summary>Start of the newest complete, committed pass: what freshness is measured from.</summary>
    public DateTimeOffset? LastCompleteAt { get; init; }
    public DateTimeOffset? LastFullAt { get; init; }
    public DateTimeOffset? LastAttemptAt { get; init; }

    /// <summary>Step on the back-off ladder; 0 is untroubled. A success steps one level down.</summary>
    public int BackoffLevel { get; init; }

    /// <summary>Not before this moment (rate limit or back-off).</summary>
    public DateTimeOffset? NotBefore { get; init; }
    public string? FaultKind { get; init; }
    public string? FaultSentence { get; init; }
    public DateTimeOffset? FaultSince { get; init; }

    /// <summary>The vendor permission that is missing; while set, the stream is off and re-checked weekly and by Re-check.</summary>
    public string? DeniedPermission { get; init; }

    /// <summary>Rows kept at the end of the last complete pass.</summary>
    public long? RowCount { get; init; }
}

public enum PassPhase
{
    Reading,

    /// <summary>Everything is read; missing ids are being confirmed with the vendor.</summary>
    Confirming,

    /// <summary>The mass-delete guard holds the deletions; a person decides.</summary>
    Held,

    /// <summary>All is decided; rows of generations that are no longer needed are being removed.</summary>
    Clearing,
}

/// <summary>Where a pass stands, enough to go on after a crash.</summary>
public sealed record PassState
{
    public required PassKind Kind { get; init; }
    /// <summary>The open run; 0 when there is none.</summary>
    public required long RunId { get; init; }

    /// <summary>The lease under which the run is running; null while it waits. Found set under a new lease, the run was interrupted.</summary>
    public long? RunningUnder { get; init; }
    public required SyncTrigger Trigger { get; init; }
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When this complete read was first begun, however often it has begun anew since.</summary>
    public DateTimeOffset? TryingSince { get; init; }

    /// <summary>Read sequence at its start: a ledger row with a smaller one was not seen since.</summary>
    public required long StartSequence { get; init; }
    public required int Generation { get; init; }
    public PassPhase Phase { get; init; }

    /// <summary>The connector's cursor.</summary>
    public string? Cursor { get; init; }

    /// <summary>For an incremental: changes from here on.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>The watermark that a complete end sets: the earlier of our clock and the vendor's at the start.</summary>
    public DateTimeOffset NewWatermark { get; init; }

    /// <summary>For a complete read into a shadow: its bookmark, which counts once that is the live copy.</summary>
    public string? Bookmark { get; init; }

    /// <summary>A row without a readable id was met: this pass cannot conclude deletions.</summary>
    public bool PruneBlocked { get; init; }

    /// <summary>Ids missing when the guard held the pass.</summary>
    public int HeldMissing { get; init; }

    /// <summary>Who let the held deletions through; set by a person, read by the engine.</summary>
    public string? ReleasedBy { get; init; }

    /// <summary>The sync request that asked for it.</summary>
    public long? RequestId { get; init; }

    /// <summary>It is only planned, or has to begin anew: everything but trigger, request and generation is taken afresh.</summary>
    public bool Restart { get; init; }

    /// <summary>How often in a row it ended in doubt.</summary>
    public int Doubts { get; init; }

    /// <summary>Runs of it that failed in a row.</summary>
    public int Failures { get; init; }

    /// <summary>Records kept aside so far.</summary>
    public int BadRows { get; init; }

    /// <summary>Parents whose children could not be read so far.</summary>
    public int Postponed { get; init; }

    /// <summary>While too much is missing: the last id that was asked about before anything may go.</summary>
    public string? SiftAfter { get; init; }

    /// <summary>How many of the missing ids the vendor has confirmed to be gone so far, or could not tell of.</summary>
    public int SiftedGone { get; init; }

    /// <summary>While confirming: the last id that was asked about.</summary>
    public string? ConfirmAfter { get; init; }

    /// <summary>While confirming: ids of which the vendor could not tell.</summary>
    public int Unconfirmed { get; init; }
}

/// <summary>What a run did so far.</summary>
public sealed record RunCounts
{
    public long Read { get; init; }
    public long Created { get; init; }
    public long Updated { get; init; }
    public long Unchanged { get; init; }

    /// <summary>Gone at the vendor, with proof.</summary>
    public long Removed { get; init; }

    /// <summary>No longer in the chosen scope.</summary>
    public long LeftScope { get; init; }

    /// <summary>Kept aside because they could not be understood.</summary>
    public long Quarantined { get; init; }
    public long Pages { get; init; }
    public long ApiCalls { get; init; }
    public long RateLimitWaits { get; init; }
    public TimeSpan RateLimitWait { get; init; }

    /// <summary>How many rows the pass will bring, when the vendor says so.</summary>
    public long? Total { get; init; }

    public static RunCounts operator +(RunCounts a, RunCounts b) => new()
    {
        Read = a.Read + b.Read,
        Created = a.Created + b.Created,
        Updated = a.Updated + b.Updated,
        Unchanged = a.Unchanged + b.Unchanged,
        Removed = a.Removed + b.Removed,
        LeftScope = a.LeftScope + b.LeftScope,
        Quarantined = a.Quarantined + b.Quarantined,
        Pages = a.Pages + b.Pages,
        ApiCalls = a.ApiCalls + b.ApiCalls,
        RateLimitWaits = a.RateLimitWaits + b.RateLimitWaits,
        RateLimitWait = a.RateLimitWait + b.RateLimitWait,
        Total = b.Total ?? a.Total,
    };

    public static RunCounts Add(RunCounts left, RunCounts right) => left + right;
}
