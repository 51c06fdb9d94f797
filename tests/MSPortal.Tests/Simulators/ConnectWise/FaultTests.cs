using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Shouldly;
using Xunit;
using static MSPortal.Tests.Simulators.ConnectWise.RunningSimulator;

namespace MSPortal.Tests.Simulators.ConnectWise;

public sealed class FaultTests : IAsyncLifetime
{
    private const string Tickets = "service/tickets?pageSize=10";

    private RunningSimulator simulator = null!;
    private int[] truth = [];

    public async ValueTask InitializeAsync()
    {
        simulator = await StartAsync();
        truth = Ids(await simulator.TruthAsync("tickets"));
    }

    public ValueTask DisposeAsync() => simulator.DisposeAsync();

    [Fact]
    public async Task Skip_times_and_every_say_which_calls_are_struck()
    {
        await FaultAsync(new { kind = "status", code = 500, path = "/service/tickets", method = "get", skip = 1, every = 2, times = 2 });
        var statuses = new List<int>();
        for (var i = 0; i < 8; i++)
        {
            using var response = await simulator.GetAsync(Tickets);
            statuses.Add((int)response.StatusCode);
            using var other = await simulator.GetAsync("company/companies");
            other.StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        statuses.ShouldBe([200, 200, 500, 200, 500, 200, 200, 200]);
        var report = (await simulator.ControlAsync("faults")).AsArray()[0]!;
        (report["seen"]!.GetValue<int>(), report["hits"]!.GetValue<int>()).ShouldBe((8, 2));
        await simulator.ControlAsync("faults", method: HttpMethod.Delete);
        (await simulator.ControlAsync("faults")).AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_500_has_the_vendors_body()
    {
        await FaultAsync(new { kind = "status", code = 500 });
        (await ReadAsync(await simulator.GetAsync(Tickets), HttpStatusCode.InternalServerError))["code"]!.GetValue<string>().ShouldBe("ConnectWiseApi");
    }

    [Theory]
    [InlineData("7", "7")]
    [InlineData("\"Wed, 21 Oct 2026 07:28:00 GMT\"", "Wed, 21 Oct 2026 07:28:00 GMT")]
    [InlineData("\"soon\"", "soon")]
    [InlineData("null", null)]
    public async Task A_429_carries_what_Retry_After_is_given(string given, string? expected)
    {
        await FaultAsync(JsonNode.Parse($$"""{"kind":"status","code":429,"retryAfter":{{given}}}""")!);
        using var response = await simulator.GetAsync(Tickets);
        (await ReadAsync(response, HttpStatusCode.TooManyRequests))["error"]!.GetValue<string>().ShouldBe("ConnectWiseAPI");
        (response.Headers.NonValidated.TryGetValues("Retry-After", out var values) ? values.ToString() : null).ShouldBe(expected);
    }

    [Fact]
    public async Task A_body_can_be_given()
    {
        await FaultAsync(new { kind = "status", code = 403, body = new { code = "X" } });
        using var response = await simulator.GetAsync(Tickets);
        (await response.Content.ReadAsStringAsync()).ShouldBe("{\"code\":\"X\"}");
    }

    [Theory]
    [InlineData("hang")]
    [InlineData("timeout")]
    public async Task A_hanging_call_is_never_answered(string kind)
    {
        await FaultAsync(new { kind });
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        await Should.ThrowAsync<OperationCanceledException>(() => simulator.Client.GetAsync(new Uri(Api + Tickets, UriKind.Relative), patience.Token));
    }

    [Fact]
    public async Task A_hanging_call_is_answered_when_the_faults_are_taken_away()
    {
        await FaultAsync(new { kind = "hang" });
        var held = simulator.GetAsync(Tickets);
        await Task.WhenAny(held, Task.Delay(TimeSpan.FromMilliseconds(300), TestContext.Current.CancellationToken));
        held.IsCompleted.ShouldBeFalse();
        await simulator.ControlAsync("faults", method: HttpMethod.Delete);
        using var response = await held;
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_reset_breaks_the_connection()
    {
        await FaultAsync(new { kind = "reset" });
        await Should.ThrowAsync<HttpRequestException>(() => simulator.GetAsync(Tickets));
    }

    [Fact]
    public async Task A_slow_answer_drips_and_is_whole()
    {
        await FaultAsync(new { kind = "slow", ms = 15 });
        var clock = Stopwatch.StartNew();
        Ids(await simulator.ListAsync(Tickets)).ShouldBe(truth[..10]);
        clock.Elapsed.ShouldBeGreaterThan(TimeSpan.FromMilliseconds(250));
    }

    [Fact]
    public async Task A_truncated_answer_is_half_of_the_json()
    {
        using var whole = await simulator.GetAsync(Tickets);
        var expected = await whole.Content.ReadAsByteArrayAsync();
        await FaultAsync(new { kind = "truncate" });
        using var response = await simulator.GetAsync(Tickets);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await response.Content.ReadAsByteArrayAsync()).ShouldBe(expected[..(expected.Length / 2)]);
    }

    [Fact]
    public async Task A_web_page_comes_instead_of_json()
    {
        await FaultAsync(new { kind = "html", code = 200 });
        using var response = await simulator.GetAsync(Tickets);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/html");
    }

    [Fact]
    public async Task An_empty_array_is_a_200_without_rows()
    {
        await FaultAsync(new { kind = "emptyArray" });
        (await simulator.ListAsync(Tickets)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_short_page_lacks_its_last_rows_and_keeps_its_link()
    {
        await FaultAsync(new { kind = "shortPage", rows = 3 });
        using var response = await simulator.GetAsync(Tickets, ("pagination-type", "forward-only"));
        Ids((await ReadAsync(response)).AsArray()).ShouldBe(truth[..7]);
        response.Headers.GetValues("Link").Single().ShouldContain($"pageId={truth[9]}>");
    }

    [Fact]
    public async Task A_capped_page_is_smaller_and_nothing_is_lost()
    {
        await FaultAsync(new { kind = "capPage", rows = 4 });
        var ids = new List<int>();
        for (var page = 1; page <= 30; page++)
        {
            var rows = await simulator.ListAsync($"{Tickets}&page={page}");
            rows.Count.ShouldBe(4);
            ids.AddRange(Ids(rows));
        }

        ids.ShouldBe(truth);
    }

    [Fact]
    public async Task A_row_comes_twice()
    {
        await FaultAsync(new { kind = "duplicateRow" });
        Ids(await simulator.ListAsync(Tickets)).ShouldBe([.. truth[..10], truth[0]]);
    }

    [Theory]
    [InlineData("\"property\":\"summary\",\"value\":\"a\\u0000b\"", "\"summary\":\"a\\u0000b\"")]
    [InlineData("\"property\":\"status/id\",\"value\":\"seven\"", "\"status\":{\"id\":\"seven\"")]
    [InlineData("\"property\":\"id\",\"value\":null", "{\"id\":null")]
    [InlineData("\"property\":\"summary\",\"raw\":\"\\\"\\\\ud800\\\"\"", "\"summary\":\"\\ud800\"")]
    [InlineData("\"property\":\"budgetHours\",\"raw\":\"1e400\"", "\"budgetHours\":1e400")]
    public async Task A_row_is_mutated(string fault, string expected)
    {
        await FaultAsync(JsonNode.Parse($$"""{"kind":"mutate","ids":[{{truth[2]}}],{{fault}}}""")!);
        using var response = await simulator.GetAsync(Tickets);
        var text = await response.Content.ReadAsStringAsync();
        text.ShouldContain(expected, Case.Sensitive);
        text.Split(expected).Length.ShouldBe(2, "only one row is changed");
        (await simulator.ControlAsync("records/tickets")).ToJsonString().ShouldNotContain("seven");
    }

    [Fact]
    public async Task A_property_is_removed_or_huge()
    {
        await FaultAsync(new { kind = "mutate", ids = new[] { truth[0] }, property = "board", remove = true });
        await FaultAsync(new { kind = "mutate", ids = new[] { truth[1] }, property = "summary", huge = 1_000_000 });
        var rows = await simulator.ListAsync(Tickets);
        rows[0]!.AsObject().ContainsKey("board").ShouldBeFalse();
        rows[1]!["summary"]!.GetValue<string>().Length.ShouldBe(1_000_000);
    }

    [Fact]
    public async Task Rows_vanish_while_somebody_pages()
    {
        await FaultAsync(new { kind = "deleteDuringPaging", rows = 5, path = "/service/tickets\\?", skip = 1, times = 1 });
        var seen = new List<int>();
        for (var page = 1; page <= 12; page++)
        {
            seen.AddRange(Ids(await simulator.ListAsync($"{Tickets}&page={page}")));
        }

        Ids(await simulator.TruthAsync("tickets")).ShouldBe(truth.Except(truth[10..15]));
        seen.ShouldBe(truth.Except(truth[20..25]), "the deleted rows were seen, and as many that still exist were skipped");
    }

    [Fact]
    public async Task The_clock_is_off()
    {
        await FaultAsync(new { kind = "clock", minutes = -90 });
        using var response = await simulator.GetAsync("system/info");
        (Origin - response.Headers.Date!.Value).TotalMinutes.ShouldBeInRange(85, 90.1);
    }

    [Fact]
    public async Task A_redirect_leads_elsewhere()
    {
        await FaultAsync(new { kind = "redirect", code = 308, url = "https://elsewhere.example/x" });
        using var response = await simulator.GetAsync(Tickets);
        ((int)response.StatusCode).ShouldBe(308);
        response.Headers.Location!.AbsoluteUri.ShouldBe("https://elsewhere.example/x");
    }

    [Fact]
    public async Task Headers_are_added()
    {
        await FaultAsync(new { kind = "extraHeaders", headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["X-RateLimit-Remaining"] = "1" } });
        using var response = await simulator.GetAsync(Tickets);
        response.Headers.GetValues("X-RateLimit-Remaining").ShouldBe(["1"]);
        Ids((await ReadAsync(response)).AsArray()).ShouldBe(truth[..10]);
    }

    [Fact]
    public async Task A_fault_that_is_not_understood_is_refused()
    {
        using var response = await simulator.SendAsync(HttpMethod.Post, "/control/connectwise/faults", new { kind = "sattus" });
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        using var other = await simulator.SendAsync(HttpMethod.Post, "/control/connectwise/faults", new { kind = "status", cod = 500 });
        other.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    private Task<JsonNode> FaultAsync(object fault) => simulator.ControlAsync("faults", fault);
}
