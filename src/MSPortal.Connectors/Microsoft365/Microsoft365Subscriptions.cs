using MSPortal.Connectors.Common;

namespace MSPortal.Connectors.Microsoft365;

/// <summary>When the subscriptions behind a licence renew or end; nothing where the app may not know that.</summary>
internal static class Microsoft365Subscriptions
{
    public const string List = "directory/subscriptions?$select=id,skuId,status,isTrial,nextLifecycleDateTime";

    public static async Task<Microsoft365Context> ReadAsync(Microsoft365Client client, CancellationToken ct)
    {
        var address = client.Address(List);
        var response = await client.AskAsync(address, ct);
        if (Microsoft365Errors.IsNotThere(response))
        {
            return Microsoft365Context.Empty;
        }

        var first = response.IsSuccess ? GraphPage.Of(client, address, response) : throw client.Refusal(response, Microsoft365Permissions.Organization);
        var known = new Dictionary<string, Microsoft365Subscription>(StringComparer.Ordinal);
        foreach (var element in await GraphPage.AllAsync(client, first, Microsoft365Permissions.Organization, ct))
        {
            try
            {
                var row = new JsonRow(element);
                if (row.Text("skuId")?.ToLowerInvariant() is { } sku && row.Text("status") is not "Deleted")
                {
                    var (at, trial) = (row.Time("nextLifecycleDateTime"), row.Flag("isTrial") is true);
                    known[sku] = known.TryGetValue(sku, out var other) ? new(Earlier(at, other.NextChange), trial && other.IsTrial) : new(at, trial);
                }
            }
            catch (Exception e) when (e is FieldException or InvalidOperationException)
            {
                continue;   // A subscription that makes no sense costs its licence a date, and nothing more.
            }
        }

        return new Microsoft365Context(known);
    }

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) => one is null ? other : other is null || one < other ? one : other;
}
