using System.Security.Claims;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using MSPortal.Core.Contracts;
using MSPortal.Core.Integrations;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Core.Webhooks;
using MSPortal.Storage.Secrets;
using MSPortal.Tests.Storage;
using MSPortal.Web;
using MSPortal.Web.Access;
using MSPortal.Web.Features.Clients;
using MSPortal.Web.Features.Companies;
using MSPortal.Web.Features.Devices;
using MSPortal.Web.Features.Integrations;
using MSPortal.Web.Features.Webhooks;
using MSPortal.Web.Hosting;
using MSPortal.Web.Ui;
using MudBlazor;
using MudBlazor.Services;
using NSubstitute;
using DatabaseKind = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Web.Integrations;

/// <summary>The feature's components with a paper vendor, stores that only note what they are told, and a clock that stands still.</summary>
internal sealed class IntegrationUi : IAsyncDisposable
{
    public static readonly DateTimeOffset Now = StorageHome.Start;

    private readonly StorageHome home;

    private IntegrationUi(StorageHome home, WebhookOptions webhooks)
    {
        this.home = home;
        var services = Context.Services;
        Context.JSInterop.Mode = JSRuntimeMode.Loose;
        services.AddMudServices();
        services.AddSingleton<TimeProvider>(home.Clock);
        services.AddSingleton(home.Database);
        services.AddSingleton(home.Get<Vault>());
        services.AddSingleton(Store);
        services.AddSingleton(Sync);
        services.AddSingleton(new ConnectorRegistry([Vendor]));
        services.AddSingleton(provider => new Sessions(
            provider.GetRequiredService<ConnectorRegistry>(), new Budgets(home.Clock), new HttpClientHandler(), new SyncOptions(), home.Clock, NullLoggerFactory.Instance));
        services.AddSingleton(webhooks);
        services.AddSingleton(home.Get<IWebhookStore>());
        services.AddSingleton(provider => new Endpoints(
            home.Get<IWebhookStore>(), Sync, provider.GetRequiredService<ConnectorRegistry>(), webhooks, home.Clock, NullLogger<Endpoints>.Instance));
        services.AddSingleton(provider => new WebhookSetup(
            home.Get<IWebhookStore>(),
            Sync,
            provider.GetRequiredService<ConnectorRegistry>(),
            provider.GetRequiredService<Sessions>(),
            provider.GetRequiredService<Endpoints>(),
            webhooks,
            home.Clock,
            NullLogger<WebhookSetup>.Instance));
        services.AddSingleton<Leaving>();
        services.AddSingleton<WebhookQueries>();
        services.AddSingleton<Connecting>();
        services.AddSingleton<RunQueries>();
        services.AddSingleton<IntegrationQueries>();
        services.AddSingleton<FreshnessQueries>();
        services.AddSingleton<SyncButtons>();
        services.AddSingleton<WizardState>();
        services.AddSingleton<ConnectingClients>().AddSingleton(new PortalOptions { PublicUrl = webhooks.PublicUrl }).AddSingleton<ClientQueries>().AddSingleton<ClientActions>().AddSingleton<ConsentLinks>();
        services.AddSingleton<IConnector>(Vendor);
        services.AddSingleton<ImportSourceQueries>().AddSingleton<ExternalCompanyQueries>().AddSingleton<CompanyLinking>().AddSingleton<CompanyQueries>().AddSingleton<QuickMatch>().AddSingleton<CompanyImport>();
        services.AddSingleton<Inventory>().AddSingleton<DeviceTypeMapping>().AddSingleton<DeviceImport>().AddSingleton<DeviceOrigins>();
        services.AddScoped<IntegrationActions>();
        services.AddScoped<UiClock>();
        services.AddSingleton(Ada());
    }

    public BunitContext Context { get; } = new();

    public PaperVendor Vendor { get; } = new();

    public IIntegrationStore Store { get; } = Substitute.For<IIntegrationStore>();

    public ISyncStore Sync { get; } = Substitute.For<ISyncStore>();

    public StorageHome Home => home;

    public NavigationManager Navigation => Context.Services.GetRequiredService<NavigationManager>();

    public static async Task<IntegrationUi> OpenAsync(Uri? publicUrl = null)
    {
        var ui = new IntegrationUi(await StorageHome.CreateAsync(DatabaseKind.Sqlite), new WebhookOptions { PublicUrl = publicUrl });
        ui.Context.Render<MudPopoverProvider>();
        return ui;
    }

    public static StreamSummary Stream(DataType type = DataType.Tickets, Freshness freshness = Freshness.Fresh) => new()
    {
        DataType = type,
        Label = type.Label(),
        Enabled = true,
        Required = false,
        Interval = TimeSpan.FromMinutes(15),
        MinInterval = TimeSpan.FromMinutes(5),
        MaxInterval = TimeSpan.FromDays(1),
        Freshness = freshness,
        LastCompleteAt = freshness == Freshness.Never ? null : Now.AddMinutes(-2),
        RowCount = 1204,
        Permission = PaperVendor.Tickets,
    };

    public static RunSummary Run(RunStatus status = RunStatus.Running, RunCounts? counts = null) => new()
    {
        Id = 1,
        IntegrationId = 7,
        DataType = DataType.Tickets,
        Trigger = SyncTrigger.Initial,
        Kind = PassKind.Full,
        Status = status,
        StartedAt = Now,
        Counts = counts ?? new RunCounts(),
    };

    public IntegrationSummary Summary(IntegrationCondition condition = IntegrationCondition.Active) => new()
    {
        Id = 7,
        Name = "Main",
        Provider = Vendor.Info.Id,
        Info = Vendor.Info,
        Condition = condition,
        LastSyncAt = Now.AddMinutes(-2),
        Streams = [Stream()],
    };

    public async ValueTask DisposeAsync()
    {
        await Context.DisposeAsync();
        await home.DisposeAsync();
    }

    private CurrentUser Ada()
    {
        var user = new CurrentUser();
        user.Become(new ClaimsPrincipal(new ClaimsIdentity(
            [new Claim(ClaimTypes.Name, "ada@example.com"), new Claim("tenant", FormattableString.Invariant($"{home.Tenant}"))], "test")), PortalAccess.Everything);
        return user;
    }
}
