using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using MSPortal.Histories.Vendors;
using Npgsql;

namespace MSPortal.Bench.Speed;

/// <summary>The portal beside the bare probe in one run: first import, full re-read with nothing changed, incremental of one percent.</summary>
internal static class SyncCommand
{
    public static Command Make()
    {
        var tickets = new Option<int>("--tickets") { DefaultValueFactory = _ => 100_000, Description = "Tickets at the vendor." };
        var runs = new Option<int>("--runs") { DefaultValueFactory = _ => 5, Description = "Runs of each side, in alternating order." };
        var postgres = new Option<string?>("--postgres") { Description = "A connection string of a PostgreSQL server on which databases may be made; without it SQLite is measured." };
        var latency = new Option<int>("--latency") { Description = "Milliseconds before each of the vendor's answers." };
        var command = new Command("sync", "First import, full re-read and incremental, beside the bare probe.") { tickets, runs, postgres, latency };
        command.SetAction((parsed, ct) => RunAsync(parsed.GetValue(tickets), parsed.GetValue(runs), parsed.GetValue(postgres), parsed.GetValue(latency), ct));
        return command;
    }

    private static async Task RunAsync(int tickets, int runs, string? postgres, int latency, CancellationToken ct)
    {
        Machine.Print();
        using var vendor = await Vendor.StartAsync(tickets, ct);
        Console.WriteLine($"{vendor.About["counts"]!["tickets"]} tickets, {(postgres is null ? "SQLite" : "PostgreSQL")}, {runs} runs of each side, {latency} ms before each answer");
        if (latency > 0)
        {
            await vendor.Control.DoAsync(new Edit(HttpMethod.Post, "faults", new { kind = "latency", ms = latency }), ct);
        }

        var results = new List<(string Side, Measured Measured)>();
        var first = await FirstPageAsync(vendor, postgres, results, ct);
        for (var run = 0; run < runs; run++)
        {
            foreach (var side in run % 2 == 0 ? new[] { "probe", "product" } : ["product", "probe"])
            {
                results.AddRange((await ChildAsync(side, vendor, postgres, first, ct)).Select(m => (side, m)));
            }
        }

        Report(results);
    }

    /// <summary>One unmeasured run warms the vendor up and tells which pages the portal asks for.</summary>
    private static async Task<string> FirstPageAsync(Vendor vendor, string? postgres, List<(string, Measured)> results, CancellationToken ct)
    {
        await ChildAsync("product", vendor, postgres, null, ct, stopAfterImport: true);
        var request = (await vendor.Control.RequestsAsync(ct)).First(r => r["path"]!.GetValue<string>().EndsWith("/service/tickets", StringComparison.Ordinal));
        results.Clear();
        return request["path"]!.GetValue<string>() + request["query"]!.GetValue<string>();
    }

    private static async Task<IReadOnlyList<Measured>> ChildAsync(
        string side, Vendor vendor, string? postgres, string? first, CancellationToken ct, bool stopAfterImport = false)
    {
        var folder = Directory.CreateTempSubdirectory("msportal-bench-");
        await using var database = postgres is null ? null : await PostgresDatabase.CreateAsync(postgres, ct);
        try
        {
            List<string> arguments =
            [
                "child", side, "--vendor", vendor.Address.ToString(), "--folder", folder.FullName, "--database", database?.Setting ?? Path.Combine(folder.FullName, "bench.db"),
                .. first is null ? Array.Empty<string>() : ["--first", first],
            ];
            using var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, arguments) { RedirectStandardOutput = true, UseShellExecute = false })!;
            var measured = new List<Measured>();
            while (await process.StandardOutput.ReadLineAsync(ct) is { } line)
            {
                measured.Add(JsonSerializer.Deserialize<Measured>(line)!);
                if (stopAfterImport)
                {
                    process.Kill();
                    break;
                }
            }

            await process.WaitForExitAsync(ct);
            return process.ExitCode == 0 || stopAfterImport ? measured : throw new InvalidOperationException($"The {side} failed.");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Report(List<(string Side, Measured Measured)> results)
    {
        Console.WriteLine("| phase | side | wall s (min–max) | CPU s | peak RSS MB | rows/s | calls | connections | rows written |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|");
        foreach (var phase in results.GroupBy(r => r.Measured.Phase))
        {
            var sides = phase.GroupBy(r => r.Side).ToDictionary(s => s.Key, s => s.Select(r => r.Measured).ToList());
            foreach (var (side, m) in sides.OrderBy(s => s.Key, StringComparer.Ordinal))
            {
                var last = m[^1];
                Console.WriteLine(
                    $"| {phase.Key} | {side} | {Median(m, x => x.Wall):0.00} ({m.Min(x => x.Wall):0.00}–{m.Max(x => x.Wall):0.00}) | {Median(m, x => x.Cpu):0.00} | {Median(m, x => x.PeakMb):0} "
                    + $"| {last.Rows / Median(m, x => x.Wall):0} | {last.Calls} | {last.Connections} | {last.Written} |");
            }

            Console.WriteLine($"| {phase.Key} | ratio | {Median(sides["product"], x => x.Wall) / Median(sides["probe"], x => x.Wall):0.00} | {Median(sides["product"], x => x.Cpu) / Median(sides["probe"], x => x.Cpu):0.00} | | | | | |");
        }
    }

    private static double Median(List<Measured> runs, Func<Measured, double> of)
    {
        var sorted = runs.Select(of).Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }
}

/// <summary>A database of its own on a server.</summary>
internal sealed class PostgresDatabase(string server, string name) : IAsyncDisposable
{
    public string Setting => new NpgsqlConnectionStringBuilder(server) { Database = name }.ConnectionString;

    public static async Task<PostgresDatabase> CreateAsync(string server, CancellationToken ct)
    {
        var name = $"msportal_bench_{Guid.NewGuid():N}";
        await RunAsync(server, $"CREATE DATABASE {name}", ct);
        return new PostgresDatabase(server, name);
    }

    public async ValueTask DisposeAsync() => await RunAsync(server, $"DROP DATABASE {name} WITH (FORCE)", CancellationToken.None);

    private static async Task RunAsync(string server, string text, CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(server);
        await connection.OpenAsync(ct);
#pragma warning disable CA2100 // The name is our own.
        await using var command = new NpgsqlCommand(text, connection);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(ct);
    }
}

/// <summary>Where a figure comes from.</summary>
internal static class Machine
{
    public static void Print()
    {
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1024 / 1024 / 1024;
        Console.WriteLine($"{DateTimeOffset.UtcNow:yyyy-MM-dd HH:mm} UTC, {Environment.ProcessorCount} processors, {memory} GiB, .NET {Environment.Version}");
    }
}
