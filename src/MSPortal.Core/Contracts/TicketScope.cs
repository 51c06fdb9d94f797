using MSPortal.Core.Model;

namespace MSPortal.Core.Contracts;

/// <summary>Which tickets a person chose to keep (Ticket Settings).</summary>
public sealed record TicketScope
{
    /// <summary>Selected boards, queues or ticket types by item id; null where the vendor has nothing to choose. Empty: nothing syncs.</summary>
    public IReadOnlyList<string>? Containers { get; init; } = [];

    /// <summary>Statuses whose tickets are left out, by item id.</summary>
    public IReadOnlyList<string> ExcludedStatuses { get; init; } = [];

    /// <summary>Groups of <see cref="TicketSettingsShape.Groups"/> whose tickets are left out, as <see cref="Ticket.GroupId"/> names them.</summary>
    public IReadOnlyList<string> ExcludedGroups { get; init; } = [];

    /// <summary>Statuses that count as closed beside those that the vendor itself counts so.</summary>
    public IReadOnlyList<string> ClosedStatuses { get; init; } = [];

    /// <summary>Options of <see cref="TicketSettingsShape.Options"/> that are chosen, by key.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>How long closed tickets are kept, in months; null keeps all. Open tickets are always kept.</summary>
    public int? HistoryMonths { get; init; } = 24;

    /// <summary>Status item id → stage.</summary>
    public IReadOnlyDictionary<string, TicketStage> Stages { get; init; } = new Dictionary<string, TicketStage>();

    public bool SelectsNothing => Containers is { Count: 0 };

    /// <summary>The oldest closing time that is kept; null keeps all.</summary>
    public DateTimeOffset? ClosedSince(DateTimeOffset now) => HistoryMonths is { } months ? now.AddMonths(-months) : null;

    public bool CountsAsClosed(Ticket ticket) => ticket.IsClosed || (ticket.StatusId is { } id && ClosedStatuses.Contains(id));

    /// <summary>Whether the same tickets are kept and the same ones count as closed.</summary>
    public bool SelectsLike(TicketScope other) =>
        Same(Containers, other.Containers) && Same(ExcludedStatuses, other.ExcludedStatuses)
        && Same(ExcludedGroups, other.ExcludedGroups) && Same(ClosedStatuses, other.ClosedStatuses) && Same(Options, other.Options) && HistoryMonths == other.HistoryMonths;

    /// <summary>Whether tickets that the older scope left out may now be kept.</summary>
    public bool AddsTo(TicketScope older)
    {
        if (SelectsNothing)
        {
            return false;
        }

        var containers = older.Containers is not null && (Containers is null || Containers.Except(older.Containers).Any());
        var excluded = older.ExcludedStatuses.Except(ExcludedStatuses).Any() || older.ExcludedGroups.Except(ExcludedGroups).Any();
        var history = older.HistoryMonths is { } months
            && (HistoryMonths is null || HistoryMonths > months || older.ClosedStatuses.Except(ClosedStatuses).Any());
        return containers || excluded || history || Options.Except(older.Options).Any();
    }

    /// <summary>Whether the ticket is kept, and if not, why not.</summary>
    public ScopeVerdict Judge(Ticket ticket, DateTimeOffset now)
    {
        if (Containers is not null && (ticket.ContainerId is null || !Containers.Contains(ticket.ContainerId)))
        {
            return ScopeVerdict.ContainerNotSelected;
        }

        if (ticket.StatusId is not null && ExcludedStatuses.Contains(ticket.StatusId))
        {
            return ScopeVerdict.StatusExcluded;
        }

        if (ticket.GroupId is not null && ExcludedGroups.Contains(ticket.GroupId))
        {
            return ScopeVerdict.GroupExcluded;
        }

        if (ticket.Option is not null && !Options.Contains(ticket.Option))
        {
            return ScopeVerdict.OptionNotChosen;
        }

        var closed = CountsAsClosed(ticket);
        return closed && ClosedSince(now) is { } since && (ticket.ClosedAt ?? ticket.VendorUpdatedAt) is { } at && at < since
            ? ScopeVerdict.OutsideHistory
            : ScopeVerdict.Kept;
    }

    private static bool Same(IReadOnlyList<string>? one, IReadOnlyList<string>? other) =>
        one is null || other is null ? one is null && other is null : one.ToHashSet().SetEquals(other);
}

public enum ScopeVerdict
{
    Kept,
    ContainerNotSelected,
    StatusExcluded,
    GroupExcluded,
    OutsideHistory,
    OptionNotChosen,
}

/// <summary>MSPortal's own five steps of a ticket's life.</summary>
public enum TicketStage
{
    New,
    Triaged,
    Working,
    Waiting,
    Resolved,
}
