using System.Diagnostics;
using Microsoft.Extensions.Time.Testing;
using MSPortal.Bench.Speed;
using MSPortal.Connectors.Common;
using MSPortal.Core.Integrations;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Simulators;
using MSPortal.Storage;
using MSPortal.Web.Hosting;

namespace MSPortal.Bench.Together;

/// <summary>One portal with several vendors at once, each keeping its limits on one virtual clock: are the sets equal, and what did it cost in calls?</summary>
internal sealed class TogetherRun : IAsyncDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 6, 1, 9, 0, 0, TimeSpan.Zero);

    /// <summary>Leases and waits fit a clock that runs a hundred times as fast as work does.</summary>
    private static readonly SyncOptions Unhurried = new()
    {
        Node = "bench", Lease = TimeSpan.FromHours(2), LeaseRenewal = TimeSpan.FromMinutes(20), SliceTime = TimeSpan.FromHours(1), MaxBudgetWait = TimeSpan.FromMinutes(1),
    };

    /// <summary>After so many looks at which nobody was asked, all wait for tomorrow.</summary>
    private const int Long = 100;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("msportal-bench-");
    private readonly FakeTimeProvider clock = new(Start);
    private readonly Wire wire;
    private readonly ServiceProvider portal;
    private IReadOnlyList<Connected> all = [];

    public TogetherRun()
    {
        wire = new Wire(VendorHttp.CreateHandler(allowPrivateNetworks: true, TimeProvider.System), clock);
        portal = Portal();
    }

    /// <param name="vendors">Who is there, and how large.</param>
    /// <returns>0 when all sets were equal and no limit was exceeded.</returns>
    public async Task<int> RunAsync(Func<IServiceProvider, TimeProvider, Wire, IReadOnlyList<(Connected Vendor, SimulatorOptions Size)>> vendors, CancellationToken ct)
    {
        Machine.Print();
        var data = portal.GetRequiredService<PortalDatabase>();
        await data.MigrateAsync(ct);
        await FirstTenant.GetOrAddAsync(data, clock, ct);
        var sized = vendors(portal, clock, wire).ToDictionary(v => v.Vendor, v => v.Size);
        all = [.. sized.Keys];
        Console.WriteLine($"SQLite, virtual time from {Start:u}");
        await PhaseAsync("connected", c => c.ConnectAsync(sized[c], ct), ct);
        await PhaseAsync("first import", c => c.FirstImportAsync(ct), ct);
        foreach (var one in all)
        {
            var counts = await one.CountsAsync(ct);
            Console.WriteLine($"{one.Provider}: {string.Join(", ", counts.Select(c => $"{c.Key} {c.Value.Sum():N0}"))}");
            Report("first import", one, await one.CallsAsync(ct), Least.Import(one.Provider, counts));
        }

        await PhaseAsync("cycle without a change", c => c.CycleAsync(full: false, ct), ct);
        clock.Advance(TimeSpan.FromMinutes(1));
        var changed = new Dictionary<Connected, int>();
        foreach (var one in all)
        {
            changed[one] = await one.ChangeAsync(ct);
        }

        foreach (var full in new[] { false, true })
        {
            var calls = new Dictionary<Connected, IReadOnlyDictionary<DataType, long>>();
            await PhaseAsync(full ? "complete cycle" : "incremental cycle", async c => calls[c] = await c.CycleAsync(full, ct), ct);
            foreach (var one in all)
            {
                var counts = await one.CountsAsync(ct);
                Report(full ? "complete cycle" : $"incremental cycle, {changed[one]} changed", one, calls[one], full ? Least.Complete(one.Provider, counts) : Least.Incremental(one.Provider, counts, changed[one]));
            }
        }

        return await JudgeAsync(ct);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var one in all)
        {
            await one.DisposeAsync();
        }

        await portal.DisposeAsync();
        wire.Dispose();
        folder.Delete(recursive: true);
    }

    private ServiceProvider Portal()
    {
        var services = new ServiceCollection();
        services.AddLogging(log => log.SetMinimumLevel(LogLevel.Critical));
        services.AddPortal(new PortalOptions { DataFolder = folder.FullName, Database = Path.Combine(folder.FullName, "together.db"), AllowPrivateNetworks = true });
        services.AddSingleton<TimeProvider>(clock);
        services.AddSingleton(Unhurried);
        services.AddSingleton(provider => new Sessions(
            provider.GetRequiredService<ConnectorRegistry>(), provider.GetRequiredService<Budgets>(), wire, Unhurried, clock, provider.GetRequiredService<ILoggerFactory>(), allowPrivateNetworks: true));
        return services.BuildServiceProvider();
    }

    private async Task<int> JudgeAsync(CancellationToken ct)
    {
        var wrong = 0;
        foreach (var one in all)
        {
            var differences = await one.DifferencesAsync(ct);
            var limits = one.Connector.Limits.Where(l => l.Part is null).Select(l => (Most: one.Line.Most(l), Limit: l)).ToList();
            wrong += differences.Count + one.Line.Throttled + limits.Count(l => l.Most > l.Limit.Permits);
            Console.WriteLine($"{one.Provider}: {(differences.Count == 0 ? "all sets equal" : string.Join("; ", differences))}; {one.Line.Calls:N0} calls ({one.Line.Statuses}), at most {one.Line.Peak} at once, "
                + string.Join(", ", limits.Select(l => $"{l.Most:N0} of {l.Limit.Permits:N0} per {l.Limit.Window.TotalMinutes:0} min")));
        }

        Console.WriteLine(wrong == 0 ? "Sets equal, no limit exceeded." : "NOT as it should be.");
        return wrong == 0 ? 0 : 1;
    }

    /// <summary>All at once, while the clock goes on: fast when everybody waits for it, faster when they go on waiting, slowly while a vendor is being waited for.</summary>
    private async Task PhaseAsync(string name, Func<Connected, Task> work, CancellationToken ct)
    {
        var (began, watch, cpu, calls) = (clock.GetUtcNow(), Stopwatch.StartNew(), Environment.CpuUsage.TotalTime, all.ToDictionary(c => c, c => name == "connected" ? 0 : c.Line.Calls));
        var working = Task.WhenAll(all.Select(c => Task.Run(() => work(c), ct)));
        for (var idle = 0; !working.IsCompleted; idle = wire.IsBusy ? 0 : idle + 1)
        {
            await Task.WhenAny(working, Task.Delay(TimeSpan.FromMilliseconds(1), ct));
            clock.Advance(TimeSpan.FromMilliseconds(wire.IsBusy ? 50 : idle < Long ? 400 : 10_000));
        }

        await working;
        Console.WriteLine($"{name}: {watch.Elapsed:hh\\:mm\\:ss}, {(Environment.CpuUsage.TotalTime - cpu).TotalSeconds:0} s of processor time, {Stopclock.Resident(Environment.ProcessId):0} MB with the vendors, {(clock.GetUtcNow() - began).TotalMinutes:0} min of virtual time, calls {string.Join(", ", all.Select(c => $"{c.Provider} {c.Line.Calls - calls[c]:N0}"))}");
    }

    private static void Report(string phase, Connected one, IReadOnlyDictionary<DataType, long> calls, IReadOnlyDictionary<DataType, long> least)
    {
        var types = calls.Keys.Union(least.Keys).Order().ToList();
        Console.WriteLine($"| {phase} | {one.Provider} | {calls.Values.Sum():N0} | {least.Values.Sum():N0} | "
            + string.Join(", ", types.Select(t => $"{t} {calls.GetValueOrDefault(t):N0}/{least.GetValueOrDefault(t):N0}")) + " |");
    }
}
