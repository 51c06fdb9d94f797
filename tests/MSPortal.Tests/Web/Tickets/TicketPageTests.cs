using System.Security.Claims;
using AngleSharp.Dom;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MSPortal.Connectors;
using MSPortal.Core.Contracts;
using MSPortal.Core.Integrations;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Storage.Model;
using MSPortal.Tests.Storage;
using MSPortal.Web;
using MSPortal.Web.Features.Tickets;
using MSPortal.Web.Ui;
using MudBlazor.Services;
using Shouldly;
using Xunit;
using DatabaseKind = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Web.Tickets;

public sealed class TicketPageTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Without_an_integration_the_page_leads_to_connecting_one()
    {
        await using var desk = await Desk.OpenAsync();
        var page = desk.Render<TicketsPage>();
        await EmptyAsync(page, "Nothing is connected yet", "Connect an integration", "/settings/integrations");
    }

    [Fact]
    public async Task Each_reason_for_an_empty_list_has_its_own_words_and_button()
    {
        foreach (var (change, tickets, title, button, href) in new (Action<Integration>?, Action<StreamRow>?, string, string, string)[]
        {
            (i => (i.Status, i.StatusReason) = (IntegrationStatus.Disconnected, "The key was refused."), null, "Main PSA is disconnected", "Reconnect", "/settings/integrations/1/reconnect"),
            (i => i.Secrets = [1], null, "Main PSA is disconnected", "Reconnect", "/settings/integrations/1/reconnect"),
            (i => i.Status = IntegrationStatus.Paused, null, "Main PSA is paused", "Open integration", "/settings/integrations/1"),
            (null, s => s.DeniedPermission = "Service Tickets", "Tickets are not permitted", "Re-check permissions", "/settings/integrations/1/setup/permissions"),
            (i => i.Scope = """{"containers":[]}""", null, "No Service Boards selected", "Open Ticket Settings", "/settings/integrations/1/tickets"),
            (null, s => s.LastCompleteAt = null, "The first read is about to start", "See progress", "/settings/integrations/1"),
            (null, null, "No company is imported yet", "Import companies", "/settings/companies/import/1"),
        })
        {
            await using var desk = await Desk.OpenAsync();
            await desk.Seed.IntegrationAsync(change: change, tickets: tickets);
            await EmptyAsync(desk.Render<TicketsPage>(), title, button, href);
        }
    }

    [Fact]
    public async Task A_first_read_under_way_says_how_far_it_is()
    {
        await using var desk = await Desk.OpenAsync();
        var psa = await desk.Seed.IntegrationAsync(tickets: s => s.LastCompleteAt = null);
        await desk.Seed.LinkAsync(psa, "7", "Acme");
        await desk.Seed.DoAsync(db =>
        {
            db.Runs.Add(new RunRow { TenantId = desk.Home.Tenant, IntegrationId = psa, DataType = DataType.Tickets, Status = RunStatus.Running, Kind = PassKind.Full, Read = 1200, Total = 5000 });
            return Task.CompletedTask;
        });
        var page = desk.Render<TicketsPage>();
        await EmptyAsync(page, "Tickets are being read", "See progress", "/settings/integrations/1");
        page.Find(".empty-state").TextContent.ShouldContain("1,200 of 5,000");
    }

    [Fact]
    public async Task Held_back_tickets_are_counted_beside_the_ones_that_show()
    {
        await using var desk = await Desk.OpenAsync();
        var psa = await desk.Seed.IntegrationAsync();
        await desk.Seed.LinkAsync(psa, "7", "Acme");
        await desk.Seed.TicketAsync(psa, "1", "7");
        foreach (var id in new[] { "2", "3", "4" })
        {
            await desk.Seed.TicketAsync(psa, id, id == "4" ? "9" : "8");
        }

        await desk.Seed.TicketAsync(psa, "5", "not kept");
        await desk.Seed.DoAsync(db =>
        {
            db.Ledger.Add(new LedgerRow { TenantId = desk.Home.Tenant, IntegrationId = psa, DataType = DataType.Companies, Generation = 1, ExternalId = "not kept", State = LedgerState.OutOfScope });
            return Task.CompletedTask;
        });
        await desk.Seed.TicketAsync(psa, "6", "10");
        await desk.Seed.ExternalCompanyAsync(psa, "7", "Acme");
        await desk.Seed.ExternalCompanyAsync(psa, "8", "Bolt");
        await desk.Seed.ExternalCompanyAsync(psa, "9", "Cray");
        await desk.Seed.ExternalCompanyAsync(psa, "10", "Blocked");
        await desk.Seed.BlockAsync(psa, "10");
        var page = desk.Render<TicketsPage>();
        await page.WaitForAssertionAsync(() => page.FindAll("td.t-number").Select(c => c.TextContent.Trim()).ShouldBe(["1"]), Patience);
        page.Find(".problem").TextContent.ShouldContain("3 tickets are waiting for 2 companies of Main PSA to be imported.");
        page.Find(".problem a").GetAttribute("href").ShouldBe("/settings/companies/import/1");
    }

    [Fact]
    public async Task A_filter_without_a_match_says_so_and_is_cleared_by_its_button()
    {
        await using var desk = await Desk.OpenAsync();
        var psa = await desk.Seed.IntegrationAsync();
        await desk.Seed.LinkAsync(psa, "7", "Acme");
        await desk.Seed.TicketAsync(psa, "1", "7");
        desk.Navigation.NavigateTo("/tickets?q=nothing-like-it");
        var page = desk.Render<TicketsPage>();
        await EmptyAsync(page, "No ticket matches", "Clear search and filters", "/tickets");
        page.FindAll(".empty-state a").Count.ShouldBe(1);
        desk.Navigation.NavigateTo("/tickets");
        await page.WaitForAssertionAsync(() => page.FindAll("td.t-number").Select(c => c.TextContent.Trim()).ShouldBe(["1"]), Patience);
    }

    [Fact]
    public async Task A_number_that_is_not_found_can_be_diagnosed()
    {
        await using var desk = await Desk.OpenAsync();
        var psa = await desk.Seed.IntegrationAsync();
        await desk.Seed.LinkAsync(psa, "7", "Acme");
        desk.Navigation.NavigateTo("/tickets?q=%2312345");
        var page = desk.Render<TicketsPage>();
        await page.WaitForAssertionAsync(() => page.FindAll(".empty-state a").Select(a => a.GetAttribute("href")).ShouldBe(["/tickets", "/settings/integrations/diagnose?ticket=%2312345"]), Patience);
    }

    [Fact]
    public async Task Without_an_open_ticket_the_closed_ones_are_offered()
    {
        await using var desk = await Desk.OpenAsync();
        var psa = await desk.Seed.IntegrationAsync();
        await desk.Seed.LinkAsync(psa, "7", "Acme");
        await desk.Seed.TicketAsync(psa, "1", "7", t => t.IsClosed = true);
        await EmptyAsync(desk.Render<TicketsPage>(), "No open tickets", "Show closed tickets", "/tickets?state=closed");
    }

    [Fact]
    public async Task The_address_filters_sorts_and_is_what_a_change_writes()
    {
        await using var desk = await Desk.OpenAsync();
        var psa = await desk.Seed.IntegrationAsync();
        await desk.Seed.LinkAsync(psa, "7", "Acme");
        await desk.Seed.TicketAsync(psa, "1", "7", t => t.Priority = PriorityLevel.Critical);
        await desk.Seed.TicketAsync(psa, "2", null, t => t.IsClosed = true);
        await desk.Seed.TicketAsync(psa, "3", null);
        desk.Navigation.NavigateTo("/tickets?state=all&sort=number");
        var page = desk.Render<TicketsPage>();
        await page.WaitForAssertionAsync(() => page.FindAll("td.t-number").Select(c => c.TextContent.Trim()).ShouldBe(["1", "2", "3"]), Patience);
        page.FindAll("td.t-priority")[0].TextContent.Trim().ShouldBe("Critical");
        page.FindAll("td.t-company").Select(c => c.TextContent.Trim()).ShouldBe(["Acme", "No company", "No company"]);

        await page.FindAll(".segments button").Single(b => b.TextContent == "Closed").ClickAsync();
        await page.WaitForAssertionAsync(() => page.FindAll("td.t-number").Select(c => c.TextContent.Trim()).ShouldBe(["2"]), Patience);
        new Uri(desk.Navigation.Uri).PathAndQuery.ShouldBe("/tickets?state=closed&sort=number");
    }

    [Fact]
    public async Task A_copy_that_nothing_confirms_any_more_or_that_is_older_than_the_vendors_says_so()
    {
        await using var desk = await Desk.OpenAsync();
        desk.Services.AddSingleton(new TicketRefresh(null!, null!, TimeProvider.System));
        var psa = await desk.Seed.IntegrationAsync();
        var id = await desk.Seed.TicketAsync(psa, "1", null);
        string Line(IRenderedComponent<TicketPage> page) => page.Find(".ticket-line").TextContent;
        var well = desk.Render<TicketPage>(p => p.Add(c => c.Id, id));
        Line(well).ShouldNotContain("no longer confirmed");
        well.FindAll(".problem").ShouldBeEmpty();

        await desk.Seed.DoAsync(db =>
        {
            db.Integrations.Single().Status = IntegrationStatus.Disconnected;
            db.Quarantine.Add(new QuarantineRow { TenantId = desk.Home.Tenant, IntegrationId = psa, DataType = DataType.Tickets, ExternalId = "1", Reason = "priority: not a number.", Sample = "{}" });
            return Task.CompletedTask;
        });

        var page = desk.Render<TicketPage>(p => p.Add(c => c.Id, id));
        Line(page).ShouldContain("no longer confirmed: Main PSA is disconnected");
        page.Find(".problem").TextContent.ShouldContain("could not be understood (priority: not a number)");
    }

    [Fact]
    public async Task Chosen_columns_are_kept_with_the_person()
    {
        await using var desk = await Desk.OpenAsync();
        var psa = await desk.Seed.IntegrationAsync();
        await desk.Seed.TicketAsync(psa, "1", null);
        var choices = new TicketColumnChoices(desk.Home.Database);
        await choices.KeepAsync(desk.Home.Tenant, desk.Person, ["Number", "Opened"], default);
        await choices.KeepAsync(desk.Home.Tenant, desk.Person, ["Number", "Integration"], default);
        (await choices.ReadAsync(desk.Home.Tenant, Guid.NewGuid(), default)).ShouldBeNull();
        var page = desk.Render<TicketsPage>();
        await page.WaitForAssertionAsync(() => page.FindAll("td.t-number").Count.ShouldBe(1), Patience);
        page.FindAll("tbody td").Select(c => c.TextContent.Trim()).ShouldBe(["1", "Ticket 1", "Main PSA"]);
    }

    private static async Task EmptyAsync(IRenderedComponent<TicketsPage> page, string title, string button, string href)
    {
        await page.WaitForAssertionAsync(() => page.Find(".empty-state h2").TextContent.ShouldBe(title), Patience);
        var link = page.Find(".empty-state-actions a");
        (link.TextContent.Trim(), link.GetAttribute("href")).ShouldBe((button, href));
        page.FindAll(".problem").ShouldBeEmpty("what stands in the list is not said twice");
    }
}
