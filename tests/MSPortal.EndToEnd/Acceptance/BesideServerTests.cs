using System.Diagnostics;
using System.Net;
using System.Text.Json;
using MSPortal.EndToEnd.Support;
using MSPortal.Tests.Support;
using Shouldly;
using Xunit;

namespace MSPortal.EndToEnd.Acceptance;

/// <summary>Command line and server on one database at the same time.</summary>
public sealed class BesideServerTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(2);

    [Theory, DatabaseData]
    public async Task What_the_command_line_writes_the_server_sees_and_the_other_way_round(DatabaseKind kind)
    {
        await using var scenario = await Scenario.StartAsync(kind, tickets: 80);
        var portal = await scenario.ServeAsync();

        await scenario.ConnectAsync();
        await SeenAsync(portal, "integrations", list => list.GetProperty("data").EnumerateArray().Any(i => i.GetProperty("name").GetString() == "Main PSA"));
        var one = $"integrations/{scenario.Id}";

        await scenario.RunAsync("integrations", "pause", scenario.Id);
        await SeenAsync(portal, one, i => i.GetProperty("status").GetString() == "paused");
        var refused = await scenario.Home.RunAsync("sync", scenario.Id);
        (refused.ExitCode, refused.Error.Trim()).ShouldBe((1, "Main PSA is paused. Resume it first."));

        (await Scenario.PostAsync(portal, $"{one}/resume")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await scenario.RunInsideAsync("integrations", "show", scenario.Id, "--json")).Json().GetProperty("status").GetString().ShouldNotBe("paused");

        // The server does the work, and --wait waits for it.
        var request = (await scenario.RunAsync("sync", scenario.Id, "--wait", "--json")).Json();
        request.GetProperty("status").GetString().ShouldBe("succeeded");
        await SeenAsync(portal, $"sync-requests/{request.GetProperty("id")}", r => r.GetProperty("status").GetString() == "succeeded");

        await scenario.RunInsideAsync("companies", "import", scenario.Id, "--all");
        (await Scenario.ListedAsync(portal)).ShouldBe(await scenario.Vendor.ShownAsync());
        (await scenario.ListedAsync()).ShouldBe(await scenario.Vendor.ShownAsync());

        // Without --wait it is the server's affair, which sees it at once and begins as soon as it has a hand free, although the window of people's syncs is open.
        (await Scenario.PostAsync(portal, $"{one}/sync")).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        var queued = (await scenario.RunInsideAsync("sync", scenario.Id, "--data-type", "companies", "--json")).Json();
        var (path, began) = ($"sync-requests/{queued.GetProperty("id")}", Stopwatch.StartNew());
        await SeenAsync(portal, path, r => r.GetProperty("requestedBy").GetString() == "command line");
        await Eventually.IsAsync($"{path} is taken up", () => Scenario.GetAsync(portal, path), r => r.GetProperty("status").GetString() != "queued");
        output.WriteLine($"Taken up {began.ElapsedMilliseconds} ms after the command had ended.");
    }

    [Theory, DatabaseData]
    public async Task Fifty_presses_make_one_request_and_later_ones_at_most_one_more(DatabaseKind kind)
    {
        await using var scenario = await Scenario.StartAsync(kind, tickets: 80);
        await scenario.ReadAsync();
        await scenario.Vendor.PostAsync("bulk", new { kind = "tickets", count = 60, change = new { severity = "High" } });
        await scenario.Vendor.PostAsync("faults", new { kind = "hang" });
        var portal = await scenario.ServeAsync();
        var path = $"integrations/{scenario.Id}/sync";

        // The window of the sync that made this copy is open for people and programs, and closed for nobody else.
        using (var early = await Scenario.PostAsync(portal, path))
        {
            early.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
            early.Headers.RetryAfter!.Delta!.Value.ShouldBeInRange(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5));
        }

        await CloseWindowAsync(scenario);
        // The server may take up the first press while the others still come: those then share the one that waits.
        var presses = await PressAsync(portal, path);
        await Eventually.IsAsync(
            "the first request runs", () => Scenario.GetAsync(portal, $"sync-requests/{presses[0]}"), r => r.GetProperty("status").GetString() == "running", TimeSpan.FromSeconds(30));
        // The one under way stands at its first call until the vendor is healed, however long the presses take.
        var requests = presses.Union(await PressAsync(portal, path)).ToList();
        await scenario.Vendor.HealAsync();
        requests.Count.ShouldBe(2);

        foreach (var id in requests)
        {
            var ended = await Eventually.IsAsync(
                $"request {id} is over", () => Scenario.GetAsync(portal, $"sync-requests/{id}"), r => r.GetProperty("status").GetString() is not ("queued" or "running"), TimeSpan.FromSeconds(90));
            ended.GetProperty("status").GetString().ShouldBe("succeeded", ended.ToString());
            ended.GetProperty("runs").EnumerateArray().Select(r => r.GetProperty("dataType").GetString()).ShouldBeUnique();
        }

        (await Scenario.ListedAsync(portal)).ShouldBe(await scenario.Vendor.ShownAsync());
    }

    private static async Task<IReadOnlyList<long>> PressAsync(PortalProcess portal, string path)
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(async _ =>
        {
            using var response = await Scenario.PostAsync(portal, path);
            var text = await response.Content.ReadAsStringAsync();
            response.StatusCode.ShouldBe(HttpStatusCode.Accepted, text);
            return JsonSerializer.Deserialize<JsonElement>(text).GetProperty("id").GetInt64();
        }));
        return [.. answers.Distinct().Order()];
    }

    /// <summary>As if the five minutes were over.</summary>
    private static async Task CloseWindowAsync(Scenario scenario)
    {
        await using var db = scenario.OpenDatabase();
        foreach (var integration in db.Integrations)
        {
            integration.ManualWindowUntil = null;
        }

        await db.SaveChangesAsync();
    }

    private static Task<JsonElement> SeenAsync(PortalProcess portal, string path, Func<JsonElement, bool> fits) =>
        Eventually.IsAsync($"{path} shows what was written elsewhere", () => Scenario.GetAsync(portal, path), fits, Soon);
}
