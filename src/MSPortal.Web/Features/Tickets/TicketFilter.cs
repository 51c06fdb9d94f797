using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Web.Features.Tickets;

internal enum TicketState
{
    Open,
    Closed,
    All,
}

/// <summary>Which tickets are asked for; an empty list asks for all, a null in it for those that have no such value.</summary>
internal sealed record TicketFilter
{
    public string? Search { get; init; }
    public TicketState State { get; init; }
    public IReadOnlyList<string> Statuses { get; init; } = [];

    /// <summary>Null: a status that is in no stage.</summary>
    public IReadOnlyList<TicketStage?> Stages { get; init; } = [];
    public IReadOnlyList<PriorityLevel?> Priorities { get; init; } = [];

    /// <summary>MSPortal's own companies. Null: “No company”.</summary>
    public IReadOnlyList<Guid?> Companies { get; init; } = [];
    public IReadOnlyList<string?> Assignees { get; init; } = [];
    public IReadOnlyList<string> Containers { get; init; } = [];
    public IReadOnlyList<long> Integrations { get; init; } = [];
    public IReadOnlyList<string> Providers { get; init; } = [];
    public DateTimeOffset? UpdatedFrom { get; init; }
    public DateTimeOffset? UpdatedBefore { get; init; }
    public DateTimeOffset? OpenedFrom { get; init; }
    public DateTimeOffset? OpenedBefore { get; init; }

    /// <summary>Every visible ticket, open or not.</summary>
    public static TicketFilter Everything { get; } = new() { State = TicketState.All };
}

internal enum TicketColumn
{
    Updated,
    Number,
    Summary,
    Company,
    Status,
    Priority,
    Container,
    Assignee,
    Opened,
}

/// <summary>An order in which no two tickets are equal, so that pages neither repeat nor skip one.</summary>
internal sealed record TicketSort(TicketColumn By, bool Descending)
{
    public static TicketSort Newest { get; } = new(TicketColumn.Updated, Descending: true);

    /// <summary>“-updated”: by that column, the largest first.</summary>
    public override string ToString() => (Descending ? "-" : "") + By.ToString().ToLowerInvariant();

    /// <summary>Null when there is no such column.</summary>
    public static TicketSort? Parse(string text)
    {
        var name = text.TrimStart('-');
        return Enum.GetValues<TicketColumn>().Where(c => c.ToString().Equals(name, StringComparison.OrdinalIgnoreCase))
            .Select(c => new TicketSort(c, text.StartsWith('-'))).FirstOrDefault();
    }
}
