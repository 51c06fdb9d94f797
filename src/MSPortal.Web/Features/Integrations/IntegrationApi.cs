using Microsoft.AspNetCore.Http.HttpResults;
using MSPortal.Core.Integrations;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Web.Access;
using MSPortal.Web.Features.Api;

namespace MSPortal.Web.Features.Integrations;

/// <summary>Connections for programs: what the pages can do, with the same refusals.</summary>
internal static class IntegrationApi
{
    public static void Map(WebApplication app)
    {
        var api = app.MapApi("Integrations");
        api.MapGet("/providers", Providers).Needs(Permissions.ReadIntegrations).WithSummary("What can be connected, with the settings that each needs.");
        api.MapGet("/integrations", ListAsync).Needs(Permissions.ReadIntegrations).WithSummary("All integrations with their data types.");
        api.MapGet("/integrations/{id:long}", GetAsync).Needs(Permissions.ReadIntegrations).WithSummary("One integration; secrets are masked.")
            .Produces<IntegrationDetailResource>().ProducesProblem(404);
        api.MapPost("/integrations", CreateAsync).Needs(Permissions.ManageIntegrations).WithSummary("Tests the settings and connects.")
            .Produces<IntegrationDetailResource>(201).ProducesValidationProblem();
        api.MapPatch("/integrations/{id:long}", RenameAsync).Needs(Permissions.WriteIntegrations).WithSummary("Renames.")
            .Produces<IntegrationDetailResource>().ProducesValidationProblem().ProducesProblem(404);
        api.MapDelete("/integrations/{id:long}", RemoveAsync).Needs(Permissions.ManageIntegrations)
            .WithSummary("Deletes the integration and everything read through it; confirm has to be its name.")
            .Produces(204).ProducesValidationProblem().ProducesProblem(404);
        api.MapPost("/integrations/{id:long}/test", TestAsync).Needs(Permissions.ManageIntegrations).WithSummary("Asks the vendor about account and permissions.")
            .Produces<TestResource>().ProducesProblem(404);
        api.MapPost("/integrations/{id:long}/reconnect", ReconnectAsync).Needs(Permissions.ManageIntegrations)
            .WithSummary("New credentials for the same account; settings that are not given stay.")
            .Produces<IntegrationDetailResource>().ProducesValidationProblem().ProducesProblem(404);
        api.MapPut("/integrations/{id:long}/key-expiry", SetKeyExpiryAsync).Needs(Permissions.ManageIntegrations)
            .WithSummary("When the key at the vendor ends, so that people are warned in time; null when it does not.")
            .Produces<IntegrationDetailResource>().ProducesProblem(404);
        Step<Leaving>(api, "disconnect", "Deletes the stored credentials; data, links and choices stay.", (leaving, id, actor, ct) => leaving.DisconnectAsync(id, actor, ct));
        Step<IIntegrationStore>(api, "pause", "Stops its schedules.", (store, id, actor, ct) => store.SetStatusAsync(id, IntegrationStatus.Paused, null, actor, ct));
        Step<IIntegrationStore>(api, "resume", "Starts a paused integration again.", (store, id, actor, ct) => store.SetStatusAsync(id, IntegrationStatus.Active, null, actor, ct));
        Step<IIntegrationStore>(api, "reactivate", "Starts an integration again that MSPortal had stopped.", (store, id, actor, ct) => store.SetStatusAsync(id, IntegrationStatus.Active, null, actor, ct));
        TicketSettingsApi.Map(api);
        SyncApi.Map(api);
        OverviewApi.Map(api);
        ScheduleApi.Map(api);
    }

    /// <summary>The integration as it is now, or 404.</summary>
    public static async Task<IResult> AnswerAsync(IntegrationQueries integrations, CurrentUser user, long id, CancellationToken ct) =>
        await integrations.DetailAsync(user.TenantId, id, ct) is { } detail ? TypedResults.Ok(IntegrationDetailResource.Of(detail)) : Missing(id);

    public static ProblemHttpResult Missing(long id) => ApiProblems.NotFound($"There is no integration {IntegrationCommands.Number(id)}.");

    private static void Step<TDoer>(RouteGroupBuilder api, string verb, string summary, Func<TDoer, long, Actor, CancellationToken, Task> step)
        where TDoer : notnull =>
        api.MapPost($"/integrations/{{id:long}}/{verb}", async (long id, IntegrationQueries integrations, TDoer doer, CurrentUser user, CancellationToken ct) =>
            {
                if (await integrations.DetailAsync(user.TenantId, id, ct) is null)
                {
                    return Missing(id);
                }

                await step(doer, id, user.Actor, ct);
                return await AnswerAsync(integrations, user, id, ct);
            })
            .Needs(Permissions.ManageIntegrations).WithSummary(summary)
            .Produces<IntegrationDetailResource>().ProducesProblem(404).ProducesProblem(409);

    private static ApiList<ProviderResource> Providers([AsParameters] ApiPaging paging, ConnectorRegistry connectors) =>
        ApiLists.Of([.. connectors.All.OrderBy(c => c.Info.Id, StringComparer.Ordinal).Select(ProviderResource.Of)], paging);

    private static async Task<ApiList<IntegrationResource>> ListAsync([AsParameters] ApiPaging paging, IntegrationQueries integrations, CurrentUser user, CancellationToken ct) =>
        ApiLists.Of([.. (await integrations.ListAsync(user.TenantId, ct)).Select(IntegrationResource.Of)], paging);

    private static Task<IResult> GetAsync(long id, IntegrationQueries integrations, CurrentUser user, CancellationToken ct) => AnswerAsync(integrations, user, id, ct);

    private static async Task<IResult> CreateAsync(
        NewIntegrationInput input, ConnectorRegistry connectors, Connecting connecting, IntegrationQueries integrations, CurrentUser user, CancellationToken ct)
    {
        if (connectors.Find(input.Provider ?? "") is not { } connector)
        {
            return ApiProblems.Invalid(new Core.Contracts.FieldError("provider", $"There is no provider “{input.Provider}”. Known: {string.Join(", ", connectors.All.Select(c => c.Info.Id))}."));
        }

        var made = await connecting.ConnectAsync(connector.Info.Id, input.Name ?? "", input.Settings ?? [], input.SkipTest, user.Actor, ct);
        if (made.IntegrationId is not { } id)
        {
            return Refused(made);
        }

        var detail = await integrations.DetailAsync(user.TenantId, id, ct);
        return detail is null ? Missing(id) : TypedResults.Created($"{ApiGroup.Prefix}/integrations/{IntegrationCommands.Number(id)}", IntegrationDetailResource.Of(detail));
    }

    private static async Task<IResult> RenameAsync(
        long id, RenameInput input, IntegrationQueries integrations, IIntegrationStore store, CurrentUser user, CancellationToken ct)
    {
        if (await integrations.DetailAsync(user.TenantId, id, ct) is null)
        {
            return Missing(id);
        }

        if (string.IsNullOrWhiteSpace(input.Name) || input.Name.Trim().Length > 100)
        {
            return ApiProblems.Invalid(new Core.Contracts.FieldError("name", "Give a name of at most 100 characters."));
        }

        await store.RenameAsync(id, input.Name, user.Actor, ct);
        return await AnswerAsync(integrations, user, id, ct);
    }

    private static async Task<IResult> SetKeyExpiryAsync(
        long id, KeyExpiryInput input, IntegrationQueries integrations, IIntegrationStore store, CurrentUser user, CancellationToken ct)
    {
        if (await integrations.DetailAsync(user.TenantId, id, ct) is null)
        {
            return Missing(id);
        }

        await store.SetKeyExpiryAsync(id, input.On, user.Actor, ct);
        return await AnswerAsync(integrations, user, id, ct);
    }

    private static async Task<IResult> RemoveAsync(
        long id, string? confirm, IntegrationQueries integrations, Leaving leaving, CurrentUser user, CancellationToken ct)
    {
        if (await integrations.DetailAsync(user.TenantId, id, ct) is not { } detail)
        {
            return Missing(id);
        }

        if (!string.Equals(confirm?.Trim(), detail.Summary.Name, StringComparison.Ordinal))
        {
            return ApiProblems.Invalid(new Core.Contracts.FieldError("confirm", $"This deletes everything read through it. To do it, give its name: ?confirm={Uri.EscapeDataString(detail.Summary.Name)}"));
        }

        await leaving.RemoveAsync(id, user.Actor, ct);
        return TypedResults.NoContent();
    }

    private static async Task<IResult> TestAsync(long id, IntegrationQueries integrations, Connecting connecting, CurrentUser user, CancellationToken ct) =>
        await integrations.DetailAsync(user.TenantId, id, ct) is null ? Missing(id) : TypedResults.Ok(TestResource.Of(await connecting.RecheckAsync(id, user.Actor, ct)));

    private static async Task<IResult> ReconnectAsync(
        long id, ReconnectInput input, IntegrationQueries integrations, Connecting connecting, CurrentUser user, CancellationToken ct)
    {
        if (await integrations.DetailAsync(user.TenantId, id, ct) is null)
        {
            return Missing(id);
        }

        var result = await connecting.ReconnectAsync(id, input.Settings ?? [], user.Actor, ct);
        return result.Succeeded ? await AnswerAsync(integrations, user, id, ct) : Refused(result);
    }

    /// <summary>Errors stand at the setting that caused them: <c>settings.apiUrl</c>.</summary>
    private static ProblemHttpResult Refused(ConnectResult result) =>
        ApiProblems.Invalid(result.Errors.Select(e => e.Field is null ? e : e with { Field = $"settings.{e.Field}" }));
}

/// <param name="Provider">One of <c>/providers</c>.</param>
/// <param name="Name">What people call it; without one the provider's name.</param>
/// <param name="Settings">By key, as the provider's settings say.</param>
/// <param name="SkipTest">Stores without asking the vendor.</param>
internal sealed record NewIntegrationInput(string? Provider, string? Name, Dictionary<string, string>? Settings, bool SkipTest = false);

/// <summary>A new name.</summary>
internal sealed record RenameInput(string? Name);

/// <summary>The day on which the key ends; null: none is known.</summary>
internal sealed record KeyExpiryInput(DateOnly? On);

/// <summary>New credentials; what is not given, or comes back masked, stays as it is.</summary>
internal sealed record ReconnectInput(Dictionary<string, string>? Settings);
