using MSPortal.Core.Contracts;

namespace MSPortal.Web.Features.Integrations;

/// <summary>Ticket Settings while a person edits them: statuses of one name on several boards are one line, since people think of them as one.</summary>
public sealed class TicketChoice
{
    private readonly ChoiceLists lists;
    private readonly TicketScope stored;
    private readonly HashSet<string> closed;
    private readonly HashSet<string> excluded;
    private readonly Dictionary<string, TicketStage> stages;
    private readonly HashSet<string> decided;

    public TicketChoice(TicketScope scope, ChoiceLists lists)
    {
        (stored, this.lists) = (scope, lists);
        Containers = scope.Containers is null ? null : new HashSet<string>(scope.Containers);
        closed = [.. scope.ClosedStatuses];
        Options = new HashSet<string>(scope.Options);
        excluded = [.. scope.ExcludedStatuses];
        ExcludedGroups = new HashSet<string>(scope.ExcludedGroups);
        stages = new(scope.Stages);
        // Stages that were saved once are a person's; until then names propose them.
        decided = scope.Stages.Count == 0 ? [] : [.. lists.Statuses.Select(s => s.Id)];
        HistoryMonths = scope.HistoryMonths;
        Propose();
    }

    /// <summary>What the person began with.</summary>
    public TicketScope Stored => stored;

    /// <summary>Null where the vendor has nothing to choose.</summary>
    public ISet<string>? Containers { get; }

    /// <summary>Kinds of tickets that are kept beside the usual ones.</summary>
    public ISet<string> Options { get; }

    /// <summary>Teams or ticket categories whose tickets are left out.</summary>
    public ISet<string> ExcludedGroups { get; }

    public int? HistoryMonths { get; set; }

    /// <summary>What is chosen differs from what is stored.</summary>
    public bool IsChanged => !Scope.SelectsLike(stored) || !Scope.Stages.OrderBy(s => s.Key, StringComparer.Ordinal).SequenceEqual(stored.Stages.OrderBy(s => s.Key, StringComparer.Ordinal));

    public TicketScope Scope => new()
    {
        Containers = Containers is null ? null : [.. Containers.Order(StringComparer.Ordinal)],
        ExcludedStatuses = [.. excluded.Order(StringComparer.Ordinal)],
        ExcludedGroups = [.. ExcludedGroups.Order(StringComparer.Ordinal)],
        ClosedStatuses = [.. closed.Order(StringComparer.Ordinal)],
        Options = [.. Options.Order(StringComparer.Ordinal)],
        HistoryMonths = HistoryMonths,
        Stages = new SortedDictionary<string, TicketStage>(stages, StringComparer.Ordinal),
    };

    /// <summary>The statuses of the chosen boards, by name, in the order of the vendor's boards.</summary>
    public IReadOnlyList<StatusLine> Lines =>
    [
        .. lists.Statuses
            .Where(s => s.ContainerId is null || Containers is null || Containers.Contains(s.ContainerId))
            .GroupBy(s => s.Name.Trim(), StringComparer.CurrentCultureIgnoreCase)
            .Select(Line)
            .OrderBy(l => l.Order).ThenBy(l => l.Name, StringComparer.CurrentCultureIgnoreCase),
    ];

    /// <summary>To be called after containers were chosen: statuses that came with them get a proposal.</summary>
    public void Propose()
    {
        foreach (var status in lists.Statuses.Where(s => !decided.Contains(s.Id) && (s.ContainerId is null || Containers is null || Containers.Contains(s.ContainerId))))
        {
            decided.Add(status.Id);
            if (StageProposals.Of(status.Name, status.IsClosed) is { } stage)
            {
                stages[status.Id] = stage;
            }
        }
    }

    public void SetStage(StatusLine line, TicketStage? stage)
    {
        foreach (var id in line.Ids)
        {
            if (stage is { } to)
            {
                stages[id] = to;
            }
            else
            {
                stages.Remove(id);
            }
        }
    }

    public void SetExcluded(StatusLine line, bool exclude) => Set(excluded, line.Ids, exclude);

    /// <summary>What the vendor itself counts as closed stays so.</summary>
    public void SetClosed(StatusLine line, bool counts) => Set(closed, line.Ids, counts);

    private static void Set(HashSet<string> set, IReadOnlyList<string> ids, bool member)
    {
        if (member)
        {
            set.UnionWith(ids);
        }
        else
        {
            set.ExceptWith(ids);
        }
    }

    private StatusLine Line(IGrouping<string, StatusChoice> group)
    {
        IReadOnlyList<string> ids = [.. group.Select(s => s.Id)];
        var distinct = ids.Select(id => stages.TryGetValue(id, out var stage) ? (TicketStage?)stage : null).Distinct().ToList();
        return new StatusLine(
            group.First().Name.Trim(),
            ids,
            group.Select(s => s.ContainerId).Distinct().Count(),
            distinct is [{ } only] ? only : null,
            distinct.Count > 1,
            group.All(s => s.IsClosed),
            group.All(s => s.IsClosed || closed.Contains(s.Id)),
            ids.All(excluded.Contains),
            group.Min(s => s.SortOrder ?? int.MaxValue));
    }
}

/// <summary>All statuses of one name.</summary>
/// <param name="Boards">On how many boards it is.</param>
/// <param name="Stage">Null: none, or not the same on every board.</param>
/// <param name="IsMixed">The boards have different stages for it.</param>
/// <param name="VendorCloses">The vendor counts it as closed everywhere.</param>
public sealed record StatusLine(
    string Name, IReadOnlyList<string> Ids, int Boards, TicketStage? Stage, bool IsMixed, bool VendorCloses, bool CountsAsClosed, bool IsExcluded, int Order);
