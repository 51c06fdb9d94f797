using MSPortal.Storage;
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
        services.AddSingleton<SignInLinks>();
        services.AddFeatures();
        return services;
    }
}
