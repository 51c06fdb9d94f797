using System.Globalization;
using Microsoft.Playwright;
using MSPortal.EndToEnd.Integrations;
using MSPortal.EndToEnd.Support;
using Shouldly;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace MSPortal.EndToEnd.Pages;

public sealed class EveryPageTests
{
    private const string WidthBeyond = "document.documentElement.scrollWidth - document.documentElement.clientWidth";

    /// <summary>Where pictures of all pages in all looks go; without it, two looks are enough.</summary>
    private static string? Pictures => Environment.GetEnvironmentVariable("MSPORTAL_SCREENSHOTS");

    [Fact]
    public async Task Every_page_with_real_data_is_accessible_in_light_and_dark_and_no_wider_than_its_window()
    {
        await using var portal = await ConnectedPortal.StartAsync(companies: 12, tickets: 120);
        await portal.ChooseAllAsync();
        await portal.ImportAllAsync();
        await Wizard.OpenAsync(portal.Page, "/tickets");
        var ticket = await portal.Page.Locator(".t-number a").First.GetAttributeAsync("href");
        await portal.RunAsync("devices", "types", portal.Integration, "--quick-match");
        await portal.RunAsync("devices", "import", portal.Integration, "--all");
        await Wizard.OpenAsync(portal.Page, "/devices");
        var device = await portal.Page.Locator(".d-name a").First.GetAttributeAsync("href");
        await Wizard.OpenAsync(portal.Page, "/settings/companies");
        var company = await portal.Page.Locator(".c-name a").First.GetAttributeAsync("href");
        (string Name, string Path)[] behindSignIn =
        [
            ("tickets", "/tickets"), ("tickets-all", "/tickets?state=all"), ("tickets-none", "/tickets?q=nothing-is-called-so"), ("ticket", ticket!),
            ("integrations", "/settings/integrations"), ("connect", "/settings/integrations/new/connectwise"), ("integration", portal.Card),
            .. new[] { "connect", "permissions", "sync", "configure", "import" }.Select(step => ($"setup-{step}", $"{portal.Card}/setup/{step}")),
            ("reconnect", $"{portal.Card}/reconnect"), ("ticket-settings", $"{portal.Card}/tickets"), ("overview", "/overview"),
            ("schedules", "/settings/integrations/schedules"), ("diagnosis", "/settings/integrations/diagnose"), ("diagnosis-of-one", $"/settings/integrations/diagnose?integration={portal.Integration}"),
            ("mapping", "/settings/integrations/companies"), ("companies", "/settings/companies"), ("company", company!), ("companies-blocked", "/settings/companies?tab=blocked"), ("companies-import", $"/settings/companies/import/{portal.Integration}"),
            ("devices", "/devices"), ("devices-none", "/devices?q=nothing-is-called-so"), ("device", device!), ("devices-import", $"/settings/devices/{portal.Integration}"),
            ("general", "/settings/general"), ("api-keys", "/settings/api-keys"), ("users", "/settings/users"), ("users-import", "/settings/users/import"), ("contacts", "/settings/users/contacts"), ("contact-import", "/settings/users/contact-import"), ("roles", "/settings/roles"), ("audit", "/settings/audit"),
            ("notifications", "/notifications"), ("notification-settings", "/settings/notifications"), ("support", "/settings/support"),
        ];
        List<string> wrong = [];
        var state = await portal.Page.Context.StorageStateAsync();
        foreach (var look in Looks())
        {
            await using var browser = await Browser.OpenAsync(portal.Portal.Address, look, state);
            foreach (var (name, path) in behindSignIn)
            {
                await Wizard.OpenAsync(browser.Page, path);
                await SettleAsync(browser.Page);
                wrong.AddRange(await LookAsync(browser.Page, path, look));
                if (Pictures is { } folder)
                {
                    await browser.ScreenshotAsync(Path.Combine(folder, $"{name}-{(look.Dark ? "dark" : "light")}-{look.Width}.png"));
                }
            }

            foreach (var (path, open) in new[] { ("/settings/users", "Invite"), ("/settings/roles", "New role") })
            {
                await Wizard.OpenAsync(browser.Page, path);
                await SettleAsync(browser.Page);
                await Wizard.Button(browser.Page, open).ClickAsync();
                await Expect(browser.Page.Locator("section.panel h2")).ToBeVisibleAsync();
                wrong.AddRange(await LookAsync(browser.Page, $"{path} with its form", look));
                if (Pictures is { } forms)
                {
                    await browser.ScreenshotAsync(Path.Combine(forms, $"{path[10..]}-form-{(look.Dark ? "dark" : "light")}-{look.Width}.png"));
                }
            }

            foreach (var path in new[] { "/account/password", "/account/second-factor", "/invitation" })
            {
                await browser.Page.GotoAsync(path);
                wrong.AddRange(await LookAsync(browser.Page, path, look));
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
        foreach (var look in Looks())
        {
            await using var admin = await Browser.OpenAsync(portal.Portal.Address, look, state);
            await Wizard.OpenAsync(admin.Page, "/settings/users/contact-import");
            await admin.Page.GetByLabel("Role of everybody else").SelectOptionAsync(new SelectOptionValue { Label = "Company user" });
            await Expect(admin.Page.Locator(".contact-preview table")).ToBeVisibleAsync();
            await KeepAsync(admin, "/settings/users/contact-import with a rule", "contact-import-preview", look);
            await Wizard.OpenAsync(admin.Page, "/settings/users?who=clients");
            await SettleAsync(admin.Page);
            await admin.Page.GetByLabel("Actions for").First.ClickAsync();
            await admin.Page.GetByText("Change", new() { Exact = true }).ClickAsync();
            await Expect(admin.Page.Locator("section.user-form")).ToBeVisibleAsync();
            await KeepAsync(admin, "/settings/users with a company user's form", "users-client-form", look);
            await using var browser = await Browser.OpenAsync(portal.Portal.Address, look);
            if (link is { } once)
            {
                await browser.Page.GotoAsync(once.PathAndQuery);
                await browser.Page.Locator("input[type=password]").FillAsync("a password of their own");
                await browser.Page.ClickAsync("button[type=submit]");
                link = null;
            }
            else
            {
                await browser.Page.GotoAsync("/signin");
                await browser.Page.FillAsync("#email", email);
                await browser.Page.FillAsync("#password", "a password of their own");
                await browser.Page.ClickAsync("button[type=submit]");
            }

            await Wizard.PathAsync(browser.Page, "/tickets");
            await Wizard.OpenAsync(browser.Page, "/tickets?state=all");
            await SettleAsync(browser.Page);
            var ticket = await browser.Page.Locator(".t-number a").First.GetAttributeAsync("href");
            foreach (var (name, path) in new[] { ("client-tickets", "/tickets?state=all"), ("client-ticket", ticket!), ("client-none", "/tickets?q=nothing-is-called-so") })
            {
                await Wizard.OpenAsync(browser.Page, path);
                await SettleAsync(browser.Page);
                (await browser.Page.Locator("a[href^='/settings'], a[href^='/overview'], a[href^='/notifications']").CountAsync()).ShouldBe(0, path);
                await KeepAsync(browser, path, name, look);
            }

            wrong.AddRange(admin.Errors.Concat(browser.Errors));
        }

        wrong.ShouldBeEmpty();

        async Task KeepAsync(Browser of, string path, string name, Look look)
        {
            wrong.AddRange(await LookAsync(of.Page, path, look));
            if (Pictures is { } folder)
            {
                await of.ScreenshotAsync(Path.Combine(folder, $"{name}-{(look.Dark ? "dark" : "light")}-{look.Width}.png"));
            }
        }
    }

    [Fact]
    public async Task The_pages_before_sign_in_are_accessible_in_light_and_dark()
    {
        await using var home = new PortalHome();
        await using var portal = await home.ServeAsync();
        List<string> wrong = [];
        foreach (var (path, look) in new[] { "/setup", "/signin" }.SelectMany(path => new[] { Look.Light, Look.Night with { Width = 390 } }.Select(look => (path, look))).OrderBy(x => x.path == "/signin"))
        {
            await using var browser = await Browser.OpenAsync(portal.Address, look);
            if (path == "/signin" && look == Look.Light)
            {
                await using var first = await Browser.OpenAsync(portal.Address);
                await Wizard.SetUpAsync(first.Page);
            }

            await browser.Page.GotoAsync(path);
            await Expect(browser.Page.Locator("button[type=submit]")).ToBeVisibleAsync();
            new Uri(browser.Page.Url).AbsolutePath.ShouldBe(path);
            wrong.AddRange(await LookAsync(browser.Page, path, look));
            await browser.Page.ClickAsync("button[type=submit]");
            await Expect(browser.Page.Locator(".validation-message").First).ToBeVisibleAsync();
            wrong.AddRange(await LookAsync(browser.Page, $"{path} with mistakes", look));
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
        await LookAndKeepAsync(first, "/account/second-factor", "second-factor", Look.Light);
        await Wizard.SetUpSecondFactorAsync(first.Page);

        var night = Look.Night with { Width = 390 };
        await using var again = await Browser.OpenAsync(portal.Address, night);
        await again.Page.GotoAsync("/signin");
        await again.Page.FillAsync("#email", Wizard.Email);
        await again.Page.FillAsync("#password", Wizard.Password);
        await again.Page.ClickAsync("button[type=submit]");
        await Wizard.PathAsync(again.Page, "/signin/code");
        await LookAndKeepAsync(again, "/signin/code", "signin-code", night);
        await Wizard.Link(again.Page, "Use a recovery code").ClickAsync();
        await Expect(again.Page.GetByLabel("Recovery code")).ToBeVisibleAsync();
        await LookAndKeepAsync(again, "/signin/code?recovery=true", "signin-recovery", night);
        wrong.ShouldBeEmpty();

        async Task LookAndKeepAsync(Browser browser, string path, string name, Look look)
        {
            wrong.AddRange(await LookAsync(browser.Page, path, look));
            if (Pictures is { } folder)
            {
                await browser.ScreenshotAsync(Path.Combine(folder, $"{name}-{(look.Dark ? "dark" : "light")}-{look.Width}.png"));
            }
        }
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
        foreach (var look in Looks())
        {
            await using var browser = await Browser.OpenAsync(address, look, before);
            await OpenAllAsync(browser, "/account/second-factor");
            await KeepAsync(browser, "/account/second-factor with a passkey instead", "passkey-instead", look);
        }

        await PasskeyTests.AddAsync(first.Page, "Use a passkey instead", "Ada’s laptop with a name that is as long as it can be, 60 chars");
        await Expect(first.Page.Locator(".passkey-name")).ToHaveCountAsync(1);
        foreach (var look in Looks())
        {
            await using var browser = await Browser.OpenAsync(address, look, before);
            await browser.Page.GotoAsync("/account/second-factor");
            await KeepAsync(browser, "/account/second-factor with a passkey", "passkeys", look);
            await OpenAllAsync(browser, "/account/second-factor?problem=last-factor");
            await KeepAsync(browser, "/account/second-factor with its forms", "passkeys-open", look);
            await using var stranger = await Browser.OpenAsync(address, look);
            await stranger.Page.GotoAsync("/signin");
            await KeepAsync(stranger, "/signin", "signin", look);
            await stranger.Page.FillAsync("#email", Wizard.Email);
            await stranger.Page.FillAsync("#password", Wizard.Password);
            await stranger.Page.ClickAsync("button[type=submit]");
            await Wizard.PathAsync(stranger.Page, "/signin/code");
            await KeepAsync(stranger, "/signin/code with a passkey", "signin-passkey", look);
            wrong.AddRange(browser.Errors.Concat(stranger.Errors));
        }

        wrong.ShouldBeEmpty();

        static async Task OpenAllAsync(Browser browser, string path)
        {
            await browser.Page.GotoAsync(path);
            await browser.Page.EvaluateAsync("document.querySelectorAll('main details').forEach((details) => { details.open = true; })");
        }

        async Task KeepAsync(Browser browser, string path, string name, Look look)
        {
            wrong.AddRange(await LookAsync(browser.Page, path, look));
            if (Pictures is { } folder)
            {
                await browser.ScreenshotAsync(Path.Combine(folder, $"{name}-{(look.Dark ? "dark" : "light")}-{look.Width}.png"));
            }
        }
    }

    private static Look[] Looks() => Pictures is null
        ? [Look.Light, Look.Night with { Width = 390, Height = 844 }]
        : [Look.Light with { Width = 1440 }, Look.Night with { Width = 1440 }, Look.Phone, Look.Phone with { Dark = true }];

    /// <summary>What is read after the page stands has come.</summary>
    private static async Task SettleAsync(IPage page)
    {
        await Expect(page.Locator("h1")).ToHaveCountAsync(1);
        await Expect(page.Locator(".mud-table-loading, .mud-progress-linear, .badge-busy")).ToHaveCountAsync(0);
    }

    private static async Task<IEnumerable<string>> LookAsync(IPage page, string path, Look look)
    {
        var where = string.Create(CultureInfo.InvariantCulture, $"{path} ({(look.Dark ? "dark" : "light")}, {look.Width})");
        var beyond = await page.EvaluateAsync<int>(WidthBeyond);
        var found = (await Axe.ViolationsAsync(page)).Select(violation => $"{where}: {violation}");
        return beyond > 0 ? found.Append($"{where}: {beyond} px wider than the window") : found;
    }
}
