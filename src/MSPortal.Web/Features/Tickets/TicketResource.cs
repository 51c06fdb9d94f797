using System.ComponentModel;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Web.Features.Api;
using MSPortal.Web.Ui;

namespace MSPortal.Web.Features.Tickets;

/// <summary>A ticket as API and command line give it to programs: names that stay, whatever becomes of the pages.</summary>
internal sealed record TicketResource
{
    [Description("MSPortal's own id; it stays the same through a resync.")]
    public required Guid Id { get; init; }

    [Description("The id at the vendor.")]
    public required string ExternalId { get; init; }
    public required string Number { get; init; }
    public required string Summary { get; init; }

    [Description("MSPortal's company; null when the ticket has none.")]
    public required Guid? CompanyId { get; init; }
    public required string? Company { get; init; }
    public required string? Status { get; init; }

    [Description("new, triaged, working, waiting or resolved; null when the status is in no stage.")]
    public required string? Stage { get; init; }

    [Description("As Ticket Settings count it.")]
    public required bool Closed { get; init; }

    [Description("critical, high, medium or low; null when the vendor does not say.")]
    public required string? Priority { get; init; }
    public required string? PriorityName { get; init; }

    [Description("Board, queue or ticket type.")]
    public required string? Container { get; init; }
    public required string? Assignee { get; init; }
    public required string? Contact { get; init; }
    public required long IntegrationId { get; init; }
    public required string Integration { get; init; }
    public required string Provider { get; init; }
    public required DateTimeOffset? OpenedAt { get; init; }

    [Description("When it last changed at the vendor, as the vendor says.")]
    public required DateTimeOffset? UpdatedAt { get; init; }
    public required DateTimeOffset? ClosedAt { get; init; }

    public static TicketResource Of(TicketLine line) => new()
    {
        Id = line.Id,
        ExternalId = line.ExternalId,
        Number = line.Number,
        Summary = line.Summary,
        CompanyId = line.CompanyId,
        Company = line.Company,
        Status = line.Status,
        Stage = Word(line.Stage),
        Closed = line.Closed,
        Priority = Word(line.Priority),
        PriorityName = line.PriorityName,
        Container = line.Container,
        Assignee = line.Assignee,
        Contact = line.Contact,
        IntegrationId = line.IntegrationId,
        Integration = line.Integration,
        Provider = line.Provider,
        OpenedAt = line.OpenedAt,
        UpdatedAt = line.UpdatedAt,
        ClosedAt = line.ClosedAt,
    };

    public static string? Word(TicketStage? stage) => stage?.ToString().ToLowerInvariant();

    public static string? Word(PriorityLevel? level) => level?.ToString().ToLowerInvariant();
}

/// <param name="Page">From 1; null when reading on by “after”, as is everything that is counted.</param>
/// <param name="Limit">Rows per page at most.</param>
/// <param name="TotalCount">Counting stops at 10,000.</param>
/// <param name="TotalIsExact">False when there are more than were counted.</param>
/// <param name="HasNextPage">Whether there is more.</param>
/// <param name="Next">The next “after”; null at the end and when paging.</param>
internal sealed record TicketPagination(
    int? Page, int Limit, int? TotalCount, bool? TotalIsExact, int? TotalPages, bool HasNextPage, bool? HasPrevPage, string? Next);

internal sealed record TicketListAnswer(IReadOnlyList<TicketResource> Data, TicketPagination Pagination)
{
    public static TicketListAnswer Of(RecordPage<TicketLine> page, ApiPaging paging)
    {
        var counted = ApiLists.Of(page, paging).Pagination;
        return new(
            [.. page.Rows.Select(TicketResource.Of)],
            new(counted.Page, counted.Limit, counted.TotalCount, counted.TotalIsExact, counted.TotalPages, counted.HasNextPage, counted.HasPrevPage, null));
    }

    public static TicketListAnswer Of(TicketBatch batch, ApiPaging paging) =>
        new([.. batch.Rows.Select(TicketResource.Of)], new(null, paging.Take, null, null, null, batch.Next is not null, null, batch.Next));
}
