using MSPortal.Core.Contracts;
using MSPortal.Core.Integrations;
using MSPortal.Core.Ports;
using MSPortal.Web.Features.Api;
using MSPortal.Web.Access;

namespace MSPortal.Web.Features.Integrations;

/// <summary>Ticket Settings for programs: what is chosen, and what there is to choose from.</summary>
internal static class TicketSettingsApi
{
    private const string Path = "/integrations/{id:long}/ticket-settings";

    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet(Path, GetAsync).Needs(Permissions.ReadIntegrations).WithSummary("Which tickets are kept, and what there is to choose from.")
            .Produces<TicketSettingsResource>().ProducesProblem(404);
        api.MapPut(Path, PutAsync).Needs(Permissions.ManageIntegrations)
            .WithSummary("Chooses which tickets are kept; names or ids, [\"all\"] for all. What is not given stays as it is.")
            .Produces<TicketSettingsResource>().ProducesValidationProblem().ProducesProblem(404).ProducesProblem(409);
    }

    private static async Task<IResult> GetAsync(long id, IntegrationQueries integrations, ConnectorRegistry connectors, CurrentUser user, CancellationToken ct)
    {
        if (await integrations.DetailAsync(user.TenantId, id, ct) is not { } detail)
        {
            return IntegrationApi.Missing(id);
        }

        var choices = await integrations.ChoicesAsync(user.TenantId, id, ct);
        return TypedResults.Ok(TicketSettingsResource.Of(detail.Scope, choices, connectors.Find(detail.Summary.Provider)?.TicketSettings));
    }

    private static async Task<IResult> PutAsync(
        long id, TicketSettingsInput input, IntegrationQueries integrations, ConnectorRegistry connectors, IIntegrationStore store, CurrentUser user, CancellationToken ct)
    {
        if (await integrations.DetailAsync(user.TenantId, id, ct) is not { } detail)
        {
            return IntegrationApi.Missing(id);
        }

        var shape = connectors.Find(detail.Summary.Provider)?.TicketSettings;
        var choices = await integrations.ChoicesAsync(user.TenantId, id, ct);
        if (choices.ReadAt is null)
        {
            return ApiProblems.Conflict("The lists to choose from were not read yet. Ask for sync/psa-data first.");
        }

        var (scope, errors) = Wanted(detail.Scope, input, shape, choices);
        if (errors.Count > 0)
        {
            return ApiProblems.Invalid(errors);
        }

        await store.ChangeScopeAsync(id, detail.Scope, scope, user.Actor, ct);
        return await GetAsync(id, integrations, connectors, user, ct);
    }

    private static (TicketScope Scope, IReadOnlyList<FieldError> Errors) Wanted(TicketScope scope, TicketSettingsInput input, TicketSettingsShape? shape, ChoiceLists choices)
    {
        var errors = new List<FieldError>();
        IReadOnlyList<Choice> statuses = [.. choices.Statuses.Select(s => new Choice(s.Id, s.Name, s.IsInactive))];
        IReadOnlyList<string> Read(string field, string word, IReadOnlyList<string> entered, IReadOnlyList<Choice> from, bool oneEach)
        {
            var read = ScopeWords.Read(field, word, entered, from, oneEach);
            errors.AddRange(read.Errors);
            return read.Ids;
        }

        if (input.Containers is not null)
        {
            if (shape is null)
            {
                errors.Add(new FieldError("containers", "There is nothing to choose at this provider."));
            }
            else
            {
                scope = scope with { Containers = Read("containers", shape.ContainerWord, input.Containers, choices.Containers, oneEach: true) };
            }
        }

        scope = scope with
        {
            ExcludedStatuses = input.ExcludedStatuses is null ? scope.ExcludedStatuses : Read("excludedStatuses", "status", input.ExcludedStatuses, statuses, oneEach: false),
            ClosedStatuses = input.ClosedStatuses is null ? scope.ClosedStatuses : Read("closedStatuses", "status", input.ClosedStatuses, statuses, oneEach: false),
            Stages = input.Stages ?? scope.Stages,
        };
        errors.AddRange((input.Stages ?? []).Keys.Where(key => statuses.All(s => s.Id != key)).Select(key => new FieldError("stages", $"There is no status with the id “{key}”.")));
        if (input.ExcludedGroups is not null)
        {
            scope = scope with { ExcludedGroups = Read("excludedGroups", shape?.Groups?.Word ?? "group", input.ExcludedGroups, choices.Groups, oneEach: true) };
        }

        if (input.Options is not null)
        {
            scope = scope with { Options = Read("options", "option", input.Options, ScopeWords.Choices(shape), oneEach: true) };
        }

        if (input.History is { } history)
        {
            if (!ScopeWords.TryReadHistory(history, out var months))
            {
                errors.Add(new FieldError("history", "Give a number of months as text, or all."));
            }

            scope = scope with { HistoryMonths = months };
        }

        return (scope, errors);
    }
}

/// <param name="Containers">Boards, queues or ticket types.</param>
/// <param name="ExcludedStatuses">Statuses whose tickets are left out.</param>
/// <param name="ExcludedGroups">Teams or ticket categories whose tickets are left out.</param>
/// <param name="ClosedStatuses">Statuses that count as closed beside the vendor's own.</param>
/// <param name="Options">Kinds of tickets that are kept beside the usual ones, by key.</param>
/// <param name="History">Months of closed tickets that are kept, such as "24", or "all".</param>
/// <param name="Stages">Status id → stage.</param>
internal sealed record TicketSettingsInput(
    IReadOnlyList<string>? Containers, IReadOnlyList<string>? ExcludedStatuses, IReadOnlyList<string>? ClosedStatuses, string? History, Dictionary<string, TicketStage>? Stages, IReadOnlyList<string>? Options = null,
    IReadOnlyList<string>? ExcludedGroups = null);
