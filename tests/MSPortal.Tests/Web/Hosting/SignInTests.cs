using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using MSPortal.Core.Ports;
using MSPortal.Web.Features.Account;
using MSPortal.Web.Hosting;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Web.Hosting;

public sealed class SignInTests
{
    [Theory]
    [InlineData("/")]
    [InlineData("/account/password")]
    [InlineData("/no-such-page")]
    public async Task Everything_leads_strangers_to_the_sign_in(string page)
    {
        await using var portal = await RunningPortal.SetUpAsync();
        using var stranger = portal.NewClient();
        using var answer = await portal.GetAsync(page, client: stranger);
        answer.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        answer.Headers.Location!.ToString().ShouldBe($"/signin?returnUrl={Uri.EscapeDataString(page)}");
    }

    [Theory]
    [InlineData("cross-site", null, false)]
    [InlineData("same-site", null, false)]
    [InlineData("same-origin", null, true)]
    [InlineData("none", null, true)]
    [InlineData(null, "https://evil.example", false)]
    [InlineData(null, "null", false)]
    [InlineData(null, "", true)]
    [InlineData(null, null, true)]
    public async Task What_another_sites_page_sends_with_a_signed_in_persons_cookie_is_refused(string? site, string? origin, bool taken)
    {
        await using var portal = await RunningPortal.SetUpAsync();
        using var browser = portal.NewClient();
        using var signedIn = await portal.PostAsync("/signin", RunningPortal.SignInForm(RunningPortal.Password), browser);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/api/v1/integrations/1/disconnect", UriKind.Relative));
        request.Headers.Add("Sec-Fetch-Site", site is null ? [] : [site]);
        request.Headers.Add("Origin", origin is null ? [] : [origin.Length > 0 ? origin : browser.BaseAddress!.GetLeftPart(UriPartial.Authority)]);

        using var answer = await browser.SendAsync(request);

        answer.StatusCode.ShouldBe(taken ? HttpStatusCode.NotFound : HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task The_right_password_signs_in_and_returns_to_where_one_was()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        using var browser = portal.NewClient();
        using var answer = await portal.PostAsync("/signin?returnUrl=%2Faccount%2Fpassword", RunningPortal.SignInForm(RunningPortal.Password), browser);
        answer.Headers.Location!.ToString().ShouldBe("/account/password");
        using var page = await portal.GetAsync("/account/password", client: browser);
        (await page.Content.ReadAsStringAsync()).ShouldContain(RunningPortal.Email);
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("/\t/evil.example")]
    public async Task A_crafted_return_address_leads_nowhere_else(string crafted)
    {
        await using var portal = await RunningPortal.SetUpAsync();
        using var browser = portal.NewClient();
        using var answer = await portal.PostAsync($"/signin?returnUrl={Uri.EscapeDataString(crafted)}", RunningPortal.SignInForm(RunningPortal.Password), browser);
        answer.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        answer.Headers.Location!.ToString().ShouldBe("/");
    }

    [Fact]
    public async Task Five_wrong_passwords_lock_even_the_right_one_out()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        using var browser = portal.NewClient();
        for (var i = 0; i < 5; i++)
        {
            using var wrong = await portal.PostAsync("/signin", RunningPortal.SignInForm("a wrong password"), browser);
            wrong.StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        using var right = await portal.PostAsync("/signin", RunningPortal.SignInForm(RunningPortal.Password), browser);
        right.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await right.Content.ReadAsStringAsync()).ShouldContain("Too many wrong passwords");
        (await portal.AuditAsync()).ShouldContain("user.sign_in_failed");
        (await portal.AuditAsync()).ShouldContain("user.locked_out");
    }

    [Fact]
    public async Task A_wrong_password_and_an_unknown_address_get_the_same_answer()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        using var browser = portal.NewClient();
        using var wrong = await portal.PostAsync("/signin", RunningPortal.SignInForm("a wrong password"), browser);
        using var unknown = await portal.PostAsync("/signin", RunningPortal.SignInForm("a wrong password", "eve@example.com"), browser);
        (await wrong.Content.ReadAsStringAsync()).ShouldContain("is not right");
        (await unknown.Content.ReadAsStringAsync()).ShouldContain("is not right");
    }

    [Fact]
    public async Task Too_many_attempts_from_one_address_have_to_wait()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        using var browser = portal.NewClient();
        HttpStatusCode last = default;
        for (var i = 0; i < 25 && last != HttpStatusCode.TooManyRequests; i++)
        {
            using var answer = await portal.PostAsync("/signin", RunningPortal.SignInForm("a wrong password", $"user{i}@example.com"), browser);
            last = answer.StatusCode;
        }

        last.ShouldBe(HttpStatusCode.TooManyRequests);
        using var page = await portal.GetAsync("/signin", client: browser);
        page.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("/tickets")]
    [InlineData("/settings/api-keys")]
    [InlineData("/_blazor/negotiate?negotiateVersion=1")]
    public async Task A_key_however_mighty_opens_no_page_and_no_circuit(string path)
    {
        await using var portal = await RunningPortal.SetUpAsync();
        var key = await portal.AddKeyAsync("read write manage");
        using var stranger = portal.NewClient();
        using var request = new HttpRequestMessage(path.StartsWith("/_", StringComparison.Ordinal) ? HttpMethod.Post : HttpMethod.Get, new Uri(path, UriKind.Relative));
        request.Headers.Authorization = new("Bearer", key);
        using var answer = await stranger.SendAsync(request);
        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_form_without_its_token_is_refused_and_offered_afresh()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>(RunningPortal.SignInForm(RunningPortal.Password)) { ["_handler"] = "signin" });
        using var stranger = portal.NewClient();
        using var answer = await stranger.PostAsync(new Uri("/signin?returnUrl=%2Ftickets", UriKind.Relative), form);
        (answer.StatusCode, answer.Headers.Location!.ToString()).ShouldBe((HttpStatusCode.SeeOther, "/signin?returnUrl=%2Ftickets&problem=stale"));
        using var again = await portal.GetAsync(answer.Headers.Location!.ToString(), client: stranger);
        (await again.Content.ReadAsStringAsync()).ShouldContain("Nothing was sent: please try again.");
        using var page = await portal.GetAsync("/account/password", client: stranger);
        page.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        using var signOut = await portal.Client.PostAsync(new Uri("/signout", UriKind.Relative), new FormUrlEncodedContent([]));
        signOut.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_one_time_link_signs_in_once()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        var link = await LinkAsync(portal);
        using var first = portal.NewClient();
        using var used = await portal.GetAsync(link, client: first);
        used.Headers.Location!.ToString().ShouldBe("/account/password");
        using var second = portal.NewClient();
        using var again = await portal.GetAsync(link, client: second);
        again.Headers.Location!.ToString().ShouldBe("/signin?problem=link");
        using var strangers = await portal.GetAsync("/account/password", client: second);
        strangers.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        (await portal.AuditAsync()).Count(a => a == "user.signed_in_by_link").ShouldBe(1);
    }

    [Fact]
    public async Task A_one_time_link_ends_with_its_time_and_with_its_successor()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var portal = await RunningPortal.SetUpAsync(clock: clock);
        var replaced = await LinkAsync(portal);
        var late = await LinkAsync(portal);
        clock.Advance(SignInLinks.DefaultLifetime + TimeSpan.FromSeconds(1));
        foreach (var link in new[] { replaced, late, late[..^5] + "AAAAA", "/signin/link", "/signin/link?token=x" })
        {
            using var browser = portal.NewClient();
            using var answer = await portal.GetAsync(link, client: browser);
            answer.Headers.Location!.ToString().ShouldBe("/signin?problem=link");
        }
    }

    [Fact]
    public async Task Who_came_by_link_sets_a_new_password_without_the_old_one()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        using var browser = portal.NewClient();
        using var entered = await portal.GetAsync(await LinkAsync(portal), client: browser);
        using var set = await portal.PostAsync("/account/password", new() { ["Input.Next"] = "another good long one" }, browser);
        set.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        using var fresh = portal.NewClient();
        using var signedIn = await portal.PostAsync("/signin", RunningPortal.SignInForm("another good long one"), fresh);
        signedIn.StatusCode.ShouldBe(HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task Who_came_by_password_needs_the_old_one()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        using var refused = await portal.PostAsync("/account/password", new() { ["Input.Next"] = "another good long one", ["Input.Current"] = "not the old one" });
        refused.StatusCode.ShouldBe(HttpStatusCode.OK);
        using var fresh = portal.NewClient();
        using var signedIn = await portal.PostAsync("/signin", RunningPortal.SignInForm("another good long one"), fresh);
        signedIn.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Signing_out_ends_the_session()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        var html = await portal.Client.GetStringAsync(new Uri("/account/password", UriKind.Relative));
        var token = html.Split("name=\"__RequestVerificationToken\" value=\"")[1].Split('"')[0];
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["__RequestVerificationToken"] = token });
        using var answer = await portal.Client.PostAsync(new Uri("/signout", UriKind.Relative), form);
        answer.Headers.Location!.ToString().ShouldBe("/signin");
        using var page = await portal.GetAsync("/account/password");
        page.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        (await portal.AuditAsync()).ShouldContain("user.signed_out");
    }

    [Fact]
    public async Task An_administrator_made_at_the_command_line_comes_by_the_link_chooses_a_password_and_signs_in_with_it()
    {
        await using var portal = await RunningPortal.StartAsync();
        var tenant = await FirstTenant.GetOrAddAsync(portal.Data, TimeProvider.System, CancellationToken.None);
        await portal.RequireSecondFactorAsync(false);
        var link = await portal.Services.GetRequiredService<Administrators>().AddAsync("grace@example.com", "Grace", new Actor(tenant, "command line", null), CancellationToken.None);

        (await portal.GetAsync(link)).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        using var chosen = await portal.PostAsync("/account/password", new() { ["Input.Next"] = "a password of her own" });
        chosen.StatusCode.ShouldBe(HttpStatusCode.Redirect);

        using var other = portal.NewClient();
        using var signedIn = await portal.PostAsync("/signin", RunningPortal.SignInForm("a password of her own", "grace@example.com"), other);
        signedIn.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        (await portal.GetAsync("/tickets", client: other)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private static async Task<string> LinkAsync(RunningPortal portal)
    {
        await using var db = portal.Data.Open();
        var user = await db.Users.Select(u => u.Id).SingleAsync();
        return await portal.Services.GetRequiredService<SignInLinks>().CreateAsync(user, null, CancellationToken.None, AccountRoutes.Password);
    }
}
