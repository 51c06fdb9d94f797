using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Web.Access;
using MSPortal.Web.Features.Api;
using MSPortal.Web.Ui;

namespace MSPortal.Web.Features.Integrations;

/// <summary>What is late and what is wrong, for programs.</summary>
internal sealed record OverviewResource(DateTimeOffset At, bool IsWell, IReadOnlyList<OverviewItem> Items, IReadOnlyList<OverviewIntegration> Integrations)
{
    public static OverviewResource Of(IReadOnlyList<IntegrationSummary> integrations, DateTimeOffset now)
    {
        var items = Overview.Items(integrations);
        return new OverviewResource(now, Overview.IsWell(items), items, [.. integrations.Select(i => OverviewIntegration.Of(i, now))]);
    }
}

internal sealed record OverviewIntegration(long Id, string Name, IntegrationCondition Status, DateTimeOffset? LastSyncAt, DateTimeOffset? NextSyncAt, IReadOnlyList<OverviewDataType> DataTypes)
{
    public static OverviewIntegration Of(IntegrationSummary integration, DateTimeOffset now) => new(
        integration.Id, integration.Name, integration.Condition, integration.LastSyncAt, integration.NextSyncAt,
        [
            .. integration.Streams.Where(s => s is { Enabled: true, DeniedPermission: null }).Select(s => new OverviewDataType(
                s.DataType.Slug(), s.Freshness, s.LastCompleteAt, (now - s.LastCompleteAt)?.TotalMinutes, s.Interval.TotalMinutes)),
        ]);
}

/// <param name="AgeMinutes">Null: never read to the end.</param>
internal sealed record OverviewDataType(string DataType, Freshness Freshness, DateTimeOffset? LastCompleteAt, double? AgeMinutes, double IntervalMinutes);

/// <summary>How fresh one data type was over the last seven days.</summary>
/// <param name="BehindMinutes">How long in all it was late or stale.</param>
internal sealed record FreshnessResource(string DataType, string Label, double IntervalMinutes, double BehindMinutes, IReadOnlyList<FreshnessCell> History)
{
    public static FreshnessResource Of(StreamHistory history) => new(history.DataType.Slug(), history.Label, history.Interval.TotalMinutes, history.Behind.TotalMinutes, history.Cells);
}

internal static class OverviewApi
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/overview", OverviewAsync).Needs(Permissions.ReadIntegrations).WithSummary("What is late and what is wrong over all integrations, the gravest first.").Produces<OverviewResource>();
        api.MapGet("/integrations/{id:long}/freshness", FreshnessAsync).Needs(Permissions.ReadIntegrations).WithSummary("How fresh each data type was over the last seven days, in pieces of three hours.")
            .Produces<ApiList<FreshnessResource>>().ProducesProblem(404);
    }

    private static async Task<OverviewResource> OverviewAsync(IntegrationQueries integrations, CurrentUser user, TimeProvider clock, CancellationToken ct) =>
        OverviewResource.Of(await integrations.ListAsync(user.TenantId, ct), clock.GetUtcNow());

    private static async Task<IResult> FreshnessAsync(
        long id, [AsParameters] ApiPaging paging, IntegrationQueries integrations, FreshnessQueries freshness, CurrentUser user, CancellationToken ct) =>
        await integrations.DetailAsync(user.TenantId, id, ct) is null
            ? IntegrationApi.Missing(id)
            : TypedResults.Ok(ApiLists.Of([.. (await freshness.ReadAsync(user.TenantId, id, null, ct)).Select(FreshnessResource.Of)], paging));
}
