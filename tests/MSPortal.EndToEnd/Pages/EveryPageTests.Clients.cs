using MSPortal.EndToEnd.Integrations;
using MSPortal.EndToEnd.Support;
using Shouldly;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace MSPortal.EndToEnd.Pages;

public sealed partial class EveryPageTests
{
    [Fact]
    public async Task The_pages_of_what_clients_have_in_the_cloud_are_accessible_in_light_and_dark_and_no_wider_than_their_window()
    {
        var clients = new ManyClients();
        await using var home = new PortalHome();
        await clients.FillAsync(home.Database, people: 140);
        await using var portal = await home.ServeAsync();
        await using var first = await Browser.OpenAsync(portal.Address);
        await Wizard.SetUpAsync(first.Page);
        var state = await first.Page.Context.StorageStateAsync();
        var alpine = $"/companies/{clients.Companies[0]}";
        List<string> wrong = [];
        foreach (var look in Pictures.Looks)
        {
            await using var browser = await Browser.OpenAsync(portal.Address, look, state);
            foreach (var (name, path) in new[]
            {
                ("cloud", "/cloud"), ("client-company", alpine), ("client-company-consent", $"/companies/{clients.Companies[1]}"), ("client-company-none", $"/companies/{clients.Companies[^1]}"),
                ("client-users", $"{alpine}/cloud/users"), ("client-users-none", $"{alpine}/cloud/users?q=nobody-is-called-so"), ("client-licences", $"{alpine}/cloud/licences"), ("client-groups", $"{alpine}/cloud/groups"),
                ("client-domains", $"{alpine}/cloud/domains"), ("client-score-denied", $"/companies/{clients.Companies[2]}/cloud/security-score"), ("client-users-new", $"/companies/{clients.Companies[3]}/cloud/users"),
                ("client-error", $"/companies/{clients.Companies[4]}/cloud/users"),
            })
            {
                await Wizard.OpenAsync(browser.Page, path);
                await SettleAsync(browser.Page);
                wrong.AddRange(await LookAsync(browser, name, look));
            }

            await Wizard.OpenAsync(browser.Page, $"{alpine}/cloud/security-score");
            await SettleAsync(browser.Page);
            await Expect(browser.Page.Locator(".score-line svg path").First).ToBeAttachedAsync();
            wrong.AddRange(await LookAsync(browser, "client-score", look));
            await browser.Page.EvaluateAsync("document.querySelectorAll('main details').forEach((details) => { details.open = true; })");
            wrong.AddRange(await LookAsync(browser, "client-score-open", look));
            await Wizard.OpenAsync(browser.Page, $"{alpine}/cloud/users?licenses=problems");
            await SettleAsync(browser.Page);
            await browser.Page.Locator(".cloud-name").First.ClickAsync();
            await Expect(browser.Page.Locator(".mud-dialog .plain-rows li").First).ToBeVisibleAsync();
            wrong.AddRange(await LookAsync(browser, "client-user", look));
            wrong.AddRange(browser.Errors);
        }

        wrong.ShouldBeEmpty();
    }
}
