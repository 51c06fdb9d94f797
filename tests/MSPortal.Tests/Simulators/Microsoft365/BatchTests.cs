using System.Net;
using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Simulators.Microsoft365;

/// <summary>Many calls in one: each has its own answer, in any order.</summary>
public sealed class BatchTests
{
    [Fact]
    public async Task Each_part_has_a_status_of_its_own_and_the_order_is_not_that_of_the_question()
    {
        await using var sim = await RunningMicrosoft365.StartAsync();
        var parts = await BatchAsync(sim, "/organization", "/users/nobody", "/users?$select=displayName&$top=1", "/nothing");

        parts.Select(p => (string)p!["id"]!).ShouldBe(["3", "2", "1", "0"]);
        parts.Select(p => (int)p!["status"]!).ShouldBe([400, 200, 404, 200]);
        parts[3]!["body"]!["value"]![0]!["id"]!.ToString().ShouldBe(sim.Large.Id);
        parts[2]!["body"]!["error"]!["code"]!.ToString().ShouldBe("Request_ResourceNotFound");
        sim.Vendor.Calls(sim.Large.Id).Select(c => c.Path).ShouldContain("/v1.0/users?$select=displayName&$top=1");
    }

    [Fact]
    public async Task One_part_can_be_throttled_alone_by_the_limit_or_by_a_fault()
    {
        await using var sim = await RunningMicrosoft365.StartAsync();
        sim.Vendor.AddFault("""{"kind":"status","code":429,"path":"/domains","times":1}""");
        sim.Vendor.Behaviour = sim.Vendor.Behaviour with { ResourceUnits = 3 };

        var parts = (await BatchAsync(sim, "/organization", "/domains", "/organization", "/subscribedSkus")).ToDictionary(p => (string)p!["id"]!, p => p!);

        parts.ToDictionary(p => p.Key, p => (int)p.Value["status"]!).ShouldBe(new Dictionary<string, int> { ["0"] = 200, ["1"] = 429, ["2"] = 200, ["3"] = 429 }, ignoreOrder: true);
        parts["1"]["headers"]!["Retry-After"].ShouldBeNull();
        parts["3"]["headers"]!["Retry-After"].ShouldNotBeNull();
    }

    [Fact]
    public async Task Twenty_are_allowed_and_one_more_is_refused()
    {
        await using var sim = await RunningMicrosoft365.StartAsync();
        (await BatchAsync(sim, [.. Enumerable.Repeat("/organization", 20)])).Count.ShouldBe(20);
        using var response = await SendAsync(sim, [.. Enumerable.Repeat("/organization", 21)]);
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    private static async Task<JsonArray> BatchAsync(RunningMicrosoft365 sim, params string[] urls)
    {
        using var response = await SendAsync(sim, urls);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync())!["responses"]!.AsArray();
    }

    private static Task<HttpResponseMessage> SendAsync(RunningMicrosoft365 sim, string[] urls) => sim.SendAsync(sim.Large, "/$batch", HttpMethod.Post, new JsonObject
    {
        ["requests"] = new JsonArray([.. urls.Select((url, i) => (JsonNode)new JsonObject { ["id"] = $"{i}", ["method"] = "GET", ["url"] = url })]),
    });
}
