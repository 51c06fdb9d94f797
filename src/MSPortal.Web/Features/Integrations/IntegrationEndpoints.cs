using System.Globalization;
using System.Text;
using MSPortal.Core.Model;
using MSPortal.Web.Access;

namespace MSPortal.Web.Features.Integrations;

/// <summary>What the pages hand out as files.</summary>
internal static class IntegrationEndpoints
{
    public static void Map(WebApplication app) =>
        app.MapGet("/settings/integrations/{id:long}/receipts/{requestId:long}.csv", ReceiptAsync).Needs(Permissions.ReadIntegrations).ExcludeFromDescription();

    private static async Task<IResult> ReceiptAsync(long id, long requestId, RunQueries runs, CurrentUser user, CancellationToken ct)
    {
        if (await runs.RequestAsync(user.TenantId, requestId, ct) is not { } request || request.IntegrationId != id)
        {
            return Results.NotFound();
        }

        var csv = new StringBuilder("data_type,status,added,changed,unchanged,removed,left_scope,kept_aside,api_calls,started_at,ended_at\r\n");
        foreach (var run in request.Runs)
        {
            csv.Append(CultureInfo.InvariantCulture, $"{run.DataType.Slug()},{run.Status},{run.Counts.Created},{run.Counts.Updated},{run.Counts.Unchanged},")
                .Append(CultureInfo.InvariantCulture, $"{run.Counts.Removed},{run.Counts.LeftScope},{run.Counts.Quarantined},{run.Counts.ApiCalls},{run.StartedAt:O},{run.EndedAt:O}\r\n");
        }

        return Results.File(Encoding.UTF8.GetBytes(csv.ToString()), "text/csv; charset=utf-8", FormattableString.Invariant($"resync-{requestId}.csv"));
    }
}
