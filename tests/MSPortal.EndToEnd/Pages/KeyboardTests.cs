using Microsoft.Playwright;
using MSPortal.EndToEnd.Integrations;
using MSPortal.EndToEnd.Support;
using Shouldly;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace MSPortal.EndToEnd.Pages;

/// <summary>The main path for people who use no mouse: only Tab, letters, Space and Enter.</summary>
public sealed class KeyboardTests
{
    private const int Most = 120;

    private const string FocusedName = """
        () => { const e = document.activeElement; return e.getAttribute('aria-label') || e.getAttribute('name') || e.labels?.[0]?.textContent?.trim() || e.textContent?.trim() || e.id }
        """;

    private const string FocusIsSeen = """
        () => { const e = document.activeElement, s = getComputedStyle(e), p = getComputedStyle(e.closest('.mud-input-control, label') ?? e);
                return e.matches(':focus-visible') && (s.outlineStyle !== 'none' || s.boxShadow !== 'none' || e.matches('input') || p.outlineStyle !== 'none') }
        """;

    [Fact]
    public async Task The_wizard_and_the_ticket_list_are_walked_without_a_mouse()
    {
        await using var simulator = await SimulatorServer.StartAsync(companies: 6, tickets: 60);
        await using var home = new PortalHome();
        await using var portal = await home.ServeAsync();
        await using var browser = await Browser.OpenAsync(portal.Address);
        var page = browser.Page;
        await Wizard.SetUpAsync(page);

        await Wizard.OpenAsync(page, "/settings/integrations");
        await PressAsync(page, "Connect ConnectWise PSA");
        await Wizard.PathAsync(page, "/settings/integrations/new/connectwise");
        await Wizard.ReadyAsync(page);
        foreach (var (key, value) in await Wizard.CredentialsAsync(simulator))
        {
            await ReachAsync(page, key);
            await page.Keyboard.TypeAsync(value);
        }

        await page.Keyboard.PressAsync("Enter"); // Still in the last field, whose text has to come along.
        await Wizard.StepAsync(page, "permissions");
        await PressAsync(page, "Continue");
        await Wizard.StepAsync(page, "sync");
        await PressAsync(page, "Save and continue");
        await Wizard.StepAsync(page, "configure");
        await Expect(Wizard.Button(page, "Select all active")).ToBeVisibleAsync();
        await PressAsync(page, "Select all active");
        await PressAsync(page, "Save and continue");
        await Wizard.StepAsync(page, "import");
        await PressAsync(page, "Choose companies");
        await Wizard.PathAsync(page, "/settings/companies/import/1");
        await Expect(Wizard.Button(page, "Select all that pass")).ToBeVisibleAsync();
        await PressAsync(page, "Select all that pass");
        var import = page.GetByRole(AriaRole.Button, new() { Name = "Import selected" });
        await PressAsync(page, (await import.TextContentAsync())!.Trim());
        await Expect(Wizard.Link(page, "See tickets")).ToBeVisibleAsync();
        await PressAsync(page, "See tickets");

        await Wizard.PathAsync(page, "/tickets");
        var first = page.Locator(".t-summary a").First;
        await Expect(first).ToBeVisibleAsync();
        await PressAsync(page, (await first.TextContentAsync())!.Trim());
        await Wizard.ArriveAsync(page, "a ticket", path => path.StartsWith("/tickets/", StringComparison.Ordinal));
        browser.Errors.ShouldBeEmpty();
    }

    private static async Task PressAsync(IPage page, string name)
    {
        await ReachAsync(page, name);
        await page.Keyboard.PressAsync("Enter");
    }

    /// <summary>Tab by Tab, as a person would; on arrival one sees where one is.</summary>
    private static async Task ReachAsync(IPage page, string name)
    {
        List<string> passed = [];
        while (passed.Count < Most)
        {
            await page.Keyboard.PressAsync("Tab");
            var focused = await page.EvaluateAsync<string?>(FocusedName) ?? "";
            if (focused == name)
            {
                (await page.EvaluateAsync<bool>(FocusIsSeen)).ShouldBeTrue($"“{name}” has the focus and nobody sees it.");
                return;
            }

            passed.Add(focused);
        }

        throw new TimeoutException($"“{name}” was not reached with Tab. On the way: {string.Join(" | ", passed)}");
    }
}
