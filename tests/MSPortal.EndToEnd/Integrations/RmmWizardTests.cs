using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using MSPortal.EndToEnd.Support;
using Shouldly;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace MSPortal.EndToEnd.Integrations;

/// <summary>An RMM from its form to the devices that people see, as somebody does it who has never seen it.</summary>
public sealed partial class RmmWizardTests
{
    [Fact]
    public async Task An_RMM_is_connected_its_companies_and_types_are_matched_and_its_devices_are_listed()
    {
        await using var portal = await ConnectedPortal.StartAsync(companies: 8, tickets: 40);
        await portal.ChooseAllAsync();
        await portal.ImportAllAsync();
        var page = portal.Page;

        await ConnectAsync(portal);
        await MapAsync(page);
        var imported = await ImportAsync(page);

        await Wizard.OpenAsync(page, "/devices");
        await page.Locator(".d-name a").First.ClickAsync();
        await Wizard.ArriveAsync(page, "a device", path => path.StartsWith("/devices/", StringComparison.Ordinal));
        await Expect(page.Locator(".device-source").First).ToContainTextAsync("NinjaOne");
        (await Axe.ViolationsAsync(page)).ShouldBeEmpty();
        var listed = (await portal.RunAsync("devices", "list", "--json")).Json().EnumerateArray().ToList();
        listed.Count.ShouldBe(imported);
        listed.Select(d => d.GetProperty("company").GetString()).Distinct().ShouldBeSubsetOf(await LinkedAsync(portal));
        portal.Browser.Errors.ShouldBeEmpty();
    }

    private static async Task ConnectAsync(ConnectedPortal portal)
    {
        await Wizard.OpenAsync(portal.Page, "/settings/integrations/new/ninjaone");
        await Wizard.FillAsync(portal.Page, await Wizard.CredentialsAsync(portal.Simulator, portal.Page, "ninjaone"));
        await Wizard.Button(portal.Page, "Connect").ClickAsync();
        await Wizard.StepAsync(portal.Page, "map");
    }

    private static async Task MapAsync(IPage page)
    {
        await Expect(page.Locator(".record-grid")).ToContainTextAsync("Not linked", new() { Timeout = 60_000 });
        await Wizard.Button(page, "Quick Match").ClickAsync();
        await Wizard.Button(page, "Select all").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { NameRegex = Apply() }).ClickAsync();
        await Expect(page.GetByText(Linked()).First).ToBeVisibleAsync();
        await Wizard.Button(page, "Continue").ClickAsync();
        await Wizard.StepAsync(page, "import");
    }

    /// <summary>The answer is how many devices were new, as the page says it.</summary>
    private static async Task<int> ImportAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Button, new() { NameRegex = Match() }).ClickAsync(new() { Timeout = 60_000 });
        await page.GetByRole(AriaRole.Button, new() { NameRegex = Save() }).ClickAsync();
        var all = page.GetByRole(AriaRole.Button, new() { NameRegex = All() });
        await Expect(all).ToBeEnabledAsync(new() { Timeout = 60_000 });
        await all.ClickAsync();
        var said = page.Locator(".outcome h2");
        await Expect(said).ToContainTextAsync("came in", new() { Timeout = 60_000 });
        return int.Parse(New().Match(await said.InnerTextAsync()).Groups["new"].Value, CultureInfo.InvariantCulture);
    }

    private static async Task<IReadOnlyList<string?>> LinkedAsync(ConnectedPortal portal) =>
    [
        .. (await portal.RunAsync("companies", "list", "--json")).Json().EnumerateArray()
            .Where(c => c.GetProperty("links").EnumerateArray().Any(l => l.GetProperty("provider").GetString() == "ninjaone")).Select(c => c.GetProperty("name").GetString()),
    ];

    [GeneratedRegex(@"^Apply \([1-9]", RegexOptions.None, 1_000)]
    private static partial Regex Apply();

    [GeneratedRegex("(?:company is|companies are) linked", RegexOptions.None, 1_000)]
    private static partial Regex Linked();

    [GeneratedRegex(@"^Quick Match \([1-9]", RegexOptions.None, 1_000)]
    private static partial Regex Match();

    [GeneratedRegex(@"^Save \([1-9]", RegexOptions.None, 1_000)]
    private static partial Regex Save();

    [GeneratedRegex(@"^Import all mapped \([1-9]", RegexOptions.None, 1_000)]
    private static partial Regex All();

    [GeneratedRegex(": (?<new>[0-9]+) device", RegexOptions.None, 1_000)]
    private static partial Regex New();
}
