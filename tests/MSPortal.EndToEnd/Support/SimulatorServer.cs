using Microsoft.AspNetCore.Builder;
using MSPortal.Simulators;

namespace MSPortal.EndToEnd.Support;

/// <summary>The vendors' side: a server on loopback within this process, since a vendor's trouble is made by its faults and not by its end.</summary>
public sealed class SimulatorServer : IAsyncDisposable
{
    private readonly WebApplication app;

    private SimulatorServer(WebApplication app)
    {
        this.app = app;
        Address = new Uri(app.Urls.Single());
        Client = new HttpClient { BaseAddress = Address };
    }

    public Uri Address { get; }

    public HttpClient Client { get; }

    /// <param name="seed">The same seed and sizes give the same data.</param>
    public static async Task<SimulatorServer> StartAsync(int seed = 1, int companies = 40, int tickets = 500)
    {
        var started = SimulatorHost.Build(new SimulatorOptions { Urls = "http://127.0.0.1:0", Seed = seed, Companies = companies, Tickets = tickets });
        await started.StartAsync();
        return new SimulatorServer(started);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await app.DisposeAsync();
    }
}
