using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;
using MSPortal.Core.Integrations;
using MSPortal.Core.Sync;
using MSPortal.Histories.Vendors;
using MSPortal.Simulators;
using MSPortal.Tests.Web.Hosting;
using MSPortal.Web.Hosting;

namespace MSPortal.Tests.Acceptance;

internal sealed partial class SyncWorld
{
    /// <summary>The whole portal, but for the work that it does by itself: the test says when something is due.</summary>
    public static async Task<(SyncWorld World, RunningPortal Portal)> HostedAsync(string provider, int tickets)
    {
        var (known, clock) = (KnownVendor.For(provider), new FakeTimeProvider(Start));
        var simulator = await SimulatorAsync(known, tickets, clock);
        Traffic line = null!;
        var hosted = await RunningPortal.SetUpAsync(o => o with { AllowPrivateNetworks = true, ApiRequestsPerMinute = 100_000 }, clock, configure: services =>
        {
            foreach (var work in services.Where(s => s.ServiceType == typeof(IHostedService) && s.ImplementationType?.Assembly == typeof(PortalHost).Assembly && s.ImplementationType != typeof(DatabaseStart)).ToList())
            {
                services.Remove(work);
            }

            line = Connect(services, clock);
        });
        var world = new SyncWorld(simulator, hosted.Services, hosted.DisposeAsync, known, notes: false) { Clock = clock, traffic = line };
        await world.ConnectAsync();
        return (world, hosted);
    }

    public IConnector Connector => portal.GetServices<IConnector>().Single(c => c.Info.Id == Vendor.Provider);

    /// <summary>What a person enters to connect.</summary>
    public async Task<Dictionary<string, string>> EnteredAsync() => Vendor.Entered((await control.GetFromJsonAsync<JsonObject>("", Stop))!, Connector);

    private static async Task<WebApplication> SimulatorAsync(KnownVendor known, int tickets, FakeTimeProvider clock)
    {
        var simulator = SimulatorHost.Build(new SimulatorOptions { Seed = 7, Companies = known.Companies, Tickets = tickets, Now = Start, Time = clock });
        await simulator.StartAsync(Stop);
        return simulator;
    }

    /// <summary>By a line that tells whether a vendor is being waited for.</summary>
    private static Traffic Connect(IServiceCollection services, FakeTimeProvider clock)
    {
        var line = new Traffic(VendorHttp.CreateHandler(allowPrivateNetworks: true, TimeProvider.System));
        services.AddSingleton(Unhurried);
        services.AddSingleton(provider => new Sessions(
            provider.GetRequiredService<ConnectorRegistry>(), provider.GetRequiredService<Budgets>(), line, Unhurried, clock, provider.GetRequiredService<ILoggerFactory>(), allowPrivateNetworks: true));
        return line;
    }

    /// <summary>Knows whether a vendor is being waited for.</summary>
    private sealed class Traffic(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        private int running;

        public bool IsUnderWay => Volatile.Read(ref running) > 0;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref running);
            try
            {
                return await base.SendAsync(request, cancellationToken);
            }
            finally
            {
                Interlocked.Decrement(ref running);
            }
        }
    }
}
