using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Tests.Support;
using MSPortal.Tests.Web.Features.Api;
using MSPortal.Tests.Web.Hosting;
using MSPortal.Tests.Web.Tickets;
using MSPortal.Web.Features.Integrations;
using MSPortal.Web.Features.Tickets;
using MSPortal.Web.Ui;
using Shouldly;
using Xunit;
using DatabaseKind = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Web.Integrations;

public sealed class OverviewTests
{
    [Fact]
    public void The_gravest_comes_first_and_each_has_the_button_that_mends_it()
    {
        var items = Overview.Items(
        [
            Summary(1, "Beta", IntegrationCondition.NeedsAttention) with { Concerns = [new Attention(DataType.Tickets, "No board is selected.", "Select some.", AttentionRemedy.ChooseTickets)] },
            Summary(2, "Acme", IntegrationCondition.Active) with { HeldBack = new WaitingTickets(12, 3, 0) },
            Summary(3, "Gamma", IntegrationCondition.Disconnected) with { Reason = "The key was refused." },
            Summary(4, "Delta", IntegrationCondition.Active) with { KeyExpiresOn = new DateOnly(2026, 3, 5), KeyDaysLeft = 4 },
        ]);

        items.Select(i => (i.Tone, i.Integration, i.Label, i.Href)).ShouldBe(
        [
            (Tone.Negative, "Gamma", "Reconnect", "/settings/integrations/3/reconnect"),
            (Tone.Attention, "Beta", "Ticket settings", "/settings/integrations/1/tickets"),
            (Tone.Attention, "Delta", "Reconnect", "/settings/integrations/4/reconnect"),
            (Tone.Information, "Acme", "Import companies", "/settings/companies/import/2"),
        ]);
        Overview.IsWell(items).ShouldBeFalse();
        Overview.IsWell(items.Where(i => i.Integration == "Acme")).ShouldBeTrue();
    }

    [Theory, DatabaseData]
    public async Task The_prompt_lists_what_is_late_and_ends_with_2_as_long_as_somebody_is_needed(DatabaseKind kind)
    {
        await using var prompt = await CommandPrompt.OpenAsync(kind);
        var now = DateTimeOffset.UtcNow;
        var seed = new TicketSeed(prompt.Data, await TenantAsync(prompt), now);
        var id = await seed.IntegrationAsync(tickets: s => s.LastCompleteAt = now.AddHours(-9));

        var text = await prompt.RunAsync("overview");
        text.ExitCode.ShouldBe(OverviewCommand.NotWell);
        text.Output.ShouldContain("9 h (stale)");
        text.Output.ShouldContain("! Main PSA: Tickets are stale.");
        await seed.DoAsync(db => Task.FromResult(db.Streams.Single(s => s.DataType == DataType.Tickets).LastCompleteAt = now));
        var json = await prompt.RunAsync("overview", "--json");
        (json.ExitCode, json.Json.GetProperty("isWell").GetBoolean()).ShouldBe((0, true));
        json.Json.GetProperty("integrations")[0].GetProperty("dataTypes").EnumerateArray().Select(d => d.GetProperty("freshness").GetString()).ShouldAllBe(f => f == "fresh");
        json.Json.GetProperty("integrations")[0].GetProperty("id").GetInt64().ShouldBe(id);
    }

    [Theory, DatabaseData]
    public async Task A_schedule_is_changed_within_its_range_only_and_says_what_stands_behind_it(DatabaseKind kind)
    {
        await using var prompt = await CommandPrompt.OpenAsync(kind);
        var seed = new TicketSeed(prompt.Data, await TenantAsync(prompt), DateTimeOffset.UtcNow);
        await seed.IntegrationAsync();

        (await prompt.RunAsync("schedules", "set", "Main PSA", "tickets", "--every", "30m")).Output.ShouldBe($"Main PSA: Tickets are read every 30 min.{Environment.NewLine}");
        (await prompt.RunAsync("schedules", "set", "Main PSA", "tickets", "--every", "9d")).Error.ShouldContain("can be read at intervals from");
        (await prompt.RunAsync("schedules", "set", "Main PSA", "tickets", "--every", "soon")).ExitCode.ShouldBe(1);

        var tickets = (await prompt.RunAsync("schedules", "list", "--json")).Json.EnumerateArray().Single(l => l.GetProperty("dataType").GetString() == "tickets");
        tickets.GetProperty("intervalMinutes").GetDouble().ShouldBe(30);
        tickets.GetProperty("why").EnumerateArray().Select(w => w.GetString()).ShouldContain(w => w!.Contains("usual is every 15 min", StringComparison.Ordinal));
        tickets.GetProperty("why").EnumerateArray().Select(w => w.GetString()).ShouldContain(w => w!.StartsWith("The vendor permits", StringComparison.Ordinal));
        await using var db = prompt.Data.Open(await TenantAsync(prompt));
        db.Audit.Select(a => a.Action).ShouldBe(["integration.data_type_changed"]);
    }

    [Fact]
    public async Task Programs_get_overview_schedules_and_the_last_seven_days()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        using var program = new ApiCaller(portal, await portal.AddKeyAsync("read"));
        var now = DateTimeOffset.UtcNow;
        var seed = new TicketSeed(portal.Data, 1, now);
        var id = await seed.IntegrationAsync(change: i => i.Status = IntegrationStatus.Paused);
        await seed.DoAsync(db =>
        {
            db.Runs.Add(new MSPortal.Storage.Model.RunRow
            {
                TenantId = 1, IntegrationId = id, DataType = DataType.Tickets, Status = RunStatus.Succeeded, ApiCalls = 7,
                StartedAt = now.AddMinutes(-5), EndedAt = now.AddMinutes(-4), HeartbeatAt = now,
            });
            return Task.CompletedTask;
        });

        var overview = (await program.GetAsync("/overview")).Body;
        overview.GetProperty("items")[0].GetProperty("label").GetString().ShouldBe("Resume");
        overview.GetProperty("isWell").GetBoolean().ShouldBeFalse();
        var tickets = (await program.GetAsync("/schedules?limit=100")).Body.GetProperty("data").EnumerateArray().Single(l => l.GetProperty("dataType").GetString() == "tickets");
        tickets.GetProperty("callsLast24Hours").GetInt64().ShouldBe(7);
        var history = (await program.GetAsync($"/integrations/{id}/freshness")).Body.GetProperty("data").EnumerateArray().Single(h => h.GetProperty("dataType").GetString() == "tickets");
        history.GetProperty("history").EnumerateArray().Last().GetProperty("worst").GetString().ShouldBe("fresh");
        (await program.GetAsync("/integrations/99/freshness")).Status.ShouldBe(System.Net.HttpStatusCode.NotFound);
    }

    /// <summary>The first command makes it.</summary>
    private static async Task<long> TenantAsync(CommandPrompt prompt)
    {
        (await prompt.RunAsync("overview")).ExitCode.ShouldBe(0);
        await using var db = prompt.Data.Open();
        return db.Tenants.Select(t => t.Id).Single();
    }

    private static IntegrationSummary Summary(long id, string name, IntegrationCondition condition) => new() { Id = id, Name = name, Provider = "paper", Condition = condition };
}
