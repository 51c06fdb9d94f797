using OpenTelemetry.Metrics;

namespace MSPortal.Web.Hosting;

/// <summary>Metrics for Prometheus.</summary>
internal static class Telemetry
{
    public static void AddTelemetry(this IServiceCollection services, PortalOptions options)
    {
        _ = options;
        services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddMeter("MSPortal", "MSPortal.*", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime")
            .AddPrometheusExporter());
    }

    public static void MapTelemetry(this WebApplication app) =>
        app.MapPrometheusScrapingEndpoint("/metrics").RequireAuthorization(SignIn.MetricsPolicy);
}
