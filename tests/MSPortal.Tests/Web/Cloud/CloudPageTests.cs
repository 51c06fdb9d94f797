using System.Security.Claims;
using AngleSharp.Dom;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MSPortal.Core.Contracts;
using MSPortal.Core.Integrations;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Tests.Storage;
using MSPortal.Web;
using MSPortal.Web.Access;
using MSPortal.Web.Features.Cloud;
using MSPortal.Web.Ui;
using MudBlazor;
using MudBlazor.Services;
using Shouldly;
using Xunit;
using Database = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Web.Cloud;

/// <summary>What a person sees of what a client has in the cloud.</summary>
public sealed class CloudPageTests : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly BunitContext page = new();
    private readonly CurrentUser user = new();
    private StorageHome home = null!;
    private CloudShelf shelf = null!;

    private NavigationManager Navigation => page.Services.GetRequiredService<NavigationManager>();

    public async ValueTask DisposeAsync()
    {
        await page.DisposeAsync();
        await home.DisposeAsync();
    }

    [Fact]
    public async Task The_card_says_how_the_connection_stands_what_it_has_and_how_fresh_that_is()
    {
        await OpenAsync();
        var (integration, acme, _, _) = await shelf.FillAsync();
        await shelf.StreamAsync(integration, CloudShelf.Acme, DataType.Domains, s => s.DeniedPermission = "Read domains");
        await shelf.StreamAsync(integration, CloudShelf.Acme, DataType.Licenses, s => s.LastCompleteAt = StorageHome.Start.AddDays(-5));
        var card = Render<CloudCard>(p => p.Add(x => x.CompanyId, acme));

        card.WaitForAssertion(() => card.Find("h2").TextContent.ShouldBe("Sky 365"), Patience);
        card.Find(".badge").TextContent.Trim().ShouldBe("Connected");
        card.FindAll(".cloud-figures dd").Select(Words).ShouldBe(["5 3 enabled · 1 guest", "10 of 8 1 unused · 3 too many", "60 % +10 in 30 days"]);
        card.FindAll(".cloud-streams li").Select(Words).ShouldBe(["Users 1 h ago", "Licences Stale, 5 d ago", "Security score 1 h ago", "Recommendations 1 h ago", "Groups 1 h ago", "Domains Not permitted"]);
        card.FindAll(".cloud-links a").Select(a => a.GetAttribute("href")).ShouldBe(new[] { "users", "licences", "security-score", "groups", "domains" }.Select(t => $"/companies/{acme}/cloud/{t}"));
        card.FindAll(".problem").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_connection_that_needs_consent_says_so_and_leads_to_the_integration()
    {
        await OpenAsync();
        var (integration, acme, _, _) = await shelf.FillAsync();
        await shelf.StandAsync(CloudShelf.Acme, PartitionStatus.NeedsConsent, "Nobody at Acme has agreed yet.", "Send the link again.");
        foreach (var shown in new IRenderedComponent<IComponent>[] { Render<CloudCard>(p => p.Add(x => x.CompanyId, acme)), Show(acme, "domains") })
        {
            shown.WaitForAssertion(() => shown.Find(".problem").TextContent.ShouldContain("Nobody at Acme has agreed yet."), Patience);
            shown.Find(".problem").TextContent.ShouldContain("Send the link again.");
            shown.Find(".problem a").GetAttribute("href").ShouldBe($"/settings/integrations/{integration}#clients");
            shown.Find(".badge").TextContent.Trim().ShouldBe("Needs consent");
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_company_without_a_connection_says_so_and_leads_there_who_may_make_one(bool mayManage)
    {
        await OpenAsync(mayManage ? [] : [Permissions.ReadCompanies]);
        var (integration, _, _, initech) = await shelf.FillAsync();
        var card = Render<CloudCard>(p => p.Add(x => x.CompanyId, initech));

        card.WaitForAssertion(() => card.Find("p").TextContent.ShouldBe("Initech is not connected to Our Sky, so nothing of it is read there."), Patience);
        card.FindAll("a").Select(a => a.GetAttribute("href")).ShouldBe(mayManage ? [$"/settings/integrations/{integration}#clients"] : []);
        var whole = Show(initech, "users");
        whole.WaitForAssertion(() => whole.Find(".empty-state h2").TextContent.ShouldBe("Not connected"), Patience);
    }

    [Fact]
    public async Task Where_nothing_of_this_kind_is_connected_a_company_has_no_card()
    {
        await OpenAsync();
        var acme = await shelf.CompanyAsync("Acme");
        Render<CloudCard>(p => p.Add(x => x.CompanyId, acme)).Markup.Trim().ShouldBeEmpty();
    }

    [Fact]
    public async Task The_address_says_who_is_shown_and_every_change_goes_into_it()
    {
        await OpenAsync();
        var (_, acme, _, _) = await shelf.FillAsync();
        Navigation.NavigateTo($"/companies/{acme}/cloud/users?product=lic-p1&sort=-name");
        var list = Show(acme, "users");
        Names(list, "Zoë Kern", "Ann Lee");
        list.Find("a[download]").GetAttribute("href").ShouldBe($"/companies/{acme}/cloud/users/export.csv?product=lic-p1");

        await list.FindAll("select").First(s => s.TextContent.Contains("Licence problems", StringComparison.Ordinal)).ChangeAsync(new ChangeEventArgs { Value = "problems" });
        Names(list, "Zoë Kern");
        Navigation.Uri.ShouldEndWith($"/companies/{acme}/cloud/users?licenses=problems&product=lic-p1&sort=-name");
        list.WaitForAssertion(() => list.Find("a[download]").GetAttribute("href").ShouldBe($"/companies/{acme}/cloud/users/export.csv?licenses=problems&product=lic-p1"), Patience);
        list.Find("td.u-licences .badge").TextContent.Trim().ShouldBe("Problem");

        await list.Find("button:contains('Disabled')").ClickAsync(new MouseEventArgs());
        list.WaitForAssertion(() => list.Find(".empty-state h2").TextContent.ShouldBe("Nothing matches"), Patience);
        await list.Find(".empty-state button").ClickAsync(new MouseEventArgs());
        list.WaitForAssertion(() => list.FindAll("td.u-name").Count.ShouldBe(5), Patience);
        Navigation.Uri.ShouldEndWith($"/companies/{acme}/cloud/users?sort=-name");
    }

    [Fact]
    public async Task A_person_opens_with_phones_addresses_groups_and_what_is_wrong()
    {
        await OpenAsync();
        var (_, acme, _, _) = await shelf.FillAsync();
        var dialogs = Render<MudDialogProvider>();
        Navigation.NavigateTo($"/companies/{acme}/cloud/users");
        var list = Show(acme, "users");
        Names(list, "=cmd|calc", "Ann Lee", "bob Ray", "info@acme.example", "Zoë Kern");

        await list.FindAll("td.u-name button")[1].ClickAsync(new MouseEventArgs());
        dialogs.WaitForAssertion(() => dialogs.Find(".mud-dialog").TextContent.ShouldContain("From group Licensed people"), Patience);
        var facts = dialogs.FindAll(".cloud-fields > div").Select(d => (d.QuerySelector("dt")!.TextContent, d.QuerySelector("dd")!.TextContent)).ToList();
        facts.ShouldContain(("Mobile phone", "+44 7700 900123"));
        facts.ShouldContain(("Other addresses", "Accounts@acme.example"));
        facts.Select(f => f.Item1).ShouldNotContain("Office", "what is not known is left out");
        dialogs.Find(".mud-dialog").TextContent.ShouldContain("Given to the person");
        await dialogs.Find("button:contains('Close')").ClickAsync(new MouseEventArgs());

        await list.FindAll("td.u-name button")[4].ClickAsync(new MouseEventArgs());
        dialogs.WaitForAssertion(() => dialogs.Find(".plain-rows .badge").TextContent.Trim().ShouldBe("CountViolation"), Patience);
    }

    [Fact]
    public async Task Licences_say_plainly_what_is_free_and_what_is_too_many_and_who_has_them()
    {
        await OpenAsync();
        var (_, acme, _, _) = await shelf.FillAsync();
        var licences = Show(acme, "licences");
        licences.WaitForAssertion(() => licences.FindAll("li.licence").Count.ShouldBe(4), Patience);

        licences.FindAll(".cloud-tiles > div").Select(Words).ShouldBe(["In use 10 of 8", "Unused 1", "Too many 3"]);
        var lines = licences.FindAll("li.licence");
        lines.Select(l => l.QuerySelector("h2")!.TextContent).ShouldBe(["Sky Flow Free", "Sky Office E3", "Sky Protect, Plan 1", "Sky Archive"]);
        Words(lines[0]).ShouldContain("as good as unlimited");
        Words(lines[1].QuerySelector(".licence-numbers")!).ShouldBe("4 of 5 used 1 free");
        Words(lines[2].QuerySelector(".licence-numbers")!).ShouldBe("6 of 3 used 3 too many");
        Words(lines[2].QuerySelector(".licence-notes")!).ShouldBe("1 ended and still working for a while · 4 suspended");
        lines[2].QuerySelector("[role=img]")!.GetAttribute("aria-label").ShouldBe("6 of 3 used, 3 too many");
        lines[2].QuerySelectorAll(".licence-tags .badge").Select(Words).ShouldBe(["Trial", "Warning"]);
        Words(lines[3]).ShouldContain("For the whole company");
        lines.Select(l => l.QuerySelector("a")?.GetAttribute("href")).ShouldBe(
            [$"/companies/{acme}/cloud/users?product=lic-free", $"/companies/{acme}/cloud/users?product=lic-e3", $"/companies/{acme}/cloud/users?product=lic-p1", null]);
    }

    [Fact]
    public async Task The_score_has_a_table_beside_the_line_and_says_what_is_worth_most()
    {
        await OpenAsync();
        var (_, acme, _, _) = await shelf.FillAsync();
        var score = Show(acme, "security-score");
        score.WaitForAssertion(() => score.Find(".score-percent").TextContent.ShouldBe("60 %"), Patience);

        Words(score.Find(".score-figure")).ShouldBe("60 % 120 of 200 points on 28 Feb 2026 +10 in 30 days");
        score.FindAll(".score-compare [role=img]").Select(m => m.GetAttribute("aria-label")).ShouldBe(["This client: 60 %", "Clients of this size: 52 %", "All clients: 45.5 %"]);
        score.FindAll(".score-table tbody tr").Select(Words).ShouldBe(["28 Feb 2026 60 % 120 200", "27 Feb 2026 59.5 % 119 200", "25 Feb 2026 59 % 118 200", "29 Jan 2026 50 % 90 180", "20 Jan 2026 10 % 10 100"]);
        var open = score.FindAll(".score-controls")[0].QuerySelectorAll("summary").Select(Words).ToList();
        open.ShouldBe(["+10 5 % of all Ask for a second factor Identity · Directory · Effort: low · User impact: moderate", "+3 1.5 % of all Block old sign-ins Planned"]);
        score.FindAll(".score-how a").Select(a => a.GetAttribute("href")).ShouldBe(["https://vendor.example/c1"], "an address of another kind is no link");
        Words(score.Find(".score-done summary")).ShouldBe("Done 1");
        score.Markup.ShouldNotContain("Old advice");
        Words(score.Find(".score-elsewhere")).ShouldBe("1 further recommendation does not count towards this client's score.");
    }

    [Fact]
    public async Task Groups_and_domains_are_plain_lists()
    {
        await OpenAsync();
        var (_, acme, globex, _) = await shelf.FillAsync();
        var groups = Show(acme, "groups");
        groups.WaitForAssertion(() => groups.FindAll("td.g-name").Select(Words).ShouldBe(["all staff", "Licensed people"]), Patience);
        groups.FindAll("td.g-kind").Select(Words).ShouldBe(["Team By rule", "Security"]);
        var domains = Show(acme, "domains");
        domains.WaitForAssertion(() => domains.FindAll(".domain").Select(Words).ShouldBe(
            ["acme.example Default Verified Passwords: managed · Used for Email", "acme.onsky.example Verified Came with the account", "acme.test Not verified"]), Patience);
        await groups.InvokeAsync(() => groups.FindComponent<MudTextField<string>>().Instance.ValueChanged.InvokeAsync("staff"));
        groups.WaitForAssertion(() => groups.FindAll("td.g-name").Select(Words).ShouldBe(["all staff"]), Patience);
        groups.Render(p => p.Add(x => x.Id, globex).Add(x => x.Tab, "groups"));
        groups.WaitForAssertion(() => groups.FindAll("td.g-name").Select(Words).ShouldBe(["Globex board"], "another client's, whatever was searched for before"), Patience);
    }

    [Theory]
    [InlineData("denied", "Not permitted", "Acme Ltd has not agreed to “Read users”, so no users can be read.")]
    [InlineData("off", "Turned off", "Reading users is turned off for Our Sky.")]
    [InlineData("new", "Not read yet", "They show here as soon as Our Sky has been read for the first time.")]
    [InlineData("fault", "Not read yet", "The last attempt failed, and another follows by itself: The vendor is down.")]
    [InlineData("nothing", "No users", "Acme Ltd has none, as of the last read.")]
    public async Task Each_reason_for_an_empty_list_has_its_own_words(string why, string title, string text)
    {
        await OpenAsync();
        var (integration, acme) = (await shelf.IntegrationAsync(), await shelf.CompanyAsync("Acme"));
        await shelf.ConnectAsync(integration, CloudShelf.Acme, "Acme Ltd", acme);
        await shelf.StreamAsync(integration, CloudShelf.Acme, DataType.CloudUsers, s =>
        {
            s.LastCompleteAt = why == "nothing" ? StorageHome.Start : null;
            s.DeniedPermission = why == "denied" ? "Read users" : null;
            s.Enabled = why != "off";
            s.FaultSentence = why == "fault" ? "The vendor is down." : null;
        });
        var list = Show(acme, "users");
        list.WaitForAssertion(() => (list.Find(".empty-state h2").TextContent, list.Find(".empty-state p").TextContent).ShouldBe((title, text)), Patience);
    }

    [Fact]
    public async Task A_list_that_is_not_read_any_more_says_why_above_what_it_has()
    {
        await OpenAsync();
        var (integration, acme, _, _) = await shelf.FillAsync();
        await shelf.StreamAsync(integration, CloudShelf.Acme, DataType.Licenses, s => s.DeniedPermission = "Read licences");
        await shelf.StreamAsync(integration, CloudShelf.Acme, DataType.Domains, s => s.FaultSentence = "The vendor is down.");
        var licences = Show(acme, "licences");
        licences.WaitForAssertion(() => licences.Find(".problem").TextContent.ShouldContain("Licences can no longer be read: Acme Ltd does not agree to “Read licences”."), Patience);
        licences.FindAll("li.licence").Count.ShouldBe(4);
        var domains = Show(acme, "domains");
        domains.WaitForAssertion(() => domains.Find(".problem").TextContent.ShouldContain("The vendor is down."), Patience);
    }

    [Fact]
    public async Task All_clients_are_filtered_by_status_and_who_may_link_is_told_of_those_without_a_company()
    {
        await OpenAsync();
        await shelf.FillAsync();
        await shelf.StandAsync(CloudShelf.Globex, PartitionStatus.Error, "The client's account is closed.");
        Navigation.NavigateTo("/cloud");
        var all = Render<CloudOverviewPage>();
        Companies(all, "Acme Acme Ltd", "Globex Globex Corp");
        all.Find("h1").TextContent.Trim().ShouldBe("Sky 365");
        Words(all.Find(".notices .problem-sentence")).ShouldBe("1 connected client belongs to no company, so nothing of it is shown: Hooli.");
        all.FindAll("td.o-status").Select(Words).ShouldBe(["Connected", "Error"]);
        all.FindAll("tbody tr")[0].QuerySelectorAll("td.c-number").Select(Words).ShouldBe(["5", "8", "10", "1 3 too many", "60 % +10 in 30 days"]);

        await all.Find("button:contains('Error')").ClickAsync(new MouseEventArgs());
        Companies(all, "Globex Globex Corp");
        Navigation.Uri.ShouldEndWith("/cloud?status=error");
        all.Find("a[download]").GetAttribute("href").ShouldBe("/cloud/export.csv?status=error");
        await all.Find("button:contains('Not connected')").ClickAsync(new MouseEventArgs());
        Companies(all, "Initech");
        await shelf.DoAsync(db => db.Integrations.ExecuteUpdateAsync(s => s.SetProperty(i => i.Status, IntegrationStatus.Paused)));
        await all.Find("button:contains('Paused')").ClickAsync(new MouseEventArgs());
        Companies(all, "Acme Acme Ltd", "Globex Globex Corp");
    }

    [Fact]
    public async Task Who_may_not_link_companies_is_told_nothing_of_clients_without_one()
    {
        await OpenAsync(Permissions.ReadCompanies);
        await shelf.FillAsync();
        Navigation.NavigateTo("/cloud");
        var all = Render<CloudOverviewPage>();
        Companies(all, "Acme Acme Ltd", "Globex Globex Corp");
        all.Markup.ShouldNotContain("Hooli");
    }

    private async Task OpenAsync(params string[] permissions)
    {
        home = await StorageHome.CreateAsync(Database.Sqlite);
        shelf = CloudShelf.Of(home);
        var access = permissions.Length == 0 ? PortalAccess.Everything : PortalAccess.Everything with { Permissions = Permissions.Closed(permissions) };
        user.Become(new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, "ada@example.com"), new Claim(PortalClaims.Tenant, $"{home.Tenant}")], "test")), access);
        page.JSInterop.Mode = JSRuntimeMode.Loose;
        page.Services.AddMudServices(mud => mud.PopoverOptions.CheckForPopoverProvider = false);
        page.Services.AddSingleton(user).AddSingleton<TimeProvider>(home.Clock).AddSingleton<UiClock>().AddSingleton(home.Database).AddSingleton(new ConnectorRegistry([new CloudVendor()]))
            .AddSingleton<CloudConnections>().AddSingleton<CloudUserQueries>().AddSingleton<CloudListQueries>().AddSingleton<CloudScoreQueries>().AddSingleton<CloudOverviewQuery>();
        page.SetRendererInfo(new RendererInfo("Server", isInteractive: true));
    }

    private IRenderedComponent<T> Render<T>(Action<ComponentParameterCollectionBuilder<T>>? parameters = null)
        where T : IComponent => page.Render(parameters);

    private IRenderedComponent<CloudPage> Show(Guid company, string tab) => Render<CloudPage>(p => p.Add(x => x.Id, company).Add(x => x.Tab, tab));

    /// <summary>As somebody reads it: what stands in elements of its own stands apart.</summary>
    private static string Words(IElement element) =>
        string.Join(' ', element.Descendants<IText>().SelectMany(t => t.Text.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries)));

    private static void Names(IRenderedComponent<CloudPage> list, params string[] names) =>
        list.WaitForAssertion(() => list.FindAll("td.u-name button").Select(a => a.TextContent).ShouldBe(names), Patience);

    private static void Companies(IRenderedComponent<CloudOverviewPage> list, params string[] names) =>
        list.WaitForAssertion(() => list.FindAll("td.o-company").Select(Words).ShouldBe(names), Patience);
}
