using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.Syncro;

/// <summary>Syncro as its documents describe it, with a door for those who change and break it.</summary>
internal sealed class SyncroSimulator : ISimulator
{
    public void Map(WebApplication app, SimulatorOptions options)
    {
        var vendor = new SyncroVendor(options);
        var notices = new SyncroNotices(vendor);
        vendor.Notices = notices;
        app.Lifetime.ApplicationStopping.Register(notices.Dispose);
        JsonControl.Map(app.MapGroup("/control/syncro"), vendor);
        app.Map("/api/v1/{**path}", new JsonDoor(vendor).HandleAsync);
    }
}
