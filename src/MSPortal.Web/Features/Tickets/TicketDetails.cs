using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;

namespace MSPortal.Web.Features.Tickets;

/// <summary>Everything that one ticket's page shows.</summary>
public sealed record TicketDetails
{
    public required TicketLine Line { get; init; }

    /// <summary>The record as last read.</summary>
    public required Ticket Ticket { get; init; }
    public required StreamKey Key { get; init; }

    /// <summary>When the vendor was last asked and answered about it.</summary>
    public required DateTimeOffset? ConfirmedAt { get; init; }

    /// <summary>Why the vendor's newest answer about it could not be understood; null when it could: what is shown is older than that.</summary>
    public string? Unreadable { get; init; }

    /// <summary>Of its integration: only one that reads confirms anything.</summary>
    public IntegrationStatus Status { get; init; }

    /// <summary>The description first, then by time.</summary>
    public required IReadOnlyList<TicketNote> Notes { get; init; }

    /// <summary>What the staff worked on it, by time.</summary>
    public IReadOnlyList<TimeEntry> TimeEntries { get; init; } = [];
    public required TicketNotesState NotesState { get; init; }

    /// <summary>Names the permission when the key lacks it.</summary>
    public string? NotesPermission { get; init; }
    public RelatedTicket? Parent { get; init; }
    public RelatedTicket? MergedInto { get; init; }

    /// <summary>Without what is for those who work here alone: whatever is internal or may be, the vendor's own fields, and the number of any ticket that is not theirs.</summary>
    public TicketDetails ForClients() => this with
    {
        Ticket = Ticket with { Extra = null, Url = null, ParentTicketId = null, MergedIntoId = null },
        Unreadable = null,
        Notes = [.. Notes.Where(n => !n.IsInternal).Select(n => n with { Extra = null })],
        TimeEntries = [.. TimeEntries.Where(t => !t.IsInternal).Select(t => t with { Extra = null, Billable = null })],
        NotesState = NotesState is TicketNotesState.NotPermitted or TicketNotesState.TurnedOff ? TicketNotesState.None : NotesState,
        Status = IntegrationStatus.Active, // When it was confirmed tells them how old it is; how the portal is run is nobody's at a client.
        NotesPermission = null,
        Parent = Parent?.Id is null ? null : Parent,
        MergedInto = MergedInto?.Id is null ? null : MergedInto,
    };

    /// <summary>Why nothing confirms it any more, in a few words; null while something does.</summary>
    public string? Unconfirmed => Status switch
    {
        IntegrationStatus.Disconnected => $"no longer confirmed: {Line.Integration} is disconnected",
        IntegrationStatus.Stopped => $"no longer confirmed: {Line.Integration} was stopped",
        IntegrationStatus.Paused => $"not confirmed while {Line.Integration} is paused",
        _ => null,
    };

    /// <summary>The vendor's address, if it is one that a browser may be sent to.</summary>
    public Uri? Url => Uri.TryCreate(Ticket.Url, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp) ? url : null;
}

public enum TicketNotesState
{
    Read,

    /// <summary>Notes of this ticket are still to be read (again).</summary>
    Waiting,
    TurnedOff,
    NotPermitted,

    /// <summary>This integration brings no notes.</summary>
    None,
}

/// <param name="Id">Null when it is not to be seen here.</param>
public sealed record RelatedTicket(Guid? Id, string Number, string? Summary);
