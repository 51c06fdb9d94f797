using MSPortal.Core.Model;

namespace MSPortal.Core.Contracts;

/// <summary>Speaks one vendor's API; the only thing that a new vendor has to write.</summary>
/// <remarks>
/// Holds no state of its own, never sleeps and never retries: it says what happened by throwing <see cref="FaultException"/>,
/// and the engine decides. Every request goes through <see cref="Session.Http"/>, which keeps the vendor's budget.
/// </remarks>
public interface IConnector
{
    ConnectorInfo Info { get; }

    /// <summary>The form that a person fills in to connect; made from one record with DataAnnotations.</summary>
    SettingsSchema Settings { get; }

    /// <summary>What can be read, in the order in which it is best read first.</summary>
    IReadOnlyList<StreamDefinition> Streams { get; }

    /// <summary>The vendor's published budget, kept before it is hit.</summary>
    IReadOnlyList<RateLimit> Limits { get; }

    /// <summary>What Ticket Settings let a person choose; null when there is nothing to choose.</summary>
    TicketSettingsShape? TicketSettings { get; }

    /// <summary>How the vendor tells us of changes; null when it does not.</summary>
    WebhookSupport? Webhooks => null;

    /// <summary>How each client is connected on its own; null where one connection reads them all.</summary>
    PartitionSupport? Partitions => null;

    /// <summary>Names the account and each area's permission; a refused or wrong setting comes back as <see cref="TestReport.Problem"/>, not as an exception.</summary>
    Task<TestReport> TestAsync(Session session, CancellationToken ct);

    /// <summary>How many tickets a choice brings in, asked of the vendor without reading them; null when it cannot say.</summary>
    Task<int?> PreviewTicketsAsync(Session session, TicketScope scope, CancellationToken ct);
}

/// <param name="Id">Stable id in settings, API and command line: lower case, no spaces.</param>
/// <param name="Name">What people call the product.</param>
/// <param name="Mark">One or two letters for the logo mark.</param>
/// <param name="Color">Hex colour of the mark.</param>
/// <param name="DocsPath">Path of its page in the user guide.</param>
public sealed record ConnectorInfo(string Id, string Name, ProviderCategory Category, string Mark, string Color, string DocsPath)
{
    /// <summary>One sentence for the catalogue.</summary>
    public required string Summary { get; init; }
}

public enum ProviderCategory
{
    Psa,
    Rmm,
    Cloud,
}

/// <param name="ContainerLabel">The vendor's word for what one selects, in the plural: Service Boards, Queues, Ticket Types.</param>
/// <param name="ContainerWord">The same in the singular and in lower case: board, queue, ticket type.</param>
public sealed record TicketSettingsShape(string ContainerLabel, string ContainerWord)
{
    /// <summary>Kinds of tickets that are left out unless a person chooses them.</summary>
    public IReadOnlyList<TicketOption> Options { get; init; } = [];

    /// <summary>By what else tickets can be left out; null when by nothing.</summary>
    public TicketGroups? Groups { get; init; }
}

/// <param name="Kind">The reference list of the groups (<see cref="Model.ReferenceKinds"/>).</param>
/// <param name="Label">The vendor's word in the plural: Teams, Ticket Categories.</param>
/// <param name="Word">The same in the singular and in lower case.</param>
/// <param name="ByName">Tickets name their group and give no id of it.</param>
public sealed record TicketGroups(string Kind, string Label, string Word, bool ByName);

/// <param name="Key">Stable: what <see cref="Ticket.Option"/> and the stored choice say; lower case, no spaces.</param>
/// <param name="Label">What is kept when it is chosen, in the vendor's words: "Project tickets".</param>
/// <param name="Help">What that means, in one sentence.</param>
public sealed record TicketOption(string Key, string Label, string Help);

/// <summary>One readable kind of record: how to read it and how often.</summary>
public sealed record StreamDefinition
{
    public required DataType DataType { get; init; }

    /// <summary>The vendor's word for it, for messages ("Service tickets").</summary>
    public required string Label { get; init; }
    public required TimeSpan Interval { get; init; }
    public TimeSpan MinInterval { get; init; } = TimeSpan.FromMinutes(1);
    public TimeSpan MaxInterval { get; init; } = TimeSpan.FromDays(1);

    /// <summary>How often a complete read looks for deletions and missed changes.</summary>
    public TimeSpan ReconcileInterval { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Whether the vendor can say what changed since a moment; if not, every pass is a full one.</summary>
    public bool CanReadChanges { get; init; } = true;

    /// <summary>Changes are told only from the place where the last complete pass ended (<see cref="Page.Bookmark"/>), not since a moment; while there is none, every pass is a full one.</summary>
    public bool FollowsBookmark { get; init; }

    /// <summary>Steps the watermark back, for clocks that differ and for rows that the vendor commits late.</summary>
    public TimeSpan Overlap { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Data types that should have been read once before this one.</summary>
    public IReadOnlyList<DataType> Needs { get; init; } = [];

    /// <summary>An area that must be granted for the integration to work at all.</summary>
    public bool Required { get; init; }
    public bool EnabledByDefault { get; init; } = true;

    /// <summary>Read once for each client's connection, see <see cref="PartitionSupport"/>; not for what is read per parent.</summary>
    public bool PerPartition { get; init; }

    /// <summary>A history that the vendor forgets in time: what it no longer tells is kept.</summary>
    public bool KeepsHistory { get; init; }
    public required VendorPermission Permission { get; init; }

    /// <summary>Reads pages of an incremental or full pass, from a cursor on; null for a stream that is read per parent (<see cref="ReadChildren"/>).</summary>
    /// <remarks>Asks for the next page only when the engine does: what it got is stored by then. The last page has <see cref="Page.Complete"/>.</remarks>
    public Func<Session, ReadRequest, CancellationToken, IAsyncEnumerable<Page>>? Read { get; init; }

    /// <summary>Reads single records by id, saying of each whether it is there, gone, or could not be told. The proof that a deletion needs.</summary>
    /// <remarks>Null where the vendor has no such read; then nothing of this stream is ever pruned without a person.</remarks>
    public Func<Session, IReadOnlyList<string>, CancellationToken, Task<IReadOnlyList<ReadResult>>>? ReadByIds { get; init; }

    /// <summary>Finds one record by what people call it, chosen or not, so that a person can be told why it is not here; “gone” means that there is none.</summary>
    /// <remarks>Null where <see cref="ReadByIds"/> does: the number is the id, and nothing is hidden from it.</remarks>
    public Func<Session, string, CancellationToken, Task<ReadResult>>? FindByNumber { get; init; }

    /// <summary>For a stream read per parent record (notes of a ticket): its parent's data type.</summary>
    public DataType? Parent { get; init; }

    /// <summary>For a stream read per parent: only a parent whose <see cref="ExternalRecord.VendorUpdatedAt"/> moves has other children than before; its other changes cost no read.</summary>
    public bool FollowsParentTime { get; init; }

    /// <summary>Its records come and go by nature (alerts): each removal is proved, but many at once are nothing to ask a person about.</summary>
    public bool IsFleeting { get; init; }

    /// <summary>Reads all children of one parent; the answer is the complete set.</summary>
    public Func<Session, string, CancellationToken, Task<ChildrenResult>>? ReadChildren { get; init; }
}

/// <param name="Area">Where a person finds it among ours: "Service tickets".</param>
/// <param name="Name">The vendor's name of the permission.</param>
/// <param name="Where">Where it lives in the vendor's own settings.</param>
public sealed record VendorPermission(string Area, string Name, string Where);

public enum PassKind
{
    /// <summary>What changed since <see cref="ReadRequest.Since"/>.</summary>
    Incremental,

    /// <summary>Everything in scope; the only pass that may conclude deletions.</summary>
    Full,
}

/// <param name="Cursor">Where to go on; <see cref="Cursor.Start"/> at the beginning of a pass.</param>
/// <param name="Since">For an incremental: changes from here on, overlap already subtracted; UTC.</param>
public sealed record ReadRequest(PassKind Pass, Cursor Cursor, DateTimeOffset? Since)
{
    /// <summary>The <see cref="Page.Bookmark"/> of the newest complete pass: from there on changes are wanted; null when there is none.</summary>
    public string? Bookmark { get; init; }
}

/// <summary>A place in a pass, in the connector's own words; opaque to everyone else, small enough for a row.</summary>
public readonly record struct Cursor(string? Value)
{
    public static readonly Cursor Start = new(null);

    public bool IsStart => Value is null;
}

/// <summary>One answer of the vendor. Rows and cursor are stored together or not at all.</summary>
/// <param name="Rows">The good rows.</param>
/// <param name="Next">Where the pass goes on after this page.</param>
public sealed record Page(IReadOnlyList<ExternalRecord> Rows, Cursor Next)
{
    /// <summary>The pass is over, and the vendor's own count or contract says that nothing is missing.</summary>
    public bool Complete { get; init; }

    /// <summary>The pass is over, but what came is not provably everything; the sentence says why. Nothing is pruned, the watermark stays.</summary>
    public string? Doubt { get; init; }

    /// <summary>On the last page of a complete pass: where the vendor tells the changes that come after what this pass brought, in the connector's own words. Stored with that page, and handed to the passes after it.</summary>
    public string? Bookmark { get; init; }

    /// <summary>Instead of changes: the vendor no longer knows the bookmark; the sentence says so. The bookmark is forgotten, and a full pass begins at once, which alone can conclude what has gone meanwhile.</summary>
    public string? StartOver { get; init; }

    /// <summary>Ids that the vendor itself says are deleted.</summary>
    public IReadOnlyList<string> Deleted { get; init; } = [];

    /// <summary>Rows that could not be understood; each is kept aside and never costs another.</summary>
    public IReadOnlyList<BadRow> Bad { get; init; } = [];

    /// <summary>Children that came inside the rows (a ticket's comments): stored with the page. A complete set spares its parent the read of <see cref="StreamDefinition.ReadChildren"/>.</summary>
    public IReadOnlyList<ChildSet> Children { get; init; } = [];

    /// <summary>How many rows the whole pass will bring, when the vendor says so.</summary>
    public int? Total { get; init; }

    /// <summary>The vendor's clock (its Date header) when this page was asked for.</summary>
    public DateTimeOffset? VendorTime { get; init; }
}

/// <param name="ExternalId">Null when not even the id could be read: then the pass cannot conclude deletions.</param>
/// <param name="Reason">One sentence: field and trouble.</param>
/// <param name="Sample">The start of the raw row, at most 4,000 characters, secrets removed.</param>
public sealed record BadRow(string? ExternalId, string Reason, string Sample)
{
    /// <summary>Whose child it is, for records that are read per parent; storage fills it in.</summary>
    public string? ParentId { get; init; }
}

/// <summary>What the vendor says about one id.</summary>
public abstract record ReadResult(string ExternalId)
{
    public sealed record Present(ExternalRecord Record) : ReadResult(Record.ExternalId);

    /// <summary>The vendor said plainly that there is no such record.</summary>
    public sealed record Gone(string ExternalId) : ReadResult(ExternalId);

    /// <summary>There, but not understood.</summary>
    public sealed record Bad(string ExternalId, BadRow Row) : ReadResult(ExternalId);

    /// <summary>No proof either way.</summary>
    public sealed record Unknown(string ExternalId, string Why) : ReadResult(ExternalId)
    {
        /// <summary>The key may not read this record, which asking again does not change.</summary>
        public bool IsRefused { get; init; }
    }
}

/// <param name="Rows">All children of the parent.</param>
/// <param name="Complete">False when it is not certain that these are all; then none is removed.</param>
/// <param name="ParentGone">The vendor says that the parent does not exist.</param>
public sealed record ChildrenResult(IReadOnlyList<ExternalRecord> Rows, bool Complete = true, bool ParentGone = false)
{
    public IReadOnlyList<BadRow> Bad { get; init; } = [];
}

/// <summary>The children of one row of a page.</summary>
/// <param name="DataType">That of the stream whose <see cref="StreamDefinition.Parent"/> the page's is.</param>
/// <param name="ParentId">A row of the same page.</param>
public sealed record ChildSet(DataType DataType, string ParentId, ChildrenResult Result);
