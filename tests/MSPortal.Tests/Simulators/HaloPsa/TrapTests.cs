using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Simulators.HaloPsa;

/// <summary>The simulator is as treacherous as the vendor's documents say that Halo is.</summary>
public sealed class TrapTests(RunningHalo halo) : IClassFixture<RunningHalo>
{
    [Theory]
    [InlineData("pageinate=true&page_size=1000&page_no=1", 100)]
    [InlineData("pageinate=true&page_size=30&page_no=1", 30)]
    [InlineData("pageinate=true&page_size=100&page_no=3", 30)]
    [InlineData("pageinate=true&page_size=100&page_no=9", 0)]
    [InlineData("paginate=true&page_size=100&page_no=2", 50)]
    [InlineData("page_size=100", 50)]
    [InlineData("count=120", 120)]
    public async Task Pages_are_capped_without_a_word_and_only_come_by_their_misspelt_name(string query, int rows)
    {
        var answer = await halo.JsonAsync("Tickets?" + query);

        answer["tickets"]!.AsArray().Count.ShouldBe(rows);
        answer["record_count"]!.GetValue<int>().ShouldBe(230);
    }

    [Fact]
    public async Task Pages_in_the_order_of_ids_are_the_whole()
    {
        var all = new List<int>();
        for (var page = 1; page <= 3; page++)
        {
            all.AddRange(RunningHalo.Ids((await halo.JsonAsync($"tickets?pageinate=true&page_size=100&page_no={page}&order=id&orderdesc=false"))["tickets"]!));
        }

        all.ShouldBe(RunningHalo.Ids(await halo.TruthAsync("tickets")));
        RunningHalo.Ids((await halo.JsonAsync("Tickets"))["tickets"]!).ShouldBe(all.AsEnumerable().Reverse().Take(50));
    }

    [Fact]
    public async Task Filters_that_are_not_known_are_passed_over_and_known_ones_are_kept()
    {
        (await CountAsync("Tickets?no_such_filter=5")).ShouldBe(230);
        (await CountAsync("Tickets?open_only=true") + await CountAsync("Tickets?closed_only=true")).ShouldBe(230);
        var truth = (await halo.TruthAsync("tickets")).Select(t => t!.AsObject()).ToList();
        (await CountAsync("Tickets?requesttype=1,3")).ShouldBe(truth.Count(t => t["tickettype_id"]!.GetValue<int>() is 1 or 3));
        (await CountAsync("Tickets?status_id=9")).ShouldBe(truth.Count(t => t["status_id"]!.GetValue<int>() == 9));
        var since = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        var changed = truth.Count(t => Time(t, "last_update") >= since);
        changed.ShouldBeInRange(5, 225);
        (await CountAsync("Tickets?lastupdatefromdate=2026-01-01T00:00:00")).ShouldBe(changed);
        (await CountAsync("Tickets?lastupdatetodate=2026-01-01T00:00:00")).ShouldBe(230 - changed);
        (await halo.StatusAsync("Tickets?client_id=probe")).ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Reference_lists_are_bare_and_lists_of_records_wear_envelopes()
    {
        foreach (var path in new[] { "Team", "TicketType", "Status?type=ticket", "Priority", "SLA", "Category?type_id=1", "AssetType", "Agent" })
        {
            (await halo.JsonAsync(path)).ShouldBeOfType<JsonArray>(path);
        }

        foreach (var (path, envelope) in new[] { ("Client", "clients"), ("Users", "users"), ("Site", "sites"), ("Asset", "assets") })
        {
            (await halo.JsonAsync(path))[envelope].ShouldBeOfType<JsonArray>(path);
        }

        await halo.ControlAsync("set/behaviour", new { agentEnvelope = true });
        (await halo.JsonAsync("Agent"))["results"].ShouldBeOfType<JsonArray>();
        await halo.ControlAsync("set/behaviour", new { agentEnvelope = false });
    }

    [Fact]
    public async Task A_priority_is_a_GUID_and_the_number_that_tickets_name_leads_nowhere()
    {
        var priorities = (await halo.JsonAsync("Priority")).AsArray();

        priorities.Count.ShouldBe(8);
        priorities.Select(p => Guid.Parse(p!["id"]!.GetValue<string>(), CultureInfo.InvariantCulture)).Distinct().Count().ShouldBe(8);
        priorities.Select(p => p!["priorityid"]!.GetValue<int>()).Distinct().ShouldBe([1, 2, 3, 4]);
        (await halo.StatusAsync("Priority/1")).ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Sites_name_their_client_as_a_fraction_and_users_their_site()
    {
        using var sites = await halo.GetAsync("Site");
        (await sites.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain("\"client_id\":12.0");
        using var users = await halo.GetAsync("Users");
        (await users.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain("\"site_id\":1012.0");
    }

    [Fact]
    public async Task Never_is_1900_and_times_have_no_offset_some_of_them_fractions_and_a_few_a_Z()
    {
        var tickets = await halo.TruthAsync("tickets");
        var opened = tickets.Select(t => t!["dateoccurred"]!.GetValue<string>()).ToList();

        tickets.ShouldContain(t => t!["dateclosed"]!.GetValue<string>() == "1900-01-01T00:00:00");
        opened.ShouldContain(t => t.Length == 19);
        opened.ShouldContain(t => t.Length == 27);
        opened.Count(t => t.EndsWith('Z')).ShouldBeInRange(1, 60);
        opened.ShouldAllBe(t => !t.Contains('+', StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_change_time_of_a_ticket_has_another_name_when_it_is_read_alone()
    {
        var first = (await halo.JsonAsync("Tickets?pageinate=true&page_size=1&page_no=1"))["tickets"]![0]!.AsObject();
        var alone = (await halo.JsonAsync($"Tickets/{first["id"]}?includedetails=true")).AsObject();

        (first.ContainsKey("last_update"), first.ContainsKey("lastupdate")).ShouldBe((true, false));
        (alone.ContainsKey("last_update"), alone.ContainsKey("lastupdate")).ShouldBe((false, true));
        alone["lastupdate"]!.GetValue<string>().ShouldBe(first["last_update"]!.GetValue<string>());
        (first.ContainsKey("status_name"), alone.ContainsKey("status_name")).ShouldBe((false, true));
        (await halo.StatusAsync("Tickets/999999")).ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_team_is_a_name_and_nobody_is_number_one()
    {
        var tickets = await halo.TruthAsync("tickets");

        tickets.ShouldContain(t => t!["agent_id"]!.GetValue<int>() == 1 && t["agent_name"]!.GetValue<string>() == "Unassigned");
        tickets.ShouldContain(t => t!["client_id"]!.GetValue<int>() == 1 && t["client_name"]!.GetValue<string>() == "Unknown");
        tickets.ShouldContain(t => t!["team"]!.GetValue<string>() == "1st Line Support");
        tickets.ShouldAllBe(t => !t!.AsObject().ContainsKey("team_id"));
    }

    [Fact]
    public async Task Actions_are_numbered_within_their_ticket_and_invisible_without_one()
    {
        var actions = (await halo.TruthAsync("actions")).Select(a => (Ticket: a!["ticket_id"]!.GetValue<int>(), Id: a["id"]!.GetValue<int>())).ToList();

        actions.Count.ShouldBeGreaterThan(actions.Select(a => a.Id).Distinct().Count() * 3);
        actions.Distinct().Count().ShouldBe(actions.Count);
        (await halo.JsonAsync("Actions"))["actions"]!.AsArray().ShouldBeEmpty();
        var busiest = actions.GroupBy(a => a.Ticket).MaxBy(g => g.Count())!;
        busiest.Count().ShouldBeGreaterThan(50);
        (await halo.JsonAsync($"Actions?ticket_id={busiest.Key}"))["actions"]!.AsArray().Count.ShouldBe(50);
        RunningHalo.Ids((await halo.JsonAsync($"Actions?ticket_id={busiest.Key}&count=500"))["actions"]!).ShouldBe(busiest.Select(a => a.Id));
        var people = (await halo.JsonAsync($"Actions?ticket_id={busiest.Key}&count=500&excludesys=true"))["record_count"]!.GetValue<int>();
        people.ShouldBeInRange(1, busiest.Count() - 1);
    }

    [Fact]
    public async Task Inactive_records_and_the_fields_of_assets_come_only_when_asked_for()
    {
        (await CountAsync("Client?includeactive=true&includeinactive=true")).ShouldBe((await halo.TruthAsync("clients")).Count);
        var users = await halo.TruthAsync("users");
        var active = users.Count(u => !u!["inactive"]!.GetValue<bool>());
        active.ShouldBeLessThan(users.Count);
        (await CountAsync("Users")).ShouldBe(active);
        (await CountAsync("Users?includeinactive=true")).ShouldBe(users.Count - active);
        (await CountAsync("Users?activeinactive=true,true")).ShouldBe(users.Count);
        (await FirstAssetAsync("")).ContainsKey("fields").ShouldBeFalse();
        (await FirstAssetAsync("includeassetfields=true")).ContainsKey("fields").ShouldBeFalse();
        (await FirstAssetAsync("includeassetfields=true&assettype_id=1")).ContainsKey("fields").ShouldBeTrue();
    }

    [Fact]
    public async Task A_list_may_repeat_its_first_page_and_a_report_may_fail_with_200()
    {
        await halo.ControlAsync("set/behaviour", new { repeatsFirstPage = new[] { "Tickets" } });
        var first = RunningHalo.Ids((await halo.JsonAsync("Tickets?pageinate=true&page_size=100&page_no=1"))["tickets"]!);
        RunningHalo.Ids((await halo.JsonAsync("Tickets?pageinate=true&page_size=100&page_no=2"))["tickets"]!).ShouldBe(first);
        await halo.ControlAsync("set/behaviour", new { repeatsFirstPage = Array.Empty<string>() });

        (await halo.JsonAsync("Report/5?loadreport=true"))["report"]!["load_error"]!.GetValue<string>().ShouldNotBeEmpty();
    }

    private async Task<int> CountAsync(string path) => (await halo.JsonAsync(path))["record_count"]!.GetValue<int>();

    private async Task<JsonObject> FirstAssetAsync(string query) => (await halo.JsonAsync("Asset?" + query))["assets"]![0]!.AsObject();

    private static DateTime Time(JsonObject row, string name) =>
        DateTime.Parse(row[name]!.GetValue<string>(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
}
