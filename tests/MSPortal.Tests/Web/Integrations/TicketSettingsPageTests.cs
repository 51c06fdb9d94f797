using Bunit;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Storage.Model;
using MSPortal.Web.Features.Integrations;
using NSubstitute;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Web.Integrations;

public sealed class TicketSettingsPageTests
{
    [Fact]
    public async Task An_option_is_off_until_a_person_chooses_it()
    {
        await using var ui = await OpenAsync();
        ui.Vendor.TicketSettings = new TicketSettingsShape("Boards", "board") { Options = [new TicketOption("project", "Project tickets", "Tickets of projects.")] };
        var page = Render(ui, new TicketScope { Containers = ["1"] });

        var option = page.Find("section[aria-labelledby=options] input");
        page.Find("section[aria-labelledby=options]").TextContent.ShouldContain("Project tickets");
        option.HasAttribute("checked").ShouldBeFalse();
        await option.ChangeAsync(new() { Value = true });
        await SaveAsync(page);
        await ui.Store.Received(1).ChangeScopeAsync(7, Arg.Any<TicketScope>(), Arg.Is<TicketScope>(s => s.Options.SequenceEqual(new[] { "project" })), Arg.Any<Actor>(), Arg.Any<CancellationToken>());
    }

    [Fact]
    public async Task A_provider_with_nothing_to_choose_lets_one_decide_on_statuses_and_history()
    {
        await using var ui = await OpenAsync();
        ui.Vendor.TicketSettings = null;
        var page = Render(ui, new TicketScope { Containers = null });

        page.FindAll("#containers, #options").ShouldBeEmpty();
        page.Find("section[aria-labelledby=statuses]").TextContent.ShouldContain("Waiting for parts");
        await page.FindAll("input[name=history]")[0].ChangeAsync(new() { Value = "on" });
        await SaveAsync(page);
        await ui.Store.Received(1).ChangeScopeAsync(7, Arg.Any<TicketScope>(), Arg.Is<TicketScope>(s => s.Containers == null && s.HistoryMonths == 12), Arg.Any<Actor>(), Arg.Any<CancellationToken>());
    }

    [Theory]
    [InlineData(RequestStatus.Partial, "Held", "so much would be removed that a person decides first")]
    [InlineData(RequestStatus.Failed, "Doubt", "what came is not certainly everything")]
    [InlineData(RequestStatus.Running, "VendorDown", "MSPortal tries again by itself; until then the old copy stays.")]
    public async Task A_read_that_changed_nothing_is_not_called_done(RequestStatus status, string fault, string said)
    {
        await using var ui = await IntegrationUi.OpenAsync();
        await using var db = ui.Home.Open();
        DateTimeOffset? ended = status == RequestStatus.Running ? null : IntegrationUi.Now;
        db.SyncRequests.Add(new SyncRequestRow { Id = 5, TenantId = ui.Home.Tenant, IntegrationId = 7, Trigger = SyncTrigger.Resync, RequestedBy = "ada", RequestedAt = IntegrationUi.Now, DataTypes = "tickets", Status = status, EndedAt = ended });
        db.Runs.Add(new RunRow
        {
            TenantId = ui.Home.Tenant, IntegrationId = 7, DataType = DataType.Tickets, Kind = PassKind.Full, Trigger = SyncTrigger.Resync, RequestId = 5, Status = fault == "VendorDown" ? RunStatus.Failed : RunStatus.Partial,
            FaultKind = fault, Message = "What came of it.", StartedAt = IntegrationUi.Now, EndedAt = IntegrationUi.Now,
        });
        await db.SaveChangesAsync(Xunit.TestContext.Current.CancellationToken);
        ui.Store.RequestSyncAsync(default!, default, default!, default).ReturnsForAnyArgs(new SyncRequestResult(5, false, null, null));
        var panel = ui.Context.Render<TicketResync>(p => p.Add(c => c.Integration, ui.Summary()));

        await panel.FindAll("button").First(b => b.TextContent.Trim() == "Quick sync").ClickAsync(new());

        await panel.WaitForAssertionAsync(() => panel.Find(".problem").TextContent.ShouldContain(said), TimeSpan.FromSeconds(20));
        panel.Markup.ShouldContain("What came of it.");
        panel.Markup.ShouldNotContain("Done,");
    }

    private static async Task<IntegrationUi> OpenAsync()
    {
        var ui = await IntegrationUi.OpenAsync();
        ui.Store.PreviewScopeAsync(default, default, default!, default).ReturnsForAnyArgs(new ScopePreview(0, 0, false));
        ui.Sync.IntegrationAsync(default, default, default).ReturnsForAnyArgs(new IntegrationState
        {
            TenantId = ui.Home.Tenant,
            Id = 7,
            Provider = ui.Vendor.Info.Id,
            Name = "Main",
            Status = IntegrationStatus.Active,
            Settings = new SettingsValues(new Dictionary<string, string>()),
        });
        await using var db = ui.Home.Open();
        db.Streams.Add(new StreamRow
        {
            TenantId = ui.Home.Tenant,
            IntegrationId = 7,
            DataType = DataType.Reference,
            Enabled = true,
            Interval = TimeSpan.FromDays(1),
            ReconcileInterval = TimeSpan.FromDays(1),
            DueAt = IntegrationUi.Now,
            LastCompleteAt = IntegrationUi.Now,
        });
        db.Reference.Add(new ReferenceRow
        {
            TenantId = ui.Home.Tenant,
            IntegrationId = 7,
            Generation = 1,
            ExternalId = "status:1",
            Kind = ReferenceKinds.Status,
            ItemId = "1",
            Name = "Waiting for parts",
            CreatedAt = IntegrationUi.Now,
            ChangedAt = IntegrationUi.Now,
            Payload = "{}",
        });
        await db.SaveChangesAsync();
        return ui;
    }

    private static IRenderedComponent<TicketSettings> Render(IntegrationUi ui, TicketScope scope) =>
        ui.Context.Render<TicketSettings>(p => p.Add(c => c.Detail, new IntegrationDetail { Summary = ui.Summary(), Scope = scope }));

    private static Task SaveAsync(IRenderedComponent<TicketSettings> page) =>
        page.FindAll("button").Single(b => b.TextContent.Trim() == "Save").ClickAsync(new());
}
