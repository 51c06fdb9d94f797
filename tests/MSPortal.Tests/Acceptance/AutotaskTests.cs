using System.Globalization;
using System.Text.Json.Nodes;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Tests.Support;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Acceptance;

/// <summary>What is peculiar to Autotask, through the whole portal.</summary>
public sealed class AutotaskTests
{
    [Fact]
    public async Task Notes_and_hours_are_here_after_the_reads_that_can_see_them_and_notes_are_asked_for_by_the_page()
    {
        await using var world = await SyncedAsync(tickets: 120, notes: true);
        (await world.RequestsAsync()).Count(c => Path(c).EndsWith("TicketNotes/query", StringComparison.Ordinal)).ShouldBeLessThan(8);
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        var tickets = await world.TicketsInScopeAsync();
        await world.CommandAsync(HttpMethod.Patch, $"records/tickets/{tickets[0]["id"]}", new { title = "Geändert 🖨", status = 8, resolution = "Done so far" });
        await world.CommandAsync(HttpMethod.Post, "records/ticketNotes", new { ticketID = tickets[1]["id"]!.GetValue<long>(), description = "A new note" });
        await world.CommandAsync(HttpMethod.Post, "records/timeEntries", new
        {
            ticketID = tickets[1]["id"]!.GetValue<long>(), resourceID = 29_682_885, startDateTime = "2026-03-10T08:00:00Z", hoursWorked = 1.25, summaryNotes = "Worked",
        });

        await world.PassAsync(TimeSpan.FromMinutes(47));

        await world.ShouldEqualVendorAsync();
        (await world.PayloadsAsync(DataType.TicketNotes)).ShouldContain(n => (string?)JsonNode.Parse(n)!["text"] == "Note\n\nA new note");
    }

    [Fact]
    public async Task Recurring_tickets_come_only_when_chosen()
    {
        await using var world = await SyncedAsync(tickets: 120);
        async Task<bool> AnyAsync() => (await world.PayloadsAsync(DataType.Tickets)).Any(t => (string?)JsonNode.Parse(t)!["option"] == "recurring");
        (await AnyAsync()).ShouldBeFalse();

        await world.ChooseAsync(["0", "6", "29683378"], "recurring");
        await world.RunAsync();

        await world.ShouldEqualVendorAsync();
        (await AnyAsync()).ShouldBeTrue();
    }

    [Fact]
    public async Task A_move_to_another_zone_and_a_thread_limit_are_no_failure_of_a_run()
    {
        await using var world = await SyncedAsync();
        await world.CommandAsync(HttpMethod.Post, "set/zone", new { zone = 12 });
        await world.FaultAsync(new { kind = "status", code = 500, every = 5, body = new { errors = new[] { "The Autotask API thread threshold of 3 threads has been exceeded." } } });
        await ChangeAsync(world);

        await world.PassAsync(TimeSpan.FromHours(3));

        await world.ShouldEqualVendorAsync();
        (await world.StateAsync()).Status.ShouldBe(IntegrationStatus.Active);
        (await world.RunsAsync(DataType.Tickets)).ShouldNotContain(r => r.Status == RunStatus.Failed);
        (await world.RequestsAsync()).ShouldContain(r => Path(r).Contains("/zone12/"));
    }

    [Fact]
    public async Task A_validation_error_that_comes_as_500_fails_its_own_reads_alone_and_is_made_good()
    {
        await using var world = await SyncedAsync();
        await world.FaultAsync(new { kind = "status", code = 500, path = "/Contacts/query", body = new { errors = new[] { "Unable to find lastModifiedDate in the Contact Entity." } } });
        await ChangeAsync(world);

        await world.PassAsync(TimeSpan.FromHours(3));

        await world.TicketsShouldEqualAsync();
        (await world.PayloadsAsync(DataType.Contacts)).ShouldNotBeEmpty();
        (await world.RunsAsync(DataType.Contacts)).ShouldContain(r => r.Status == RunStatus.Failed && r.FaultKind == "BadData");
        (await world.RunsAsync(DataType.Tickets)).ShouldNotContain(r => r.Status == RunStatus.Failed);
        await world.HealAsync();
        await world.NextReconcileAsync();
        await world.ShouldEqualVendorAsync();
    }

    [Fact]
    public async Task An_id_that_is_null_with_status_200_is_gone_and_a_row_that_is_only_left_out_is_not()
    {
        await using var world = await SyncedAsync();
        var tickets = await world.TicketsInScopeAsync();
        await world.DoAsync(world.Psa.Delete(tickets[0]));
        await world.FaultAsync(new { kind = "emptyArray", path = "/Tickets/query$" });

        (await ReadAsync(world, tickets[0])).ShouldBe(SingleOutcome.Gone);
        (await ReadAsync(world, tickets[1])).ShouldBe(SingleOutcome.Present);

        await world.TicketsShouldEqualAsync();
    }

    [Fact]
    public async Task Others_that_use_up_the_shared_budget_stop_background_work_but_nobody_who_waits()
    {
        await using var world = await SyncedAsync();
        await world.CommandAsync(HttpMethod.Post, "set/foreign", new { requests = 8_000 });
        await ChangeAsync(world);
        await world.PassAsync(TimeSpan.FromMinutes(25));   // The next reads learn what others have used.
        var calls = await world.CallsAsync();

        await world.PassAsync(TimeSpan.FromMinutes(20));

        (await world.RequestsAsync()).Skip(calls).Select(c => Path(c).Split('/')[^1]).Distinct().ShouldBe(["ThresholdInformation"], "what is left is asked, and nothing else");
        (await ReadAsync(world, (await world.TicketsInScopeAsync())[0])).ShouldBe(SingleOutcome.Present);
        await world.PassAsync(TimeSpan.FromHours(3));
        await world.ShouldEqualVendorAsync();
        (await world.RunsAsync(DataType.Tickets)).ShouldNotContain(r => r.Status == RunStatus.Failed);
    }

    /// <summary>By these words people see the tickets of their place.</summary>
    [Fact]
    public async Task Records_say_at_which_of_their_companys_places_they_are()
    {
        await using var world = await SyncedAsync();
        var names = (await world.RecordsAsync("companyLocations")).ToDictionary(l => $"{l["id"]}", l => $"{l["name"]}", StringComparer.Ordinal);

        foreach (var (type, kind) in new[] { (DataType.Tickets, "tickets"), (DataType.Contacts, "contacts"), (DataType.Devices, "configurationItems") })
        {
            var theirs = (type == DataType.Tickets ? await world.TicketsInScopeAsync() : await world.RecordsAsync(kind)).Select(r => Line(r["id"], r["companyLocationID"] is { } at ? names[$"{at}"] : null)).ToList();
            (await world.PayloadsAsync(type)).Select(p => JsonNode.Parse(p)!).Select(r => Line(r["externalId"], r["siteName"])).Order(StringComparer.Ordinal).ShouldBe(theirs.Order(StringComparer.Ordinal), kind);
            theirs.ShouldContain(l => l.EndsWith(" Warehouse", StringComparison.Ordinal), kind);
            theirs.ShouldContain(l => l.EndsWith(" nowhere", StringComparison.Ordinal), kind);
        }

        static string Line(JsonNode? id, object? place) => $"{id} {place ?? "nowhere"}";
    }

    [Theory]
    [InlineData("emptyArray")]
    [InlineData("html")]
    public async Task Places_that_are_known_stay_while_they_cannot_be_read(string fault)
    {
        await using var world = await SyncedAsync();
        async Task<string[]> PlacesAsync() => [.. (await world.PayloadsAsync(DataType.Contacts)).Select(p => JsonNode.Parse(p)!).Select(c => $"{c["externalId"]} {c["siteName"]}").Order(StringComparer.Ordinal)];
        var before = await PlacesAsync();
        await world.FaultAsync(new { kind = fault, path = "/CompanyLocations/query$" });

        await world.NextReconcileAsync();

        (await world.StruckAsync()).ShouldBeGreaterThan(0);
        (await PlacesAsync()).ShouldBe(before);
        (await world.RunsAsync(DataType.Contacts)).ShouldNotContain(r => r.Status == RunStatus.Failed);
    }

    private static Task<SyncWorld> SyncedAsync(int tickets = 60, bool notes = false) => SyncWorld.SyncedAsync(DatabaseKind.Sqlite, tickets, notes, "autotask");

    private static string Path(JsonNode request) => (string)request["path"]!;

    private static async Task<SingleOutcome> ReadAsync(SyncWorld world, JsonNode ticket) => (await world.PumpAsync(world.SingleReads.ReadAsync(
        world.Key(DataType.Tickets), ticket["id"]!.GetValue<long>().ToString(CultureInfo.InvariantCulture), WorkPriority.Interactive, TestContext.Current.CancellationToken))).Outcome;

    private static async Task ChangeAsync(SyncWorld world)
    {
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        await world.DoAsync(world.Psa.Rename((await world.TicketsInScopeAsync())[0], "Changed"));
    }
}
