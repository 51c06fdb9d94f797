using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using MSPortal.Core.Contracts;
using MSPortal.Core.Integrations;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;

namespace MSPortal.Core.Webhooks;

/// <summary>An endpoint that deliveries may come to, with what is needed to judge them.</summary>
/// <param name="Integration">As it was a moment ago.</param>
internal sealed record OpenEndpoint(StoredEndpoint Stored, WebhookEndpoint Endpoint, IntegrationState Integration, WebhookSupport Support)
{
    /// <summary>Somebody follows what is told.</summary>
    public bool IsWanted => Integration is { Settings: not null, Status: IntegrationStatus.Active or IntegrationStatus.Error };
}

/// <summary>Keeps endpoints that are in use at hand: a delivery is answered before a database could be asked about it, and changes are seen within seconds all the same.</summary>
public sealed class Endpoints(
    IWebhookStore store, ISyncStore integrations, ConnectorRegistry connectors, WebhookOptions options, TimeProvider clock, ILogger<Endpoints> log)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(10);

    /// <summary>What is dropped is lost until the next read of changes: a pause is not believed for longer.</summary>
    private static readonly TimeSpan Unwanted = TimeSpan.FromSeconds(1);

    /// <summary>Older than this, and a delivery waits for the database rather than be judged by it.</summary>
    private static readonly TimeSpan Stale = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, Kept> known = new(StringComparer.Ordinal);

    public static string Hash(string path) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(path)));

    /// <summary>To be called after an endpoint was made, changed or removed here.</summary>
    public void Forget() => known.Clear();

    /// <summary>Null when there is no such endpoint; those are asked for every time, since there is nothing to keep.</summary>
    internal async Task<OpenEndpoint?> FindAsync(string path, CancellationToken ct)
    {
        var hash = Hash(path);
        if (!known.TryGetValue(hash, out var kept))
        {
            return await ReadAsync(hash, ct);
        }

        var age = clock.GetUtcNow() - kept.ReadAt;
        if (age > Stale || (age > Unwanted && !kept.Open.IsWanted))
        {
            return await ReadAsync(hash, ct);
        }

        if (age > Fresh && kept.IsFirstToRefresh())
        {
            _ = RefreshAsync(hash);
        }

        return kept.Open;
    }

    private async Task RefreshAsync(string hash)
    {
        try
        {
            await ReadAsync(hash, CancellationToken.None);
        }
        catch (Exception e)
        {
            // The next delivery finds it too old, and waits for the database itself.
            log.LogWarning(e, "A webhook endpoint could not be read again");
        }
    }

    private async Task<OpenEndpoint?> ReadAsync(string hash, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (await store.EndpointAsync(hash, ct) is { } stored
            && options.Address(stored.Path) is { } address
            && await integrations.IntegrationAsync(stored.TenantId, stored.IntegrationId, ct) is { } integration
            && connectors.Find(integration.Provider)?.Webhooks is { } support)
        {
            var open = new OpenEndpoint(stored, new WebhookEndpoint(address, stored.Secret, stored.State), integration, support);
            known[hash] = new Kept(open, now);
            return open;
        }

        known.TryRemove(hash, out _);
        return null;
    }

    private sealed class Kept(OpenEndpoint open, DateTimeOffset readAt)
    {
        private int refreshing;

        public OpenEndpoint Open { get; } = open;

        public DateTimeOffset ReadAt { get; } = readAt;

        public bool IsFirstToRefresh() => Interlocked.Exchange(ref refreshing, 1) == 0;
    }
}
