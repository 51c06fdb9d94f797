using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.ConnectWise;

/// <summary>The keys that callbacks are signed with: fetched from where a delivery says, but only from the integration's own host, and not more often than need be.</summary>
internal sealed class ConnectWiseKeys(ConnectWiseClient client)
{
    private const string MemoryKey = "connectwise.callback-keys";
    private const string GateKey = "connectwise.callback-gate";
    private const int MostKeys = 20;

    /// <summary>Forged deliveries must not make us a nuisance to ConnectWise.</summary>
    private static readonly TimeSpan BetweenFetches = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MayHaveChanged = TimeSpan.FromMinutes(1);

    private ConcurrentDictionary<string, Key> Keys =>
        (ConcurrentDictionary<string, Key>)client.Session.Memory.GetOrAdd(MemoryKey, _ => new ConcurrentDictionary<string, Key>(StringComparer.Ordinal));

    private DateTimeOffset Now => client.Session.Clock.GetUtcNow();

    /// <summary>Null: nobody can tell now.</summary>
    public async Task<bool?> IsSignedAsync(string? keyUrl, WebhookDelivery delivery, CancellationToken ct)
    {
        if (delivery.Header("x-content-signature") is not { } claimed || !IsOurs(keyUrl, out var address))
        {
            return false;
        }

        var known = Keys.GetValueOrDefault(address.AbsoluteUri);
        if (known is not null && (known.Signs(delivery, claimed) || Now - known.At < MayHaveChanged))
        {
            return known.Signs(delivery, claimed);
        }

        return await FetchAsync(address, known, ct) is { } key ? key.Signs(delivery, claimed) : null;
    }

    private bool IsOurs(string? keyUrl, out Uri address) =>
        Uri.TryCreate(keyUrl, UriKind.Absolute, out address!)
        && address.UserInfo.Length == 0
        && Uri.Compare(address, client.SiteAddress, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) == 0;

    /// <summary>However many deliveries wait for a key, it is fetched once.</summary>
    private async Task<Key?> FetchAsync(Uri address, Key? known, CancellationToken ct)
    {
        var gate = (Gate)client.Session.Memory.GetOrAdd(GateKey, _ => new Gate());
        await gate.Door.WaitAsync(ct);
        try
        {
            if (Keys.GetValueOrDefault(address.AbsoluteUri) is { } newer && newer != known)
            {
                return newer;
            }

            if (Now - gate.LastAt < BetweenFetches)
            {
                return known;
            }

            gate.LastAt = Now;
            var response = await client.AskOpenlyAsync(address, ct);
            var key = response.IsSuccess ? Read(response) : null;
            if (key is null)
            {
                // A key that ConnectWise does not have signs nothing.
                return response.Status is HttpStatusCode.NotFound or HttpStatusCode.BadRequest ? new Key([], Now) : null;
            }

            if (Keys.Count >= MostKeys)
            {
                Keys.Clear();
            }

            return Keys[address.AbsoluteUri] = key;
        }
        finally
        {
            gate.Door.Release();
        }
    }

    private Key? Read(VendorResponse response)
    {
        using var json = response.TryJson();
        return json is { RootElement.ValueKind: JsonValueKind.Object } && json.RootElement.TryGetProperty("signing_key", out var key) && key.ValueKind == JsonValueKind.String
            ? new Key(SHA256.HashData(Encoding.UTF8.GetBytes(JsonText.Of(key))), Now)
            : null;
    }

    private sealed record Key(byte[] Value, DateTimeOffset At)
    {
        public bool Signs(WebhookDelivery delivery, string claimed) => Value.Length > 0 && Signatures.IsHmacSha256(delivery.Body.Span, Value, claimed);

        /// <summary>Never prints itself.</summary>
        public override string ToString() => "key";
    }

    private sealed class Gate
    {
        public SemaphoreSlim Door { get; } = new(1, 1);

        public DateTimeOffset LastAt { get; set; } = DateTimeOffset.MinValue;
    }
}
