using System.ComponentModel;
using MSPortal.Storage.Model;
using MSPortal.Web.Access;
using MSPortal.Web.Features.Api;
using MSPortal.Web.Ui;

namespace MSPortal.Web.Features.Notifications;

/// <summary>A notification for programs.</summary>
/// <param name="IsGrave">Nothing is read any more because of it.</param>
/// <param name="EndedAt">Null while it lasts.</param>
/// <param name="Page">Where the button that mends it is.</param>
internal sealed record NotificationResource(long Id, long? IntegrationId, bool IsGrave, string Sentence, string? Advice, string Page, DateTimeOffset RaisedAt, DateTimeOffset? EndedAt, int Returns)
{
    public static NotificationResource Of(NotificationRow row) => new(row.Id, row.IntegrationId, row.IsGrave, row.Sentence, row.Advice, row.Href, row.RaisedAt, row.EndedAt, row.Returns);
}

internal static class NotificationEndpoints
{
    public static void Map(WebApplication app) =>
        app.MapApi("Notifications").MapGet("/notifications", ListAsync).Needs(Permissions.ReadNotifications).WithSummary("Each trouble once, those that last first, then the newest.");

    private static async Task<ApiList<NotificationResource>> ListAsync(
        [AsParameters] ApiPaging paging, [Description("Only those that last.")] bool? open, NotificationBook book, CurrentUser user, CancellationToken ct)
    {
        var page = await book.ListAsync(user.TenantId, open ?? false, paging.Skip, paging.Take, ct);
        return ApiLists.Of(new RecordPage<NotificationResource>([.. page.Rows.Select(NotificationResource.Of)], page.Total), paging);
    }
}
