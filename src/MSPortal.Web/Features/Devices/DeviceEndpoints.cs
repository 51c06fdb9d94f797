using System.ComponentModel;
using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using MSPortal.Core.Contracts;
using MSPortal.Core.Devices;
using MSPortal.Web.Access;
using MSPortal.Web.Features.Api;
using MSPortal.Web.Ui;

namespace MSPortal.Web.Features.Devices;

/// <param name="With">The device that is the same machine.</param>
public sealed record MergeInput(Guid With);

/// <summary>Which of its records is another machine.</summary>
/// <param name="Partition">Part of the integration that the id is of; most have none.</param>
public sealed record SplitInput(long IntegrationId, string ExternalId, string Partition = "");

/// <param name="NewDevice">The device that the record is now.</param>
/// <param name="Device">What is left; null when it is not to be seen any more.</param>
internal sealed record SplitAnswer(Guid NewDevice, DeviceDetailsResource? Device);

/// <summary>Devices for programs and as a file.</summary>
internal static class DeviceEndpoints
{
    public const string Export = "/devices/export.csv";

    public static void Map(WebApplication app)
    {
        var api = app.MapApi("Devices").ExplainDeviceProblems();
        api.MapGet("devices", ListAsync).Needs(Permissions.ReadDevices).WithName("ListDevices").WithSummary("Lists the devices of the inventory.").ProducesValidationProblem();
        api.MapGet("devices/{id:guid}", GetAsync).Needs(Permissions.ReadDevices).WithName("GetDevice").WithSummary("Gets one device with what each source says of it.").ProducesProblem(404);
        api.MapPost("devices/{id:guid}/merge", MergeAsync).Needs(Permissions.WriteDevices).WithSummary("Says that another device is the same machine; it becomes part of this one.")
            .ProducesProblem(404).ProducesProblem(409);
        api.MapPost("devices/{id:guid}/split", SplitAsync).Needs(Permissions.WriteDevices).WithSummary("Says that one of a device's records is another machine; it becomes a device of its own.")
            .ProducesValidationProblem().ProducesProblem(404).ProducesProblem(409);
        app.MapGet(Export, ExportAsync).Needs(Permissions.ReadDevices).ExcludeFromDescription();
    }

    /// <summary>Where the file with these devices is.</summary>
    public static string ExportUrl(DeviceParameters parameters) => Export + QueryString.Create(parameters.Pairs().Select(p => KeyValuePair.Create(p.Key, (string?)p.Value)));

    /// <summary>What cannot be done is said in the words that people read on the page.</summary>
    public static RouteGroupBuilder ExplainDeviceProblems(this RouteGroupBuilder group) => group.AddEndpointFilter(async (context, next) =>
    {
        try
        {
            return await next(context);
        }
        catch (DeviceProblemException e)
        {
            return e.Missing ? ApiProblems.NotFound(e.Message) : ApiProblems.Conflict(e.Message);
        }
    });

    private static async Task<Results<Ok<ApiList<DeviceResource>>, ProblemHttpResult>> ListAsync(
        [AsParameters] DeviceParameters parameters,
        [Description("Column to order by: name, company, type, online, seen, os, serial, user, alerts or warranty; with “-” in front the largest comes first. Default: name.")] string? sort,
        [AsParameters] ApiPaging paging,
        DeviceQueries devices,
        CurrentUser user,
        CancellationToken ct)
    {
        var filter = parameters.Read(out var wrong);
        var order = string.IsNullOrEmpty(sort) ? DeviceSort.ByName : DeviceSort.Parse(sort);
        if (order is null || wrong.Count > 0)
        {
            return ApiProblems.Invalid(order is null ? wrong.Append(new FieldError("sort", $"“{sort}” is no column to order by. There are: {DeviceSort.Words}.")) : wrong);
        }

        var page = await devices.ListAsync(user.Sight, filter, order.Query(paging.Skip, paging.Take), ct);
        return TypedResults.Ok(ApiLists.Of(new RecordPage<DeviceResource>([.. page.Rows.Select(DeviceResource.Of)], page.Total), paging));
    }

    private static async Task<Ok<DeviceDetailsResource>> GetAsync(Guid id, DeviceDetailsQuery devices, CurrentUser user, CancellationToken ct) =>
        TypedResults.Ok(DeviceDetailsResource.Of(await devices.FindAsync(user.Sight, id, ct) ?? throw DeviceProblemException.NoDevice()));

    private static async Task<Ok<DeviceDetailsResource>> MergeAsync(Guid id, [FromBody] MergeInput input, DeviceMerges merges, DeviceDetailsQuery devices, CurrentUser user, CancellationToken ct)
    {
        await merges.MergeAsync(id, input.With, user.Sight, user.Actor, ct);
        return await GetAsync(id, devices, user, ct);
    }

    private static async Task<Results<Ok<SplitAnswer>, ProblemHttpResult>> SplitAsync(
        Guid id, [FromBody] SplitInput input, DeviceMerges merges, DeviceDetailsQuery devices, CurrentUser user, CancellationToken ct)
    {
        if (string.IsNullOrEmpty(input.ExternalId))
        {
            return ApiProblems.Invalid(new FieldError("externalId", "Say which record, by the vendor's id."));
        }

        var made = await merges.SplitAsync(id, new DeviceKey(input.IntegrationId, input.Partition ?? "", input.ExternalId), user.Sight, user.Actor, ct);
        return TypedResults.Ok(new SplitAnswer(made, await devices.FindAsync(user.Sight, id, ct) is { } device ? DeviceDetailsResource.Of(device) : null));
    }

    private static async Task<Results<EmptyHttpResult, ProblemHttpResult>> ExportAsync(
        [AsParameters] DeviceParameters parameters, DeviceExport export, CurrentUser user, TimeProvider clock, HttpContext context, CancellationToken ct)
    {
        var filter = parameters.Read(out var wrong);
        if (wrong.Count > 0)
        {
            return ApiProblems.Invalid(wrong);
        }

        context.Response.ContentType = "text/csv; charset=utf-8";
        context.Response.Headers.ContentDisposition = string.Create(CultureInfo.InvariantCulture, $"attachment; filename=\"devices-{clock.GetUtcNow():yyyy-MM-dd}.csv\"");
        await export.WriteAsync(context.Response.Body, user.Sight, filter, user.Actor, ct);
        return TypedResults.Empty;
    }
}
