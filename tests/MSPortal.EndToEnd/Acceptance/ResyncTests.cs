using System.Net;
using System.Text.Json;
using MSPortal.EndToEnd.Support;
using MSPortal.Tests.Support;
using Shouldly;
using Xunit;

namespace MSPortal.EndToEnd.Acceptance;

/// <summary>Everything is read anew.</summary>
public sealed class ResyncTests
{
    [Theory, DatabaseData]
    public async Task Clear_and_resync_shows_the_old_copy_until_the_new_one_is_whole_even_through_a_kill(DatabaseKind kind)
    {
        await using var scenario = await Scenario.StartAsync(kind);
        await scenario.ReadAsync();
        var old = await scenario.ListedAsync();
        await SilentlyChangeAsync(scenario);
        var portal = await scenario.ServeAsync();
        await scenario.Vendor.HoldAfterAsync(pages: 3);

        var request = await ClearAsync(scenario, portal);
        await scenario.Vendor.HeldAsync();
        (await Scenario.ListedAsync(portal)).ShouldBe(old);
        await portal.KillAsync();
        (await scenario.ListedAsync()).ShouldBe(old);

        await scenario.Vendor.HealAsync();
        await scenario.Vendor.SlowDownAsync();
        await portal.RestartAsync();
        var seen = await WatchAsync(portal, request);
        var now = await scenario.Vendor.ShownAsync();
        var there = (await scenario.Vendor.RecordsAsync("tickets")).Select(t => t["id"]!.ToJsonString()).ToHashSet();
        now.ShouldNotBe(old);
        seen[0].ShouldBe(old);
        seen[^1].ShouldBe(now);
        var gone = old.Where(line => !there.Contains(line.Split(' ')[0])).ToList();

        // Until then the old copy misses nothing but what the vendor has confirmed to be gone.
        foreach (var list in seen.Where(list => !list.SequenceEqual(now)))
        {
            list.Except(old).ShouldBeEmpty();
            old.Except(list).Except(gone).ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task A_full_sync_finds_what_the_vendor_changed_without_a_word()
    {
        await using var scenario = await Scenario.StartAsync(DatabaseKind.Sqlite, tickets: 60, companies: 8);
        await scenario.ReadAsync();
        await SilentlyChangeAsync(scenario);
        var now = await scenario.Vendor.ShownAsync();
        (await scenario.ListedAsync()).ShouldNotBe(now);

        await scenario.RunInsideAsync("sync", scenario.Id, "--full", "--wait");

        (await scenario.ListedAsync()).ShouldBe(now);
        await scenario.NoRunIsLeftAsync();
    }

    /// <summary>Some tickets go and some get another company without a new time, which only a complete read can find.</summary>
    private static async Task SilentlyChangeAsync(Scenario scenario)
    {
        var ids = (await scenario.Vendor.InScopeAsync()).Select(t => (int)t["id"]!).Order().ToList();
        await scenario.Vendor.PostAsync("bulk", new { kind = "tickets", ids = ids.Take(5), delete = true });
        await scenario.Vendor.PostAsync("bulk", new { kind = "tickets", ids = ids.Skip(5).Take(10), change = new { company = (object?)null }, touch = false });
    }

    private static async Task<long> ClearAsync(Scenario scenario, PortalProcess portal)
    {
        using var response = await Scenario.PostAsync(portal, $"integrations/{scenario.Id}/sync", new { clear = true });
        var text = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.Accepted, text);
        return JsonSerializer.Deserialize<JsonElement>(text).GetProperty("id").GetInt64();
    }

    /// <summary>Reads the list again and again until the request is over; every different list that was seen, in order.</summary>
    private static async Task<List<string[]>> WatchAsync(PortalProcess portal, long request)
    {
        List<string[]> seen = [];
        async Task LookAsync()
        {
            var list = await Scenario.ListedAsync(portal);
            if (seen.Count == 0 || !seen[^1].SequenceEqual(list))
            {
                seen.Add(list);
            }
        }

        var ended = await Eventually.IsAsync(
            "the new copy is in place",
            async () =>
            {
                await LookAsync();
                return (await Scenario.GetAsync(portal, $"sync-requests/{request}")).GetProperty("status").GetString();
            },
            status => status is not ("queued" or "running"),
            TimeSpan.FromSeconds(90));
        ended.ShouldBe("succeeded");
        await LookAsync();
        return seen;
    }
}
