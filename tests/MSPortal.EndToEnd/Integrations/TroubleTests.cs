using Microsoft.Playwright;
using MSPortal.EndToEnd.Support;
using Shouldly;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace MSPortal.EndToEnd.Integrations;

/// <summary>Whatever keeps tickets away says so in its own words, beside the button that leads to what mends it.</summary>
public sealed class TroubleTests
{
    [Fact]
    public async Task Nothing_selected_leads_to_the_ticket_settings_and_choosing_mends_it()
    {
        await using var portal = await ConnectedPortal.StartAsync();
        var page = portal.Page;
        await Wizard.OpenAsync(page, "/settings/integrations");
        await Expect(page.Locator(".service-card .problem")).ToContainTextAsync("No board is selected, so no tickets are synced.");
        await Expect(page.Locator(".service-card .problem a")).ToHaveAttributeAsync("href", $"{portal.Card}/tickets");

        await Wizard.OpenAsync(page, "/tickets");
        await Expect(page.Locator(".empty-state")).ToContainTextAsync("No Service Boards of ConnectWise PSA are selected, so no tickets are read.");
        await Wizard.Link(page, "Open Ticket Settings").ClickAsync();
        await Wizard.PathAsync(page, $"{portal.Card}/tickets");
        await Wizard.Button(page, "Select all active").ClickAsync();
        await Wizard.Button(page, "Save").ClickAsync();
        await Expect(page.GetByText("Ticket settings saved.")).ToBeVisibleAsync();

        await Wizard.OpenAsync(page, "/settings/integrations");
        await Expect(page.Locator(".service-card")).Not.ToContainTextAsync("No board is selected");
        portal.Browser.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task Without_an_imported_company_the_waiting_tickets_are_counted_and_importing_shows_them()
    {
        await using var portal = await ConnectedPortal.StartAsync();
        var page = portal.Page;
        await portal.ChooseAllAsync();

        await Wizard.OpenAsync(page, "/tickets");
        await Expect(page.Locator(".empty-state")).ToContainTextAsync("of ConnectWise PSA to be imported.");
        await Expect(page.Locator(".empty-state")).ToContainTextAsync("No company is imported yet");
        await Wizard.Link(page, "Import companies").ClickAsync();
        await Wizard.PathAsync(page, $"/settings/companies/import/{portal.Integration}");
        await Wizard.Button(page, "Select all that pass").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Import selected" }).ClickAsync();
        await Wizard.Link(page, "See tickets").ClickAsync();

        await Wizard.PathAsync(page, "/tickets");
        await Expect(page.Locator(".t-number a").First).ToBeVisibleAsync();
        portal.Browser.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_permission_that_is_taken_away_is_named_with_its_place_and_a_re_check_after_granting_mends_it()
    {
        await using var portal = await ConnectedPortal.StartAsync();
        var page = portal.Page;
        await portal.ChooseAllAsync();
        await portal.ImportAllAsync();
        await portal.Simulator.PermitAsync("tickets", false);
        await portal.TryAsync("sync", portal.Integration, "--data-type", "tickets", "--full", "--wait");

        await Wizard.OpenAsync(page, "/tickets");
        var notice = page.Locator(".problem").Filter(new() { HasText = "does not let us read tickets" });
        await Expect(notice).ToContainTextAsync("System → Security Roles");
        await Expect(page.Locator(".t-number a").First).ToBeVisibleAsync();
        await Wizard.OpenAsync(page, "/settings/integrations");
        await Expect(page.Locator(".service-status")).ToContainTextAsync("Active, needs attention");
        await Wizard.Link(page, "Re-check").ClickAsync();

        await Wizard.StepAsync(page, "permissions");
        await Wizard.Button(page, "Re-check").ClickAsync();
        await Expect(page.Locator(".problem-negative").Last).ToContainTextAsync("Needed and missing: Service tickets.");
        await Expect(page.Locator(".areas")).ToContainTextAsync("System → Security Roles");
        (await Axe.ViolationsAsync(page)).ShouldBeEmpty();

        await portal.Simulator.PermitAsync("tickets", true);
        await Wizard.Button(page, "Re-check").ClickAsync();
        await Expect(page.GetByText("Needed and missing")).ToHaveCountAsync(0);
        await Wizard.OpenAsync(page, "/tickets");
        await Expect(page.Locator(".t-number a").First).ToBeVisibleAsync();
        await Expect(notice).ToHaveCountAsync(0);
        portal.Browser.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task Keys_that_stop_working_disconnect_it_with_the_reason_and_only_the_same_account_reconnects()
    {
        await using var portal = await ConnectedPortal.StartAsync();
        await using var stranger = await SimulatorServer.StartAsync(seed: 2, companies: 3, tickets: 5);
        var page = portal.Page;
        await portal.ChooseAllAsync();
        await portal.Simulator.CredentialsAsync(new() { ["revoked"] = true });
        (await portal.TryAsync("sync", portal.Integration, "--wait")).ExitCode.ShouldNotBe(0);

        await Wizard.OpenAsync(page, "/settings/integrations");
        await Expect(page.Locator(".service-status")).ToContainTextAsync("Disconnected");
        await Expect(page.Locator(".service-card .problem-sentence").First).ToContainTextAsync("key");
        (await Axe.ViolationsAsync(page)).ShouldBeEmpty();
        await Wizard.OpenAsync(page, "/tickets");
        await Expect(page.GetByText("ConnectWise PSA is disconnected").First).ToBeVisibleAsync();
        await Wizard.Link(page, "Reconnect").ClickAsync();
        await Wizard.PathAsync(page, $"{portal.Card}/reconnect");

        await stranger.CredentialsAsync(new() { ["companyId"] = "somebodyelse" });
        await Wizard.FillAsync(page, await Wizard.CredentialsAsync(stranger));
        await Wizard.Button(page, "Reconnect").ClickAsync();
        await Expect(page.Locator(".connect-form")).ToContainTextAsync("belong to another account");

        await portal.Simulator.CredentialsAsync(new() { ["revoked"] = false });
        await Wizard.FillAsync(page, await Wizard.CredentialsAsync(portal.Simulator));
        await Wizard.Button(page, "Reconnect").ClickAsync();
        await Wizard.PathAsync(page, portal.Card);
        await Expect(page.Locator(".page-header, header, main").First).Not.ToContainTextAsync("Disconnected");
        portal.Browser.Errors.ShouldBeEmpty();
    }
}
