using System.Globalization;
using System.Text.Json.Nodes;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Histories.Vendors;
using MSPortal.Tests.Support;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Acceptance;

/// <summary>What happens at the vendor, and after which pass the portal is right about it.</summary>
public sealed class ChangeTests
{
    [Theory, DatabaseData]
    public async Task A_merge_of_companies_that_moves_no_date_is_right_after_the_next_reconcile(DatabaseKind kind)
    {
        await using var world = await SyncWorld.SyncedAsync(kind);
        var byCompany = (await world.TicketsInScopeAsync()).Where(t => Truth.At(t, "company/id") is not null).GroupBy(t => Whole(t, "company/id")).OrderByDescending(g => g.Count()).Select(g => g.Key).ToList();
        await world.CommandAsync(HttpMethod.Post, $"companies/{byCompany[0]}/merge", new { into = byCompany[1] });

        await world.NextIncrementalAsync();
        (await world.TicketLinesAsync()).SequenceEqual((await world.TicketsInScopeAsync()).Select(world.TicketLine).Order(StringComparer.Ordinal)).ShouldBeFalse();

        await world.NextReconcileAsync();
        await world.ShouldEqualVendorAsync();
    }

    [Theory, DatabaseData]
    public async Task Refresh_this_ticket_reads_it_now_and_says_when_it_is_gone(DatabaseKind kind)
    {
        await using var world = await SyncWorld.SyncedAsync(kind);
        var ticket = await AnyAsync(world);
        await world.CommandAsync(HttpMethod.Patch, $"records/tickets/{Id(ticket)}", new { summary = "Right now" });

        (await ReadAsync(world, Id(ticket))).Outcome.ShouldBe(SingleOutcome.Present);
        (await SummariesAsync(world)).ShouldContain("Right now");
        await world.TicketsShouldEqualAsync();

        await world.CommandAsync(HttpMethod.Delete, $"records/tickets/{Id(ticket)}");
        (await ReadAsync(world, Id(ticket))).Outcome.ShouldBe(SingleOutcome.Gone);
        await world.TicketsShouldEqualAsync();
    }

    [Theory, DatabaseData]
    public async Task Many_deletions_wait_for_a_person(DatabaseKind kind)
    {
        await using var world = await SyncWorld.SyncedAsync(kind);
        var before = await IdsAsync(world);
        await world.CommandAsync(HttpMethod.Post, "bulk", new { kind = "tickets", ids = before.Take((before.Count / 5) + 21).ToArray(), delete = true });

        await world.NextReconcileAsync();
        (await IdsAsync(world)).ShouldBe(before, ignoreOrder: true);
        (await world.RunsAsync(DataType.Tickets)).ShouldContain(r => r.FaultKind == "Held");

        await world.Integrations.DecideHeldAsync(world.Key(DataType.Tickets), release: true, world.Actor, TestContext.Current.CancellationToken);
        await world.RunAsync();
        await world.ShouldEqualVendorAsync();
    }

    private static Task<SingleResult> ReadAsync(SyncWorld world, int id) => world.PumpAsync(world.SingleReads.ReadAsync(
        world.Key(DataType.Tickets), id.ToString(CultureInfo.InvariantCulture), Core.Contracts.WorkPriority.Interactive, TestContext.Current.CancellationToken));

    private static async Task<JsonNode> AnyAsync(SyncWorld world) =>
        (await world.TicketsInScopeAsync()).First(t => Truth.At(t, "closedFlag")?.GetValue<bool>() is not true && Truth.At(t, "company/id") is not null);

    private static int Id(JsonNode row) => Whole(row, "id");

    private static int Whole(JsonNode row, string path) => Truth.At(row, path)!.GetValue<int>();

    private static async Task<List<int>> IdsAsync(SyncWorld world) =>
        [.. (await world.PayloadsAsync(DataType.Tickets)).Select(p => int.Parse(JsonNode.Parse(p)!["externalId"]!.GetValue<string>(), CultureInfo.InvariantCulture))];

    private static async Task<List<string>> SummariesAsync(SyncWorld world) =>
        [.. (await world.PayloadsAsync(DataType.Tickets)).Select(p => JsonNode.Parse(p)!["summary"]!.GetValue<string>())];
}
