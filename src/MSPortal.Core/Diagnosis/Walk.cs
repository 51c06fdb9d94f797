namespace MSPortal.Core.Diagnosis;

/// <summary>What data has to get through before a person sees it, in this order.</summary>
public enum Stage
{
    Connection,
    Synchronization,
    Mapping,
    Visibility,
}

public enum StageOutcome
{
    Passed,
    Failed,

    /// <summary>It could not be found out.</summary>
    Unknown,

    /// <summary>An earlier stage has to be mended first.</summary>
    NotReached,
}

/// <summary>Everything that can keep data from being seen, in the order in which it is looked for.</summary>
public enum Cause
{
    ConnectorMissing,
    CredentialsUnreadable,
    KeyExpired,
    Disconnected,
    Stopped,
    Paused,
    VendorTrouble,

    DataTypeOff,
    PermissionMissing,
    NothingSelected,
    NoSuchTicket,
    DeletedAtVendor,
    Merged,
    ContainerNotSelected,
    StatusExcluded,
    GroupExcluded,
    OptionLeftOut,
    OutsideHistory,
    Quarantined,
    HeldByGuard,
    FirstReadPending,
    Stale,
    NotSyncedYet,
    CouldNotAsk,

    /// <summary>The key may read lists, and not this ticket by itself.</summary>
    TicketRefused,
    NoSuchCompany,

    CompanyNotRead,
    CompanyFilteredOut,
    CompanyBlocked,
    CompanyDeletedAtVendor,
    CompanyNotImported,
    NoCompanyImported,

    CannotSignIn,
    HiddenFromRole,
}

/// <summary>What a button can do about it.</summary>
public enum RemedyKind
{
    /// <summary>Only the vendor's side can mend it; the advice names the place there.</summary>
    AtVendor,
    OpenIntegration,
    Reconnect,
    Resume,
    ChooseTickets,
    CheckPermissions,
    ChooseData,
    SyncNow,

    /// <summary>Reads this one record now and keeps it.</summary>
    BringIn,
    DecideRemovals,
    ImportCompanies,
    SeeBlocked,
    DiagnoseOther,
    SeeTicket,

    /// <summary>What one person may see is changed among the users.</summary>
    ChangePerson,
}

/// <param name="Other">Of <see cref="RemedyKind.DiagnoseOther"/>: the ticket's number; of <see cref="RemedyKind.ChangePerson"/>: “clients” for a client's person.</param>
public sealed record Remedy(RemedyKind Kind, string Label, string? Other = null);

/// <param name="Text">A fact, in a few words.</param>
/// <param name="At">The moment that it is about.</param>
/// <param name="NeedsAttention">It does not stop the data that was asked about, and yet is not as it should be.</param>
public sealed record Evidence(string Text, DateTimeOffset? At = null, bool NeedsAttention = false);

public sealed record StageResult(Stage Stage, StageOutcome Outcome, IReadOnlyList<Evidence> Evidence);

/// <summary>The first thing that keeps the data away.</summary>
/// <param name="Sentence">What it is, plainly.</param>
/// <param name="Advice">What to do about it; null when nothing has to be done.</param>
/// <param name="ExpectedAt">When it will have ended by itself.</param>
public sealed record Finding(Cause Cause, Stage Stage, string Sentence, string? Advice, Remedy Remedy, DateTimeOffset? ExpectedAt = null);

/// <summary>The four stages of one integration's data, up to the first that is not passed.</summary>
/// <param name="Finding">Null when everything is as it should be.</param>
/// <param name="Summary">The outcome in one sentence.</param>
public sealed record Walk(IReadOnlyList<StageResult> Stages, Finding? Finding, string Summary)
{
    /// <summary>Where to see what was asked about, when it can be seen.</summary>
    public Remedy? Next { get; init; }
}

/// <summary>Goes from stage to stage and stops at the first that fails.</summary>
internal sealed class Steps
{
    private readonly List<StageResult> results = [];
    private Finding? finding;

    /// <param name="look">Gathers evidence; the answer is what fails, or null.</param>
    public Steps Then(Stage stage, Func<List<Evidence>, Finding?> look)
    {
        if (finding is not null)
        {
            results.Add(new StageResult(stage, StageOutcome.NotReached, []));
            return this;
        }

        var evidence = new List<Evidence>();
        finding = look(evidence);
        var outcome = finding?.Cause is Cause.CouldNotAsk ? StageOutcome.Unknown : finding is null ? StageOutcome.Passed : StageOutcome.Failed;
        results.Add(new StageResult(stage, outcome, evidence));
        return this;
    }

    public Walk End(string good) => new(results, finding, finding?.Sentence ?? good);
}
