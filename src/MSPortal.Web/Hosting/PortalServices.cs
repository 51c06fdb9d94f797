using MSPortal.Connectors;
using MSPortal.Connectors.Common;
using MSPortal.Core.Integrations;
using MSPortal.Core.Sync;
using MSPortal.Core.Webhooks;
using MSPortal.Storage;
using MSPortal.Web.Access;
using MSPortal.Web.Features.Account;

namespace MSPortal.Web.Hosting;

/// <summary>The portal's parts that need no web server; the server and every command are made of them.</summary>
internal static class PortalServices
{
    public static IServiceCollection AddPortal(this IServiceCollection services, PortalOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton(TimeProvider.System);
        services.AddStorage(options.DatabaseSetting, options.DataFolder, options.Key);
        services.AddConnectors();
        services.AddEngine(options);
        services.AddSingleton<LocalWork>();
        services.AddSingleton<AccessBook>();
        services.AddSingleton<SignInLinks>();
        services.AddSingleton<InvitationLinks>();
        services.AddSingleton<Administrators>();
        services.AddFeatures();
        return services;
    }

    private static void AddEngine(this IServiceCollection services, PortalOptions options)
    {
        services.AddSingleton<ConnectorRegistry>();
        services.AddSingleton<Budgets>();
        services.AddSingleton(new SyncOptions { Node = NodeName.Value });
        services.AddSingleton(provider => new Sessions(
            provider.GetRequiredService<ConnectorRegistry>(),
            provider.GetRequiredService<Budgets>(),
            VendorHttp.CreateHandler(options.AllowPrivateNetworks, provider.GetRequiredService<TimeProvider>()),
            provider.GetRequiredService<SyncOptions>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILoggerFactory>(),
            options.AllowPrivateNetworks));
        services.AddSingleton<IntegrationRunner>();
        services.AddSingleton<SingleReads>();
        services.AddSingleton<Connecting>();
        services.AddSingleton<ConnectingClients>();
        services.AddSingleton(new WebhookOptions { PublicUrl = options.PublicUrl });
        services.AddSingleton<Endpoints>();
        services.AddSingleton<RecordReads>();
        services.AddSingleton<InboxWork>();
        services.AddSingleton<WebhookDoor>();
        services.AddSingleton<WebhookSetup>();
        services.AddSingleton<Leaving>();
    }
}
