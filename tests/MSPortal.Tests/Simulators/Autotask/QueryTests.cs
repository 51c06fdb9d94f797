using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using MSPortal.Simulators.Common;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Simulators.Autotask;

public sealed class QueryTests(RunningAutotask simulator) : IClassFixture<RunningAutotask>
{
    private const string Everything = """{"op":"gte","field":"id","value":0}""";

    [Fact]
    public async Task Pages_by_id_bring_every_row_once_in_the_order_of_ids()
    {
        var all = (await simulator.TruthAsync("tickets")).Select(t => t.Whole("id")).ToList();
        var read = new List<long>();
        IReadOnlyList<long> page;
        while ((page = await simulator.IdsAsync("Tickets", $$"""{"op":"gt","field":"id","value":{{read.LastOrDefault()}}}""", most: 50)).Count > 0)
        {
            read.AddRange(page);
        }

        all.Count.ShouldBe(120);
        read.ShouldBe(all);
    }

    [Fact]
    public async Task The_next_page_of_a_post_has_to_be_posted_with_the_same_filter()
    {
        var body = $$"""{"MaxRecords":50,"filter":[{{Everything}}]}""";
        var first = await simulator.AskAsync(HttpMethod.Post, "Tickets/query", body);
        var next = new Uri((string)first["pageDetails"]!["nextPageUrl"]!).PathAndQuery;

        next.ShouldContain("/Tickets/query/next?paging=");
        (await simulator.AskAsync(HttpMethod.Get, next, status: HttpStatusCode.MethodNotAllowed))["Message"]!.GetValue<string>().ShouldBe("The requested resource does not support http method 'GET'.");
        var second = await simulator.AskAsync(HttpMethod.Post, next, body);
        var third = await simulator.AskAsync(HttpMethod.Post, new Uri((string)second["pageDetails"]!["nextPageUrl"]!).PathAndQuery, body);

        third["pageDetails"]!["nextPageUrl"].ShouldBeNull();
        JsonObject[] pages = [first, second, third];
        pages.SelectMany(p => p["items"]!.AsArray()).Select(i => i!["id"]!.GetValue<long>()).ShouldBe((await simulator.TruthAsync("tickets")).Select(t => t.Whole("id")));
        first["pageDetails"]!["count"]!.GetValue<int>().ShouldBe(50);
        first["pageDetails"]!["requestCount"]!.GetValue<int>().ShouldBe(50);
    }

    [Fact]
    public async Task The_next_page_of_a_get_carries_its_search_along()
    {
        var first = await simulator.AskAsync(HttpMethod.Get, "Companies/query?search=" + Uri.EscapeDataString($$"""{"MaxRecords":5,"filter":[{{Everything}}]}"""));
        var second = await simulator.AskAsync(HttpMethod.Get, new Uri((string)first["pageDetails"]!["nextPageUrl"]!).PathAndQuery);

        JsonObject[] pages = [first, second];
        pages.SelectMany(p => p["items"]!.AsArray()).Select(i => i!["id"]!.GetValue<long>()).ShouldBe((await simulator.TruthAsync("companies")).Take(10).Select(t => t.Whole("id")));
    }

    [Fact]
    public async Task A_get_that_is_too_long_finds_nothing()
    {
        var search = $$"""{"filter":[{"op":"in","field":"id","value":[{{string.Join(',', Enumerable.Range(100000, 400))}}]}]}""";

        using var response = await simulator.SendAsync(HttpMethod.Get, "Tickets/query?search=" + Uri.EscapeDataString(search));

        response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("""{"op":"eq","field":"status","value":5}""", "status == 5")]
    [InlineData("""{"op":"noteq","field":"status","value":5}""", "status != 5")]
    [InlineData("""{"op":"eq","field":"status","value":"5"}""", "status == 5")]
    [InlineData("""{"OP":"IN","FIELD":"PRIORITY","VALUE":[1,4]}""", "priority in 1,4")]
    [InlineData("""{"op":"notIn","field":"priority","value":[1,4]}""", "priority not in 1,4")]
    [InlineData("""{"op":"exist","field":"completedDate"}""", "completed")]
    [InlineData("""{"op":"notExist","field":"completedDate"}""", "not completed")]
    [InlineData("""{"op":"or","items":[{"op":"eq","field":"status","value":1},{"op":"eq","field":"priority","value":4}]}""", "status 1 or priority 4")]
    [InlineData("""{"op":"and","items":[{"op":"noteq","field":"status","value":5},{"op":"lte","field":"priority","value":3}]}""", "open and not critical")]
    [InlineData("""{"op":"gte","field":"createDate","value":"2025-03-01T12:00:00.000Z"}""", "new")]
    [InlineData("""{"op":"lt","field":"createDate","value":"2025-03-01T12:00:00"}""", "old")]
    [InlineData("""{"op":"contains","field":"title","value":"PRINT"}""", "print")]
    public async Task Filters_choose_what_they_say(string filter, string meaning)
    {
        var cut = new DateTimeOffset(2025, 3, 1, 12, 0, 0, TimeSpan.Zero);
        static long N(JsonObject t, string name) => t.Whole(name);
        Func<JsonObject, bool> wanted = meaning switch
        {
            "status == 5" => t => N(t, "status") == 5,
            "status != 5" => t => N(t, "status") != 5,
            "priority in 1,4" => t => N(t, "priority") is 1 or 4,
            "priority not in 1,4" => t => N(t, "priority") is not (1 or 4),
            "completed" => t => t["completedDate"] is not null,
            "not completed" => t => t["completedDate"] is null,
            "status 1 or priority 4" => t => N(t, "status") == 1 || N(t, "priority") == 4,
            "open and not critical" => t => N(t, "status") != 5 && N(t, "priority") <= 3,
            "new" => t => DateTimeOffset.Parse(t.Text("createDate")!, CultureInfo.InvariantCulture) >= cut,
            "old" => t => DateTimeOffset.Parse(t.Text("createDate")!, CultureInfo.InvariantCulture) < cut,
            _ => t => t.Text("title")!.Contains("print", StringComparison.OrdinalIgnoreCase),
        };
        var expected = (await simulator.TruthAsync("tickets")).Where(wanted).Select(t => t.Whole("id")).ToList();

        expected.Count.ShouldBeInRange(1, 119);
        (await simulator.IdsAsync("Tickets", filter)).ShouldBe(expected);
        (await simulator.AskAsync(HttpMethod.Post, "Tickets/query/count", $$"""{"filter":[{{filter}}]}"""))["queryCount"]!.GetValue<int>().ShouldBe(expected.Count);
    }

    [Theory]
    [InlineData("""{"op":"eq","field":"id","value":"100002"}""")]
    [InlineData("""{"op":"gte","field":"id","value":"0"}""")]
    [InlineData("""{"op":"in","field":"id","value":["100002"]}""")]
    public async Task A_text_fits_nothing_in_a_long_column_and_nobody_says_so(string filter) => (await simulator.IdsAsync("Tickets", filter)).ShouldBeEmpty();

    [Theory]
    [InlineData("""{"op":"eq","field":"colour","value":1}""", "Unable to find colour in the Ticket Entity.")]
    [InlineData("""{"op":"eq","field":"creatorType","value":1}""", "can not be queried")]
    [InlineData("""{"op":"similar","field":"title","value":"x"}""", "similar is not a valid operator")]
    [InlineData("""{"op":"eq","field":"createDate","value":"yesterday"}""", "not valid for the field createDate")]
    [InlineData("""{"op":"xor","items":[{"op":"exist","field":"id"}]}""", "not a valid grouping operator")]
    [InlineData("""{"op":"eq","field":"a","udf":true,"value":"1"},{"op":"eq","field":"b","udf":true,"value":"1"}""", "Only one user defined field")]
    public async Task A_filter_that_makes_no_sense_is_a_500_with_words(string filter, string words) =>
        (await simulator.ErrorAsync(HttpMethod.Post, "Tickets/query", $$"""{"filter":[{{filter}}]}""")).ShouldContain(words);

    [Theory]
    [InlineData("""{"MaxRecords":501,"filter":[{"op":"exist","field":"id"}]}""", "between 1 and 500")]
    [InlineData("""{"MaxRecords":10}""", "A filter is required")]
    [InlineData("""{"filter":[{"op":"exist","field":"id"}],"IncludeFields":["nope"]}""", "Unable to find nope")]
    [InlineData("no json", "not valid JSON")]
    public async Task A_query_that_makes_no_sense_is_a_500_with_words(string body, string words) =>
        (await simulator.ErrorAsync(HttpMethod.Post, "Tickets/query", body)).ShouldContain(words);

    [Fact]
    public async Task More_than_500_conditions_are_refused()
    {
        string In(int count) => $$"""{"op":"in","field":"id","value":[{{string.Join(',', Enumerable.Range(1, count))}}]}""";

        (await simulator.IdsAsync("Tickets", In(500))).ShouldBeEmpty();
        (await simulator.ErrorAsync(HttpMethod.Post, "Tickets/query", $$"""{"filter":[{{In(501)}}]}""")).ShouldContain("more than 500 OR conditions");
    }

    [Fact]
    public async Task A_user_defined_field_can_be_asked_for()
    {
        var wanted = (await simulator.TruthAsync("companies")).First(c => c["userDefinedFields"]?[1]?["value"]?.GetValue<string>() == "Gold");

        var found = await simulator.IdsAsync("Companies", """{"op":"eq","field":"Backup tier","udf":true,"value":"Gold"}""");

        found.ShouldContain(wanted.Whole("id"));
        found.Count.ShouldBeLessThan((await simulator.TruthAsync("companies")).Count);
    }

    [Fact]
    public async Task Only_the_fields_that_are_asked_for_come_and_all_columns_without_asking()
    {
        var some = await simulator.AskAsync(HttpMethod.Post, "Tickets/query", $$"""{"MaxRecords":1,"IncludeFields":["ID","title"],"filter":[{{Everything}}]}""");
        var all = await simulator.AskAsync(HttpMethod.Post, "Tickets/query", $$"""{"MaxRecords":1,"filter":[{{Everything}}]}""");

        some["items"]![0]!.AsObject().Select(p => p.Key).ShouldBe(["id", "title"]);
        var names = all["items"]![0]!.AsObject().Select(p => p.Key).ToList();
        names.ShouldContain("lastTrackedModificationDateTime");
        names.ShouldContain("problemTicketId");
        names[^1].ShouldBe("userDefinedFields");
        names.Count.ShouldBeGreaterThan(70);
    }

    [Fact]
    public async Task A_packed_body_is_understood()
    {
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionMode.Compress, leaveOpen: true))
        {
            await gzip.WriteAsync(Encoding.UTF8.GetBytes($$"""{"MaxRecords":3,"filter":[{{Everything}}]}"""));
        }

        using var content = new ByteArrayContent(packed.ToArray());
        content.Headers.ContentEncoding.Add("gzip");

        (await simulator.AskAsync(HttpMethod.Post, "Tickets/query", content))["items"]!.AsArray().Count.ShouldBe(3);
    }

    [Fact]
    public async Task An_id_that_is_not_there_is_a_200_with_nothing_in_it()
    {
        var id = (await simulator.TruthAsync("tickets"))[0].Whole("id");

        (await simulator.AskAsync(HttpMethod.Get, $"Tickets/{id}"))["item"]!["id"]!.GetValue<long>().ShouldBe(id);
        (await simulator.AskAsync(HttpMethod.Get, "Tickets/999999999")).ToJsonString().ShouldBe("""{"item":null}""");
        (await simulator.AskAsync(HttpMethod.Get, "Companies/0"))["item"]!["companyName"]!.GetValue<string>().ShouldBe("Simulated MSP, Inc.");
    }
}
