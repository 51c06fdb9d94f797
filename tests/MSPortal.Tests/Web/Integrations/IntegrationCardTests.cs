using Bunit;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Web.Features.Integrations;
using NSubstitute;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Web.Integrations;

public sealed class IntegrationCardTests
{
    [Theory]
    [InlineData(IntegrationCondition.Active, "Active", true, null)]
    [InlineData(IntegrationCondition.NeedsAttention, "Active, needs attention", true, "Details")]
    [InlineData(IntegrationCondition.Error, "Error", true, "Details")]
    [InlineData(IntegrationCondition.Disconnected, "Disconnected", false, "Reconnect")]
    [InlineData(IntegrationCondition.Stopped, "Stopped", false, "Details")]
    [InlineData(IntegrationCondition.Paused, "Paused", false, null)]
    public async Task Each_status_has_its_words_its_reason_and_the_button_that_mends_it(IntegrationCondition condition, string words, bool syncable, string? remedy)
    {
        await using var ui = await IntegrationUi.OpenAsync();
        var summary = ui.Summary(condition) with { Reason = condition == IntegrationCondition.Active ? null : "The reason.", WhatToDo = "The advice." };

        var card = Card(ui, summary);

        card.Find(".service-status").TextContent.Trim().ShouldBe(words);
        card.FindAll(".problem-sentence").Select(e => e.TextContent).ShouldBe(condition == IntegrationCondition.Active ? [] : ["The reason."]);
        card.FindAll(".problem-action").Select(e => e.TextContent.Trim()).ShouldBe(remedy is null ? [] : [remedy]);
        Buttons(card).Contains("Sync now").ShouldBe(syncable);
    }

    [Fact]
    public async Task A_required_data_type_that_is_off_and_what_the_last_run_left_over_need_attention_and_a_persons_choice_does_not()
    {
        await using var ui = await IntegrationUi.OpenAsync();
        var partial = IntegrationUi.Run(RunStatus.Partial) with { Message = "2 missing records could not be confirmed with the vendor and were kept." };
        IReadOnlyList<string> Said(params StreamSummary[] streams) => [.. Concerns.Of(ui.Vendor, [], streams, new TicketScope { Containers = ["1"] }, IntegrationUi.Now).Select(c => c.Sentence)];
        var tickets = IntegrationUi.Stream();

        Said(tickets with { Enabled = false, Required = true }).ShouldBe(["Tickets are turned off."]);
        Said(tickets with { Enabled = false }).ShouldBeEmpty();
        Said(tickets with { LastRuns = [partial] }).ShouldBe(["Tickets: 2 missing records could not be confirmed with the vendor and were kept."]);
        Said(tickets with { LastRuns = [partial], Enabled = false }).ShouldBeEmpty();
        Said(tickets with { LastRuns = [partial with { FaultKind = "Held" }] }).ShouldBeEmpty("that is told by the removals that wait");
        Said(tickets with { LastRuns = [partial], Quarantined = 2 }).ShouldHaveSingleItem().ShouldContain("kept aside");
    }

    [Fact]
    public async Task Where_the_vendor_has_webhooks_the_card_says_why_they_are_off()
    {
        await using var ui = await IntegrationUi.OpenAsync();
        Card(ui, ui.Summary()).Find(".service-foot").TextContent.ShouldNotContain("webhooks");

        ui.Vendor.Webhooks = new WebhookSupport { DataTypes = [], Read = (_, _, _, _) => Task.FromResult<WebhookVerdict>(new WebhookVerdict.Forged()) };
        Card(ui, ui.Summary()).Find(".service-foot").TextContent.ShouldContain("webhooks are off, since this portal has no public address");
    }

    [Theory]
    [InlineData(5, "next in 5 min")]
    [InlineData(0, "next due now")]
    [InlineData(-5, "next due now")]
    public async Task A_turn_whose_time_has_come_is_due_and_not_in_the_past(int minutes, string words)
    {
        await using var ui = await IntegrationUi.OpenAsync();

        var card = Card(ui, ui.Summary() with { NextSyncAt = IntegrationUi.Now.AddMinutes(minutes) });

        card.Find(".service-foot").TextContent.ShouldContain(words);
    }

    [Fact]
    public async Task Freshness_is_said_in_words_beside_its_age()
    {
        await using var ui = await IntegrationUi.OpenAsync();
        var summary = ui.Summary() with
        {
            Streams =
            [
                IntegrationUi.Stream(DataType.Tickets),
                IntegrationUi.Stream(DataType.Companies, Freshness.Late),
                IntegrationUi.Stream(DataType.Contacts, Freshness.Never),
                IntegrationUi.Stream(DataType.Users) with { Enabled = false },
                IntegrationUi.Stream(DataType.Devices) with { DeniedPermission = "Read Devices" },
            ],
        };

        var card = Card(ui, summary);

        card.FindAll(".service-streams .stream-freshness").Select(e => e.TextContent.Trim())
            .ShouldBe(["2 min ago", "Late, 2 min ago", "Not read yet", "Off", "Not permitted"]);
    }

    [Fact]
    public async Task A_running_sync_shows_its_counts_and_a_bar()
    {
        await using var ui = await IntegrationUi.OpenAsync();
        var counts = new RunCounts { Read = 250, Total = 1000, Created = 200, Updated = 30, Unchanged = 20, Removed = 1, Pages = 3, ApiCalls = 4, RateLimitWaits = 1, RateLimitWait = TimeSpan.FromSeconds(12) };

        var card = Card(ui, ui.Summary(), new SyncActivity([IntegrationUi.Run(counts: counts)], IsQueued: false));

        card.Find("[role=progressbar]").GetAttribute("aria-valuenow").ShouldBe("25");
        card.Find(".sync-run-head").TextContent.ShouldContain("250 of 1,000 read");
        string.Join(' ', card.Find(".sync-run-counts").TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            .ShouldBe("200 created · 30 updated · 20 unchanged · 1 removed · 3 pages · 4 API calls · waited 12 s for the vendor's limit");
        card.Find(".service-status").TextContent.ShouldContain("Syncing");
        Buttons(card).ShouldContain("Sync once more");
    }

    [Fact]
    public async Task Inside_the_window_the_button_says_how_long_and_a_queued_follow_up_is_the_last_one()
    {
        await using var ui = await IntegrationUi.OpenAsync();

        var waiting = Card(ui, ui.Summary() with { WindowUntil = IntegrationUi.Now.AddSeconds(245) });
        var queued = Card(ui, ui.Summary(), new SyncActivity([IntegrationUi.Run()], IsQueued: true));

        waiting.FindAll("button").Single(b => b.TextContent.Contains("Sync now in 4:05", StringComparison.Ordinal)).HasAttribute("disabled").ShouldBeTrue();
        queued.FindAll("button").Single(b => b.TextContent.Contains("One more is queued", StringComparison.Ordinal)).HasAttribute("disabled").ShouldBeTrue();
    }

    [Fact]
    public async Task Pressing_asks_for_one_manual_sync_within_the_tenants_window()
    {
        await using var ui = await IntegrationUi.OpenAsync();
        ui.Store.RequestSyncAsync(default!, default, default!, default).ReturnsForAnyArgs(new SyncRequestResult(1, false, null, null));

        var card = Card(ui, ui.Summary());
        await card.FindAll("button").Single(b => b.TextContent.Trim() == "Sync now").ClickAsync(new());

        await ui.Store.Received(1).RequestSyncAsync(
            Arg.Is<SyncOrder>(o => o.IntegrationId == 7 && o.Trigger == SyncTrigger.Manual && o.DataTypes == null), TimeSpan.FromMinutes(5), Arg.Any<Actor>(), Arg.Any<CancellationToken>());
    }

    [Fact]
    public async Task Pressing_during_a_pause_of_the_vendor_says_until_when_and_why()
    {
        await using var ui = await IntegrationUi.OpenAsync();
        var snackbars = ui.Context.Render<MudBlazor.MudSnackbarProvider>();
        ui.Store.RequestSyncAsync(default!, default, default!, default).ReturnsForAnyArgs(new SyncRequestResult(1, false, null, null, IntegrationUi.Now.AddSeconds(443)));

        await Card(ui, ui.Summary()).FindAll("button").Single(b => b.TextContent.Trim() == "Sync now").ClickAsync(new());

        snackbars.WaitForAssertion(() => snackbars.Markup.ShouldContain("The vendor has asked for a pause until 12:07:23, because it had too many calls. The sync starts then."));
    }

    [Theory]
    [InlineData(40, null)]
    [InlineData(31, null)]
    [InlineData(30, "The key ends on 31 Mar 2026, in 30 days.")]
    [InlineData(1, "The key ends tomorrow, 2 Mar 2026.")]
    [InlineData(0, "The key ends today.")]
    [InlineData(-3, "The key ended on 26 Feb 2026.")]
    public async Task A_key_that_is_going_to_end_says_so_in_time(int days, string? sentence)
    {
        await using var ui = await IntegrationUi.OpenAsync();
        var on = DateOnly.FromDateTime(IntegrationUi.Now.UtcDateTime).AddDays(days);

        var card = Card(ui, ui.Summary() with { KeyExpiresOn = on, KeyDaysLeft = KeyExpiry.DaysLeft(on, IntegrationUi.Now) });

        card.FindAll(".problem-sentence").Select(e => e.TextContent).ShouldBe(sentence is null ? [] : [sentence]);
        card.FindAll(".problem-action a").Select(e => e.GetAttribute("href")).ShouldBe(sentence is null ? [] : ["/settings/integrations/7/reconnect"]);
        card.FindAll(".problem-attention").Count.ShouldBe(days <= 7 ? 1 : 0);
    }

    [Fact]
    public async Task Records_that_wait_to_have_theirs_read_are_counted_below_their_data_type()
    {
        await using var ui = await IntegrationUi.OpenAsync();
        var notes = IntegrationUi.Stream(DataType.TicketNotes, Freshness.Never) with { Waiting = 1204 };

        var table = ui.Context.Render<StreamTable>(p => p.Add(t => t.Integration, ui.Summary() with { Streams = [IntegrationUi.Stream(), notes] }));

        table.FindAll(".table-note").Select(n => n.TextContent.Trim()).ShouldBe(["Ticket notes of 1,204 records wait to be read."]);
    }

    [Fact]
    public async Task Held_back_tickets_and_an_unfinished_set_up_lead_to_where_they_end()
    {
        await using var ui = await IntegrationUi.OpenAsync();

        var card = Card(ui, ui.Summary() with { HeldBack = new(1204, 31, 0), WizardStep = "configure" });

        card.FindAll(".problem-sentence").Select(e => e.TextContent).ShouldBe(["The set-up is not finished.", "1,204 tickets are waiting for 31 companies to be imported."]);
        card.FindAll(".problem-action a").Select(e => e.GetAttribute("href")).ShouldBe(["/settings/integrations/7/setup/configure", "/settings/companies/import/7"]);
    }

    private static IRenderedComponent<IntegrationCard> Card(IntegrationUi ui, IntegrationSummary summary, SyncActivity? activity = null) =>
        ui.Context.Render<IntegrationCard>(p => p.Add(c => c.Integration, summary).Add(c => c.Activity, activity ?? SyncActivity.None));

    private static IReadOnlyList<string> Buttons(IRenderedComponent<IntegrationCard> card) => [.. card.FindAll("button").Select(b => b.TextContent.Trim())];
}
