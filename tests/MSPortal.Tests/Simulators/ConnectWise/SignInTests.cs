using System.Net;
using System.Text.Json.Nodes;
using Shouldly;
using Xunit;
using static MSPortal.Tests.Simulators.ConnectWise.RunningSimulator;

namespace MSPortal.Tests.Simulators.ConnectWise;

public sealed class SignInTests
{
    [Fact]
    public async Task Company_info_needs_no_sign_in_and_is_null_for_strangers()
    {
        await using var simulator = await StartAsync();
        simulator.Client.DefaultRequestHeaders.Clear();

        var info = await ReadAsync(await simulator.GetAsync("/login/companyinfo/mspdemo"));
        info["Codebase"]!.GetValue<string>().ShouldBe("v2025_1/");
        info["IsCloud"]!.GetValue<string>().ShouldBe("True");
        using var stranger = await simulator.GetAsync("/login/companyinfo/nobody");
        (await stranger.Content.ReadAsStringAsync()).ShouldBe("null");
        stranger.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Every_answer_carries_the_vendors_headers()
    {
        await using var simulator = await StartAsync();
        using var response = await simulator.GetAsync("system/info", ("Accept", "application/vnd.connectwise.com+json; version=2025.1"));
        (await ReadAsync(response))["version"]!.GetValue<string>().ShouldStartWith("v2025.1");
        response.Headers.GetValues("api-current-version").ShouldBe(["2025.1"]);
        Guid.TryParse(response.Headers.GetValues("x-cw-request-id").Single(), out _).ShouldBeTrue();
        (response.Headers.Date!.Value - Origin).ShouldBeInRange(TimeSpan.Zero, TimeSpan.FromMinutes(5));
    }

    [Theory]
    [InlineData("mspdemo+kQ7dTzR2mWcX9pLs:wrong")]
    [InlineData("mspdemo+wrong:vB4nYh8uJe6aGx1o")]
    [InlineData("other+kQ7dTzR2mWcX9pLs:vB4nYh8uJe6aGx1o")]
    [InlineData(null)]
    public async Task A_wrong_key_is_401(string? key)
    {
        await using var simulator = await StartAsync();
        simulator.Client.DefaultRequestHeaders.Authorization = key is null ? null : Basic(key);
        var body = await ReadAsync(await simulator.GetAsync("system/info"), HttpStatusCode.Unauthorized);
        body.AsObject().Select(p => p.Key).ShouldBe(["code", "message", "errors"]);
    }

    [Theory]
    [InlineData("clientId", "{\"clientIdKnown\": false}")]
    [InlineData("key", "{\"revoked\": true}")]
    [InlineData("key", "{\"privateKey\": \"renewed\"}")]
    public async Task Credentials_can_be_taken_away(string what, string change)
    {
        await using var simulator = await StartAsync();
        (await simulator.CountAsync("service/tickets/count")).ShouldBe(120);
        await simulator.ControlAsync("credentials", JsonNode.Parse(change));
        var body = await ReadAsync(await simulator.GetAsync("service/tickets/count"), HttpStatusCode.Unauthorized);
        body["message"]!.GetValue<string>().ShouldContain(what);
    }

    [Fact]
    public async Task A_missing_client_id_is_401()
    {
        await using var simulator = await StartAsync();
        simulator.Client.DefaultRequestHeaders.Remove("clientId");
        (await ReadAsync(await simulator.GetAsync("system/info"), HttpStatusCode.Unauthorized))["message"]!.GetValue<string>().ShouldContain("clientId");
    }

    [Fact]
    public async Task An_upgrade_leaves_a_web_page_behind()
    {
        await using var simulator = await StartAsync();
        await simulator.ControlAsync("codebase", new { codebase = "v2026_4" });
        using var old = await simulator.GetAsync("system/info");
        old.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        old.Content.Headers.ContentType!.MediaType.ShouldBe("text/html");
        (await ReadAsync(await simulator.GetAsync("/login/companyinfo/mspdemo")))["Codebase"]!.GetValue<string>().ShouldBe("v2026_4/");
        await ReadAsync(await simulator.GetAsync("/v2026_4/apis/3.0/system/info"));
        using var redirected = await simulator.GetAsync("/v4_6_release/apis/3.0/system/info?a=b");
        redirected.StatusCode.ShouldBe(HttpStatusCode.TemporaryRedirect);
        redirected.Headers.Location!.OriginalString.ShouldBe("/v2026_4/apis/3.0/system/info?a=b");
    }

    [Theory]
    [InlineData("companies", "company/companies", "company/contacts")]
    [InlineData("contacts", "company/contacts", "company/companies")]
    [InlineData("configurations", "company/configurations", "service/tickets")]
    [InlineData("tickets", "service/tickets", "project/tickets")]
    [InlineData("projectTickets", "project/tickets", "service/tickets")]
    [InlineData("members", "system/members", "service/tickets")]
    [InlineData("tableSetup", "service/boards/1/statuses", "service/tickets")]
    public async Task A_missing_permission_is_403_there_and_nowhere_else(string area, string denied, string allowed)
    {
        await using var simulator = await StartAsync();
        await simulator.ControlAsync("permissions", new Dictionary<string, bool>(StringComparer.Ordinal) { [area] = false });
        var body = await ReadAsync(await simulator.GetAsync(denied), HttpStatusCode.Forbidden);
        body["message"]!.GetValue<string>().ShouldBe("You do not have security permission to perform this action.");
        await ReadAsync(await simulator.GetAsync(denied + "/count"), HttpStatusCode.Forbidden);
        await ReadAsync(await simulator.GetAsync(allowed));
        await simulator.ControlAsync("permissions", new Dictionary<string, bool>(StringComparer.Ordinal) { [area] = true });
        await ReadAsync(await simulator.GetAsync(denied));
    }

    [Fact]
    public async Task Notes_have_a_permission_of_their_own()
    {
        await using var simulator = await StartAsync();
        var ticket = Ids(await simulator.TruthAsync("tickets"))[0];
        await simulator.ControlAsync("permissions", new { notes = false });
        await ReadAsync(await simulator.GetAsync($"service/tickets/{ticket}/notes"), HttpStatusCode.Forbidden);
        await ReadAsync(await simulator.GetAsync($"service/tickets/{ticket}"));
    }

    [Fact]
    public async Task A_denied_board_and_its_tickets_are_not_there()
    {
        await using var simulator = await StartAsync();
        await simulator.ControlAsync("permissions", new { boards = new[] { 1, 3 } });
        var truth = await simulator.TruthAsync("tickets");
        int[] visible = [.. truth.Where(t => t!["board"]!["id"]!.GetValue<int>() is not (1 or 3)).Select(t => t!["id"]!.GetValue<int>())];
        visible.Length.ShouldBeInRange(1, truth.Count - 1);
        Ids(await simulator.ListAsync("service/tickets?pageSize=1000")).ShouldBe(visible);
        (await simulator.CountAsync("service/tickets/count")).ShouldBe(visible.Length);
        Ids(await simulator.ListAsync("service/boards")).ShouldBe([5, 8, 9, 12, 14]);
        using var hidden = await simulator.GetAsync($"service/tickets/{Ids(truth).Except(visible).First()}");
        hidden.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task The_rate_is_real_when_it_is_set()
    {
        await using var simulator = await StartAsync();
        await simulator.ControlAsync("rate", new { perMinute = 2 });
        await ReadAsync(await simulator.GetAsync("system/info"));
        await ReadAsync(await simulator.GetAsync("system/info"));
        using var refused = await simulator.GetAsync("system/info");
        var body = await ReadAsync(refused, HttpStatusCode.TooManyRequests);
        var seconds = refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds;
        seconds.ShouldBeInRange(1, 60);
        body["error"]!.GetValue<string>().ShouldBe("ConnectWiseAPI");
        body["message"]!.GetValue<string>().ShouldBe($"Too many requests. Please try again in {seconds} seconds.");
    }

    [Theory]
    [InlineData("GET", "service/nothing", 404)]
    [InlineData("GET", "service/tickets/999999", 404)]
    [InlineData("GET", "service/tickets/999999/notes", 404)]
    [InlineData("PUT", "service/tickets", 405)]
    [InlineData("POST", "service/priorities", 403)]
    public async Task What_is_not_there_is_said_in_the_vendors_way(string method, string path, int status)
    {
        await using var simulator = await StartAsync();
        using var response = await simulator.SendAsync(new HttpMethod(method), path, method == "GET" ? null : "{}");
        var body = await ReadAsync(response, (HttpStatusCode)status);
        body.AsObject().Select(p => p.Key).ShouldBe(["code", "message", "errors"]);
    }
}
