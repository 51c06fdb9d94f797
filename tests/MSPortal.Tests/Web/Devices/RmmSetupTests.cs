using Bunit;
using Microsoft.AspNetCore.Components.Web;
using MSPortal.Core.Contracts;
using MSPortal.Tests.Web.Integrations;
using MSPortal.Web.Features.Integrations;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Web.Devices;

/// <summary>An RMM is set up in three steps, and its companies are only ever mapped.</summary>
public sealed class RmmSetupTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public void Each_kind_of_service_has_its_own_steps()
    {
        WizardState.StepsOf(ProviderCategory.Rmm).ShouldBe([WizardStep.Connect, WizardStep.Map, WizardStep.Import]);
        WizardState.StepsOf(ProviderCategory.Psa).ShouldBe([WizardStep.Connect, WizardStep.Permissions, WizardStep.Sync, WizardStep.Configure, WizardStep.Import]);
        WizardState.StepsOf(ProviderCategory.Cloud, clients: true).ShouldBe([WizardStep.Connect, WizardStep.Map, WizardStep.Clients]);
        (WizardState.Second(ProviderCategory.Rmm), WizardState.Second(ProviderCategory.Psa)).ShouldBe((WizardStep.Map, WizardStep.Permissions));
    }

    [Fact]
    public async Task The_map_step_links_companies_that_are_here_and_makes_none()
    {
        await using var ui = await RmmAsync();
        var shelf = new DeviceShelf(ui.Home.Database, ui.Home.Tenant, IntegrationUi.Now);
        var psa = await shelf.IntegrationAsync("Main PSA");
        await shelf.LinkAsync(psa, "7", "Acme Ltd");
        var rmm = await shelf.IntegrationAsync("Field RMM", "paper");
        await shelf.ExternalCompanyAsync(rmm, "a", "ACME Limited");
        await shelf.ExternalCompanyAsync(rmm, "b", "Nobody we know");

        var page = Setup(ui, rmm, "map");
        page.WaitForAssertion(() => page.FindAll("td.c-name b").Select(b => b.TextContent).ShouldBe(["ACME Limited", "Nobody we know"]), Patience);
        page.FindAll(".steps li").Count.ShouldBe(3);
        page.Find(".form-buttons").TextContent.ShouldContain("0 of 2 companies linked.");
        await page.Find("button:contains('Quick Match')").ClickAsync(new MouseEventArgs());
        page.WaitForAssertion(() => page.Find("button:contains('Apply (1)')").ShouldNotBeNull(), Patience);
        await page.Find("button:contains('Apply (1)')").ClickAsync(new MouseEventArgs());

        page.WaitForAssertion(() => page.Find(".form-buttons").TextContent.ShouldContain("1 of 2 companies linked."), Patience);
        await using var db = ui.Home.Open();
        db.Companies.Select(c => c.Name).ShouldBe(["Acme Ltd"]);
        db.CompanyLinks.Where(l => l.IntegrationId == rmm).Select(l => l.ExternalId).ShouldBe(["a"]);

        await page.Find("button:contains('Continue')").ClickAsync(new MouseEventArgs());
        ui.Navigation.Uri.ShouldEndWith($"/settings/integrations/{rmm}/setup/import");
    }

    [Fact]
    public async Task The_last_step_imports_devices()
    {
        await using var ui = await RmmAsync();
        var shelf = new DeviceShelf(ui.Home.Database, ui.Home.Tenant, IntegrationUi.Now);
        var rmm = await shelf.IntegrationAsync("Field RMM", "paper");
        await shelf.LinkAsync(rmm, "a", "Acme");
        await shelf.DeviceAsync(rmm, "1", "a", "PC-1");

        var page = Setup(ui, rmm, "import");

        page.WaitForAssertion(() => page.Find("button:contains('Quick Match (1)')").ShouldNotBeNull(), Patience);
        page.Markup.ShouldNotContain("Choose companies");
        await page.Find("button:contains('Finish')").ClickAsync(new MouseEventArgs());
        ui.Navigation.Uri.ShouldEndWith("/devices");
    }

    [Theory]
    [InlineData("permissions", "What the key may read")]
    [InlineData("sync", "What to read, and how often")]
    public async Task Permissions_and_data_types_are_no_steps_and_stay_within_reach(string step, string title)
    {
        await using var ui = await RmmAsync();
        var rmm = await new DeviceShelf(ui.Home.Database, ui.Home.Tenant, IntegrationUi.Now).IntegrationAsync("Field RMM", "paper");
        var page = Setup(ui, rmm, step);
        page.WaitForAssertion(() => page.FindAll("h2").Select(h => h.TextContent).ShouldContain(title), Patience);
        page.FindAll(".steps").ShouldBeEmpty();
    }

    private static async Task<IntegrationUi> RmmAsync()
    {
        var ui = await IntegrationUi.OpenAsync();
        ui.Vendor.Info = ui.Vendor.Info with { Category = ProviderCategory.Rmm };
        return ui;
    }

    private static IRenderedComponent<SetupPage> Setup(IntegrationUi ui, long integration, string step) =>
        ui.Context.Render<SetupPage>(p => p.Add(s => s.Id, integration).Add(s => s.StepName, step));
}
