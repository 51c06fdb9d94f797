using System.Globalization;
using MSPortal.Storage.Model;
using MSPortal.Web.Features.Api;
using MSPortal.Web.Access;

namespace MSPortal.Web.Features.Settings;

/// <summary>An entry of the audit log for programs.</summary>
internal sealed record AuditResource(
    long Id, DateTimeOffset At, string Actor, string? From, string Action, string SubjectKind, string? SubjectId, string? SubjectName, string? Before, string? After)
{
    public static AuditResource Of(AuditEntry entry) => new(
        entry.Id, entry.At, entry.Actor, entry.From, entry.Action, entry.SubjectKind, entry.SubjectId, entry.SubjectName, entry.Before, entry.After);
}

/// <summary>The audit log for programs and as a file.</summary>
internal static class SettingsEndpoints
{
    public const string Export = "/settings/audit/export.csv";

    public static void Map(WebApplication app)
    {
        app.MapApi("Audit log").MapGet("/audit", ListAsync)
            .Needs(Permissions.ReadAudit)
            .WithSummary("Who did what, when and from where, the newest first.");
        app.MapGet(Export, ExportAsync).Needs(Permissions.ReadAudit).ExcludeFromDescription();
    }

    /// <summary>Where the file with these entries is.</summary>
    public static string ExportUrl(AuditFilter filter) => Export + QueryString.Create(new Dictionary<string, string?>
    {
        ["q"] = filter.Text,
        ["action"] = filter.Action,
        ["actor"] = filter.Actor,
        ["from"] = filter.From?.ToString("O", CultureInfo.InvariantCulture),
        ["before"] = filter.Before?.ToString("O", CultureInfo.InvariantCulture),
    }.Where(part => !string.IsNullOrEmpty(part.Value)));

    private static async Task<ApiList<AuditResource>> ListAsync(
        [AsParameters] ApiPaging paging, [AsParameters] AuditParameters parameters, AuditQueries audit, CurrentUser user, CancellationToken ct)
    {
        var page = await audit.ListAsync(user.TenantId, parameters.Filter, paging.Skip, paging.Take, ct);
        return ApiLists.Of(new Ui.RecordPage<AuditResource>([.. page.Rows.Select(AuditResource.Of)], page.Total), paging);
    }

    private static async Task ExportAsync([AsParameters] AuditParameters parameters, AuditExport export, CurrentUser user, TimeProvider clock, HttpContext context, CancellationToken ct)
    {
        context.Response.ContentType = "text/csv; charset=utf-8";
        context.Response.Headers.ContentDisposition = string.Create(CultureInfo.InvariantCulture, $"attachment; filename=\"audit-{clock.GetUtcNow():yyyy-MM-dd}.csv\"");
        await export.WriteAsync(context.Response.Body, parameters.Filter, user.Actor, ct);
    }
}

/// <summary>The filter as it stands in an address.</summary>
internal sealed record AuditParameters(string? Q, string? Action, string? Actor, DateTimeOffset? From, DateTimeOffset? Before)
{
    internal AuditFilter Filter => new(Q, Action, Actor, From, Before);
}
