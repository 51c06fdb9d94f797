using Bunit;
using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Tests.Storage.Integrations;
using MSPortal.Tests.Web.Integrations;
using MSPortal.Web.Features.Webhooks;
using NSubstitute;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Web.Webhooks;

public sealed class WebhookPanelTests
{
    [Fact]
    public async Task A_vendor_without_webhooks_shows_nothing_of_them()
    {
        await using var ui = await IntegrationUi.OpenAsync();
        (await RenderAsync(ui)).Markup.Trim().ShouldBeEmpty();
    }

    [Fact]
    public async Task Without_a_public_address_it_says_so_and_offers_nothing()
    {
        await using var ui = await IntegrationUi.OpenAsync();
        ui.Vendor.Webhooks = Support();
        var panel = await RenderAsync(ui);
        panel.Find(".problem-sentence").TextContent.ShouldContain("MSPORTAL_PUBLIC_URL");
        panel.FindAll("button").Single(b => b.TextContent.Trim() == "Enable webhooks").HasAttribute("disabled").ShouldBeTrue();
    }

    [Fact]
    public async Task Enabled_it_says_what_came_in_and_where_a_person_has_to_help_shows_the_address()
    {
        await using var ui = await IntegrationUi.OpenAsync(new Uri("https://portal.example"));
        ui.Vendor.Webhooks = Support() with { ByHand = "Add this address in Paper's notification centre." };
        var panel = await RenderAsync(ui);

        await panel.FindAll("button").Single(b => b.TextContent.Trim() == "Enable webhooks").ClickAsync(new());
        panel.Find("section").TextContent.ShouldContain("Add this address in Paper's notification centre.");
        panel.Find("code").TextContent.ShouldStartWith("https://portal.example/hooks/");
        panel.FindAll("button").Select(b => b.TextContent.Trim()).ShouldBe(["Disable webhooks"]);

        await using var db = ui.Home.Open();
        (await db.WebhookEndpoints.CountAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task What_is_wrong_at_the_vendor_stands_beside_the_button_that_mends_it()
    {
        await using var ui = await IntegrationUi.OpenAsync(new Uri("https://portal.example"));
        ui.Vendor.Webhooks = Support() with { Provision = (_, _, _) => throw new FaultException(new Fault.VendorDown("It answers 500.")) };
        var panel = await RenderAsync(ui);

        await panel.FindAll("button").Single(b => b.TextContent.Trim() == "Enable webhooks").ClickAsync(new());
        panel.Find(".problem-sentence").TextContent.ShouldContain("It answers 500.");
        panel.FindAll("code").ShouldBeEmpty("the address is a secret");
        panel.FindAll("button").Select(b => b.TextContent.Trim()).ShouldBe(["Provision webhooks", "Disable webhooks"]);
    }

    private static WebhookSupport Support() => new() { DataTypes = [DataType.Tickets], Read = (_, _, _, _) => Task.FromResult<WebhookVerdict>(new WebhookVerdict.Forged()) };

    private static async Task<IRenderedComponent<WebhookPanel>> RenderAsync(IntegrationUi ui)
    {
        var id = await ui.Home.ConnectAsync();
        await ui.Home.ChangeAsync(id, i => i.Provider = ui.Vendor.Info.Id);
        ui.Sync.IntegrationAsync(default, default, default).ReturnsForAnyArgs(new IntegrationState
        {
            TenantId = ui.Home.Tenant,
            Id = id,
            Provider = ui.Vendor.Info.Id,
            Name = "Main",
            Status = IntegrationStatus.Active,
            Settings = new SettingsValues(new Dictionary<string, string>()),
        });
        return ui.Context.Render<WebhookPanel>(p => p.Add(c => c.IntegrationId, id));
    }
}
