using MSPortal.Web.Features.Clients;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace MSPortal.Web.Hosting;

/// <summary>Metrics for Prometheus, and traces to wherever the operator wants them.</summary>
internal static class Telemetry
{
    /// <summary>Of the portal's own meter and traces.</summary>
    public const string Name = "MSPortal";

    public static void AddTelemetry(this IServiceCollection services, PortalOptions options)
    {
        var telemetry = services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("msportal", serviceInstanceId: NodeName.Value))
            .WithMetrics(metrics => metrics
                .AddMeter(Name, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime")
                .AddPrometheusExporter());
        if (options.TracesTo is { } address)
        {
            telemetry.WithTracing(traces => traces
                .AddSource(Name)
                .AddAspNetCoreInstrumentation(web => web.Filter = context => !context.Request.Path.StartsWithSegments(ConsentLinks.Path, StringComparison.Ordinal)) // The path is the secret.
                .AddOtlpExporter(otlp => otlp.Endpoint = address));
        }

        services.AddHostedService<SyncGauges>();
    }

    public static void MapTelemetry(this WebApplication app) =>
        app.MapPrometheusScrapingEndpoint("/metrics").RequireAuthorization(SignIn.MetricsPolicy);
}
