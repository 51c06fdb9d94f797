using MSPortal.EndToEnd.Support;
using MSPortal.Tests.Support;
using Shouldly;
using Xunit;

namespace MSPortal.EndToEnd.Acceptance;

/// <summary>The server falls in the middle of its work, on SQLite; classes run side by side, since each waits for leases to run out.</summary>
public sealed class KillOnSqliteTests
{
    [Fact]
    public Task The_set_is_right_after_kills_in_mid_first_pass_and_in_mid_incremental() => Kill.RoundsAsync(DatabaseKind.Sqlite);
}

/// <summary>The same on PostgreSQL.</summary>
public sealed class KillOnPostgresTests
{
    [Fact]
    public Task The_set_is_right_after_kills_in_mid_first_pass_and_in_mid_incremental()
    {
        Assert.SkipWhen(Dependency.SkipReason(DatabaseKind.PostgreSql) is not null, Dependency.SkipReason(DatabaseKind.PostgreSql) ?? "");
        return Kill.RoundsAsync(DatabaseKind.PostgreSql);
    }
}

/// <summary>The polite end.</summary>
public sealed class TerminateTests
{
    [Theory, DatabaseData]
    public async Task A_server_that_is_told_to_stop_ends_soon_and_its_work_goes_on_after_the_restart(DatabaseKind kind)
    {
        await using var scenario = await Scenario.StartAsync(kind, tickets: 120, companies: 8);
        await scenario.ConnectAsync();
        await scenario.Vendor.SlowDownAsync(rows: 5);
        var portal = await scenario.ServeAsync();
        await scenario.Vendor.PagesAsync(0, 3);

        (await portal.StopAsync().WaitAsync(TimeSpan.FromSeconds(10))).ShouldBe(0, portal.Output);

        await scenario.NoRunIsLeftAsync();
        await scenario.Vendor.HealAsync();
        await portal.RestartAsync();
        await scenario.ReadInBackgroundAsync(portal);
        (await Scenario.ListedAsync(portal)).ShouldBe(await scenario.Vendor.ShownAsync());
    }
}

internal static class Kill
{
    private const int Rounds = 3;

    /// <summary>Each round has a portal of its own and is killed a page later than the one before, once in either kind of pass.</summary>
    public static Task RoundsAsync(DatabaseKind kind) => Task.WhenAll(Enumerable.Range(1, Rounds).Select(pages => RoundAsync(kind, pages)));

    private static async Task RoundAsync(DatabaseKind kind, int pages)
    {
        await using var scenario = await Scenario.StartAsync(kind, tickets: 120, companies: 8);
        await scenario.ConnectAsync();
        await scenario.Vendor.SlowDownAsync();
        var portal = await scenario.ServeAsync();
        await FallAsync(scenario, portal, since: 0, pages);

        await portal.RestartAsync();
        await scenario.ReadInBackgroundAsync(portal);
        var first = await scenario.Vendor.ShownAsync();
        (await Scenario.ListedAsync(portal)).ShouldBe(first);

        await scenario.Vendor.PostAsync("bulk", new { kind = "tickets", count = 100, change = new { severity = "High" } });
        (await scenario.Vendor.ShownAsync()).ShouldNotBe(first);
        await scenario.Vendor.SlowDownAsync();
        var since = await scenario.Vendor.LastCallAsync();
        await scenario.RunAsync("sync", scenario.Id);
        await FallAsync(scenario, portal, since, pages);

        await portal.RestartAsync();
        await Eventually.IsAsync(
            "the changes arrive after the restart", () => Scenario.ListedAsync(portal), listed => listed.SequenceEqual(scenario.Vendor.ShownAsync().GetAwaiter().GetResult()), TimeSpan.FromSeconds(60));
        await Eventually.IsTrueAsync("no run is left", async () => (await scenario.RunsAsync()).All(r => r.GetProperty("status").GetString() != "running"), TimeSpan.FromSeconds(60));
    }

    private static async Task FallAsync(Scenario scenario, PortalProcess portal, int since, int pages)
    {
        await scenario.Vendor.PagesAsync(since, pages + 1);
        await portal.KillAsync();
        (await scenario.RunsAsync()).Where(r => r.GetProperty("status").GetString() == "running").Select(r => r.GetProperty("dataType").GetString()).ShouldBe(["tickets"]);
        await scenario.Vendor.HealAsync();
    }
}
