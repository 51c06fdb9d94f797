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

/// <summary>What a person sees of types, and what the buttons do.</summary>
public sealed class CompanyTypePageTests : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly BunitContext page = new();
    private CompanyHome home = null!;
    private IRenderedComponent<MudDialogProvider> dialogs = null!;
    private IRenderedComponent<MudSnackbarProvider> snackbars = null!;

    public async ValueTask DisposeAsync()
    {
        await page.DisposeAsync();
        await home.DisposeAsync();
    }

    [Fact]
    public async Task All_that_match_get_a_type_after_the_dialog_said_to_how_many_and_lose_it_again_by_undo()
    {
        await OpenAsync();
        var ids = await home.MakeAsync([.. Enumerable.Range(0, 60).Select(i => $"Client {i}"), "Other"]);
        await home.Actions.SetActiveAsync(ids[^1], false, home.Ada, default);
        var list = page.Render<CompaniesPage>();
        list.WaitForAssertion(() => list.FindAll("td.c-name b").Count.ShouldBe(50), Patience);

        await list.Find(".segments button:nth-child(2)").ClickAsync();
        list.WaitForAssertion(() => list.Markup.ShouldContain("of 60"), Patience);
        await list.Find("button:contains('Select all that match')").ClickAsync();
        list.Find(".action-bar b").TextContent.ShouldBe("60 companies");
        var asking = list.Find(".action-bar button:contains('Manage types')").ClickAsync();
        await dialogs.WaitForElement("input[maxlength='60']", Patience).InputAsync(new ChangeEventArgs { Value = "Good ones" });
        await dialogs.Find("form.types-new").SubmitAsync();
        dialogs.WaitForAssertion(() => dialogs.Find(".types-plan").TextContent.Trim().ShouldContain("60 companies get “Good ones”, a type that is new."), Patience);
        await dialogs.Find("button:contains('Add (60)')").ClickAsync();
        await asking;

        list.WaitForAssertion(() => list.FindAll("td .link-chip").Count.ShouldBe(50), Patience);
        (await home.TypesAsync()).Count.ShouldBe(60);
        list.Find("select[aria-label=Type]").TextContent.ShouldContain("Good ones (60)");
        await snackbars.Find("button:contains('Undo')").ClickAsync();
        list.WaitForAssertion(() => list.FindAll("td .link-chip").ShouldBeEmpty(), Patience);
        (await home.TypesAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_list_is_filtered_by_a_type_that_an_integration_says()
    {
        await OpenAsync();
        await SaidAsync();
        var list = page.Render<CompaniesPage>();
        list.WaitForAssertion(() => Names(list).ShouldBe(["Acme", "Bolt"]), Patience);

        await list.Find("select[aria-label=Type]").ChangeAsync(new ChangeEventArgs { Value = "Client" });

        list.WaitForAssertion(() => Names(list).ShouldBe(["Acme"]), Patience);
        list.Find("td .said-type").GetAttribute("title").ShouldBe("Read only: said by Main PSA");
    }

    [Fact]
    public async Task A_companys_page_shows_both_kinds_and_changes_its_own_only()
    {
        await OpenAsync();
        await SaidAsync();
        await home.Types.ChangeAsync(await home.IdsAsync("Acme", "Bolt"), new TypeChange(TypeAct.Add, ["VIP"]), home.Ada, default);
        var acme = await ShowAsync("Acme");
        Chips(acme).ShouldBe(["VIP", "Client Main PSA"]);

        var asking = acme.Find("button:contains('Manage types')").ClickAsync();
        await dialogs.WaitForElement("button:contains('Remove')", Patience).ClickAsync();
        dialogs.FindAll(".types-list label").Select(l => l.TextContent.Trim()).ShouldBe(["VIP"]); // What the integration says is not there to be removed.
        await dialogs.Find(".types-list input").ChangeAsync(new ChangeEventArgs { Value = true });
        await dialogs.Find("button:contains('Remove (1)')").ClickAsync();
        await asking;

        acme.WaitForAssertion(() => Chips(acme).ShouldBe(["Client Main PSA"]), Patience);
        (await home.TypesAsync()).ShouldBe(["Bolt: VIP"]);
    }

    [Fact]
    public async Task Who_may_only_look_sees_types_and_no_buttons()
    {
        await OpenAsync(Permissions.ReadCompanies);
        await SaidAsync();
        var list = page.Render<CompaniesPage>();
        list.WaitForAssertion(() => Names(list).ShouldBe(["Acme", "Bolt"]), Patience);
        list.FindAll("input.check, button:contains('Select all')").ShouldBeEmpty();
        list.FindAll("td .said-type").Count.ShouldBe(1);
        (await ShowAsync("Acme")).FindAll("button:contains('Manage types')").ShouldBeEmpty();
    }

    private static IEnumerable<string> Names(IRenderedComponent<CompaniesPage> list) => list.FindAll("td.c-name b").Select(e => e.TextContent);

    private static IEnumerable<string> Chips(IRenderedComponent<CompanyPage> company) => company.FindAll(".link-chip").Select(c => c.TextContent);

    private async Task<IRenderedComponent<CompanyPage>> ShowAsync(string name)
    {
        var id = await home.IdAsync(name);
        var company = page.Render<CompanyPage>(parameters => parameters.Add(p => p.Id, id));
        company.WaitForElement("#company-standing", Patience);
        return company;
    }

    private async Task SaidAsync()
    {
        await Seed.CompaniesAsync(
            home.Storage.Database, home.Storage.Tenant, home.Integration, new ExternalCompany { ExternalId = "100", Name = "Acme", TypeNames = ["Client"] }, new ExternalCompany { ExternalId = "101", Name = "Bolt" });
        await home.Import.ImportAllAsync(home.Integration, home.Ada, default);
    }

    private async Task OpenAsync(params string[] permissions)
    {
        home = await CompanyHome.CreateAsync(Database.Sqlite);
        CompanyUi.Serve(page, home, permissions);
        dialogs = page.Render<MudDialogProvider>();
        snackbars = page.Render<MudSnackbarProvider>();
    }
}
