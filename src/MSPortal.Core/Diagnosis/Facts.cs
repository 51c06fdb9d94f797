using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;

namespace MSPortal.Core.Diagnosis;

/// <summary>How an integration stands, as gathered for a diagnosis: everything in it was looked up, nothing concluded yet.</summary>
public sealed record IntegrationFacts
{
    public required DateTimeOffset Now { get; init; }
    public required string Name { get; init; }

    /// <summary>False when this program cannot speak to it any more.</summary>
    public bool HasConnector { get; init; } = true;
    public bool HasCredentials { get; init; } = true;

    /// <summary>False when the key that protects them is lost.</summary>
    public bool CredentialsReadable { get; init; } = true;
    public required IntegrationStatus Status { get; init; }
    public string? Reason { get; init; }
    public string? Advice { get; init; }
    public DateTimeOffset StatusSince { get; init; }
    public string? AccountName { get; init; }
    public DateOnly? KeyExpiresOn { get; init; }
    public TicketScope Scope { get; init; } = new();

    /// <summary>Null where there is nothing to choose.</summary>
    public TicketSettingsShape? Shape { get; init; }

    /// <summary>In the connector's order.</summary>
    public IReadOnlyList<StreamFacts> Streams { get; init; } = [];
    public int LinkedCompanies { get; init; }

    /// <summary>Companies that were read and nobody has linked or blocked.</summary>
    public int UnlinkedCompanies { get; init; }

    /// <summary>Tickets that are here and not shown, because their companies are not imported.</summary>
    public int WaitingTickets { get; init; }
    public int ShownTickets { get; init; }

    public StreamFacts? Stream(DataType type) => Streams.FirstOrDefault(s => s.State.Key.DataType == type);
}

/// <param name="Label">The vendor's word for it.</param>
/// <param name="NextAt">When it is read next by itself; null when it is not.</param>
/// <param name="Quarantined">Records kept aside.</param>
public sealed record StreamFacts(StreamState State, string Label, bool Required, VendorPermission Permission, DateTimeOffset? NextAt, int Quarantined)
{
    public StreamProgress Progress => State.Progress;

    public Freshness Freshness(DateTimeOffset now) => Health.Of(Progress, State.Interval, now);
}

/// <summary>What is known of one company of an integration.</summary>
public sealed record CompanyFacts
{
    /// <summary>Null when only our own company is known.</summary>
    public string? ExternalId { get; init; }
    public required string Name { get; init; }
    public required CompanyPlace Place { get; init; }

    /// <summary>Our company's name; null when it is not linked.</summary>
    public string? LinkedTo { get; init; }
    public string? BlockedBy { get; init; }
    public int ShownTickets { get; init; }
    public int StoredTickets { get; init; }
}

public enum CompanyPlace
{
    /// <summary>It was read and is here.</summary>
    Read,

    /// <summary>The company filter leaves it out.</summary>
    FilteredOut,

    /// <summary>The vendor does not have it any more.</summary>
    Gone,

    /// <summary>It could not be understood.</summary>
    Quarantined,

    /// <summary>It never came.</summary>
    Unknown,

    /// <summary>It is a company of ours that no company of this integration is linked to.</summary>
    OursOnly,
}

/// <summary>What is known of one ticket of an integration.</summary>
public sealed record TicketFacts
{
    public required string Number { get; init; }

    /// <summary>Null when it is not here.</summary>
    public KeptTicket? Kept { get; init; }

    /// <summary>What the vendor said of it when asked just now.</summary>
    public VendorAnswer Answer { get; init; } = VendorAnswer.NotAsked;

    /// <summary>It was here once, or is known to be gone or left out.</summary>
    public LedgerNote? Known { get; init; }

    /// <summary>Why a newer form of it could not be understood.</summary>
    public string? QuarantineReason { get; init; }

    /// <summary>Its company, when it has one and is here.</summary>
    public CompanyFacts? Company { get; init; }

    /// <summary>The person who should see it; null when nobody was named.</summary>
    public ViewerFacts? Viewer { get; init; }
}

/// <summary>Whether one person sees a ticket.</summary>
/// <param name="Name">What to call them.</param>
/// <param name="IsClient">A client's own person.</param>
public sealed record ViewerFacts(string Name, bool IsClient, ViewerSees Sees);

public enum ViewerSees
{
    It,
    NothingDisabled,
    NothingNotInvited,
    NothingWithoutSecondFactor,
    NothingWithoutPermission,

    /// <summary>None of their contacts is active and of their company.</summary>
    NothingWithoutContact,
    OnlyAssigned,
    OnlyTheirCompany,
    OnlyTheirLocation,
    OnlyTheirs,
}

/// <param name="Missing">The last complete read did not find it, and its removal is held back.</param>
public sealed record KeptTicket(Guid Id, Ticket Ticket, DateTimeOffset? ConfirmedAt, bool IsClosed, bool Missing = false);

/// <summary>What is remembered of an id that is not kept.</summary>
/// <param name="IsGone">The vendor said that it does not exist any more; otherwise it was left out.</param>
public sealed record LedgerNote(bool IsGone, string? Reason, DateTimeOffset At);

public enum VendorSays
{
    NotAsked,
    NoSuch,
    There,
    Unreadable,
    CouldNotTell,

    /// <summary>The key may not read it.</summary>
    Refused,
}

/// <param name="Sentence">Why it could not be read or told.</param>
/// <param name="RetryAfter">When to ask again, if the vendor wants a pause.</param>
public sealed record VendorAnswer(VendorSays Says, Ticket? Ticket = null, string? Sentence = null, TimeSpan? RetryAfter = null)
{
    public static VendorAnswer NotAsked { get; } = new(VendorSays.NotAsked);
}
