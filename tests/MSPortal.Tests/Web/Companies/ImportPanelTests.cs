using System.Globalization;
using System.Security.Claims;
using Bunit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Storage.Model;
using MSPortal.Tests.Storage;
using MSPortal.Tests.Support;
using MSPortal.Web;
using MSPortal.Web.Access;
using MSPortal.Web.Features.Companies;
using MSPortal.Web.Hosting;
using MSPortal.Web.Ui;
using MudBlazor;
using MudBlazor.Services;
using NSubstitute;
using Shouldly;
using Xunit;
using Database = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Web.Companies;

/// <summary>What a person sees of an import in each state that it can be in.</summary>
public sealed class ImportPanelTests : IAsyncDisposable
{
    private readonly BunitContext page = new();
    private readonly IIntegrationStore store = Substitute.For<IIntegrationStore>();
    private CompanyHome home = null!;

    public async ValueTask DisposeAsync()
    {
        await page.DisposeAsync();
        await home.DisposeAsync();
    }

    [Fact]
    public async Task Nothing_read_yet_offers_to_read_and_asks_for_companies_only()
    {
        var panel = await ShowAsync(stream => stream.LastCompleteAt = null);
        store.RequestSyncAsync(default!, default, default!, default).ReturnsForAnyArgs(new SyncRequestResult(1, false, null, null));

        panel.Markup.ShouldContain("Companies have not been read yet");
        await panel.Find("button:contains('Read companies now')").ClickAsync();

        await store.Received(1).RequestSyncAsync(
            Arg.Is<SyncOrder>(o => o.IntegrationId == home.Integration && o.Trigger == SyncTrigger.Settings && o.DataTypes!.Single() == DataType.Companies && !o.Full), null, Arg.Any<Actor>(), Arg.Any<CancellationToken>());
    }

    [Fact]
    public async Task A_first_read_shows_how_far_it_is()
    {
        var panel = await ShowAsync(stream => stream.LastCompleteAt = null, seed: async db =>
        {
            db.Runs.Add(new RunRow { TenantId = home.Storage.Tenant, IntegrationId = home.Integration, DataType = DataType.Companies, Status = RunStatus.Running, Read = 1240, Total = 3000 });
            await db.SaveChangesAsync();
        });
        panel.Markup.ShouldContain("Reading companies: 1,240 of 3,000");
        panel.Markup.ShouldContain("Companies are being read");
    }

    [Fact]
    public async Task A_missing_permission_is_named_and_nothing_can_be_refreshed()
    {
        var panel = await ShowAsync(stream => (stream.DeniedPermission, stream.LastCompleteAt) = ("Companies: Company Maintenance, Inquire", null));
        panel.Markup.ShouldContain("The key lacks the permission “Companies: Company Maintenance, Inquire”.");
        panel.FindAll("button:contains('Refresh'), button:contains('Read companies now')").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_disconnected_integration_says_so_and_still_lists_what_is_here()
    {
        var panel = await ShowAsync(_ => { }, ["Acme"], async db => await db.Integrations.ExecuteUpdateAsync(set => set.SetProperty(i => i.Status, IntegrationStatus.Disconnected)));
        panel.Markup.ShouldContain("is disconnected, so this list is not brought up to date.");
        panel.WaitForAssertion(() => panel.Markup.ShouldContain("Acme"));
    }

    [Fact]
    public async Task After_connecting_all_that_pass_are_ticked_imported_with_one_press_and_taken_back_with_another()
    {
        var panel = await ShowAsync(_ => { }, ["Acme", "Contoso"]);
        await Seed.CompaniesAsync(home.Storage.Database, home.Storage.Tenant, home.Integration, new ExternalCompany { ExternalId = "9", Name = "Gone", IsDeleted = true });

        panel.WaitForAssertion(() => panel.FindAll("input.check:checked").Count.ShouldBe(2));
        await panel.Find(".action-bar button:contains('Import selected (2)')").ClickAsync();
        panel.WaitForAssertion(() => panel.Markup.ShouldContain("Import: 2 created"));
        (await home.LinksAsync()).ShouldBe(["Acme ← 100", "Contoso ← 101"]);

        await panel.Find(".outcome button:contains('Undo')").ClickAsync();
        panel.WaitForAssertion(() => panel.Markup.ShouldContain("Undone: 2 removed"));
        (await home.LinksAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task New_companies_are_shown_alone_and_put_off()
    {
        var panel = await ShowAsync(_ => { }, ["Acme", "Contoso", "Fabrikam"], onlyNew: true, seed: async db =>
        {
            await home.Import.ImportAsync(home.Integration, [new("100")], home.Ada, CancellationToken.None);
            var after = StorageHome.Start + TimeSpan.FromHours(1);
            await db.ExternalCompanies.Where(e => e.ExternalId == "102").ExecuteUpdateAsync(set => set.SetProperty(e => e.CreatedAt, after));
            await db.Streams.ExecuteUpdateAsync(set => set.SetProperty(s => s.LastCompleteAt, after));
            await home.New.LookAsync(home.Storage.Tenant, home.Integration, CancellationToken.None);
        });

        panel.WaitForAssertion(() => Names().ShouldBe(["Fabrikam"]));
        panel.Find(".new-companies").TextContent.ShouldStartWith("1 company is new since 1 Mar 2026, 11:55.");
        await panel.Find(".new-companies button:contains('Show all')").ClickAsync();
        panel.WaitForAssertion(() => Names().ShouldBe(["Contoso", "Fabrikam"]));
        await panel.Find(".new-companies button:contains('Show them')").ClickAsync();
        panel.WaitForAssertion(() => Names().ShouldBe(["Fabrikam"]));
        await panel.Find(".new-companies button:contains('Not now')").ClickAsync();
        panel.WaitForAssertion(() => Names().ShouldBe(["Contoso", "Fabrikam"]));
        panel.FindAll(".new-companies").ShouldBeEmpty();

        IEnumerable<string> Names() => panel.FindAll("td.c-name b").Select(e => e.TextContent);
    }

    private async Task<IRenderedComponent<CompanyImportPanel>> ShowAsync(
        Action<StreamRow> stream, string[]? names = null, Func<MSPortal.Storage.PortalContext, Task>? seed = null, bool onlyNew = false)
    {
        home = await CompanyHome.CreateAsync(Database.Sqlite);
        await home.AddAsync(names ?? []);
        await using (var db = home.Open())
        {
            stream(await db.Streams.SingleAsync(s => s.DataType == DataType.Companies));
            await db.SaveChangesAsync();
            if (seed is not null)
            {
                await seed(db);
            }
        }

        AddServices();
        page.Render<MudPopoverProvider>();
        return page.Render<CompanyImportPanel>(parameters => parameters.Add(p => p.IntegrationId, home.Integration).Add(p => p.OnlyNew, onlyNew));
    }

    private void AddServices()
    {
        var user = new CurrentUser();
        user.Become(new ClaimsPrincipal(new ClaimsIdentity(
            [new Claim(ClaimTypes.Name, "ada@example.com"), new Claim(PortalClaims.Tenant, home.Storage.Tenant.ToString(CultureInfo.InvariantCulture))], "test")), PortalAccess.Everything);
        page.JSInterop.Mode = JSRuntimeMode.Loose;
        page.Services.AddMudServices();
        page.Services.AddSingleton(user).AddSingleton<TimeProvider>(home.Storage.Clock).AddSingleton<UiClock>().AddSingleton(store).AddSingleton(home.Storage.Database);
        page.Services.AddSingleton(home.Import).AddSingleton(home.Actions).AddSingleton(home.Undo).AddSingleton(home.Companies).AddSingleton(home.External).AddSingleton(home.Match)
            .AddSingleton(home.New).AddSingleton(new ImportSourceQueries(home.Storage.Database));
    }
}
