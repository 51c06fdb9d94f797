using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using MSPortal.Core.Contracts;
using MSPortal.Web.Access;
using MSPortal.Web.Features.Api;

namespace MSPortal.Web.Features.Users;

/// <param name="RoleId">A role for company users.</param>
internal sealed record ContactImportInput(Guid? RoleId, IReadOnlyList<ContactRowInput>? Rows);

/// <param name="Email">Where the vendor has none; kept here only.</param>
internal sealed record ContactRowInput(long IntegrationId, string? ExternalId, string? Email);

/// <param name="Results">One per row, in their order.</param>
internal sealed record ContactImportAnswer(int Imported, int Linked, int Failed, IReadOnlyList<ContactOutcome> Results);

/// <param name="Preview">What the rules would do now.</param>
/// <param name="LastRun">Null when they never did anything.</param>
internal sealed record ContactRulesAnswer(ContactRules Rules, ContactPreview Preview, ContactImportReport? LastRun);

/// <param name="People">How many would come in.</param>
/// <param name="Tickets">How many tickets they would see between them.</param>
/// <param name="Known">How many contacts are somebody here already.</param>
internal sealed record ContactPreview(int People, int Tickets, int Known, string Sentence, IReadOnlyList<ContactPreviewRole> Roles, IReadOnlyList<SkippedContacts> Skipped)
{
    public static ContactPreview Of(ContactPlan plan) => new(
        plan.In.Count, plan.Tickets, plan.Known, plan.Sentence,
        [.. plan.In.GroupBy(r => r.RoleId!.Value).Select(g => new ContactPreviewRole(g.Key, g.Count()))],
        [.. plan.Out.GroupBy(r => r.Why).Select(g => new SkippedContacts(g.Key, g.Count())).OrderByDescending(s => s.Count).ThenBy(s => s.Why, StringComparer.Ordinal)]);
}

internal sealed record ContactPreviewRole(Guid RoleId, int People);

/// <summary>Company users for programs: what the pages can do, with the same refusals.</summary>
internal static class ContactEndpoints
{
    private const string Rules = "/integrations/{id:long}/contact-import";

    public static void Map(WebApplication app)
    {
        var api = app.MapApi("Users").ExplainWhoIsMissing();
        api.MapGet("/contacts", ListAsync).Needs(Permissions.ReadUsers).WithSummary("The people of imported companies as of the last sync, and who that is here.").ProducesValidationProblem();
        api.MapPost("/contacts/import", ImportAsync).Needs(Permissions.WriteUsers).WithSummary("Makes company users of contacts; the answer tells each row's outcome. Nobody is invited.")
            .Produces<ContactImportAnswer>().ProducesValidationProblem();
        api.MapGet("/removed-contacts", RemovedAsync).Needs(Permissions.ReadUsers).WithSummary("Contacts whose access was removed: they are not imported again.");
        api.MapDelete("/removed-contacts/{integrationId:long}/{externalId}", AllowAsync).Needs(Permissions.WriteUsers).WithSummary("Allows a contact to be imported again; nothing is imported by it.")
            .Produces(204).ProducesProblem(404).ProducesProblem(409);
        api.MapGet(Rules, RulesAsync).Needs(Permissions.ReadUsers).WithSummary("With which role contacts come in by themselves, what that would do now, and what it did last.").ProducesProblem(404);
        api.MapPut(Rules, SaveAsync).Needs(Permissions.WriteUsers).WithSummary("Says with which role contacts come in by themselves.")
            .Produces<ContactRulesAnswer>().ProducesValidationProblem().ProducesProblem(404).ProducesProblem(409);
        api.MapPost(Rules + "/run", RunAsync).Needs(Permissions.WriteUsers).WithSummary("Brings contacts in by the stored rules now, whether those are on or not. Nobody is invited.")
            .Produces<ContactImportReport>().ProducesProblem(404).ProducesProblem(409);
    }

    private static async Task<Results<Ok<ApiList<ContactLine>>, ProblemHttpResult>> ListAsync(
        [AsParameters] ApiPaging paging,
        [Description("Part of name, address or company.")] string? search,
        [Description("notImported, imported or removed.")] string? status,
        long? integrationId,
        Guid? companyId,
        ContactQueries contacts,
        CurrentUser user,
        CancellationToken ct)
    {
        var wanted = Enum.GetValues<ContactStatus>().Where(s => s.ToString().Equals(status, StringComparison.OrdinalIgnoreCase)).Select(s => (ContactStatus?)s).FirstOrDefault();
        return status is not null && wanted is null
            ? ApiProblems.Invalid(new FieldError("status", $"“{status}” is no status; use notImported, imported or removed."))
            : TypedResults.Ok(ApiLists.Of(await contacts.ListAsync(user.TenantId, new ContactFilter(search, wanted, integrationId, companyId), paging.Skip, paging.Take, ct), paging));
    }

    private static async Task<IResult> ImportAsync(ContactImportInput input, ContactImport import, CurrentUser user, CancellationToken ct)
    {
        if (input.Rows is not { Count: > 0 and <= ContactImport.MostRows } rows || rows.Any(r => string.IsNullOrEmpty(r.ExternalId)))
        {
            return ApiProblems.Invalid(new FieldError("rows", $"Say at least one row with its externalId, and at most {ContactImport.MostRows:N0}."));
        }

        if (input.RoleId is not { } role)
        {
            return ApiProblems.Invalid(new FieldError("roleId", "Choose a role for company users."));
        }

        var results = await import.ImportAsync([.. rows.Select(r => new ContactChoice(new ContactKey(r.IntegrationId, r.ExternalId!), role, r.Email))], user.Access, user.Actor, ct);
        return TypedResults.Ok(new ContactImportAnswer(
            results.Count(r => r is { Problem: null, Linked: false }), results.Count(r => r is { Problem: null, Linked: true }), results.Count(r => r.Problem is not null), results));
    }

    private static async Task<ApiList<RemovedAccess>> RemovedAsync([AsParameters] ApiPaging paging, ContactAccess access, CurrentUser user, CancellationToken ct) =>
        ApiLists.Of(await access.ListAsync(user.TenantId, ct), paging);

    private static async Task<Results<NoContent, ProblemHttpResult>> AllowAsync(long integrationId, string externalId, ContactAccess access, CurrentUser user, CancellationToken ct) =>
        await access.AllowAsync(new ContactKey(integrationId, externalId), user.Access, user.Actor, ct) ? TypedResults.NoContent() : ApiProblems.NotFound("The access of this contact was not removed.");

    private static async Task<ContactRulesAnswer> RulesAsync(long id, ContactAutoImport auto, CurrentUser user, CancellationToken ct)
    {
        var rules = await auto.RulesAsync(user.TenantId, id, ct);
        return new ContactRulesAnswer(rules, ContactPreview.Of(await auto.PlanAsync(user.TenantId, id, rules, ct)), await auto.ReportAsync(user.TenantId, id, ct));
    }

    private static async Task<IResult> SaveAsync(long id, ContactRules rules, ContactAutoImport auto, CurrentUser user, CancellationToken ct) =>
        await auto.SaveAsync(id, rules, user.Access, user.Actor, ct) is { Count: > 0 } errors ? ApiProblems.Invalid(errors) : TypedResults.Ok(await RulesAsync(id, auto, user, ct));

    private static async Task<Ok<ContactImportReport>> RunAsync(long id, ContactAutoImport auto, CurrentUser user, CancellationToken ct) =>
        TypedResults.Ok(await auto.RunAsync(id, user.Access, user.Actor, ct));
}
