using Bunit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MSPortal.Core.Contracts;
using MSPortal.Core.Integrations;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Storage.Model;
using MSPortal.Tests.Web.Integrations;
using MSPortal.Web.Features.Clients;
using MSPortal.Web.Features.Companies;
using MSPortal.Web.Features.Integrations;
using MudBlazor;
using NSubstitute;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Web.Consent;

public sealed class ClientsPanelTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Each_client_says_how_it_stands_and_what_to_do_about_it()
    {
        await using var ui = await OpenAsync();
        var id = await SeedAsync(ui);

        var panel = ui.Context.Render<ClientsPanel>(p => p.Add(c => c.IntegrationId, id));

        await panel.WaitForAssertionAsync(() => panel.FindAll(".client-status .badge").Select(b => b.TextContent.Trim()).ShouldBe(["Connected", "Needs consent"]), Patience);
        panel.FindAll(".client-status small").Select(s => s.TextContent).ShouldBe(["It was taken back. Ask them."]);
        panel.Markup.ShouldContain("aaa.example");
        panel.Find(".redirect-address code").TextContent.ShouldBe("https://portal.example/connect/return");
        panel.FindAll("button").Select(b => b.GetAttribute("aria-label")).ShouldContain("Disconnect Client bbb");
    }

    [Fact]
    public async Task What_no_company_has_is_linked_first_and_gets_no_link_that_could_never_work()
    {
        await using var ui = await OpenAsync();
        var id = await SeedAsync(ui);
        await OwnAsync(ui, id, "aaa", "Alpine");

        var panel = ui.Context.Render<ClientsPanel>(p => p.Add(c => c.IntegrationId, id));

        await panel.WaitForAssertionAsync(() => panel.Find("a[aria-label='Link it first: Client bbb']").GetAttribute("href").ShouldBe($"/settings/integrations/{id}/setup/map"), Patience);
        panel.FindAll("[aria-label^='Consent link for']").Select(b => b.GetAttribute("aria-label")).ShouldBe(["Consent link for Client aaa"]);
    }

    [Fact]
    public async Task A_link_for_a_company_that_is_not_linked_is_warned_of_before_it_is_made()
    {
        await using var ui = await OpenAsync();
        var id = await SeedAsync(ui);
        var alpine = await OwnAsync(ui, id, "aaa", "Alpine");
        var contoso = await OwnAsync(ui, id, null, "Contoso");
        var dialogs = ui.Context.Render<MudDialogProvider>();
        var service = ui.Context.Services.GetRequiredService<IDialogService>();
        var source = (await ui.Context.Services.GetRequiredService<ClientQueries>().SourceAsync(ui.Home.Tenant, id, default)).ShouldNotBeNull();

        var showing = dialogs.InvokeAsync(() => ConsentLinkDialog.ShowAsync(service, source, contoso));
        await dialogs.WaitForAssertionAsync(() => dialogs.Markup.ShouldContain("Contoso is not linked to a tenant of Main."), Patience);
        await dialogs.FindAll("button").Single(b => b.TextContent.Trim() == "Make the link").ClickAsync(new());
        await dialogs.WaitForAssertionAsync(() => dialogs.Markup.ShouldContain("https://portal.example/connect/"), Patience);
        dialogs.Markup.ShouldContain("Contoso is not linked to a tenant of Main.");
        await dialogs.FindAll("button").Single(b => b.TextContent.Trim() == "Done").ClickAsync(new());
        await showing;

        (await ui.Context.Services.GetRequiredService<ConsentLinks>().WarningAsync(ui.Home.Tenant, id, alpine.Id, default)).ShouldBeNull("it is linked");
        await OwnAsync(ui, id, "bbb", "Fabrikam");
        (await ui.Context.Services.GetRequiredService<ConsentLinks>().WarningAsync(ui.Home.Tenant, id, contoso.Id, default)).ShouldBeNull("nothing is left that could be its");
    }

    [Fact]
    public async Task The_panel_reads_again_when_the_page_does_and_tells_nobody()
    {
        await using var ui = await OpenAsync();
        var (id, told) = (await SeedAsync(ui), 0);
        var panel = ui.Context.Render<ClientsPanel>(p => p.Add(c => c.IntegrationId, id).Add(c => c.Changed, () => told++));
        await panel.WaitForAssertionAsync(() => panel.FindAll(".client-status .badge").Count.ShouldBe(2), Patience);
        await using (var db = ui.Home.Open())
        {
            await db.Partitions.Where(p => p.Partition == "bbb").ExecuteUpdateAsync(set => set.SetProperty(p => p.Status, PartitionStatus.Connected).SetProperty(p => p.StatusReason, (string?)null));
        }

        await panel.InvokeAsync(() => panel.Instance.RefreshAsync());

        await panel.WaitForAssertionAsync(() => panel.FindAll(".client-status .badge").Select(b => b.TextContent.Trim()).ShouldBe(["Connected", "Connected"]), Patience);
        await using (var db = ui.Home.Open())
        {
            await db.Partitions.ExecuteDeleteAsync();
        }

        await panel.InvokeAsync(() => panel.Instance.RefreshAsync());
        await panel.InvokeAsync(() => panel.Instance.RefreshAsync());
        panel.Markup.ShouldContain("No client is connected yet");
        told.ShouldBe(0, "whoever asked knows, and would ask again");
    }

    [Fact]
    public async Task The_page_keeps_its_clients_as_fresh_as_everything_beside_them()
    {
        await using var ui = await OpenAsync();
        var id = await SeedAsync(ui);
        ui.Sync.StreamsAsync(default, default, default).ReturnsForAnyArgs(Array.Empty<StreamState>());
        var page = ui.Context.Render<IntegrationPage>(p => p.Add(c => c.Id, id));
        await page.WaitForAssertionAsync(() => page.FindAll("#clients .client-status .badge").Select(b => b.TextContent.Trim()).ShouldBe(["Connected", "Needs consent"]), Patience);
        await using (var db = ui.Home.Open())
        {
            await db.Partitions.ExecuteUpdateAsync(set => set.SetProperty(p => p.Status, PartitionStatus.Connected));
            db.Runs.Add(new RunRow { TenantId = ui.Home.Tenant, IntegrationId = id, DataType = DataType.Tickets, Status = RunStatus.Running, StartedAt = IntegrationUi.Now });
            await db.SaveChangesAsync();
        }

        ui.Home.Clock.Advance(TimeSpan.FromSeconds(1));

        await page.WaitForAssertionAsync(() => page.FindAll("#clients .client-status .badge").Select(b => b.TextContent.Trim()).ShouldBe(["Connected", "Connected"]), Patience);
    }

    [Fact]
    public async Task Disconnecting_says_first_what_goes()
    {
        await using var ui = await OpenAsync();
        var id = await SeedAsync(ui);
        var dialogs = ui.Context.Render<MudDialogProvider>();
        var panel = ui.Context.Render<ClientsPanel>(p => p.Add(c => c.IntegrationId, id));
        await panel.WaitForAssertionAsync(() => panel.Find("button[aria-label='Disconnect Client aaa']"), Patience);

        var disconnecting = panel.Find("button[aria-label='Disconnect Client aaa']").ClickAsync(new());
        await dialogs.WaitForAssertionAsync(() => dialogs.Markup.ShouldContain("Everything that was read from it is deleted here"), Patience);
        await ui.Store.DidNotReceiveWithAnyArgs().DisconnectPartitionAsync(default, default!, default!, default);
        await dialogs.FindAll("button").Single(b => b.TextContent.Trim() == "Disconnect").ClickAsync(new());
        await disconnecting;

        await ui.Store.Received(1).DisconnectPartitionAsync(id, "aaa", Arg.Any<Actor>(), Arg.Any<CancellationToken>());
    }

    [Fact]
    public async Task Held_removals_are_decided_client_by_client_and_progress_is_one_line()
    {
        await using var ui = await OpenAsync();
        ui.Context.Render<MudDialogProvider>();
        var stream = IntegrationUi.Stream(DataType.Licenses) with
        {
            Partition = "aaa",
            Clients = new ClientShare(40, 38, ["Client aaa", "Client bbb"], []),
            Held = [new HeldPart("aaa", "Client aaa", 30), new HeldPart("bbb", "Client bbb", 40)],
        };
        var table = ui.Context.Render<StreamTable>(p => p.Add(c => c.Integration, ui.Summary() with { Streams = [stream] }));
        var activity = new SyncActivity([.. Enumerable.Range(1, 40).Select(i => IntegrationUi.Run() with { Id = i, Partition = $"c{i}", Client = $"Client {i}", Counts = new RunCounts { Read = 2 } })], false);
        var progress = ui.Context.Render<SyncProgress>(p => p.Add(c => c.Activity, activity));

        table.FindAll("tbody th").Count.ShouldBe(1);
        table.Markup.ShouldContain("38 of 40 clients fresh");
        table.FindAll(".held strong").Select(h => h.TextContent).ShouldBe(["Client aaa: 30 removals wait for your decision.", "Client bbb: 40 removals wait for your decision."]);
        await table.FindAll(".held button").Where(b => b.TextContent.Trim() == "Keep them").Last().ClickAsync(new());
        await ui.Store.Received(1).DecideHeldAsync(Arg.Is<StreamKey>(k => k.Partition == "bbb"), false, Arg.Any<Actor>(), Arg.Any<CancellationToken>());
        progress.FindAll(".sync-run strong").Select(s => s.TextContent).ShouldBe(["Tickets, 40 clients"]);
        progress.Find(".sync-run-head span").TextContent.ShouldContain("80 read");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Read tickets")]
    public async Task A_permission_that_clients_lack_leads_to_them_and_not_to_the_key(string? ofAll)
    {
        await using var ui = await OpenAsync();
        var stream = IntegrationUi.Stream() with { DeniedPermission = ofAll, Fault = "Client ccc: It is down.", Clients = new ClientShare(9, 6, ["Client aaa", "Client bbb", "Client ccc"], [new ClientName("aaa", "Client aaa"), new ClientName("bbb", "Client bbb")]) };

        var table = ui.Context.Render<StreamTable>(p => p.Add(c => c.Integration, ui.Summary() with { Streams = [stream] }));

        var permission = stream.Permission;
        table.FindAll(".table-note").Select(n => n.TextContent.Trim()).ShouldBe([$"The consent of Client aaa and Client bbb lacks “{permission.Name}”. {permission.Where}. Clients", "Client ccc: It is down."]);
        table.FindAll(".table-note a").Select(a => a.GetAttribute("href")).ShouldBe(["/settings/integrations/7#clients"]);
    }

    [Fact]
    public async Task Nothing_is_said_of_clients_where_one_connection_reads_them_all()
    {
        await using var ui = await OpenAsync();
        var id = await SeedAsync(ui);
        ui.Vendor.Partitions = null;
        ui.Context.Render<ClientsPanel>(p => p.Add(c => c.IntegrationId, id)).Markup.Trim().ShouldBeEmpty();
    }

    private static async Task<IntegrationUi> OpenAsync()
    {
        var ui = await IntegrationUi.OpenAsync(new Uri("https://portal.example"));
        ui.Vendor.Partitions = new CloudStub().Partitions;
        return ui;
    }

    /// <summary>A company, to which a client is linked.</summary>
    private static async Task<CompanyChoice> OwnAsync(IntegrationUi ui, long id, string? client, string name)
    {
        await using var db = ui.Home.Open();
        var company = new Company { Id = Guid.NewGuid(), TenantId = ui.Home.Tenant, Name = name, NormalizedName = CompanyName.Normalize(name), CreatedAt = IntegrationUi.Now };
        db.Companies.Add(company);
        await db.SaveChangesAsync();
        if (client is not null)
        {
            db.CompanyLinks.Add(new CompanyLink { TenantId = ui.Home.Tenant, CompanyId = company.Id, IntegrationId = id, ExternalId = client, LinkedBy = "test", LinkedAt = IntegrationUi.Now });
            await db.SaveChangesAsync();
        }

        return new CompanyChoice(company.Id, name);
    }

    private static async Task<long> SeedAsync(IntegrationUi ui)
    {
        var id = await PaperIntegrations.AddAsync(ui.Home);
        await using var db = ui.Home.Open();
        PartitionRow Client(string name, PartitionStatus status, string? reason, string? advice) => new()
        {
            TenantId = ui.Home.Tenant, IntegrationId = id, Partition = name, Name = $"Client {name}", Detail = $"{name}.example", Status = status, StatusReason = reason, StatusAdvice = advice,
            StatusSince = IntegrationUi.Now, ConnectedAt = IntegrationUi.Now, ConnectedBy = "ada",
        };
        db.Partitions.AddRange(Client("aaa", PartitionStatus.Connected, null, null), Client("bbb", PartitionStatus.NeedsConsent, "It was taken back.", "Ask them."));
        await db.SaveChangesAsync();
        return id;
    }
}
