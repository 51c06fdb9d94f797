using System.ComponentModel;
using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using MSPortal.Core.Contracts;
using MSPortal.Web.Access;
using MSPortal.Web.Features.Api;
using MSPortal.Web.Ui;

namespace MSPortal.Web.Features.Cloud;

/// <summary>What clients have in the cloud, for programs and as files.</summary>
internal static class CloudEndpoints
{
    public const string OverviewExport = "/cloud/export.csv";

    public static void Map(WebApplication app)
    {
        var api = app.MapApi("Cloud");
        api.MapGet("cloud", OverviewAsync).Needs(Permissions.ReadCompanies).WithSummary("All clients that are connected on their own, beside each other.").ProducesValidationProblem();
        api.MapGet("companies/{id:guid}/cloud-users", UsersAsync).Needs(Permissions.ReadCompanies).WithSummary("The people in a company's directory, with their licences.").ProducesValidationProblem().ProducesProblem(404);
        api.MapGet("companies/{id:guid}/licenses", LicensesAsync).Needs(Permissions.ReadCompanies).WithSummary("What a company has bought, and how much of it is used.").ProducesProblem(404);
        api.MapGet("companies/{id:guid}/groups", GroupsAsync).Needs(Permissions.ReadCompanies).WithSummary("The groups of a company's directory.").ProducesProblem(404);
        api.MapGet("companies/{id:guid}/domains", DomainsAsync).Needs(Permissions.ReadCompanies).WithSummary("A company's domains.").ProducesProblem(404);
        api.MapGet("companies/{id:guid}/security-score", ScoreAsync).Needs(Permissions.ReadCompanies).WithSummary("How secure a company's settings are, over time, and what would make them more so; one for each of its connections.").ProducesProblem(404);
        app.MapGet(OverviewExport, ExportOverviewAsync).Needs(Permissions.ReadCompanies).ExcludeFromDescription();
        app.MapGet("/companies/{id:guid}/cloud/users/export.csv", ExportUsersAsync).Needs(Permissions.ReadCompanies).ExcludeFromDescription();
    }

    /// <summary>Where the file with these people is.</summary>
    public static string ExportUrl(Guid company, CloudUserParameters parameters) => $"/companies/{company}/cloud/users/export.csv{QueryString.Create(parameters.Pairs())}";

    public static string ExportUrl(CloudOverviewParameters parameters) => OverviewExport + QueryString.Create(parameters.Pairs());

    private static ProblemHttpResult NoCompany() => ApiProblems.NotFound("There is no such company.");

    private static async Task<Results<Ok<ApiList<CloudOverviewResource>>, ProblemHttpResult>> OverviewAsync(
        [AsParameters] CloudOverviewParameters parameters,
        [Description("Column to order by: company, status, users, used, total, unused, score or read; with “-” in front the largest comes first. Default: company.")] string? sort,
        [AsParameters] ApiPaging paging,
        CloudOverviewQuery overview,
        CurrentUser user,
        CancellationToken ct)
    {
        var order = string.IsNullOrEmpty(sort) ? CloudOverviewSort.ByCompany : CloudOverviewSort.Parse(sort);
        if (order is null || parameters.IsUnknown)
        {
            return ApiProblems.Invalid(order is null ? new FieldError("sort", $"“{sort}” is no column to order by. There are: {CloudOverviewSort.Words}.") : parameters.Mistake);
        }

        var lines = await overview.ListAsync(user.Sight, parameters, order, ct);
        return TypedResults.Ok(ApiLists.Of([.. lines.Select(CloudOverviewResource.Of)], paging));
    }

    private static async Task<Results<Ok<ApiList<CloudUserResource>>, ProblemHttpResult>> UsersAsync(
        Guid id,
        [AsParameters] CloudUserParameters parameters,
        [Description("Column to order by: name, address, status or licenses; with “-” in front the largest comes first. Default: name.")] string? sort,
        [AsParameters] ApiPaging paging,
        CloudUserQueries users,
        CurrentUser user,
        CancellationToken ct)
    {
        var filter = parameters.Read(out var wrong);
        var order = string.IsNullOrEmpty(sort) ? CloudUserSort.ByName : CloudUserSort.Parse(sort);
        if (order is null || wrong.Count > 0)
        {
            return ApiProblems.Invalid(order is null ? wrong.Append(new FieldError("sort", $"“{sort}” is no column to order by. There are: {CloudUserSort.Words}.")) : wrong);
        }

        return await users.ListAsync(user.Sight, id, filter, order.Query(paging.Skip, paging.Take), ct) is { } page
            ? TypedResults.Ok(ApiLists.Of(new RecordPage<CloudUserResource>([.. page.Rows.Select(CloudUserResource.Of)], page.Total), paging))
            : NoCompany();
    }

    private static async Task<Results<Ok<ApiList<CloudLicenseResource>>, ProblemHttpResult>> LicensesAsync(
        Guid id, string? connection, [AsParameters] ApiPaging paging, CloudListQueries lists, CurrentUser user, CancellationToken ct) =>
        await lists.LicensesAsync(user.Sight, id, connection, ct) is { } all ? TypedResults.Ok(ApiLists.Of([.. all.Select(CloudLicenseResource.Of)], paging)) : NoCompany();

    private static async Task<Results<Ok<ApiList<CloudGroupResource>>, ProblemHttpResult>> GroupsAsync(
        Guid id, [Description("Part of the name.")] string? q, string? connection, [AsParameters] ApiPaging paging, CloudListQueries lists, CurrentUser user, CancellationToken ct) =>
        await lists.GroupsAsync(user.Sight, id, connection, q, new RecordQuery(paging.Skip, paging.Take, null, false), ct) is { } page
            ? TypedResults.Ok(ApiLists.Of(new RecordPage<CloudGroupResource>([.. page.Rows.Select(CloudGroupResource.Of)], page.Total), paging))
            : NoCompany();

    private static async Task<Results<Ok<ApiList<CloudDomainResource>>, ProblemHttpResult>> DomainsAsync(
        Guid id, string? connection, [AsParameters] ApiPaging paging, CloudListQueries lists, CurrentUser user, CancellationToken ct) =>
        await lists.DomainsAsync(user.Sight, id, connection, ct) is { } all ? TypedResults.Ok(ApiLists.Of([.. all.Select(CloudDomainResource.Of)], paging)) : NoCompany();

    private static async Task<Results<Ok<ApiList<CloudScoreResource>>, ProblemHttpResult>> ScoreAsync(
        Guid id, string? connection, [AsParameters] ApiPaging paging, CloudScoreQueries scores, CurrentUser user, CancellationToken ct) =>
        await scores.FindAsync(user.Sight, id, connection, ct) is { } all ? TypedResults.Ok(ApiLists.Of([.. all.Select(CloudScoreResource.Of)], paging)) : NoCompany();

    private static async Task<Results<EmptyHttpResult, ProblemHttpResult>> ExportUsersAsync(
        Guid id, [AsParameters] CloudUserParameters parameters, CloudConnections connections, CloudExport export, CurrentUser user, TimeProvider clock, HttpContext context, CancellationToken ct)
    {
        var filter = parameters.Read(out var wrong);
        if (wrong.Count > 0)
        {
            return ApiProblems.Invalid(wrong);
        }

        if (await connections.FindAsync(user.Sight, id, ct) is not { } company)
        {
            return NoCompany();
        }

        Name(context, clock, "cloud-users");
        await export.WriteUsersAsync(context.Response.Body, user.Sight, company, filter, user.Actor, ct);
        return TypedResults.Empty;
    }

    private static async Task<Results<EmptyHttpResult, ProblemHttpResult>> ExportOverviewAsync(
        [AsParameters] CloudOverviewParameters parameters, CloudExport export, CurrentUser user, TimeProvider clock, HttpContext context, CancellationToken ct)
    {
        if (parameters.IsUnknown)
        {
            return ApiProblems.Invalid(parameters.Mistake);
        }

        Name(context, clock, "cloud");
        await export.WriteOverviewAsync(context.Response.Body, user.Sight, parameters, CloudOverviewSort.ByCompany, user.Actor, ct);
        return TypedResults.Empty;
    }

    private static void Name(HttpContext context, TimeProvider clock, string name)
    {
        context.Response.ContentType = "text/csv; charset=utf-8";
        context.Response.Headers.ContentDisposition = string.Create(CultureInfo.InvariantCulture, $"attachment; filename=\"{name}-{clock.GetUtcNow():yyyy-MM-dd}.csv\"");
    }
}
