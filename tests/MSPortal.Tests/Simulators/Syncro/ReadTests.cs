using System.Net;
using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Simulators.Syncro;

public sealed class ReadTests(RunningSyncro simulator) : IClassFixture<RunningSyncro>
{
    [Theory]
    [InlineData("/tickets", "tickets", "tickets", 50)]
    [InlineData("/contacts", "contacts", "contacts", 50)]
    [InlineData("/customer_assets", "assets", "assets", 50)]
    [InlineData("/customers?include_disabled=true", "customers", "customers", 100)]
    [InlineData("/ticket_timers", "ticket_timers", "timers", 100)]
    public async Task Pages_differ_in_size_and_end_in_an_empty_one(string path, string wrapper, string kind, int size)
    {
        var truth = RunningSyncro.Ids(await simulator.TruthAsync(kind));
        var first = await simulator.GetAsync(path);

        first[wrapper]!.AsArray().Count.ShouldBe(Math.Min(size, truth.Length));
        first["meta"]!["total_pages"]!.GetValue<int>().ShouldBe(Math.Max(1, (truth.Length + size - 1) / size));
        RunningSyncro.Ids(await simulator.AllAsync(path, wrapper)).ShouldBe(truth, ignoreOrder: true);
    }

    [Fact]
    public async Task Only_customers_and_contacts_say_how_many_rows_there_are()
    {
        static string[] Names(JsonNode answer) => [.. answer["meta"]!.AsObject().Select(p => p.Key)];

        Names(await simulator.GetAsync("/customers")).ShouldBe(["total_pages", "total_entries", "per_page", "page"]);
        Names(await simulator.GetAsync("/contacts")).ShouldBe(["total_pages", "total_entries", "per_page", "page"]);
        Names(await simulator.GetAsync("/tickets")).ShouldBe(["total_pages", "page"]);
        (await simulator.GetAsync("/users")).AsObject().Select(p => p.Key).ShouldBe(["users"]);
    }

    [Fact]
    public async Task Users_are_pairs_of_id_and_name()
    {
        var users = await simulator.TruthAsync("users");

        (await simulator.GetAsync("/users"))["users"]!.AsArray().Select(p => (p![0]!.GetValue<long>(), p[1]!.GetValue<string>()))
            .ShouldBe(users.Select(u => (u!["id"]!.GetValue<long>(), u["full_name"]!.GetValue<string>())));
        (await simulator.GetAsync($"/users/{users[1]!["id"]}"))["user"]!["email"]!.GetValue<string>().ShouldContain("@");
    }

    [Fact]
    public async Task Disabled_customers_are_hidden_unless_they_are_asked_for()
    {
        var disabled = RunningSyncro.Ids((await simulator.TruthAsync("customers")).Where(c => c!["disabled"]!.GetValue<bool>()));

        disabled.ShouldNotBeEmpty();
        RunningSyncro.Ids(await simulator.AllAsync("/customers", "customers")).Intersect(disabled).ShouldBeEmpty();
        disabled.Except(RunningSyncro.Ids(await simulator.AllAsync("/customers?include_disabled=true", "customers"))).ShouldBeEmpty();
        (await simulator.GetAsync($"/customers/{disabled[0]}"))["customer"]!["online_profile_url"]!.GetValue<string>().ShouldContain("portal_key=");
    }

    [Fact]
    public async Task Not_closed_is_everything_but_resolved()
    {
        var open = RunningSyncro.Ids((await simulator.TruthAsync("tickets")).Where(t => t!["status"]!.GetValue<string>() != "Resolved"));

        RunningSyncro.Ids(await simulator.AllAsync("/tickets?status=Not%20Closed", "tickets")).ShouldBe(open, ignoreOrder: true);
    }

    [Fact]
    public async Task Changes_are_found_by_a_full_time_and_a_date_alone_begins_at_the_account_s_midnight()
    {
        var tickets = await simulator.TruthAsync("tickets");
        long[] Since(string moment) => RunningSyncro.Ids(tickets.Where(t => string.CompareOrdinal(t!["updated_at"]!.GetValue<string>(), moment) > 0));

        RunningSyncro.Ids(await simulator.AllAsync("/tickets?since_updated_at=2026-01-01T00:00:00Z", "tickets")).ShouldBe(Since("2026-01-01T00:00:00.000Z"), ignoreOrder: true);
        RunningSyncro.Ids(await simulator.AllAsync("/tickets?since_updated_at=2026-01-01", "tickets")).ShouldBe(Since("2026-01-01T08:00:00.000Z"), ignoreOrder: true);
    }

    [Fact]
    public async Task A_ticket_read_alone_has_other_fields_than_in_a_list()
    {
        var row = (await simulator.GetAsync("/tickets"))["tickets"]!.AsArray().First(t => t!["ticket_type_id"] is not null && t["contact_id"] is not null)!;
        var alone = (await simulator.GetAsync($"/tickets/{row["id"]}"))["ticket"]!.AsObject();

        alone.ContainsKey("ticket_type_name").ShouldBeFalse();
        alone.ContainsKey("contact_fullname").ShouldBeFalse();
        alone["ticket_type"]!["name"]!.GetValue<string>().ShouldBe(row["ticket_type_name"]!.GetValue<string>());
        alone["contact"]!["name"]!.GetValue<string>().ShouldBe(row["contact_fullname"]!.GetValue<string>());
        alone["customer"]!["business_then_name"]!.GetValue<string>().ShouldBe(row["customer_business_then_name"]!.GetValue<string>());
        (await simulator.GetAsync($"/contacts/{row["contact_id"]}")).AsObject().ContainsKey("contact").ShouldBeFalse();
    }

    [Fact]
    public async Task Lists_bring_the_first_comment_only_and_comments_come_ten_at_a_time()
    {
        var counts = (await simulator.TruthAsync("comments")).GroupBy(c => c!["ticket_id"]!.GetValue<long>()).ToDictionary(g => g.Key, g => g.Count());
        var (ticket, many) = counts.MaxBy(c => c.Value);
        many.ShouldBeGreaterThan(10);

        (await simulator.AllAsync("/tickets", "tickets")).ShouldAllBe(t => t["comments"]!.AsArray().Count <= 1);
        var first = await simulator.GetAsync($"/tickets/{ticket}/comments");
        (first["comments"]!.AsArray().Count, first["meta"]!["per_page"]!.GetValue<int>()).ShouldBe((10, 10));
        var all = await simulator.GetAsync($"/tickets/{ticket}/comments?per_page=100&sort_by=created_at&sort_direction=ASC");
        all["comments"]!.AsArray().Count.ShouldBe(many);
        all["comments"]!.AsArray().Select(c => c!["created_at"]!.GetValue<string>()).ShouldBeInOrder();
        RunningSyncro.Ids(await simulator.AllAsync($"/tickets/{ticket}/comments", "comments")).ShouldBe(RunningSyncro.Ids(all["comments"]!.AsArray()), ignoreOrder: true);
    }

    [Fact]
    public async Task Until_the_day_of_the_change_lists_bring_all_comments()
    {
        var ticket = (await simulator.TruthAsync("comments")).GroupBy(c => c!["ticket_id"]!.GetValue<long>()).First(g => g.Count() > 1);

        async Task<int> CountAsync(string more) =>
            (await simulator.AllAsync($"/tickets?x=1{more}", "tickets")).First(t => t["id"]!.GetValue<long>() == ticket.Key)["comments"]!.AsArray().Count;

        (await CountAsync("")).ShouldBe(1);
        (await CountAsync("&all_comments=true")).ShouldBe(ticket.Count());
    }

    [Theory]
    [InlineData("/tickets/1", HttpStatusCode.NotFound, """{"message":"Not found"}""")]
    [InlineData("/tickets/1/comments", HttpStatusCode.NotFound, """{"message":"Not found"}""")]
    [InlineData("/contacts/1", HttpStatusCode.NotFound, """{"message":"Not found"}""")]
    [InlineData("/customers/999999", HttpStatusCode.NotFound, "")]
    [InlineData("/customer_assets/1", HttpStatusCode.NotFound, """{"error":"Asset not found"}""")]
    public async Task Not_found_is_said_in_three_ways(string path, HttpStatusCode status, string body)
    {
        var answer = await simulator.SendAsync(HttpMethod.Get, path);

        (answer.Status, answer.Body).ShouldBe((status, body));
    }

    [Fact]
    public async Task What_no_document_knows_is_a_web_page()
    {
        var answer = await simulator.SendAsync(HttpMethod.Get, "/nothing/of/the/kind");

        (answer.Status, answer.Type).ShouldBe((HttpStatusCode.NotFound, "text/html"));
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_account_and_another_number_of_tickets_the_same_customers()
    {
        await using var again = await RunningSyncro.StartAsync();

        foreach (var kind in new[] { "tickets", "customers", "contacts", "assets", "users", "comments", "timers" })
        {
            var rows = await simulator.TruthAsync(kind);
            rows.Count.ShouldBeGreaterThan(5, kind);
            RunningSyncro.Ids(rows).ShouldBeUnique();
            (await again.TruthAsync(kind)).ToJsonString().ShouldBe(rows.ToJsonString(), kind);
        }

        again.ApiKey.ShouldBe(simulator.ApiKey);
    }
}
