using MSPortal.Storage;
using MSPortal.Web.Features.Devices;

namespace MSPortal.Web.Hosting;

/// <summary>What the syncs brought of devices gets into the inventory.</summary>
internal sealed class DeviceWork(PortalDatabase database, Inventory inventory, TimeProvider clock, ILogger<DeviceWork> log)
    : TenantWatch(database, clock, log, "Devices", TimeSpan.FromSeconds(5))
{
    protected override Task LookAsync(long tenant, CancellationToken ct) => inventory.SettleAfterSyncAsync(tenant, ct);
}
