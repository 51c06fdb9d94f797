using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Shouldly;
using Xunit;
using static MSPortal.Tests.Simulators.ConnectWise.RunningSimulator;

namespace MSPortal.Tests.Simulators.ConnectWise;

public sealed class WriteTests
{
    [Fact]
    public async Task A_new_ticket_gets_its_defaults_and_its_description_becomes_the_first_note()
    {
        await using var simulator = await StartAsync();
        var company = Ids(await simulator.TruthAsync("companies"))[1];
        using var response = await simulator.SendAsync(HttpMethod.Post, "service/tickets",
            new { summary = "Ünïcode 🙂", company = new { id = company }, board = new { id = 3 }, initialDescription = "Line one\nLine two" });
        var ticket = await ReadAsync(response, HttpStatusCode.Created);
        ticket["status"]!["name"]!.GetValue<string>().ShouldBe("New");
        ticket["board"]!["name"]!.GetValue<string>().ShouldBe("Network Operations");
        ticket.AsObject().ContainsKey("initialDescription").ShouldBeFalse();
        var notes = await simulator.ListAsync($"service/tickets/{ticket["id"]}/notes");
        notes.Select(n => n!["text"]!.GetValue<string>()).ShouldBe(["Line one\nLine two"]);
        notes[0]!["detailDescriptionFlag"]!.GetValue<bool>().ShouldBeTrue();
        Ids(await simulator.TruthAsync("tickets"))[^1].ShouldBe(ticket["id"]!.GetValue<int>());
    }

    [Theory]
    [InlineData("{\"company\":{\"id\":2}}", "summary")]
    [InlineData("{\"summary\":\"x\"}", "company")]
    [InlineData("{\"summary\":\"x\",\"company\":{\"id\":99999}}", "company")]
    [InlineData("{\"summary\":\"x\",\"company\":{\"id\":2},\"board\":{\"id\":1},\"status\":{\"id\":120}}", "status")]
    public async Task A_ticket_that_lacks_something_is_refused(string body, string field)
    {
        await using var simulator = await StartAsync();
        using var response = await simulator.SendAsync(HttpMethod.Post, "service/tickets", body);
        (await ReadAsync(response, HttpStatusCode.BadRequest))["errors"]![0]!["field"]!.GetValue<string>().ShouldBe(field);
        (await simulator.CountAsync("service/tickets/count")).ShouldBe(120);
    }

    [Fact]
    public async Task A_patch_of_a_reference_works_and_closes()
    {
        await using var simulator = await StartAsync();
        var ticket = await OpenAsync(simulator);
        var closed = (ticket["board"]!["id"]!.GetValue<int>() * 40) + 9;
        var changed = await PatchAsync(simulator, ticket, Op("replace", "/status", new { id = closed }));
        changed["status"]!["name"]!.GetValue<string>().ShouldBe(">Closed");
        changed["closedFlag"]!.GetValue<bool>().ShouldBeTrue();
        changed["closedDate"]!.GetValue<string>().ShouldStartWith("2026-03-01T12:");
        changed["_info"]!["lastUpdated"]!.GetValue<string>().ShouldStartWith("2026-03-01T12:");
        changed["_info"]!["updatedBy"]!.GetValue<string>().ShouldBe("apimember");
    }

    [Theory]
    [InlineData("company/identifier")]
    [InlineData("status/id")]
    [InlineData("Summary")]
    public async Task A_path_into_a_reference_or_in_other_letters_is_a_false_200(string path)
    {
        await using var simulator = await StartAsync();
        var ticket = await OpenAsync(simulator);
        var changed = await PatchAsync(simulator, ticket, Op("replace", path, "something"));
        foreach (var name in new[] { "company", "status", "summary" })
        {
            changed[name]!.ToJsonString().ShouldBe(ticket[name]!.ToJsonString());
        }
    }

    [Fact]
    public async Task A_board_alone_cannot_be_patched_without_its_status()
    {
        await using var simulator = await StartAsync();
        var ticket = await OpenAsync(simulator);
        var board = ticket["board"]!["id"]!.GetValue<int>() == 1 ? 3 : 1;
        using var alone = await SendPatchAsync(simulator, ticket, Op("replace", "board", new { id = board }));
        (await ReadAsync(alone, HttpStatusCode.BadRequest))["errors"]![0]!["field"]!.GetValue<string>().ShouldBe("status");
        var moved = await PatchAsync(simulator, ticket, Op("replace", "board", new { id = board }), Op("replace", "status", new { name = "New" }),
            Op("remove", "type", null), Op("remove", "subType", null), Op("remove", "item", null), Op("remove", "team", null));
        moved["status"]!["id"]!.GetValue<int>().ShouldBe(board * 40);
    }

    [Fact]
    public async Task Custom_fields_are_one_whole_array()
    {
        await using var simulator = await StartAsync();
        var company = (await simulator.TruthAsync("companies")).First(c => c!["yearEstablished"]!.GetValue<int>() > 0 && c["customFields"]![1]!["value"] is not null)!;
        var changed = await PatchAsync(simulator, company, "company/companies", Op("replace", "customFields", new[] { new { id = 3, value = "neu" } }));
        changed["customFields"]!.AsArray().Select(f => f!["value"]?.ToJsonString()).ShouldBe(["\"neu\"", null]);
    }

    [Fact]
    public async Task An_old_wrong_value_stops_a_right_change()
    {
        await using var simulator = await StartAsync();
        var company = (await simulator.TruthAsync("companies")).First(c => c!["yearEstablished"]!.GetValue<int>() == 0)!;
        using var response = await SendPatchAsync(simulator, company, "company/companies", Op("replace", "website", "www.new.example"));
        var error = (await ReadAsync(response, HttpStatusCode.BadRequest))["errors"]![0]!;
        error["code"]!.GetValue<string>().ShouldBe("OutOfRange");
        error["field"]!.GetValue<string>().ShouldBe("yearEstablished");
    }

    [Fact]
    public async Task Put_empties_what_it_does_not_name()
    {
        await using var simulator = await StartAsync();
        var contact = (await simulator.TruthAsync("contacts")).First(c => c!["title"] is not null)!;
        using var response = await simulator.SendAsync(HttpMethod.Put, $"company/contacts/{contact["id"]}", new { firstName = "Only" });
        var changed = await ReadAsync(response);
        changed["firstName"]!.GetValue<string>().ShouldBe("Only");
        changed["title"].ShouldBeNull();
        changed["company"].ShouldBeNull();
        changed["communicationItems"].ShouldBeNull();
    }

    [Theory]
    [InlineData("[{\"op\":\"replace\",\"path\":\"summary\",\"value\":5}]", 500)]
    [InlineData("{\"summary\":\"x\"}", 500)]
    [InlineData("[{\"op\":\"jump\",\"path\":\"summary\",\"value\":\"x\"}]", 400)]
    [InlineData("[{\"op\":\"replace\",\"path\":\"requiredDate\",\"value\":\"2026-01-01T00:00:00.5Z\"}]", 400)]
    [InlineData("[{\"op\":\"replace\",\"path\":\"summary\",\"value\":\"\"}]", 400)]
    public async Task A_patch_that_cannot_be_read_is_500_and_one_that_is_wrong_is_400(string body, int status)
    {
        await using var simulator = await StartAsync();
        var ticket = await OpenAsync(simulator);
        using var response = await simulator.SendAsync(HttpMethod.Patch, $"service/tickets/{ticket["id"]}", body);
        ((int)response.StatusCode).ShouldBe(status);
        (await simulator.ControlAsync($"records/tickets/{ticket["id"]}")).ToJsonString().ShouldBe(ticket.ToJsonString());
    }

    [Fact]
    public async Task A_body_that_is_not_json_by_its_type_is_415()
    {
        await using var simulator = await StartAsync();
        using var content = new StringContent("{}", Encoding.UTF8, "text/plain");
        using var response = await simulator.Client.PostAsync(new Uri(Api + "service/tickets", UriKind.Relative), content);
        response.StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_note_can_be_written_changed_and_deleted_and_moves_its_ticket_if_so_set(bool touches)
    {
        await using var simulator = await StartAsync();
        await simulator.ControlAsync("behaviour", new { noteTouchesTicket = touches });
        var ticket = await OpenAsync(simulator);
        var path = $"service/tickets/{ticket["id"]}/notes";
        var before = await simulator.CountAsync(path + "/count");
        var note = await ReadAsync(await simulator.SendAsync(HttpMethod.Post, path, new { text = "a\nb", internalAnalysisFlag = true }), HttpStatusCode.Created);
        note["ticketId"]!.GetValue<int>().ShouldBe(ticket["id"]!.GetValue<int>());
        var changed = await PatchAsync(simulator, note, path, Op("replace", "text", "c"));
        changed["text"]!.GetValue<string>().ShouldBe("c");
        (await simulator.ListAsync($"service/tickets/{ticket["id"]}/allNotes?pageSize=1000")).Last()!["text"]!.GetValue<string>().ShouldBe("c");
        var after = await simulator.ControlAsync($"records/tickets/{ticket["id"]}");
        (after["_info"]!["lastUpdated"]!.GetValue<string>() != ticket["_info"]!["lastUpdated"]!.GetValue<string>()).ShouldBe(touches);
        using var deleted = await simulator.SendAsync(HttpMethod.Delete, $"{path}/{note["id"]}");
        deleted.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await simulator.CountAsync(path + "/count")).ShouldBe(before);
    }

    [Fact]
    public async Task A_company_with_tickets_cannot_be_deleted()
    {
        await using var simulator = await StartAsync();
        var used = (await simulator.TruthAsync("tickets"))[0]!["company"]!["id"]!.GetValue<int>();
        using var response = await simulator.SendAsync(HttpMethod.Delete, $"company/companies/{used}");
        response.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        Ids(await simulator.TruthAsync("companies")).ShouldContain(used);
    }

    [Fact]
    public async Task Merged_tickets_stay_and_point_at_the_one_that_goes_on()
    {
        await using var simulator = await StartAsync();
        var ids = Ids(await simulator.TruthAsync("tickets"));
        await ReadAsync(await simulator.SendAsync(HttpMethod.Post, $"service/tickets/{ids[0]}/merge", new { mergeTicketIds = new[] { ids[5] } }));
        var child = await simulator.ControlAsync($"records/tickets/{ids[5]}");
        child["mergedParentTicket"]!["id"]!.GetValue<int>().ShouldBe(ids[0]);
        child["closedFlag"]!.GetValue<bool>().ShouldBeTrue();
        (await simulator.ControlAsync($"records/tickets/{ids[0]}"))["hasMergedChildTicketFlag"]!.GetValue<bool>().ShouldBeTrue();
    }

    [Fact]
    public async Task Devices_are_linked_to_a_ticket_and_taken_off()
    {
        await using var simulator = await StartAsync();
        var ticket = (await simulator.ControlAsync("records/tickets", new { summary = "x" }))["id"];
        var device = Ids(await simulator.TruthAsync("configurations"))[0];
        var path = $"service/tickets/{ticket}/configurations";
        await ReadAsync(await simulator.SendAsync(HttpMethod.Post, path, new { id = device }), HttpStatusCode.Created);
        Ids(await simulator.ListAsync(path)).ShouldBe([device]);
        using var removed = await simulator.SendAsync(HttpMethod.Delete, $"{path}/{device}");
        removed.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        Ids(await simulator.ListAsync(path)).ShouldBeEmpty();
    }

    private static object Op(string op, string path, object? value) => new { op, path, value };

    private static async Task<JsonNode> OpenAsync(RunningSimulator simulator) =>
        (await simulator.TruthAsync("tickets")).First(t => !t!["closedFlag"]!.GetValue<bool>())!;

    private static Task<JsonNode> PatchAsync(RunningSimulator simulator, JsonNode row, params object[] operations) =>
        PatchAsync(simulator, row, "service/tickets", operations);

    private static async Task<JsonNode> PatchAsync(RunningSimulator simulator, JsonNode row, string path, params object[] operations) =>
        await ReadAsync(await SendPatchAsync(simulator, row, path, operations));

    private static Task<HttpResponseMessage> SendPatchAsync(RunningSimulator simulator, JsonNode row, params object[] operations) =>
        SendPatchAsync(simulator, row, "service/tickets", operations);

    private static Task<HttpResponseMessage> SendPatchAsync(RunningSimulator simulator, JsonNode row, string path, params object[] operations) =>
        simulator.SendAsync(HttpMethod.Patch, $"{path}/{row["id"]}", operations);
}
