using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.HaloPsa;

/// <summary>HaloPSA as its documents describe it, with a door for those who change and break it.</summary>
internal sealed class HaloPsaSimulator : ISimulator
{
    public void Map(WebApplication app, SimulatorOptions options)
    {
        var vendor = new HaloPsaVendor(options);
        var door = new JsonDoor(vendor);
        app.Lifetime.ApplicationStopping.Register(vendor.Webhooks.Dispose);
        JsonControl.Map(app.MapGroup("/control/halopsa"), vendor);
        app.Map("/api/{**path}", door.HandleAsync);
        app.Map("/auth/{**path}", door.HandleAsync);
    }
}
