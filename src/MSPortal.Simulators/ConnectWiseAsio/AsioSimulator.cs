using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.ConnectWiseAsio;

/// <summary>ConnectWise RMM on the Asio platform as its documents describe it, with a door for those who change and break it.</summary>
internal sealed class AsioSimulator : ISimulator
{
    public void Map(WebApplication app, SimulatorOptions options)
    {
        var vendor = new AsioVendor(options);
        var door = new JsonDoor(vendor);
        JsonControl.Map(app.MapGroup("/control/cwasio"), vendor);
        app.Map("/v1/token", door.HandleAsync);
        app.Map("/v1/rate_limits", door.HandleAsync);
        app.Map("/api/platform/{**path}", door.HandleAsync);
    }
}
