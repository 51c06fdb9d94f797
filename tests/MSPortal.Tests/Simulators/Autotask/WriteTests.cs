using System.Net;
using System.Text.Json.Nodes;
using MSPortal.Simulators.Common;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Simulators.Autotask;

public sealed class WriteTests(RunningAutotask simulator) : IClassFixture<RunningAutotask>
{
    private async Task<JsonObject> TicketAsync(long id) => (await simulator.ControlAsync(HttpMethod.Get, $"records/tickets/{id}"))!.AsObject();

    private async Task<long> MakeAsync(object? extra = null)
    {
        var company = (await simulator.TruthAsync("companies"))[1].Whole("id");
        var given = JsonNode.Parse($$"""{"companyID":{{company}},"title":"Test","status":1,"priority":2,"queueID":29682833}""")!.AsObject();
        foreach (var (name, value) in System.Text.Json.JsonSerializer.SerializeToNode(extra ?? new { })!.AsObject())
        {
            given[name] = value?.DeepClone();
        }

        return (await simulator.AskAsync(HttpMethod.Post, "Tickets", given.ToJsonString()))["itemId"]!.GetValue<long>();
    }

    [Fact]
    public async Task A_ticket_is_made_with_number_and_times_and_its_id_comes_back()
    {
        var ticket = await TicketAsync(await MakeAsync());

        ticket.Text("title").ShouldBe("Test");
        ticket.Text("ticketNumber")!.ShouldStartWith("T20260301.");
        ticket.Text("lastActivityDate").ShouldBe("2026-03-01T12:00:00Z");
        ticket.Text("lastTrackedModificationDateTime").ShouldBe("2026-03-01T12:00:00Z");
    }

    [Theory]
    [InlineData("""{"title":"x","status":1,"priority":2}""", "companyID")]
    [InlineData("""{"companyID":0,"title":"x","status":99,"priority":2}""", "Value does not reference an existing entity for status")]
    [InlineData("""{"companyID":0,"title":"x","status":1,"priority":2,"contactID":5}""", "Reference value on field: contactID of type: Contact does not exist")]
    [InlineData("""{"companyID":0,"title":"x","status":1,"priority":2,"assignedResourceID":29682885}""", "must assign both")]
    [InlineData("""{"companyID":0,"title":"x","status":1,"priority":2,"description":null}""", "description has no value")]
    [InlineData("""{"companyID":0,"title":"x","status":1,"priority":2,"colour":"red"}""", "Unable to find colour")]
    public async Task What_is_wrong_with_a_new_ticket_is_a_500_with_words(string body, string words) =>
        (await simulator.ErrorAsync(HttpMethod.Post, "Tickets", body)).ShouldContain(words);

    [Fact]
    public async Task A_patch_changes_what_it_names_and_a_put_empties_what_it_does_not()
    {
        var id = await MakeAsync(new { description = "Long story", externalID = "E1" });

        await simulator.AskAsync(HttpMethod.Patch, "Tickets", new { id, title = "Patched" });
        var patched = await TicketAsync(id);
        await simulator.AskAsync(HttpMethod.Put, "Tickets", new { id, companyID = patched.Whole("companyID"), title = "Put", status = 1, priority = 2 });
        var put = await TicketAsync(id);

        (patched.Text("title"), patched.Text("description")).ShouldBe(("Patched", "Long story"));
        (put.Text("title"), put.Text("description"), put.Text("externalID")).ShouldBe(("Put", null, null));
        put.Text("ticketNumber").ShouldBe(patched.Text("ticketNumber"));
    }

    [Fact]
    public async Task Completing_a_ticket_dates_it_and_reopening_takes_the_date_away()
    {
        var id = await MakeAsync();

        await simulator.AskAsync(HttpMethod.Patch, "Tickets", new { id, status = 5 });
        (await TicketAsync(id)).Text("completedDate").ShouldBe("2026-03-01T12:00:00Z");

        await simulator.AskAsync(HttpMethod.Patch, "Tickets", new { id, status = 8 });
        (await TicketAsync(id))["completedDate"].ShouldBeNull();
    }

    [Fact]
    public async Task Children_are_written_through_their_parent_only_and_move_its_activity()
    {
        var id = await MakeAsync();
        await simulator.ControlAsync(HttpMethod.Patch, $"records/tickets/{id}?touch=false", new { lastActivityDate = "2025-01-01T00:00:00Z" });
        var note = new { title = "t", description = "d", noteType = 1, publish = 1 };

        await simulator.AskAsync(HttpMethod.Post, "TicketNotes", new { ticketID = id, title = "t" }, HttpStatusCode.NotFound);
        var made = (await simulator.AskAsync(HttpMethod.Post, $"Tickets/{id}/Notes", note))["itemId"]!.GetValue<long>();

        (await simulator.IdsAsync("TicketNotes", $$"""{"op":"eq","field":"ticketID","value":{{id}}}""")).ShouldBe([made]);
        (await simulator.AskAsync(HttpMethod.Get, $"Tickets/{id}/Notes/{made}"))["item"]!["description"]!.GetValue<string>().ShouldBe("d");
        (await TicketAsync(id)).Text("lastActivityDate").ShouldBe("2026-03-01T12:00:00Z");
    }

    [Theory]
    [InlineData("PATCH", "Tickets/100")]
    [InlineData("DELETE", "Tickets/100")]
    [InlineData("GET", "Tickets")]
    [InlineData("PATCH", "Resources")]
    public async Task A_wrong_verb_is_a_405_of_the_web_server(string verb, string path)
    {
        var answer = await simulator.AskAsync(new HttpMethod(verb), path, verb == "PATCH" ? new { id = 4 } : null, HttpStatusCode.MethodNotAllowed);

        answer["Message"]!.GetValue<string>().ShouldBe($"The requested resource does not support http method '{verb}'.");
    }

    [Theory]
    [InlineData("Nonsense/query")]
    [InlineData("Tickets/1/Nonsense")]
    public async Task A_wrong_way_is_a_404_of_the_web_server(string path) =>
        (await simulator.AskAsync(HttpMethod.Post, path, new { }, HttpStatusCode.NotFound))["Message"]!.GetValue<string>().ShouldContain("No HTTP resource");

    [Theory]
    [InlineData("both", true, true)]
    [InlineData("first", true, false)]
    [InlineData("second", false, true)]
    public async Task Either_change_column_can_move_alone(string touches, bool first, bool second)
    {
        await using var own = await RunningAutotask.StartAsync();
        var id = (await own.TruthAsync("tickets"))[0].Whole("id");
        await own.ControlAsync(HttpMethod.Post, "set/behaviour", new { touches });

        var changed = (await own.ControlAsync(HttpMethod.Patch, $"records/tickets/{id}", new { title = "x" }))!.AsObject();

        (changed.Text("lastActivityDate") == "2026-03-01T12:00:00Z").ShouldBe(first);
        (changed.Text("lastTrackedModificationDateTime") == "2026-03-01T12:00:00Z").ShouldBe(second);
    }
}
