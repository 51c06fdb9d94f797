using System.Text.Json;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Connectors.NinjaOne;

/// <summary>Tests a connection from the outside in (region, client app, each area), so that the first thing that is wrong is the one that is named.</summary>
internal static class NinjaOneTest
{
    private static readonly (string? Field, string Message, string WhatToDo) Nothing =
        (null, "The client app is accepted, but it may not read anything.", "Give the client app the scope Monitoring (Administration → Apps → API → Client app IDs).");

    public static async Task<TestReport> RunAsync(Session session, IReadOnlyList<StreamDefinition> streams, SettingsSchema schema, CancellationToken ct)
    {
        if (schema.Validate(session.Settings) is [var error, ..])
        {
            return TestReports.Failed(error.Field, error.Message, "Correct this field.", new Fault.BadData(error.Message));
        }

        try
        {
            var client = new NinjaOneClient(session);
            await client.SignInAsync(ct);
            var areas = new List<AreaResult>();
            foreach (var stream in streams)
            {
                areas.Add(await AreaAsync(client, stream, ct));
            }

            return TestReports.Of(Identity(client), areas, Nothing);
        }
        catch (FaultException e)
        {
            return TestReports.Failed(e.Field, e.Fault.Sentence, Advice(e), e.Fault);
        }
    }

    /// <summary>NinjaOne's API names no account: what stays the same as long as the account is the same is the client app in its region.</summary>
    private static AccountIdentity Identity(NinjaOneClient client)
    {
        var host = client.Site.IsDefaultPort ? client.Site.IdnHost : client.Site.Authority;
        return new AccountIdentity($"{host.ToLowerInvariant()}/{client.ClientId}", NinjaOneAddress.Name(client.Site), Field: "clientId");
    }

    private static async Task<AreaResult> AreaAsync(NinjaOneClient client, StreamDefinition stream, CancellationToken ct)
    {
        var path = stream.DataType switch
        {
            DataType.Companies => "/organizations?pageSize=1",
            DataType.Devices => "/devices-detailed?pageSize=1",
            _ => "/alerts",
        };
        var (outcome, detail) = await ProbeAsync(client, path, stream.Permission, ct);
        outcome = outcome == AreaOutcome.GrantedNoData && stream.DataType == DataType.Alerts ? AreaOutcome.Granted : outcome;   // No alert is what everyone hopes for.
        return new AreaResult(stream.DataType, outcome, stream.Permission, stream.Required, detail);
    }

    private static async Task<(AreaOutcome Outcome, string? Detail)> ProbeAsync(NinjaOneClient client, string path, VendorPermission permission, CancellationToken ct)
    {
        try
        {
            var response = await client.AskAsync(path, ct);
            if (!response.IsSuccess)
            {
                return (int)response.Status switch
                {
                    // The client app was accepted a moment ago, so a 401 is this area's.
                    401 or 403 => (AreaOutcome.NotPermitted, NinjaOneErrors.Message(response, client.Scrub) is { Length: > 0 } said ? said : null),
                    404 => (AreaOutcome.NotAvailable, $"NinjaOne does not know {response.Address.AbsolutePath} (404)."),
                    _ => (AreaOutcome.CouldNotVerify, client.Refusal(response, permission).Fault.Sentence),
                };
            }

            using var json = response.TryJson();
            return json is { RootElement.ValueKind: JsonValueKind.Array }
                ? (json.RootElement.GetArrayLength() == 0 ? AreaOutcome.GrantedNoData : AreaOutcome.Granted, null)
                : (AreaOutcome.CouldNotVerify, NinjaOneErrors.NoData(response, client.Scrub).Fault.Sentence);
        }
        catch (FaultException e) when (e.Fault is not Fault.AuthFailed)
        {
            return (AreaOutcome.CouldNotVerify, e.Fault.Sentence);
        }
    }

    private static string Advice(FaultException e) => (e.Field, e.Fault) switch
    {
        ("region", _) => "Choose the region at whose address you open NinjaOne (app is US), or enter that address.",
        ("clientId", _) => "Check the client app: Administration → Apps → API → Client app IDs; platform “API Services (machine-to-machine)”, scope Monitoring, in this very region.",
        ("clientSecret", _) => "Copy the Client ID again and make a new Client Secret (Administration → Apps → API → Client app IDs → the app).",
        (_, Fault.RateLimited) => "Wait a few minutes and try again: other programs may be using up NinjaOne's limit.",
        _ => "Try again; if it stays, NinjaOne's status page may say more.",
    };
}
