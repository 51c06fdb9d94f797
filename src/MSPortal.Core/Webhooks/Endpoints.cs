using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using MSPortal.Core.Contracts;
using MSPortal.Core.Integrations;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;

namespace MSPortal.Core.Webhooks;

/// <summary>An endpoint that deliveries may come to, with what is needed to judge them.</summary>
/// <param name="Integration">As it was a moment ago.</param>
internal sealed record OpenEndpoint(StoredEndpoint Stored, WebhookEndpoint Endpoint, IntegrationState Integration, WebhookSupport Support);

/// <summary>Keeps the endpoints at hand, since a delivery has to be answered before a database could be asked about it; changes of others are seen within seconds.</summary>
public sealed class Endpoints(IWebhookStore store, ISyncStore integrations, ConnectorRegistry connectors, WebhookOptions options, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(10);

    /// <summary>Paths that nobody knows must not make the database busy.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim gate = new(1, 1);
    private ConcurrentDictionary<string, OpenEndpoint> known = new(StringComparer.Ordinal);
    private DateTimeOffset readAt = DateTimeOffset.MinValue;

    public static string Hash(string path) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(path)));

    public void Dispose() => gate.Dispose();

    /// <summary>To be called after an endpoint was made or removed here.</summary>
    public void Forget() => readAt = DateTimeOffset.MinValue;

    internal async Task<OpenEndpoint?> FindAsync(string path, CancellationToken ct)
    {
        var hash = Hash(path);
        var now = clock.GetUtcNow();
        if (known.TryGetValue(hash, out var found) ? now - readAt < Fresh : now - readAt < Rest)
        {
            return found;
        }

        await gate.WaitAsync(ct);
        try
        {
            if (now >= readAt + (known.ContainsKey(hash) ? Fresh : Rest))
            {
                known = await ReadAsync(ct);
                readAt = now;
            }
        }
        finally
        {
            gate.Release();
        }

        return known.GetValueOrDefault(hash);
    }

    private async Task<ConcurrentDictionary<string, OpenEndpoint>> ReadAsync(CancellationToken ct)
    {
        var read = new ConcurrentDictionary<string, OpenEndpoint>(StringComparer.Ordinal);
        foreach (var stored in await store.EndpointsAsync(ct))
        {
            if (options.Address(stored.Path) is { } address
                && await integrations.IntegrationAsync(stored.TenantId, stored.IntegrationId, ct) is { } integration
                && connectors.Find(integration.Provider)?.Webhooks is { } support)
            {
                read[stored.PathHash] = new OpenEndpoint(stored, new WebhookEndpoint(address, stored.Secret, stored.State), integration, support);
            }
        }

        return read;
    }
}
