using MSPortal.Core.Contracts;
using MSPortal.Core.Sync;
using MSPortal.Web.Access;
using MSPortal.Web.Ui;

namespace MSPortal.Web.Features.Tickets;

/// <param name="Message">What happened, in a sentence or two.</param>
/// <param name="Ticket">As it is now; null when it is not to be seen any more.</param>
internal sealed record TicketRefreshed(SingleOutcome Outcome, string Message, TimeSpan? RetryAfter, TicketDetails? Ticket);

/// <summary>Reads one ticket and its notes from the vendor now, and says truthfully what came of it.</summary>
internal sealed class TicketRefresh(SingleReads reads, TicketDetailsQuery details, TimeProvider clock)
{
    /// <summary>A vendor that answers slower than this is worked through by the engine, not waited for by a person.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(25);

    /// <summary>Null when there is no such ticket or it may not be seen.</summary>
    public async Task<TicketRefreshed?> RefreshAsync(Sight sight, Guid id, CancellationToken ct)
    {
        if (await details.FindAsync(sight, id, ct) is not { } before)
        {
            return null;
        }

        var result = await ReadAsync(before, ct);
        var after = await details.FindAsync(sight, id, ct);
        return new TicketRefreshed(result.Outcome, sight.Client is null ? Message(result, before, after) : ClientMessage(result, before, after), result.RetryAfter, after);
    }

    private async Task<SingleResult> ReadAsync(TicketDetails ticket, CancellationToken ct)
    {
        using var patience = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        try
        {
            return await reads.ReadAsync(ticket.Key, ticket.Ticket.ExternalId, WorkPriority.Interactive, either.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return new SingleResult(SingleOutcome.Unknown, "It took too long to answer.");
        }
    }

    private static string Message(SingleResult result, TicketDetails before, TicketDetails? after)
    {
        var from = before.Line.Integration;
        var notes = result.ChildrenTrouble is { } trouble ? $" Its notes could not be read: {trouble}{Again(result.RetryAfter)}" : "";
        return result.Outcome switch
        {
            SingleOutcome.Present when after is null => $"{from} answered, and the ticket now belongs to a company that is not shown here.",
            SingleOutcome.Present => Changes(before, after) is { Length: > 0 } changes ? $"Read from {from} just now. New: {changes}.{notes}" : $"Read from {from} just now. Nothing had changed.{notes}",
            SingleOutcome.Gone => $"{from} says that this ticket does not exist any more, so it was removed here.",
            SingleOutcome.OutOfScope => $"{from} has it, but it is outside of what Ticket Settings select now{Reason(result.Sentence)}. It is no longer kept here.",
            SingleOutcome.Unreadable => $"{from} answered, but the record could not be understood ({result.Sentence?.TrimEnd('.')}). What you see is the last good copy.",
            _ => $"{from} could not be asked: {result.Sentence ?? "it gave no answer."}{Again(result.RetryAfter)} What you see is the copy that we have.",
        };
    }

    /// <summary>What the vendor said, and what is selected to be read, is nobody's at a client.</summary>
    private static string ClientMessage(SingleResult result, TicketDetails before, TicketDetails? after) => result.Outcome switch
    {
        SingleOutcome.Present when after is not null => Changes(before, after) is { Length: > 0 } changes ? $"Read just now. New: {changes}." : "Read just now. Nothing had changed.",
        SingleOutcome.Present or SingleOutcome.Gone or SingleOutcome.OutOfScope => "This ticket is no longer here.",
        SingleOutcome.Unreadable => "It was read just now and could not be understood. What you see is the last good copy.",
        _ => $"It could not be read just now.{Again(result.RetryAfter)} What you see is the copy that we have.",
    };

    private static string Reason(string? verdict) => verdict switch
    {
        nameof(ScopeVerdict.ContainerNotSelected) => " (what it is filed in is not selected)",
        nameof(ScopeVerdict.StatusExcluded) => " (its status is excluded)",
        nameof(ScopeVerdict.GroupExcluded) => " (its team or category is left out)",
        nameof(ScopeVerdict.OutsideHistory) => " (it was closed longer ago than the history that is kept)",
        _ => "",
    };

    private static string Again(TimeSpan? after) => after is { } wait ? $" Try again in {RelativeTime.Span(wait)}." : "";

    private static string Changes(TicketDetails before, TicketDetails after)
    {
        var (a, b) = (before.Ticket, after.Ticket);
        var changed = new List<string>();
        void Note(bool different, string what)
        {
            if (different)
            {
                changed.Add(what);
            }
        }

        Note(a.Summary != b.Summary, "summary");
        Note(a.StatusId != b.StatusId || a.StatusName != b.StatusName, "status");
        Note(a.PriorityId != b.PriorityId || a.Priority != b.Priority, "priority");
        Note(a.OwnerId != b.OwnerId || a.OwnerName != b.OwnerName, "assignee");
        Note(a.CompanyId != b.CompanyId || a.CompanyName != b.CompanyName, "company");
        Note(a.ContainerId != b.ContainerId || a.ContainerName != b.ContainerName, "where it is filed");
        Note(!before.Notes.SequenceEqual(after.Notes), "notes");
        if (changed.Count == 0 && MSPortal.Core.Model.Canonical.Json(a) != MSPortal.Core.Model.Canonical.Json(b))
        {
            changed.Add("other fields");
        }

        return string.Join(", ", changed);
    }
}
