using Bunit;
using Microsoft.AspNetCore.Components;
using MSPortal.Core.Model;
using MSPortal.Web.Access;
using MSPortal.Web.Features.Companies;
using MudBlazor;
using Shouldly;
using Xunit;
using Database = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Web.Companies;

/// <summary>What a company's page says of its parent and its places, and what the buttons do.</summary>
public sealed class CompanyDetailPageTests : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly BunitContext page = new();
    private CompanyHome home = null!;
    private IRenderedComponent<MudDialogProvider> dialogs = null!;

    public async ValueTask DisposeAsync()
    {
        await page.DisposeAsync();
        await home.DisposeAsync();
    }

    [Fact]
    public async Task What_the_integration_says_of_the_parent_is_adopted_with_one_button_and_taken_off_with_another()
    {
        await OpenAsync();
        var east = await ShowAsync("Acme East");
        Family(east).ShouldContain("Belongs to no other company.");
        Family(east).ShouldContain("Main PSA says that it belongs to Acme.");

        await east.Find("button:contains('Adopt')").ClickAsync();
        east.WaitForAssertion(() => Family(east).ShouldContain("Belongs to Acme"), Patience);
        east.FindAll("button:contains('Adopt')").ShouldBeEmpty();
        (await ShowAsync("Acme")).FindAll(".company-children a").Select(a => a.TextContent).ShouldBe(["Acme East"]);

        await east.Find("button:contains('Belongs to none')").ClickAsync();
        east.WaitForAssertion(() => Family(east).ShouldContain("Belongs to no other company."), Patience);
    }

    [Fact]
    public async Task A_location_is_written_down_corrected_and_removed_on_the_page()
    {
        await OpenAsync();
        var acme = await ShowAsync("Acme");

        var adding = acme.Find("button:contains('Add location')").ClickAsync();
        await dialogs.WaitForElement("#location input", Patience).InputAsync(new ChangeEventArgs { Value = "Head office" });
        await dialogs.Find("button:contains('Save')").ClickAsync();
        await adding;
        acme.WaitForAssertion(() => Places(acme).ShouldBe(["Head office"]), Patience);

        var changing = acme.Find("button[aria-label='Change Head office']").ClickAsync();
        await dialogs.WaitForElement("#location .place-primary input", Patience).ChangeAsync(new ChangeEventArgs { Value = true });
        await dialogs.Find("button:contains('Save')").ClickAsync();
        await changing;
        acme.WaitForAssertion(() => Places(acme).ShouldBe(["Head office (primary)"]), Patience);

        var removing = acme.Find("button[aria-label='Remove Head office']").ClickAsync();
        await dialogs.WaitForElement(".mud-dialog-actions button:contains('Remove')", Patience).ClickAsync();
        await removing;
        acme.WaitForAssertion(() => Places(acme).ShouldBeEmpty(), Patience);
    }

    [Fact]
    public async Task Before_a_parent_is_deleted_the_question_names_what_belongs_to_it()
    {
        await OpenAsync();
        await home.Family.SetParentAsync(await home.IdAsync("Acme East"), await home.IdAsync("Acme"), home.Ada, default);
        var popovers = page.Render<MudPopoverProvider>();
        var list = page.Render<CompaniesPage>();
        list.WaitForAssertion(() => list.Markup.ShouldContain("belongs to Acme"), Patience);

        await list.Find("button[aria-label='Actions for Acme']").ClickAsync();
        var asking = popovers.WaitForElement(".mud-menu-item:contains('Delete')", Patience).ClickAsync();

        dialogs.WaitForAssertion(() => dialogs.Markup.ShouldContain("1 company that belongs to it belongs to none then: Acme East."), Patience);
        await dialogs.Find("button:contains('Cancel')").ClickAsync();
        await asking;
        (await home.NamesAsync()).ShouldBe(["Acme", "Acme East"]);
    }

    [Fact]
    public async Task Who_may_only_look_sees_the_family_and_no_buttons()
    {
        await OpenAsync(Permissions.ReadCompanies);
        var east = await ShowAsync("Acme East");
        Family(east).ShouldContain("Main PSA says that it belongs to Acme.");
        east.FindAll("section[aria-labelledby=company-family] button").ShouldBeEmpty();
    }

    private static IEnumerable<string> Places(IRenderedComponent<CompanyPage> company) => company.FindAll(".company-places li > span:first-child").Select(e => e.TextContent);

    private static string Family(IRenderedComponent<CompanyPage> company) =>
        string.Join(' ', company.Find("section[aria-labelledby=company-family]").TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).Replace(" .", ".", StringComparison.Ordinal);

    private async Task<IRenderedComponent<CompanyPage>> ShowAsync(string name)
    {
        var id = await home.IdAsync(name);
        var company = page.Render<CompanyPage>(parameters => parameters.Add(p => p.Id, id));
        company.WaitForElement("#company-family", Patience);
        return company;
    }

    private async Task OpenAsync(params string[] permissions)
    {
        home = await CompanyHome.CreateAsync(Database.Sqlite);
        await Seed.CompaniesAsync(
            home.Storage.Database,
            home.Storage.Tenant,
            home.Integration,
            new ExternalCompany { ExternalId = "100", Name = "Acme" },
            new ExternalCompany { ExternalId = "101", Name = "Acme East", ParentCompanyId = "100" });
        await home.Import.ImportAllAsync(home.Integration, home.Ada, default);
        CompanyUi.Serve(page, home, permissions);
        dialogs = page.Render<MudDialogProvider>();
    }
}
