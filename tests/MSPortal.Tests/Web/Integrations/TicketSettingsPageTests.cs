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

    [Theory]
    [InlineData(true, "2nd Line")]
    [InlineData(false, "22")]
    public async Task Teams_are_left_out_by_name_or_id_as_the_vendors_tickets_name_them(bool byName, string stored)
    {
        await using var ui = await OpenAsync();
        ui.Vendor.TicketSettings = new TicketSettingsShape("Types", "type") { Groups = new(ReferenceKinds.Team, "Teams", "team", byName) };
        await using (var db = ui.Home.Open())
        {
            db.Integrations.Add(new Integration
            {
                Id = 7, TenantId = ui.Home.Tenant, Provider = ui.Vendor.Info.Id, Name = "Main", Settings = "{}", Scope = "{}", CompanyFilter = "{}", StatusSince = IntegrationUi.Now, CreatedAt = IntegrationUi.Now,
            });
            db.Reference.AddRange(Entry(ui, ReferenceKinds.Team, "21", "1st Line"), Entry(ui, ReferenceKinds.Team, "22", "2nd Line"), Entry(ui, "category", "23", "No team"));
            await db.SaveChangesAsync(Xunit.TestContext.Current.CancellationToken);
        }

        var page = Render(ui, new TicketScope { Containers = ["1"] });

        var boxes = page.FindAll("section[aria-labelledby=groups] label");
        boxes.Select(b => b.TextContent.Trim()).ShouldBe(["1st Line", "2nd Line"]);
        await boxes[1].QuerySelector("input")!.ChangeAsync(new() { Value = true });
        await SaveAsync(page);
        await ui.Store.Received(1).ChangeScopeAsync(7, Arg.Any<TicketScope>(), Arg.Is<TicketScope>(s => s.ExcludedGroups.SequenceEqual(new[] { stored })), Arg.Any<Actor>(), Arg.Any<CancellationToken>());
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

    [Fact]
    public async Task A_status_is_dragged_onto_its_stage_or_let_go_beside_it()
    {
        await using var ui = await OpenAsync();
        var page = Render(ui, new TicketScope { Containers = ["1"] });
        string? Stage() => page.Find("select[aria-label='Stage of Waiting for parts']").GetAttribute("value");
        Task DragAsync() => page.FindAll("th.status-name").Single(th => th.TextContent.Contains("Waiting for parts", StringComparison.Ordinal)).DragStartAsync(new());
        var before = Stage();

        await DragAsync();
        page.FindAll(".stage-targets > span").Count.ShouldBe(Enum.GetValues<TicketStage>().Length);
        await page.FindAll("th.status-name")[0].DragEndAsync(new());
        page.FindAll(".stage-targets").ShouldBeEmpty();
        Stage().ShouldBe(before);

        await DragAsync();
        await page.FindAll(".stage-counts > span").Single(s => s.TextContent.Contains(nameof(TicketStage.Resolved), StringComparison.Ordinal)).DropAsync(new());

        Stage().ShouldBe(nameof(TicketStage.Resolved));
        before.ShouldNotBe(nameof(TicketStage.Resolved));
        page.FindAll(".stage-targets").ShouldBeEmpty();
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

    private static ReferenceRow Entry(IntegrationUi ui, string kind, string id, string name) => new()
    {
        Id = Guid.NewGuid(),
        TenantId = ui.Home.Tenant,
        IntegrationId = 7,
        Generation = 1,
        ExternalId = ReferenceItem.Key(kind, id),
        Kind = kind,
        ItemId = id,
        Name = name,
        CreatedAt = IntegrationUi.Now,
        ChangedAt = IntegrationUi.Now,
        Payload = "{}",
    };

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
        db.Reference.Add(Entry(ui, ReferenceKinds.Status, "1", "Waiting for parts"));
        await db.SaveChangesAsync();
        return ui;
    }

    private static IRenderedComponent<TicketSettings> Render(IntegrationUi ui, TicketScope scope) =>
        ui.Context.Render<TicketSettings>(p => p.Add(c => c.Detail, new IntegrationDetail { Summary = ui.Summary(), Scope = scope }));

    private static Task SaveAsync(IRenderedComponent<TicketSettings> page) =>
        page.FindAll("button").Single(b => b.TextContent.Trim() == "Save").ClickAsync(new());
}
