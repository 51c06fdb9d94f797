using System.CommandLine;
using System.Diagnostics;

namespace MSPortal.Bench.Speed;

/// <summary>How long the server takes until it is ready, and how much memory it holds when it has nothing to do.</summary>
internal static class StartCommand
{
    public static Command Make()
    {
        var runs = new Option<int>("--runs") { DefaultValueFactory = _ => 5, Description = "Starts." };
        var database = new Option<string?>("--database") { Description = "A database to start on; without it a new SQLite file, made by an unmeasured first start." };
        var portal = new Option<string?>("--portal") { Description = "The portal's program, such as a published one; the one beside this by itself." };
        var command = new Command("start", "Start to ready, and idle memory, of the server.") { runs, database, portal };
        command.SetAction((parsed, ct) => RunAsync(parsed.GetValue(runs), parsed.GetValue(portal) ?? Path.Combine(AppContext.BaseDirectory, "msportal"), parsed.GetValue(database), ct));
        return command;
    }

    private static async Task RunAsync(int runs, string portal, string? database, CancellationToken ct)
    {
        Machine.Print();
        var folder = Directory.CreateTempSubdirectory("msportal-bench-");
        var (ready, idle) = (new List<double>(), new List<double>());
        for (var run = 0; run <= runs; run++)
        {
            var (seconds, megabytes) = await StartAsync(portal, folder.FullName, database, ct);
            if (run == 0)
            {
                Console.WriteLine($"first start, with migrations: {seconds:0.00} s");
                continue;
            }

            ready.Add(seconds);
            idle.Add(megabytes);
        }

        folder.Delete(recursive: true);
        Console.WriteLine($"start to ready: {Median(ready):0.00} s ({ready.Min():0.00}–{ready.Max():0.00}); idle resident size after 20 s: {Median(idle):0} MB ({idle.Min():0}–{idle.Max():0})");
    }

    private static async Task<(double Seconds, double Megabytes)> StartAsync(string portal, string folder, string? database, CancellationToken ct)
    {
        var began = Stopwatch.GetTimestamp();
        await using var server = await ServerProcess.StartAsync(portal, folder, database, null, ct);
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        await Task.Delay(TimeSpan.FromSeconds(20), ct);
        return (seconds, server.Resident);
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
