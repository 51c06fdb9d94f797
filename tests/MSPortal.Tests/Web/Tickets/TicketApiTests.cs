using System.Net;
using System.Text.Json;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Tests.Web.Hosting;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Web.Tickets;

public sealed class TicketApiTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task The_list_says_what_it_holds_and_in_which_words()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        var seed = Seed(portal);
        var psa = await seed.IntegrationAsync();
        var acme = await seed.LinkAsync(psa, "7", "Acme");
        var id = await seed.TicketAsync(psa, "41", "7", t => t.VendorUpdatedAt = Now, new Ticket
        {
            ExternalId = "41",
            Number = "41",
            Summary = "Grüße 🎫",
            StatusId = "11",
            StatusName = "Doing",
            Priority = PriorityLevel.High,
            PriorityName = "Priority 2",
            OwnerName = "Kim",
        });

        var answer = await JsonAsync(portal, "/api/v1/tickets");
        var row = answer.GetProperty("data").EnumerateArray().ShouldHaveSingleItem();
        row.GetProperty("id").GetGuid().ShouldBe(id);
        row.GetProperty("companyId").GetGuid().ShouldBe(acme);
        new[] { "externalId", "number", "summary", "company", "status", "stage", "priority", "priorityName", "container", "assignee", "integration", "provider" }
            .Select(name => row.GetProperty(name).GetString())
            .ShouldBe(["41", "41", "Grüße 🎫", "Acme", "Doing", "working", "high", "Priority 2", "Help Desk", "Kim", "Main PSA", "connectwise"]);
        row.GetProperty("closed").GetBoolean().ShouldBeFalse();
        row.GetProperty("updatedAt").GetDateTimeOffset().ShouldBe(Now);
        row.TryGetProperty("numberOrder", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task A_ticket_says_what_was_worked_on_it()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        var seed = Seed(portal);
        var psa = await seed.IntegrationAsync();
        var id = await seed.TicketAsync(psa, "41", null);
        await seed.TimeAsync(psa, new TimeEntry { ExternalId = "2", TicketId = "41", UserName = "Kim", StartedAt = Now, Hours = 1.5m, Billable = false, WorkType = "Remote", Notes = "Second" });
        await seed.TimeAsync(psa, new TimeEntry { ExternalId = "1", TicketId = "41", StartedAt = Now.AddHours(-2), Hours = 0.25m, Notes = "First", IsInternal = false });
        await seed.TimeAsync(psa, new TimeEntry { ExternalId = "3", TicketId = "42", Hours = 8, Notes = "Another ticket's" });

        var time = (await JsonAsync(portal, $"/api/v1/tickets/{id}")).GetProperty("timeEntries").EnumerateArray().ToList();
        time.Select(t => (t.GetProperty("externalId").GetString(), t.GetProperty("hours").GetDecimal(), t.GetProperty("notes").GetString(), t.GetProperty("internal").GetBoolean()))
            .ShouldBe([("1", 0.25m, "First", false), ("2", 1.5m, "Second", true)]);
        time[1].GetProperty("user").GetString().ShouldBe("Kim");
        time[1].GetProperty("billable").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task Filters_are_query_parameters_and_may_be_repeated()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        var seed = Seed(portal);
        var psa = await seed.IntegrationAsync();
        await seed.TicketAsync(psa, "1", null, t => (t.StatusName, t.Priority) = ("A & B", PriorityLevel.Low));
        await seed.TicketAsync(psa, "2", null, t => (t.StatusName, t.OwnerName) = ("C", "Kim"));
        await seed.TicketAsync(psa, "3", null, t => t.IsClosed = true);
        (await NumbersAsync(portal, "?status=A%20%26%20B&status=C&sort=number")).ShouldBe(["1", "2"]);
        (await NumbersAsync(portal, "?state=all&assignee=none&sort=-number")).ShouldBe(["3", "1"]);
        (await NumbersAsync(portal, "?priority=none&state=closed")).ShouldBe(["3"]);
        (await NumbersAsync(portal, "?q=ticket%202")).ShouldBe(["2"]);
    }

    [Theory]
    [InlineData("state=shut", "state")]
    [InlineData("state=1", "state")]
    [InlineData("priority=urgent", "priority")]
    [InlineData("stage=7", "stage")]
    [InlineData("company=7", "company")]
    [InlineData("integration=-1", "integration")]
    [InlineData("updatedFrom=yesterday", "updatedFrom")]
    [InlineData("sort=colour", "sort")]
    [InlineData("limit=0", "limit")]
    [InlineData("page=0", "page")]
    [InlineData("after=rubbish", "after")]
    [InlineData("after=&page=2", "after")]
    public async Task What_cannot_be_understood_is_a_problem_at_its_parameter(string query, string parameter)
    {
        await using var portal = await RunningPortal.SetUpAsync();
        using var answer = await portal.GetAsync($"/api/v1/tickets?{query}", await portal.AddKeyAsync("read"));
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        Parse(await answer.Content.ReadAsStringAsync()).GetProperty("errors").EnumerateObject().Select(e => e.Name).ShouldBe([parameter]);
    }

    [Fact]
    public async Task Reading_on_by_after_brings_every_ticket_once()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        var seed = Seed(portal);
        var psa = await seed.IntegrationAsync();
        foreach (var id in Enumerable.Range(1, 7))
        {
            await seed.TicketAsync(psa, id.ToString(System.Globalization.CultureInfo.InvariantCulture), null);
        }

        var read = new List<string>();
        string? next = "";
        while (next is not null)
        {
            var answer = await JsonAsync(portal, $"/api/v1/tickets?limit=3&after={next}");
            read.AddRange(Numbers(answer));
            next = answer.GetProperty("pagination").GetProperty("next").GetString();
        }

        read.ShouldBe(["1", "2", "3", "4", "5", "6", "7"]);
        var page = (await JsonAsync(portal, "/api/v1/tickets?limit=3&page=3&sort=number")).GetProperty("pagination");
        (page.GetProperty("page").GetInt32(), page.GetProperty("totalCount").GetInt32(), page.GetProperty("hasNextPage").GetBoolean()).ShouldBe((3, 7, false));
    }

    [Fact]
    public async Task A_ticket_comes_with_its_notes_description_first()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        var seed = Seed(portal);
        var psa = await seed.IntegrationAsync();
        var id = await seed.TicketAsync(psa, "1", null, record: new Ticket { ExternalId = "1", Number = "1", Summary = "S", Url = "https://psa.example/1", MergedIntoId = "2", ParentTicketId = "3" });
        var into = await seed.TicketAsync(psa, "2", null);
        await seed.TicketAsync(psa, "3", "not linked");
        await seed.NoteAsync(psa, "1", new TicketNote { ExternalId = "n2", TicketId = "1", Text = "later", CreatedAt = Now.AddHours(2), AuthorName = "Kim" });
        await seed.NoteAsync(psa, "1", new TicketNote { ExternalId = "n1", TicketId = "1", Text = "earlier", CreatedAt = Now.AddHours(1), IsInternal = false });
        await seed.NoteAsync(psa, "1", new TicketNote { ExternalId = "n3", TicketId = "1", Text = "what is wrong", CreatedAt = Now.AddHours(3), IsDescription = true });
        await seed.NoteAsync(psa, "1", new TicketNote { ExternalId = "n4", TicketId = "1", Text = "of an old generation" }, generation: 7);
        await seed.NoteAsync(psa, "2", new TicketNote { ExternalId = "n5", TicketId = "2", Text = "of another ticket" });

        var ticket = await JsonAsync(portal, $"/api/v1/tickets/{id}");
        ticket.GetProperty("notes").EnumerateArray().Select(n => (n.GetProperty("text").GetString(), n.GetProperty("internal").GetBoolean()))
            .ShouldBe([("what is wrong", true), ("earlier", false), ("later", true)]);
        ticket.GetProperty("url").GetString().ShouldBe("https://psa.example/1");
        ticket.GetProperty("mergedInto").GetProperty("id").GetGuid().ShouldBe(into);
        ticket.GetProperty("parent").GetProperty("id").ValueKind.ShouldBe(JsonValueKind.Null);
        ticket.GetProperty("parent").GetProperty("number").GetString().ShouldBe("3");
    }

    [Fact]
    public async Task A_ticket_that_may_not_be_seen_answers_like_one_that_does_not_exist()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        var seed = Seed(portal);
        var psa = await seed.IntegrationAsync();
        var hidden = await seed.TicketAsync(psa, "1", "not linked");
        var key = await portal.AddKeyAsync("manage");
        var bodies = new List<string>();
        foreach (var id in new[] { hidden, Guid.NewGuid() })
        {
            using var answer = await portal.GetAsync($"/api/v1/tickets/{id}", key);
            answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
            var problem = Parse(await answer.Content.ReadAsStringAsync());
            bodies.Add($"{problem.GetProperty("status")} {problem.GetProperty("title")}");
        }

        bodies.Distinct().ShouldHaveSingleItem();
    }

    private static TicketSeed Seed(RunningPortal portal) => new(portal.Data, 1, Now);

    private static JsonElement Parse(string json) => JsonSerializer.Deserialize<JsonElement>(json);

    private static async Task<JsonElement> JsonAsync(RunningPortal portal, string path)
    {
        using var answer = await portal.GetAsync(path, await portal.AddKeyAsync("read"));
        var text = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        return Parse(text);
    }

    private static IEnumerable<string> Numbers(JsonElement answer) => answer.GetProperty("data").EnumerateArray().Select(t => t.GetProperty("number").GetString()!);

    private static async Task<IEnumerable<string>> NumbersAsync(RunningPortal portal, string query) => Numbers(await JsonAsync(portal, $"/api/v1/tickets{query}"));
}
