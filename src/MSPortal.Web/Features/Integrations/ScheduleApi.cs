using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Web.Access;
using MSPortal.Web.Features.Api;

namespace MSPortal.Web.Features.Integrations;

/// <summary>When one data type is read, for programs.</summary>
/// <param name="Why">What stands behind its pace.</param>
internal sealed record ScheduleResource(
    long IntegrationId, string Integration, string DataType, string Label, bool Enabled, double IntervalMinutes, double DefaultIntervalMinutes, double MinIntervalMinutes,
    double MaxIntervalMinutes, double CompleteReadMinutes, Freshness Freshness, DateTimeOffset? LastRunAt, RunStatus? LastRunStatus, DateTimeOffset? NextRunAt, long CallsLast24Hours, IReadOnlyList<string> Why)
{
    public static ScheduleResource Of(ScheduleLine line) => new(
        line.IntegrationId, line.Integration, line.Stream.DataType.Slug(), line.Stream.Label, line.Stream.Enabled, line.Stream.Interval.TotalMinutes, line.Stream.DefaultInterval.TotalMinutes,
        line.Stream.MinInterval.TotalMinutes, line.Stream.MaxInterval.TotalMinutes, line.Stream.ReconcileInterval.TotalMinutes, line.Stream.Freshness,
        line.Stream.LastRun?.EndedAt, line.Stream.LastRun?.Status, line.Stream.NextAt, line.CallsPerDay, line.Why);
}

internal static class ScheduleApi
{
    public static void Map(RouteGroupBuilder api) =>
        api.MapGet("/schedules", ListAsync).Needs(Permissions.ReadIntegrations)
            .WithSummary("When each data type of each integration is read, and why not more often.")
            .WithDescription("An interval is changed by PATCH /integrations/{id}/streams/{dataType}.");

    private static async Task<ApiList<ScheduleResource>> ListAsync([AsParameters] ApiPaging paging, Schedules schedules, CurrentUser user, CancellationToken ct) =>
        ApiLists.Of([.. (await schedules.ReadAsync(user.TenantId, ct)).Select(ScheduleResource.Of)], paging);
}
