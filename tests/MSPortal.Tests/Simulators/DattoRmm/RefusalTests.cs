using System.Net;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Simulators.DattoRmm;

/// <summary>Who is not let in, and what happens to those who ask too often.</summary>
public sealed class RefusalTests
{
    [Fact]
    public async Task Only_the_right_client_keys_and_grant_get_a_token()
    {
        await using var datto = await RunningDatto.StartAsync();

        (await datto.SignInAsync(client: "someone:else")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await datto.SignInAsync(grant: "client_credentials")).Body["error"]!.ToString().ShouldBe("unsupported_grant_type");
        var (status, body) = await datto.SignInAsync(secret: "wrong");
        (status, body["error"]!.ToString()).ShouldBe((HttpStatusCode.BadRequest, "invalid_grant"));
        await datto.ControlAsync(HttpMethod.Post, "set/behaviour", new { badKeysStatus = 401 });
        (await datto.SignInAsync(secret: "wrong")).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_token_ends_after_100_hours_or_with_the_keys_and_its_refusal_repeats_it()
    {
        await using var datto = await RunningDatto.StartAsync();
        datto.Clock.Advance(TimeSpan.FromHours(99));
        (await datto.SendAsync("/v2/account")).Status.ShouldBe(HttpStatusCode.OK);
        datto.Clock.Advance(TimeSpan.FromHours(2));

        var (status, body, _) = await datto.SendAsync("/v2/account");

        status.ShouldBe(HttpStatusCode.Unauthorized);
        body!.ToJsonString().ShouldContain(datto.Token);
        datto.Token = (await datto.SignInAsync()).Body["access_token"]!.GetValue<string>();
        await datto.ControlAsync(HttpMethod.Post, "set/credentials", new { revoked = true });
        (await datto.SendAsync("/v2/account")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await datto.SendAsync("/v2/system/status", token: "none")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("sites", "/v2/account/sites")]
    [InlineData("devices", "/v2/account/devices")]
    [InlineData("alerts", "/v2/account/alerts/open")]
    [InlineData("audit", "/v2/audit/device/x")]
    public async Task A_user_who_may_not_gets_403_as_Spring_words_it(string area, string path)
    {
        await using var datto = await RunningDatto.StartAsync();
        await datto.ControlAsync(HttpMethod.Post, "permissions", new Dictionary<string, bool> { [area] = false });

        var (status, body, _) = await datto.SendAsync(path);

        (status, body!["error"]!.ToString(), body["path"]!.ToString()).ShouldBe((HttpStatusCode.Forbidden, "Forbidden", path));
    }

    [Theory]
    [InlineData("words", true, false)]
    [InlineData("header", false, true)]
    [InlineData("bare", false, false)]
    public async Task Too_many_is_429_with_a_wait_and_who_goes_on_is_blocked(string block, bool words, bool header)
    {
        await using var datto = await RunningDatto.StartAsync();
        await datto.ControlAsync(HttpMethod.Post, "set/behaviour", new { block });
        await datto.ControlAsync(HttpMethod.Post, "set/others", new { requests = 600 });

        var (status, _, retryAfter) = await datto.SendAsync("/v2/account");
        (status, retryAfter).ShouldBe(((HttpStatusCode)429, "60"));
        for (var i = 0; i < 19; i++)
        {
            await datto.SendAsync("/v2/account");
        }

        var blocked = await datto.SendAsync("/v2/account");
        blocked.Status.ShouldBe(HttpStatusCode.Forbidden);
        (blocked.Body!["error"]!.ToString().Contains("rate limit", StringComparison.Ordinal), blocked.RetryAfter is not null).ShouldBe((words, header));
        datto.Clock.Advance(TimeSpan.FromMinutes(4));
        (await datto.SendAsync("/v2/account")).Status.ShouldBe(HttpStatusCode.Forbidden);
        datto.Clock.Advance(TimeSpan.FromMinutes(2));
        (await datto.SendAsync("/v2/account")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_count_is_everyones_and_forgets_after_a_minute()
    {
        await using var datto = await RunningDatto.StartAsync();
        await datto.ControlAsync(HttpMethod.Post, "set/others", new { requests = 41 });

        var rate = await datto.GetAsync("/v2/system/request_rate");

        (rate["accountCount"]!.GetValue<int>(), rate["accountRateLimit"]!.GetValue<int>(), rate["slidingTimeWindowSizeSeconds"]!.GetValue<int>()).ShouldBe((42, 600, 60));
        datto.Clock.Advance(TimeSpan.FromSeconds(61));
        (await datto.GetAsync("/v2/system/request_rate"))["accountCount"]!.GetValue<int>().ShouldBe(1);
    }

    [Theory]
    [InlineData("/v2/site/none")]
    [InlineData("/v2/device/none")]
    [InlineData("/v2/alert/none")]
    [InlineData("/v2/nothing")]
    public async Task What_is_not_there_is_404(string path)
    {
        await using var datto = await RunningDatto.StartAsync();

        var (status, body, _) = await datto.SendAsync(path);

        (status, body!["status"]!.GetValue<int>()).ShouldBe((HttpStatusCode.NotFound, 404));
    }
}
