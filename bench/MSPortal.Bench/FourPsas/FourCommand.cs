using System.CommandLine;
using System.Diagnostics;
using Microsoft.Extensions.Time.Testing;
using MSPortal.Bench.Speed;
using MSPortal.Connectors.Common;
using MSPortal.Core.Integrations;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Histories.Vendors.Psas;
using MSPortal.Storage;
using MSPortal.Web.Hosting;

namespace MSPortal.Bench.FourPsas;

/// <summary>One portal with all four PSAs at once, each keeping its vendor's limits on one virtual clock: are the sets equal, and what did it cost in calls?</summary>
internal static class FourCommand
{
    private static readonly DateTimeOffset Start = new(2026, 6, 1, 9, 0, 0, TimeSpan.Zero);

    /// <summary>Leases and waits fit a clock that runs a hundred times as fast as work does.</summary>
    private static readonly SyncOptions Unhurried = new()
    {
        Node = "bench", Lease = TimeSpan.FromHours(2), LeaseRenewal = TimeSpan.FromMinutes(20), SliceTime = TimeSpan.FromHours(1), MaxBudgetWait = TimeSpan.FromMinutes(1),
    };

    public static Command Make()
    {
        var tickets = new Option<int>("--tickets") { DefaultValueFactory = _ => 20_000, Description = "Tickets at each vendor." };
        var command = new Command("four", "All four PSAs in one portal: first import, an incremental cycle and a complete one; sets, calls beside the least possible, and limits.") { tickets };
        command.SetAction((parsed, ct) => RunAsync(parsed.GetValue(tickets), ct));
        return command;
    }

    private static async Task<int> RunAsync(int tickets, CancellationToken ct)
    {
        Machine.Print();
        var folder = Directory.CreateTempSubdirectory("msportal-bench-");
        var clock = new FakeTimeProvider(Start);
        using var wire = new Wire(VendorHttp.CreateHandler(allowPrivateNetworks: true, TimeProvider.System), clock);
        await using var portal = Portal(folder.FullName, clock, wire);
        var data = portal.GetRequiredService<PortalDatabase>();
        await data.MigrateAsync(ct);
        await FirstTenant.GetOrAddAsync(data, clock, ct);
        List<Connected> all = [.. Psa.All.Select(p => new Connected(p, portal, clock, wire))];
        try
        {
            return await RunAsync(all, tickets, clock, wire, ct);
        }
        finally
        {
            foreach (var one in all)
            {
                await one.DisposeAsync();
            }

            await portal.DisposeAsync();
            folder.Delete(recursive: true);
        }
    }

    private static ServiceProvider Portal(string folder, FakeTimeProvider clock, Wire wire)
    {
        var services = new ServiceCollection();
        services.AddLogging(log => log.SetMinimumLevel(LogLevel.Critical));
        services.AddPortal(new PortalOptions { DataFolder = folder, Database = Path.Combine(folder, "four.db"), AllowPrivateNetworks = true });
        services.AddSingleton<TimeProvider>(clock);
        services.AddSingleton(Unhurried);
        services.AddSingleton(provider => new Sessions(
            provider.GetRequiredService<ConnectorRegistry>(), provider.GetRequiredService<Budgets>(), wire, Unhurried, clock, provider.GetRequiredService<ILoggerFactory>(), allowPrivateNetworks: true));
        return services.BuildServiceProvider();
    }

    private static async Task<int> RunAsync(List<Connected> all, int tickets, FakeTimeProvider clock, Wire wire, CancellationToken ct)
    {
        Console.WriteLine($"{tickets:N0} tickets at each of {all.Count} vendors, SQLite, virtual time from {Start:u}");
        await PhaseAsync("connected", all, c => c.ConnectAsync(tickets, ct), clock, wire, ct);
        await PhaseAsync("first import", all, c => c.FirstImportAsync(ct), clock, wire, ct);
        foreach (var one in all)
        {
            Report("first import", one, await one.CallsAsync(ct), Least.Import(one.Psa, await one.CountsAsync(ct)));
        }

        clock.Advance(TimeSpan.FromMinutes(1));
        var changed = new Dictionary<Connected, int>();
        foreach (var one in all)
        {
            changed[one] = await one.ChangeAsync(ct);
        }

        foreach (var full in new[] { false, true })
        {
            var calls = new Dictionary<Connected, IReadOnlyDictionary<DataType, long>>();
            await PhaseAsync(full ? "complete cycle" : "incremental cycle", all, async c => calls[c] = await c.CycleAsync(full, ct), clock, wire, ct);
            foreach (var one in all)
            {
                var counts = await one.CountsAsync(ct);
                Report(full ? "complete cycle" : $"incremental cycle, {changed[one]} tickets changed", one, calls[one], full ? Least.Complete(one.Psa, counts) : Least.Incremental(one.Psa, changed[one]));
            }
        }

        return await JudgeAsync(all, ct);
    }

    private static async Task<int> JudgeAsync(List<Connected> all, CancellationToken ct)
    {
        var wrong = 0;
        foreach (var one in all)
        {
            var differences = await one.DifferencesAsync(ct);
            var limits = one.Connector.Limits.Where(l => l.Part is null).Select(l => (Most: one.Line.Most(l), Limit: l)).ToList();
            wrong += differences.Count + one.Line.Throttled + limits.Count(l => l.Most > l.Limit.Permits);
            Console.WriteLine($"{one.Psa.Provider}: {(differences.Count == 0 ? "all sets equal" : string.Join("; ", differences))}; {one.Line.Calls:N0} calls ({one.Line.Statuses}), at most {one.Line.Peak} at once, "
                + string.Join(", ", limits.Select(l => $"{l.Most:N0} of {l.Limit.Permits:N0} per {l.Limit.Window.TotalMinutes:0} min")));
        }

        Console.WriteLine(wrong == 0 ? "Sets equal, no limit exceeded." : "NOT as it should be.");
        return wrong == 0 ? 0 : 1;
    }

    /// <summary>All four at once, while the clock goes on: fast when everybody waits for it, slowly while a vendor is being waited for.</summary>
    private static async Task PhaseAsync(string name, List<Connected> all, Func<Connected, Task> work, FakeTimeProvider clock, Wire wire, CancellationToken ct)
    {
        var (began, watch, calls) = (clock.GetUtcNow(), Stopwatch.StartNew(), all.ToDictionary(c => c, c => name == "connected" ? 0 : c.Line.Calls));
        var working = Task.WhenAll(all.Select(c => Task.Run(() => work(c), ct)));
        while (!working.IsCompleted)
        {
            await Task.WhenAny(working, Task.Delay(TimeSpan.FromMilliseconds(1), ct));
            clock.Advance(TimeSpan.FromMilliseconds(wire.IsBusy ? 50 : 400));
        }

        await working;
        Console.WriteLine($"{name}: {watch.Elapsed:hh\\:mm\\:ss}, {(clock.GetUtcNow() - began).TotalMinutes:0} min of virtual time, calls {string.Join(", ", all.Select(c => $"{c.Psa.Provider} {c.Line.Calls - calls[c]:N0}"))}");
    }

    private static void Report(string phase, Connected one, IReadOnlyDictionary<DataType, long> calls, IReadOnlyDictionary<DataType, long> least)
    {
        var types = calls.Keys.Union(least.Keys).Order().ToList();
        Console.WriteLine($"| {phase} | {one.Psa.Provider} | {calls.Values.Sum():N0} | {least.Values.Sum():N0} | "
            + string.Join(", ", types.Select(t => $"{t} {calls.GetValueOrDefault(t):N0}/{least.GetValueOrDefault(t):N0}")) + " |");
    }
}
