using System.CommandLine;
using MSPortal.Histories.Vendors.Psas;
using MSPortal.Simulators;

namespace MSPortal.Bench.Together;

/// <summary>One portal with all four PSAs.</summary>
internal static class FourCommand
{
    public static Command Make()
    {
        var tickets = new Option<int>("--tickets") { DefaultValueFactory = _ => 20_000, Description = "Tickets at each vendor." };
        var command = new Command("four", "All four PSAs in one portal: first import, an incremental cycle and a complete one; sets, calls beside the least possible, and limits.") { tickets };
        command.SetAction(async (parsed, ct) =>
        {
            var size = new SimulatorOptions { Seed = 11, Companies = 200, Tickets = parsed.GetValue(tickets) };
            await using var run = new TogetherRun();
            return await run.RunAsync((portal, clock, wire) => [.. Psa.All.Select(p => ((Connected)new ConnectedPsa(p, portal, clock, wire), size))], ct);
        });
        return command;
    }
}
