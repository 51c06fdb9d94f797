using Microsoft.AspNetCore.Http.HttpResults;
using MSPortal.Core.Model;
using MSPortal.Core.Webhooks;
using MSPortal.Web.Features.Api;
using MSPortal.Web.Access;

namespace MSPortal.Web.Features.Webhooks;

/// <summary>Webhooks for programs: how they are, on, off.</summary>
internal static class WebhookApi
{
    private const string Path = "/integrations/{id:long}/webhooks";

    public static void Map(WebApplication app)
    {
        var api = app.MapApi("Integrations");
        api.MapGet(Path, GetAsync).Needs(Permissions.ManageIntegrations).WithSummary("How the webhooks of an integration are.")
            .Produces<WebhookResource>().ProducesProblem(404);
        api.MapPut(Path, ProvisionAsync).Needs(Permissions.ManageIntegrations)
            .WithSummary("Turns webhooks on, or mends them: registers this portal at the vendor, whatever is there already.")
            .Produces<WebhookResource>().ProducesProblem(404).ProducesProblem(409);
        api.MapDelete(Path, DisableAsync).Needs(Permissions.ManageIntegrations)
            .WithSummary("Turns webhooks off. What is left to do at the vendor is in trouble.")
            .Produces<WebhookResource>().ProducesProblem(404);
    }

    private static async Task<IResult> GetAsync(long id, WebhookQueries webhooks, CurrentUser user, CancellationToken ct) =>
        await webhooks.FindAsync(user.TenantId, id, ct) is { } view ? TypedResults.Ok(WebhookResource.Of(view)) : Missing();

    private static async Task<IResult> ProvisionAsync(long id, WebhookQueries webhooks, WebhookSetup setup, CurrentUser user, CancellationToken ct)
    {
        if (await webhooks.FindAsync(user.TenantId, id, ct) is null)
        {
            return Missing();
        }

        await setup.ProvisionAsync(id, user.Actor, ct);
        return await GetAsync(id, webhooks, user, ct);
    }

    private static async Task<IResult> DisableAsync(long id, WebhookQueries webhooks, WebhookSetup setup, CurrentUser user, CancellationToken ct)
    {
        if (await webhooks.FindAsync(user.TenantId, id, ct) is null)
        {
            return Missing();
        }

        var left = await setup.DisableAsync(id, user.Actor, ct);
        return await webhooks.FindAsync(user.TenantId, id, ct) is { } view ? TypedResults.Ok(WebhookResource.Of(view) with { Trouble = left }) : Missing();
    }

    private static ProblemHttpResult Missing() => ApiProblems.NotFound("There is no such integration, or its vendor has no webhooks.");
}

/// <summary>An integration's webhooks for programs.</summary>
/// <param name="Enabled">They are on.</param>
/// <param name="Obstacle">Why they cannot be turned on.</param>
/// <param name="Trouble">What is not in order at the vendor.</param>
/// <param name="DataTypes">What the vendor announces.</param>
/// <param name="ByHand">What a person does at the vendor, with the address.</param>
/// <param name="Address">Only where a person has to copy it.</param>
/// <param name="Accepted">Genuine deliveries so far.</param>
/// <param name="Forged">Refused, since not signed by the vendor.</param>
/// <param name="TooLarge">Refused, since larger than 1 MB.</param>
/// <param name="Unsure">Asked to come again, since nobody could tell whether they were genuine.</param>
/// <param name="Waiting">Records still to be read.</param>
internal sealed record WebhookResource(
    bool Enabled,
    string? Obstacle,
    string? Trouble,
    IReadOnlyList<string> DataTypes,
    string? ByHand,
    Uri? Address,
    DateTimeOffset? Since,
    DateTimeOffset? CheckedAt,
    DateTimeOffset? LastReceivedAt,
    long Accepted,
    long Forged,
    long TooLarge,
    long Unsure,
    int Waiting)
{
    public static WebhookResource Of(WebhookView view) => new(
        view.IsOn, view.Obstacle, view.Trouble, [.. view.DataTypes.Select(t => t.Slug())], view.ByHand, view.Address, view.Since, view.CheckedAt,
        view.LastReceivedAt, view.Accepted, view.Forged, view.TooLarge, view.Unsure, view.Waiting);
}
