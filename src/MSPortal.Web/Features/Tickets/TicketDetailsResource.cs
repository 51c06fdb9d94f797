using System.ComponentModel;
using MSPortal.Core.Model;

namespace MSPortal.Web.Features.Tickets;

/// <summary>One ticket with its notes, for programs.</summary>
internal sealed record TicketDetailsResource
{
    public required TicketResource Ticket { get; init; }

    [Description("Where to open it in the vendor's own pages.")]
    public required Uri? Url { get; init; }
    public required string? Type { get; init; }
    public required string? SubType { get; init; }
    public required string? Item { get; init; }
    public required string? Team { get; init; }
    public required string? Source { get; init; }
    public required string? Site { get; init; }
    public required string? ContactEmail { get; init; }
    public required DateTimeOffset? DueAt { get; init; }
    public required bool ProjectTicket { get; init; }
    public required TicketReference? Parent { get; init; }
    public required TicketReference? MergedInto { get; init; }

    [Description("When the vendor was last asked and answered about this ticket.")]
    public required DateTimeOffset? ConfirmedAt { get; init; }

    [Description("Why the vendor's newest answer about it could not be understood, so that this is an older copy; null when it could.")]
    public required string? Unreadable { get; init; }

    [Description("Fields of the vendor's without a name of their own here, custom fields among them.")]
    public required IReadOnlyDictionary<string, string?> Extra { get; init; }

    [Description("read, waiting (still to be read), turnedOff, notPermitted or none.")]
    public required string NotesState { get; init; }

    [Description("The description first, then by time.")]
    public required IReadOnlyList<TicketNoteResource> Notes { get; init; }

    [Description("What the staff worked on it, by time.")]
    public required IReadOnlyList<TimeEntryResource> TimeEntries { get; init; }

    public static TicketDetailsResource Of(TicketDetails details)
    {
        var ticket = details.Ticket;
        var state = details.NotesState.ToString();
        return new()
        {
            Ticket = TicketResource.Of(details.Line),
            Url = details.Url,
            Type = ticket.TypeName,
            SubType = ticket.SubTypeName,
            Item = ticket.ItemName,
            Team = ticket.TeamName,
            Source = ticket.SourceName,
            Site = ticket.SiteName,
            ContactEmail = ticket.ContactEmail,
            DueAt = ticket.DueAt,
            ProjectTicket = ticket.IsProjectTicket,
            Parent = TicketReference.Of(details.Parent),
            MergedInto = TicketReference.Of(details.MergedInto),
            ConfirmedAt = details.ConfirmedAt,
            Unreadable = details.Unreadable,
            Extra = ticket.Extra ?? [],
            NotesState = char.ToLowerInvariant(state[0]) + state[1..],
            Notes = [.. details.Notes.Select(TicketNoteResource.Of)],
            TimeEntries = [.. details.TimeEntries.Select(TimeEntryResource.Of)],
        };
    }
}

/// <param name="Id">Null when that ticket is not to be seen here.</param>
internal sealed record TicketReference(Guid? Id, string Number)
{
    public static TicketReference? Of(RelatedTicket? related) => related is null ? null : new(related.Id, related.Number);
}

internal sealed record TicketNoteResource(
    string ExternalId, string? Text, bool Description, bool Internal, bool Resolution, string? Author, bool FromContact, DateTimeOffset? CreatedAt)
{
    public static TicketNoteResource Of(TicketNote note) =>
        new(note.ExternalId, note.Text, note.IsDescription, note.IsInternal, note.IsResolution, note.AuthorName, note.IsFromContact, note.CreatedAt);
}

/// <param name="Billable">Null when the vendor does not say.</param>
/// <param name="Internal">Its notes are not for clients' eyes.</param>
internal sealed record TimeEntryResource(
    string ExternalId, string? User, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, decimal Hours, bool? Billable, string? WorkType, string? Notes, bool Internal)
{
    public static TimeEntryResource Of(TimeEntry entry) =>
        new(entry.ExternalId, entry.UserName, entry.StartedAt, entry.EndedAt, entry.Hours, entry.Billable, entry.WorkType, entry.Notes, entry.IsInternal);
}

/// <param name="Outcome">present, gone, outOfScope or unreadable.</param>
/// <param name="Message">What happened, in a sentence or two.</param>
/// <param name="Ticket">As it is now; null when it is not to be seen any more.</param>
internal sealed record TicketRefreshAnswer(string Outcome, string Message, TicketDetailsResource? Ticket)
{
    public static TicketRefreshAnswer Of(TicketRefreshed result)
    {
        var outcome = result.Outcome.ToString();
        return new(char.ToLowerInvariant(outcome[0]) + outcome[1..], result.Message, result.Ticket is { } ticket ? TicketDetailsResource.Of(ticket) : null);
    }
}
