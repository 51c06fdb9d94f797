using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Storage.Model;

namespace MSPortal.Storage.Secrets;

/// <summary>An integration whose stored credentials can no longer be read.</summary>
public sealed record UnreadableSecrets(long TenantId, long IntegrationId, string Name);

/// <summary>Keeps settings: the open ones as JSON, the secret ones encrypted for this one integration of this one tenant.</summary>
public sealed class Vault(PortalDatabase database, IDataProtectionProvider protection)
{
    /// <summary>Secrets that this process has read, by integration: it keeps its keys, so it can read them again.</summary>
    private readonly ConcurrentDictionary<long, byte[]> opened = new();

    /// <summary>To be called before a transaction that stores secrets: a new key may have to be written first, and SQLite has one writer at a time.</summary>
    internal void Prepare() => protection.CreateProtector("MSPortal.Vault").Protect([]);

    /// <summary>Splits the settings over the integration's two columns; its id has to be known.</summary>
    internal void Store(Integration integration, SettingsValues settings, IReadOnlySet<string> secretKeys)
    {
        integration.Settings = JsonSerializer.Serialize(settings.All.Where(s => !secretKeys.Contains(s.Key)).ToDictionary());
        integration.Secrets = Protector(integration)
            .Protect(JsonSerializer.SerializeToUtf8Bytes(settings.All.Where(s => secretKeys.Contains(s.Key)).ToDictionary()));
    }

    /// <summary>All settings; null when the credentials were deleted or cannot be decrypted.</summary>
    internal SettingsValues? Read(Integration integration)
    {
        if (integration.Secrets is not { } secrets)
        {
            return null;
        }

        try
        {
            var values = Open(integration);
            foreach (var (key, value) in JsonSerializer.Deserialize<Dictionary<string, string>>(Protector(integration).Unprotect(secrets)) ?? [])
            {
                values[key] = value;
            }

            return new SettingsValues(values);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>The settings that are not secret.</summary>
    internal static Dictionary<string, string> Open(Integration integration) =>
        JsonSerializer.Deserialize<Dictionary<string, string>>(integration.Settings) ?? [];

    /// <summary>For the health page: whose credentials have to be entered again, because the key that wrapped theirs is lost. All tenants.</summary>
    public async Task<IReadOnlyList<UnreadableSecrets>> UnreadableAsync(CancellationToken ct)
    {
        await using var db = database.Open();
        var integrations = await db.Integrations.IgnoreQueryFilters().AsNoTracking().Where(i => i.Secrets != null).OrderBy(i => i.Id).ToListAsync(ct);
        return [.. integrations.Where(i => Read(i) is null).Select(i => new UnreadableSecrets(i.TenantId, i.Id, i.Name))];
    }

    /// <summary>Credentials are stored, but the key that protects them is lost. Decrypts the same ones only until it has succeeded once, so it may be asked often.</summary>
    public bool IsUnreadable(Integration integration)
    {
        if (integration.Secrets is not { } secrets || (opened.TryGetValue(integration.Id, out var before) && before.AsSpan().SequenceEqual(secrets)))
        {
            return false;
        }

        if (Read(integration) is null)
        {
            return true;
        }

        opened[integration.Id] = secrets;
        return false;
    }

    /// <summary>Encrypts what belongs to this one integration and is no setting.</summary>
    internal byte[] Protect(long tenantId, long integrationId, byte[] secret) => Protector(tenantId, integrationId).CreateProtector("webhooks").Protect(secret);

    /// <summary>Null when it cannot be decrypted any more.</summary>
    internal byte[]? Unprotect(long tenantId, long integrationId, byte[] secret)
    {
        try
        {
            return Protector(tenantId, integrationId).CreateProtector("webhooks").Unprotect(secret);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private IDataProtector Protector(Integration integration) => Protector(integration.TenantId, integration.Id);

    private IDataProtector Protector(long tenantId, long integrationId) => protection.CreateProtector(
        "MSPortal.Vault",
        tenantId.ToString(CultureInfo.InvariantCulture),
        integrationId.ToString(CultureInfo.InvariantCulture));
}
