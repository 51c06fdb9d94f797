using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.NinjaOne;

/// <summary>NinjaOne as its documents describe it, with a door for those who change and break it.</summary>
internal sealed class NinjaOneSimulator : ISimulator
{
    public void Map(WebApplication app, SimulatorOptions options)
    {
        var vendor = new NinjaOneVendor(options);
        var door = new JsonDoor(vendor);
        app.Lifetime.ApplicationStopping.Register(vendor.Hooks.Dispose);
        JsonControl.Map(app.MapGroup("/control/ninjaone"), vendor);
        app.Map("/ws/{**path}", door.HandleAsync);
        app.Map("/v2/{**path}", door.HandleAsync);
    }
}
