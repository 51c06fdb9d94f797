using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Web.Features.Clients;
using MSPortal.Web.Features.Tickets;

namespace MSPortal.Web.Features.Integrations;

/// <summary>An integration's status as people see it: the stored one, and “needs attention” where the streams say so.</summary>
public enum IntegrationCondition
{
    Active,
    NeedsAttention,
    Error,
    Disconnected,
    Stopped,
    Paused,
}

/// <summary>One thing that is not as it should be.</summary>
/// <param name="DataType">Null when it concerns the whole integration.</param>
/// <param name="Sentence">What is wrong, plainly.</param>
/// <param name="WhatToDo">Null when MSPortal mends it by itself.</param>
/// <param name="Remedy">Where the button that mends it leads.</param>
public sealed record Attention(DataType? DataType, string Sentence, string? WhatToDo, AttentionRemedy Remedy = AttentionRemedy.None);

/// <summary>What mends it, where a page or command of ours does.</summary>
public enum AttentionRemedy
{
    None,
    ChooseTickets,
    Recheck,
    Decide,
    Clients,
}

/// <summary>What a card, a row of the API or a line of the command line shows of an integration.</summary>
public sealed record IntegrationSummary
{
    public required long Id { get; init; }
    public required string Name { get; init; }
    public required string Provider { get; init; }

    /// <summary>Null when this program has no such connector any more.</summary>
    public ConnectorInfo? Info { get; init; }
    public required IntegrationCondition Condition { get; init; }

    /// <summary>Why it is not simply active, in one sentence.</summary>
    public string? Reason { get; init; }
    public string? WhatToDo { get; init; }
    public DateTimeOffset StatusSince { get; init; }
    public IReadOnlyList<Attention> Concerns { get; init; } = [];

    /// <summary>Start of the newest complete run of any data type.</summary>
    public DateTimeOffset? LastSyncAt { get; init; }

    /// <summary>Null when nothing is going to happen by itself.</summary>
    public DateTimeOffset? NextSyncAt { get; init; }
    public string? AccountName { get; init; }
    public string? VendorVersion { get; init; }

    /// <summary>When the key at the vendor ends, if somebody has said so.</summary>
    public DateOnly? KeyExpiresOn { get; init; }

    /// <summary>Days until then (negative: since then), once it is time to make a new one; null before.</summary>
    public int? KeyDaysLeft { get; init; }

    /// <summary>Until when Sync Now is held back; null when it is not.</summary>
    public DateTimeOffset? WindowUntil { get; init; }
    public IReadOnlyList<StreamSummary> Streams { get; init; } = [];
    public SyncActivity Activity { get; init; } = SyncActivity.None;
    public int LinkedCompanies { get; init; }

    /// <summary>Clients that are connected on their own, by name; null where one connection reads them all.</summary>
    public IReadOnlyList<ClientStanding>? Clients { get; init; }

    /// <summary>Tickets that are here and not shown, because their companies are not imported.</summary>
    public WaitingTickets HeldBack { get; init; } = WaitingTickets.None;

    /// <summary>Where the set-up was left; null when it was walked to the end.</summary>
    public string? WizardStep { get; init; }

    public string ProviderName => Info?.Name ?? Provider;
}

/// <summary>One integration with everything that is known of it.</summary>
public sealed record IntegrationDetail
{
    public required IntegrationSummary Summary { get; init; }
    public string? AccountId { get; init; }

    /// <summary>By key; secrets are masked.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();
    public bool HasCredentials { get; init; }
    public IReadOnlyList<AreaResult> Areas { get; init; } = [];
    public DateTimeOffset? AreasCheckedAt { get; init; }
    public TicketScope Scope { get; init; } = new();
    public CompanyFilter CompanyFilter { get; init; } = new();
    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>What is going on just now.</summary>
/// <param name="Runs">Running and waiting runs.</param>
/// <param name="IsQueued">A sync was asked for that has not begun.</param>
public sealed record SyncActivity(IReadOnlyList<RunSummary> Runs, bool IsQueued)
{
    public static SyncActivity None { get; } = new([], false);

    /// <summary>Worth asking again in a second.</summary>
    public bool IsSyncing => IsQueued || Runs.Any(r => r.Status == RunStatus.Running);
}

/// <summary>One run, going on or over.</summary>
public sealed record RunSummary
{
    public required long Id { get; init; }
    public required long IntegrationId { get; init; }
    public required DataType DataType { get; init; }
    public required SyncTrigger Trigger { get; init; }
    public required PassKind Kind { get; init; }
    public required RunStatus Status { get; init; }
    public required DateTimeOffset StartedAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
    public string? Message { get; init; }
    public string? FaultKind { get; init; }
    public long? RequestId { get; init; }

    /// <summary>Whose connection it read, by the vendor's id; empty where one reads all.</summary>
    public string Partition { get; init; } = "";

    /// <summary>What that client is called.</summary>
    public string? Client { get; init; }
    public required RunCounts Counts { get; init; }

    /// <summary>It succeeded, and yet something about it is odd: what, in one sentence.</summary>
    public string? Warning { get; init; }

    public TimeSpan? Duration => EndedAt - StartedAt;

    /// <summary>What goes on for several clients at once, as one: sums, and the first of the times.</summary>
    internal static RunSummary Together(IReadOnlyList<RunSummary> runs) => runs[0] with
    {
        Client = Words.Count(runs.Count, "client", "clients"),
        Status = runs.Any(r => r.Status == RunStatus.Running) ? RunStatus.Running : runs[0].Status,
        StartedAt = runs.Min(r => r.StartedAt),
        Counts = new RunCounts
        {
            Read = runs.Sum(r => r.Counts.Read),
            Created = runs.Sum(r => r.Counts.Created),
            Updated = runs.Sum(r => r.Counts.Updated),
            Unchanged = runs.Sum(r => r.Counts.Unchanged),
            Removed = runs.Sum(r => r.Counts.Removed),
            LeftScope = runs.Sum(r => r.Counts.LeftScope),
            Quarantined = runs.Sum(r => r.Counts.Quarantined),
            Pages = runs.Sum(r => r.Counts.Pages),
            ApiCalls = runs.Sum(r => r.Counts.ApiCalls),
            RateLimitWaits = runs.Sum(r => r.Counts.RateLimitWaits),
            RateLimitWait = TimeSpan.FromTicks(runs.Sum(r => r.Counts.RateLimitWait.Ticks)),
            Total = runs.All(r => r.Counts.Total is not null) ? runs.Sum(r => r.Counts.Total) : null,
        },
    };
}

/// <summary>Which runs a list shows.</summary>
public sealed record RunFilter(long? IntegrationId = null, DataType? DataType = null, RunStatus? Status = null, long? RequestId = null, string? Partition = null);

/// <summary>A request to sync with the runs that it caused.</summary>
public sealed record RequestSummary(long Id, long IntegrationId, SyncTrigger Trigger, string RequestedBy, DateTimeOffset RequestedAt, Storage.Model.RequestStatus Status, DateTimeOffset? EndedAt, IReadOnlyList<RunSummary> Runs);

/// <summary>An entry of a list that people choose from.</summary>
public sealed record Choice(string Id, string Name, bool IsInactive);

/// <param name="ContainerId">Null when it belongs to all.</param>
public sealed record StatusChoice(string Id, string Name, string? ContainerId, bool IsClosed, bool IsInactive, int? SortOrder);

/// <summary>What Ticket Settings and the company filter choose from.</summary>
/// <param name="ReadAt">When the lists were last read; null: not yet.</param>
public sealed record ChoiceLists(DateTimeOffset? ReadAt, IReadOnlyList<Choice> Containers, IReadOnlyList<StatusChoice> Statuses, IReadOnlyList<Choice> CompanyStatuses, IReadOnlyList<Choice> CompanyTypes)
{
    /// <summary>Teams or ticket categories by which tickets can be left out; empty where they cannot.</summary>
    public IReadOnlyList<Choice> Groups { get; init; } = [];
}
