using System.CommandLine;
using MSPortal.Histories.Vendors.Psas;
using MSPortal.Histories.Vendors.Rmms;
using MSPortal.Simulators;

namespace MSPortal.Bench.Together;

/// <summary>All that one MSP has: its PSA, three RMMs and its clients' directories.</summary>
internal static class WholeCommand
{
    /// <summary>Of all devices, what each RMM watches over.</summary>
    private static readonly Dictionary<string, double> Shares = new(StringComparer.Ordinal) { ["dattormm"] = 0.4, ["ninjaone"] = 0.4, ["cwasio"] = 0.2 };

    public static Command Make()
    {
        var tickets = new Option<int>("--tickets") { DefaultValueFactory = _ => 5_000, Description = "Tickets at the PSA." };
        var devices = new Option<int>("--devices") { DefaultValueFactory = _ => 20_000, Description = "Devices in all RMMs together." };
        var clients = new Option<int>("--clients") { DefaultValueFactory = _ => 40, Description = "Clients with a directory." };
        var users = new Option<int>("--users") { DefaultValueFactory = _ => 12_000, Description = "People in all directories together." };
        var command = new Command("whole", "A PSA, three RMMs and 40 clients' directories in one portal: first import, a cycle without a change, one of changes and a complete one; sets, calls beside the least possible, and limits.")
        {
            tickets, devices, clients, users,
        };
        command.SetAction(async (parsed, ct) =>
        {
            var size = new SimulatorOptions { Seed = 11, Companies = 40, Tickets = parsed.GetValue(tickets), Directories = parsed.GetValue(clients), Users = parsed.GetValue(users) };
            await using var run = new TogetherRun();
            return await run.RunAsync(
                (portal, clock, wire) =>
                [
                    (new ConnectedPsa(new ConnectWisePsa(), portal, clock, wire), size),
                    .. Rmm.All.Select(r => ((Connected)new ConnectedRmm(r, portal, clock, wire), size with { Devices = (int)(parsed.GetValue(devices) * Shares[r.Provider]) })),
                    (new ConnectedCloud(portal, clock, wire), size),
                ],
                ct);
        });
        return command;
    }
}
