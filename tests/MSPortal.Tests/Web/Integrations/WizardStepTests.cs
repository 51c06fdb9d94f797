using Bunit;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Web.Features.Integrations;
using MSPortal.Web.Ui;
using MudBlazor;
using NSubstitute;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Web.Integrations;

public sealed class WizardStepTests
{
    [Fact]
    public async Task An_error_stands_at_the_field_that_caused_it_and_nothing_is_stored()
    {
        await using var ui = await IntegrationUi.OpenAsync();
        ui.Vendor.Report = new TestReport { Problem = new TestProblem("key", "The key is refused.", "Make a new one.", new Fault.AuthFailed("no")) };
        var page = ui.Context.Render<NewIntegrationPage>(p => p.Add(c => c.Provider, "paper"));

        await FillAsync(page, "paper.example", "wrong");
        await page.Find("form").SubmitAsync();

        page.Find("input[name=key]").GetAttribute("aria-invalid").ShouldBe("true");
        page.FindAll(".mud-input-error").ShouldNotBeEmpty();
        page.Markup.ShouldContain("The key is refused. Make a new one.");
        await ui.Store.DidNotReceiveWithAnyArgs().CreateAsync(default!, default!, default);
    }

    [Fact]
    public async Task Empty_fields_are_refused_without_asking_the_vendor()
    {
        await using var ui = await IntegrationUi.OpenAsync();
        var page = ui.Context.Render<NewIntegrationPage>(p => p.Add(c => c.Provider, "paper"));

        await page.Find("form").SubmitAsync();

        page.Markup.ShouldContain("Enter the address.");
        page.Markup.ShouldContain("Enter the key.");
        await ui.Store.DidNotReceiveWithAnyArgs().CreateAsync(default!, default!, default);
    }

    [Fact]
    public async Task A_stored_secret_never_comes_to_the_page_and_an_empty_field_keeps_it()
    {
        await using var ui = await IntegrationUi.OpenAsync();
        var values = new Dictionary<string, string> { ["address"] = "paper.example", ["key"] = SettingsSchema.Mask };
        var form = ui.Context.Render<SchemaForm>(p => p.Add(c => c.Schema, ui.Vendor.Settings).Add(c => c.Values, values));

        form.Find("input[name=key]").GetAttribute("value").ShouldBeNullOrEmpty();
        form.Find("input[name=key]").GetAttribute("placeholder").ShouldBe("Stored; type to replace it");
        form.Find("input[name=address]").GetAttribute("value").ShouldBe("paper.example");

        await form.Find("input[name=key]").ChangeAsync(new() { Value = "fresh" });
        values["key"].ShouldBe("fresh");
        await form.Find("input[name=key]").ChangeAsync(new() { Value = "" });
        values["key"].ShouldBe(SettingsSchema.Mask);
    }

    [Fact]
    public async Task What_is_typed_stays_on_the_page_until_the_field_is_left()
    {
        await using var ui = await IntegrationUi.OpenAsync();
        var values = new Dictionary<string, string> { ["address"] = "", ["key"] = "" };
        var told = 0;
        var form = ui.Context.Render<SchemaForm>(p => p.Add(c => c.Schema, ui.Vendor.Settings).Add(c => c.Values, values).Add(c => c.ValuesChanged, _ => told++));

        await Should.ThrowAsync<MissingEventHandlerException>(() => form.Find("input[name=address]").InputAsync(new() { Value = "paper" }), "no keystroke is sent");
        (values["address"], told).ShouldBe(("", 0));

        await form.Find("input[name=address]").ChangeAsync(new() { Value = "paper.example" });
        (values["address"], told).ShouldBe(("paper.example", 1));
        form.Find("input[name=address]").GetAttribute("value").ShouldBe("paper.example");
    }

    [Fact]
    public async Task A_needed_permission_that_is_missing_blocks_and_says_where_it_lives()
    {
        await using var ui = await IntegrationUi.OpenAsync();
        ui.Vendor.Report = PaperVendor.Passing("acme", Area(DataType.Tickets, AreaOutcome.NotPermitted, required: true));
        var page = ui.Context.Render<NewIntegrationPage>(p => p.Add(c => c.Provider, "paper"));

        await FillAsync(page, "paper.example", "key");
        await page.Find("form").SubmitAsync();

        page.FindAll(".problem-sentence").Select(e => e.TextContent).ShouldContain(t => t.Contains("Read Tickets", StringComparison.Ordinal) && t.Contains("Admin → Roles → Tickets", StringComparison.Ordinal));
        page.Find(".areas").TextContent.ShouldContain("Not permitted");
        await ui.Store.DidNotReceiveWithAnyArgs().CreateAsync(default!, default!, default);
    }

    [Fact]
    public async Task A_test_of_an_account_that_is_connected_already_warns()
    {
        await using var ui = await IntegrationUi.OpenAsync();
        ui.Store.WhyNotTwiceAsync(ui.Home.Tenant, "paper", Arg.Is<AccountIdentity>(a => a.Id == "acme"), Arg.Any<CancellationToken>()).Returns("Acme IT is connected already, as “Main”.");
        var page = ui.Context.Render<NewIntegrationPage>(p => p.Add(c => c.Provider, "paper"));

        await FillAsync(page, "paper.example", "key");
        await page.FindAll("button").Single(b => b.TextContent.Trim() == "Test connection").ClickAsync(new());

        page.FindAll(".problem-sentence").Select(e => e.TextContent).ShouldBe(["Connected to Acme IT, version 7.1.", "Acme IT is connected already, as “Main”."]);
    }

    [Fact]
    public async Task A_connection_that_works_is_stored_and_leads_to_the_permissions()
    {
        await using var ui = await IntegrationUi.OpenAsync();
        ui.Store.CreateAsync(default!, default!, default).ReturnsForAnyArgs(7L);
        var page = ui.Context.Render<NewIntegrationPage>(p => p.Add(c => c.Provider, "paper"));

        await FillAsync(page, " paper.example ", "key");
        await page.Find("form").SubmitAsync();

        await ui.Store.Received(1).CreateAsync(
            Arg.Is<NewIntegration>(n => n.Name == "Paper PSA" && n.Settings["address"] == "paper.example" && n.Account!.Id == "acme" && n.SecretKeys.SetEquals(new[] { "key" })),
            Arg.Any<Actor>(), Arg.Any<CancellationToken>());
        ui.Navigation.Uri.ShouldEndWith("/settings/integrations/7/setup/permissions");
    }

    [Fact]
    public async Task The_permissions_step_lets_nobody_on_without_what_is_needed()
    {
        await using var ui = await IntegrationUi.OpenAsync();
        IRenderedComponent<PermissionsStep> Step(params AreaResult[] areas) => ui.Context.Render<PermissionsStep>(p => p
            .Add(c => c.Detail, new IntegrationDetail { Summary = ui.Summary(), Areas = areas }).Add(c => c.Continue, () => { }));

        var blocked = Step(Area(DataType.Tickets, AreaOutcome.NotPermitted, required: true), Area(DataType.Companies, AreaOutcome.Granted));
        var open = Step(Area(DataType.Tickets, AreaOutcome.CouldNotVerify, required: true), Area(DataType.Companies, AreaOutcome.NotPermitted), Area(DataType.Users, AreaOutcome.GrantedNoData), Area(DataType.Devices, AreaOutcome.NotAvailable));

        Continue(blocked).HasAttribute("disabled").ShouldBeTrue();
        Continue(open).HasAttribute("disabled").ShouldBeFalse();
        open.FindAll(".areas .badge").Select(b => b.TextContent.Trim()).ShouldBe(["Could not verify", "Not permitted", "Granted, but no data returned", "Not available"]);
    }

    [Fact]
    public async Task A_denied_data_type_is_locked_and_intervals_stay_within_what_the_vendor_allows()
    {
        await using var ui = await IntegrationUi.OpenAsync();
        var detail = new IntegrationDetail
        {
            Summary = ui.Summary() with { Streams = [IntegrationUi.Stream(), IntegrationUi.Stream(DataType.Devices) with { DeniedPermission = "Read Devices" }] },
        };

        var step = ui.Context.Render<SyncStep>(p => p.Add(c => c.Detail, detail));

        var boxes = step.FindAll(".sync-choices input");
        boxes.Select(b => (b.HasAttribute("disabled"), b.HasAttribute("checked"))).ShouldBe([(false, true), (true, false)]);
        step.FindAll(".sync-choices select")[0].QuerySelectorAll("option").Select(o => o.TextContent).ShouldBe(
            ["every 5 min", "every 10 min", "every 15 min", "every 30 min", "every 1 h", "every 2 h", "every 4 h", "every 6 h", "every 12 h", "daily"]);
        step.Markup.ShouldContain("Locked: the key lacks “Read Devices”.");

        await boxes[0].ChangeAsync(new() { Value = false });
        await step.FindAll("button").Single(b => b.TextContent.Contains("Save", StringComparison.Ordinal)).ClickAsync(new());

        await ui.Store.Received(1).SetStreamAsync(Arg.Is<StreamKey>(k => k.DataType == DataType.Tickets), false, TimeSpan.FromMinutes(15), Arg.Any<Actor>(), Arg.Any<CancellationToken>());
        await ui.Store.DidNotReceiveWithAnyArgs().SetCompanyFilterAsync(default, default!, default!, default);
    }

    [Fact]
    public async Task A_company_filter_that_takes_companies_out_says_how_many_and_asks_first()
    {
        await using var ui = await IntegrationUi.OpenAsync();
        ui.Store.PreviewCompanyFilterAsync(default, default, default!, default).ReturnsForAnyArgs(new CompanyFilterPreview(12, 1, 312));
        var dialogs = ui.Context.Render<MudDialogProvider>();
        var step = ui.Context.Render<SyncStep>(p => p.Add(c => c.Detail, new IntegrationDetail { Summary = ui.Summary() }));
        await step.Find("section[aria-labelledby=company-filter] input").ChangeAsync(new() { Value = true });
        async Task AnswerAsync(string word)
        {
            var saving = step.FindAll("button").Single(b => b.TextContent.Contains("Save", StringComparison.Ordinal)).ClickAsync(new());
            await dialogs.WaitForAssertionAsync(() => dialogs.Markup.ShouldContain("12 companies leave the list"), TimeSpan.FromSeconds(20));
            dialogs.Markup.ShouldContain("312 tickets no longer wait for them");
            await dialogs.FindAll("button").Single(b => b.TextContent.Trim() == word).ClickAsync(new());
            await saving;
        }

        await AnswerAsync("Cancel");
        await ui.Store.DidNotReceiveWithAnyArgs().SetCompanyFilterAsync(default, default!, default!, default);
        await AnswerAsync("Save");
        await ui.Store.Received(1).SetCompanyFilterAsync(7, Arg.Is<CompanyFilter>(f => f.SkipInactive), Arg.Any<Actor>(), Arg.Any<CancellationToken>());
    }

    private static AngleSharp.Dom.IElement Continue(IRenderedComponent<PermissionsStep> step) =>
        step.FindAll("button").Single(b => b.TextContent.Trim() == "Continue");

    private static AreaResult Area(DataType type, AreaOutcome outcome, bool required = false) => new(type, outcome, PaperVendor.Tickets with { Area = type.Label() }, required);

    private static async Task FillAsync(IRenderedComponent<NewIntegrationPage> page, string address, string key)
    {
        await page.Find("input[name=address]").ChangeAsync(new() { Value = address });
        await page.Find("input[name=key]").ChangeAsync(new() { Value = key });
    }
}
