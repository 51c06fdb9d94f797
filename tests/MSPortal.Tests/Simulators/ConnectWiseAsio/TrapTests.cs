using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using MSPortal.Tests.Connectors.Contract;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Simulators.ConnectWiseAsio;

/// <summary>The simulator keeps its word: what its documents say, and what they do not say.</summary>
public sealed class TrapTests(AllSimulators vendors) : IClassFixture<AllSimulators>, IAsyncLifetime
{
    private const string Endpoints = "/api/platform/v2/device/categories/all/endpoints";

    private readonly HttpClient client = new();
    private JsonNode about = new JsonObject();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        vendors.Clock.Advance(TimeSpan.FromMinutes(2));   // Other tests may have used up what a minute allows.
        about = (await vendors.ControlAsync("cwasio", HttpMethod.Get, ""))!;
        client.BaseAddress = new Uri(about["environment"]!.ToString());
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (await TokenAsync("platform.companies.read platform.devices.read")).Body["access_token"]!.ToString());
    }

    public ValueTask DisposeAsync()
    {
        client.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_scope_that_does_not_exist_or_is_not_the_keys_fails_the_whole_token()
    {
        (await TokenAsync("platform.devices.read platform.nonsense.read")).Status.ShouldBe(HttpStatusCode.BadRequest);
        await vendors.ControlAsync("cwasio", HttpMethod.Post, "permissions", new Dictionary<string, bool> { ["platform.sites.read"] = false });
        var both = await TokenAsync("platform.devices.read platform.sites.read");
        await vendors.ControlAsync("cwasio", HttpMethod.Post, "permissions", new Dictionary<string, bool> { ["platform.sites.read"] = true });
        both.Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_token_is_good_for_its_scopes_only() =>
        (await client.GetAsync("/api/platform/v1/company/sites", Stop)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);

    [Fact]
    public async Task Devices_are_grouped_and_the_next_page_stands_in_a_header_alone()
    {
        var companies = await CompaniesAsync();
        using var response = await ListAsync("company", companies[..4], "?limit=1&field=friendlyName");
        var body = JsonNode.Parse(await response.Content.ReadAsStringAsync(Stop))!.AsObject();

        body.First().Value![0]!["endpoints"]!.AsArray().ShouldHaveSingleItem()!["endpointID"].ShouldNotBeNull();
        response.Headers.GetValues("Link").Single().ShouldContain("cursor=1&limit=1>; rel=\"next\"");
    }

    [Fact]
    public async Task More_companies_or_fields_than_allowed_are_refused_and_nothing_is_said_as_not_found()
    {
        var companies = await CompaniesAsync();

        (await ListAsync("company", companies[..5])).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await ListAsync("company", companies[..1], "?field=" + string.Join(',', Enumerable.Range(0, 16)))).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await ListAsync("company", ["nobody"])).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await ListAsync("company", companies[..4], "?cursor=5000")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task What_is_left_of_each_operation_can_be_asked()
    {
        await CompaniesAsync();

        var bucket = JsonNode.Parse(await client.GetStringAsync("/v1/rate_limits", Stop))!["resources"]!["platform"]!["companies"]!;

        bucket["limit"]!.GetValue<int>().ShouldBe(35);
        bucket["remaining"]!.GetValue<int>().ShouldBeInRange(0, 34);
    }

    private async Task<string[]> CompaniesAsync() => [.. JsonNode.Parse(await client.GetStringAsync("/api/platform/v1/company/companies", Stop))!.AsArray().Select(c => c!["id"]!.ToString())];

    private Task<HttpResponseMessage> ListAsync(string kind, string[] resources, string query = "") => client.PostAsJsonAsync(Endpoints + query, new { resourceType = kind, resources }, Stop);

    private async Task<(HttpStatusCode Status, JsonNode Body)> TokenAsync(string scope)
    {
        using var response = await client.PostAsJsonAsync("/v1/token", new { grant_type = "client_credentials", client_id = about["clientId"]!.ToString(), client_secret = about["clientSecret"]!.ToString(), scope }, Stop);
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync(Stop))!);
    }
}
