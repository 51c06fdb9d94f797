using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.DattoRmm;

/// <summary>Datto RMM as its documents describe it, with a door for those who change and break it.</summary>
internal sealed class DattoRmmSimulator : ISimulator
{
    /// <summary>By the documents one second more for every answer.</summary>
    private static readonly TimeSpan Slowness = TimeSpan.FromSeconds(1);

    public void Map(WebApplication app, SimulatorOptions options)
    {
        var vendor = new DattoRmmVendor(options);
        var door = new JsonDoor(vendor);
        JsonControl.Map(app.MapGroup("/control/dattormm"), vendor);
        app.Map($"{DattoRmmVendor.Root}/{{**path}}", async context =>
        {
            if (vendor.Behaviour.Slows && vendor.Limits.IsNearEnd)
            {
                await Task.Delay(Slowness, vendor.Clock, context.RequestAborted);
            }

            await door.HandleAsync(context);
        });
    }
}
