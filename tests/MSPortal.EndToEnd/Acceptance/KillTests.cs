using MSPortal.EndToEnd.Support;
using Shouldly;
using Xunit;
using DatabaseKind = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.EndToEnd.Acceptance;

/// <summary>The server falls in the middle of its work, on SQLite; classes run side by side, since each waits for leases to run out.</summary>
public sealed class KillOnSqliteTests
{
    [Fact]
    public Task The_set_is_right_after_kills_in_mid_first_pass_and_in_mid_incremental() => Kill.BothPassesAsync(DatabaseKind.Sqlite);
}

/// <summary>The same on PostgreSQL.</summary>
public sealed class KillOnPostgresTests
{
    [Fact]
    public Task The_set_is_right_after_kills_in_mid_first_pass_and_in_mid_incremental() => Kill.BothPassesAsync(DatabaseKind.PostgreSql);
}

internal static class Kill
{
    /// <summary>One portal with three vendors falls while each of them is read to another page, once in either kind of pass.</summary>
    public static async Task BothPassesAsync(DatabaseKind kind)
    {
        await using var scenario = await Scenario.StartAsync(kind);
        await using var second = await scenario.BesideAsync(seed: 12);
        await using var third = await scenario.BesideAsync(seed: 13);
        Scenario[] all = [scenario, second, third];
        foreach (var one in all)
        {
            await one.ConnectAsync();
        }

        await HoldAsync(all);
        var portal = await scenario.ServeAsync();
        await FallAsync(all, portal);
        await portal.RestartAsync();
        await SameAsync(all);

        foreach (var one in all)
        {
            var before = await one.Vendor.KeptAsync();
            await one.Vendor.PostAsync("bulk", new { kind = "tickets", count = 100, change = new { severity = "High" } });
            (await one.Vendor.KeptAsync()).Except(before).Count().ShouldBeGreaterThan(40);
        }

        await HoldAsync(all);
        await Task.WhenAll(all.Select(one => one.RunInsideAsync("sync", one.Id)));
        await FallAsync(all, portal);
        await portal.RestartAsync();
        await SameAsync(all);
        await scenario.SettledAsync();
    }

    /// <summary>A page more of each next vendor.</summary>
    private static Task HoldAsync(Scenario[] all) => Task.WhenAll(all.Select((one, i) => one.Vendor.HoldAfterAsync(pages: i + 1)));

    private static async Task FallAsync(Scenario[] all, PortalProcess portal)
    {
        await Task.WhenAll(all.Select(one => one.Vendor.HeldAsync()));
        await portal.KillAsync();
        (await all[0].RunningAsync()).ShouldBe(all.Select(one => $"{one.Id}: tickets"));
        (await all[0].RunsAsync()).Where(r => r.GetProperty("status").GetString() == "running").Select(r => r.GetProperty("dataType").GetString()).ShouldBe(["tickets"]);
        await Task.WhenAll(all.Select(one => one.Vendor.HealAsync()));
    }

    private static async Task SameAsync(Scenario[] all)
    {
        foreach (var one in all)
        {
            await one.SameAsync();
        }
    }
}
