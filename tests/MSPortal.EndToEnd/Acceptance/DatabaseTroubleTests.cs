using Microsoft.EntityFrameworkCore;
using MSPortal.EndToEnd.Support;
using Npgsql;
using Shouldly;
using Xunit;
using DatabaseKind = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.EndToEnd.Acceptance;

/// <summary>The database goes away, takes nothing any more or is full in the middle of a read: the server stays, says so, and makes it good.</summary>
public sealed class DatabaseTroubleTests
{
    /// <summary>What failed is tried again after a pause, which a busy machine may have to sit out twice; then the notes of every ticket are read one by one.</summary>
    private static readonly TimeSpan AfterItsPause = TimeSpan.FromMinutes(8);

    /// <summary>What a restart of PostgreSQL looks like from here, without taking it from the other tests.</summary>
    [Fact]
    public async Task Connections_that_are_cut_and_refused_for_a_while_cost_nothing()
    {
        await using var scenario = await Scenario.StartAsync(DatabaseKind.PostgreSql);
        var portal = await ReadingAsync(scenario);

        await OnServerAsync(scenario, name => $"ALTER DATABASE \"{name}\" ALLOW_CONNECTIONS false", cut: true);
        await scenario.Vendor.HealAsync();
        await Eventually.IsTrueAsync("it is not ready without its database", async () => !await IsReadyAsync(portal), Scenario.Soon);
        await OnServerAsync(scenario, name => $"ALTER DATABASE \"{name}\" ALLOW_CONNECTIONS true", cut: false);

        await IsMadeGoodAsync(scenario, portal);
    }

    [Fact]
    public async Task A_database_that_may_only_be_read_for_a_while_costs_nothing()
    {
        await using var scenario = await Scenario.StartAsync(DatabaseKind.PostgreSql);
        var portal = await ReadingAsync(scenario);

        await OnServerAsync(scenario, name => $"ALTER DATABASE \"{name}\" SET default_transaction_read_only = on", cut: true);
        await scenario.Vendor.HealAsync();
        await Eventually.IsTrueAsync("a write is refused", () => Task.FromResult(portal.Output.Contains("25006", StringComparison.Ordinal)), Scenario.Soon);
        await OnServerAsync(scenario, name => $"ALTER DATABASE \"{name}\" SET default_transaction_read_only = off", cut: true);

        await IsMadeGoodAsync(scenario, portal);
    }

    [Fact]
    public async Task A_full_disk_stops_the_writing_and_nothing_else()
    {
        await using var scenario = await Scenario.StartAsync(DatabaseKind.Sqlite, tickets: 600);
        await scenario.ConnectAsync();
        await using (var db = scenario.OpenDatabase())
        {
            await db.Database.ExecuteSqlRawAsync("PRAGMA wal_checkpoint(TRUNCATE)");
        }

        scenario.Home.LargestFile = (new FileInfo(scenario.Home.Database).Length / 1024) + 300;
        var portal = await scenario.ServeAsync();

        await Eventually.IsTrueAsync("a write fails", () => Task.FromResult(portal.Output.Contains("SQLite Error", StringComparison.Ordinal)), Scenario.Soon);
        portal.HasExited.ShouldBeFalse(portal.Output);
        (await Scenario.GetAsync(portal, "integrations")).GetProperty("data").GetArrayLength().ShouldBe(1);

        scenario.Home.LargestFile = null;
        await portal.RestartAsync();
        await IsMadeGoodAsync(scenario, portal, AfterItsPause);
    }

    /// <summary>A server in the middle of a long read.</summary>
    private static async Task<PortalProcess> ReadingAsync(Scenario scenario)
    {
        await scenario.ConnectAsync();
        await scenario.Vendor.SlowDownAsync(rows: 5, ms: 100);
        var portal = await scenario.ServeAsync();
        await Eventually.IsAsync("tickets are being read", scenario.ReadingAsync, reading => reading == 1, Scenario.Soon);
        return portal;
    }

    private static async Task OnServerAsync(Scenario scenario, Func<string, string> command, bool cut)
    {
        var name = new NpgsqlConnectionStringBuilder(scenario.Home.Database).Database!;
        await using var server = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(scenario.Home.Database) { Database = "postgres" });
        await using (var change = server.CreateCommand(command(name)))
        {
            await change.ExecuteNonQueryAsync();
        }

        if (cut)
        {
            await using var end = server.CreateCommand("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1");
            end.Parameters.Add(new NpgsqlParameter { Value = name });
            await end.ExecuteNonQueryAsync();
            NpgsqlConnection.ClearAllPools(); // The test's own are cut as well.
        }
    }

    private static async Task<bool> IsReadyAsync(PortalProcess portal)
    {
        using var answer = await portal.Client.GetAsync(new Uri("/health/ready", UriKind.Relative));
        return answer.IsSuccessStatusCode;
    }

    /// <summary>The same process has the vendor's set in the end, and no run that never ends.</summary>
    private static async Task IsMadeGoodAsync(Scenario scenario, PortalProcess portal, TimeSpan? within = null)
    {
        await scenario.SameAsync(within);
        await scenario.SettledAsync(within);
        portal.HasExited.ShouldBeFalse(portal.Output);
        (await IsReadyAsync(portal)).ShouldBeTrue(portal.Output);
    }
}
