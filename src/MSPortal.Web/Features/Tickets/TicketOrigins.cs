using MSPortal.Core.Contracts;
using MSPortal.Core.Sync;

namespace MSPortal.Web.Features.Tickets;

/// <summary>How one integration stands as a source of tickets: enough to say why there are none.</summary>
internal sealed record TicketOrigin
{
    public required long Id { get; init; }
    public required string Name { get; init; }
    public required string Provider { get; init; }

    /// <summary>The vendor's word for what one selects, in the plural; null when there is nothing to select.</summary>
    public string? ContainerLabel { get; init; }

    /// <summary>The same in the singular: board, queue, ticket type.</summary>
    public string? ContainerWord { get; init; }
    public required IntegrationStatus Status { get; init; }
    public string? StatusReason { get; init; }
    public string? StatusAdvice { get; init; }
    public required bool Enabled { get; init; }
    public string? DeniedPermission { get; init; }

    /// <summary>Where the permission lives in the vendor's settings.</summary>
    public string? PermissionPlace { get; init; }
    public required bool SelectsNothing { get; init; }
    public required TimeSpan Interval { get; init; }
    public DateTimeOffset? LastCompleteAt { get; init; }
    public string? Trouble { get; init; }

    /// <summary>Of a read under way.</summary>
    public bool IsReading { get; init; }
    public long Read { get; init; }
    public long? Total { get; init; }
    public required bool HasCompany { get; init; }

    /// <summary>What is held back because its company is not imported.</summary>
    public WaitingTickets Waiting { get; init; } = WaitingTickets.None;

    public Freshness FreshnessAt(DateTimeOffset now) => Health.Of(new StreamProgress { DueAt = now, LastCompleteAt = LastCompleteAt }, Interval, now);
}
