using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using MSPortal.Core.Contracts;
using MSPortal.Web.Features.Api;
using MSPortal.Web.Access;
using MSPortal.Web.Ui;

namespace MSPortal.Web.Features.Companies;

/// <summary>Companies for programs.</summary>
internal static class CompanyEndpoints
{
    public static void Map(WebApplication app)
    {
        var api = app.MapApi("Companies").ExplainCompanyProblems();
        api.MapGet("companies", ListAsync).Needs(Permissions.ReadCompanies).WithSummary("Lists companies.");
        api.MapGet("companies/{id:guid}/overview", OverviewAsync).Needs(Permissions.ReadCompanies).WithSummary("Everything that is known of a company: tools and their freshness, open tickets, devices, people.");
        api.MapPost("companies", CreateAsync).WithSummary("Makes a company.").Needs(Permissions.WriteCompanies)
            .ProducesValidationProblem().ProducesProblem(StatusCodes.Status409Conflict);
        api.MapGet("companies/{id:guid}", GetAsync).Needs(Permissions.ReadCompanies).WithName("GetCompany").WithSummary("One company with its links.");
        api.MapPatch("companies/{id:guid}", ChangeAsync).WithSummary("Renames, (de)activates or corrects a company; what is not sent stays.")
            .Needs(Permissions.WriteCompanies).ProducesValidationProblem().ProducesProblem(StatusCodes.Status409Conflict);
        api.MapDelete("companies/{id:guid}", DeleteAsync).WithSummary("Deletes a company and blocks its external companies from being imported again.")
            .Needs(Permissions.WriteCompanies).ProducesProblem(StatusCodes.Status404NotFound);
        api.MapGet("companies/{id:guid}/links", LinksAsync).Needs(Permissions.ReadCompanies).WithSummary("The external companies that a company is linked to.");
        api.MapGet("blocked-companies", BlockedAsync).Needs(Permissions.ReadIntegrations).WithSummary("Lists external companies that are kept out.");
        api.MapPut("blocked-companies/{integrationId:long}/{externalId}", BlockAsync).WithSummary("Keeps an external company out.")
            .Needs(Permissions.WriteCompanies).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        api.MapDelete("blocked-companies/{integrationId:long}/{externalId}", UnblockAsync).WithSummary("Lets an external company in again; it imports nothing.")
            .Needs(Permissions.WriteCompanies).ProducesProblem(StatusCodes.Status404NotFound);
    }

    /// <summary>What cannot be done is said in the words that people read on the page.</summary>
    public static RouteGroupBuilder ExplainCompanyProblems(this RouteGroupBuilder group) => group.AddEndpointFilter(async (context, next) =>
    {
        try
        {
            return await next(context);
        }
        catch (CompanyProblemException e)
        {
            return e.Missing ? ApiProblems.NotFound(e.Message)
                : e.Field is { } field ? ApiProblems.Invalid(new FieldError(field, e.Message))
                : ApiProblems.Conflict(e.Message);
        }
    });

    private static async Task<Ok<ApiList<CompanyItem>>> ListAsync(
        [AsParameters] ApiPaging paging,
        [Description("Part of the name.")] string? search,
        [Description("Only active (true) or inactive (false) ones.")] bool? active,
        [Description("Only companies with a link to this integration.")] long? integrationId,
        [Description("Only companies of this type, whether people gave it or an integration says it.")] string? type,
        CompanyQueries companies,
        CurrentUser user,
        CancellationToken ct)
    {
        var filter = new CompanyFilterChoice(search, active, integrationId, type);
        return TypedResults.Ok(ApiLists.Of(await companies.ListAsync(user.Sight, filter, new RecordQuery(paging.Skip, paging.Take, null, false), ct), paging));
    }

    private static async Task<Results<Ok<CompanyItem>, ProblemHttpResult>> GetAsync(Guid id, CompanyQueries companies, CurrentUser user, CancellationToken ct) =>
        await companies.FindAsync(user.Sight, id, ct) is { } company ? TypedResults.Ok(company) : ApiProblems.NotFound("There is no such company.");

    private static async Task<Results<Ok<CompanyOverview>, ProblemHttpResult>> OverviewAsync(Guid id, CompanyOverviewQuery companies, CurrentUser user, CancellationToken ct) =>
        await companies.FindAsync(user.Sight, id, ct) is { } overview ? TypedResults.Ok(overview.For(user.May)) : ApiProblems.NotFound("There is no such company.");

    private static async Task<CreatedAtRoute<CompanyItem>> CreateAsync(
        [FromBody] CompanyInput input, CompanyActions actions, CompanyQueries companies, CurrentUser user, CancellationToken ct)
    {
        var id = await actions.CreateAsync(input, user.Actor, ct);
        return TypedResults.CreatedAtRoute(await companies.FindAsync(user.Sight, id, ct), "GetCompany", new { id });
    }

    private static async Task<Results<Ok<CompanyItem>, ProblemHttpResult>> ChangeAsync(
        Guid id, [FromBody] CompanyInput input, CompanyActions actions, CompanyQueries companies, CurrentUser user, CancellationToken ct)
    {
        await actions.ChangeAsync(id, input, user.Actor, ct);
        return await GetAsync(id, companies, user, ct);
    }

    private static async Task<NoContent> DeleteAsync(Guid id, CompanyActions actions, CurrentUser user, CancellationToken ct)
    {
        await actions.DeleteAsync(id, user.Actor, ct);
        return TypedResults.NoContent();
    }

    private static async Task<Results<Ok<ApiList<CompanyLinkItem>>, ProblemHttpResult>> LinksAsync(
        Guid id, [AsParameters] ApiPaging paging, CompanyQueries companies, CurrentUser user, CancellationToken ct) =>
        await companies.FindAsync(user.Sight, id, ct) is { } company
            ? TypedResults.Ok(ApiLists.Of(company.Links, paging))
            : ApiProblems.NotFound("There is no such company.");

    private static async Task<Ok<ApiList<BlockedItem>>> BlockedAsync(
        [AsParameters] ApiPaging paging, string? search, long? integrationId, CompanyQueries companies, CurrentUser user, CancellationToken ct) =>
        TypedResults.Ok(ApiLists.Of(await companies.BlockedAsync(user.TenantId, search, integrationId, paging.Skip, paging.Take, ct), paging));

    private static async Task<NoContent> BlockAsync(long integrationId, string externalId, CompanyActions actions, CurrentUser user, CancellationToken ct)
    {
        await actions.BlockAsync([new ExternalKey(integrationId, externalId)], user.Actor, ct);
        return TypedResults.NoContent();
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> UnblockAsync(
        long integrationId, string externalId, CompanyActions actions, CurrentUser user, CancellationToken ct) =>
        await actions.UnblockAsync([new ExternalKey(integrationId, externalId)], user.Actor, ct) > 0
            ? TypedResults.NoContent()
            : ApiProblems.NotFound("It is not blocked.");
}
