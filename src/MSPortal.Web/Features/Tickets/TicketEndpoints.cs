using System.ComponentModel;
using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using MSPortal.Core.Contracts;
using MSPortal.Core.Sync;
using MSPortal.Web.Access;
using MSPortal.Web.Features.Api;
using MSPortal.Web.Ui;

namespace MSPortal.Web.Features.Tickets;

/// <summary>Tickets for programs.</summary>
internal static class TicketEndpoints
{
    public static void Map(WebApplication app)
    {
        var tickets = app.MapApi("Tickets");
        tickets.MapGet("/tickets", ListAsync).Needs(Permissions.ReadTickets).WithName("ListTickets").WithSummary("Lists the tickets of linked companies.")
            .WithDescription("To read all of them, however they change meanwhile, send “after” (empty at first), then what “pagination.next” says, until it is null.")
            .ProducesValidationProblem();
        tickets.MapGet("/tickets/{id:guid}", GetAsync).Needs(Permissions.ReadTickets).WithName("GetTicket").WithSummary("Gets one ticket with its notes.").ProducesProblem(404);
        tickets.MapPost("/tickets/{id:guid}/refresh", RefreshAsync).WithName("RefreshTicket").WithSummary("Reads one ticket and its notes from the vendor now.")
            .ProducesProblem(404).ProducesProblem(503).Needs(Permissions.RefreshTickets);
    }

    private static async Task<Results<Ok<TicketListAnswer>, ProblemHttpResult>> ListAsync(
        [AsParameters] TicketParameters parameters,
        [Description("Column to order by: updated, opened, number, summary, company, status, priority, container or assignee; with “-” in front the largest comes first. Default: -updated.")] string? sort,
        [Description("Reads on behind the last ticket of the previous answer, by number; empty to begin.")] string? after,
        [AsParameters] ApiPaging paging,
        TicketQueries tickets,
        CurrentUser user,
        CancellationToken ct)
    {
        var filter = parameters.Read(user.TimeZone, out var wrong);
        var order = string.IsNullOrEmpty(sort) ? TicketSort.Newest : TicketSort.Parse(sort);
        List<FieldError> errors = [.. wrong.SelectMany(field => field.Value.Select(message => new FieldError(field.Key, message)))];
        if (order is null)
        {
            errors.Add(new FieldError("sort", $"“{sort}” is no column to order by."));
        }

        if (after is not null && (paging.Page is not null || sort is not null))
        {
            errors.Add(new FieldError("after", "“after” reads by number and takes neither “page” nor “sort”."));
        }

        if (errors.Count > 0)
        {
            return ApiProblems.Invalid(errors);
        }

        try
        {
            return TypedResults.Ok(after is null
                ? TicketListAnswer.Of(await tickets.PageAsync(user.Sight, filter, order!, paging.Skip, paging.Take, ct), paging)
                : TicketListAnswer.Of(await tickets.BatchAsync(user.Sight, filter, after, paging.Take, ct), paging));
        }
        catch (FormatException e)
        {
            return ApiProblems.Invalid(new FieldError("after", e.Message));
        }
    }

    private static async Task<Results<Ok<TicketDetailsResource>, ProblemHttpResult>> GetAsync(Guid id, TicketDetailsQuery details, CurrentUser user, CancellationToken ct) =>
        await details.FindAsync(user.Sight, id, ct) is { } ticket ? TypedResults.Ok(TicketDetailsResource.Of(ticket)) : NotFound();

    private static async Task<Results<Ok<TicketRefreshAnswer>, ProblemHttpResult>> RefreshAsync(
        Guid id, TicketRefresh refresh, CurrentUser user, HttpResponse response, CancellationToken ct)
    {
        if (await refresh.RefreshAsync(user.Sight, id, ct) is not { } result)
        {
            return NotFound();
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

    private static ProblemHttpResult NotFound() => ApiProblems.NotFound("There is no such ticket.");
}
