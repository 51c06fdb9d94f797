using System.Text.Json.Nodes;
using Shouldly;
using Xunit;
using static MSPortal.Tests.Simulators.ConnectWise.RunningSimulator;

namespace MSPortal.Tests.Simulators.ConnectWise;

public sealed class ConditionTests(RunningSimulator simulator) : IClassFixture<RunningSimulator>
{
    private static readonly Dictionary<string, Func<JsonNode, bool>> Meant = new(StringComparer.Ordinal)
    {
        ["closedFlag=false"] = t => !Flag(t, "closedFlag"),
        ["closedFlag = true and board/id = 1"] = t => Flag(t, "closedFlag") && Whole(t, "board", "id") == 1,
        ["board/name=\"Service Desk\" or board/name='Alerts'"] = t => Text(t, "board", "name") is "Service Desk" or "Alerts",
        ["board/name=\"service desk\""] = t => Text(t, "board", "name") == "Service Desk",
        ["(board/id=1 or board/id=3) and not (status/name=\">Closed\")"] = t => Whole(t, "board", "id") is 1 or 3 && Text(t, "status", "name") != ">Closed",
        ["board/id=1 or board/id=3 and closedFlag=false"] = t => Whole(t, "board", "id") == 1 || (Whole(t, "board", "id") == 3 && !Flag(t, "closedFlag")),
        ["board/id in (1, 3,5)"] = t => Whole(t, "board", "id") is 1 or 3 or 5,
        ["board/id not in (1,3)"] = t => Whole(t, "board", "id") is not (1 or 3),
        ["status/name in (\"New\",\">Closed\")"] = t => Text(t, "status", "name") is "New" or ">Closed",
        ["summary contains \"OFFLINE\""] = t => Text(t, "summary")!.Contains("offline", StringComparison.OrdinalIgnoreCase),
        ["summary like \"Backup*\""] = t => Text(t, "summary")!.StartsWith("Backup", StringComparison.OrdinalIgnoreCase),
        ["summary not like '*e*'"] = t => !Text(t, "summary")!.Contains('e', StringComparison.OrdinalIgnoreCase),
        ["site = null"] = t => t["site"] is null,
        ["site/id != null and contact=null"] = t => t["site"] is not null && t["contact"] is null,
        ["owner/identifier != \"zadmin\""] = t => Text(t, "owner", "identifier") is { } owner && owner != "zadmin",
        ["id > 10100 and id <= 10150"] = t => Whole(t, "id") is > 10100 and <= 10150,
        ["lastUpdated > [2026-02-01T00:00:00Z]"] = t => string.CompareOrdinal(Text(t, "_info", "lastUpdated"), "2026-02-01T00:00:00Z") > 0,
        ["_info/lastUpdated<=[2026-02-01T01:00:00+01:00]"] = t => string.CompareOrdinal(Text(t, "_info", "lastUpdated"), "2026-02-01T00:00:00Z") <= 0,
        ["dateEntered >= [2025-06-01] and closedDate < [2026-01-01]"] = t => string.CompareOrdinal(Text(t, "_info", "dateEntered"), "2025-06-01") >= 0
            && Text(t, "closedDate") is { } closed && string.CompareOrdinal(closed, "2026-01-01") < 0,
        ["budgetHours = 0"] = t => true,
        ["mergedParentTicket/id != null"] = t => t["mergedParentTicket"] is not null,
    };

    public static TheoryData<string> Sentences => new(Meant.Keys);

    [Theory]
    [MemberData(nameof(Sentences))]
    public async Task A_condition_chooses_the_rows_that_it_describes(string condition)
    {
        var truth = await simulator.TruthAsync("tickets");
        int[] expected = [.. truth.Where(t => Meant[condition](t!)).Select(t => t!["id"]!.GetValue<int>())];

        var query = "?pageSize=1000&conditions=" + Uri.EscapeDataString(condition);
        Ids(await simulator.ListAsync("service/tickets" + query)).ShouldBe(expected);
        (await simulator.CountAsync("service/tickets/count" + query)).ShouldBe(expected.Length);
        using var searched = await simulator.SendAsync(HttpMethod.Post, "service/tickets/search?pageSize=1000", new { conditions = condition });
        Ids((await ReadAsync(searched)).AsArray()).ShouldBe(expected);
        expected.Length.ShouldBeGreaterThan(0, "a condition that chooses nothing proves nothing");
    }

    [Theory]
    [InlineData("bogus = 1")]
    [InlineData("board/bogus = 1")]
    [InlineData("id = ")]
    [InlineData("id = \"a\"")]
    [InlineData("closedFlag = 3")]
    [InlineData("summary = \"open")]
    [InlineData("lastUpdated > [yesterday]")]
    [InlineData("lastUpdated > [2026-02-01T00:00:00 00:00]")]
    [InlineData("(id = 1")]
    [InlineData("id = 1 id = 2")]
    [InlineData("id in ()")]
    [InlineData("id ~ 1")]
    [InlineData("site > null")]
    public async Task A_bad_condition_is_refused_with_the_vendors_body(string condition)
    {
        using var response = await simulator.GetAsync("service/tickets?conditions=" + Uri.EscapeDataString(condition));
        var body = await ReadAsync(response, System.Net.HttpStatusCode.BadRequest);
        body["code"]!.GetValue<string>().ShouldBe("InvalidObject");
        body["errors"]!.AsArray()[0]!.AsObject().Select(p => p.Key).ShouldBe(["code", "message", "resource", "field"]);
        (await response.Content.ReadAsStringAsync()).ShouldContain("\r\n");
    }

    [Theory]
    [InlineData("a\\b")]
    [InlineData("the \"best\" one")]
    [InlineData("O'Brien & Söhne + 5 %")]
    public async Task Quotes_and_backslashes_are_escaped(string name)
    {
        await using var own = await StartAsync();
        var id = (await own.ControlAsync("records/companies", new { name }))["id"]!.GetValue<int>();
        var escaped = name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
        Ids(await own.ListAsync("company/companies?conditions=" + Uri.EscapeDataString($"name=\"{escaped}\""))).ShouldBe([id]);
    }

    [Fact]
    public async Task A_bracket_in_a_pattern_is_escaped()
    {
        await using var own = await StartAsync();
        var id = (await own.ControlAsync("records/companies", new { name = "[Test] Company" }))["id"]!.GetValue<int>();
        Ids(await own.ListAsync("company/companies?conditions=" + Uri.EscapeDataString("name like \"[[]Test]*\""))).ShouldBe([id]);
    }

    [Fact]
    public async Task Child_conditions_are_met_by_one_element()
    {
        var contacts = await simulator.TruthAsync("contacts");
        var mail = contacts.SelectMany(c => c!["communicationItems"]!.AsArray()).First(i => Text(i!, "communicationType") == "Email")!["value"]!.GetValue<string>();
        int[] expected = [.. contacts.Where(c => c!["communicationItems"]!.AsArray().Any(i => Text(i!, "value") == mail)).Select(c => c!["id"]!.GetValue<int>())];

        Ids(await simulator.ListAsync("company/contacts?childConditions=" + Uri.EscapeDataString($"communicationItems/value=\"{mail}\" and communicationItems/communicationType=\"Email\""))).ShouldBe(expected);
        (await simulator.ListAsync("company/contacts?childConditions=" + Uri.EscapeDataString($"communicationItems/value=\"{mail}\" and communicationItems/communicationType=\"Phone\""))).ShouldBeEmpty();
    }

    [Fact]
    public async Task Custom_fields_are_filtered_by_caption_and_value()
    {
        var companies = await simulator.TruthAsync("companies");
        int[] expected = [.. companies.Where(c => c!["customFields"]!.AsArray().Any(f => Text(f!, "caption") == "SLA Stufe" && f!["value"] is not null)).Select(c => c!["id"]!.GetValue<int>())];
        Ids(await simulator.ListAsync("company/companies?pageSize=1000&customFieldConditions=" + Uri.EscapeDataString("caption=\"SLA Stufe\" and value!=null"))).ShouldBe(expected);
        expected.Length.ShouldBeInRange(1, companies.Count - 1);
    }

    private static bool Flag(JsonNode node, string name) => node[name]?.GetValue<bool>() == true;

    private static int? Whole(JsonNode node, params string[] path) => path.Aggregate((JsonNode?)node, (at, name) => at?[name])?.GetValue<int>();

    private static string? Text(JsonNode node, params string[] path) => path.Aggregate((JsonNode?)node, (at, name) => at?[name])?.GetValue<string>();
}
