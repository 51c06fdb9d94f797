using System.Text.Json;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Connectors.ConnectWiseAsio;

/// <summary>Tests a connection from the outside in (environment, API credential, each area with a token of its own), so that the first thing that is wrong is the one that is named.</summary>
internal static class AsioTest
{
    private static readonly (string? Field, string Message, string WhatToDo) Nothing =
        (null, "The API credential is accepted, but it may not read anything.", "Give the API credential the scopes platform.companies.read, platform.sites.read and platform.devices.read.");

    public static async Task<TestReport> RunAsync(Session session, IReadOnlyList<StreamDefinition> streams, SettingsSchema schema, CancellationToken ct)
    {
        if (schema.Validate(session.Settings) is [var error, ..])
        {
            return TestReports.Failed(error.Field, error.Message, "Correct this field.", new Fault.BadData(error.Message));
        }

        try
        {
            return await new Probe(new AsioClient(session)).RunAsync(streams, ct);
        }
        catch (FaultException e)
        {
            return TestReports.Failed(e.Field, e.Fault.Sentence, Advice(e), e.Fault);
        }
    }

    private static string Advice(FaultException e) => (e.Field, e.Fault) switch
    {
        ("environment", _) => "Choose the environment where your ConnectWise platform is hosted: NA, EU or AU.",
        ("clientSecret", _) => "Copy the Client ID again and make a new secret (Settings → API Keys); an API credential of another environment is not known here.",
        (_, Fault.RateLimited) => "Wait a few minutes and try again: ConnectWise locks a credential that asks for too many tokens.",
        _ => "Try again; if it stays, the platform's status page may say more.",
    };

    private sealed class Probe(AsioClient client)
    {
        private string? company;
        private (string Company, string Site, string Device)? device;
        private AccountIdentity? account;

        public async Task<TestReport> RunAsync(IReadOnlyList<StreamDefinition> streams, CancellationToken ct)
        {
            var companies = await AskAsync(CompaniesAsync, AsioPermissions.Companies, ct);
            var devices = await AskAsync(DevicesAsync, AsioPermissions.Devices, ct);
            var details = devices.Outcome == AreaOutcome.Granted ? await AskAsync(DetailsAsync, AsioPermissions.Devices, ct) : devices;
            var areas = streams.Select(s =>
            {
                var (outcome, detail) = s.DataType switch { DataType.Companies => companies, DataType.Devices => devices, _ => details };
                return new AreaResult(s.DataType, outcome, s.Permission, s.Required, detail);
            }).ToList();
            return TestReports.Of(account ?? Identity(null)!, areas, Nothing);
        }

        private async Task<(AreaOutcome Outcome, string? Detail)> AskAsync(Func<CancellationToken, Task<(AreaOutcome, string?)>> ask, VendorPermission permission, CancellationToken ct)
        {
            try
            {
                await client.SignInAsync(permission, ct);
                return await ask(ct);
            }
            catch (FaultException e) when (e.Fault is Fault.PermissionMissing)
            {
                return (AreaOutcome.NotPermitted, null);
            }
            catch (FaultException e) when (e.Fault is Fault.BadData or Fault.VendorDown && e.Field is null)
            {
                return (AreaOutcome.CouldNotVerify, e.Fault.Sentence);
            }
        }

        private async Task<(AreaOutcome Outcome, string? Detail)> CompaniesAsync(CancellationToken ct)
        {
            var response = await client.AskAsync(HttpMethod.Get, "/v1/company/companies", null, AsioPermissions.Companies, ct);
            if (Refused(response, AsioPermissions.Companies) is { } refused)
            {
                return refused;
            }

            var rows = client.Data(response, JsonValueKind.Array);
            foreach (var row in rows.EnumerateArray().Select(e => new JsonRow(e)))
            {
                try
                {
                    company ??= AsioJson.Id(row, "id");
                    account ??= Identity(row);
                }
                catch (FieldException)
                {
                    continue;   // Another will do.
                }
            }

            return (rows.GetArrayLength() == 0 ? AreaOutcome.GrantedNoData : AreaOutcome.Granted, await SitesAsync(ct));
        }

        /// <summary>Sites give devices the name of their place, and nothing else.</summary>
        private async Task<string?> SitesAsync(CancellationToken ct)
        {
            try
            {
                var response = await client.AskAsync(HttpMethod.Get, "/v1/company/sites", null, AsioPermissions.Sites, ct);
                return (int)response.Status is 401 or 403 ? NoSites : null;
            }
            catch (FaultException e) when (e.Fault is Fault.PermissionMissing)
            {
                return NoSites;
            }
        }

        private static string NoSites => $"Devices come without the names of their sites: the scope {AsioPermissions.Sites.Name} is missing.";

        private async Task<(AreaOutcome Outcome, string? Detail)> DevicesAsync(CancellationToken ct)
        {
            if (company is null)
            {
                return (AreaOutcome.CouldNotVerify, "There is no company whose devices could be asked for.");
            }

            var response = await AsioDevices.AskOneAsync(client, company, ct);
            if (AsioErrors.IsNotFound(response))
            {
                return (AreaOutcome.Granted, null);   // One company without devices says nothing.
            }

            if (Refused(response, AsioPermissions.Devices) is { } refused)
            {
                return refused;
            }

            var answer = client.Data(response, JsonValueKind.Object);
            var found = AsioDevices.Categories.SelectMany(c => AsioJson.Items(answer, c)).SelectMany(g => AsioJson.Items(g, "endpoints").Select(e => (Group: new JsonRow(g), Device: new JsonRow(e)))).Take(1).ToList();
            foreach (var (group, one) in found)
            {
                try
                {
                    device = (AsioJson.Id(group, "companyid") ?? "", AsioJson.Id(group, "siteid") ?? "", AsioJson.Id(one, "endpointid") ?? "");
                }
                catch (FieldException)
                {
                    continue;   // A damaged device is no reason to call the area denied.
                }
            }

            return (AreaOutcome.Granted, null);
        }

        private async Task<(AreaOutcome Outcome, string? Detail)> DetailsAsync(CancellationToken ct)
        {
            if (device is not { Company.Length: > 0, Site.Length: > 0, Device.Length: > 0 } one)
            {
                return (AreaOutcome.Granted, null);   // The same scope as the list.
            }

            var response = await AsioDetails.AskAsync(client, one.Company, one.Site, one.Device, ct);
            return Refused(response, AsioPermissions.Devices) ?? (AreaOutcome.Granted, null);
        }

        private (AreaOutcome Outcome, string? Detail)? Refused(VendorResponse response, VendorPermission permission) => (int)response.Status switch
        {
            >= 200 and < 300 => null,
            // The credential got a token a moment ago, so a 401 is this area's.
            401 or 403 => (AreaOutcome.NotPermitted, AsioErrors.Message(response, client.Scrub) is { Length: > 0 } said ? said : null),
            404 => (AreaOutcome.NotAvailable, $"ConnectWise does not know {response.Address.AbsolutePath} (404)."),
            _ => (AreaOutcome.CouldNotVerify, client.Refusal(response, permission).Fault.Sentence),
        };

        /// <summary>Every company names the partner whose client it is: that is the account.</summary>
        private AccountIdentity? Identity(JsonRow? row)
        {
            var partner = row?.Text("partnerid") ?? row?.Text("account/id");
            return partner is not null ? new AccountIdentity(partner.ToLowerInvariant(), row?.Text("account/name") ?? $"Partner {partner}", Field: "clientId")
                : row is null ? new AccountIdentity($"client {client.ClientId}", $"ConnectWise {AsioAddress.Name(client.Site)}", Field: "clientId")
                : null;
        }
    }
}
