using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using MSPortal.Core.Contracts;
using MSPortal.Web.Features.Api;
using MSPortal.Web.Access;
using MSPortal.Web.Ui;

namespace MSPortal.Web.Features.Companies;

/// <summary>Which company an external company belongs to.</summary>
public sealed record MappingInput(Guid CompanyId);

/// <summary>Which external company belongs to which company.</summary>
public sealed record LinkInput(long IntegrationId, string ExternalId, Guid CompanyId);

/// <param name="Links">What is linked already is left as it is and said so.</param>
public sealed record LinksInput(IReadOnlyList<LinkInput> Links);

/// <summary>What to import: all that pass, some by id, or some with what is to become of each.</summary>
/// <param name="All">Everything that is not linked, blocked, deleted at the vendor or left out by the company filter.</param>
/// <param name="ExternalIds">These.</param>
/// <param name="Choices">These, with a company to link each to.</param>
public sealed record ImportInput(bool All = false, IReadOnlyList<string>? ExternalIds = null, IReadOnlyList<ImportChoice>? Choices = null);

/// <param name="Dismissed">How many companies nobody is told of any more.</param>
public sealed record DismissedCompanies(int Dismissed);

/// <summary>Links between companies and external companies, and importing, for programs.</summary>
internal static class MappingEndpoints
{
    private const int MostChoices = 20_000;

    public static void Map(WebApplication app)
    {
        var api = app.MapApi("Mappings").ExplainCompanyProblems();
        api.MapGet("mappings", ListAsync).Needs(Permissions.ReadIntegrations).WithSummary("Lists which external company belongs to which company.");
        api.MapPost("mappings/apply", ApplyAsync).WithSummary("Links external companies of any integrations, as one operation with one undo.")
            .Needs(Permissions.WriteCompanies).ProducesValidationProblem().ProducesProblem(StatusCodes.Status404NotFound);
        api.MapPut("mappings/{integrationId:long}/{externalId}", LinkAsync).WithSummary("Links an external company to a company.")
            .WithDescription("Linking it to where it is already changes nothing. An external company belongs to at most one company: 409 when it belongs to another.")
            .Needs(Permissions.WriteCompanies).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        api.MapDelete("mappings/{integrationId:long}/{externalId}", UnlinkAsync).WithSummary("Takes a link away; its tickets are hidden at once.")
            .Needs(Permissions.WriteCompanies).ProducesProblem(StatusCodes.Status404NotFound);
        api.MapGet("integrations/{id:long}/external-companies", ExternalAsync).Needs(Permissions.ReadIntegrations).WithSummary("Lists an integration's companies as of its last sync.")
            .ProducesProblem(StatusCodes.Status404NotFound);
        api.MapGet("integrations/{id:long}/match-proposals", ProposalsAsync).Needs(Permissions.ReadIntegrations).WithSummary("Proposes links by cross-references and similar names.")
            .ProducesProblem(StatusCodes.Status404NotFound);
        api.MapPost("integrations/{id:long}/companies/import", ImportAsync).WithSummary("Imports companies; the answer tells each row's outcome.")
            .WithDescription("Importing the same again changes nothing. The operation can be undone by its id.")
            .Needs(Permissions.WriteCompanies).ProducesValidationProblem().ProducesProblem(StatusCodes.Status404NotFound);
        api.MapPost("integrations/{id:long}/companies/dismiss-new", DismissNewAsync).WithSummary("Tells nobody any more of the companies that are new; they can still be imported.")
            .Needs(Permissions.WriteCompanies).ProducesProblem(StatusCodes.Status404NotFound);
        api.MapPost("company-operations/{id:guid}/undo", UndoAsync).WithSummary("Takes an import, links or a change of types back, except for what was changed since.")
            .Needs(Permissions.WriteCompanies).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
    }

    private static async Task<Ok<ApiList<CompanyLinkItem>>> ListAsync(
        [AsParameters] ApiPaging paging, long? integrationId, CompanyQueries companies, CurrentUser user, CancellationToken ct) =>
        TypedResults.Ok(ApiLists.Of(await companies.LinksAsync(user.TenantId, integrationId, paging.Skip, paging.Take, ct), paging));

    private static async Task<Results<Ok<OperationResult>, ProblemHttpResult>> ApplyAsync([FromBody] LinksInput input, CompanyImport import, CurrentUser user, CancellationToken ct) =>
        input.Links is not { Count: > 0 and <= MostChoices }
            ? ApiProblems.Invalid(new FieldError("links", $"Say at least one link, and at most {MostChoices:N0}."))
            : TypedResults.Ok(await import.ApplyMatchesAsync(
                input.Links.GroupBy(l => l.IntegrationId).ToDictionary(g => g.Key, IReadOnlyList<ImportChoice> (g) => [.. g.Select(l => new ImportChoice(l.ExternalId, l.CompanyId))]),
                user.Actor,
                ct));

    private static async Task<Ok<OperationResult>> LinkAsync(
        long integrationId, string externalId, [FromBody] MappingInput input, CompanyLinking linking, CurrentUser user, CancellationToken ct) =>
        TypedResults.Ok(await linking.LinkAsync(input.CompanyId, new ExternalKey(integrationId, externalId), user.Actor, ct));

    private static async Task<Ok<OperationResult>> UnlinkAsync(long integrationId, string externalId, CompanyLinking linking, CurrentUser user, CancellationToken ct) =>
        TypedResults.Ok(await linking.UnlinkAsync(new ExternalKey(integrationId, externalId), user.Actor, ct));

    private static async Task<Ok<ApiList<ExternalCompanyItem>>> ExternalAsync(
        long id,
        [AsParameters] ApiPaging paging,
        [Description("Part of the name, the identifier, or the id.")] string? search,
        string? type,
        string? status,
        [Description("Without it: all. Blocked ones have a list of their own.")] ImportState? state,
        [FromQuery(Name = "new"), Description("Only those that came after people had made their choice.")] bool? isNew,
        ExternalCompanyQueries externals,
        CurrentUser user,
        CancellationToken ct)
    {
        var filter = new ExternalFilter(search, type, status, state, isNew ?? false);
        return TypedResults.Ok(ApiLists.Of(await externals.ListAsync(user.TenantId, id, filter, new RecordQuery(paging.Skip, paging.Take, null, false), ct), paging));
    }

    private static async Task<Ok<ApiList<MatchProposal>>> ProposalsAsync(
        long id,
        [AsParameters] ApiPaging paging,
        [Description("Lowest confidence, 40 to 100; 70 when not given.")] int? atLeast,
        QuickMatch match,
        CurrentUser user,
        CancellationToken ct)
    {
        var proposals = await match.ProposeAsync(user.TenantId, id, ct);
        return TypedResults.Ok(ApiLists.Of([.. proposals.Where(p => p.Confidence >= (atLeast ?? MatchProposal.DefaultConfidence))], paging));
    }

    private static async Task<Results<Ok<OperationResult>, ProblemHttpResult>> ImportAsync(
        long id, [FromBody] ImportInput input, CompanyImport import, CurrentUser user, CancellationToken ct)
    {
        var choices = (input.ExternalIds ?? []).Select(e => new ImportChoice(e)).Concat(input.Choices ?? []).ToList();
        if (input.All == (choices.Count > 0))
        {
            return ApiProblems.Invalid(new FieldError(null, "Say either all, or which companies in externalIds or choices."));
        }

        return choices.Count > MostChoices
            ? ApiProblems.Invalid(new FieldError(null, $"One import takes at most {MostChoices:N0} companies."))
            : TypedResults.Ok(input.All ? await import.ImportAllAsync(id, user.Actor, ct) : await import.ImportAsync(id, choices, user.Actor, ct));
    }

    private static async Task<Ok<DismissedCompanies>> DismissNewAsync(long id, NewCompanies companies, CurrentUser user, CancellationToken ct) =>
        TypedResults.Ok(new DismissedCompanies(await companies.DismissAsync(id, until: null, user.Actor, ct)));

    private static async Task<Ok<OperationResult>> UndoAsync(Guid id, CompanyUndo undo, CurrentUser user, CancellationToken ct) =>
        TypedResults.Ok(await undo.UndoAsync(id, user.Actor, ct));
}
