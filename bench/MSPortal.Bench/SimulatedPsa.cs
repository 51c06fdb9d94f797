using MSPortal.Histories.Vendors;
using MSPortal.Histories.Vendors.Psas;
using MSPortal.Simulators;

namespace MSPortal.Bench;

/// <summary>A simulated PSA within this process.</summary>
internal sealed class SimulatedPsa : IAsyncDisposable
{
    private readonly WebApplication vendor;

    private SimulatedPsa(WebApplication vendor, Psa psa)
    {
        this.vendor = vendor;
        Address = new Uri(vendor.Urls.Single());
        Control = new VendorControl(Address, psa.Provider);
    }

    public Uri Address { get; }

    public VendorControl Control { get; }

    public static async Task<SimulatedPsa> StartAsync(Psa psa, SimulatorOptions options, CancellationToken ct)
    {
        var started = SimulatorHost.Build(options);
        await started.StartAsync(ct);
        return new SimulatedPsa(started, psa);
    }

    public VendorRows Rows(CancellationToken ct) => kind => Control.RecordsAsync(kind, ct);

    public async ValueTask DisposeAsync()
    {
        Control.Dispose();
        await vendor.StopAsync(new CancellationToken(canceled: true));
        await vendor.DisposeAsync();
    }
}
