using Microsoft.Extensions.Logging;
using MSPortal.Core.Contracts;
using MSPortal.Core.Integrations;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;

namespace MSPortal.Core.Webhooks;

/// <param name="Trouble">Null when everything is in order at the vendor.</param>
public sealed record SetupResult(string? Trouble);

/// <summary>Turns an integration's webhooks on and off, mends them, and checks that the vendor still has them.</summary>
public sealed class WebhookSetup(
    IWebhookStore store,
    ISyncStore integrations,
    ConnectorRegistry connectors,
    Sessions sessions,
    Endpoints endpoints,
    WebhookOptions options,
    TimeProvider clock,
    ILogger<WebhookSetup> log)
{
    /// <summary>Without a public address there is nothing to tell a vendor.</summary>
    public const string NoPublicUrl = "Webhooks are off because this portal has no public address: set MSPORTAL_PUBLIC_URL to where the internet reaches it.";

    /// <summary>Whoever leaves does not wait longer for a vendor that does not answer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>Another try soon: it was the network, or the vendor is busy.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromHours(1);

    private static readonly TimeSpan UnconnectedCheck = TimeSpan.FromMinutes(10);

    /// <summary>Turns webhooks on, or mends them: the address is registered at the vendor, whatever is there already.</summary>
    /// <exception cref="ActionRefusedException">As things stand it cannot be done.</exception>
    public async Task<SetupResult> ProvisionAsync(long integrationId, Actor actor, CancellationToken ct)
    {
        var (integration, support) = await PlaceAsync(actor.TenantId, integrationId, ct);
        if (options.PublicUrl is null)
        {
            throw new ActionRefusedException(NoPublicUrl);
        }

        if (integration is not { Settings: not null, Status: IntegrationStatus.Active or IntegrationStatus.Error })
        {
            throw new ActionRefusedException($"{integration.Name} is not connected: its webhooks can be set up when it is.");
        }

        var stored = await store.CreateAsync(integrationId, actor, ct);
        endpoints.Forget();
        return await MendAsync(stored, integration, support, WorkPriority.Interactive, ct);
    }

    /// <summary>Turns webhooks off: taken off the vendor where that is possible, and from now on unknown here.</summary>
    /// <returns>What is left to do at the vendor; null when nothing is.</returns>
    public async Task<string?> DisableAsync(long integrationId, Actor actor, CancellationToken ct)
    {
        var (integration, support) = await PlaceAsync(actor.TenantId, integrationId, ct);
        if (await store.EndpointAsync(actor.TenantId, integrationId, ct) is not { } stored)
        {
            return null;
        }

        var left = support.Provision is null ? "Remove the address at the vendor, too."
            : await RemoveAsync(stored, integration, support, ct) is { } trouble ? $"They could not be taken off the vendor ({trouble}); remove them there. Nothing that they send is taken any more."
            : null;
        await store.DeleteAsync(integrationId, actor, ct);
        endpoints.Forget();
        return left;
    }

    /// <summary>Before the credentials go: as far as the vendor lets us, nothing is left there. The endpoint stays, for a reconnect.</summary>
    public async Task TakeOffAsync(long integrationId, Actor actor, CancellationToken ct)
    {
        if (await store.EndpointAsync(actor.TenantId, integrationId, ct) is not { } stored
            || await integrations.IntegrationAsync(actor.TenantId, integrationId, ct) is not { } integration
            || connectors.Find(integration.Provider)?.Webhooks is not { } support)
        {
            return;
        }

        using var patience = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, ct);
        try
        {
            if (await RemoveAsync(stored, integration, support, either.Token) is { } trouble)
            {
                log.LogWarning("{Integration}: webhooks could not be taken off the vendor: {Trouble}", integration.Name, trouble);
            }
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            log.LogWarning("{Integration}: webhooks could not be taken off the vendor in time", integration.Name);
        }
    }

    /// <summary>After a start: while this portal was away vendors may have given up on it.</summary>
    public Task CheckSoonAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        return store.CheckSoonAsync(now - Soon, now, ct);
    }

    /// <summary>Checks every endpoint that is due, and mends what is off.</summary>
    public async Task CheckDueAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        foreach (var stored in options.PublicUrl is null ? [] : await store.TakeDueChecksAsync(now, now + options.CheckEvery, ct))
        {
            if (await integrations.IntegrationAsync(stored.TenantId, stored.IntegrationId, ct)
                    is { Settings: not null, Status: IntegrationStatus.Active or IntegrationStatus.Error } integration
                && connectors.Find(integration.Provider)?.Webhooks is { } support)
            {
                await CheckAsync(stored, integration, support, ct);
            }
            else
            {
                // Soon after it is connected again its webhooks are, too.
                await RecordAsync(stored, stored.Trouble, null, UnconnectedCheck, ct);
            }
        }
    }

    private async Task CheckAsync(StoredEndpoint stored, IntegrationState integration, WebhookSupport support, CancellationToken ct)
    {
        if (support.Check is not { } check)
        {
            return;
        }

        try
        {
            if (await check(sessions.For(integration, WorkPriority.Schedule), Of(stored)!, ct) is not { } trouble)
            {
                await RecordAsync(stored, null, null, options.CheckEvery, ct);
                return;
            }

            log.LogWarning("{Integration}: webhooks are not in order at the vendor and are set up again: {Trouble}", integration.Name, trouble);
            if (support.Provision is null)
            {
                await RecordAsync(stored, trouble, null, options.CheckEvery, ct);
                return;
            }

            await MendAsync(stored, integration, support, WorkPriority.Schedule, ct);
        }
        catch (Exception e) when (e is FaultException or HttpRequestException)
        {
            // Could not verify is not out of order.
            await RecordAsync(stored, stored.Trouble, null, Soon, ct);
        }
    }

    private async Task<SetupResult> MendAsync(StoredEndpoint stored, IntegrationState integration, WebhookSupport support, WorkPriority priority, CancellationToken ct)
    {
        string? state = null, trouble = null;
        if (support.Provision is { } provision)
        {
            var session = sessions.For(integration, priority);
            try
            {
                state = await provision(session, Of(stored)!, ct);
                trouble = support.Check is { } check ? await check(session, Of(stored with { State = state })!, ct) : null;
            }
            catch (Exception e) when (e is FaultException or HttpRequestException)
            {
                trouble = $"Webhooks could not be set up at the vendor. {Sentence(e)}";
            }
        }

        await RecordAsync(stored, trouble, state, trouble is null ? options.CheckEvery : Soon, ct);
        endpoints.Forget();
        return new SetupResult(trouble);
    }

    /// <summary>What kept it from being taken off the vendor; null when nothing did.</summary>
    private async Task<string?> RemoveAsync(StoredEndpoint stored, IntegrationState integration, WebhookSupport support, CancellationToken ct)
    {
        if (support.Remove is not { } remove || integration.Settings is null || Of(stored) is not { } endpoint)
        {
            return null;
        }

        try
        {
            await remove(sessions.For(integration, WorkPriority.Interactive), endpoint, ct);
            return null;
        }
        catch (Exception e) when (e is FaultException or HttpRequestException)
        {
            return Sentence(e);
        }
    }

    private Task RecordAsync(StoredEndpoint stored, string? trouble, string? state, TimeSpan next, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        return store.RecordAsync(stored, new EndpointCheck(now, trouble, state, now + next), ct);
    }

    private WebhookEndpoint? Of(StoredEndpoint stored) =>
        options.Address(stored.Path) is { } address ? new WebhookEndpoint(address, stored.Secret, stored.State) : null;

    private async Task<(IntegrationState Integration, WebhookSupport Support)> PlaceAsync(long tenantId, long integrationId, CancellationToken ct)
    {
        var integration = await integrations.IntegrationAsync(tenantId, integrationId, ct) ?? throw new KeyNotFoundException($"There is no integration {integrationId}.");
        return connectors.Find(integration.Provider)?.Webhooks is { } support
            ? (integration, support)
            : throw new ActionRefusedException($"{integration.Name} has no webhooks: its vendor does not offer them.");
    }

    private static string Sentence(Exception e) => e is FaultException fault ? fault.Fault.Sentence : "The vendor could not be reached.";
}
