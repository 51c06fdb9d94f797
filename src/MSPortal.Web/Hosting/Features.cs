namespace MSPortal.Web.Hosting;

/// <summary>The table of features: what each registers and which endpoints it maps; a new feature is a line in each.</summary>
internal static class Features
{
    /// <summary>Queries and actions of the features; they are opened by page, API and command line alike.</summary>
    public static IServiceCollection AddFeatures(this IServiceCollection services)
    {
        services.AddSingleton<Web.Features.Integrations.IntegrationQueries>();
        services.AddSingleton<Web.Features.Integrations.RunQueries>();
        return services;
    }

    /// <summary>Endpoints beside the pages. Everything needs a sign-in unless it says otherwise.</summary>
    public static void MapFeatures(this WebApplication app)
    {
        Web.Features.Account.AccountEndpoints.Map(app);
    }
}
