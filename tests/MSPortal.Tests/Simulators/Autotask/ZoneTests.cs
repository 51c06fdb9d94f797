using System.Net;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Simulators.Autotask;

public sealed class ZoneTests(RunningAutotask simulator) : IClassFixture<RunningAutotask>
{
    [Theory]
    [InlineData("/ATServicesRest/V1.0/ZoneInformation")]
    [InlineData("/atservicesrest/v1.0/zoneInformation")]
    public async Task The_zone_is_told_to_everyone_who_knows_a_user(string path)
    {
        simulator.Client.DefaultRequestHeaders.Contains("Secret").ShouldBeTrue();
        using var anyone = new HttpClient { BaseAddress = simulator.Client.BaseAddress };

        var zone = await anyone.GetStringAsync($"{path}?user={Uri.EscapeDataString((string)simulator.About["username"]!)}");

        zone.ShouldContain("/autotask/zone5/ATServicesRest/");
        zone.ShouldContain("\"ci\":100001");
    }

    [Theory]
    [InlineData("?user=nobody%40example.com")]
    [InlineData("?user=")]
    [InlineData("")]
    public async Task An_unknown_user_is_an_error_of_the_server(string query) =>
        (await simulator.ErrorAsync(HttpMethod.Get, "/ATServicesRest/V1.0/ZoneInformation" + query)).ShouldBe("Zone information could not be determined");

    [Theory]
    [InlineData("Secret")]
    [InlineData("UserName")]
    [InlineData("ApiIntegrationCode")]
    public async Task Whatever_is_wrong_with_the_credentials_is_a_401_without_a_word(string header)
    {
        using var client = new HttpClient { BaseAddress = simulator.Client.BaseAddress };
        foreach (var known in simulator.Client.DefaultRequestHeaders)
        {
            client.DefaultRequestHeaders.TryAddWithoutValidation(known.Key, known.Key == header ? ["wrong"] : known.Value);
        }

        using var response = await client.GetAsync(simulator.Api + "ThresholdInformation");

        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await response.Content.ReadAsStringAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_call_to_another_zone_is_refused_like_a_wrong_secret()
    {
        using var response = await simulator.SendAsync(HttpMethod.Get, "/autotask/zone6/ATServicesRest/V1.0/ThresholdInformation");

        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_database_that_moves_is_found_in_its_new_zone_and_no_more_in_the_old_one()
    {
        await using var moving = await RunningAutotask.StartAsync();
        await moving.ControlAsync(HttpMethod.Post, "set/zone", new { zone = 12 });

        using var old = await moving.SendAsync(HttpMethod.Get, "ThresholdInformation");
        using var now = await moving.SendAsync(HttpMethod.Get, "/autotask/zone12/ATServicesRest/V1.0/ThresholdInformation");

        old.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        now.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await moving.AskAsync(HttpMethod.Get, $"/ATServicesRest/V1.0/ZoneInformation?user={Uri.EscapeDataString((string)moving.About["username"]!)}"))["ci"]!.GetValue<int>().ShouldBe(100001);
    }

    [Fact]
    public async Task Versions_are_told_to_everyone()
    {
        using var anyone = new HttpClient { BaseAddress = simulator.Client.BaseAddress };

        (await anyone.GetStringAsync("/atservicesrest/versioninformation")).ShouldContain("V1.0");
    }
}
