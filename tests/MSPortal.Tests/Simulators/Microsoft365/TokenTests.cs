using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Simulators.Microsoft365;

/// <summary>Tokens are of one tenant, live an hour on the vendor's clock, and every refusal says why.</summary>
public sealed class TokenTests
{
    [Fact]
    public async Task A_token_is_given_by_id_and_by_domain_and_says_its_tenant_and_roles()
    {
        await using var sim = await RunningMicrosoft365.StartAsync();

        foreach (var name in new[] { sim.Large.Id, sim.Large.DefaultDomain, sim.Large.InitialDomain.ToUpperInvariant() })
        {
            var (status, body) = await sim.TokenAsync(name, ("scope", sim.Client.BaseAddress + ".default"));

            status.ShouldBe(HttpStatusCode.OK);
            (body["token_type"]!.ToString(), body["expires_in"]!.GetValue<int>(), body["ext_expires_in"]!.GetValue<int>()).ShouldBe(("Bearer", 3599, 3599));
            var claims = JsonNode.Parse(Encoding.UTF8.GetString(WebEncoders.Base64UrlDecode(body["access_token"]!.ToString().Split('.')[1])))!;
            claims["tid"]!.ToString().ShouldBe(sim.Large.Id);
            claims["roles"]!.AsArray().Select(r => (string?)r).ShouldContain("User.Read.All");
        }
    }

    [Theory]
    [InlineData(401, "invalid_client", 7000215, "client_secret", "wrong")]
    [InlineData(401, "invalid_client", 7000218, "client_secret", null)]
    [InlineData(400, "unauthorized_client", 700016, "client_id", "11111111-2222-3333-4444-555555555555")]
    [InlineData(400, "unsupported_grant_type", 70003, "grant_type", "password")]
    [InlineData(400, "invalid_request", 900144, "grant_type", null)]
    [InlineData(400, "invalid_scope", 1002012, "scope", "https://graph.microsoft.com/User.Read.All")]
    [InlineData(400, "invalid_resource", 500011, "scope", "https://elsewhere.example/.default")]
    public async Task A_wrong_field_is_refused_with_its_number(int status, string error, int code, string field, string? value)
    {
        await using var sim = await RunningMicrosoft365.StartAsync();
        ShouldBe(await sim.TokenAsync(sim.Large.Id, (field, value)), status, error, code);
    }

    [Fact]
    public async Task An_unknown_tenant_one_without_the_app_and_one_without_consent_are_told_apart()
    {
        await using var sim = await RunningMicrosoft365.StartAsync();
        ShouldBe(await sim.TokenAsync("nowhere.example"), 400, "invalid_request", 90002);
        ShouldBe(await sim.TokenAsync("organizations"), 400, "invalid_request", 50059);
        ShouldBe(await sim.TokenAsync(sim.NotConsented.Id), 400, "unauthorized_client", 700016);

        sim.Vendor.WithdrawConsent(sim.Large.Id);
        ShouldBe(await sim.TokenAsync(sim.Large.Id), 400, "invalid_grant", 65001);
        sim.Vendor.RemoveApp(sim.Large.Id);
        ShouldBe(await sim.TokenAsync(sim.Large.Id), 400, "unauthorized_client", 700016);
        (await sim.TokenAsync(sim.Nobody.Id)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_secret_that_was_rotated_is_unknown_and_one_that_ended_has_expired()
    {
        await using var sim = await RunningMicrosoft365.StartAsync();
        var first = sim.Vendor.ClientSecret;
        var second = sim.Vendor.RotateSecret(keepOld: true);
        (await sim.TokenAsync(sim.Large.Id, ("client_secret", first))).Status.ShouldBe(HttpStatusCode.OK);

        var third = sim.Vendor.RotateSecret();
        ShouldBe(await sim.TokenAsync(sim.Large.Id, ("client_secret", second)), 401, "invalid_client", 7000215);
        (await sim.TokenAsync(sim.Large.Id, ("client_secret", third))).Status.ShouldBe(HttpStatusCode.OK);

        sim.Vendor.ExpireSecret();
        ShouldBe(await sim.TokenAsync(sim.Large.Id), 401, "invalid_client", 7000222);
    }

    [Fact]
    public async Task A_token_ends_after_an_hour_on_the_vendors_clock_and_when_it_is_ended()
    {
        await using var sim = await RunningMicrosoft365.StartAsync();
        await sim.GetAsync(sim.Large, "/organization");

        sim.Vendor.ShiftClock(TimeSpan.FromSeconds(3598));
        await sim.GetAsync(sim.Large, "/organization");
        sim.Vendor.ShiftClock(TimeSpan.FromSeconds(1));
        (await sim.RefusalAsync(sim.Large, "/organization")).ShouldBe("401 InvalidAuthenticationToken");

        await sim.SignInAsync(sim.Large);
        await sim.GetAsync(sim.Large, "/organization");
        sim.Vendor.EndTokens(sim.Large.Id);
        (await sim.RefusalAsync(sim.Large, "/organization")).ShouldBe("401 InvalidAuthenticationToken");
    }

    [Fact]
    public async Task Without_a_token_nothing_is_told()
    {
        await using var sim = await RunningMicrosoft365.StartAsync();
        using var response = await sim.Client.GetAsync("/v1.0/users");
        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        response.Headers.WwwAuthenticate.ToString().ShouldStartWith("Bearer");
    }

    [Fact]
    public async Task What_a_token_opens_is_its_own_tenant_alone()
    {
        await using var sim = await RunningMicrosoft365.StartAsync();
        (await sim.GetAsync(sim.Large, "/organization"))["value"]![0]!["id"]!.ToString().ShouldBe(sim.Large.Id);
        (await sim.RefusalAsync(sim.Large, $"/organization/{sim.Nobody.Id}")).ShouldBe("404 Request_ResourceNotFound");
        var next = (await sim.GetAsync(sim.Large, "/users?$top=5"))["@odata.nextLink"]!.ToString();
        (await sim.RefusalAsync(sim.Partner, next)).ShouldBe("400 Directory_ExpiredPageToken");
    }

    private static void ShouldBe((HttpStatusCode Status, JsonNode Body) answer, int status, string error, int code)
    {
        ((int)answer.Status, (string?)answer.Body["error"], answer.Body["error_codes"]![0]!.GetValue<int>()).ShouldBe((status, error, code));
        answer.Body["error_description"]!.ToString().ShouldStartWith($"AADSTS{code}: ");
        answer.Body.AsObject().Select(p => p.Key).ShouldBe(["error", "error_description", "error_codes", "timestamp", "trace_id", "correlation_id", "error_uri"]);
    }
}
