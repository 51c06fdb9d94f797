using System.Security.Claims;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MSPortal.Connectors;
using MSPortal.Core.Integrations;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Storage.Model;
using MSPortal.Tests.Storage;
using MSPortal.Web;
using MSPortal.Web.Access;
using MSPortal.Web.Features.Devices;
using MSPortal.Web.Ui;
using MudBlazor;
using MudBlazor.Services;
using NSubstitute;
using Shouldly;
using Xunit;
using DatabaseKind = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Web.Devices;

/// <summary>What a person sees of devices, and what their buttons do.</summary>
public sealed class DevicePageTests : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly BunitContext page = new();
    private readonly CurrentUser user = new();
    private readonly IIntegrationStore store = Substitute.For<IIntegrationStore>();
    private StorageHome home = null!;
    private DeviceShelf shelf = null!;

    public async ValueTask DisposeAsync()
    {
        await page.DisposeAsync();
        await home.DisposeAsync();
    }

    [Fact]
    public async Task Each_reason_for_an_empty_list_has_its_own_words_and_button()
    {
        await OpenAsync();
        Empty(Render<DevicesPage>(), "Nothing with devices is connected", "/settings/integrations");
        var psa = await shelf.IntegrationAsync(devices: s => s.LastCompleteAt = null);
        Empty(Render<DevicesPage>(), "Devices are being read", "/settings/integrations");
        await shelf.DoAsync(db => db.Streams.Where(s => s.DataType == DataType.Devices).ExecuteUpdateAsync(s => s.SetProperty(x => x.LastCompleteAt, StorageHome.Start)));
        Empty(Render<DevicesPage>(), "No devices yet", "/settings/devices");
        await shelf.DeviceAsync(psa, "1", "7", "PC-1");
        Empty(Render<DevicesPage>(), "Devices wait for their companies", "/settings/integrations/companies");
        await shelf.LinkAsync(psa, "7", "Acme");
        var waiting = Render<DevicesPage>();
        Empty(waiting, "Devices wait to be imported", "/settings/devices");
        waiting.Find(".empty-state").TextContent.ShouldContain("1 device waits to be imported.");
    }

    [Fact]
    public async Task Who_cannot_import_is_told_nothing_of_what_waits()
    {
        await OpenAsync(Permissions.ReadDevices);
        await shelf.FillAsync();
        var list = Render<DevicesPage>();
        list.WaitForAssertion(() => list.Find(".empty-state h2").TextContent.ShouldBe("No devices yet"), Patience);
        list.FindAll(".empty-state a").ShouldBeEmpty();
    }

    [Fact]
    public async Task The_address_says_what_is_shown_and_every_change_goes_into_it()
    {
        await OpenAsync();
        await ImportedAsync();
        Navigation.NavigateTo("/devices?type=printer&type=server&sort=-name");
        var list = Render<DevicesPage>();
        Names(list, "SRV-1", "Printer 2");
        list.FindAll(".ticket-chip").Select(c => c.GetAttribute("aria-label")).ShouldBe(["Remove filter Type: Printer", "Remove filter Type: Server"]);

        await list.Find("button[aria-label='Remove filter Type: Server']").ClickAsync(new MouseEventArgs());
        Names(list, "Printer 2");
        Navigation.Uri.ShouldEndWith("/devices?type=printer&sort=-name");
        list.Find("a[download]").GetAttribute("href").ShouldBe("/devices/export.csv?type=printer");

        await list.Find("button:contains('Online')").ClickAsync(new MouseEventArgs());
        list.WaitForAssertion(() => list.Find(".empty-state h2").TextContent.ShouldBe("No device matches"), Patience);
        list.Find(".empty-state a").GetAttribute("href").ShouldBe("/devices");
    }

    [Fact]
    public async Task A_device_shows_each_source_what_they_do_not_agree_on_and_why_it_is_this_one()
    {
        await OpenAsync();
        await ImportedAsync();
        var device = Render<DevicePage>(p => p.Add(x => x.Id, Id("PC-1")));
        device.WaitForAssertion(() => device.FindAll("article.device-source").Count.ShouldBe(2), Patience);

        device.Find(".notices").TextContent.ShouldContain("do not agree on: model.");
        device.FindAll(".device-differs").Select(d => d.ParentElement!.ParentElement!.QuerySelector("dt")!.TextContent).ShouldBe(["Model", "Model"]);
        var sources = device.FindAll("article.device-source");
        sources[0].TextContent.ShouldNotContain("Why it is this device");
        sources[1].TextContent.ShouldContain("Why it is this device: same serial number.");
        sources[0].QuerySelector("a[target=_blank]")!.GetAttribute("href").ShouldBe("https://psa.example/1");
        sources[1].QuerySelector("a[target=_blank]").ShouldBeNull("an address of another kind is no link");
        device.Find(".device-alerts").TextContent.ShouldContain("Disk almost full");
    }

    [Fact]
    public async Task Not_this_device_asks_first_and_splits()
    {
        await OpenAsync();
        await ImportedAsync();
        var dialogs = Render<MudDialogProvider>();
        var device = Render<DevicePage>(p => p.Add(x => x.Id, Id("PC-1")));
        device.WaitForAssertion(() => device.FindAll("article.device-source").Count.ShouldBe(2), Patience);

        var click = device.Find("button[aria-label='Field RMM: not this device']").ClickAsync(new MouseEventArgs());
        dialogs.WaitForAssertion(() => dialogs.Find("h2").TextContent.ShouldBe("Is “PC-1” of Field RMM another machine?"), Patience);
        await dialogs.Find(".mud-dialog-actions button:contains('Not this device')").ClickAsync(new MouseEventArgs());
        await click;

        device.WaitForAssertion(() => device.FindAll("article.device-source").Count.ShouldBe(1), Patience);
        device.FindAll("button[aria-label$='not this device']").ShouldBeEmpty("there is nothing left to split from");
        Devices().ShouldBe(["PC-1", "PC-1", "Printer 2", "SRV-1"], "each is called by its host name");
    }

    [Fact]
    public async Task Who_only_reads_has_no_button_that_changes_something()
    {
        await OpenAsync(Permissions.ReadDevices);
        await ImportedAsync();
        var device = Render<DevicePage>(p => p.Add(x => x.Id, Id("PC-1")));
        device.WaitForAssertion(() => device.FindAll("article.device-source").Count.ShouldBe(2), Patience);
        device.FindAll("button").ShouldBeEmpty();
    }

    [Fact]
    public async Task Quick_match_fills_what_is_undecided_save_keeps_it_and_import_says_what_came_of_it()
    {
        await OpenAsync();
        var (psa, rmm, _, _) = await shelf.FillAsync();
        var panel = Render<DeviceImportPanel>(p => p.Add(x => x.IntegrationId, psa));
        panel.WaitForAssertion(() => panel.Find("button:contains('Quick Match (3)')").ShouldNotBeNull(), Patience);
        panel.Markup.ShouldContain("1 device belongs to companies that are not linked to one of yours.");
        await panel.Find("select[aria-label='What Printer becomes']").ChangeAsync(new ChangeEventArgs { Value = "-" });

        await panel.Find("button:contains('Quick Match (2)')").ClickAsync(new MouseEventArgs());
        await panel.Find("button:contains('Save (3)')").ClickAsync(new MouseEventArgs());
        panel.WaitForAssertion(() => panel.Find("button:contains('Import all mapped (2)')").HasAttribute("disabled").ShouldBeFalse(), Patience);
        Rules().ShouldBe(["Printer → ignored", "Server → server", "Workstation → workstation"]);

        await panel.Find("button:contains('Import all mapped (2)')").ClickAsync(new MouseEventArgs());
        panel.WaitForAssertion(() => panel.Find(".outcome h2").TextContent.ShouldBe("2 records came in: 2 devices that are new here."), Patience);

        var other = Render<DeviceImportPanel>(p => p.Add(x => x.IntegrationId, rmm));
        other.WaitForAssertion(() => other.Find("button:contains('Quick Match (1)')").ShouldNotBeNull(), Patience);
        await other.Find("button:contains('Quick Match (1)')").ClickAsync(new MouseEventArgs());
        await other.Find("button:contains('Save (1)')").ClickAsync(new MouseEventArgs());
        other.WaitForAssertion(() => other.Find("input.check:not([disabled])").ShouldNotBeNull(), Patience);
        await other.Find("button:contains('Select all that are ready')").ClickAsync(new MouseEventArgs());
        await other.Find(".action-bar button:contains('Import selected (1)')").ClickAsync(new MouseEventArgs());
        other.WaitForAssertion(() => other.Find(".outcome h2").TextContent.ShouldBe("1 record came in: 0 devices that are new here, and 1 that another tool knows already."), Patience);
    }

    [Fact]
    public async Task Types_that_come_in_by_themselves_need_no_import_and_refresh_asks_for_devices_only()
    {
        await OpenAsync();
        var (psa, _, _, _) = await shelf.FillAsync();
        store.RequestSyncAsync(default!, default, default!, default).ReturnsForAnyArgs(new SyncRequestResult(1, false, null, null));
        var panel = Render<DeviceImportPanel>(p => p.Add(x => x.IntegrationId, psa));
        panel.WaitForAssertion(() => panel.Find("input[aria-label='Server comes in by itself']").HasAttribute("disabled").ShouldBeTrue(), Patience);
        await panel.Find("select[aria-label='What Server becomes']").ChangeAsync(new ChangeEventArgs { Value = "server" });
        await panel.Find("input[aria-label='Server comes in by itself']").ChangeAsync(new ChangeEventArgs { Value = true });
        await panel.Find("button:contains('Save (1)')").ClickAsync(new MouseEventArgs());
        panel.WaitForAssertion(() => panel.FindAll(".staged-list .badge").Select(b => b.TextContent.Trim()).ShouldContain("Imported"), Patience);
        Devices().ShouldBe(["SRV-1"]);

        await panel.Find("button:contains('Refresh')").ClickAsync(new MouseEventArgs());
        await store.Received(1).RequestSyncAsync(
            Arg.Is<SyncOrder>(o => o.IntegrationId == psa && o.DataTypes!.Single() == DataType.Devices), null, Arg.Any<Actor>(), Arg.Any<CancellationToken>());
    }

    private NavigationManager Navigation => page.Services.GetRequiredService<NavigationManager>();

    private async Task OpenAsync(params string[] permissions)
    {
        home = await StorageHome.CreateAsync(DatabaseKind.Sqlite);
        shelf = new DeviceShelf(home.Database, home.Tenant, StorageHome.Start);
        var access = permissions.Length == 0 ? PortalAccess.Everything : PortalAccess.Everything with { Permissions = Permissions.Closed(permissions) };
        user.Become(new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, "ada@example.com"), new Claim(PortalClaims.Tenant, $"{home.Tenant}")], "test")), access);
        page.JSInterop.Mode = JSRuntimeMode.Loose;
        page.Services.AddMudServices(mud => mud.PopoverOptions.CheckForPopoverProvider = false);
        page.Services.AddSingleton(user).AddSingleton(home.Database).AddSingleton<TimeProvider>(home.Clock).AddScoped<UiClock>().AddSingleton(store)
            .AddSingleton(new ConnectorRegistry(ConnectorRegistration.All)).AddSingleton(new Inventory(home.Database, ConnectorRegistration.All, home.Clock))
            .AddSingleton<DeviceQueries>().AddSingleton<DeviceDetailsQuery>().AddSingleton<DeviceOrigins>().AddSingleton<DeviceTypeMapping>().AddSingleton<DeviceImport>().AddSingleton<DeviceMerges>()
            .AddScoped<DeviceListPlace>();
        page.SetRendererInfo(new RendererInfo("Server", isInteractive: true));
    }

    private async Task ImportedAsync()
    {
        var (psa, rmm, _, _) = await shelf.FillAsync();
        var (types, import) = (page.Services.GetRequiredService<DeviceTypeMapping>(), page.Services.GetRequiredService<DeviceImport>());
        await types.ChooseAsync(psa, [new("Workstation", "workstation"), new("Printer", "printer"), new("Server", "server")], home.Ada, default);
        await types.ChooseAsync(rmm, [new("Desktop", "workstation")], home.Ada, default);
        await import.ImportAllAsync(psa, home.Ada, default);
        await import.ImportAllAsync(rmm, home.Ada, default);
    }

    private Guid Id(string name)
    {
        using var db = home.Open();
        return db.Devices.Where(d => d.Name == name).Select(d => d.Id).Single();
    }

    private List<string> Devices()
    {
        using var db = home.Open();
        return [.. db.Devices.OrderBy(d => d.SortName).Select(d => d.Name)];
    }

    private List<string> Rules()
    {
        using var db = home.Open();
        return [.. db.DeviceTypeRules.OrderBy(r => r.SourceType).AsEnumerable().Select(r => $"{r.SourceType} → {r.Type ?? "ignored"}")];
    }

    private IRenderedComponent<T> Render<T>(Action<ComponentParameterCollectionBuilder<T>>? parameters = null)
        where T : IComponent => page.Render(parameters);

    private static void Names(IRenderedComponent<DevicesPage> list, params string[] names) =>
        list.WaitForAssertion(() => list.FindAll("td.d-name a").Select(a => a.TextContent).ShouldBe(names), Patience);

    private static void Empty(IRenderedComponent<DevicesPage> list, string title, string href) => list.WaitForAssertion(
        () =>
        {
            list.Find(".empty-state h2").TextContent.ShouldBe(title);
            list.Find(".empty-state a").GetAttribute("href").ShouldBe(href);
        },
        Patience);
}
