using System.Net.Http.Json;
using Microsoft.Playwright;
using MSPortal.EndToEnd.Support;
using Shouldly;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace MSPortal.EndToEnd.Integrations;

public sealed class WizardTests
{
    [Fact]
    public async Task A_new_administrator_connects_chooses_boards_and_sees_the_service_active()
    {
        await using var simulator = await SimulatorProcess.StartAsync(companies: 12, tickets: 150);
        await using var home = new PortalHome();
        await using var portal = await home.ServeAsync();
        await using var browser = await Browser.OpenAsync(portal.Address);
        var page = browser.Page;
        await Wizard.SetUpAsync(page);
        await page.GotoAsync("/settings/integrations");
        await AccessibleAsync(page);

        await page.GetByRole(AriaRole.Link, new() { Name = "Connect ConnectWise PSA" }).ClickAsync();
        await Wizard.FillAsync(page, await Wizard.CredentialsAsync(simulator));
        await AccessibleAsync(page);
        await Wizard.Button(page, "Test connection").ClickAsync();
        await Expect(page.Locator(".problem-positive")).ToContainTextAsync("Connected to");
        await Wizard.Button(page, "Connect").ClickAsync();

        await Wizard.StepAsync(page, "permissions");
        await Expect(page.Locator(".areas")).ToContainTextAsync("Service tickets");
        await AccessibleAsync(page);
        await Wizard.Button(page, "Continue").ClickAsync();

        await Wizard.StepAsync(page, "sync");
        await Expect(page.GetByText("Leave out companies of these types")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await AccessibleAsync(page);
        await Wizard.Button(page, "Save and continue").ClickAsync();

        await Wizard.StepAsync(page, "configure");
        await Wizard.Button(page, "Select all active").ClickAsync(new() { Timeout = 60_000 });
        await page.GetByLabel("Stage of New", new() { Exact = true }).SelectOptionAsync("Triaged");
        await Expect(page.Locator(".effect-number")).ToContainTextAsync("tickets");
        await AccessibleAsync(page);
        await Wizard.Button(page, "Save and continue").ClickAsync();

        await Wizard.StepAsync(page, "import");
        await AccessibleAsync(page);
        await Wizard.Button(page, "Finish without importing").ClickAsync();

        await Expect(page.Locator(".service-status")).ToContainTextAsync("Active");
        await Expect(page.GetByText("to be imported")).ToBeVisibleAsync(new() { Timeout = 90_000 });
        await AccessibleAsync(page);
        await page.GetByRole(AriaRole.Link, new() { Name = "ConnectWise PSA", Exact = true }).ClickAsync();
        await Expect(page.Locator(".record-grid")).ToContainTextAsync("Succeeded");
        await AccessibleAsync(page);
        await page.GetByRole(AriaRole.Link, new() { Name = "Ticket settings" }).First.ClickAsync();
        await Expect(page.GetByLabel("Stage of New", new() { Exact = true })).ToHaveValueAsync("Triaged");
        await AccessibleAsync(page);
        browser.Errors.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("apiUrl", "127.0.0.1:1", "apiUrl")]
    [InlineData("companyId", "nobody", "companyId")]
    [InlineData("privateKey", "wrong", "privateKey")]
    [InlineData("clientId", "00000000-0000-0000-0000-000000000001", "clientId")]
    [InlineData("clientId", "", "clientId")]
    public async Task Each_mistake_stands_at_its_field_and_nothing_is_made(string field, string value, string shownAt)
    {
        await using var simulator = await SimulatorProcess.StartAsync(companies: 5, tickets: 10);
        await using var home = new PortalHome();
        await using var portal = await home.ServeAsync();
        await using var browser = await Browser.OpenAsync(portal.Address);
        var page = browser.Page;
        await Wizard.SetUpAsync(page);
        await page.GotoAsync("/settings/integrations/new/connectwise");

        var credentials = await Wizard.CredentialsAsync(simulator);
        credentials[field] = field == "apiUrl" ? $"http://{value}" : value;
        await Wizard.FillAsync(page, credentials);
        await Wizard.Button(page, "Connect").ClickAsync();

        await Expect(page.Locator($"input[name={shownAt}]")).ToHaveAttributeAsync("aria-invalid", "true", new() { Timeout = 30_000 });
        (await page.Locator("input[aria-invalid=true]").CountAsync()).ShouldBe(1);
        await AccessibleAsync(page);
        await page.GotoAsync("/settings/integrations");
        await Expect(page.GetByText("Nothing is connected yet.")).ToBeVisibleAsync();
        browser.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_needed_permission_that_is_missing_is_named_with_its_place_and_the_same_account_is_refused_twice()
    {
        await using var simulator = await SimulatorProcess.StartAsync(companies: 5, tickets: 10);
        await using var home = new PortalHome();
        await using var portal = await home.ServeAsync();
        await using var browser = await Browser.OpenAsync(portal.Address);
        var page = browser.Page;
        await Wizard.SetUpAsync(page);
        var credentials = await Wizard.CredentialsAsync(simulator);
        await PermitAsync(simulator, false);
        await page.GotoAsync("/settings/integrations/new/connectwise");
        await Wizard.FillAsync(page, credentials);
        await Wizard.Button(page, "Connect").ClickAsync();
        await Expect(page.Locator(".problem-negative").First).ToContainTextAsync("System → Security Roles", new() { Timeout = 30_000 });

        await PermitAsync(simulator, true);
        await Wizard.Button(page, "Connect").ClickAsync();
        await Wizard.StepAsync(page, "permissions");
        await page.GotoAsync("/settings/integrations/new/connectwise");
        await Wizard.FillAsync(page, credentials);
        await Wizard.Button(page, "Connect").ClickAsync();

        await Expect(page.Locator("form")).ToContainTextAsync("connected already, as “ConnectWise PSA”", new() { Timeout = 30_000 });
        await Expect(page.Locator("input[name=companyId]")).ToHaveAttributeAsync("aria-invalid", "true");
        browser.Errors.ShouldBeEmpty();
    }

    private static async Task PermitAsync(SimulatorProcess simulator, bool given)
    {
        using var answer = await simulator.Client.PostAsJsonAsync(new Uri("/control/connectwise/permissions", UriKind.Relative), new Dictionary<string, bool> { ["tickets"] = given });
        answer.EnsureSuccessStatusCode();
    }

    private static async Task AccessibleAsync(IPage page)
    {
        await Wizard.ReadyAsync(page);
        (await Axe.ViolationsAsync(page)).ShouldBeEmpty();
    }
}
