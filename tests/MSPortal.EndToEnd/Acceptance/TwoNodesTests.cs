using System.Globalization;
using Microsoft.EntityFrameworkCore;
using MSPortal.EndToEnd.Integrations;
using MSPortal.EndToEnd.Support;
using Shouldly;
using Xunit;
using static Microsoft.Playwright.Assertions;
using DatabaseKind = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.EndToEnd.Acceptance;

/// <summary>Two servers on one PostgreSQL and one key: what is one's is the other's, and what one drops the other picks up.</summary>
public sealed class TwoNodesTests
{
    [Fact]
    public async Task Both_serve_everybody_and_the_work_of_one_that_falls_is_taken_over()
    {
        await using var scenario = await Scenario.StartAsync(DatabaseKind.PostgreSql);
        await using var second = await scenario.BesideAsync(seed: 12);
        await using var third = await scenario.BesideAsync(seed: 13);
        Scenario[] all = [scenario, second, third];
        PortalProcess[] nodes = [await scenario.ServeAsync(), await scenario.ServeAsync()];

        await using (var browser = await Browser.OpenAsync(nodes[0].Address))
        {
            await Wizard.SetUpAsync(browser.Page);
            await browser.Page.GotoAsync(new Uri(nodes[1].Address, "/settings/integrations").ToString());
            await Wizard.ReadyAsync(browser.Page);
            await Expect(browser.Page.Locator("h1")).ToContainTextAsync("Integrations");
        }

        foreach (var one in all)
        {
            await one.Vendor.SlowDownAsync(rows: 5, ms: 100);
            await one.ConnectAsync();
        }

        await Eventually.IsAsync("all three are being read", scenario.ReadingAsync, reading => reading == all.Length, Scenario.Soon);
        var holders = await HoldersAsync(scenario);
        holders.Keys.ShouldBe(all.Select(one => one.Id), ignoreOrder: true);
        var fallen = nodes.Single(node => IsOf(holders[scenario.Id], node));
        await fallen.KillAsync();
        await Task.WhenAll(all.Select(one => one.Vendor.HealAsync()));

        foreach (var one in all)
        {
            await one.SameAsync();
            (await InterruptedAsync(one)).ShouldBe(IsOf(holders[one.Id], fallen) ? ["tickets"] : []);
        }

        await scenario.SettledAsync();
    }

    [Fact]
    public async Task One_that_sleeps_too_long_is_replaced_and_writes_nothing_when_it_wakes()
    {
        await using var scenario = await Scenario.StartAsync(DatabaseKind.PostgreSql);
        await scenario.Vendor.HoldAfterAsync(pages: 2);
        var sleeper = await scenario.ServeAsync();
        await scenario.ConnectAsync();
        await scenario.Vendor.HeldAsync();
        IsOf((await HoldersAsync(scenario))[scenario.Id], sleeper).ShouldBeTrue();

        sleeper.Pause();
        await scenario.ServeAsync();
        await scenario.Vendor.HealAsync();
        await scenario.SameAsync();
        await scenario.Vendor.PostAsync("bulk", new { kind = "tickets", count = 100, change = new { severity = "High" } });
        await scenario.RunInsideAsync("sync", scenario.Id);
        await scenario.SameAsync();
        sleeper.Resume();

        // It is awake when it answers, and by then has nothing left of its turn.
        await Eventually.IsTrueAsync(
            "the sleeper answers again", async () => (await sleeper.Client.GetAsync(new Uri("/health/ready", UriKind.Relative))).IsSuccessStatusCode, Scenario.Soon);
        await scenario.SettledAsync();
        await scenario.SameAsync();
        (await InterruptedAsync(scenario)).ShouldBe(["tickets"]);
    }

    /// <summary>Which process works on each integration.</summary>
    private static async Task<IReadOnlyDictionary<string, string>> HoldersAsync(Scenario scenario)
    {
        await using var db = scenario.OpenDatabase();
        return (await db.Integrations.Select(i => new { i.Id, i.LeaseNode }).ToListAsync())
            .Where(i => i.LeaseNode is not null).ToDictionary(i => i.Id.ToString(CultureInfo.InvariantCulture), i => i.LeaseNode!);
    }

    private static bool IsOf(string holder, PortalProcess node) => holder.Contains($"-{node.Id}-", StringComparison.Ordinal);

    /// <summary>What the history says was cut off.</summary>
    private static async Task<IReadOnlyList<string?>> InterruptedAsync(Scenario one) =>
        [.. (await one.RunsAsync()).Where(r => r.GetProperty("status").GetString() == "interrupted").Select(r => r.GetProperty("dataType").GetString())];
}
