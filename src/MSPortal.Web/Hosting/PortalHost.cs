using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Diagnostics;
using MSPortal.Web.Ui.Shell;
using MudBlazor.Services;
using Serilog;
using Serilog.Events;

namespace MSPortal.Web.Hosting;

/// <summary>Builds the server; the command line, the demo and the tests host the same one.</summary>
public static class PortalHost
{
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(10);

    /// <summary>A portal that starts with StartAsync and listens where the options say; starting upgrades the database first.</summary>
    /// <param name="options">What the operator set.</param>
    /// <param name="configure">Further services, such as a test's clock; run last, so that it wins.</param>
    /// <exception cref="FormatException">A setting cannot be understood.</exception>
    public static WebApplication Build(PortalOptions options, Action<IServiceCollection>? configure = null)
    {
        options.PrepareDataFolder();
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            // Pages and files are the portal's own, whichever program hosts it and wherever it was started.
            ApplicationName = typeof(PortalHost).Assembly.GetName().Name,
            ContentRootPath = AppContext.BaseDirectory,
            // Who watches for changed settings files is told of every write to a database that lies beside the program.
            Args = ["--hostBuilder:reloadConfigOnChange=false"],
        });
        builder.WebHost.UseUrls(options.Urls);
        if (File.Exists(Path.Combine(AppContext.BaseDirectory, "msportal.staticwebassets.runtime.json")))
        {
            builder.WebHost.UseStaticWebAssets();
        }

        AddLog(builder);
        AddServices(builder.Services, options);
        configure?.Invoke(builder.Services);

        var app = builder.Build();
        UsePipeline(app, options);
        return app;
    }

    private static void AddServices(IServiceCollection services, PortalOptions options)
    {
        services.AddHostedService<DatabaseStart>(); // First, so that everything after it finds its tables.
        services.Configure<HostOptions>(host => host.ShutdownTimeout = StopWithin);
        services.AddSystemd();
        services.AddPortal(options);
        services.AddHostedService<NodeHeartbeat>(); // Before the work, so that it stops after it.
        services.AddScheduling(options);
        services.AddHostedService<Nightly>();
        services.AddHostedService<WebhookWork>();
        services.AddHostedService<Notifier>();
        services.AddHostedService<ContactWork>();
        services.AddHostedService<DeviceWork>();
        services.AddSignIn(options);
        services.AddEdge(options);
        services.AddTelemetry(options);
        services.AddProblemDetails();
        services.AddApi();
        services.AddRazorComponents().AddInteractiveServerComponents();
        services.AddMudServices(mud =>
        {
            mud.SnackbarConfiguration.PositionClass = MudBlazor.Defaults.Classes.Position.BottomRight;
            mud.SnackbarConfiguration.ShowTransitionDuration = 120;
            mud.SnackbarConfiguration.HideTransitionDuration = 120;
            mud.SnackbarConfiguration.VisibleStateDuration = 6000;
        });
    }

    private static void UsePipeline(WebApplication app, PortalOptions options)
    {
        app.UseEdge(options);
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            ExceptionHandlingPath = "/error",
            CreateScopeForErrors = true,
            StatusCodeSelector = e => e is BadHttpRequestException bad ? bad.StatusCode : StatusCodes.Status500InternalServerError,
        });
        app.UseWhen(
            context => !Edge.IsForPrograms(context.Request),
            pages => pages.UseStatusCodePagesWithReExecute("/problem/{0}", createScopeForStatusCodePages: true));
        app.UseWhen(
            context => Edge.IsForPrograms(context.Request),
            api => api.UseExceptionHandler().UseStatusCodePages());
        app.Use((context, next) =>
        {
            AskForProblemPage(context);
            return next(context);
        });
        app.UseRouting();
        app.UseAuthentication();
        app.Use((context, next) => context.RequestServices.GetRequiredService<RequestLimits>().InvokeAsync(context, next));
        app.UseMiddleware<CurrentUserMiddleware>();
        app.UseMiddleware<SecondFactorMiddleware>();
        app.UseMiddleware<FirstRunMiddleware>();
        app.UseAuthorization();
        app.UseAntiforgery();
        app.UseWhen(StaleForm.IsSent, stale => stale.Run(StaleForm.OfferAgainAsync));

        app.MapStaticAssets().AllowAnonymous();
        app.MapHealth();
        app.MapTelemetry();
        app.MapApiDocument();
        app.MapFeatures();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(server => server.ContentSecurityFrameAncestorsPolicy = null);
    }

    /// <summary>The page that explains a refused form is asked for like any other, not with the form that was refused.</summary>
    private static void AskForProblemPage(HttpContext context)
    {
        if (context.Features.Get<IStatusCodeReExecuteFeature>() is not null || context.Features.Get<IExceptionHandlerFeature>() is not null)
        {
            context.Request.Method = HttpMethods.Get;
            context.Features.Set<IAntiforgeryValidationFeature>(null);
        }
    }

    private static void AddLog(WebApplicationBuilder builder)
    {
        builder.Logging.ClearProviders();
        builder.Services.AddSerilog(
            log => log
                .MinimumLevel.Information()
                .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
                .MinimumLevel.Override("Quartz", LogEventLevel.Warning)
                .MinimumLevel.Override("System.Net.Http", LogEventLevel.Warning) // Addresses may carry what is nobody's business.
                .Enrich.FromLogContext()
                .WriteTo.Console(formatProvider: System.Globalization.CultureInfo.InvariantCulture),
            preserveStaticLogger: true);
    }
}
