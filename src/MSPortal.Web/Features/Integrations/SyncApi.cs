using Microsoft.AspNetCore.Http.HttpResults;
using MSPortal.Core.Contracts;
using MSPortal.Core.Integrations;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Web.Features.Api;
using MSPortal.Web.Access;
using MSPortal.Web.Ui;

namespace MSPortal.Web.Features.Integrations;

/// <summary>Sync Now, data types, runs and requests for programs.</summary>
internal static class SyncApi
{
    private const string One = "/integrations/{id:long}";

    public static void Map(RouteGroupBuilder api)
    {
        api.MapPost(One + "/sync", SyncAsync).Needs(Permissions.WriteIntegrations)
            .WithSummary("Sync Now: all data types, or those named. Joins a request that is open already; inside the window after a successful one the answer is 429 with Retry-After.")
            .Produces<SyncRequestResource>(202).ProducesValidationProblem().ProducesProblem(404).ProducesProblem(409);
        api.MapPost(One + "/sync/psa-data", SyncReferenceAsync).Needs(Permissions.WriteIntegrations)
            .WithSummary("Reads boards, statuses and the other lists only.")
            .Produces<SyncRequestResource>(202).ProducesProblem(404).ProducesProblem(409);
        api.MapGet(One + "/streams", StreamsAsync).Needs(Permissions.ReadIntegrations).WithSummary("Data types: how often, how fresh, what is wrong.")
            .Produces<ApiList<StreamResource>>().ProducesProblem(404);
        api.MapPatch(One + "/streams/{dataType}", ChangeStreamAsync).Needs(Permissions.ManageIntegrations).WithSummary("Turns a data type on or off, or changes its interval.")
            .Produces<StreamResource>().ProducesValidationProblem().ProducesProblem(404).ProducesProblem(409);
        api.MapPost(One + "/streams/{dataType}/held-removals", DecideAsync).Needs(Permissions.ManageIntegrations)
            .WithSummary("Lets deletions through that the mass-delete guard holds, or drops them until the next complete read.")
            .Produces<StreamResource>().ProducesValidationProblem().ProducesProblem(404).ProducesProblem(409);
        api.MapGet(One + "/runs", RunsAsync).Needs(Permissions.ReadIntegrations).WithSummary("Runs of an integration, the newest first.")
            .Produces<ApiList<RunResource>>().ProducesProblem(404);
        api.MapGet("/runs/{id:long}", RunAsync).Needs(Permissions.ReadIntegrations).WithSummary("One run.").Produces<RunResource>().ProducesProblem(404);
        api.MapGet("/sync-requests/{id:long}", RequestAsync).Needs(Permissions.ReadIntegrations).WithSummary("What was asked for, and the runs that it caused.").Produces<SyncRequestResource>().ProducesProblem(404);
    }

    private static async Task<IResult> SyncAsync(
        long id, SyncInput? input, IntegrationQueries integrations, RunQueries runs, SyncButtons buttons, CurrentUser user, CancellationToken ct)
    {
        var types = new List<DataType>();
        foreach (var slug in input?.DataTypes ?? [])
        {
            if (DataTypes.Parse(slug) is not { } type)
            {
                return ApiProblems.Invalid(new FieldError("dataTypes", $"There is no data type “{slug}”. Known: {string.Join(", ", DataTypes.All.Select(t => t.Slug()))}."));
            }

            types.Add(type);
        }

        if (input?.Clear == true && types.Any(t => t != DataType.Tickets))
        {
            return ApiProblems.Invalid(new FieldError("clear", "Only tickets can be cleared and read anew."));
        }

        var order = input?.Clear == true
            ? SyncOrders.ClearAndResync(id)
            : SyncOrders.Now(id) with { DataTypes = types.Count > 0 ? types : null, Full = input?.Full ?? false };
        return await AskAsync(order, integrations, runs, buttons, user, ct);
    }

    private static Task<IResult> SyncReferenceAsync(
        long id, IntegrationQueries integrations, RunQueries runs, SyncButtons buttons, CurrentUser user, CancellationToken ct) =>
        AskAsync(SyncOrders.Reference(id), integrations, runs, buttons, user, ct);

    private static async Task<IResult> AskAsync(
        SyncOrder order, IntegrationQueries integrations, RunQueries runs, SyncButtons buttons, CurrentUser user, CancellationToken ct)
    {
        if (await integrations.DetailAsync(user.TenantId, order.IntegrationId, ct) is not { } detail)
        {
            return IntegrationApi.Missing(order.IntegrationId);
        }

        var asked = await buttons.PressAsync(order, user.Actor, ct);
        if (asked.RetryAfter is { } wait)
        {
            return ApiProblems.TooMany($"{detail.Summary.Name} was synced by hand just now. Wait {RelativeTime.Span(wait)}.", wait);
        }

        if (asked.RequestId is not { } requestId || await runs.RequestAsync(user.TenantId, requestId, ct) is not { } request)
        {
            return ApiProblems.Conflict(asked.Refusal ?? $"{detail.Summary.Name} cannot be synced now.");
        }

        return TypedResults.Accepted($"{ApiGroup.Prefix}/sync-requests/{IntegrationCommands.Number(requestId)}", SyncRequestResource.Of(request) with { Joined = asked.Joined, PausedUntil = asked.PausedUntil });
    }

    private static async Task<IResult> StreamsAsync(long id, [AsParameters] ApiPaging paging, IntegrationQueries integrations, CurrentUser user, CancellationToken ct) =>
        await integrations.DetailAsync(user.TenantId, id, ct) is { } detail
            ? TypedResults.Ok(ApiLists.Of([.. detail.Summary.Streams.Select(StreamResource.Of)], paging))
            : IntegrationApi.Missing(id);

    private static async Task<IResult> ChangeStreamAsync(
        long id, string dataType, StreamInput input, IntegrationQueries integrations, IIntegrationStore store, CurrentUser user, CancellationToken ct)
    {
        if (await FindAsync(integrations, user, id, dataType, ct) is not { } stream)
        {
            return NoStream(id, dataType);
        }

        var interval = input.IntervalMinutes is { } minutes ? TimeSpan.FromMinutes(minutes) : stream.Interval;
        if (interval < stream.MinInterval || interval > stream.MaxInterval)
        {
            return ApiProblems.Invalid(new FieldError("intervalMinutes", $"The interval has to be from {stream.MinInterval.TotalMinutes:0} to {stream.MaxInterval.TotalMinutes:0} minutes."));
        }

        if (stream.Required && input.Enabled == false)
        {
            return ApiProblems.Invalid(new FieldError("enabled", $"{stream.Label} cannot be turned off: the integration needs them."));
        }

        await store.SetStreamAsync(new StreamKey(user.TenantId, id, stream.DataType, stream.Partition), input.Enabled ?? stream.Enabled, interval, user.Actor, ct);
        return await AnswerAsync(integrations, user, id, dataType, ct);
    }

    private static async Task<IResult> DecideAsync(
        long id, string dataType, HeldInput input, IntegrationQueries integrations, IIntegrationStore store, CurrentUser user, CancellationToken ct)
    {
        if (await FindAsync(integrations, user, id, dataType, ct) is not { } stream)
        {
            return NoStream(id, dataType);
        }

        if (input.Release is not { } release)
        {
            return ApiProblems.Invalid(new FieldError("release", "Say true to let the deletions through, or false to drop them."));
        }

        // Without a client, all of them: one that nothing waits for any more is refused like a single connection.
        var held = stream.Held.Where(h => input.Client is null || h.Partition == input.Client).Select(h => h.Partition).ToList();
        foreach (var partition in held.Count > 0 ? held : [input.Client ?? stream.Partition])
        {
            await store.DecideHeldAsync(new StreamKey(user.TenantId, id, stream.DataType, partition), release, user.Actor, ct);
        }

        return await AnswerAsync(integrations, user, id, dataType, ct);
    }

    private static async Task<StreamSummary?> FindAsync(IntegrationQueries integrations, CurrentUser user, long id, string slug, CancellationToken ct) =>
        DataTypes.Parse(slug) is { } type
            ? (await integrations.DetailAsync(user.TenantId, id, ct))?.Summary.Streams.FirstOrDefault(s => s.DataType == type)
            : null;

    private static async Task<IResult> AnswerAsync(IntegrationQueries integrations, CurrentUser user, long id, string slug, CancellationToken ct) =>
        await FindAsync(integrations, user, id, slug, ct) is { } stream ? TypedResults.Ok(StreamResource.Of(stream)) : NoStream(id, slug);

    private static ProblemHttpResult NoStream(long id, string slug) => ApiProblems.NotFound($"There is no integration {IntegrationCommands.Number(id)} with a data type “{slug}”.");

    private static async Task<IResult> RunsAsync(
        long id, string? dataType, string? client, RunStatus? status, [AsParameters] ApiPaging paging, IntegrationQueries integrations, RunQueries runs, CurrentUser user, CancellationToken ct)
    {
        if (dataType is not null && DataTypes.Parse(dataType) is null)
        {
            return ApiProblems.Invalid(new FieldError("dataType", $"There is no data type “{dataType}”."));
        }

        if (await integrations.DetailAsync(user.TenantId, id, ct) is null)
        {
            return IntegrationApi.Missing(id);
        }

        var page = await runs.ListAsync(user.TenantId, new RunFilter(id, DataTypes.Parse(dataType), status, Partition: client), paging.Skip, paging.Take, ct);
        return TypedResults.Ok(ApiLists.Of(new RecordPage<RunResource>([.. page.Rows.Select(RunResource.Of)], page.Total), paging));
    }

    private static async Task<IResult> RunAsync(long id, RunQueries runs, CurrentUser user, CancellationToken ct) =>
        await runs.FindAsync(user.TenantId, id, ct) is { } run ? TypedResults.Ok(RunResource.Of(run)) : ApiProblems.NotFound($"There is no run {IntegrationCommands.Number(id)}.");

    private static async Task<IResult> RequestAsync(long id, RunQueries runs, CurrentUser user, CancellationToken ct) =>
        await runs.RequestAsync(user.TenantId, id, ct) is { } request
            ? TypedResults.Ok(SyncRequestResource.Of(request))
            : ApiProblems.NotFound($"There is no sync request {IntegrationCommands.Number(id)}.");
}

/// <param name="DataTypes">Null or empty: all that are turned on.</param>
/// <param name="Full">Reads everything, not only what changed.</param>
/// <param name="Clear">Clear &amp; Resync: reads the tickets anew beside the old copy, which stays until the new one is whole.</param>
internal sealed record SyncInput(IReadOnlyList<string>? DataTypes = null, bool Full = false, bool Clear = false);

/// <summary>What is not given stays as it is.</summary>
internal sealed record StreamInput(bool? Enabled, double? IntervalMinutes);

/// <summary>A person's decision about deletions that were held back.</summary>
/// <param name="Client">Only those of this client; null: all that wait.</param>
internal sealed record HeldInput(bool? Release, string? Client = null);
