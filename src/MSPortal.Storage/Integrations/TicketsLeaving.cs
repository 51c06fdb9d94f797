using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Storage.Model;

namespace MSPortal.Storage.Integrations;

/// <summary>Which stored tickets a change of scope concerns, as far as their columns say; what the vendor itself counts as closed is in the payload only.</summary>
internal sealed class TicketsLeaving
{
    private readonly DateTimeOffset now;

    public TicketsLeaving(TicketScope older, TicketScope scope, DateTimeOffset now)
    {
        (Scope, this.now) = (scope, now);
        var all = scope.Containers is null;
        var containers = scope.Containers?.ToArray() ?? [];
        var excluded = scope.ExcludedStatuses.ToArray();
        // As the payload has them, which alone knows them.
        var groups = scope.ExcludedGroups.Select(g => $"\"groupId\":{Canonical.Json(g)}").ToArray();
        var closed = scope.ClosedStatuses.ToArray();
        var reopened = older.ClosedStatuses.Except(scope.ClosedStatuses).ToArray();
        // The same choice once more finishes what was broken off, and nobody knows which statuses that one changed.
        var anew = scope.SelectsLike(older);
        var options = scope.Options.ToArray();
        var since = scope.ClosedSince(now) ?? DateTimeOffset.MinValue;

        Surely = t => (!all && (t.ContainerId == null || !containers.Contains(t.ContainerId)))
            || (t.StatusId != null && excluded.Contains(t.StatusId))
            || groups.Any(g => t.Payload.Contains(g))
            || (t.OptionKey != null && !options.Contains(t.OptionKey))
            || (((t.StatusId != null && closed.Contains(t.StatusId)) || (t.IsClosed && (t.StatusId == null || !reopened.Contains(t.StatusId))))
                && (t.ClosedAt ?? t.VendorUpdatedAt) < since);
        Perhaps = t => t.StatusId != null && reopened.Contains(t.StatusId) && t.IsClosed && (t.ClosedAt ?? t.VendorUpdatedAt) < since
            && (all || (t.ContainerId != null && containers.Contains(t.ContainerId))) && !excluded.Contains(t.StatusId)
            && !groups.Any(g => t.Payload.Contains(g))
            && (t.OptionKey == null || options.Contains(t.OptionKey));
        Concerned = t => (!all && (t.ContainerId == null || !containers.Contains(t.ContainerId)))
            || groups.Any(g => t.Payload.Contains(g))
            || (t.StatusId != null && (excluded.Contains(t.StatusId) || reopened.Contains(t.StatusId) || (!t.IsClosed && closed.Contains(t.StatusId))))
            || (t.OptionKey != null && !options.Contains(t.OptionKey))
            || (anew && t.IsClosed && (t.StatusId == null || !closed.Contains(t.StatusId)))
            || (((t.StatusId != null && closed.Contains(t.StatusId)) || t.IsClosed) && (t.ClosedAt ?? t.VendorUpdatedAt) < since);
    }

    public TicketScope Scope { get; }

    /// <summary>It is left out, without a look at its payload.</summary>
    public Expression<Func<TicketRow, bool>> Surely { get; }

    /// <summary>It may be left out, and is not among the sure ones: its status no longer counts as closed, unless the vendor says so.</summary>
    public Expression<Func<TicketRow, bool>> Perhaps { get; }

    /// <summary>It is left out, or counts as closed no longer or from now on: every ticket whose row may have to change.</summary>
    public Expression<Func<TicketRow, bool>> Concerned { get; }

    public ScopeVerdict Verdict(Ticket ticket) => Scope.Judge(ticket, now);
}
