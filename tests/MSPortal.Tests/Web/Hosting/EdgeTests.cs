using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using MSPortal.Web.Access;
using MSPortal.Web.Hosting;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Web.Hosting;

public sealed class EdgeTests
{
    [Fact]
    public async Task Programs_without_a_key_get_a_problem_and_no_redirect()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        using var stranger = portal.NewClient();
        using var answer = await portal.GetAsync("/api/v1/anything", client: stranger);
        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        answer.Headers.WwwAuthenticate.ToString().ShouldBe("Bearer");
        JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync()).GetProperty("status").GetInt32().ShouldBe(401);
    }

    [Theory]
    [InlineData("read", "read")]
    [InlineData("write", "read write")]
    [InlineData("manage", "read write manage")]
    [InlineData("read write", "read write")]
    [InlineData("", "")]
    [InlineData("everything", "")]
    public async Task A_key_may_do_what_its_scope_says_and_what_that_includes(string scopes, string may)
    {
        await using var portal = await RunningPortal.SetUpAsync();
        var key = await portal.AddKeyAsync(scopes);
        var allowed = new List<string>();
        foreach (var (scope, permission) in new[] { ("read", Permissions.ReadTickets), ("write", Permissions.WriteCompanies), ("manage", Permissions.ManageIntegrations) })
        {
            if (await MayAsync(portal, key, permission))
            {
                allowed.Add(scope);
            }
        }

        string.Join(' ', allowed).ShouldBe(may);
    }

    [Fact]
    public async Task A_revoked_or_unknown_key_opens_nothing()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        using var stranger = portal.NewClient();
        foreach (var key in new[] { await portal.AddKeyAsync("manage", revoked: true), ApiKeySecret.New() })
        {
            using var answer = await portal.GetAsync("/api/v1/anything", key, stranger);
            answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        }
    }

    [Fact]
    public async Task A_good_key_reaches_past_the_gate_and_its_use_is_noted()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        var key = await portal.AddKeyAsync("read");
        using var stranger = portal.NewClient();
        using var answer = await portal.GetAsync("/api/v1/no-such-thing", key, stranger);
        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        await using var db = portal.Data.Open(1);
        db.ApiKeys.Single().LastUsedAt.ShouldNotBeNull();
    }

    [Theory]
    [InlineData("/signin")]
    [InlineData("/health/live")]
    [InlineData("/api/v1/anything")]
    [InlineData("/app.css")]
    public async Task Every_answer_carries_the_protecting_headers(string path)
    {
        await using var portal = await RunningPortal.SetUpAsync();
        using var stranger = portal.NewClient();
        using var answer = await portal.GetAsync(path, client: stranger);
        string Header(string name) => string.Join(',', answer.Headers.GetValues(name));
        Header("Content-Security-Policy").ShouldContain("frame-ancestors 'none'");
        Header("Content-Security-Policy").ShouldContain("script-src 'self';");
        Header("Content-Security-Policy").ShouldNotContain("unsafe-eval");
        Header("X-Content-Type-Options").ShouldBe("nosniff");
        Header("Referrer-Policy").ShouldBe("same-origin");
    }

    [Fact]
    public async Task Health_needs_no_sign_in()
    {
        await using var portal = await RunningPortal.StartAsync();
        foreach (var path in new[] { "/health/live", "/health/ready" })
        {
            using var answer = await portal.GetAsync(path);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        }
    }

    [Fact]
    public async Task Metrics_are_for_this_machine_and_for_keys_only()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        using var stranger = portal.NewClient();
        using var local = await portal.GetAsync("/metrics", client: stranger);
        local.StatusCode.ShouldBe(HttpStatusCode.OK);
        stranger.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.5");
        using var remote = await portal.GetAsync("/metrics", client: stranger);
        remote.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        using var keyed = await portal.GetAsync("/metrics", await portal.AddKeyAsync("read"), stranger);
        keyed.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task With_a_public_https_address_people_are_moved_to_it_and_health_checks_are_not()
    {
        await using var portal = await RunningPortal.StartAsync(o => o with { PublicUrl = new Uri("https://portal.example.com") });
        using var stranger = portal.NewClient();
        stranger.DefaultRequestHeaders.Host = "portal.example.com";
        using var page = await portal.GetAsync("/signin?x=1", client: stranger);
        page.StatusCode.ShouldBe(HttpStatusCode.PermanentRedirect);
        page.Headers.Location!.ToString().ShouldBe("https://portal.example.com/signin?x=1");
        using var health = await portal.GetAsync("/health/ready", client: stranger);
        health.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Forwarded_headers_are_believed_from_known_proxies_only()
    {
        PortalOptions Public(PortalOptions o) => o with { PublicUrl = new Uri("https://portal.example.com") };
        foreach (var (known, status) in new[] { ("127.0.0.0/8", HttpStatusCode.OK), ("10.0.0.1", HttpStatusCode.PermanentRedirect) })
        {
            await using var portal = await RunningPortal.StartAsync(o => Public(o) with { KnownProxies = [known] });
            using var proxy = portal.NewClient();
            proxy.DefaultRequestHeaders.Host = "portal.example.com";
            proxy.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
            using var answer = await portal.GetAsync("/setup", client: proxy);
            answer.StatusCode.ShouldBe(status);
            answer.Headers.Contains("Strict-Transport-Security").ShouldBe(status == HttpStatusCode.OK);
        }
    }

    private static async Task<bool> MayAsync(RunningPortal portal, string key, string policy)
    {
        await using var scope = portal.Services.CreateAsyncScope();
        var context = new Microsoft.AspNetCore.Http.DefaultHttpContext { RequestServices = scope.ServiceProvider };
        context.Request.Headers.Authorization = $"Bearer {key}";
        var authentication = scope.ServiceProvider.GetRequiredService<Microsoft.AspNetCore.Authentication.IAuthenticationService>();
        var who = await authentication.AuthenticateAsync(context, null);
        who.Succeeded.ShouldBeTrue();
        var authorization = scope.ServiceProvider.GetRequiredService<Microsoft.AspNetCore.Authorization.IAuthorizationService>();
        return (await authorization.AuthorizeAsync(who.Principal!, context, policy)).Succeeded;
    }
}
