using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;

namespace MSPortal.Storage.Model;

/// <summary>A tenant's configured connection to one provider.</summary>
public sealed class Integration : ITenantOwned
{
    public long Id { get; set; }
    public long TenantId { get; set; }
    public required string Provider { get; set; }
    public required string Name { get; set; }
    public IntegrationStatus Status { get; set; }

    /// <summary>One plain sentence, and what to do about it.</summary>
    public string? StatusReason { get; set; }
    public string? StatusAdvice { get; set; }
    public DateTimeOffset StatusSince { get; set; }

    /// <summary>JSON object of the settings that are not secret.</summary>
    public required string Settings { get; set; }

    /// <summary>The secret settings, encrypted by Data Protection; null after a disconnect.</summary>
    public byte[]? Secrets { get; set; }
    public int SettingsVersion { get; set; }

    /// <summary>JSON of <see cref="TicketScope"/> and <see cref="CompanyFilter"/>.</summary>
    public required string Scope { get; set; }
    public required string CompanyFilter { get; set; }
    public string? AccountId { get; set; }
    public string? AccountName { get; set; }
    public string? VendorVersion { get; set; }

    /// <summary>JSON of the last permission check.</summary>
    public string? Areas { get; set; }
    public DateTimeOffset? AreasCheckedAt { get; set; }
    public int UnintelligibleRuns { get; set; }
    public DateOnly? KeyExpiresOn { get; set; }

    /// <summary>The wizard's step that a person should come back to; null when it was walked to the end.</summary>
    public string? WizardStep { get; set; }
    public long Fence { get; set; }
    public string? LeaseNode { get; set; }
    public DateTimeOffset? LeaseUntil { get; set; }

    /// <summary>End of the window that the last successful manual sync opened.</summary>
    public DateTimeOffset? ManualWindowUntil { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
}

/// <summary>One data type of one integration: what people set, what they asked for, how far the engine is.</summary>
public sealed class StreamRow : ITenantOwned
{
    public long TenantId { get; set; }
    public long IntegrationId { get; set; }
    public DataType DataType { get; set; }
    public string Partition { get; set; } = "";
    public bool Enabled { get; set; }
    public TimeSpan Interval { get; set; }
    public TimeSpan ReconcileInterval { get; set; }
    public DateTimeOffset? RequestedAt { get; set; }
    public SyncTrigger? RequestedTrigger { get; set; }
    public long? RequestId { get; set; }
    public bool RequestedFull { get; set; }
    public bool RequestedShadow { get; set; }
    public long ReadSequence { get; set; }

    // The engine's own, see StreamProgress.
    public DateTimeOffset DueAt { get; set; }
    public DateTimeOffset IncrementalDueAt { get; set; }
    public DateTimeOffset FullDueAt { get; set; }
    public DateTimeOffset? Watermark { get; set; }
    public string? Bookmark { get; set; }
    public string? IncrementalPass { get; set; }
    public string? FullPass { get; set; }
    public int LiveGeneration { get; set; } = 1;
    public int? ShadowGeneration { get; set; }
    public DateTimeOffset? LastCompleteAt { get; set; }
    public DateTimeOffset? LastFullAt { get; set; }
    public DateTimeOffset? LastAttemptAt { get; set; }
    public int BackoffLevel { get; set; }
    public DateTimeOffset? NotBefore { get; set; }
    public string? FaultKind { get; set; }
    public string? FaultSentence { get; set; }
    public DateTimeOffset? FaultSince { get; set; }
    public string? DeniedPermission { get; set; }
    public long? RowCount { get; set; }
}

/// <summary>What a person, a schedule or a webhook asked for; groups the runs that it caused.</summary>
public sealed class SyncRequestRow : ITenantOwned
{
    public long Id { get; set; }
    public long TenantId { get; set; }
    public long IntegrationId { get; set; }
    public SyncTrigger Trigger { get; set; }
    public required string RequestedBy { get; set; }
    public DateTimeOffset RequestedAt { get; set; }

    /// <summary>Comma-separated slugs.</summary>
    public required string DataTypes { get; set; }
    public bool Full { get; set; }
    public bool Shadow { get; set; }
    public RequestStatus Status { get; set; }
    public DateTimeOffset? StartedAt { get; set; }
    public DateTimeOffset? EndedAt { get; set; }
}

public enum RequestStatus
{
    Queued,
    Running,
    Succeeded,
    Partial,
    Failed,
    Cancelled,
}

/// <summary>One attempt to bring one data type up to date.</summary>
public sealed class RunRow : ITenantOwned
{
    public long Id { get; set; }
    public long TenantId { get; set; }
    public long IntegrationId { get; set; }
    public DataType DataType { get; set; }
    public string Partition { get; set; } = "";
    public SyncTrigger Trigger { get; set; }
    public PassKind Kind { get; set; }
    public long? RequestId { get; set; }
    public RunStatus Status { get; set; }
    public DateTimeOffset StartedAt { get; set; }
    public DateTimeOffset? EndedAt { get; set; }
    public DateTimeOffset HeartbeatAt { get; set; }
    public long Fence { get; set; }
    public string? Message { get; set; }
    public string? FaultKind { get; set; }
    public long Read { get; set; }
    public long Created { get; set; }
    public long Updated { get; set; }
    public long Unchanged { get; set; }
    public long Removed { get; set; }
    public long LeftScope { get; set; }
    public long Quarantined { get; set; }
    public long Pages { get; set; }
    public long ApiCalls { get; set; }
    public long RateLimitWaits { get; set; }
    public TimeSpan RateLimitWait { get; set; }
    public long? Total { get; set; }
}

/// <summary>What the runs of one day (UTC) did, added up when they are too old to be kept one by one.</summary>
public sealed class RunDayRow : ITenantOwned
{
    public long TenantId { get; set; }
    public long IntegrationId { get; set; }
    public DataType DataType { get; set; }
    public DateOnly Day { get; set; }
    public long Runs { get; set; }
    public long Succeeded { get; set; }
    public long Partial { get; set; }
    public long Failed { get; set; }
    public TimeSpan Duration { get; set; }
    public long Read { get; set; }
    public long Created { get; set; }
    public long Updated { get; set; }
    public long Unchanged { get; set; }
    public long Removed { get; set; }
    public long LeftScope { get; set; }
    public long Quarantined { get; set; }
    public long Pages { get; set; }
    public long ApiCalls { get; set; }
    public long RateLimitWaits { get; set; }
    public TimeSpan RateLimitWait { get; set; }
}

/// <summary>What is known of an external id, narrow, so that confirming a record never touches its wide row.</summary>
public sealed class LedgerRow : ITenantOwned
{
    public long TenantId { get; set; }
    public long IntegrationId { get; set; }
    public DataType DataType { get; set; }
    public string Partition { get; set; } = "";
    public int Generation { get; set; }
    public required string ExternalId { get; set; }
    public LedgerState State { get; set; }

    /// <summary>Of the stored content; null unless <see cref="LedgerState.Kept"/>.</summary>
    public byte[]? Hash { get; set; }

    /// <summary>Of the newest read that told something about this id.</summary>
    public long ReadSequence { get; set; }

    /// <summary>When the vendor was last asked and answered about it.</summary>
    public DateTimeOffset ConfirmedAt { get; set; }

    /// <summary>Why it is not kept; of a ticket that is gone, its number where that is not its id.</summary>
    public string? Reason { get; set; }
}

public enum LedgerState
{
    Kept,
    Gone,
    OutOfScope,
}

/// <summary>A record that could not be understood; read again until it can.</summary>
public sealed class QuarantineRow : ITenantOwned
{
    public long Id { get; set; }
    public long TenantId { get; set; }
    public long IntegrationId { get; set; }
    public DataType DataType { get; set; }
    public string Partition { get; set; } = "";

    /// <summary>Null when not even the id could be read.</summary>
    public string? ExternalId { get; set; }

    /// <summary>Whose child it is, for records that are read per parent: they go with it.</summary>
    public string? ParentId { get; set; }
    public required string Reason { get; set; }
    public required string Sample { get; set; }

    /// <summary>Of the read that last met it.</summary>
    public long ReadSequence { get; set; }
    public DateTimeOffset FirstSeenAt { get; set; }
    public DateTimeOffset LastSeenAt { get; set; }
    public int Times { get; set; }
}

/// <summary>A parent whose children are to be read (again).</summary>
public sealed class ChildQueueRow : ITenantOwned
{
    public long TenantId { get; set; }
    public long IntegrationId { get; set; }
    public DataType DataType { get; set; }
    public required string ParentId { get; set; }
    public long Mark { get; set; }
    public bool Backfill { get; set; }
    public DateTimeOffset QueuedAt { get; set; }
    public int Attempts { get; set; }
    public DateTimeOffset? NotBefore { get; set; }
    public string? LastError { get; set; }
}
