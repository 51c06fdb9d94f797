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
        (string Name, string Path)[] behindSignIn =
        [
            ("tickets", "/tickets"), ("tickets-all", "/tickets?state=all"), ("tickets-none", "/tickets?q=nothing-is-called-so"), ("ticket", ticket!),
            ("integrations", "/settings/integrations"), ("connect", "/settings/integrations/new/connectwise"), ("integration", portal.Card),
            .. new[] { "connect", "permissions", "sync", "configure", "import" }.Select(step => ($"setup-{step}", $"{portal.Card}/setup/{step}")),
            ("reconnect", $"{portal.Card}/reconnect"), ("ticket-settings", $"{portal.Card}/tickets"), ("overview", "/overview"),
            ("schedules", "/settings/integrations/schedules"), ("diagnosis", "/settings/integrations/diagnose"), ("diagnosis-of-one", $"/settings/integrations/diagnose?integration={portal.Integration}"),
            ("mapping", "/settings/integrations/companies"), ("companies", "/settings/companies"), ("companies-blocked", "/settings/companies?tab=blocked"), ("companies-import", $"/settings/companies/import/{portal.Integration}"),
            ("general", "/settings/general"), ("api-keys", "/settings/api-keys"), ("audit", "/settings/audit"),
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

            await browser.Page.GotoAsync("/account/password");
            wrong.AddRange(await LookAsync(browser.Page, "/account/password", look));
            wrong.AddRange(browser.Errors);
        }

        wrong.ShouldBeEmpty();
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
