using System.Net;
using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Simulators.Microsoft365;

/// <summary>What is asked has its price, and who asks too much is told to wait, sometimes without a word about how long.</summary>
public sealed class ThrottleTests
{
    [Theory]
    [InlineData("/users", 2)]
    [InlineData("/users?$select=id", 1)]
    [InlineData("/users?$top=19", 1)]
    [InlineData("/users?$top=20", 2)]
    [InlineData("/users?$top=5&$select=id", 1)]
    [InlineData("/users?$expand=manager", 3)]
    [InlineData("/subscribedSkus", 3)]
    [InlineData("/subscribedSkus?$select=skuId", 2)]
    [InlineData("/contracts", 3)]
    [InlineData("/organization", 1)]
    [InlineData("/groups", 1)]
    [InlineData("/users/delta", 1)]
    [InlineData("/users/nobody/licenseDetails", 2)]
    public async Task Every_call_has_its_price(string path, int units)
    {
        await using var sim = await RunningMicrosoft365.StartAsync();
        using var response = await sim.SendAsync(sim.Large, path);
        response.Headers.GetValues("x-ms-resource-unit").ShouldBe([$"{units}"]);
        sim.Vendor.Calls(sim.Large.Id).Single(c => c.Path == "/v1.0" + path).Units.ShouldBe(units);
    }

    [Theory]
    [InlineData(60, 3_500)]
    [InlineData(900, 5_000)]
    [InlineData(3_000, 8_000)]
    public async Task The_larger_the_tenant_the_more_it_may_be_asked(int users, int limit)
    {
        await using var sim = await RunningMicrosoft365.StartAsync(users: users);
        var body = new JsonObject
        {
            ["requests"] = new JsonArray([.. Enumerable.Range(0, 20).Select(i => (JsonNode)new JsonObject { ["id"] = $"{i}", ["method"] = "GET", ["url"] = "/contracts" })]),
        };
        var passed = 0;
        while (passed <= limit)
        {
            using var response = await sim.SendAsync(sim.Large, "/$batch", HttpMethod.Post, body);
            var parts = JsonNode.Parse(await response.Content.ReadAsStringAsync())!["responses"]!.AsArray();
            passed += 3 * parts.Count(p => (int)p!["status"]! == 200);
            if (parts.FirstOrDefault(p => (int)p!["status"]! == 429) is { } refused)
            {
                refused["headers"]!["Retry-After"]!.ToString().ShouldBe("1");
                break;
            }
        }

        passed.ShouldBe(limit / 3 * 3);
    }

    [Fact]
    public async Task Who_comes_near_is_warned_who_goes_over_has_to_wait_and_then_may_go_on()
    {
        await using var sim = await RunningMicrosoft365.StartAsync();
        sim.Vendor.Behaviour = sim.Vendor.Behaviour with { ResourceUnits = 10 };
        for (var i = 1; i <= 10; i++)
        {
            using var response = await sim.SendAsync(sim.Large, "/organization");
            response.StatusCode.ShouldBe(HttpStatusCode.OK);
            (response.Headers.TryGetValues("x-ms-throttle-limit-percentage", out var share) ? share.Single() : null).ShouldBe(i switch { < 8 => null, 8 => "0.8", 9 => "0.9", _ => "1" });
        }

        using var refused = await sim.SendAsync(sim.Large, "/organization");
        refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        refused.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(2), "the refused call counts too");
        refused.Headers.GetValues("x-ms-throttle-scope").ShouldBe([$"Tenant_Application/ReadWrite/{sim.Vendor.ClientId}/{sim.Large.Id}"]);
        refused.Headers.GetValues("x-ms-throttle-information").ShouldBe(["ResourceUnitLimitExceeded"]);
        (await refused.Content.ReadAsStringAsync()).ShouldContain("TooManyRequests");
        await sim.GetAsync(sim.Partner, "/organization");

        sim.Vendor.ShiftClock(TimeSpan.FromSeconds(2));
        await sim.GetAsync(sim.Large, "/organization");
    }

    [Fact]
    public async Task A_refusal_may_come_without_a_time_to_wait()
    {
        await using var sim = await RunningMicrosoft365.StartAsync();
        sim.Vendor.Behaviour = sim.Vendor.Behaviour with { ResourceUnits = 1, RetryAfter = false };
        await sim.GetAsync(sim.Large, "/organization");
        using var refused = await sim.SendAsync(sim.Large, "/organization");
        refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        refused.Headers.RetryAfter.ShouldBeNull();
    }

    [Fact]
    public async Task Secure_scores_have_a_limit_of_their_own()
    {
        await using var sim = await RunningMicrosoft365.StartAsync();
        for (var i = 0; i < 150; i++)
        {
            using var fine = await sim.SendAsync(sim.Large, "/security/secureScores?$top=1");
            fine.StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        (await sim.RefusalAsync(sim.Large, "/security/secureScoreControlProfiles")).ShouldBe("429 TooManyRequests");
        await sim.GetAsync(sim.Large, "/organization");
        sim.Vendor.ShiftClock(TimeSpan.FromMinutes(1));
        await sim.GetAsync(sim.Large, "/security/secureScores?$top=1");
    }

    [Fact]
    public async Task Every_third_call_of_one_tenant_alone_can_be_refused_by_a_fault()
    {
        await using var sim = await RunningMicrosoft365.StartAsync();
        sim.Vendor.AddFault($$"""{"kind":"status","code":429,"every":3,"retryAfter":7,"path":"/v1.0/domains.*#{{sim.Large.Id}}"}""");
        var statuses = new List<string>();
        for (var i = 0; i < 6; i++)
        {
            using var response = await sim.SendAsync(sim.Large, "/domains");
            statuses.Add($"{(int)response.StatusCode} {response.Headers.RetryAfter}");
            await sim.GetAsync(sim.Partner, "/domains");
        }

        statuses.ShouldBe(["200 ", "200 ", "429 7", "200 ", "200 ", "429 7"]);
    }
}
