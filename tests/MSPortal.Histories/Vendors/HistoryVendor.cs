using MSPortal.Histories.Clockwork;
using MSPortal.Histories.Plan;
using MSPortal.Histories.Vendors.Model;
using MSPortal.Histories.Vendors.Simulated;

namespace MSPortal.Histories.Vendors;

/// <summary>A vendor that histories can be played with.</summary>
/// <param name="Name">As command lines have it.</param>
internal sealed record HistoryVendor(string Name, Func<World, VirtualClock, IVendorWorld> Make)
{
    public static HistoryVendor Model { get; } = new("model", (world, clock) => new ModelWorld(world, clock));

    public static IReadOnlyList<HistoryVendor> All { get; } =
    [
        Model,
        new("connectwise", (world, clock) => new ConnectWiseWorld(world, clock)),
        new("autotask", (world, clock) => new AutotaskWorld(world, clock)) { Repertoire = new() { Faults = AutotaskWorld.Faults } },
        new("halopsa", (world, clock) => new HaloPsaWorld(world, clock)) { Repertoire = new() { Faults = HaloPsaWorld.Faults } },
        new("syncro", (world, clock) => new SyncroWorld(world, clock)) { Repertoire = new() { Faults = SyncroWorld.Faults } },
        new("ninjaone", (world, clock) => new NinjaOneWorld(world, clock)) { Repertoire = NinjaOneWorld.Repertoire },
        new("microsoft365", (world, clock) => new Microsoft365World(world, clock)) { Repertoire = Microsoft365World.Repertoire },
        new("dattormm", (world, clock) => new DattoRmmWorld(world, clock)) { Repertoire = DattoRmmWorld.Repertoire },
        new("cwasio", (world, clock) => new AsioWorld(world, clock)) { Repertoire = AsioWorld.Repertoire },
    ];

    /// <summary>Part of what a seed means with this vendor.</summary>
    public Repertoire Repertoire { get; init; } = new();

    public static HistoryVendor Get(string name) =>
        All.FirstOrDefault(v => v.Name == name) ?? throw new InvalidOperationException($"There is no history vendor {name}: {string.Join(", ", All.Select(v => v.Name))}.");
}
