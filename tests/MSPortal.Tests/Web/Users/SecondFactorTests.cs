using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using MSPortal.Core.Ports;
using MSPortal.Storage.Model;
using MSPortal.Tests.Support;
using MSPortal.Tests.Web.Hosting;
using MSPortal.Web.Access;
using MSPortal.Web.Features.Settings;
using MSPortal.Web.Features.Users;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Web.Users;

public sealed class SecondFactorTests
{
    private const string Page = RunningPortal.SecondFactorPage;
    private static readonly Actor Ada = new(1, RunningPortal.Email, "127.0.0.1");

    [Fact]
    public async Task Who_has_none_is_led_to_its_set_up_and_to_nothing_else()
    {
        await using var portal = await RunningPortal.SetUpAsync(secondFactor: true);
        foreach (var path in new[] { "/", "/tickets", "/settings/users", "/account/password" })
        {
            using var answer = await portal.GetAsync(path);
            answer.Headers.Location?.ToString().ShouldBe(Page, path);
        }

        (await portal.GetAsync("/api/v1/tickets")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await portal.Client.GetStringAsync(new Uri(Page, UriKind.Relative))).ShouldContain("<path d=\"M4 4h1");
    }

    [Fact]
    public async Task It_is_set_up_with_a_code_asked_for_at_the_next_sign_in_and_a_recovery_code_does_once()
    {
        await using var portal = await RunningPortal.SetUpAsync(secondFactor: true);
        using var wrong = await portal.PostAsync(Page, RunningPortal.CodeForm("000000"));
        (await wrong.Content.ReadAsStringAsync()).ShouldContain("The code is not right");
        (await portal.GetAsync("/tickets")).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        var (key, used, codes) = await portal.SetUpSecondFactorAsync(portal.Client);
        codes.Count.ShouldBe(10);
        (await portal.GetAsync("/tickets")).StatusCode.ShouldBe(HttpStatusCode.OK);

        using var other = portal.NewClient();
        using var password = await portal.PostAsync("/signin?returnUrl=%2Ftickets", RunningPortal.SignInForm(RunningPortal.Password), other);
        var next = password.Headers.Location!.ToString();
        next.ShouldStartWith("/signin/code?returnUrl=");
        (await portal.GetAsync("/tickets", client: other)).Headers.Location!.ToString().ShouldStartWith("/signin");
        using var refused = await portal.PostAsync(next, RunningPortal.CodeForm(used), other);
        (await refused.Content.ReadAsStringAsync()).ShouldContain("The code is not right", Case.Sensitive, "it was used at the set-up");
        using var entered = await portal.PostAsync(next, RunningPortal.CodeForm(Authenticator.CodeOf(key, 1)), other);
        entered.Headers.Location!.ToString().ShouldBe("/tickets");
        (await portal.GetAsync("/tickets", client: other)).StatusCode.ShouldBe(HttpStatusCode.OK);

        foreach (var status in new[] { HttpStatusCode.Redirect, HttpStatusCode.OK })
        {
            using var lost = portal.NewClient();
            using var again = await portal.PostAsync("/signin", RunningPortal.SignInForm(RunningPortal.Password), lost);
            using var recovered = await portal.PostAsync("/signin/code?recovery=true", RunningPortal.CodeForm(codes[0]), lost);
            recovered.StatusCode.ShouldBe(status, "a recovery code signs in once");
        }

        (await portal.AuditAsync()).ShouldBe(
            ["portal.set_up", "user.signed_in", "user.second_factor_on", "user.sign_in_failed", "user.signed_in", "user.recovery_code_used", "user.signed_in", "user.sign_in_failed"]);
    }

    [Fact]
    public async Task Wrong_codes_lock_out_as_wrong_passwords_do_and_nobody_begins_with_a_code()
    {
        await using var portal = await RunningPortal.SetUpAsync(secondFactor: true);
        var (key, _, _) = await portal.SetUpSecondFactorAsync(portal.Client);
        using var thief = portal.NewClient();
        (await portal.GetAsync("/signin/code", client: thief)).Headers.Location!.ToString().ShouldBe("/signin");
        using var password = await portal.PostAsync("/signin", RunningPortal.SignInForm(RunningPortal.Password), thief);
        for (var i = 0; i < 5; i++)
        {
            using var wrong = await portal.PostAsync("/signin/code", RunningPortal.CodeForm("000000"), thief);
        }

        using var right = await portal.PostAsync("/signin/code", RunningPortal.CodeForm(Authenticator.CodeOf(key, 1)), thief);
        right.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await right.Content.ReadAsStringAsync()).ShouldContain("Too many wrong");
    }

    [Fact]
    public async Task A_password_link_does_not_come_past_it()
    {
        await using var portal = await RunningPortal.SetUpAsync(secondFactor: true);
        await portal.SetUpSecondFactorAsync(portal.Client);
        await using var db = portal.Data.Open(1);
        var id = await db.Users.Select(u => u.Id).SingleAsync();
        var link = (await portal.Services.GetRequiredService<Invitations>().SendAsync(id, PortalAccess.Everything, Ada, default)).Link!.PathAndQuery;

        using var mailbox = portal.NewClient();
        using var chosen = await portal.PostAsync(link, new() { ["Input.Next"] = "a password of a thief" }, mailbox);
        (await portal.GetAsync("/tickets", client: mailbox)).Headers.Location!.ToString().ShouldStartWith("/signin");
        using var password = await portal.PostAsync("/signin", RunningPortal.SignInForm("a password of a thief"), mailbox);
        password.Headers.Location!.ToString().ShouldStartWith("/signin/code");
    }

    [Fact]
    public async Task Reset_takes_it_away_and_signs_out_and_asks_for_a_new_one()
    {
        await using var portal = await RunningPortal.SetUpAsync(secondFactor: true);
        await using (var db = portal.Data.Open(1))
        {
            await db.Users.ExecuteUpdateAsync(u => u.SetProperty(x => x.TwoFactorEnabled, true));
        }

        portal.Services.GetRequiredService<AccessBook>().Forget();
        var actions = portal.Services.GetRequiredService<UserActions>();
        var (id, link) = await InvitedAsync(portal, actions);
        using var tom = portal.NewClient();
        using var accepted = await portal.PostAsync(link, new() { ["Input.Next"] = "a password of his own" }, tom);
        await portal.SetUpSecondFactorAsync(tom);

        await actions.ResetSecondFactorAsync(id, PortalAccess.Everything, Ada, default);

        using var fresh = portal.NewClient();
        using var signedIn = await portal.PostAsync("/signin", RunningPortal.SignInForm("a password of his own", "tom@example.com"), fresh);
        signedIn.Headers.Location!.ToString().ShouldBe("/");
        (await portal.GetAsync("/tickets", client: fresh)).Headers.Location!.ToString().ShouldBe(Page);
        (await portal.SetUpSecondFactorAsync(fresh)).Codes.Count.ShouldBe(10);
        (await portal.AuditAsync()).ShouldContain("user.second_factor_reset");
    }

    [Fact]
    public async Task A_one_time_link_comes_past_it_for_half_an_hour_and_who_turned_the_rule_off_is_not_asked()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var portal = await RunningPortal.SetUpAsync(clock: clock, secondFactor: true);
        using var byLink = await portal.SignInAsync(await portal.AddUserAsync(BuiltInRole.Administrator, "grace@example.com"));
        (await portal.GetAsync("/tickets", client: byLink)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await portal.GetAsync("/tickets")).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        clock.Advance(TimeSpan.FromMinutes(28));
        (await portal.GetAsync("/tickets", client: byLink)).StatusCode.ShouldBe(HttpStatusCode.OK);
        clock.Advance(TimeSpan.FromMinutes(3));
        (await portal.GetAsync("/tickets", client: byLink)).Headers.Location!.ToString().ShouldBe(Page);

        var settings = portal.Services.GetRequiredService<GeneralSettings>();
        var before = await settings.ReadAsync(1, default);
        before.RequireSecondFactor.ShouldBeTrue();
        (await settings.SaveAsync(before with { RequireSecondFactor = false }, PortalAccess.Everything, Ada, default)).ShouldBeEmpty();

        (await portal.GetAsync("/tickets")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await portal.GetAsync("/tickets", client: byLink)).StatusCode.ShouldBe(HttpStatusCode.OK);
        await using var db = portal.Data.Open(1);
        (await db.Audit.Where(a => a.Action == "settings.changed").Select(a => a.After).SingleAsync()).ShouldBe("""{"requireSecondFactor":false}""");
    }

    [Fact]
    public async Task Wrong_recovery_codes_lock_out_and_so_do_wrong_codes_for_new_ones()
    {
        await using var portal = await RunningPortal.SetUpAsync(secondFactor: true);
        var (key, _, codes) = await portal.SetUpSecondFactorAsync(portal.Client);
        using var thief = portal.NewClient();
        using var password = await portal.PostAsync("/signin", RunningPortal.SignInForm(RunningPortal.Password), thief);
        for (var i = 0; i < 3; i++)
        {
            using var wrong = await portal.PostAsync("/signin/code?recovery=true", RunningPortal.CodeForm("AAAAA-BBBBB"), thief);
        }

        for (var i = 0; i < 2; i++)
        {
            using var wrong = await portal.PostAsync(Page, RunningPortal.CodeForm("000000"));
            (await wrong.Content.ReadAsStringAsync()).ShouldContain("The code is not right");
        }

        using var recovery = await portal.PostAsync("/signin/code?recovery=true", RunningPortal.CodeForm(codes[0]), thief);
        (await recovery.Content.ReadAsStringAsync()).ShouldContain("Too many wrong");
        using var renewed = await portal.PostAsync(Page, RunningPortal.CodeForm(Authenticator.CodeOf(key, 1)));
        (await renewed.Content.ReadAsStringAsync()).ShouldContain("The code is not right");
        (await portal.AuditAsync()).ShouldBe(
            ["portal.set_up", "user.signed_in", "user.second_factor_on", .. Enumerable.Repeat("user.sign_in_failed", 4), .. Enumerable.Repeat("user.locked_out", 3)]);
    }

    [Fact]
    public async Task A_code_is_taken_once_and_none_that_is_older()
    {
        await using var portal = await RunningPortal.SetUpAsync(secondFactor: true);
        var (key, used, _) = await portal.SetUpSecondFactorAsync(portal.Client);
        using var client = portal.NewClient();
        using var password = await portal.PostAsync("/signin", RunningPortal.SignInForm(RunningPortal.Password), client);
        foreach (var (code, status) in new[] { (used, HttpStatusCode.OK), (Authenticator.CodeOf(key, -1), HttpStatusCode.OK), (Authenticator.CodeOf(key, 1), HttpStatusCode.Redirect) })
        {
            using var answer = await portal.PostAsync("/signin/code", RunningPortal.CodeForm(code), client);
            answer.StatusCode.ShouldBe(status);
        }
    }

    [Fact]
    public async Task A_key_that_was_shown_before_is_not_set_up_and_none_outlives_a_password_set_by_link()
    {
        await using var portal = await RunningPortal.SetUpAsync(secondFactor: true);
        var seen = await KeyAsync(portal.Client);
        using var refused = await portal.PostAsync(Page, RunningPortal.CodeForm(Authenticator.CodeOf(seen)));
        (await refused.Content.ReadAsStringAsync()).ShouldContain("The code is not right");
        (await portal.GetAsync(Page)).StatusCode.ShouldBe(HttpStatusCode.OK, "the session goes on");
        await using var db = portal.Data.Open(1);
        (await db.UserTokens.CountAsync(t => t.Name == "AuthenticatorKey")).ShouldBe(1);
        var id = await db.Users.Select(u => u.Id).SingleAsync();
        var link = (await portal.Services.GetRequiredService<Invitations>().SendAsync(id, PortalAccess.Everything, Ada, default)).Link!.PathAndQuery;

        using var mailbox = portal.NewClient();
        using var chosen = await portal.PostAsync(link, new() { ["Input.Next"] = "another good long one" }, mailbox);

        (await db.UserTokens.CountAsync()).ShouldBe(0);
        (await portal.SetUpSecondFactorAsync(mailbox)).Codes.Count.ShouldBe(10);
    }

    private static async Task<(Guid Id, string Link)> InvitedAsync(RunningPortal portal, UserActions actions)
    {
        var id = (await actions.AddAsync("tom@example.com", new UserDetails("Tom", BuiltInRole.Technician), PortalAccess.Everything, Ada, default)).Id!.Value;
        return (id, (await portal.Services.GetRequiredService<Invitations>().SendAsync(id, PortalAccess.Everything, Ada, default)).Link!.PathAndQuery);
    }

    private static async Task<string> KeyAsync(HttpClient client) => RunningPortal.SecondFactorKeyOf(await client.GetStringAsync(new Uri(Page, UriKind.Relative)));
}
