using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using MSPortal.Core.Contracts;
using MSPortal.Web.Access;
using MSPortal.Web.Features.Api;

namespace MSPortal.Web.Features.Users;

/// <param name="RoleId">Of those who are made.</param>
/// <param name="Rows">Each with an address where the vendor has none, or with somebody to link to.</param>
internal sealed record StaffImportInput(Guid? RoleId, IReadOnlyList<StaffRowInput>? Rows);

internal sealed record StaffRowInput(long IntegrationId, string? ExternalId, string? Email, Guid? LinkTo);

/// <param name="Results">One per row, in their order.</param>
internal sealed record StaffImportAnswer(int Imported, int Linked, int Failed, IReadOnlyList<StaffOutcome> Results);

/// <summary>Importing staff for programs.</summary>
internal static class StaffEndpoints
{
    public static void Map(WebApplication app)
    {
        var api = app.MapApi("Users").ExplainWhoIsMissing();
        api.MapGet("/staff", ListAsync).Needs(Permissions.ReadUsers).WithSummary("The vendors' staff as of their last sync, and who that is here.");
        api.MapPost("/staff/import", ImportAsync).Needs(Permissions.WriteUsers).WithSummary("Makes people of staff, or links it to people; the answer tells each row's outcome. Nobody is invited.")
            .Produces<StaffImportAnswer>().ProducesValidationProblem();
        api.MapDelete("/staff/{integrationId:long}/{externalId}/link", UnlinkAsync).Needs(Permissions.WriteUsers).WithSummary("Takes a link away; the person stays.")
            .Produces(204).ProducesProblem(404).ProducesProblem(409);
    }

    private static async Task<ApiList<StaffLine>> ListAsync(
        [AsParameters] ApiPaging paging, string? search, [Description("Only those that nobody is linked to.")] bool? unlinked, long? integrationId, StaffQueries staff, CurrentUser user, CancellationToken ct) =>
        ApiLists.Of(await staff.ListAsync(user.TenantId, new StaffFilter(search, unlinked ?? false, integrationId), paging.Skip, paging.Take, ct), paging);

    private static async Task<IResult> ImportAsync(StaffImportInput input, StaffImport import, CurrentUser user, CancellationToken ct)
    {
        if (input.Rows is not { Count: > 0 and <= StaffImport.MostRows } rows || rows.Any(r => string.IsNullOrEmpty(r.ExternalId)))
        {
            return ApiProblems.Invalid(new FieldError("rows", $"Say at least one row with its externalId, and at most {StaffImport.MostRows:N0}."));
        }

        if (input.RoleId is null && rows.Any(r => r.LinkTo is null))
        {
            return ApiProblems.Invalid(new FieldError("roleId", "Choose the role of those who are made."));
        }

        var results = await import.ImportAsync([.. rows.Select(r => new StaffChoice(new StaffKey(r.IntegrationId, r.ExternalId!), r.Email, r.LinkTo))], input.RoleId, user.Access, user.Actor, ct);
        return TypedResults.Ok(new StaffImportAnswer(
            results.Count(r => r is { Problem: null, Status: StaffStatus.Imported }), results.Count(r => r is { Problem: null, Status: StaffStatus.Linked }), results.Count(r => r.Problem is not null), results));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> UnlinkAsync(long integrationId, string externalId, StaffImport import, CurrentUser user, CancellationToken ct) =>
        await import.UnlinkAsync(new StaffKey(integrationId, externalId), user.Access, user.Actor, ct) ? TypedResults.NoContent() : ApiProblems.NotFound("Nobody is linked to it.");
}
