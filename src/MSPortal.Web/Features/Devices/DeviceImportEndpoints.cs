using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using MSPortal.Core.Contracts;
using MSPortal.Core.Devices;
using MSPortal.Web.Access;
using MSPortal.Web.Features.Api;
using MSPortal.Web.Ui;

namespace MSPortal.Web.Features.Devices;

/// <summary>One of a source's types for programs.</summary>
internal sealed record DeviceTypeResource
{
    [Description("The source's word; empty for devices without a type.")]
    public required string SourceType { get; init; }

    [Description("Those that the source has.")]
    public required int Devices { get; init; }

    [Description("Of linked companies, and not in the inventory yet.")]
    public required int Ready { get; init; }

    [Description("In the inventory.")]
    public required int Imported { get; init; }
    public required TypeDecision Decision { get; init; }

    [Description("MSPortal's type, when mapped.")]
    public required string? Type { get; init; }

    [Description("Devices of this type come in by themselves.")]
    public required bool AutoImport { get; init; }

    [Description("What the word most likely means; null when nobody knows.")]
    public required string? Proposal { get; init; }

    public static DeviceTypeResource Of(SourceTypeLine line) => new()
    {
        SourceType = line.SourceType, Devices = line.Devices, Ready = line.Ready, Imported = line.Imported, Decision = line.Decision, Type = line.Type, AutoImport = line.AutoImport, Proposal = line.Proposal,
    };
}

/// <param name="Types">What is decided; types that are not named stay as they are.</param>
public sealed record DeviceTypesInput(IReadOnlyList<TypeChoice> Types);

/// <param name="All">Every device whose company is linked and whose type is mapped.</param>
/// <param name="ExternalIds">These, as far as they are ready.</param>
public sealed record DeviceImportInput(bool All = false, IReadOnlyList<string>? ExternalIds = null);

/// <summary>A source's device beside the inventory, for programs.</summary>
internal sealed record StagedDeviceResource(
    string ExternalId, string Name, string SourceType, string? SerialNumber, string? Company, string? SourceCompany, StagedStatus Status, Guid? DeviceId, DateTimeOffset? LastSeenAt)
{
    public static StagedDeviceResource Of(StagedDevice d) => new(d.Key.ExternalId, d.Name, d.SourceType, d.SerialNumber, d.Company, d.SourceCompany, d.Status, d.DeviceId, d.LastSeenAt);
}

/// <summary>Bringing devices into the inventory, for programs.</summary>
internal static class DeviceImportEndpoints
{
    private const int MostDevices = 20_000;

    public static void Map(WebApplication app)
    {
        var api = app.MapApi("Device import").ExplainDeviceProblems();
        api.MapGet("integrations/{id:long}/device-types", TypesAsync).Needs(Permissions.ReadIntegrations).WithSummary("Lists the types of an integration's devices and what becomes of them.").ProducesProblem(404);
        api.MapPut("integrations/{id:long}/device-types", ChooseAsync).Needs(Permissions.WriteDevices).WithSummary("Decides what becomes of the devices of some types.")
            .ProducesValidationProblem().ProducesProblem(404).ProducesProblem(409);
        api.MapGet("integrations/{id:long}/staged-devices", StagedAsync).Needs(Permissions.WriteDevices).WithSummary("Lists an integration's devices as of its last sync, in the inventory or not.").ProducesProblem(404);
        api.MapPost("integrations/{id:long}/devices/import", ImportAsync).Needs(Permissions.WriteDevices).WithSummary("Brings devices into the inventory.")
            .WithDescription("Importing the same again changes nothing.").ProducesValidationProblem().ProducesProblem(404);
    }

    private static async Task<Ok<ApiList<DeviceTypeResource>>> TypesAsync(long id, [AsParameters] ApiPaging paging, DeviceTypeMapping types, CurrentUser user, CancellationToken ct) =>
        TypedResults.Ok(ApiLists.Of([.. (await types.ListAsync(user.TenantId, id, ct)).Select(DeviceTypeResource.Of)], paging));

    private static async Task<Results<Ok<ApiList<DeviceTypeResource>>, ProblemHttpResult>> ChooseAsync(
        long id, [FromBody] DeviceTypesInput input, [AsParameters] ApiPaging paging, DeviceTypeMapping types, CurrentUser user, CancellationToken ct)
    {
        if (input.Types is not { Count: > 0 })
        {
            return ApiProblems.Invalid(new FieldError("types", "Say what becomes of at least one type."));
        }

        if (input.Types.Any(t => t?.SourceType is null || (t.Type is { } type && !DeviceTypes.Knows(type))))
        {
            return ApiProblems.Invalid(new FieldError("types", $"Each needs a sourceType, and a type of: {string.Join(", ", DeviceTypes.All.Select(t => t.Slug))}; null ignores its devices."));
        }

        await types.ChooseAsync(id, input.Types, user.Actor, ct);
        return await TypesAsync(id, paging, types, user, ct);
    }

    private static async Task<Results<Ok<ApiList<StagedDeviceResource>>, ProblemHttpResult>> StagedAsync(
        long id,
        [AsParameters] ApiPaging paging,
        [Description("Part of the name or the serial number.")] string? search,
        [Description("imported, ready, companyNotLinked, typeUndecided, typeIgnored or inactive. Without it: all.")] string? status,
        [Description("The source's word; empty for devices without a type. Without it: all.")] string? sourceType,
        DeviceImport import,
        CurrentUser user,
        CancellationToken ct)
    {
        var named = Enum.GetValues<StagedStatus>().Where(s => s.ToString().Equals(status, StringComparison.OrdinalIgnoreCase)).Select(s => (StagedStatus?)s).FirstOrDefault();
        if (!string.IsNullOrEmpty(status) && named is null)
        {
            return ApiProblems.Invalid(new FieldError("status", $"“{status}” is no status of a device."));
        }

        var page = await import.ListAsync(user.TenantId, id, new StagingFilter(search, named, sourceType), new RecordQuery(paging.Skip, paging.Take, null, false), ct);
        return TypedResults.Ok(ApiLists.Of(new RecordPage<StagedDeviceResource>([.. page.Rows.Select(StagedDeviceResource.Of)], page.Total), paging));
    }

    private static async Task<Results<Ok<DeviceImportResult>, ProblemHttpResult>> ImportAsync(long id, [FromBody] DeviceImportInput input, DeviceImport import, CurrentUser user, CancellationToken ct)
    {
        var ids = input.ExternalIds ?? [];
        if (input.All == (ids.Count > 0))
        {
            return ApiProblems.Invalid(new FieldError(null, "Say either all, or which devices in externalIds."));
        }

        return ids.Count > MostDevices
            ? ApiProblems.Invalid(new FieldError("externalIds", $"One import takes at most {MostDevices:N0} devices."))
            : TypedResults.Ok(await (input.All ? import.ImportAllAsync(id, user.Actor, ct) : import.ImportAsync(id, ids, user.Actor, ct)));
    }
}
