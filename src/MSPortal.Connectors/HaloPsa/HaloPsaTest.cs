using System.Text.Json;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Connectors.HaloPsa;

/// <summary>Tests a connection from the outside in (host, Authorisation Server, application, each area), so that the first thing that is wrong is the one that is named.</summary>
internal static class HaloPsaTest
{
    private static readonly (string? Field, string Message, string WhatToDo) Nothing =
        (null, "The application is accepted, but it may not read anything.", "Give the application its permissions, and give the agent that it logs in as a role that may read.");

    public static async Task<TestReport> RunAsync(Session session, IReadOnlyList<StreamDefinition> streams, SettingsSchema schema, CancellationToken ct)
    {
        if (schema.Validate(session.Settings) is [var error, ..])
        {
            return TestReports.Failed(error.Field, error.Message, "Correct this field.", new Fault.BadData(error.Message));
        }

        try
        {
            var client = new HaloPsaClient(session);
            var account = await client.AccountAsync(ct);
            await client.SignInAsync(ct);
            var host = client.Site.IsDefaultPort ? client.Site.IdnHost : client.Site.Authority;
            var name = string.IsNullOrEmpty(account.Tenant) ? client.Site.IdnHost : account.Tenant;
            var (version, time) = await VersionAsync(client, ct);
            var identity = new AccountIdentity(host.ToLowerInvariant(), name, version, Field: "haloUrl");
            var areas = new List<AreaResult>();
            foreach (var stream in streams)
            {
                var (outcome, detail) = await AreaAsync(client, stream.DataType, ct);
                areas.Add(new AreaResult(stream.DataType, outcome, stream.Permission, stream.Required, detail));
            }

            return TestReports.Of(identity, TestReports.WithClock(areas, "Halo", time, session.Clock.GetUtcNow()), Nothing);
        }
        catch (FaultException e)
        {
            return TestReports.Failed(e.Field, e.Fault.Sentence, Advice(e), e.Fault);
        }
    }

    /// <summary>Current versions tell anyone which one they are; older ones do not, and need not.</summary>
    private static async Task<(string? Version, DateTimeOffset? Time)> VersionAsync(HaloPsaClient client, CancellationToken ct)
    {
        if (await client.AskOpenlyAsync("/InstanceInfo", ct) is not { } response)
        {
            return (null, null);
        }

        using var json = response.TryJson();
        return (json is { RootElement.ValueKind: JsonValueKind.Object } && json.RootElement.TryGetProperty("version", out var version) && version.ValueKind == JsonValueKind.String
            ? JsonText.Of(version)
            : null, response.Time);
    }

    private static async Task<(AreaOutcome Outcome, string? Detail)> AreaAsync(HaloPsaClient client, DataType type, CancellationToken ct)
    {
        switch (type)
        {
            case DataType.Reference:
                var (types, why, _) = await ProbeAsync(client, HaloPsaReference.Types, HaloPsaReference.Types.Always, ct);
                return types is AreaOutcome.Granted ? (types, await HaloPsaReference.DeniedAsync(client, ct)) : (types, why);
            case DataType.Users:
                return Short(await ProbeAsync(client, HaloPsaStreams.Agents, HaloPsaStreams.Agents.Always, ct));
            case DataType.TimeEntries:
                return Short(await ProbeAsync(client, HaloPsaTime.Today(client.Session), HaloPsaTime.Today(client.Session).Always, ct));
            case DataType.Companies:
                return Short(await ProbeAsync(client, HaloPsaStreams.Companies, One(HaloPsaStreams.Companies), ct));
            case DataType.Contacts:
                return Short(await ProbeAsync(client, HaloPsaStreams.Contacts, One(HaloPsaStreams.Contacts), ct));
            case DataType.Devices:
                return Short(await ProbeAsync(client, HaloPsaStreams.Devices, One(HaloPsaStreams.Devices), ct));
            default:
                var list = HaloPsaStreams.Tickets(client, HaloPsaStatuses.Unknown);
                var tickets = await ProbeAsync(client, list, One(list), ct);
                return type == DataType.Tickets ? Short(tickets) : await ActionsAsync(client, tickets, ct);
        }
    }

    private static async Task<(AreaOutcome Outcome, string? Detail)> ActionsAsync(
        HaloPsaClient client, (AreaOutcome Outcome, string? Detail, string? Id) tickets, CancellationToken ct)
    {
        if (tickets.Id is null)
        {
            return tickets.Outcome == AreaOutcome.GrantedNoData ? (AreaOutcome.CouldNotVerify, "There is no ticket whose actions could be asked for.") : Short(tickets);
        }

        var list = new HaloPsaList("/Actions", "actions", "actions", HaloPsaPermissions.Notes, row => HaloPsaMapping.Action(row, tickets.Id));
        var (outcome, detail, _) = await ProbeAsync(client, list, $"ticket_id={tickets.Id}&excludesys=true&count=1", ct);
        return (outcome == AreaOutcome.GrantedNoData ? AreaOutcome.Granted : outcome, detail);   // One ticket without actions says nothing.
    }

    private static string One(HaloPsaList list) => HaloPsaLists.Join(list.Always, "order=id&orderdesc=false&pageinate=true&page_size=1&page_no=1");

    /// <summary>One row is the least that can be asked for.</summary>
    private static async Task<(AreaOutcome Outcome, string? Detail, string? Id)> ProbeAsync(HaloPsaClient client, HaloPsaList list, string query, CancellationToken ct)
    {
        try
        {
            var response = await client.AskAsync(list.Path, query, ct);
            if (!response.IsSuccess)
            {
                var said = HaloPsaErrors.Message(response, client.Scrub);
                return (int)response.Status switch
                {
                    // The application was accepted a moment ago, so a 401 is this area's.
                    401 or 403 => (AreaOutcome.NotPermitted, said.Length > 0 ? said : null, null),
                    404 => (AreaOutcome.NotAvailable, $"HaloPSA does not know {response.Address.AbsolutePath} (404).", null),
                    _ => (AreaOutcome.CouldNotVerify, HaloPsaErrors.Of(response, list.Permission, client.Session.Clock.GetUtcNow(), client.Scrub).Fault.Sentence, null),
                };
            }

            using var json = response.TryJson();
            return json is null || HaloPsaLists.Rows(json.RootElement, list.Envelope) is not { } rows ? (AreaOutcome.CouldNotVerify, HaloPsaErrors.NoData(response, client.Scrub).Fault.Sentence, null)
                : rows.Count == 0 ? (AreaOutcome.GrantedNoData, null, null)
                : (AreaOutcome.Granted, null, IdOf(rows[0]));
        }
        catch (FaultException e) when (e.Fault is not Fault.AuthFailed)
        {
            return (AreaOutcome.CouldNotVerify, e.Fault.Sentence, null);
        }
    }

    private static (AreaOutcome Outcome, string? Detail) Short((AreaOutcome Outcome, string? Detail, string? Id) probe) => (probe.Outcome, probe.Detail);

    private static string? IdOf(JsonElement row) =>
        row.ValueKind == JsonValueKind.Object && row.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.Number ? id.GetRawText() : null;

    private static string Advice(FaultException e) => (e.Field, e.Fault) switch
    {
        ("haloUrl", _) => "Check the Halo URL: the Resource Server of Configuration → Integrations → Halo API, without “/api”.",
        ("authUrl", _) => "Enter the Authorisation Server of Configuration → Integrations → Halo API, or leave the field empty.",
        ("tenant", _) => "Enter the tenant that Configuration → Integrations → Halo API shows, or leave the field empty.",
        ("clientId", _) => "Check the application: its authentication method has to be “Client ID and Secret (Services)”, and it has to be active.",
        ("clientSecret", _) => "Copy the Client ID again and make a new Client Secret (Configuration → Integrations → Halo API → the application).",
        (_, Fault.RateLimited) => "Wait five minutes and try again: other programs may be using up Halo's limit.",
        _ => "Try again; if it stays, Halo's status page may say more.",
    };
}
