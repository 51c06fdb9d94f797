using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
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
        services.AddSingleton(new PortalDatabase(options.DatabaseSetting));
        services.AddScoped(provider => provider.GetRequiredService<PortalDatabase>().Open());
        services.AddDataProtection().SetApplicationName("msportal").PersistKeysToDbContext<PortalContext>();
        services.AddSingleton<SignInLinks>();
        services.AddFeatures();
        return services;
    }
}
