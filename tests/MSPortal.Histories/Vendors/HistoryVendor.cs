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
        new("autotask", (world, clock) => new AutotaskWorld(world, clock)) { Faults = AutotaskWorld.Faults },
        new("halopsa", (world, clock) => new HaloPsaWorld(world, clock)) { Faults = HaloPsaWorld.Faults },
        new("syncro", (world, clock) => new SyncroWorld(world, clock)) { Faults = SyncroWorld.Faults },
    ];

    /// <summary>What only this vendor does, by weight; part of what a seed means with it.</summary>
    public IReadOnlyList<(int Weight, FaultKind Kind)> Faults { get; init; } = [];

    public static HistoryVendor Get(string name) =>
        All.FirstOrDefault(v => v.Name == name) ?? throw new InvalidOperationException($"There is no history vendor {name}: {string.Join(", ", All.Select(v => v.Name))}.");
}
