using MSPortal.Simulators;

namespace MSPortal.Bench;

/// <summary>A simulated vendor within this process.</summary>
internal sealed class SimulatedVendor : IAsyncDisposable
{
    private readonly WebApplication vendor;

    private SimulatedVendor(WebApplication vendor, string provider)
    {
        this.vendor = vendor;
        Address = new Uri(vendor.Urls.Single());
        Control = new VendorControl(Address, provider);
    }

    public Uri Address { get; }

    public VendorControl Control { get; }

    public static async Task<SimulatedVendor> StartAsync(string provider, SimulatorOptions options, CancellationToken ct)
    {
        var started = SimulatorHost.Build(options);
        await started.StartAsync(ct);
        return new SimulatedVendor(started, provider);
    }

    public async ValueTask DisposeAsync()
    {
        Control.Dispose();
        await vendor.StopAsync(new CancellationToken(canceled: true));
        await vendor.DisposeAsync();
    }
}
