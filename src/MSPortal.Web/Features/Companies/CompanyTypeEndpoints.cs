using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using MSPortal.Core.Contracts;
using MSPortal.Web.Access;
using MSPortal.Web.Features.Api;

namespace MSPortal.Web.Features.Companies;

/// <summary>What to do with which types, and to which companies: some by id, or all that match, as the list filters them.</summary>
/// <param name="Matching">An empty one means every company.</param>
public sealed record TypesInput(TypeAct? Act, IReadOnlyList<string>? Types, IReadOnlyList<Guid>? CompanyIds = null, CompanyFilterChoice? Matching = null);

/// <summary>Types of companies for programs.</summary>
internal static class CompanyTypeEndpoints
{
    private const int MostIds = 20_000;

    public static void Map(WebApplication app)
    {
        var api = app.MapApi("Companies").ExplainCompanyProblems();
        api.MapGet("company-types", ListAsync).Needs(Permissions.ReadCompanies).WithSummary("Lists the types that companies have: those that people gave, and those that integrations say.");
        api.MapPost("company-types/preview", PreviewAsync).WithSummary("Says what a change of types would do, and to how many.").Needs(Permissions.WriteCompanies).ProducesValidationProblem();
        api.MapPost("company-types/apply", ApplyAsync).WithSummary("Adds, removes or replaces types of companies, as one operation with one undo.")
            .WithDescription("What integrations say is never touched. A type that nobody has is no longer listed.").Needs(Permissions.WriteCompanies).ProducesValidationProblem();
    }

    private static async Task<Ok<ApiList<CompanyTypeItem>>> ListAsync([AsParameters] ApiPaging paging, CompanyTypeQueries types, CurrentUser user, CancellationToken ct) =>
        TypedResults.Ok(ApiLists.Of(await types.ListAsync(user.Sight, ct), paging));

    private static async Task<Results<Ok<TypePlan>, ProblemHttpResult>> PreviewAsync(
        [FromBody] TypesInput input, CompanyTypes types, CompanyQueries companies, CurrentUser user, CancellationToken ct) =>
        Wrong(input) is { } wrong
            ? wrong
            : TypedResults.Ok(await types.PlanAsync(user.TenantId, await ChosenAsync(input, companies, user, ct), new TypeChange(input.Act!.Value, input.Types!), ct));

    private static async Task<Results<Ok<OperationResult>, ProblemHttpResult>> ApplyAsync(
        [FromBody] TypesInput input, CompanyTypes types, CompanyQueries companies, CurrentUser user, CancellationToken ct) =>
        Wrong(input) is { } wrong
            ? wrong
            : TypedResults.Ok(await types.ChangeAsync(await ChosenAsync(input, companies, user, ct), new TypeChange(input.Act!.Value, input.Types!), user.Actor, ct));

    private static ProblemHttpResult? Wrong(TypesInput input) =>
        input.Act is null ? ApiProblems.Invalid(new FieldError("act", "Say add, remove or replace."))
        : input.Types is null ? ApiProblems.Invalid(new FieldError("types", "Say which types; an empty list replaces them by none."))
        : input.Matching is { Type: { } type } && string.IsNullOrWhiteSpace(type) ? ApiProblems.Invalid(new FieldError("matching.type", "Leave it out, or say a type."))
        : input.Matching is { Search: { } search } && string.IsNullOrWhiteSpace(search) ? ApiProblems.Invalid(new FieldError("matching.search", "Leave it out, or say a part of the name."))
        : input.CompanyIds is null == input.Matching is null ? ApiProblems.Invalid(new FieldError(null, "Say either which companies in companyIds, or all that match in matching."))
        : input.CompanyIds is { Count: > MostIds } ? ApiProblems.Invalid(new FieldError("companyIds", $"At most {MostIds:N0} companies."))
        : null;

    private static async Task<IReadOnlyList<Guid>> ChosenAsync(TypesInput input, CompanyQueries companies, CurrentUser user, CancellationToken ct) =>
        input.CompanyIds ?? await companies.IdsAsync(user.Sight, input.Matching!, ct);
}
