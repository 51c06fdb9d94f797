using System.Globalization;
using System.Text.Json.Nodes;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Tests.Support;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Acceptance;

/// <summary>What happens at the vendor, and after which pass the portal is right about it.</summary>
public sealed class ChangeTests
{
    [Theory, DatabaseData]
    public async Task A_change_and_a_new_ticket_are_here_after_the_next_incremental(DatabaseKind kind)
    {
        await using var world = await SyncWorld.SyncedAsync(kind);
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        var ticket = await AnyAsync(world);
        await world.CommandAsync(HttpMethod.Patch, $"records/tickets/{Id(ticket)}", new { summary = "Changed: Größe 🖨" });
        var made = (await world.CommandAsync(HttpMethod.Post, "records/tickets", new { summary = "Brand new", board = new { id = Whole(ticket, "board/id") }, company = new { id = Whole(ticket, "company/id") } }))!;

        await world.NextIncrementalAsync();

        await world.ShouldEqualVendorAsync();
        (await SummariesAsync(world)).ShouldContain("Changed: Größe 🖨");
        (await SummariesAsync(world)).ShouldContain("Brand new");
        Id(made).ShouldBeGreaterThan(0);
        (await world.RunsAsync(DataType.Tickets))[^1].Kind.ShouldBe(Core.Contracts.PassKind.Incremental);
    }

    [Theory, DatabaseData]
    public async Task A_deleted_ticket_is_gone_after_the_next_reconcile_and_not_before(DatabaseKind kind)
    {
        await using var world = await SyncWorld.SyncedAsync(kind);
        var id = Id(await AnyAsync(world));
        await world.CommandAsync(HttpMethod.Delete, $"records/tickets/{id}");

        await world.NextIncrementalAsync();
        (await IdsAsync(world)).ShouldContain(id);

        await world.NextReconcileAsync();
        (await IdsAsync(world)).ShouldNotContain(id);
        await world.ShouldEqualVendorAsync();
        (await world.RunsAsync(DataType.Tickets)).Sum(r => r.Removed).ShouldBe(1);
    }

    [Theory, DatabaseData]
    public async Task A_ticket_that_moves_to_a_board_that_is_not_chosen_leaves_at_the_next_incremental(DatabaseKind kind)
    {
        await using var world = await SyncWorld.ConnectedAsync(kind);
        var boards = (await world.RecordsAsync("tickets")).Select(t => Truth.At(t, "board/id")!.ToJsonString()).GroupBy(b => b).OrderByDescending(g => g.Count()).Select(g => g.Key).ToList();
        await world.ChooseBoardsAsync(boards[0]);
        await world.RunAsync();
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        var ticket = await AnyAsync(world);
        await world.CommandAsync(HttpMethod.Post, $"tickets/{Id(ticket)}/board", new { boardId = int.Parse(boards[1], CultureInfo.InvariantCulture) });

        await world.NextIncrementalAsync();

        (await IdsAsync(world)).ShouldNotContain(Id(ticket));
        await world.TicketsShouldEqualAsync();
        (await world.RunsAsync(DataType.Tickets)).Sum(r => r.LeftScope).ShouldBe(1);
        (await world.RunsAsync(DataType.Tickets)).Sum(r => r.Removed).ShouldBe(0);
    }

    [Theory, DatabaseData]
    public async Task A_merge_of_companies_that_moves_no_date_is_right_after_the_next_reconcile(DatabaseKind kind)
    {
        await using var world = await SyncWorld.SyncedAsync(kind);
        var byCompany = (await world.TicketsInScopeAsync()).Where(t => Truth.At(t, "company/id") is not null).GroupBy(t => Whole(t, "company/id")).OrderByDescending(g => g.Count()).Select(g => g.Key).ToList();
        await world.CommandAsync(HttpMethod.Post, $"companies/{byCompany[0]}/merge", new { into = byCompany[1] });

        await world.NextIncrementalAsync();
        SyncWorld.Lines(await world.PayloadsAsync(DataType.Tickets), Truth.Tickets).ShouldNotBe(SyncWorld.Lines(await world.TicketsInScopeAsync(), Truth.Tickets));

        await world.NextReconcileAsync();
        await world.ShouldEqualVendorAsync();
    }

    [Theory, DatabaseData]
    public async Task A_merged_ticket_names_its_parent_after_the_next_incremental_or_reconcile(DatabaseKind kind)
    {
        await using var world = await SyncWorld.SyncedAsync(kind);
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        var open = (await world.TicketsInScopeAsync()).Where(t => Truth.At(t, "mergedParentTicket/id") is null).Take(2).ToList();
        await world.CommandAsync(HttpMethod.Post, $"tickets/{Id(open[0])}/merge", new { into = Id(open[1]) });

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
