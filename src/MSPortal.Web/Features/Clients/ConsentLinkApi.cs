using MSPortal.Core.Contracts;
using MSPortal.Web.Access;
using MSPortal.Web.Features.Api;
using MSPortal.Web.Features.Integrations;

namespace MSPortal.Web.Features.Clients;

/// <summary>Consent links for programs.</summary>
internal static class ConsentLinkApi
{
    private const string All = "/integrations/{id:long}/consent-links";

    public static void Map(WebApplication app)
    {
        var api = app.MapApi("Clients");
        api.MapGet(All, ListAsync).Needs(Permissions.ManageIntegrations).WithSummary("Consent links that can still be used, the newest first.")
            .Produces<ApiList<ConsentLinkResource>>().ProducesProblem(404).ProducesProblem(409);
        api.MapPost(All, CreateAsync).Needs(Permissions.ManageIntegrations)
            .WithSummary("Makes a link by which an administrator of a client agrees that its data is read. Its address is answered this once.")
            .Produces<ConsentLinkResource>(201).ProducesValidationProblem().ProducesProblem(404).ProducesProblem(409);
        api.MapDelete(All + "/{linkId:long}", RevokeAsync).Needs(Permissions.ManageIntegrations).WithSummary("Takes a link back: it opens nothing any more.")
            .Produces(204).ProducesProblem(404);
    }

    private static async Task<IResult> ListAsync(
        long id, [AsParameters] ApiPaging paging, ConsentLinks links, ClientQueries clients, CurrentUser user, CancellationToken ct) =>
        await ClientApi.RefusalAsync(id, clients, user, ct)
            ?? TypedResults.Ok(ApiLists.Of([.. (await links.ListAsync(user.TenantId, id, null, ct)).Select(l => ConsentLinkResource.Of(l))], paging));

    private static async Task<IResult> CreateAsync(
        long id, NewConsentLinkInput input, ConsentLinks links, ClientQueries clients, CurrentUser user, CancellationToken ct)
    {
        if (await ClientApi.RefusalAsync(id, clients, user, ct) is { } refusal)
        {
            return refusal;
        }

        if (input.CompanyId is not { } company)
        {
            return ApiProblems.Invalid(new FieldError("companyId", "Say for which company."));
        }

        var made = await links.CreateAsync(id, company, user.Actor, ct);
        var number = IntegrationCommands.Number(made.Link.Id);
        return TypedResults.Created($"{ApiGroup.Prefix}/integrations/{IntegrationCommands.Number(id)}/consent-links/{number}", ConsentLinkResource.Of(made));
    }

    private static async Task<IResult> RevokeAsync(long id, long linkId, ConsentLinks links, CurrentUser user, CancellationToken ct) =>
        await links.RevokeAsync(id, linkId, user.Actor, ct)
            ? TypedResults.NoContent()
            : ApiProblems.NotFound($"There is no open consent link {IntegrationCommands.Number(linkId)}. {ConsentLinks.WhyNotOpen}");
}

/// <summary>A consent link for programs.</summary>
/// <param name="Address">The link itself; only in the answer that makes it.</param>
/// <param name="LastProblem">Why the last attempt by it came to nothing.</param>
/// <param name="Warning">What should be done before it is sent, or it may come to nothing; only in the answer that makes it.</param>
internal sealed record ConsentLinkResource(
    long Id, long IntegrationId, Guid CompanyId, string CompanyName, string CreatedBy, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, string? LastProblem, Uri? Address, string? Warning)
{
    public static ConsentLinkResource Of(MadeConsentLink made) => Of(made.Link) with { Address = made.Address, Warning = made.Warning };

    public static ConsentLinkResource Of(ConsentLinkItem link) =>
        new(link.Id, link.IntegrationId, link.CompanyId, link.CompanyName, link.CreatedBy, link.CreatedAt, link.ExpiresAt, link.LastProblem, null, null);
}

/// <param name="CompanyId">Whose administrator is to agree.</param>
internal sealed record NewConsentLinkInput(Guid? CompanyId);
