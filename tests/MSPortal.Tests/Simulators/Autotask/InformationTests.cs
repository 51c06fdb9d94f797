using System.Net;
using System.Text.Json;
using MSPortal.Simulators.Common;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Simulators.Autotask;

public sealed class InformationTests(RunningAutotask simulator) : IClassFixture<RunningAutotask>
{
    [Theory]
    [InlineData("Tickets", "status", "statuses")]
    [InlineData("Tickets", "queueID", "queues")]
    [InlineData("Tickets", "source", "sources")]
    [InlineData("Companies", "companyType", "companyTypes")]
    [InlineData("TicketNotes", "publish", "publishes")]
    public async Task Picklists_have_texts_for_values_although_the_columns_are_numbers(string entity, string field, string kind)
    {
        var fields = (await simulator.AskAsync(HttpMethod.Get, $"{entity}/entityInformation/fields"))["fields"]!.AsArray();
        var choices = fields.Single(f => (string?)f!["name"] == field)!["picklistValues"]!.AsArray();

        choices.ShouldAllBe(c => c!["value"]!.GetValueKind() == JsonValueKind.String);
        choices.Select(c => $"{c!["value"]} {c["label"]} {c["isActive"]}").ShouldBe((await simulator.TruthAsync(kind)).Select(r => $"{r["value"]} {r["label"]} {r["isActive"]}"));
    }

    [Fact]
    public async Task Sub_issue_types_name_the_issue_type_that_they_belong_to()
    {
        var fields = (await simulator.AskAsync(HttpMethod.Get, "Tickets/entityInformation/fields"))["fields"]!.AsArray();
        var sub = fields.Single(f => (string?)f!["name"] == "subIssueType")!;

        sub["picklistParentValueField"]!.GetValue<string>().ShouldBe("issueType");
        sub["picklistValues"]!.AsArray().Select(c => (string?)c!["parentValue"]).Distinct().ShouldBe(["10", "11", "12", "13", "14"], ignoreOrder: true);
    }

    [Fact]
    public async Task User_defined_fields_exist_only_where_the_entity_has_them()
    {
        (await simulator.AskAsync(HttpMethod.Get, "Companies/entityInformation/userDefinedFields"))["fields"]!.AsArray().Count.ShouldBe(3);
        await simulator.AskAsync(HttpMethod.Get, "TicketNotes/entityInformation/userDefinedFields", status: HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("error", HttpStatusCode.InternalServerError)]
    [InlineData("forbidden", HttpStatusCode.Forbidden)]
    public async Task A_missing_permission_is_told(string deniedAs, HttpStatusCode status)
    {
        await using var own = await RunningAutotask.StartAsync();
        await own.ControlAsync(HttpMethod.Post, "permissions", new { contacts = false });
        await own.ControlAsync(HttpMethod.Post, "set/behaviour", new { deniedAs });

        (await own.ErrorAsync(HttpMethod.Post, "Contacts/query", """{"filter":[{"op":"exist","field":"id"}]}""", status)).ShouldContain("adequate permissions");
        (await own.IdsAsync("Companies", """{"op":"exist","field":"id"}""")).ShouldNotBeEmpty();
    }

    [Fact]
    public async Task A_security_level_that_is_a_copy_hides_instead_of_refusing()
    {
        await using var own = await RunningAutotask.StartAsync();
        await own.ControlAsync(HttpMethod.Post, "permissions", new { contacts = false });
        await own.ControlAsync(HttpMethod.Post, "set/behaviour", new { deniedAs = "hidden" });

        (await own.IdsAsync("Contacts", """{"op":"exist","field":"id"}""")).ShouldBeEmpty();
        (await own.AskAsync(HttpMethod.Get, "Contacts/entityInformation"))["info"]!["userAccessForQuery"]!.GetValue<string>().ShouldBe("None");
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_rows_and_another_seed_another_database()
    {
        await using var same = await RunningAutotask.StartAsync();
        await using var other = await RunningAutotask.StartAsync(o => o with { Seed = 2 });

        foreach (var kind in new[] { "tickets", "ticketNotes", "timeEntries", "companies", "contacts", "resources", "configurationItems" })
        {
            var here = (await simulator.TruthAsync(kind)).Select(r => r.ToJsonString()).ToList();
            (await same.TruthAsync(kind)).Select(r => r.ToJsonString()).ShouldBe(here, kind);
        }

        (await other.TruthAsync("companies")).Select(r => r.Text("companyName")).ShouldNotBe((await simulator.TruthAsync("companies")).Select(r => r.Text("companyName")));
        other.About["database"]!.GetValue<int>().ShouldNotBe(simulator.About["database"]!.GetValue<int>());
    }

    [Fact]
    public async Task The_seed_has_what_is_worth_testing()
    {
        var tickets = await simulator.TruthAsync("tickets");
        tickets.ShouldContain(t => t["queueID"] == null);
        tickets.ShouldContain(t => t.Text("ticketNumber")!.Split('.').Length == 3);
        tickets.ShouldContain(t => t.Whole("companyID") == 0);
        tickets.ShouldContain(t => t.Whole("status") == 5 && t["completedDate"] != null);
        (await simulator.TruthAsync("contacts")).Select(c => c.Whole("isActive")).Distinct().ShouldBe([0, 1], ignoreOrder: true);
        (await simulator.TruthAsync("ticketNotes")).ShouldContain(n => n["createdByContactID"] != null);
        (await simulator.TruthAsync("resources")).ShouldContain(r => r.Whole("licenseType") == 7);
    }
}
