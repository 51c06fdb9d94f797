using System.Buffers.Text;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MSPortal.Core.Ports;
using MSPortal.Storage.Model;
using MSPortal.Tests.Support;
using MSPortal.Tests.Web.Hosting;
using MSPortal.Web.Access;
using MSPortal.Web.Features.Account;
using MSPortal.Web.Features.Users;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Web.Users;

public sealed partial class PasskeyTests
{
    private const string Page = RunningPortal.SecondFactorPage;
    private const string NotLetIn = "This passkey does not open the portal";
    private static readonly Actor Ada = new(1, RunningPortal.Email, "127.0.0.1");

    [Fact]
    public async Task One_is_the_second_factor_that_who_works_here_needs_and_signs_in_alone()
    {
        await using var portal = await RunningPortal.SetUpAsync(secondFactor: true);
        using var passkey = new SoftwarePasskey();
        (await AddAsync(portal, portal.Client, passkey, password: "not the password")).Problem.ShouldBe("The password is not right.");
        (await portal.GetAsync("/tickets")).Headers.Location!.ToString().ShouldBe(Page);

        (await AddAsync(portal, portal.Client, passkey, name: " Ada’s phone ")).ShouldBe((Page, null));

        (await portal.GetAsync("/tickets")).StatusCode.ShouldBe(HttpStatusCode.OK);
        WebUtility.HtmlDecode(await HtmlAsync(portal.Client)).ShouldContain("Ada’s phone</span>");
        (await LineAsync(portal)).SecondFactor.ShouldBeTrue();
        using var other = portal.NewClient();
        (await SignInAsync(other, passkey, returnUrl: "/tickets")).ShouldBe(("/tickets", null));
        (await portal.GetAsync("/tickets", client: other)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await HtmlAsync(other)).ShouldContain("last used just now");
        (await portal.AuditAsync()).ShouldBe(["portal.set_up", "user.signed_in", "user.sign_in_failed", "user.passkey_added", "user.signed_in_by_passkey"]);
        await using var db = portal.Data.Open(1);
        var added = await db.Audit.SingleAsync(a => a.Action == "user.passkey_added");
        (added.Actor, added.From, added.SubjectName, JsonSerializer.Deserialize<JsonElement>(added.After!).GetProperty("passkey").GetString())
            .ShouldBe((RunningPortal.Email, "127.0.0.1", RunningPortal.Email, "Ada’s phone"));
        (await db.Users.Select(u => u.LastSignInAt).SingleAsync()).ShouldNotBeNull();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_wants_to_be_remembered_is(bool remember)
    {
        await using var portal = await RunningPortal.SetUpAsync();
        using var passkey = new SoftwarePasskey();
        await AddAsync(portal, portal.Client, passkey);
        using var other = portal.NewClient();
        var token = Token(await HtmlAsync(other, "/signin"));
        var options = await OptionsAsync(other, "/signin/passkey/options", token);
        using var answer = await PostAsync(other, "/signin/passkey", token, ("credential", passkey.Get(options.GetProperty("options"), Origin(other))), ("Input.Remember", remember ? "True" : ""));
        answer.Headers.GetValues("Set-Cookie").Single(c => c.StartsWith("msportal=", StringComparison.Ordinal)).Contains("expires=", StringComparison.Ordinal).ShouldBe(remember);
    }

    [Fact]
    public async Task After_the_password_it_is_the_second_step_and_only_ones_own()
    {
        await using var portal = await RunningPortal.SetUpAsync(secondFactor: true);
        using SoftwarePasskey own = new(), toms = new();
        await AddAsync(portal, portal.Client, own);
        using var tom = await portal.SignInAsync(await portal.AddUserAsync(BuiltInRole.Technician, "tom@example.com"));
        await AddAsync(portal, tom, toms);

        using var other = portal.NewClient();
        using var password = await portal.PostAsync("/signin", RunningPortal.SignInForm(RunningPortal.Password), other);
        var next = password.Headers.Location!.ToString();
        next.ShouldBe("/signin/code");
        (await portal.GetAsync("/tickets", client: other)).Headers.Location!.ToString().ShouldStartWith("/signin");
        var html = await HtmlAsync(other, next);
        html.ShouldContain("Use your passkey");
        html.ShouldNotContain("recovery");

        (await SignInAsync(other, toms, next, second: true)).Problem!.ShouldStartWith(NotLetIn);
        (await portal.GetAsync("/tickets", client: other)).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        (await SignInAsync(other, own, next, second: true)).ShouldBe(("/", null), "who cancels, or takes the wrong one, does not begin again");
        (await portal.GetAsync("/tickets", client: other)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await portal.AuditAsync()).TakeLast(2).ShouldBe(["user.sign_in_failed", "user.signed_in_by_passkey"]);

        using var stranger = portal.NewClient();
        (await SignInAsync(stranger, own, second: true)).Problem!.ShouldContain("Sign in again from the start");
    }

    [Fact]
    public async Task Who_has_an_app_as_well_chooses()
    {
        await using var portal = await RunningPortal.SetUpAsync(secondFactor: true);
        using var passkey = new SoftwarePasskey();
        var key = "";
        using var on = await portal.PostReadAsync(Page, html => new() { ["Input.Code"] = Authenticator.CodeOf(key = RunningPortal.SecondFactorKeyOf(html)) });
        await AddAsync(portal, portal.Client, passkey);
        foreach (var byPasskey in new[] { true, false })
        {
            using var other = portal.NewClient();
            using var password = await portal.PostAsync("/signin", RunningPortal.SignInForm(RunningPortal.Password), other);
            if (byPasskey)
            {
                (await SignInAsync(other, passkey, "/signin/code", second: true)).ShouldBe(("/", null));
            }
            else
            {
                await OptionsAsync(other, "/signin/passkey/options?second=true", ""); // Then they change their mind.
                using var code = await portal.PostAsync("/signin/code", new() { ["Input.Code"] = Authenticator.CodeOf(key, 1) }, other);
                code.StatusCode.ShouldBe(HttpStatusCode.Redirect);
            }

            (await portal.GetAsync("/tickets", client: other)).StatusCode.ShouldBe(HttpStatusCode.OK);
        }
    }

    [Fact]
    public async Task The_key_of_an_app_that_was_only_shown_is_no_way_past_it()
    {
        await using var portal = await RunningPortal.SetUpAsync(secondFactor: true);
        using var passkey = new SoftwarePasskey();
        await AddAsync(portal, portal.Client, passkey);
        var seen = RunningPortal.SecondFactorKeyOf(await HtmlAsync(portal.Client));
        using var thief = portal.NewClient();
        using var password = await portal.PostAsync("/signin", RunningPortal.SignInForm(RunningPortal.Password), thief);

        using var code = await portal.PostAsync("/signin/code", new() { ["_handler"] = "code", ["Input.Code"] = Authenticator.CodeOf(seen) }, thief);

        code.StatusCode.ShouldNotBe(HttpStatusCode.Redirect);
        (await portal.GetAsync("/tickets", client: thief)).StatusCode.ShouldBe(HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task Who_is_disabled_hears_what_a_stranger_hears_and_who_is_locked_out_has_to_wait()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        using SoftwarePasskey passkey = new(), unknown = new();
        await AddAsync(portal, portal.Client, passkey);
        unknown.UserHandle = passkey.UserHandle;
        await ChangeAsync(portal, u => u.IsDisabled = true);
        using var other = portal.NewClient();
        var (_, disabled) = await SignInAsync(other, passkey);
        disabled!.ShouldStartWith(NotLetIn);
        (await SignInAsync(other, unknown)).Problem.ShouldBe(disabled);

        await ChangeAsync(portal, u => (u.IsDisabled, u.LockoutEnd) = (false, DateTimeOffset.UtcNow.AddMinutes(5)));
        (await SignInAsync(other, passkey)).Problem!.ShouldStartWith("Too many wrong passwords");
        await ChangeAsync(portal, u => (u.LockoutEnd, u.InvitedAt) = (null, null));
        (await SignInAsync(other, passkey)).Problem.ShouldBe(disabled);

        (await portal.GetAsync("/tickets", client: other)).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        (await portal.AuditAsync()).Skip(3).ShouldBe(["user.sign_in_failed", "user.locked_out", "user.sign_in_failed"]);
    }

    [Fact]
    public async Task One_that_does_not_make_sure_of_its_user_or_comes_from_another_site_is_neither_added_nor_let_in()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        using SoftwarePasskey passkey = new() { VerifiesItsUser = false };
        (await AddAsync(portal, portal.Client, passkey)).Problem!.ShouldContain("cannot use this passkey");
        passkey.VerifiesItsUser = true;
        (await AddAsync(portal, portal.Client, passkey, origin: "https://evil.example")).Problem!.ShouldContain("cannot use this passkey");
        (await AddAsync(portal, portal.Client, passkey)).Problem.ShouldBeNull();

        using var other = portal.NewClient();
        passkey.VerifiesItsUser = false;
        (await SignInAsync(other, passkey)).Problem!.ShouldStartWith(NotLetIn);
        passkey.VerifiesItsUser = true;
        (await SignInAsync(other, passkey, origin: "https://evil.example")).Problem!.ShouldStartWith(NotLetIn);
        (await SignInAsync(other, passkey)).Problem.ShouldBeNull();
    }

    [Fact]
    public async Task An_answer_counts_once_and_only_in_the_browser_that_was_asked()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        using var passkey = new SoftwarePasskey();
        await AddAsync(portal, portal.Client, passkey);
        using HttpClient asked = portal.NewClient(), thief = portal.NewClient();
        var tokens = (Asked: Token(await HtmlAsync(asked, "/signin")), Thief: Token(await HtmlAsync(thief, "/signin")));
        var credential = passkey.Get((await OptionsAsync(asked, "/signin/passkey/options", tokens.Asked)).GetProperty("options"), Origin(asked));

        (await ReadAsync(await PostAsync(thief, "/signin/passkey", tokens.Thief, ("credential", credential)))).Problem!.ShouldStartWith("It took too long");
        using var forged = await PostAsync(asked, "/signin/passkey", "", ("credential", credential));
        forged.StatusCode.ShouldBe(HttpStatusCode.BadRequest, "another site's form has no token");
        (await ReadAsync(await PostAsync(asked, "/signin/passkey", tokens.Asked, ("credential", credential)))).Problem.ShouldBeNull();
        (await ReadAsync(await PostAsync(asked, "/signin/passkey", Token(await HtmlAsync(asked)), ("credential", credential)))).Problem!.ShouldStartWith("It took too long");
    }

    [Theory]
    [InlineData("password")]
    [InlineData("second factor")]
    public async Task What_was_begun_before_a_password_changed_or_a_second_factor_was_reset_adds_nothing(string changed)
    {
        await using var portal = await RunningPortal.SetUpAsync();
        using var passkey = new SoftwarePasskey();
        var token = Token(await HtmlAsync(portal.Client));
        var options = await OptionsAsync(portal.Client, "/account/passkeys/options", token, ("password", RunningPortal.Password));
        var credential = passkey.Create(options.GetProperty("options"), Origin(portal.Client));
        if (changed == "password")
        {
            using var saved = await portal.PostAsync("/account/password", new() { ["Input.Next"] = "another good long one", ["Input.Current"] = RunningPortal.Password });
            saved.Headers.Location!.ToString().ShouldBe("/");
        }
        else
        {
            await portal.Services.GetRequiredService<UserActions>().ResetSecondFactorAsync((await LineAsync(portal)).Id, PortalAccess.Everything, new Actor(1, "command line", null), default);
        }

        (await ReadAsync(await PostAsync(portal.Client, "/account/passkeys", token, ("credential", credential)))).Problem!.ShouldStartWith("It took too long");

        await using var db = portal.Data.Open(1);
        (await db.UserPasskeys.CountAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task An_app_beside_a_passkey_needs_the_password()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        using var passkey = new SoftwarePasskey();
        await AddAsync(portal, portal.Client, passkey);
        async Task<string> TurnOnAsync(string? password)
        {
            using var answer = await portal.PostReadAsync(Page, html =>
            {
                var form = new Dictionary<string, string> { ["Input.Code"] = Authenticator.CodeOf(RunningPortal.SecondFactorKeyOf(html)) };
                if (password is not null)
                {
                    form["Input.Password"] = password;
                }

                return form;
            });
            return WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());
        }

        (await TurnOnAsync(null)).ShouldContain("The password or the code is not right.", customMessage: "a form that leaves the field out");
        (await TurnOnAsync("")).ShouldContain("The password or the code is not right.");
        (await TurnOnAsync("not the password")).ShouldContain("The password or the code is not right.");
        (await TurnOnAsync(RunningPortal.Password)).ShouldContain("Keep these recovery codes");
    }

    [Fact]
    public async Task The_last_one_stays_while_the_portal_asks_for_a_second_factor_and_a_removed_one_opens_nothing()
    {
        await using var portal = await RunningPortal.SetUpAsync(secondFactor: true);
        using SoftwarePasskey phone = new(), laptop = new();
        await AddAsync(portal, portal.Client, phone, "Phone");
        (await ChangeAsync(portal, portal.Client, "remove", "Phone")).ShouldBe($"{Page}?problem=last-factor");
        (await HtmlAsync(portal.Client, $"{Page}?problem=last-factor")).ShouldContain("add another before you remove it.");
        await AddAsync(portal, portal.Client, laptop, "Laptop");
        await using var db = portal.Data.Open(1);
        var stamp = await db.Users.Select(u => u.SecurityStamp).SingleAsync();

        (await ChangeAsync(portal, portal.Client, "remove", "Phone")).ShouldBe(Page);

        (await db.Users.Select(u => u.SecurityStamp).SingleAsync()).ShouldNotBe(stamp, "all other sessions end");
        (await portal.GetAsync("/tickets")).StatusCode.ShouldBe(HttpStatusCode.OK);
        using var other = portal.NewClient();
        (await SignInAsync(other, phone)).Problem!.ShouldStartWith(NotLetIn);
        (await SignInAsync(other, laptop)).Problem.ShouldBeNull();
        (await NamesAsync(portal)).ShouldBe(["Laptop"]);
        var removed = await db.Audit.SingleAsync(a => a.Action == "user.passkey_removed");
        (removed.Actor, removed.From, removed.Before, removed.After).ShouldBe((RunningPortal.Email, "127.0.0.1", """{"passkey":"Phone"}""", null));
    }

    [Fact]
    public async Task Of_two_removals_at_once_one_leaves_the_last()
    {
        await using var portal = await RunningPortal.SetUpAsync(secondFactor: true);
        using SoftwarePasskey phone = new(), laptop = new();
        await AddAsync(portal, portal.Client, phone, "Phone");
        await AddAsync(portal, portal.Client, laptop, "Laptop");

        var answers = await Task.WhenAll(ChangeAsync(portal, portal.Client, "remove", "Phone"), ChangeAsync(portal, portal.Client, "remove", "Laptop"));

        answers.Order(StringComparer.Ordinal).ShouldBe([Page, $"{Page}?problem=last-factor"]);
        (await NamesAsync(portal)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_company_user_who_needs_none_signs_in_with_one_and_takes_the_last_away()
    {
        await using var portal = await RunningPortal.SetUpAsync(secondFactor: true);
        using var passkey = new SoftwarePasskey();
        using var ann = await portal.SignInAsync(await portal.Data.ClientAsync(1, Guid.NewGuid(), "ann@acme.example", BuiltInRole.CompanyUser, TicketReach.Company));
        (await AddAsync(portal, ann, passkey, "Phone")).Problem.ShouldBeNull();
        using var other = portal.NewClient();
        (await SignInAsync(other, passkey)).Problem.ShouldBeNull();
        (await portal.GetAsync("/tickets", client: other)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await portal.GetAsync("/settings/users", client: other)).Headers.Location!.ToString().ShouldStartWith("/denied");

        (await ChangeAsync(portal, other, "remove", "Phone")).ShouldBe(Page);

        (await NamesAsync(portal)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Nobody_renames_or_removes_what_is_anothers_here_or_of_another_tenant()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        using var adas = new SoftwarePasskey();
        await AddAsync(portal, portal.Client, adas, "Ada’s");
        const string shown = "Ada(’|&#x2019;)s"; // Her name alone may stand in a random token.
        (await HtmlAsync(portal.Client)).ShouldMatch(shown);
        await using (var db = portal.Data.Open())
        {
            db.Tenants.Add(new Tenant { Id = 2, Name = "Other" });
            await db.SaveChangesAsync();
        }

        foreach (var tenant in new[] { 1, 2 })
        {
            using var eve = await portal.SignInAsync(await portal.AddUserAsync(BuiltInRole.Administrator, $"eve{tenant}@example.com", tenant));
            await ChangeAsync(portal, eve, "rename", "Ada’s", "Eve’s", ids: portal.Client);
            await ChangeAsync(portal, eve, "remove", "Ada’s", ids: portal.Client);
            (await HtmlAsync(eve)).ShouldNotMatch(shown);
        }

        (await NamesAsync(portal)).ShouldBe(["Ada’s"]);
        (await ChangeAsync(portal, portal.Client, "rename", "Ada’s", "Key ring")).ShouldBe(Page);
        (await NamesAsync(portal)).ShouldBe(["Key ring"]);
        var id = Guid.Parse(Encoding.UTF8.GetString(Base64Url.DecodeFromChars(adas.UserHandle)));
        await Should.ThrowAsync<KeyNotFoundException>(() => portal.Services.GetRequiredService<UserActions>().ResetSecondFactorAsync(id, PortalAccess.Everything, new Actor(2, "eve2@example.com", null), default));
        (await NamesAsync(portal)).ShouldBe(["Key ring"]);
        (await portal.AuditAsync()).Count(a => a.StartsWith("user.passkey", StringComparison.Ordinal)).ShouldBe(2);
    }

    [Fact]
    public async Task A_reset_takes_them_away_and_a_password_link_does_not_come_past_them()
    {
        await using var portal = await RunningPortal.SetUpAsync(secondFactor: true);
        using var passkey = new SoftwarePasskey();
        await AddAsync(portal, portal.Client, passkey);
        var id = (await LineAsync(portal)).Id;
        var link = (await portal.Services.GetRequiredService<Invitations>().SendAsync(id, PortalAccess.Everything, Ada, default)).Link!.PathAndQuery;
        using var mailbox = portal.NewClient();
        using var chosen = await portal.PostAsync(link, new() { ["Input.Next"] = "a password of a thief" }, mailbox);
        (await portal.GetAsync("/tickets", client: mailbox)).Headers.Location!.ToString().ShouldStartWith("/signin");

        await portal.Services.GetRequiredService<UserActions>().ResetSecondFactorAsync(id, PortalAccess.Everything, new Actor(1, "command line", null), default);

        (await LineAsync(portal)).SecondFactor.ShouldBeFalse();
        using var other = portal.NewClient();
        (await SignInAsync(other, passkey)).Problem!.ShouldStartWith(NotLetIn);
        using var password = await portal.PostAsync("/signin", RunningPortal.SignInForm("a password of a thief"), other);
        (await portal.GetAsync("/tickets", client: other)).Headers.Location!.ToString().ShouldBe(Page);
    }

    [Theory]
    [InlineData("http://portal.example:8080", null, "portal.example", "http://portal.example:8080", "https://portal.example:8080")]
    [InlineData("http://portal.example:8080", "10.1.2.3", "portal.example", "http://portal.example:8080", "http://10.1.2.3")]
    [InlineData("http://bücher.example", null, "xn--bcher-kva.example", "http://xn--bcher-kva.example", "http://evil.xn--bcher-kva.example")]
    [InlineData(null, "portal.example", "portal.example", "https://portal.example", "https://evil.portal.example")]
    [InlineData(null, "localhost:5080", "localhost", "http://localhost:5080", "http://localhost:5081")]
    public async Task They_belong_to_the_public_address_or_else_to_the_name_that_the_portal_is_opened_by(string? publicUrl, string? host, string site, string right, string wrong)
    {
        await using var portal = await RunningPortal.SetUpAsync(o => o with { PublicUrl = publicUrl is null ? null : new Uri(publicUrl) });
        using var passkey = new SoftwarePasskey();
        portal.Client.DefaultRequestHeaders.Host = host;
        (await AddAsync(portal, portal.Client, passkey, origin: wrong)).Problem!.ShouldContain("made at the portal's own address");
        (await AddAsync(portal, portal.Client, passkey, origin: right)).Problem.ShouldBeNull();
        using var other = portal.NewClient();
        other.DefaultRequestHeaders.Host = host;
        var options = await OptionsAsync(other, "/signin/passkey/options", "");
        options.GetProperty("options").GetProperty("rpId").GetString().ShouldBe(site);
        options.GetProperty("options").GetProperty("userVerification").GetString().ShouldBe("required");
        (await SignInAsync(other, passkey, origin: wrong)).Problem!.ShouldStartWith(NotLetIn);
        (await SignInAsync(other, passkey, origin: right)).Problem.ShouldBeNull();
    }

    [Theory]
    [InlineData("Mozilla/5.0 (iPhone; CPU iPhone OS 18_4 like Mac OS X) AppleWebKit/605.1.15", 0, "iPhone")]
    [InlineData("Mozilla/5.0 (Linux; Android 15) Chrome/140.0.0.0 Mobile", 1, "Android device 2")]
    [InlineData("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0.0.0", 2, "Windows PC 3")]
    [InlineData(null, 0, "Passkey")]
    public void A_new_one_is_called_after_its_device(string? browser, int taken, string expected)
    {
        List<PasskeyLine> lines = [];
        for (var i = 0; i < taken; i++)
        {
            lines.Add(new PasskeyLine($"{i}", Passkeys.Suggest(browser, lines), DateTimeOffset.UnixEpoch, null, false));
        }

        Passkeys.Suggest(browser, lines).ShouldBe(expected);
    }

    private static async Task<(string? Location, string? Problem)> AddAsync(
        RunningPortal portal, HttpClient client, SoftwarePasskey passkey, string name = "", string password = RunningPortal.Password, string? origin = null)
    {
        portal.Services.GetRequiredService<AccessBook>().Forget();
        var token = Token(await HtmlAsync(client));
        var options = await OptionsAsync(client, "/account/passkeys/options", token, ("password", password));
        return options.TryGetProperty("options", out var asked) && asked.ValueKind == JsonValueKind.Object
            ? await ReadAsync(await PostAsync(client, "/account/passkeys", token, ("credential", passkey.Create(asked, origin ?? Origin(client))), ("name", name)))
            : Told(options);
    }

    private static async Task<(string? Location, string? Problem)> SignInAsync(
        HttpClient client, SoftwarePasskey passkey, string page = "/signin", bool second = false, string? returnUrl = null, string? origin = null)
    {
        var token = Token(await HtmlAsync(client, page));
        var options = await OptionsAsync(client, second ? "/signin/passkey/options?second=true" : "/signin/passkey/options", token);
        return options.TryGetProperty("options", out var asked) && asked.ValueKind == JsonValueKind.Object
            ? await ReadAsync(await PostAsync(client, returnUrl is null ? "/signin/passkey" : $"/signin/passkey?returnUrl={Uri.EscapeDataString(returnUrl)}", token, ("credential", passkey.Get(asked, origin ?? Origin(client)))))
            : Told(options);
    }

    /// <summary>The address that the form led to.</summary>
    /// <param name="ids">Who sees the passkey that is meant.</param>
    private static async Task<string> ChangeAsync(RunningPortal portal, HttpClient client, string what, string passkey, string name = "", HttpClient? ids = null)
    {
        var lines = Line().Matches(WebUtility.HtmlDecode(await HtmlAsync(ids ?? client)));
        var id = lines.Single(m => m.Groups["name"].Value == passkey).Groups["id"].Value;
        using var answer = await PostAsync(client, $"/account/passkeys/{what}", Token(await HtmlAsync(client)), ("id", id), ("name", name));
        portal.Services.GetRequiredService<AccessBook>().Forget();
        return answer.Headers.Location!.ToString();
    }

    private static async Task ChangeAsync(RunningPortal portal, Action<PortalUser> change)
    {
        await using var db = portal.Data.Open(1);
        change(await db.Users.SingleAsync());
        await db.SaveChangesAsync();
    }

    private static async Task<IReadOnlyList<string?>> NamesAsync(RunningPortal portal)
    {
        await using var db = portal.Data.Open(1);
        return (await db.UserPasskeys.ToListAsync()).ConvertAll(p => p.Data.Name);
    }

    private static async Task<UserLine> LineAsync(RunningPortal portal) =>
        (await portal.Services.GetRequiredService<UserQueries>().ListAsync(1, new UserFilter(), new(0, 10, null, false), default)).Rows.Single();

    private static async Task<string> HtmlAsync(HttpClient client, string page = Page) => await client.GetStringAsync(new Uri(page, UriKind.Relative));

    private static async Task<JsonElement> OptionsAsync(HttpClient client, string path, string token, params (string Name, string Value)[] fields)
    {
        using var answer = await PostAsync(client, path, token, fields);
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    private static async Task<HttpResponseMessage> PostAsync(HttpClient client, string path, string token, params (string Name, string Value)[] fields)
    {
        using var form = new FormUrlEncodedContent(fields.Append((Name: "__RequestVerificationToken", Value: token)).Where(f => f.Value.Length > 0).Select(f => KeyValuePair.Create(f.Name, f.Value)));
        return await client.PostAsync(new Uri(path, UriKind.Relative), form);
    }

    private static async Task<(string? Location, string? Problem)> ReadAsync(HttpResponseMessage answer)
    {
        using (answer)
        {
            return Told(await answer.Content.ReadFromJsonAsync<JsonElement>());
        }
    }

    private static (string? Location, string? Problem) Told(JsonElement answer) => (Text(answer, "location"), Text(answer, "problem"));

    private static string? Text(JsonElement answer, string name) => answer.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static string Origin(HttpClient client) => client.BaseAddress!.GetLeftPart(UriPartial.Authority);

    private static string Token(string html) => html.Split("name=\"__RequestVerificationToken\" value=\"")[1].Split('"')[0];

    [GeneratedRegex("class=\"passkey-name\">(?<name>[^<]*)<.*?name=\"id\" value=\"(?<id>[^\"]*)\"", RegexOptions.ExplicitCapture | RegexOptions.Singleline, 60_000)]
    private static partial Regex Line();
}
