using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.DependencyInjection;
using MSPortal.Core.Ports;
using MSPortal.Storage.Integrations;
using MSPortal.Storage.Secrets;
using MSPortal.Storage.Sync;
using MSPortal.Storage.Upkeep;
using MSPortal.Storage.Webhooks;

namespace MSPortal.Storage;

/// <summary>Registers everything that stores.</summary>
public static class StorageRegistration
{
    /// <param name="services">Has to have a <see cref="TimeProvider"/>.</param>
    /// <param name="setting">Which database.</param>
    /// <param name="dataFolder">Holds the key file, unless <paramref name="key"/> is given.</param>
    /// <param name="key">The operator's own wrapping key: base64 of 32 bytes.</param>
    public static IServiceCollection AddStorage(this IServiceCollection services, DatabaseSetting setting, string dataFolder, string? key = null)
    {
        services.AddSingleton(_ => new PortalDatabase(setting));
        services.AddScoped(provider => provider.GetRequiredService<PortalDatabase>().Open());
        services.AddSingleton(_ => WrappingKey.Load(key, dataFolder));
        services.AddSingleton<Vault>();
        services.AddSingleton<ISyncStore, SyncStore>();
        services.AddSingleton<IIntegrationStore, IntegrationStore>();
        services.AddSingleton<IWebhookStore, WebhookStore>();
        services.AddSingleton<DatabaseBackup>();
        services.AddSingleton<Retention>();
        services.AddDataProtection().SetApplicationName("msportal").PersistKeysToDbContext<PortalContext>();
        services.AddOptions<KeyManagementOptions>()
            .Configure<WrappingKey>((options, wrapping) => options.XmlEncryptor = new KeyWrapping(wrapping));
        return services;
    }
}
