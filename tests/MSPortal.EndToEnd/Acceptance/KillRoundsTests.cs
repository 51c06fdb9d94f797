using System.Diagnostics;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Sync;
using Shouldly;
using Xunit;
using DatabaseKind = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.EndToEnd.Acceptance;

/// <summary>
/// Many falls at moments that nobody chose; too long for every run. <c>docs/reliability.md</c> says how to run it.
/// <c>MSPORTAL_KILL_ROUNDS</c> is how many times the server falls (20), <c>MSPORTAL_KILL_SEED</c> repeats the moments.
/// </summary>
public sealed class KillRoundsTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(180);

    /// <summary>A pass of some two seconds: 12 pages or more.</summary>
    private const int PageRows = 10;
    private const int PageTime = 150;
    private const int LongestWait = 4000;

    [Theory(Explicit = true)]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.PostgreSql)]
    public async Task Whenever_the_server_falls_the_tickets_are_the_vendors_in_the_end(DatabaseKind kind)
    {
        var rounds = Number("MSPORTAL_KILL_ROUNDS", 20);
        var seed = Number("MSPORTAL_KILL_SEED", Environment.TickCount & 0xFFFF);
        var dice = new Random(seed);
        output.WriteLine($"{rounds} rounds, seed {seed}");
        await using var scenario = await Scenario.StartAsync(kind);
        var portal = await scenario.ServeAsync();
        var vendor = scenario;
        for (var round = 1; round <= rounds; round++)
        {
            var first = round % 2 == 1;
            if (first)
            {
                vendor = round == 1 ? scenario : await scenario.BesideAsync(seed: 100 + round);
                await vendor.Vendor.SlowDownAsync(PageRows, PageTime);
                await vendor.ConnectAsync();
            }
            else
            {
                await vendor.Vendor.SlowDownAsync(PageRows, PageTime);
                await vendor.Vendor.PostAsync("bulk", new { kind = "tickets", count = 100, change = new { severity = round % 4 == 0 ? "High" : "Low" } });
                await vendor.RunInsideAsync("sync", vendor.Id);
            }

            var wait = dice.Next(LongestWait);
            await Task.Delay(wait, TestContext.Current.CancellationToken);
            await portal.KillAsync();
            var running = (await scenario.RunningAsync()).Count;
            await vendor.Vendor.HealAsync();
            var clock = Stopwatch.StartNew();
            await portal.RestartAsync();
            await vendor.SameAsync(Soon);
            await scenario.SettledAsync(Soon);
            await CutOffRunsSaySoAsync(vendor);
            output.WriteLine($"round {round}: {(first ? "first pass" : "changes")}, killed after {wait} ms, {running} run(s) going on, right after {clock.Elapsed.TotalSeconds:0} s");
            if (!first)
            {
                await vendor.RunInsideAsync("integrations", "remove", vendor.Id, "--confirm", "Main PSA");
                if (vendor != scenario)
                {
                    await vendor.DisposeAsync();
                }
            }
        }
    }

    /// <summary>A run that was cut off is in the history as that, with its reason, and the passes after it are whole.</summary>
    private static async Task CutOffRunsSaySoAsync(Scenario vendor)
    {
        await using var db = vendor.OpenDatabase();
        var id = long.Parse(vendor.Id, CultureInfo.InvariantCulture);
        var runs = await db.Runs.AsNoTracking().Where(r => r.IntegrationId == id).ToListAsync();
        var ended = runs.Where(r => r.Status is not (RunStatus.Running or RunStatus.Waiting)).ToList();
        ended.ShouldAllBe(r => r.EndedAt != null && (r.Status != RunStatus.Interrupted || r.Message != null));
        ended.ShouldContain(r => r.Status == RunStatus.Succeeded);
    }

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : otherwise;
}
