using System.Net;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Connectors.Microsoft365;

/// <summary>Tests the MSP's own tenant (cloud, app, secret, the list of clients) or one client's (agreement, then each area), so that the first thing that is wrong is the one that is named.</summary>
internal static class Microsoft365Test
{
    public static async Task<TestReport> RunAsync(Session session, IReadOnlyList<StreamDefinition> streams, SettingsSchema schema, CancellationToken ct)
    {
        if (schema.Validate(session.Settings) is [var error, ..])
        {
            return TestReports.Failed(error.Field, error.Message, "Correct this field.", new Fault.BadData(error.Message));
        }

        try
        {
            var client = new Microsoft365Client(session, isAwaited: true);
            await client.SignInAsync(ct);
            return session.Partition.Length == 0 ? await OwnAsync(client, streams, ct) : await ClientsAsync(client, streams, ct);
        }
        catch (FaultException e)
        {
            var refusal = e.InnerException as EntraRefusal;
            var report = TestReports.Failed(e.Field, e.Fault.Sentence, refusal?.WhatToDo ?? Advice(e), e.Fault);
            return refusal?.NeedsConsent == true ? report with { Problem = report.Problem! with { NeedsConsent = true } } : report;
        }
    }

    private static string Advice(FaultException e) => (e.Field, e.Fault) switch
    {
        ("cloud", _) => Microsoft365Cloud.Wanted,
        ("tenant", _) => Microsoft365Tenant.Wanted,
        ("clientSecret", _) => "Make a new client secret (App registration → Certificates & secrets) and enter its value.",
        (_, Fault.RateLimited) => "Wait a few minutes and try again.",
        _ => "Try again; if it stays, Microsoft's service health page may say more.",
    };

    /// <summary>A token proves tenant, app and secret; whether the relationships may be read decides only who is listed by itself.</summary>
    private static async Task<TestReport> OwnAsync(Microsoft365Client client, IReadOnlyList<StreamDefinition> streams, CancellationToken ct)
    {
        var account = await Microsoft365Organization.ReadAsync(client, ct) ?? await Microsoft365Partitions.LookUpAsync(client, client.OwnTenant, ct);
        var (outcome, detail) = await CustomersAsync(client, ct);
        return new TestReport
        {
            Account = account with { Field = "tenant" },
            Areas = [.. streams.Where(s => !s.PerPartition).Select(s => new AreaResult(s.DataType, outcome, s.Permission, s.Required, detail))],
        };
    }

    private static async Task<(AreaOutcome Outcome, string? Detail)> CustomersAsync(Microsoft365Client client, CancellationToken ct)
    {
        try
        {
            if (await Microsoft365Companies.FirstAsync(client, Microsoft365Companies.List, Microsoft365Permissions.Customers, ct) is not { } first)
            {
                return (AreaOutcome.Granted, $"Your clients are not listed by themselves: the permission {Microsoft365Permissions.Customers.Name} is missing. Clients that you connect one by one are read all the same.");
            }

            var domains = await Microsoft365Companies.FirstAsync(client, Microsoft365Companies.Contracts, Microsoft365Permissions.Contracts, ct);
            return (first.Rows.Count == 0 ? AreaOutcome.GrantedNoData : AreaOutcome.Granted,
                domains is null ? $"Clients come without their main domain: the permission {Microsoft365Permissions.Contracts.Name} is missing." : null);
        }
        catch (FaultException e) when (e.Fault is Fault.BadData or Fault.VendorDown && e.Field is null)
        {
            return (AreaOutcome.CouldNotVerify, e.Fault.Sentence);
        }
    }

    private static async Task<TestReport> ClientsAsync(Microsoft365Client client, IReadOnlyList<StreamDefinition> streams, CancellationToken ct)
    {
        var account = await Microsoft365Organization.ReadAsync(client, ct);
        if (account is not null && account.Id != client.Tenant)
        {
            throw new FaultException(new Fault.BadData($"Microsoft answered for the tenant {account.Id} instead of {client.Tenant}."));
        }

        var areas = new List<AreaResult>();
        foreach (var stream in streams.Where(s => s.PerPartition))
        {
            var (outcome, detail) = await AreaAsync(client, stream.DataType, ct);
            areas.Add(new AreaResult(stream.DataType, outcome, stream.Permission, stream.Required, detail));
        }

        if (areas.All(a => a.Outcome == AreaOutcome.NotPermitted))
        {
            // Known there, and nothing agreed to: as good as not known.
            const string nothing = "This client has not agreed to any of the permissions that MSPortal's app needs.";
            return new TestReport
            {
                Areas = areas,
                Problem = new TestProblem(null, nothing, "Give the app its permissions (App registration → API permissions), then send the client's administrator the consent link.", new Fault.AuthFailed(nothing)) { NeedsConsent = true },
            };
        }

        var known = client.Session.Partitions.FirstOrDefault(p => p.Id.Equals(client.Tenant, StringComparison.OrdinalIgnoreCase));
        return new TestReport { Account = account ?? new AccountIdentity(client.Tenant, known?.Name ?? client.Tenant, Field: "tenant") { Detail = known?.Detail }, Areas = areas };
    }

    private static async Task<(AreaOutcome Outcome, string? Detail)> AreaAsync(Microsoft365Client client, DataType type, CancellationToken ct)
    {
        var kind = Microsoft365Connector.Kind(type);
        try
        {
            var address = client.Address(kind.Any);
            var response = await client.AskAsync(address, ct);
            if (response.Status == HttpStatusCode.Forbidden && !response.IsWebPage())
            {
                return (AreaOutcome.NotPermitted, Microsoft365Errors.Message(response, client.Scrub) is { Length: > 0 } said ? said : null);
            }

            if (Microsoft365Errors.IsNotThere(response))
            {
                return (AreaOutcome.NotAvailable, Microsoft365Errors.Message(response, client.Scrub));
            }

            var page = response.IsSuccess ? GraphPage.Of(client, address, response) : throw client.Refusal(response, kind.Permission);
            var detail = type == DataType.Licenses ? await RenewalsAsync(client, ct) : null;
            return (page.Rows.Count == 0 && page.Next is null ? AreaOutcome.GrantedNoData : AreaOutcome.Granted, detail);
        }
        catch (FaultException e) when (e.Fault is Fault.BadData or Fault.VendorDown && e.Field is null)
        {
            return (AreaOutcome.CouldNotVerify, e.Fault.Sentence);
        }
    }

    private static async Task<string?> RenewalsAsync(Microsoft365Client client, CancellationToken ct) =>
        Microsoft365Errors.IsNotThere(await client.AskAsync(Microsoft365Subscriptions.List, ct)) ? "Licences come without the dates of their renewal: the app may not read subscriptions here." : null;
}
