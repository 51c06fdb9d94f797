using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Components;
using Microsoft.Playwright;
using MSPortal.EndToEnd.Integrations;
using MSPortal.EndToEnd.Support;
using MSPortal.Web.Hosting;
using Shouldly;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace MSPortal.EndToEnd.Pages;

public sealed partial class EveryPageTests
{
    private const string WidthBeyond = "document.documentElement.scrollWidth - document.documentElement.clientWidth";

    /// <summary>A call of a method, which a template says where somebody forgot to mark it as one.</summary>
    private const string Source = @"(document.body.innerText.match(/\b[A-Z]\w+\.[A-Z]\w+\([^\n]{0,60}/) || [''])[0]";

    /// <summary>Looked at where somebody is not signed in yet; the first one only leads on.</summary>
    private static readonly string[] BeforeSignIn = ["/", "/setup", "/signin", "/signin/code", "/invitation", "/connect/x", "/connect/return"];

    /// <summary>No page of the portal's frame: there is nothing to wait for.</summary>
    private static readonly (string Name, string Path)[] Plain =
    [
        ("account-password", "/account/password"), ("account-second-factor", "/account/second-factor"), ("invitation-ended", "/invitation"),
        ("denied", "/denied"), ("error", "/error"), ("problem-404", "/problem/404"), ("not-found", "/not-found"),
    ];

    [Fact]
    public async Task Every_page_with_real_data_is_accessible_in_light_and_dark_and_no_wider_than_its_window()
    {
        await using var portal = await ConnectedPortal.StartAsync(companies: 12, tickets: 120);
        var pages = await PagesAsync(portal, await FillAsync(portal));
        Routes().Where(route => !pages.Concat(Plain).Any(page => route.IsMatch(page.Path.Split('?')[0])) && !BeforeSignIn.Any(route.IsMatch)).ShouldBeEmpty();
        List<string> wrong = [];
        var state = await portal.Page.Context.StorageStateAsync();
        foreach (var look in Pictures.Looks)
        {
            await using var browser = await Browser.OpenAsync(portal.Portal.Address, look, state);
            foreach (var (name, path) in pages)
            {
                await Wizard.OpenAsync(browser.Page, path);
                await SettleAsync(browser.Page);
                wrong.AddRange(await LookAsync(browser, name, look));
            }

            foreach (var (name, path, open, opened) in new[]
            {
                ("users-form", "/settings/users", "Invite", "section.panel h2"), ("roles-form", "/settings/roles", "New role", "section.panel h2"),
                ("mapping-quick-match", "/settings/integrations/companies", "Quick Match", ".record-grid, .empty-state"),
            })
            {
                await Wizard.OpenAsync(browser.Page, path);
                await SettleAsync(browser.Page);
                await Wizard.Button(browser.Page, open).ClickAsync();
                await Expect(browser.Page.Locator(opened).First).ToBeVisibleAsync();
                await SettleAsync(browser.Page);
                wrong.AddRange(await LookAsync(browser, name, look));
            }

            foreach (var (name, path) in Plain)
            {
                await browser.Page.GotoAsync(path);
                wrong.AddRange(await LookAsync(browser, name, look));
            }

            wrong.AddRange(browser.Errors);
        }

        wrong.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_company_user_who_was_imported_and_invited_sees_their_companys_tickets_and_no_other_page()
    {
        await using var portal = await ConnectedPortal.StartAsync(companies: 12, tickets: 120);
        await portal.ChooseAllAsync();
        await portal.ImportAllAsync();
        var contacts = await portal.RunAsync("users", "contacts", "list", "--json");
        var contact = contacts.Json().EnumerateArray().First(c => c.GetProperty("email").GetString() is not null && !c.GetProperty("isInactive").GetBoolean());
        var email = contact.GetProperty("email").GetString()!;
        await portal.RunAsync("users", "contacts", "import", portal.Integration, contact.GetProperty("key").GetProperty("externalId").GetString()!, "--role", "Company user");
        await portal.RunAsync("users", "set", email, "--reach", "company");
        var link = new Uri((await portal.RunAsync("users", "invite", email)).Output.Trim());
        List<string> wrong = [];
        var state = await portal.Page.Context.StorageStateAsync();
        foreach (var look in Pictures.Looks)
        {
            await using var invited = await Browser.OpenAsync(portal.Portal.Address, look);
            await invited.Page.GotoAsync(link.PathAndQuery);
            await Expect(invited.Page.Locator("input[type=password]")).ToBeVisibleAsync();
            wrong.AddRange(await LookAsync(invited, "invitation", look));
            if (look == Pictures.Looks[^1])
            {
                await invited.Page.Locator("input[type=password]").FillAsync("a password of their own");
                await invited.Page.ClickAsync("button[type=submit]");
                await Wizard.PathAsync(invited.Page, "/tickets");
            }
        }

        foreach (var look in Pictures.Looks)
        {
            await using var admin = await Browser.OpenAsync(portal.Portal.Address, look, state);
            await Wizard.OpenAsync(admin.Page, "/settings/users/contact-import");
            await admin.Page.GetByLabel("Role of everybody else").SelectOptionAsync(new SelectOptionValue { Label = "Company user" });
            await Expect(admin.Page.Locator(".contact-preview table")).ToBeVisibleAsync();
            wrong.AddRange(await LookAsync(admin, "contact-import-preview", look));
            await Wizard.OpenAsync(admin.Page, "/settings/users?who=clients");
            await SettleAsync(admin.Page);
            await admin.Page.GetByLabel("Actions for").First.ClickAsync();
            await admin.Page.GetByText("Change", new() { Exact = true }).ClickAsync();
            await Expect(admin.Page.Locator("section.user-form")).ToBeVisibleAsync();
            wrong.AddRange(await LookAsync(admin, "users-client-form", look));
            await using var browser = await Browser.OpenAsync(portal.Portal.Address, look);
            await SignInAsync(browser, email, "a password of their own");
            await Wizard.PathAsync(browser.Page, "/tickets");
            await Wizard.OpenAsync(browser.Page, "/tickets?state=all");
            await SettleAsync(browser.Page);
            var ticket = await browser.Page.Locator(".t-number a").First.GetAttributeAsync("href");
            foreach (var (name, path) in new[] { ("client-tickets", "/tickets?state=all"), ("client-ticket", ticket!), ("client-none", "/tickets?q=nothing-is-called-so") })
            {
                await Wizard.OpenAsync(browser.Page, path);
                await SettleAsync(browser.Page);
                (await browser.Page.Locator("a[href^='/settings'], a[href^='/overview'], a[href^='/notifications']").CountAsync()).ShouldBe(0, path);
                wrong.AddRange(await LookAsync(browser, name, look));
            }

            wrong.AddRange(admin.Errors.Concat(browser.Errors));
        }

        wrong.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_pages_before_sign_in_are_accessible_in_light_and_dark()
    {
        await using var home = new PortalHome();
        await using var portal = await home.ServeAsync();
        List<string> wrong = [];
        foreach (var path in new[] { "/setup", "/signin" })
        {
            if (path == "/signin")
            {
                await using var first = await Browser.OpenAsync(portal.Address);
                await Wizard.SetUpAsync(first.Page);
            }

            foreach (var look in Pictures.Looks)
            {
                await using var browser = await Browser.OpenAsync(portal.Address, look);
                await browser.Page.GotoAsync(path);
                await Expect(browser.Page.Locator("button[type=submit]")).ToBeVisibleAsync();
                new Uri(browser.Page.Url).AbsolutePath.ShouldBe(path);
                wrong.AddRange(await LookAsync(browser, path[1..], look));
                await browser.Page.ClickAsync("button[type=submit]");
                await Expect(browser.Page.Locator(".validation-message").First).ToBeVisibleAsync();
                wrong.AddRange(await LookAsync(browser, $"{path[1..]}-mistakes", look));
            }
        }

        wrong.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_pages_of_the_second_factor_are_accessible_in_light_and_dark()
    {
        await using var home = new PortalHome();
        await using var portal = await home.ServeAsync();
        List<string> wrong = [];
        await using var first = await Browser.OpenAsync(portal.Address, Look.Light);
        await Wizard.SetUpAccountAsync(first.Page);
        var state = await first.Page.Context.StorageStateAsync();
        foreach (var look in Pictures.Looks)
        {
            await using var browser = await Browser.OpenAsync(portal.Address, look, state);
            await browser.Page.GotoAsync("/account/second-factor");
            await Expect(browser.Page.Locator("#code")).ToBeVisibleAsync();
            wrong.AddRange(await LookAsync(browser, "second-factor", look));
        }

        await first.Page.ReloadAsync(); // Each look at the page has made a new key.
        await Wizard.SetUpSecondFactorAsync(first.Page);
        foreach (var look in Pictures.Looks)
        {
            await using var browser = await Browser.OpenAsync(portal.Address, look);
            await SignInAsync(browser, Wizard.Email, Wizard.Password);
            await Wizard.PathAsync(browser.Page, "/signin/code");
            wrong.AddRange(await LookAsync(browser, "signin-code", look));
            await Wizard.Link(browser.Page, "Use a recovery code").ClickAsync();
            await Expect(browser.Page.GetByLabel("Recovery code")).ToBeVisibleAsync();
            wrong.AddRange(await LookAsync(browser, "signin-recovery", look));
        }

        wrong.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_pages_of_passkeys_are_accessible_in_light_and_dark()
    {
        await using var home = new PortalHome();
        await using var portal = await home.ServeAsync();
        var address = VirtualAuthenticator.ByName(portal.Address);
        List<string> wrong = [];
        await using var first = await Browser.OpenAsync(address);
        await VirtualAuthenticator.AttachAsync(first.Page);
        await Wizard.SetUpAccountAsync(first.Page);
        var before = await first.Page.Context.StorageStateAsync();
        foreach (var look in Pictures.Looks)
        {
            await using var browser = await Browser.OpenAsync(address, look, before);
            await OpenAllAsync(browser, "/account/second-factor");
            wrong.AddRange(await LookAsync(browser, "passkey-instead", look));
        }

        await PasskeyTests.AddAsync(first.Page, "Use a passkey instead", "Ada’s laptop with a name that is as long as it can be, 60 chars");
        await Expect(first.Page.Locator(".passkey-name")).ToHaveCountAsync(1);
        foreach (var look in Pictures.Looks)
        {
            await using var browser = await Browser.OpenAsync(address, look, before);
            await browser.Page.GotoAsync("/account/second-factor");
            wrong.AddRange(await LookAsync(browser, "passkeys", look));
            await OpenAllAsync(browser, "/account/second-factor?problem=last-factor");
            wrong.AddRange(await LookAsync(browser, "passkeys-open", look));
            await using var stranger = await Browser.OpenAsync(address, look);
            await stranger.Page.GotoAsync("/signin");
            wrong.AddRange(await LookAsync(stranger, "passkey-signin", look));
            await SignInAsync(stranger, Wizard.Email, Wizard.Password);
            await Wizard.PathAsync(stranger.Page, "/signin/code");
            wrong.AddRange(await LookAsync(stranger, "signin-passkey", look));
            wrong.AddRange(browser.Errors.Concat(stranger.Errors));
        }

        wrong.ShouldBeEmpty();

        static async Task OpenAllAsync(Browser browser, string path)
        {
            await browser.Page.GotoAsync(path);
            await browser.Page.EvaluateAsync("document.querySelectorAll('main details').forEach((details) => { details.open = true; })");
        }
    }

    /// <summary>A PSA that is set up to the end, and an RMM that waits for its companies to be mapped; the answer is the RMM.</summary>
    private static async Task<string> FillAsync(ConnectedPortal portal)
    {
        await portal.ChooseAllAsync();
        await portal.ImportAllAsync();
        await portal.RunAsync("devices", "types", portal.Integration, "--quick-match");
        await portal.RunAsync("devices", "import", portal.Integration, "--all");
        var settings = (await Wizard.CredentialsAsync(portal.Simulator, "ninjaone", "region", "clientId", "clientSecret")).SelectMany(pair => new[] { "--set", $"{pair.Key}={pair.Value}" });
        var added = await portal.RunAsync(["integrations", "add", "ninjaone", .. settings, "--json"]);
        var rmm = added.Json().GetProperty("id").GetInt64().ToString(CultureInfo.InvariantCulture);
        await portal.RunAsync("sync", rmm, "--wait");
        return rmm;
    }

    private static async Task<IReadOnlyList<(string Name, string Path)>> PagesAsync(ConnectedPortal portal, string rmm)
    {
        async Task<string> FirstAsync(string list, string cell)
        {
            await Wizard.OpenAsync(portal.Page, list);
            return (await portal.Page.Locator($"{cell} a").First.GetAttributeAsync("href"))!;
        }

        var company = await FirstAsync("/settings/companies", ".c-name");
        return
        [
            ("tickets", "/tickets"), ("tickets-all", "/tickets?state=all"), ("tickets-none", "/tickets?q=nothing-is-called-so"), ("ticket", await FirstAsync("/tickets", ".t-number")),
            ("integrations", "/settings/integrations"), ("connect", "/settings/integrations/new/connectwise"), ("integration", portal.Card),
            .. new[] { "connect", "permissions", "sync", "configure", "import" }.Select(step => ($"setup-{step}", $"{portal.Card}/setup/{step}")),
            ("setup-map", $"/settings/integrations/{rmm}/setup/map"), ("setup-import-devices", $"/settings/integrations/{rmm}/setup/import"),
            ("reconnect", $"{portal.Card}/reconnect"), ("ticket-settings", $"{portal.Card}/tickets"), ("overview", "/overview"),
            ("schedules", "/settings/integrations/schedules"), ("diagnosis", "/settings/integrations/diagnose"),
            ("diagnosis-of-one", $"/settings/integrations/diagnose?integration={portal.Integration}"),
            ("mapping", "/settings/integrations/companies"), ("companies", "/settings/companies"), ("company", company), ("company-cloud-none", $"{company}/cloud/users"), ("clients-none", "/cloud"),
            ("companies-blocked", "/settings/companies?tab=blocked"), ("companies-import", $"/settings/companies/import/{portal.Integration}"),
            ("devices", "/devices"), ("devices-none", "/devices?q=nothing-is-called-so"), ("device", await FirstAsync("/devices", ".d-name")),
            ("devices-import", $"/settings/devices/{portal.Integration}"), ("devices-import-choose", "/settings/devices"),
            ("general", "/settings/general"), ("api-keys", "/settings/api-keys"), ("users", "/settings/users"), ("users-import", "/settings/users/import"),
            ("contacts", "/settings/users/contacts"), ("contact-import", "/settings/users/contact-import"), ("roles", "/settings/roles"), ("audit", "/settings/audit"),
            ("notifications", "/notifications"), ("notification-settings", "/settings/notifications"), ("support", "/settings/support"),
        ];
    }

    /// <summary>Every address of a page, as what fits it: a page that nobody adds above is not looked at.</summary>
    private static IEnumerable<Regex> Routes() =>
        from page in typeof(CommandLine).Assembly.GetTypes()
        from route in page.GetCustomAttributes(typeof(RouteAttribute), inherit: false).Cast<RouteAttribute>()
        select new Regex($"^{Parameter().Replace(route.Template, p => p.Groups["type"].Value switch { "long" or "int" => "[0-9]+", "guid" => "[0-9a-f-]{36}", _ => "[^/]+" })}$", RegexOptions.None, TimeSpan.FromMinutes(1));

    private static async Task SignInAsync(Browser browser, string email, string password)
    {
        await browser.Page.GotoAsync("/signin");
        await browser.Page.FillAsync("#email", email);
        await browser.Page.FillAsync("#password", password);
        await browser.Page.ClickAsync("button[type=submit]");
    }

    /// <summary>What is read after the page stands has come.</summary>
    internal static async Task SettleAsync(IPage page)
    {
        await Expect(page.Locator("h1")).ToHaveCountAsync(1);
        await Expect(page.Locator(".mud-table-loading, .mud-progress-linear, .badge-busy")).ToHaveCountAsync(0);
    }

    internal static async Task<IEnumerable<string>> LookAsync(Browser browser, string name, Look look)
    {
        await Pictures.KeepAsync(browser, name, look);
        var where = string.Create(CultureInfo.InvariantCulture, $"{name} ({(look.Dark ? "dark" : "light")}, {look.Width}, {new Uri(browser.Page.Url).PathAndQuery})");
        var beyond = await browser.Page.EvaluateAsync<int>(WidthBeyond);
        var source = await browser.Page.EvaluateAsync<string>(Source);
        var found = (await Axe.ViolationsAsync(browser.Page)).Select(violation => $"{where}: {violation}");
        found = beyond > 0 ? found.Append($"{where}: {beyond} px wider than the window") : found;
        return source.Length > 0 ? found.Append($"{where}: says “{source}”, where its value belongs") : found;
    }

    [GeneratedRegex(@"\{\w+(:(?<type>\w+))?\??\}", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Parameter();
}
