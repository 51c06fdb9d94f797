using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.Autotask;

/// <summary>Autotask PSA at its own paths: zone discovery at the root, zones below <c>/autotask</c>, the control beside them.</summary>
internal sealed class AutotaskSimulator : ISimulator
{
    public void Map(WebApplication app, SimulatorOptions options)
    {
        var vendor = new AutotaskVendor(options);
        app.Lifetime.ApplicationStopping.Register(vendor.Hooks.Dispose);
        var control = app.MapGroup("/control/autotask");
        JsonControl.Map(control, vendor);
        control.MapGet("/deliveries", () => Results.Json(vendor.Hooks.Deliveries, JsonControl.Options));
        var door = new AutotaskDoor(vendor);
        app.Map("/atservicesrest/{**path}", door.HandleAsync);
        app.Map("/autotask/{zone}/atservicesrest/{**path}", door.HandleAsync);
    }
}

/// <summary>Counts who is inside, since the vendor lets three in at once per endpoint, and makes them wait when much is used.</summary>
internal sealed class AutotaskDoor(AutotaskVendor vendor)
{
    private readonly JsonDoor door = new(vendor);

    public async Task HandleAsync(HttpContext context)
    {
        var endpoint = Endpoint(context.Request.Path.Value ?? "");
        if (endpoint is null)
        {
            await door.HandleAsync(context);
            return;
        }

        try
        {
            if (!vendor.Limits.Enter(endpoint))
            {
                context.Items[AutotaskApi.TooManyThreads] = true;
            }

            if (vendor.Behaviour.Latency && vendor.Limits.Latency is var wait && wait > TimeSpan.Zero)
            {
                await Task.Delay(wait, vendor.Options.Time, context.RequestAborted);
            }

            await door.HandleAsync(context);
        }
        finally
        {
            vendor.Limits.Leave(endpoint);
        }
    }

    /// <summary>Null for what the limit is not about.</summary>
    private static string? Endpoint(string path)
    {
        const string version = "/v1.0/";
        var at = path.IndexOf(version, StringComparison.OrdinalIgnoreCase);
        var name = at < 0 ? "" : path[(at + version.Length)..].Split('/')[0];
        return name.Length == 0 || name.Equals("zoneinformation", StringComparison.OrdinalIgnoreCase) ? null : name.ToLowerInvariant();
    }
}
