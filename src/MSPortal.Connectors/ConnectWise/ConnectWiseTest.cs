using System.Text.Json;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Connectors.ConnectWise;

/// <summary>Tests a connection from the outside in (host, company, keys, each area), so that the first thing that is wrong is the one that is named.</summary>
internal static class ConnectWiseTest
{
    private static readonly (string? Field, string Message, string WhatToDo) Nothing =
        (null, "The keys are accepted, but they may not read anything.", "Give the API member a security role in System → Security Roles.");

    public static async Task<TestReport> RunAsync(Session session, IReadOnlyList<StreamDefinition> streams, SettingsSchema schema, CancellationToken ct)
    {
        if (schema.Validate(session.Settings) is [var error, ..])
        {
            return TestReports.Failed(error.Field, error.Message, "Correct this field.", new Fault.BadData(error.Message));
        }

        try
        {
            var client = new ConnectWiseClient(session);
            var account = await client.DiscoverAsync(ct);
            var (version, time) = await VersionAsync(client, ct);
            var identity = new AccountIdentity(Identity(client, account), account.Name ?? client.CompanyId, version ?? account.Version, Field: "companyId");
            var areas = new List<AreaResult>();
            foreach (var stream in streams)
            {
                var (outcome, detail, permission) = await AreaAsync(client, stream.DataType, ct);
                areas.Add(new AreaResult(stream.DataType, outcome, permission, stream.Required, detail));
            }

            return TestReports.Of(identity, TestReports.WithClock(areas, "ConnectWise", time, session.Clock.GetUtcNow()), Nothing);
        }
        catch (FaultException e)
        {
            return TestReports.Failed(e.Field, e.Fault.Sentence, Advice(e), e.Fault);
        }
    }

    private static async Task<(string? Version, DateTimeOffset? Time)> VersionAsync(ConnectWiseClient client, CancellationToken ct)
    {
        var response = await client.AskAsync("/system/info", "", ct);
        if ((int)response.Status == 403)
        {
            var refusal = ConnectWiseErrors.Of(response, null, client.Session.Clock.GetUtcNow(), client.Scrub);
            return refusal.Field is "privateKey" ? (null, response.Time) : throw refusal;   // The areas will tell what the keys may do.
        }

        if (!response.IsSuccess)
        {
            throw ConnectWiseErrors.Of(response, null, client.Session.Clock.GetUtcNow(), client.Scrub);
        }

        using var json = response.TryJson();
        if (json is not { RootElement.ValueKind: JsonValueKind.Object })
        {
            throw new FaultException(ConnectWiseLists.NoList(client, response).Fault) { Field = "apiUrl" };
        }

        return (json.RootElement.TryGetProperty("version", out var version) && version.ValueKind == JsonValueKind.String ? JsonText.Of(version) : null, response.Time);
    }

    /// <summary>The same for the API's host and the pages' host, and for every code base.</summary>
    private static string Identity(ConnectWiseClient client, ConnectWiseAccount account) =>
        $"{(account.CompanyId ?? client.CompanyId).ToLowerInvariant()}@{ConnectWiseAddress.SiteHost(client.SiteAddress).ToLowerInvariant()}";

    private static async Task<(AreaOutcome Outcome, string? Detail, VendorPermission Permission)> AreaAsync(ConnectWiseClient client, DataType type, CancellationToken ct)
    {
        var (path, permission) = type switch
        {
            DataType.Reference => (ConnectWiseReferenceLists.Boards.Path, ConnectWisePermissions.Reference),
            DataType.Companies => ("/company/companies", ConnectWisePermissions.Companies),
            DataType.Contacts => (ConnectWiseStreams.Contacts.Path, ConnectWisePermissions.Contacts),
            DataType.Users => (ConnectWiseStreams.Members.Path, ConnectWisePermissions.Users),
            DataType.Devices => (ConnectWiseStreams.Devices.Path, ConnectWisePermissions.Devices),
            DataType.Tickets => ("/service/tickets", ConnectWisePermissions.Tickets),
            DataType.TimeEntries => (ConnectWiseStreams.Time.Path, ConnectWisePermissions.Time),
            _ => ("", ConnectWisePermissions.Notes),
        };
        if (path.Length == 0)
        {
            var (notes, why) = await NotesAsync(client, permission, ct);
            return (notes, why, permission);
        }

        var (outcome, detail, _) = await ProbeAsync(client, path, permission, ct);
        var isOpen = outcome is AreaOutcome.Granted or AreaOutcome.GrantedNoData;
        if (isOpen && type == DataType.Tickets && client.Session.Scope.Options.Contains(ConnectWiseTickets.ProjectOption))
        {
            // Chosen and then left out in silence would be worse than a ticket list that says why it stands still.
            var (projects, said, _) = await ProbeAsync(client, "/project/tickets", ConnectWisePermissions.ProjectTickets, ct);
            return projects is AreaOutcome.NotPermitted ? (projects, said, ConnectWisePermissions.ProjectTickets) : (outcome, detail, permission);
        }

        return isOpen && type == DataType.Reference ? (outcome, await DeniedListsAsync(client, ct), permission) : (outcome, detail, permission);
    }

    private static async Task<(AreaOutcome Outcome, string? Detail)> NotesAsync(ConnectWiseClient client, VendorPermission permission, CancellationToken ct)
    {
        var (tickets, why, id) = await ProbeAsync(client, "/service/tickets", permission, ct);
        if (id is null)
        {
            return tickets == AreaOutcome.GrantedNoData ? (AreaOutcome.CouldNotVerify, "There is no ticket whose notes could be asked for.") : (tickets, why);
        }

        var (outcome, detail, _) = await ProbeAsync(client, $"/service/tickets/{id}/notes", permission, ct);
        return (outcome == AreaOutcome.GrantedNoData ? AreaOutcome.Granted : outcome, detail);   // One ticket without notes says nothing.
    }

    /// <summary>One row's id is the least that can be asked for.</summary>
    private static async Task<(AreaOutcome Outcome, string? Detail, string? Id)> ProbeAsync(ConnectWiseClient client, string path, VendorPermission permission, CancellationToken ct)
    {
        try
        {
            var response = await client.AskAsync(path, ConnectWiseQuery.Of(null, "id", pageSize: 1), ct);
            if (!response.IsSuccess)
            {
                var refusal = ConnectWiseErrors.Of(response, permission, client.Session.Clock.GetUtcNow(), client.Scrub);
                return (int)response.Status switch
                {
                    // The keys were accepted a moment ago, so a 401 is this area's.
                    401 or 403 => (AreaOutcome.NotPermitted, ConnectWiseErrors.Message(response, client.Scrub) is { Length: > 0 } said ? said : null, null),
                    404 when refusal.Fault is Fault.PermissionMissing => (AreaOutcome.NotPermitted, null, null),
                    404 => (AreaOutcome.NotAvailable, refusal.Fault.Sentence, null),
                    _ => (AreaOutcome.CouldNotVerify, refusal.Fault.Sentence, null),
                };
            }

            using var json = response.TryJson();
            return json is not { RootElement.ValueKind: JsonValueKind.Array } ? (AreaOutcome.CouldNotVerify, ConnectWiseLists.NoList(client, response).Fault.Sentence, null)
                : json.RootElement.GetArrayLength() == 0 ? (AreaOutcome.GrantedNoData, null, null)
                : (AreaOutcome.Granted, null, IdOf(json.RootElement[0]));
        }
        catch (FaultException e)
        {
            return (AreaOutcome.CouldNotVerify, e.Fault.Sentence, null);
        }
    }

    private static string? IdOf(JsonElement row) =>
        row.ValueKind == JsonValueKind.Object && row.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.Number ? id.GetRawText() : null;

    private static async Task<string?> DeniedListsAsync(ConnectWiseClient client, CancellationToken ct)
    {
        var denied = new List<string>();
        foreach (var list in ConnectWiseReferenceLists.Global.Where(l => l != ConnectWiseReferenceLists.Boards))
        {
            if (await ProbeAsync(client, list.Path, list.Permission, ct) is { Outcome: AreaOutcome.NotPermitted or AreaOutcome.NotAvailable })
            {
                denied.Add(list.Noun);
            }
        }

        return denied.Count == 0 ? null : $"Not permitted, and left out: {string.Join(", ", denied)} (Table Setup).";
    }

    private static string Advice(FaultException e) => (e.Field, e.Fault) switch
    {
        ("apiUrl", _) => "Check the API URL: api-na, api-eu, api-au, api-aus or api-za.myconnectwise.net, or the name of your own server.",
        ("companyId", _) => "Enter the company id exactly as on ConnectWise's sign-in page, and check that the API URL is the one of your region.",
        ("clientId", _) => "Copy your clientId from developer.connectwise.com → ClientID.",
        ("privateKey", _) => "Check Public Key and Private Key (System → Members → API Members → API Keys), and that the API member is active.",
        (_, Fault.RateLimited) => "Wait a minute and try again: other programs may be using up ConnectWise's limit.",
        _ => "Try again; if it stays, ConnectWise's status page may say more.",
    };
}
