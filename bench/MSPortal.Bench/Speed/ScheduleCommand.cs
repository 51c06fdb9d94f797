using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Model;
using MSPortal.Histories.Vendors;
using MSPortal.Storage;

namespace MSPortal.Bench.Speed;

/// <summary>Many integrations on their usual schedules on one node: how long after its time each data type has its turn.</summary>
internal static class ScheduleCommand
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    public static Command Make()
    {
        var integrations = new Option<int>("--integrations") { DefaultValueFactory = _ => 10_000, Description = "Simulated ConnectWise integrations, each with its data types." };
        var minutes = new Option<int>("--minutes") { DefaultValueFactory = _ => 15, Description = "How long is measured." };
        var warm = new Option<int>("--warm") { DefaultValueFactory = _ => 2, Description = "Minutes before that." };
        var portal = new Option<string?>("--portal") { Description = "The portal's program; the one beside this by itself." };
        var database = new Option<string?>("--database") { Description = "An empty PostgreSQL database; without it a new SQLite file." };
        var command = new Command("schedule", "Thousands of integrations on one node: how late each turn is.") { integrations, minutes, warm, portal, database };
        command.SetAction((parsed, ct) => RunAsync(
            parsed.GetValue(integrations), TimeSpan.FromMinutes(parsed.GetValue(warm)), TimeSpan.FromMinutes(parsed.GetValue(minutes)), parsed.GetValue(portal), parsed.GetValue(database), ct));
        return command;
    }

    private static async Task RunAsync(int integrations, TimeSpan warm, TimeSpan span, string? portal, string? database, CancellationToken ct)
    {
        Machine.Print();
        var folder = Directory.CreateTempSubdirectory("msportal-bench-");
        try
        {
            var setting = database ?? Path.Combine(folder.FullName, "portal.db");
            using var vendor = await Vendor.StartAsync(10, ct, companies: 3);
            var data = new PortalDatabase(DatabaseSetting.Parse(setting, folder.FullName));
            var began = Stopwatch.GetTimestamp();
            await using (var product = new Product(folder.FullName, setting))
            {
                await new Clones(product.Data, product.Vault, await product.ReadAllAsync(vendor, ct)).MakeAsync(integrations, ct);
            }

            Console.WriteLine($"{integrations:N0} integrations made in {Stopwatch.GetElapsedTime(began).TotalSeconds:0} s, {data.Kind}");
            await using var server = await ServerProcess.StartAsync(
                portal ?? Path.Combine(AppContext.BaseDirectory, "msportal"), folder.FullName, setting, _ => new Dictionary<string, string> { ["MSPORTAL_ALLOW_PRIVATE_NETWORKS"] = "true" }, ct);
            await Task.Delay(warm, ct);
            await vendor.Control.ForgetAsync(ct);
            await MeasureAsync(data, server, vendor, span, ct);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task MeasureAsync(PortalDatabase data, ServerProcess server, Vendor vendor, TimeSpan span, CancellationToken ct)
    {
        var (started, cpu, clock) = (DateTimeOffset.UtcNow, server.Cpu, Stopwatch.StartNew());
        var waiting = new Dictionary<(long, DataType), DateTimeOffset>();
        var lags = new List<double>();
        var (peak, calls, gap, last) = (0.0, 0L, 0.0, clock.Elapsed);
        for (var look = 1; clock.Elapsed < span; look++)
        {
            (gap, last) = (Math.Max(gap, (clock.Elapsed - last).TotalSeconds), clock.Elapsed);
            var now = DateTimeOffset.UtcNow;
            var due = await DueAsync(data, now, ct);
            foreach (var (stream, at) in waiting.Where(w => !due.TryGetValue(w.Key, out var still) || still != w.Value))
            {
                lags.Add((now - at).TotalSeconds);
            }

            waiting = due;
            peak = Math.Max(peak, server.Resident);
            if (look % 10 == 0)
            {
                calls += (await vendor.Control.RequestsAsync(ct)).Count; // The vendor writes everything down.
                await vendor.Control.ForgetAsync(ct);
            }

            await Task.Delay(LookEvery, ct);
        }

        calls += (await vendor.Control.RequestsAsync(ct)).Count;
        await using var db = data.Open();
        var runs = await db.Runs.IgnoreQueryFilters().Where(r => r.StartedAt >= started).GroupBy(r => r.Status).Select(g => new { Status = g.Key, Count = g.Count() }).ToListAsync(ct);
        var all = runs.Sum(r => r.Count);
        // Who was never seen waiting had its turn between two looks; who still waits has had none.
        var unseen = Enumerable.Repeat(gap, Math.Max(0, all - lags.Count));
        var sorted = unseen.Concat(lags).Concat(waiting.Values.Select(at => (DateTimeOffset.UtcNow - at).TotalSeconds)).Order().ToList();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{clock.Elapsed.TotalMinutes:0.0} minutes: {all:N0} runs ({all / clock.Elapsed.TotalSeconds:0.0} a second: {string.Join(", ", runs.Select(r => $"{r.Count:N0} {r.Status}"))}), {calls:N0} calls; "
            + $"behind its time at most p50 {Quantile.At(sorted, 0.5):0} s, p99 {Quantile.At(sorted, 0.99):0} s, longest {sorted.LastOrDefault():0} s, {waiting.Count} waiting at the end, looked at every {gap:0.0} s at least; "
            + $"the portal's processor time {(server.Cpu - cpu).TotalSeconds / clock.Elapsed.TotalSeconds:0.00} of a processor, peak {peak:0} MB"));
    }

    private static async Task<Dictionary<(long, DataType), DateTimeOffset>> DueAsync(PortalDatabase data, DateTimeOffset now, CancellationToken ct)
    {
        await using var db = data.Open();
        var due = await db.Streams.IgnoreQueryFilters().Where(s => s.Enabled && s.DueAt <= now && (s.NotBefore == null || s.NotBefore <= now)).Select(s => new { s.IntegrationId, s.DataType, s.DueAt, s.NotBefore }).ToListAsync(ct);
        return due.ToDictionary(s => (s.IntegrationId, s.DataType), s => s.NotBefore > s.DueAt ? s.NotBefore.Value : s.DueAt);
    }
}
