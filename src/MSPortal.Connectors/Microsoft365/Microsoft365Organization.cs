using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.Microsoft365;

/// <summary>Who a tenant is, by its own word.</summary>
internal static class Microsoft365Organization
{
    public const string List = "organization?$select=id,displayName,verifiedDomains";

    /// <summary>Null when the app may not know.</summary>
    public static async Task<AccountIdentity?> ReadAsync(Microsoft365Client client, CancellationToken ct)
    {
        var address = client.Address(List);
        var response = await client.AskAsync(address, ct);
        if (response.Status == System.Net.HttpStatusCode.Forbidden && !response.IsWebPage())
        {
            return null;
        }

        var page = response.IsSuccess ? GraphPage.Of(client, address, response) : throw client.Refusal(response, Microsoft365Permissions.Organization);
        try
        {
            var row = new JsonRow(page.Rows.Count > 0 ? page.Rows[0] : throw new FieldException("value", "is empty"));
            var id = row.Need("id").ToLowerInvariant();
            var domain = row.Rows("verifiedDomains").Where(d => d.Flag("isDefault") is true).Select(d => d.Text("name")?.Trim()).FirstOrDefault();
            return Microsoft365Tenant.IsId(id) ? new AccountIdentity(id, row.Text("displayName")?.Trim() ?? domain ?? id, Field: "tenant") { Detail = domain } : throw new FieldException("id", "is no GUID");
        }
        catch (Exception e) when (e is FieldException or InvalidOperationException)
        {
            throw new FaultException(new Fault.BadData($"Microsoft Graph does not say clearly whose tenant this is ({JsonRow.Reason(e)})."));
        }
    }
}
