using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using MSPortal.Web.Access;
using MSPortal.Web.Features.Api;

namespace MSPortal.Web.Features.Companies;

/// <summary>Which company a company belongs to.</summary>
public sealed record ParentInput(Guid ParentId);

/// <summary>Parents and locations of companies for programs.</summary>
internal static class CompanyDetailEndpoints
{
    public static void Map(WebApplication app)
    {
        var api = app.MapApi("Companies").ExplainCompanyProblems();
        api.MapPut("companies/{id:guid}/parent", SetParentAsync).WithSummary("Puts a company under another. 409 when that one belongs to it already, over however many steps.")
            .Needs(Permissions.WriteCompanies).ProducesValidationProblem().ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        api.MapDelete("companies/{id:guid}/parent", ClearParentAsync).WithSummary("Lets a company belong to none.").Needs(Permissions.WriteCompanies).ProducesProblem(StatusCodes.Status404NotFound);
        api.MapGet("companies/{id:guid}/locations", LocationsAsync).Needs(Permissions.ReadCompanies).WithSummary("Lists the locations that people wrote down, the primary one first.");
        api.MapPost("companies/{id:guid}/locations", AddLocationAsync).WithSummary("Writes a location down.")
            .Needs(Permissions.WriteCompanies).ProducesValidationProblem().ProducesProblem(StatusCodes.Status404NotFound);
        api.MapPut("companies/{id:guid}/locations/{locationId:guid}", ChangeLocationAsync).WithSummary("Replaces what a location says.")
            .Needs(Permissions.WriteCompanies).ProducesValidationProblem().ProducesProblem(StatusCodes.Status404NotFound);
        api.MapDelete("companies/{id:guid}/locations/{locationId:guid}", RemoveLocationAsync).WithSummary("Removes a location.")
            .Needs(Permissions.WriteCompanies).ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<Results<Ok<CompanyItem>, ProblemHttpResult>> SetParentAsync(
        Guid id, [FromBody] ParentInput input, CompanyFamily family, CompanyQueries companies, CurrentUser user, CancellationToken ct)
    {
        await family.SetParentAsync(id, input.ParentId, user.Actor, ct);
        return await GetAsync(id, companies, user, ct);
    }

    private static async Task<Results<Ok<CompanyItem>, ProblemHttpResult>> ClearParentAsync(Guid id, CompanyFamily family, CompanyQueries companies, CurrentUser user, CancellationToken ct)
    {
        await family.SetParentAsync(id, null, user.Actor, ct);
        return await GetAsync(id, companies, user, ct);
    }

    private static async Task<Results<Ok<CompanyItem>, ProblemHttpResult>> GetAsync(Guid id, CompanyQueries companies, CurrentUser user, CancellationToken ct) =>
        await companies.FindAsync(user.Sight, id, ct) is { } company ? TypedResults.Ok(company) : ApiProblems.NotFound("There is no such company.");

    private static async Task<Results<Ok<ApiList<LocationItem>>, ProblemHttpResult>> LocationsAsync(
        Guid id, [AsParameters] ApiPaging paging, CompanyQueries companies, CompanyPlaces places, CurrentUser user, CancellationToken ct) =>
        await companies.FindAsync(user.Sight, id, ct) is not null
            ? TypedResults.Ok(ApiLists.Of(await places.ListAsync(user.TenantId, id, ct), paging))
            : ApiProblems.NotFound("There is no such company.");

    private static async Task<Created<LocationItem>> AddLocationAsync(Guid id, [FromBody] LocationInput input, CompanyPlaces places, CurrentUser user, CancellationToken ct)
    {
        var location = await places.SaveAsync(id, null, input, user.Actor, ct);
        return TypedResults.Created($"{ApiGroup.Prefix}/companies/{id}/locations/{location}", await FindAsync(id, location, places, user, ct));
    }

    private static async Task<Ok<LocationItem>> ChangeLocationAsync(Guid id, Guid locationId, [FromBody] LocationInput input, CompanyPlaces places, CurrentUser user, CancellationToken ct) =>
        TypedResults.Ok(await FindAsync(id, await places.SaveAsync(id, locationId, input, user.Actor, ct), places, user, ct));

    private static async Task<NoContent> RemoveLocationAsync(Guid id, Guid locationId, CompanyPlaces places, CurrentUser user, CancellationToken ct)
    {
        await places.RemoveAsync(id, locationId, user.Actor, ct);
        return TypedResults.NoContent();
    }

    private static async Task<LocationItem> FindAsync(Guid id, Guid location, CompanyPlaces places, CurrentUser user, CancellationToken ct) =>
        (await places.ListAsync(user.TenantId, id, ct)).First(l => l.Id == location);
}
