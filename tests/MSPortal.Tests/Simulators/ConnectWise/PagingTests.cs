using System.Text.RegularExpressions;
using Shouldly;
using Xunit;
using static MSPortal.Tests.Simulators.ConnectWise.RunningSimulator;

namespace MSPortal.Tests.Simulators.ConnectWise;

public sealed partial class PagingTests(RunningSimulator simulator) : IClassFixture<RunningSimulator>
{
    private static readonly (string, string) ForwardOnly = ("pagination-type", "forward-only");

    [Fact]
    public async Task Numbered_pages_give_every_row_once_and_end_without_next()
    {
        var ids = new List<int>();
        var url = "service/tickets?pageSize=50&fields=id,summary";
        var pages = 0;
        for (string? next = url; next is not null; pages++)
        {
            using var response = await simulator.GetAsync(next);
            ids.AddRange(Ids((await ReadAsync(response)).AsArray()));
            var links = Links(response);
            links.ContainsKey("prev").ShouldBe(pages > 0);
            next = links.GetValueOrDefault("next");
            (next is null || next.EndsWith($"&page={pages + 2}", StringComparison.Ordinal)).ShouldBeTrue(next);
        }

        pages.ShouldBe(3);
        ids.ShouldBe(Ids(await simulator.TruthAsync("tickets")));
    }

    [Fact]
    public async Task A_collection_smaller_than_a_page_has_no_link()
    {
        using var response = await simulator.GetAsync("service/boards");
        (await ReadAsync(response)).AsArray().Count.ShouldBe(7);
        response.Headers.Contains("Link").ShouldBeFalse();
    }

    [Theory]
    [InlineData("", 25)]
    [InlineData("?pageSize=7", 7)]
    [InlineData("?pageSize=5000", 120)]
    public async Task A_page_has_25_rows_unless_another_size_is_asked_for(string query, int rows) =>
        (await simulator.ListAsync("service/tickets" + query)).Count.ShouldBe(rows);

    [Fact]
    public async Task A_page_never_has_more_than_1000_rows()
    {
        await using var large = await StartAsync(o => o with { Tickets = 1100 });
        (await large.ListAsync("service/tickets?pageSize=5000&fields=id")).Count.ShouldBe(1000);
    }

    [Theory]
    [InlineData(40, 4)]
    [InlineData(50, 4)]
    [InlineData(1000, 2)]
    public async Task Forward_only_pages_go_on_by_id_until_an_empty_page_with_an_empty_link(int size, int calls)
    {
        var ids = new List<int>();
        var next = $"service/tickets?pageSize={size}&fields=id";
        var made = 0;
        while (next is not null)
        {
            using var response = await simulator.GetAsync(next, ForwardOnly);
            var rows = Ids((await ReadAsync(response)).AsArray());
            response.Headers.Contains("Link").ShouldBeTrue();
            made++;
            ids.AddRange(rows);
            next = Links(response).GetValueOrDefault("next")!;
            (rows.Length == 0).ShouldBe(next is null);
            (next is null || next.EndsWith($"&pageId={rows[^1]}", StringComparison.Ordinal)).ShouldBeTrue(next);
        }

        made.ShouldBe(calls);
        ids.ShouldBe(Ids(await simulator.TruthAsync("tickets")));
    }

    [Fact]
    public async Task Forward_only_can_end_with_an_empty_link_on_the_short_page()
    {
        await using var other = await StartAsync();
        await other.ControlAsync("behaviour", new { forwardOnlyEnd = "empty" });
        using var response = await other.GetAsync("service/tickets?pageSize=1000", ForwardOnly);
        response.Headers.GetValues("Link").ShouldBe([""]);
    }

    [Fact]
    public async Task Forward_only_ignores_the_page_and_refuses_an_order()
    {
        using var paged = await simulator.GetAsync("service/tickets?page=3&pageSize=2", ForwardOnly);
        Ids((await ReadAsync(paged)).AsArray()).ShouldBe(Ids(await simulator.TruthAsync("tickets"))[..2]);
        using var ordered = await simulator.GetAsync("service/tickets?orderBy=id", ForwardOnly);
        ((int)ordered.StatusCode).ShouldBe(400);
    }

    [Fact]
    public async Task Rows_are_ordered_by_what_is_asked_for()
    {
        var rows = await simulator.ListAsync("service/tickets?pageSize=1000&orderBy=board/name%20desc,lastUpdated%20asc");
        var keys = rows.Select(r => (Board: r!["board"]!["name"]!.GetValue<string>(), At: r["_info"]!["lastUpdated"]!.GetValue<string>())).ToList();
        keys.ShouldBe(keys.OrderByDescending(k => k.Board, StringComparer.OrdinalIgnoreCase).ThenBy(k => k.At, StringComparer.Ordinal));
        keys.Select(k => k.Board).Distinct().Count().ShouldBeGreaterThan(3);
    }

    [Fact]
    public async Task Fields_choose_properties_also_inside_references()
    {
        var row = (await simulator.ListAsync("service/tickets?pageSize=1&fields=id,status/name,_info/lastUpdated,nonsense"))[0]!.AsObject();
        row.Select(p => p.Key).ShouldBe(["id", "status", "_info"]);
        row["status"]!.AsObject().Select(p => p.Key).ShouldBe(["name"]);
        row["_info"]!.AsObject().Select(p => p.Key).ShouldBe(["lastUpdated"]);
    }

    [Theory]
    [InlineData("service/tickets")]
    [InlineData("project/tickets")]
    [InlineData("company/companies")]
    [InlineData("company/contacts")]
    [InlineData("company/configurations")]
    [InlineData("company/companyTypeAssociations")]
    [InlineData("company/companies/statuses")]
    [InlineData("company/companies/types")]
    [InlineData("company/contacts/types")]
    [InlineData("company/communicationTypes")]
    [InlineData("company/configurations/types")]
    [InlineData("company/configurations/statuses")]
    [InlineData("system/members")]
    [InlineData("system/info/members")]
    [InlineData("service/boards")]
    [InlineData("service/info/boards")]
    [InlineData("service/boards/1/statuses")]
    [InlineData("service/boards/1/types")]
    [InlineData("service/boards/1/subtypes")]
    [InlineData("service/boards/1/items")]
    [InlineData("service/boards/1/teams")]
    [InlineData("service/boards/1/typeSubTypeItemAssociations")]
    [InlineData("service/priorities")]
    [InlineData("service/sources")]
    public async Task Every_list_has_its_count_and_its_single_records(string path)
    {
        var rows = await simulator.ListAsync(path + "?pageSize=1000");
        rows.Count.ShouldBeGreaterThan(0);
        (await simulator.CountAsync(path + "/count")).ShouldBe(rows.Count);
        var last = rows[^1]!;
        using var single = await simulator.GetAsync($"{path}/{last["id"]}");
        (await ReadAsync(single)).ToJsonString().ShouldBe(last.ToJsonString());
    }

    private static Dictionary<string, string> Links(HttpResponseMessage response) =>
        response.Headers.TryGetValues("Link", out var values)
            ? Link().Matches(string.Join(',', values)).ToDictionary(m => m.Groups["rel"].Value, m => new Uri(m.Groups["url"].Value).PathAndQuery, StringComparer.Ordinal)
            : [];

    [GeneratedRegex("<(?<url>[^>]*)>; rel=\"(?<rel>[a-z]+)\"", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Link();
}
