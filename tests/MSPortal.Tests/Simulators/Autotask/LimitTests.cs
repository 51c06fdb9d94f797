using System.Net;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Simulators.Autotask;

public sealed class LimitTests
{
    [Fact]
    public async Task Usage_counts_everyone_and_itself_and_leaves_after_an_hour()
    {
        await using var simulator = await RunningAutotask.StartAsync();
        async Task<int> UsedAsync() => (await simulator.AskAsync(HttpMethod.Get, "ThresholdInformation"))["currentTimeframeRequestCount"]!.GetValue<int>();

        (await UsedAsync()).ShouldBe(1);
        await simulator.ControlAsync(HttpMethod.Post, "set/foreign", new { requests = 5000 });
        (await UsedAsync()).ShouldBe(5002);

        simulator.Clock.Advance(TimeSpan.FromMinutes(61));
        (await UsedAsync()).ShouldBe(1);
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(120, "120")]
    public async Task Over_the_threshold_every_integration_is_refused_until_usage_falls(int retryAfter, string? header)
    {
        await using var simulator = await RunningAutotask.StartAsync();
        await simulator.ControlAsync(HttpMethod.Post, "set/behaviour", new { retryAfter });
        await simulator.ControlAsync(HttpMethod.Post, "set/foreign", new { requests = 10_000 });

        using var refused = await simulator.SendAsync(HttpMethod.Get, "Tickets/1");
        using var zone = await simulator.SendAsync(HttpMethod.Get, $"/ATServicesRest/V1.0/ZoneInformation?user={Uri.EscapeDataString((string)simulator.About["username"]!)}");

        refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        (await refused.Content.ReadAsStringAsync()).ShouldContain("request threshold of 10000 requests");
        refused.Headers.RetryAfter?.ToString().ShouldBe(header);
        zone.StatusCode.ShouldBe(HttpStatusCode.OK);
        simulator.Clock.Advance(TimeSpan.FromMinutes(61));
        await simulator.AskAsync(HttpMethod.Get, "Tickets/1");
    }

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    public async Task The_fourth_call_at_once_to_one_endpoint_is_refused_and_the_other_endpoints_are_not(int threadStatus)
    {
        await using var simulator = await RunningAutotask.StartAsync();
        await simulator.ControlAsync(HttpMethod.Post, "set/behaviour", new { threadStatus });
        await simulator.ControlAsync(HttpMethod.Post, "faults", new { kind = "hang", path = "/Tickets/", times = 3 });
        using var leave = new CancellationTokenSource();
        var held = Enumerable.Range(0, 3).Select(_ => simulator.Client.GetAsync(simulator.Api + "Tickets/1", leave.Token)).ToList();
        await UntilAsync(async () => (await simulator.ControlAsync(HttpMethod.Get, "faults"))![0]!["hits"]!.GetValue<int>() == 3);   // Not only inside, but held.

        (await simulator.ErrorAsync(HttpMethod.Get, "Tickets/1", status: (HttpStatusCode)threadStatus)).ShouldBe("The Autotask API thread threshold of 3 threads has been exceeded. (Itgenatr005)");
        await simulator.AskAsync(HttpMethod.Get, "Companies/0");
        await simulator.AskAsync(HttpMethod.Get, "ThresholdInformation");

        await leave.CancelAsync();
        foreach (var call in held)
        {
            await Should.ThrowAsync<OperationCanceledException>(() => call);
        }

        await UntilAsync(async () => (await simulator.ControlAsync(HttpMethod.Get, "requests"))!.AsArray().Take(3).All(r => r!["status"]?.GetValue<int>() == 0));
        await simulator.AskAsync(HttpMethod.Get, "Tickets/1");
        (await simulator.ControlAsync(HttpMethod.Get, ""))!["peaks"]!["tickets"]!.GetValue<int>().ShouldBe(4);
    }

    [Fact]
    public async Task ThresholdInformation_has_only_three_places_as_well()
    {
        await using var simulator = await RunningAutotask.StartAsync();
        await simulator.ControlAsync(HttpMethod.Post, "faults", new { kind = "hang", path = "/ThresholdInformation", times = 3 });
        using var leave = new CancellationTokenSource();
        var held = Enumerable.Range(0, 3).Select(_ => simulator.Client.GetAsync(simulator.Api + "ThresholdInformation", leave.Token)).ToList();
        await UntilAsync(async () => (await simulator.ControlAsync(HttpMethod.Get, "faults"))![0]!["hits"]!.GetValue<int>() == 3);   // Not only inside, but held.

        await simulator.ErrorAsync(HttpMethod.Get, "ThresholdInformation", status: HttpStatusCode.TooManyRequests);

        await leave.CancelAsync();
        foreach (var call in held)
        {
            await Should.ThrowAsync<OperationCanceledException>(() => call);
        }
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        while (!await condition())
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        }
    }
}
