using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using MSPortal.Tests.Connectors.Contract;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Simulators.NinjaOne;

/// <summary>The simulator keeps its word: what its documents say, and what they do not say.</summary>
public sealed class TrapTests(AllSimulators vendors) : IClassFixture<AllSimulators>, IAsyncLifetime
{
    private readonly HttpClient client = new();
    private JsonNode about = new JsonObject();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        about = (await vendors.ControlAsync("ninjaone", HttpMethod.Get, ""))!;
        client.BaseAddress = new Uri(about["region"]!.ToString());
        var (_, body) = await TokenAsync("monitoring");
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", JsonNode.Parse(body)!["access_token"]!.ToString());
    }

    public ValueTask DisposeAsync()
    {
        client.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_scope_that_the_app_lacks_fails_the_whole_token_and_an_unknown_app_is_told_in_other_words()
    {
        (await TokenAsync("monitoring management")).ShouldBe((HttpStatusCode.BadRequest, """{"error":"invalid_scope"}"""));
        (await TokenAsync("monitoring", id: "nobody")).ShouldBe((HttpStatusCode.BadRequest, """{"resultCode":"Client app not exist"}"""));
        (await TokenAsync("monitoring", secret: "wrong")).ShouldBe((HttpStatusCode.Unauthorized, """{"error":"invalid_client"}"""));
    }

    [Fact]
    public async Task Without_a_token_nothing_is_told()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v2/organizations");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "none");
        (await client.SendAsync(request, Stop)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Lists_are_bare_arrays_by_key_that_do_not_say_that_they_end()
    {
        var ids = (await TruthAsync("devices")).Select(d => d!["id"]!.GetValue<long>()).ToList();
        var read = new List<long>();
        for (var page = await GetAsync("/v2/devices-detailed?pageSize=7"); page.AsArray().Count > 0; page = await GetAsync($"/v2/devices-detailed?pageSize=7&after={read[^1]}"))
        {
            read.AddRange(page.AsArray().Select(d => d!["id"]!.GetValue<long>()));
        }

        read.ShouldBe(ids);
    }

    [Fact]
    public async Task A_bulk_query_goes_on_by_the_name_of_its_cursor_and_its_rows_have_no_id()
    {
        var truth = (await TruthAsync("health")).Select(h => h!["deviceId"]!.GetValue<long>()).ToList();
        var read = new List<long>();
        var page = await GetAsync("/v2/queries/device-health?pageSize=5");
        while (page["results"]!.AsArray().Count > 0)
        {
            page["results"]!.AsArray().ShouldAllBe(r => r!["id"] == null);
            read.AddRange(page["results"]!.AsArray().Select(r => r!["deviceId"]!.GetValue<long>()));
            page = await GetAsync($"/v2/queries/device-health?pageSize=5&cursor={page["cursor"]!["name"]}");
        }

        read.ShouldBe(truth);
        (await client.GetAsync("/v2/queries/device-health?cursor=unheard-of", Stop)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_filter_of_devices_is_understood_in_bulk_queries_and_a_foreign_one_refused()
    {
        var wanted = (await TruthAsync("health")).Select(h => h!["deviceId"]!.GetValue<long>()).Take(2).ToList();

        (await GetAsync($"/v2/queries/device-health?df=id%20in%20({wanted[0]},{wanted[1]})"))["results"]!.AsArray().Select(r => r!["deviceId"]!.GetValue<long>()).ShouldBe(wanted);
        (await client.GetAsync("/v2/devices-detailed?df=colour%20blue", Stop)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Alerts_of_all_devices_and_of_one_agree_but_for_the_device_that_comes_along()
    {
        var all = (await GetAsync("/v2/alerts")).AsArray();
        all.Count.ShouldBeGreaterThan(3);
        all.ShouldAllBe(a => a!["id"] == null && a["device"] != null);
        var device = all[0]!["deviceId"]!;

        var own = (await GetAsync($"/v2/device/{device}/alerts")).AsArray().Select(a => a!["uid"]!.ToString());

        own.ShouldBe(all.Where(a => a!["deviceId"]!.ToString() == device.ToString()).Select(a => a!["uid"]!.ToString()), ignoreOrder: true);
        (await client.GetAsync("/v2/device/987654/alerts", Stop)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task What_is_odd_in_real_accounts_is_odd_here()
    {
        var devices = await TruthAsync("devices");
        IEnumerable<string?> Of(string name) => devices.Select(d => d![name]?.ToString());

        Of("approvalStatus").Distinct().ShouldBe(["APPROVED", "PENDING", "STAGED", "DECOMMISSIONED"], ignoreOrder: true);
        Of("displayName").ShouldContain((string?)null);
        Of("nodeClass").ShouldContain(c => c!.StartsWith("NMS_"));
        var ends = devices.Select(d => d!["references"]!["warranty"]?["endDate"]?.GetValue<double>()).OfType<double>().ToList();
        ends.ShouldContain(e => e > 1e12);
        ends.ShouldContain(e => e < 1e12);
        devices.ToJsonString().ShouldContain("SECRET-hunter2");
    }

    private async Task<(HttpStatusCode Status, string Body)> TokenAsync(string scope, string? id = null, string? secret = null)
    {
        using var content = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials", ["client_id"] = id ?? about["clientId"]!.ToString(), ["client_secret"] = secret ?? about["clientSecret"]!.ToString(), ["scope"] = scope,
        });
        using var response = await client.PostAsync("/ws/oauth/token", content, Stop);
        return (response.StatusCode, Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync(Stop)));
    }

    private async Task<JsonNode> GetAsync(string path)
    {
        using var response = await client.GetAsync(path, Stop);
        var text = await response.Content.ReadAsStringAsync(Stop);
        response.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        return JsonNode.Parse(text)!;
    }

    private async Task<JsonArray> TruthAsync(string kind) => (await vendors.ControlAsync("ninjaone", HttpMethod.Get, $"records/{kind}"))!.AsArray();
}
