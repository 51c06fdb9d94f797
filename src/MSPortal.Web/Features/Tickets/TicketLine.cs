using System.Text.Json.Serialization;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Web.Features.Tickets;

/// <summary>A ticket as lists show it.</summary>
/// <param name="ExternalId">The vendor's id.</param>
/// <param name="CompanyId">MSPortal's company; null when the ticket has none.</param>
/// <param name="Company">Its name.</param>
/// <param name="Stage">Null when the status is in no stage.</param>
/// <param name="Closed">As Ticket Settings count it.</param>
/// <param name="Container">Board, queue or ticket type.</param>
/// <param name="Integration">Name of the integration that it was read through.</param>
/// <param name="UpdatedAt">When it last changed at the vendor, as the vendor says.</param>
public sealed record TicketLine(
    Guid Id,
    string ExternalId,
    string Number,
    string Summary,
    Guid? CompanyId,
    string? Company,
    string? Status,
    TicketStage? Stage,
    bool Closed,
    PriorityLevel? Priority,
    string? PriorityName,
    string? Container,
    string? Assignee,
    string? Contact,
    long IntegrationId,
    string Integration,
    string Provider,
    DateTimeOffset? OpenedAt,
    DateTimeOffset? UpdatedAt,
    DateTimeOffset? ClosedAt,
    [property: JsonIgnore] long NumberOrder);

/// <param name="Next">What to read on from; null at the end.</param>
internal sealed record TicketBatch(IReadOnlyList<TicketLine> Rows, string? Next);
