using MSPortal.Core.Contracts;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;

namespace MSPortal.Core.Integrations;

/// <summary>What became of an attempt to connect a client on its own.</summary>
/// <param name="Partition">The connection that was made or renewed; null when none was.</param>
/// <param name="Problem">Why not, in one sentence, with what to do.</param>
/// <param name="NeedsConsent">An administrator of the client has to agree first.</param>
public sealed record ClientConnection(AccountIdentity? Partition, string? Problem = null, bool NeedsConsent = false)
{
    /// <summary>What the vendor said of each area; empty when it was not asked.</summary>
    public IReadOnlyList<AreaResult> Areas { get; init; } = [];

    public bool Succeeded => Problem is null && Partition is not null;
}

/// <summary>Connects clients one by one where a vendor keeps them apart, so that page, API, command line and the client's own answer accept and refuse alike: nothing is stored that did not pass its test.</summary>
public sealed class ConnectingClients(ConnectorRegistry connectors, Sessions sessions, ISyncStore sync, IIntegrationStore integrations, TimeProvider clock)
{
    /// <param name="entered">The vendor's id of the client's account, or what else <see cref="PartitionSupport.IdHelp"/> says.</param>
    /// <param name="companyId">Whose connection it is; null leaves the link to a person.</param>
    public async Task<ClientConnection> ConnectAsync(long integrationId, string entered, Guid? companyId, Actor actor, CancellationToken ct)
    {
        var (integration, connector, support) = await GetAsync(actor.TenantId, integrationId, ct);
        if (integration.Settings is null || integration.Status is IntegrationStatus.Disconnected or IntegrationStatus.Stopped)
        {
            return new ClientConnection(null, $"{integration.Name} is disconnected. Reconnect it first.");
        }

        try
        {
            var found = await support.Find(sessions.For(integration, WorkPriority.Interactive), entered.Trim(), ct);
            var report = await connector.TestAsync(sessions.ForPartition(integration, WorkPriority.Interactive, found.Id), ct);
            if (report is not { Passed: true, Account: { } account })
            {
                var problem = report.Problem;
                return new ClientConnection(found, $"{problem?.Message ?? "The vendor did not say whose account this is."} {problem?.WhatToDo}".TrimEnd(), problem?.NeedsConsent == true);
            }

            await integrations.ConnectPartitionAsync(integrationId, new NewPartition(account, companyId, [.. connector.Streams.Where(s => s.PerPartition).Select(s => NewStream.Of(s, clock.GetUtcNow()))]), actor, ct);
            await sync.RecordAreasAsync(actor.TenantId, integrationId, account.Id, account, report.Areas, clock.GetUtcNow(), ct);
            return new ClientConnection(account) { Areas = report.Areas };
        }
        catch (FaultException e)
        {
            return new ClientConnection(null, e.Fault.Sentence);
        }
        catch (HttpRequestException e)
        {
            return new ClientConnection(null, $"The vendor could not be reached: {e.Message}");
        }
        catch (ActionRefusedException e)
        {
            return new ClientConnection(null, e.Message);
        }
    }

    /// <summary>Where an administrator of the client agrees.</summary>
    /// <param name="back">Where they come back to.</param>
    /// <param name="partition">Whose administrator; null when they choose.</param>
    public async Task<Uri> ConsentAddressAsync(long tenantId, long integrationId, Uri back, string state, string? partition, CancellationToken ct)
    {
        var (integration, _, support) = await GetAsync(tenantId, integrationId, ct);
        return support.ConsentAddress(sessions.For(integration, WorkPriority.Interactive), back, state, partition);
    }

    private async Task<(IntegrationState Integration, IConnector Connector, PartitionSupport Support)> GetAsync(long tenantId, long integrationId, CancellationToken ct)
    {
        var integration = await sync.IntegrationAsync(tenantId, integrationId, ct) ?? throw new KeyNotFoundException($"There is no integration {integrationId}.");
        var connector = connectors.Get(integration.Provider);
        return (integration, connector, connector.Partitions ?? throw new ActionRefusedException($"{integration.Name} reads all clients through one connection."));
    }
}
