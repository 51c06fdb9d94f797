using System.Reflection;
using MSPortal.Simulators.Common;

namespace MSPortal.Simulators;

/// <summary>How large the vendors' worlds are and where they listen.</summary>
public sealed record SimulatorOptions
{
    /// <summary>A port of 0 takes a free one.</summary>
    public string Urls { get; init; } = "http://127.0.0.1:0";

    /// <summary>The same seed, sizes and <see cref="Now"/> give the same bytes.</summary>
    public int Seed { get; init; } = 1;

    public int Companies { get; init; } = 40;

    public int Tickets { get; init; } = 500;

    /// <summary>Of vendors that watch over devices; null: about three per company.</summary>
    public int? Devices { get; init; }

    /// <summary>Of vendors that keep each customer apart; null: one per company.</summary>
    public int? Directories { get; init; }

    /// <summary>People in all of them together; null: about 300 in each.</summary>
    public int? Users { get; init; }

    /// <summary>Where the vendor's clock starts; null: the time of day.</summary>
    public DateTimeOffset? Now { get; init; }

    /// <summary>The vendor waits this long before its second call to a callback, and twice as long before the third.</summary>
    public TimeSpan CallbackRetry { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Takes what vendors send by webhook, signed and in its order, instead of the network; nothing is sent a second time then.</summary>
    public Action<HttpRequestMessage>? Outbox { get; init; }

    /// <summary>What the vendor's clock runs on.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}

/// <summary>All simulated vendors in one web application.</summary>
public static class SimulatorHost
{
    private static readonly IReadOnlyList<ISimulator> All =
    [
        .. Assembly.GetExecutingAssembly().GetTypes()
            .Where(t => t.IsClass && !t.IsAbstract && typeof(ISimulator).IsAssignableFrom(t))
            .OrderBy(t => t.FullName, StringComparer.Ordinal)
            .Select(t => (ISimulator)Activator.CreateInstance(t, nonPublic: true)!),
    ];

    /// <summary>Builds it without starting it; the address is known after the start.</summary>
    public static WebApplication Build(SimulatorOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            ApplicationName = typeof(SimulatorHost).Assembly.GetName().Name,
            // It has no settings files, and whoever watches for them is told of everything that others write below this folder.
            Args = ["--hostBuilder:reloadConfigOnChange=false"],
        });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(options.Urls);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        var app = builder.Build();
        foreach (var simulator in All)
        {
            simulator.Map(app, options);
        }

        return app;
    }
}
