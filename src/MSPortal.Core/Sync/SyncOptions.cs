using MSPortal.Core.Contracts;

namespace MSPortal.Core.Sync;

/// <summary>The engine's measures; the defaults are what the product promises.</summary>
public sealed record SyncOptions
{
    /// <summary>Who takes leases; unique per process.</summary>
    public string Node { get; init; } = $"{Environment.MachineName}:{Environment.ProcessId}";

    /// <summary>A process that does not renew for this long has lost its integrations.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(30);
    public TimeSpan LeaseRenewal { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A long pass lets others have their turn after this time or this many pages, whichever comes first.</summary>
    public TimeSpan SliceTime { get; init; } = TimeSpan.FromSeconds(30);
    public int SlicePages { get; init; } = 50;

    /// <summary>How long an integration keeps its place on a node while others wait for one.</summary>
    public TimeSpan CrowdedTurn { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Parents whose children are read in one slice.</summary>
    public int SliceParents { get; init; } = 500;

    /// <summary>Parents queued by one transaction when many are at once.</summary>
    public int QueueBatch { get; init; } = 500;

    /// <summary>Nights within which the children of all open parents are read again, since no change of the parent tells of some changes.</summary>
    public int RereadNights { get; init; } = 7;

    /// <summary>Missing ids that are confirmed by one read.</summary>
    public int ConfirmBatch { get; init; } = 50;

    /// <summary>Rows of old generations removed by one transaction.</summary>
    public int ClearBatch { get; init; } = 500;

    /// <summary>Kept-aside records that an incremental pass reads again.</summary>
    public int QuarantineBatch { get; init; } = 50;

    /// <summary>More than this share and more than this number missing: nothing is pruned until a person decides.</summary>
    public double GuardShare { get; init; } = 0.15;
    public int GuardRows { get; init; } = 20;

    /// <summary>Waits by step of the back-off; step 0 is untroubled.</summary>
    public IReadOnlyList<TimeSpan> Ladder { get; init; } =
        [TimeSpan.Zero, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(30)];

    /// <summary>When the vendor asks for a pause without saying how long.</summary>
    public TimeSpan UnknownRetryAfter { get; init; } = TimeSpan.FromSeconds(30);
    public TimeSpan MinRetryAfter { get; init; } = VendorPause.Shortest;
    public TimeSpan MaxRetryAfter { get; init; } = VendorPause.Longest;

    /// <summary>Runs in a row with data that cannot be understood, after which the integration is stopped.</summary>
    public int StopAfterUnintelligible { get; init; } = 10;

    /// <summary>Failed runs in a row of a required stream, after which the integration shows an error.</summary>
    public int ErrorAfterFailures { get; init; } = 3;

    /// <summary>How often a data type without permission is tried again by itself.</summary>
    public TimeSpan RecheckDenied { get; init; } = TimeSpan.FromDays(7);

    /// <summary>When the data types of a client whose connection is refused try again by themselves: its administrator may have agreed without telling anybody.</summary>
    public TimeSpan RecheckDetached { get; init; } = TimeSpan.FromHours(6);

    /// <summary>Work that nobody waits for gives its turn back rather than wait longer than this for the budget.</summary>
    public TimeSpan MaxBudgetWait { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The step for a level, the last one for everything above.</summary>
    public TimeSpan Step(int level) => Ladder[Math.Clamp(level, 0, Ladder.Count - 1)];

    /// <summary>A pause as the vendor asked for it, made sensible.</summary>
    public TimeSpan Pause(TimeSpan? retryAfter) => retryAfter switch
    {
        null => UnknownRetryAfter,
        { } asked when asked < MinRetryAfter => MinRetryAfter,
        { } asked when asked > MaxRetryAfter => MaxRetryAfter,
        { } asked => asked,
    };

    /// <summary>Whether this many missing rows are too many to be believed.</summary>
    public bool IsMassDeletion(long missing, long kept) => missing > GuardRows && missing > GuardShare * kept;
}
