using System.Text.Json.Nodes;
using Shouldly;
using Xunit;
using static MSPortal.Tests.Simulators.ConnectWise.RunningSimulator;

namespace MSPortal.Tests.Simulators.ConnectWise;

public sealed class ControlTests : IAsyncLifetime
{
    private RunningSimulator simulator = null!;

    public async ValueTask InitializeAsync() => simulator = await StartAsync();

    public ValueTask DisposeAsync() => simulator.DisposeAsync();

    [Fact]
    public async Task The_truth_is_what_the_vendor_serves()
    {
        (await simulator.ListAsync("service/tickets?pageSize=1000")).ToJsonString().ShouldBe((await simulator.TruthAsync("tickets")).ToJsonString());
        (await simulator.ListAsync("company/contacts?pageSize=1000")).ToJsonString().ShouldBe((await simulator.TruthAsync("contacts")).ToJsonString());
        simulator.About["counts"]!["tickets"]!.GetValue<int>().ShouldBe(120);
    }

    [Fact]
    public async Task A_record_is_made_changed_and_deleted()
    {
        var company = Ids(await simulator.TruthAsync("companies"))[3];
        var made = await simulator.ControlAsync("records/tickets", new { summary = "By hand", company = new { id = company }, board = new { id = 5 } });
        var id = made["id"]!.GetValue<int>();
        made["status"]!["id"]!.GetValue<int>().ShouldBe(200);
        made["company"]!["name"].ShouldNotBeNull();

        var changed = await simulator.ControlAsync($"records/tickets/{id}", new { status = new { id = 209 }, _info = new { lastUpdated = "2001-01-01T00:00:00Z" } }, HttpMethod.Patch);
        changed["closedFlag"]!.GetValue<bool>().ShouldBeTrue();
        await simulator.ControlAsync($"records/tickets/{id}", method: HttpMethod.Delete);
        Ids(await simulator.ListAsync("service/tickets?pageSize=1000")).ShouldNotContain(id);
        (await simulator.CountAsync("service/tickets/count?conditions=id=" + id)).ShouldBe(0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_change_moves_lastUpdated_only_when_it_touches(bool touch)
    {
        var ticket = (await simulator.TruthAsync("tickets"))[0]!;
        var changed = await simulator.ControlAsync($"records/tickets/{ticket["id"]}?touch={(touch ? "true" : "false")}", new { summary = "Quiet" }, HttpMethod.Patch);
        changed["summary"]!.GetValue<string>().ShouldBe("Quiet");
        (changed["_info"]!["lastUpdated"]!.GetValue<string>() == ticket["_info"]!["lastUpdated"]!.GetValue<string>()).ShouldBe(!touch);
    }

    [Fact]
    public async Task A_company_merge_moves_everything_and_says_no_time()
    {
        var before = await simulator.TruthAsync("tickets");
        var source = before.GroupBy(t => t!["company"]!["id"]!.GetValue<int>()).OrderByDescending(g => g.Count()).First().Key;
        var target = Ids(await simulator.TruthAsync("companies")).Last(id => id != source);

        await simulator.ControlAsync($"companies/{source}/merge", new { into = target });

        Ids(await simulator.TruthAsync("companies")).ShouldNotContain(source);
        var after = await simulator.TruthAsync("tickets");
        after.ShouldAllBe(t => t!["company"]!["id"]!.GetValue<int>() != source);
        (await simulator.TruthAsync("contacts")).ShouldAllBe(c => c!["company"] == null || c["company"]!["id"]!.GetValue<int>() != source);
        after.Select(Updated).ShouldBe(before.Select(Updated));
        after.Count(t => t!["company"]!["id"]!.GetValue<int>() == target).ShouldBe(before.Count(t => t!["company"]!["id"]!.GetValue<int>() is var id && (id == target || id == source)));
    }

    [Fact]
    public async Task A_board_move_takes_a_status_of_the_new_board()
    {
        var ticket = (await simulator.TruthAsync("tickets")).First(t => t!["board"]!["id"]!.GetValue<int>() == 1)!;
        var moved = await simulator.ControlAsync($"tickets/{ticket["id"]}/board", new { boardId = 9 });
        moved["board"]!["name"]!.GetValue<string>().ShouldBe("Internal IT");
        moved["status"]!["id"]!.GetValue<int>().ShouldBe(360);
        moved["type"].ShouldBeNull();
    }

    [Fact]
    public async Task A_merged_ticket_stays()
    {
        var ids = Ids(await simulator.TruthAsync("tickets"));
        var child = await simulator.ControlAsync($"tickets/{ids[3]}/merge", new { into = ids[1] });
        child["mergedParentTicket"]!["id"]!.GetValue<int>().ShouldBe(ids[1]);
        Ids(await simulator.TruthAsync("tickets")).ShouldBe(ids);
    }

    [Fact]
    public async Task A_rename_is_seen_wherever_the_name_is_shown()
    {
        var tickets = await simulator.TruthAsync("tickets");
        var company = tickets[0]!["company"]!["id"]!.GetValue<int>();
        await simulator.ControlAsync($"records/companies/{company}", new { name = "Renamed Ltd" }, HttpMethod.Patch);
        var after = await simulator.TruthAsync("tickets");
        after.Where(t => t!["company"]!["id"]!.GetValue<int>() == company).ShouldAllBe(t => t!["company"]!["name"]!.GetValue<string>() == "Renamed Ltd");
        after.Select(Updated).ShouldBe(tickets.Select(Updated));
    }

    [Fact]
    public async Task Many_are_changed_or_deleted_at_once()
    {
        var ids = Ids(await simulator.TruthAsync("tickets"));
        var changed = (await simulator.ControlAsync("bulk", new { kind = "tickets", count = 60, change = new { summary = "All alike" } }))["ids"]!.AsArray();
        changed.Select(i => i!.GetValue<int>()).ShouldBe(ids[..60]);
        Ids(await simulator.ListAsync("service/tickets?pageSize=1000&conditions=summary=%22All%20alike%22")).ShouldBe(ids[..60]);
        await simulator.ControlAsync("bulk", new { kind = "tickets", ids = new[] { ids[2], ids[7] }, delete = true });
        Ids(await simulator.TruthAsync("tickets")).ShouldBe(ids.Where((_, i) => i is not (2 or 7)));
    }

    [Fact]
    public async Task Readers_never_see_half_an_edit()
    {
        using var stop = new CancellationTokenSource();
        var reading = Task.Run(async () =>
        {
            var seen = 0;
            for (; !stop.IsCancellationRequested; seen++)
            {
                (await simulator.ListAsync("service/tickets?pageSize=1000&fields=id,poNumber")).Select(t => t!["poNumber"]?.GetValue<string>()).Distinct().Count().ShouldBe(1);
            }

            return seen;
        });
        for (var i = 0; i < 30; i++)
        {
            await simulator.ControlAsync("bulk", new { kind = "tickets", change = new { poNumber = "PO" + i } });
        }

        await stop.CancelAsync();
        (await reading).ShouldBeGreaterThan(1);
    }

    [Fact]
    public async Task Requests_are_logged_without_what_signs_them_in()
    {
        await simulator.ControlAsync("requests", method: HttpMethod.Delete);
        await simulator.ListAsync("service/tickets?pageSize=1&fields=id");
        await simulator.GetAsync("service/nothing");
        var log = (await simulator.ControlAsync("requests")).AsArray();
        log.Select(r => $"{r!["method"]} {r["path"]}{r["query"]} {r["status"]}").ShouldBe(
            [$"GET {Api}service/tickets?pageSize=1&fields=id 200", $"GET {Api}service/nothing 404"]);
        (await simulator.ControlAsync("requests?since=" + log[0]!["number"])).AsArray().Count.ShouldBe(1);
        log.ToJsonString().ShouldNotContain("Basic");
        log.ToJsonString().ShouldNotContain(simulator.About["privateKey"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_trickle_changes_things_until_it_is_stopped()
    {
        var before = (await simulator.TruthAsync("tickets")).ToJsonString() + (await simulator.TruthAsync("notes")).Count;
        await simulator.ControlAsync("trickle", new { perMinute = 6000 });
        var patience = DateTime.UtcNow.AddSeconds(20);
        while ((await simulator.TruthAsync("tickets")).Count <= 122 && DateTime.UtcNow < patience)
        {
            await Task.Yield();
        }

        await simulator.ControlAsync("trickle", new { perMinute = 0 });
        var after = await simulator.TruthAsync("tickets");
        after.Count.ShouldBeGreaterThan(122);
        (after.ToJsonString() + (await simulator.TruthAsync("notes")).Count).ShouldNotBe(before);
        (await simulator.TruthAsync("tickets")).ToJsonString().ShouldBe(after.ToJsonString());
    }

    private static string Updated(JsonNode? row) => row!["_info"]!["lastUpdated"]!.GetValue<string>();
}
