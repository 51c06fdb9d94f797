using Microsoft.Playwright;
using MSPortal.EndToEnd.Integrations;
using MSPortal.EndToEnd.Support;
using MSPortal.Tests.Support;
using Shouldly;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace MSPortal.EndToEnd.Pages;

public sealed class PasskeyTests
{
    private const string Account = "/account/second-factor";

    [Fact]
    public async Task One_that_a_browser_made_signs_in_alone_and_after_the_password_until_it_is_removed()
    {
        await using var home = new PortalHome();
        await using var portal = await home.ServeAsync();
        await using var browser = await Browser.OpenAsync(VirtualAuthenticator.ByName(portal.Address));
        var page = browser.Page;
        var device = await VirtualAuthenticator.AttachAsync(page);
        await Wizard.SetUpAccountAsync(page);
        await AddAsync(page, "Use a passkey instead", "Work laptop");
        await Expect(page.Locator(".passkey-name")).ToHaveTextAsync("Work laptop");
        await page.GetByText("Work laptop").ClickAsync();
        await Expect(page.GetByText("add another before you remove it")).ToBeVisibleAsync();
        await Expect(Wizard.Button(page, "Remove")).ToHaveCountAsync(0);
        await AddAsync(page, "Add a passkey", "The same again");
        await Expect(page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("This device or password manager has a passkey of yours already.");

        await SignOutAsync(page);
        await Wizard.Button(page, "Sign in with a passkey").ClickAsync();
        await Wizard.ArriveAsync(page, "the portal", path => path != "/signin");
        await SignOutAsync(page);
        await page.FillAsync("#email", Wizard.Email);
        await page.FillAsync("#password", Wizard.Password);
        await Wizard.Button(page, "Sign in").ClickAsync();
        await Wizard.PathAsync(page, "/signin/code");
        await device.SetUserVerifiedAsync(false);
        await Wizard.Button(page, "Use passkey").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("No passkey was used");
        await device.SetUserVerifiedAsync(true);
        await page.Keyboard.PressAsync("Enter"); // The button still has the focus.
        await Wizard.ArriveAsync(page, "the portal", path => path != "/signin/code");

        await page.GotoAsync(Account);
        await SetUpAppAsync(page);
        await page.GotoAsync(Account);
        await page.GetByText("Work laptop").ClickAsync();
        await Wizard.Button(page, "Remove").ClickAsync();
        await Expect(page.Locator(".passkey-name")).ToHaveCountAsync(0);
        await SignOutAsync(page);
        await Wizard.Button(page, "Sign in with a passkey").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("This passkey does not open the portal");
        new Uri(page.Url).AbsolutePath.ShouldBe("/signin");
        browser.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_page_says_why_it_cannot_use_one()
    {
        await using var home = new PortalHome();
        await using var portal = await home.ServeAsync();
        foreach (var (address, without, says) in new[]
        {
            (portal.Address, "/* has everything */", "Passkeys do not work at an address that is a number."),
            (VirtualAuthenticator.ByName(portal.Address), "delete window.PublicKeyCredential", "This browser cannot use passkeys."),
        })
        {
            await using var browser = await Browser.OpenAsync(address);
            await browser.Page.AddInitScriptAsync(without);
            if (address == portal.Address)
            {
                await Wizard.SetUpAccountAsync(browser.Page);
                await browser.Page.Context.ClearCookiesAsync();
            }

            await browser.Page.GotoAsync("/signin");
            await Wizard.Button(browser.Page, "Sign in with a passkey").ClickAsync();
            await Expect(browser.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync(says);
            browser.Errors.ShouldBeEmpty();
        }
    }

    /// <summary>By keyboard, once the form is open.</summary>
    internal static async Task AddAsync(IPage page, string open, string name)
    {
        await page.GetByText(open, new() { Exact = true }).ClickAsync();
        await page.FillAsync("#passkey-name", name);
        await page.FillAsync("#passkey-password", Wizard.Password);
        await page.PressAsync("#passkey-password", "Enter");
    }

    private static async Task SetUpAppAsync(IPage page)
    {
        await page.GetByText("Add an authenticator app").ClickAsync();
        await page.FillAsync("#code", Authenticator.CodeOf((await page.Locator("[data-key]").GetAttributeAsync("data-key"))!));
        await page.FillAsync("#app-password", Wizard.Password);
        await Wizard.Button(page, "Turn on").ClickAsync();
        await Expect(page.Locator(".recovery-codes li")).ToHaveCountAsync(10);
    }

    private static async Task SignOutAsync(IPage page)
    {
        await Wizard.OpenAsync(page, "/settings/integrations");
        await page.EvaluateAsync("msportal.submit('sign-out')");
        await Wizard.PathAsync(page, "/signin");
    }
}
