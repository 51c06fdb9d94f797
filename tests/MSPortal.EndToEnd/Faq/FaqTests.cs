using System.Globalization;
using Microsoft.Playwright;
using MSPortal.EndToEnd.Integrations;
using MSPortal.EndToEnd.Support;
using Shouldly;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace MSPortal.EndToEnd.Faq;

/// <summary>The questions of docs/faq.md, asked by somebody who has only the portal, one after the other on one portal.</summary>
public sealed class FaqTests
{
    [Fact]
    public async Task Every_question_is_answered_by_the_portal_with_the_button_that_mends_it()
    {
        await using var portal = await ConnectedPortal.StartAsync();
        var page = portal.Page;
        var ticket = (await portal.Simulator.RecordsAsync("tickets"))[0].GetProperty("id").GetInt64().ToString(CultureInfo.InvariantCulture);

        ticket = await WhyAreMyTicketsNotSyncingAsync(portal, page, ticket);
        await HowOftenDoSyncsHappenAsync(portal, page);
        await MyChangeIsNotShowingUpAsync(page, ticket);
        await MyIntegrationShowsAsDisconnectedAsync(portal, page, ticket);
        await WhatDoesSupportNeedAsync(page);
        await LookAsync(portal, ticket);

        portal.Browser.Errors.ShouldBeEmpty();
    }

    /// <summary>The answer is a ticket that can be seen in the end.</summary>
    private static async Task<string> WhyAreMyTicketsNotSyncingAsync(ConnectedPortal portal, IPage page, string ticket)
    {
        await Wizard.OpenAsync(page, "/settings/integrations");
        await Wizard.Link(page, "Diagnose").ClickAsync();
        await Wizard.PathAsync(page, "/settings/integrations/diagnose");
        await Wizard.ReadyAsync(page);
        await page.GetByLabel("Ticket number").FillAsync(ticket);
        await Wizard.Button(page, "Diagnose").ClickAsync();
        await Expect(page.Locator(".walk .problem")).ToContainTextAsync("No board of ConnectWise PSA is selected, so no tickets are read.");
        await Wizard.Link(page, "Open Ticket Settings").ClickAsync();
        await Wizard.PathAsync(page, $"{portal.Card}/tickets");

        await portal.ChooseAllAsync();
        await Wizard.OpenAsync(page, $"/settings/integrations/diagnose?ticket={ticket}");
        await Expect(page.Locator(".walk .problem")).ToContainTextAsync("is not imported, and tickets show with their company.");
        await Expect(page.Locator(".walked-failed .walked-name")).ToContainTextAsync("Mapping");
        await Wizard.Link(page, "Import companies").ClickAsync();
        await Wizard.PathAsync(page, $"/settings/companies/import/{portal.Integration}");

        await portal.ImportAllAsync();
        ticket = (await portal.RunAsync("tickets", "list", "--json")).Json()[0].GetProperty("number").GetString()!;
        await Wizard.OpenAsync(page, $"/settings/integrations/diagnose?ticket={ticket}");
        await Expect(page.Locator(".walk .badge").First).ToContainTextAsync("All passed");
        await Wizard.Link(page, "Open ticket").ClickAsync();
        await Expect(page.Locator("h1")).ToBeVisibleAsync();

        await Wizard.OpenAsync(page, "/settings/integrations/diagnose?ticket=99999999");
        await Expect(page.Locator(".walk .problem")).ToContainTextAsync("ConnectWise PSA has no ticket 99999999 that its key may see.");
        return ticket;
    }

    private static async Task HowOftenDoSyncsHappenAsync(ConnectedPortal portal, IPage page)
    {
        await Wizard.OpenAsync(page, "/settings/integrations/schedules");
        var tickets = page.GetByLabel("How often: Service tickets of ConnectWise PSA");
        await Expect(tickets.Locator("option:checked")).ToContainTextAsync("every 15 min (usual)");
        await tickets.SelectOptionAsync(new SelectOptionValue { Label = "every 30 min" });
        await Expect(page.GetByText("Service tickets are read every 30 min from now on.")).ToBeVisibleAsync();
        await page.GetByText("Why this slow?").First.ClickAsync();
        await Expect(page.Locator(".why[open] li").First).ToBeVisibleAsync();
        (await portal.RunAsync("schedules", "list", "--json")).Json().EnumerateArray().Single(l => l.GetProperty("dataType").GetString() == "tickets")
            .GetProperty("intervalMinutes").GetDouble().ShouldBe(30);
    }

    private static async Task MyChangeIsNotShowingUpAsync(IPage page, string ticket)
    {
        await Wizard.OpenAsync(page, $"/settings/integrations/diagnose?ticket={ticket}");
        await Expect(page.Locator(".walked-evidence").Nth(1)).ToContainTextAsync("last confirmed with ConnectWise PSA");
        await Wizard.OpenAsync(page, "/settings/integrations");
        await Expect(page.Locator(".service-buttons button").Last).ToBeVisibleAsync();
    }

    private static async Task MyIntegrationShowsAsDisconnectedAsync(ConnectedPortal portal, IPage page, string ticket)
    {
        await portal.Simulator.CredentialsAsync(new() { ["revoked"] = true });
        (await portal.TryAsync("sync", portal.Integration, "--wait")).ExitCode.ShouldNotBe(0);
        await Wizard.OpenAsync(page, "/overview");
        await Expect(page.Locator(".overview-items .problem").First).ToContainTextAsync("ConnectWise PSA");
        await Expect(page.Locator(".overview-items .problem a").First).ToHaveAttributeAsync("href", $"{portal.Card}/reconnect");
        (await portal.TryAsync("overview")).ExitCode.ShouldBe(2);
        await Wizard.OpenAsync(page, $"/settings/integrations/diagnose?ticket={ticket}");
        await Expect(page.Locator(".walked-failed .walked-name")).ToContainTextAsync("Connection");
        await Wizard.Link(page, "Reconnect").ClickAsync();
        await Wizard.PathAsync(page, $"{portal.Card}/reconnect");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Notifications, 1 new" })).ToBeVisibleAsync(new() { Timeout = 150_000 });
        await Wizard.OpenAsync(page, "/notifications");
        await Expect(page.Locator(".notices-open")).ToContainTextAsync("ConnectWise PSA is disconnected.");
    }

    private static async Task WhatDoesSupportNeedAsync(IPage page)
    {
        await Wizard.OpenAsync(page, "/settings/support");
        var download = await page.RunAndWaitForDownloadAsync(() => Wizard.Link(page, "Download support bundle").ClickAsync());
        download.SuggestedFilename.ShouldStartWith("msportal-support-");
        await download.DeleteAsync();
    }

    /// <summary>With something wrong on them the pages look other than on a good day: nothing for axe, nothing beside the screen of a phone.</summary>
    private static async Task LookAsync(ConnectedPortal portal, string ticket)
    {
        await using var browser = await Browser.OpenAsync(portal.Portal.Address, Look.Phone with { Dark = true }, await portal.Page.Context.StorageStateAsync());
        foreach (var path in new[] { "/overview", $"/settings/integrations/diagnose?ticket={ticket}", "/notifications" })
        {
            await Wizard.OpenAsync(browser.Page, path);
            await Expect(browser.Page.Locator(".problem").First).ToBeVisibleAsync();
            (await browser.Page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth")).ShouldBeLessThanOrEqualTo(0, path);
            (await Axe.ViolationsAsync(browser.Page)).ShouldBeEmpty(path);
        }

        browser.Errors.ShouldBeEmpty();
    }
}
