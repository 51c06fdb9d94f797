using System.ComponentModel;
using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using MSPortal.Core.Sync;
using MSPortal.Web.Hosting;
using MSPortal.Web.Ui;

namespace MSPortal.Web.Features.Tickets;

/// <summary>Tickets for programs.</summary>
internal static class TicketEndpoints
{
    private const int MaxPageSize = 200;

    public static void Map(WebApplication app)
    {
        var tickets = app.MapGroup("/api/v1/tickets").WithTags("Tickets").ProducesProblem(401).ProducesProblem(403);
        tickets.MapGet("", ListAsync).WithName("ListTickets").WithSummary("Lists the tickets of linked companies.")
            .WithDescription("Pages go as far as 10,000 tickets. To read all of them, send “after” (empty at first), then what “pagination.next” says, until it is null.")
            .RequireAuthorization(PortalPolicies.Read);
        tickets.MapGet("{id:guid}", GetAsync).WithName("GetTicket").WithSummary("Gets one ticket with its notes.").ProducesProblem(404)
            .RequireAuthorization(PortalPolicies.Read);
        tickets.MapPost("{id:guid}/refresh", RefreshAsync).WithName("RefreshTicket").WithSummary("Reads one ticket and its notes from the vendor now.")
            .ProducesProblem(404).ProducesProblem(503).RequireAuthorization(PortalPolicies.Write);
    }

    private static async Task<Results<Ok<TicketListAnswer>, ValidationProblem>> ListAsync(
        [AsParameters] TicketParameters parameters,
        [Description("Column to order by: updated, opened, number, summary, company, status, priority, container or assignee; with “-” in front the largest comes first. Default: -updated.")] string? sort,
        [Description("From 1.")] int? page,
        [Description("1 to 200; default 50.")] int? pageSize,
        [Description("Reads on behind the last ticket of the previous answer, by number; empty to begin.")] string? after,
        TicketQueries tickets,
        CurrentUser user,
        CancellationToken ct)
    {
        var filter = parameters.Read(user.TimeZone, out var wrong);
        var errors = wrong.ToDictionary();
        var order = string.IsNullOrEmpty(sort) ? TicketSort.Newest : TicketSort.Parse(sort);
        var size = pageSize ?? 50;
        Check(errors, "sort", order is null, $"“{sort}” is no column to order by.");
        Check(errors, "pageSize", size is < 1 or > MaxPageSize, "Use 1 to 200.");
        Check(errors, "page", page is < 1 || (long)(page ?? 1) * size > RecordCount.Cap, "Pages go from 1 to the 10,000th ticket; read further by “after”.");
        Check(errors, "after", after is not null && (page is not null || sort is not null), "“after” reads by number and takes neither “page” nor “sort”.");
        if (errors.Count > 0)
        {
            return TypedResults.ValidationProblem(errors);
        }

        return after is null
            ? TypedResults.Ok(await PageAsync(tickets, user, filter, order!, page ?? 1, size, ct))
            : await AfterAsync(tickets, user, filter, after, size, ct);
    }

    private static async Task<TicketListAnswer> PageAsync(
        TicketQueries tickets, CurrentUser user, TicketFilter filter, TicketSort sort, int page, int size, CancellationToken ct)
    {
        var found = await tickets.PageAsync(user.TenantId, filter, sort, (page - 1) * size, size, ct);
        var capped = found.Total > RecordCount.Cap;
        return new TicketListAnswer(
            [.. found.Rows.Select(TicketResource.Of)], new TicketPagination(page, size, capped ? RecordCount.Cap : found.Total, capped, null));
    }

    private static async Task<Results<Ok<TicketListAnswer>, ValidationProblem>> AfterAsync(
        TicketQueries tickets, CurrentUser user, TicketFilter filter, string after, int size, CancellationToken ct)
    {
        try
        {
            var batch = await tickets.BatchAsync(user.TenantId, filter, after, size, ct);
            return TypedResults.Ok(new TicketListAnswer([.. batch.Rows.Select(TicketResource.Of)], new TicketPagination(null, size, null, null, batch.Next)));
        }
        catch (FormatException e)
        {
            return TypedResults.ValidationProblem(new Dictionary<string, string[]> { ["after"] = [e.Message] });
        }
    }

    private static async Task<Results<Ok<TicketDetailsResource>, NotFound>> GetAsync(Guid id, TicketDetailsQuery details, CurrentUser user, CancellationToken ct) =>
        await details.FindAsync(user.TenantId, id, ct) is { } ticket ? TypedResults.Ok(TicketDetailsResource.Of(ticket)) : TypedResults.NotFound();

    private static async Task<Results<Ok<TicketRefreshAnswer>, NotFound, ProblemHttpResult>> RefreshAsync(
        Guid id, TicketRefresh refresh, CurrentUser user, HttpResponse response, CancellationToken ct)
    {
        if (await refresh.RefreshAsync(user.TenantId, id, ct) is not { } result)
        {
            return TypedResults.NotFound();
        }

        if (result.Outcome != SingleOutcome.Unknown)
        {
            return TypedResults.Ok(TicketRefreshAnswer.Of(result));
        }

        if (result.RetryAfter is { } wait)
        {
            response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }

        return TypedResults.Problem(result.Message, statusCode: StatusCodes.Status503ServiceUnavailable, title: "The vendor could not be asked");
    }

    private static void Check(Dictionary<string, string[]> errors, string parameter, bool wrong, string message)
    {
        if (wrong)
        {
            errors[parameter] = [message];
        }
    }
}
