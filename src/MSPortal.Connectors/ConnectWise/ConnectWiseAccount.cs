using System.Text.Json;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.ConnectWise;

/// <summary>What companyinfo says of an account.</summary>
/// <param name="CodeBase">First part of every API path, with its trailing slash; changes with the vendor's upgrades.</param>
internal sealed record ConnectWiseAccount(string CodeBase, string? Name, string? CompanyId, string? Version)
{
    public static ConnectWiseAccount Read(VendorResponse response, DateTimeOffset now, Func<string, string> scrub)
    {
        if (!response.IsSuccess)
        {
            throw (int)response.Status is 404 || response.IsWebPage()
                ? At("apiUrl", new Fault.VendorDown($"There is no ConnectWise at {response.Address.IdnHost}: it answers with status {(int)response.Status} where ConnectWise names its accounts."))
                : Refusal(ConnectWiseErrors.Of(response, null, now, scrub));
        }

        using var json = response.TryJson();
        if (json is null)
        {
            throw At("apiUrl", new Fault.BadData($"{response.Address.IdnHost} does not answer as ConnectWise does. {response.NotJson("It").What}", scrub(response.Sample())));
        }

        return json.RootElement.ValueKind switch
        {
            JsonValueKind.Null => throw At("companyId", new Fault.AuthFailed("ConnectWise does not know this company id on this host.")),
            JsonValueKind.Object => Read(new JsonRow(json.RootElement), response, scrub),
            _ => throw NotConnectWise(response, scrub),
        };
    }

    private static ConnectWiseAccount Read(JsonRow row, VendorResponse response, Func<string, string> scrub)
    {
        try
        {
            var codeBase = row.Text("Codebase")?.Trim('/');
            return codeBase is not null && codeBase.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-')
                ? new(codeBase + "/", row.Text("CompanyName"), row.Text("CompanyID"), row.Text("VersionNumber") ?? row.Text("VersionCode"))
                : throw NotConnectWise(response, scrub);
        }
        catch (FieldException)
        {
            throw NotConnectWise(response, scrub);
        }
    }

    private static FaultException NotConnectWise(VendorResponse response, Func<string, string> scrub) =>
        At("apiUrl", new Fault.BadData($"{response.Address.IdnHost} does not answer as ConnectWise does: it names no code base for the account.", scrub(response.Sample())));

    /// <summary>No key was sent yet, so none can have been refused.</summary>
    private static FaultException Refusal(FaultException e) =>
        e.Fault is Fault.AuthFailed refused ? At("apiUrl", new Fault.VendorDown(refused.Hint)) : e;

    private static FaultException At(string field, Fault fault) => new(fault) { Field = field };
}
