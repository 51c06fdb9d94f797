using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Webhooks;

namespace MSPortal.Core.Integrations;

/// <summary>Ends a connection: what was set up at the vendor is taken off first, while there still are credentials to do it with.</summary>
public sealed class Leaving(IIntegrationStore store, WebhookSetup webhooks)
{
    /// <summary>Deletes the credentials; a reconnect sets up again what was there.</summary>
    public async Task DisconnectAsync(long integrationId, Actor actor, CancellationToken ct)
    {
        await webhooks.TakeOffAsync(integrationId, actor, ct);
        await store.DisconnectAsync(integrationId, actor, ct);
    }

    /// <summary>Deletes the integration and everything read through it.</summary>
    public async Task RemoveAsync(long integrationId, Actor actor, CancellationToken ct)
    {
        await webhooks.TakeOffAsync(integrationId, actor, ct);
        await store.RemoveAsync(integrationId, actor, ct);
    }
}
