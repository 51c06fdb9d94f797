using MSPortal.Core.Contracts;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;

namespace MSPortal.Core.Integrations;

/// <summary>What became of an attempt to connect, reconnect or test.</summary>
/// <param name="Errors">Each at the setting that caused it; empty when all went well.</param>
/// <param name="Report">What the vendor said; null when it was not asked.</param>
/// <param name="IntegrationId">The integration that was made or changed; null when none was.</param>
/// <param name="Warning">The test went well, and yet connecting would be refused: why, in one sentence.</param>
public sealed record ConnectResult(IReadOnlyList<FieldError> Errors, TestReport? Report = null, long? IntegrationId = null, string? Warning = null)
{
    public bool Succeeded => Errors.Count == 0;
}

/// <summary>Makes and renews connections, so that page, API and command line refuse and accept alike: nothing is stored that did not pass its test.</summary>
public sealed class Connecting(ConnectorRegistry connectors, Sessions sessions, ISyncStore sync, IIntegrationStore integrations, TimeProvider clock)
{
    /// <summary>Checks the form, then asks the vendor.</summary>
    /// <param name="integrationId">Whose stored secrets a mask stands for; null for a new connection.</param>
    public async Task<ConnectResult> TestAsync(
        string provider, IReadOnlyDictionary<string, string> entered, long? integrationId, Actor actor, CancellationToken ct)
    {
        var connector = connectors.Get(provider);
        var stored = integrationId is { } id ? (await GetAsync(actor.TenantId, id, ct)).Settings : null;
        if (connector.Settings.Misdirected(stored, entered) is { Count: > 0 } errors)
        {
            return new ConnectResult(errors);
        }

        var tested = await TestAsync(connector, connector.Settings.Merge(stored, entered), null, ct);
        return integrationId is null && tested is { Succeeded: true, Report.Account: { } account }
            ? tested with { Warning = await integrations.WhyNotTwiceAsync(actor.TenantId, connector.Info.Id, account, ct) }
            : tested;
    }

    /// <summary>Stores a new integration when its test passes.</summary>
    /// <param name="skipTest">For an operator who sets up before the vendor can be reached; nothing is known of account and permissions then.</param>
    public async Task<ConnectResult> ConnectAsync(
        string provider, string name, IReadOnlyDictionary<string, string> entered, bool skipTest, Actor actor, CancellationToken ct)
    {
        var connector = connectors.Get(provider);
        var settings = connector.Settings.Merge(null, entered);
        var tested = skipTest
            ? new ConnectResult(connector.Settings.Validate(settings))
            : await TestAsync(connector, settings, null, ct);
        if (!tested.Succeeded)
        {
            return tested;
        }

        long id;
        try
        {
            id = await integrations.CreateAsync(
                new NewIntegration(
                    connector.Info.Id,
                    string.IsNullOrWhiteSpace(name) ? connector.Info.Name : name.Trim(),
                    settings,
                    SecretKeys(connector),
                    tested.Report?.Account,
                    [.. connector.Streams.Where(s => !s.PerPartition).Select(stream => Stream(stream, tested.Report))],
                    new TicketScope { Containers = connector.TicketSettings is null ? null : [] }),
                actor,
                ct);
        }
        catch (ActionRefusedException e)
        {
            return tested with { Errors = [new FieldError(tested.Report?.Account?.Field, e.Message)] };
        }

        await RecordAsync(actor.TenantId, id, tested.Report, ct);
        return tested with { IntegrationId = id };
    }

    /// <summary>Fresh credentials for the same account; masks keep what is stored.</summary>
    public async Task<ConnectResult> ReconnectAsync(
        long integrationId, IReadOnlyDictionary<string, string> entered, Actor actor, CancellationToken ct)
    {
        var integration = await GetAsync(actor.TenantId, integrationId, ct);
        var connector = connectors.Get(integration.Provider);
        if (connector.Settings.Misdirected(integration.Settings, entered) is { Count: > 0 } errors)
        {
            return new ConnectResult(errors);
        }

        var settings = connector.Settings.Merge(integration.Settings, entered);
        var tested = await TestAsync(connector, settings, integration, ct);
        if (tested is { Succeeded: true, Report.Account: { } account } && await KnownAsync(connector, integration, ct) is { } known && account.Id != known)
        {
            return tested with { Errors = [Another(account)] };
        }

        if (!tested.Succeeded)
        {
            return tested;
        }

        await integrations.ReconnectAsync(integrationId, settings, SecretKeys(connector), tested.Report?.Account, actor, ct);
        await RecordAsync(actor.TenantId, integrationId, tested.Report, ct);
        return tested with { IntegrationId = integrationId };
    }

    /// <summary>Asks the vendor again about account and permissions with the stored credentials; what it says of the areas locks and unlocks data types.</summary>
    public async Task<ConnectResult> RecheckAsync(long integrationId, Actor actor, CancellationToken ct)
    {
        var integration = await GetAsync(actor.TenantId, integrationId, ct);
        if (integration.Settings is not { } settings)
        {
            return new ConnectResult([new FieldError(null, "The integration has no credentials. Reconnect it.")]);
        }

        var tested = await TestAsync(connectors.Get(integration.Provider), settings, integration, ct);
        if (tested is { Report.Account: { } account } && integration.AccountId is { } known && account.Id != known)
        {
            return tested with { Errors = [Another(account)] };
        }

        await RecordAsync(actor.TenantId, integrationId, tested.Report, ct);
        return tested with { IntegrationId = integrationId };
    }

    /// <summary>How many tickets a choice brings in, asked of the vendor; null when it cannot say.</summary>
    /// <exception cref="FaultException">The vendor could not be asked.</exception>
    public async Task<int?> PreviewTicketsAsync(long integrationId, TicketScope scope, Actor actor, CancellationToken ct)
    {
        var integration = await GetAsync(actor.TenantId, integrationId, ct);
        return integration.Settings is null
            ? null
            : await connectors.Get(integration.Provider).PreviewTicketsAsync(sessions.For(integration, WorkPriority.Interactive), scope, ct);
    }

    /// <summary>Whose records are here; an integration that was stored without a test is asked with the credentials that it has read them with.</summary>
    private async Task<string?> KnownAsync(IConnector connector, IntegrationState integration, CancellationToken ct) =>
        integration is { AccountId: null, Settings: { } stored }
            ? (await TestAsync(connector, stored, integration, ct)).Report?.Account?.Id
            : integration.AccountId;

    private static FieldError Another(AccountIdentity account) => new(
        account.Field,
        $"These credentials belong to another account ({account.Name}). Reconnecting needs the same account, so that records stay what they are; connect the other one as a new integration.");

    private static HashSet<string> SecretKeys(IConnector connector) => [.. connector.Settings.Fields.Where(f => f.Secret).Select(f => f.Key)];

    private async Task<ConnectResult> TestAsync(IConnector connector, SettingsValues settings, IntegrationState? of, CancellationToken ct)
    {
        if (connector.Settings.Validate(settings) is { Count: > 0 } errors)
        {
            return new ConnectResult(errors);
        }

        TestReport report;
        try
        {
            report = await connector.TestAsync(sessions.ForTest(connector, settings, of), ct);
        }
        catch (FaultException e)
        {
            return new ConnectResult([new FieldError(e.Field, e.Fault.Sentence)]);
        }
        catch (HttpRequestException e)
        {
            return new ConnectResult([new FieldError(null, $"The vendor could not be reached: {e.Message}")]);
        }

        return report.Passed ? new ConnectResult(Missing(report), report) : new ConnectResult([Error(report.Problem)], report);
    }

    /// <summary>An integration without its required areas would sync nothing and look as if all were well.</summary>
    private static IReadOnlyList<FieldError> Missing(TestReport report) =>
    [
        .. report.Areas.Where(a => a is { Required: true, Outcome: AreaOutcome.NotPermitted or AreaOutcome.NotAvailable })
            .Select(a => new FieldError(null, $"{a.Permission.Area}: the key lacks the permission “{a.Permission.Name}” ({a.Permission.Where}).")),
    ];

    private static FieldError Error(TestProblem? problem) => problem is null
        ? new FieldError(null, "The vendor did not say which account this is.")
        : new FieldError(problem.Field, $"{problem.Message} {problem.WhatToDo}".TrimEnd());

    private NewStream Stream(StreamDefinition definition, TestReport? report)
    {
        var denied = report?.Areas.FirstOrDefault(a => a.DataType == definition.DataType && a.Outcome is AreaOutcome.NotPermitted);
        return NewStream.Of(definition, clock.GetUtcNow()) with { DeniedPermission = denied?.Permission.Name };
    }

    private Task RecordAsync(long tenantId, long integrationId, TestReport? report, CancellationToken ct) => report is { Passed: true }
        ? sync.RecordAreasAsync(tenantId, integrationId, "", report.Account, report.Areas, clock.GetUtcNow(), ct)
        : Task.CompletedTask;

    private async Task<IntegrationState> GetAsync(long tenantId, long integrationId, CancellationToken ct) =>
        await sync.IntegrationAsync(tenantId, integrationId, ct) ?? throw new KeyNotFoundException($"There is no integration {integrationId}.");
}
