using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Storage.Model;
using Shouldly;
using Xunit;
using static MSPortal.Tests.Storage.Sync.SyncHome;
using DatabaseDataAttribute = MSPortal.Tests.Support.DatabaseDataAttribute;
using DatabaseKind = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Storage.Sync;

public sealed class GenerationTests
{
    [Theory, DatabaseData]
    public async Task Missing_ids_come_in_order_and_page_by_page(DatabaseKind kind)
    {
        await using var home = await CreateAsync(kind);
        var run = await home.BeginAsync();
        await home.CommitAsync(run, (await home.ReadAsync([.. Enumerable.Range(1, 9).Select(i => Ticket(i))])) with { Gone = ["gone"] });
        var start = await home.NextAsync();
        await home.CommitAsync(run, (await home.ReadAsync(Ticket(2), Ticket(5))) with { Bad = [new BadRow("7", "No summary.", "{}")] });

        (await home.Store.CountMissingAsync(home.Tickets, 1, start, default)).ShouldBe((6, 9));
        (await home.Store.MissingAsync(home.Tickets, 1, start, null, 4, default)).ShouldBe(["1", "3", "4", "6"]);
        (await home.Store.MissingAsync(home.Tickets, 1, start, "6", 4, default)).ShouldBe(["8", "9"]);
        (await home.Store.MissingAsync(home.Tickets, 1, start, "9", 4, default)).ShouldBeEmpty();
        (await home.Store.MissingAsync(home.Tickets with { TenantId = 4711 }, 1, start, null, 4, default)).ShouldBeEmpty();
    }

    [Theory, DatabaseData]
    public async Task A_swap_shows_exactly_the_new_copy_and_the_old_one_is_cleared_in_batches(DatabaseKind kind)
    {
        await using var home = await CreateAsync(kind);
        var run = await home.BeginAsync();
        await home.CommitAsync(run, await home.ReadAsync(Ticket(1), Ticket(2), Ticket(3), Ticket(4), Ticket(5), Ticket(6)));
        await NotesAsync(home, "1", "5", "6");
        var live = (await home.StreamAsync(home.Tickets)).Progress;
        var shadow = (int)await home.NextAsync();
        var reading = live with { ShadowGeneration = shadow };

        await home.CommitAsync(run, await home.ReadAsync(Ticket(1), Ticket(2, "anew"), Ticket(7)), generations: [shadow], progress: reading);
        await home.CommitAsync(run, (await home.ReadAsync()) with { OutOfScope = [new Exclusion("6", "ContainerNotSelected")] }, generations: [shadow], progress: reading);
        (await home.ShownAsync()).Keys.ShouldBe(["1", "2", "3", "4", "5", "6"]);
        (await home.NotesAsync()).ShouldBe(["1/n1", "5/n5", "6/n6"]);
        (await home.Store.CountMissingInShadowAsync(home.Tickets, 1, shadow, default)).ShouldBe((3, 6));
        (await home.Store.MissingInShadowAsync(home.Tickets, 1, shadow, null, 2, default)).ShouldBe(["3", "4"]);
        (await home.Store.MissingInShadowAsync(home.Tickets, 1, shadow, "4", 2, default)).ShouldBe(["5"]);

        await home.Store.CommitReadsAsync(home.Tickets, await home.ReadAsync(Ticket(1, "refreshed")), default);
        await home.Store.CarryOverAsync(home.Lease, home.Tickets, 1, shadow, ["1", "3", "6", "unknown"], default);
        await home.CommitAsync(run, (await home.ReadAsync()) with { Gone = ["4"] }, generations: [1, shadow], progress: reading);
        (await home.Store.MissingInShadowAsync(home.Tickets, 1, shadow, null, 9, default)).ShouldBe(["5"]);
        (await home.ShownAsync()).Keys.ShouldBe(["1", "2", "3", "5", "6"]);

        await home.Store.SwapGenerationAsync(home.Lease, home.Tickets, live with { LiveGeneration = shadow, ShadowGeneration = null }, default);
        (await home.StreamAsync(home.Tickets)).Progress.ShouldSatisfyAllConditions(p => p.LiveGeneration.ShouldBe(shadow), p => p.ShadowGeneration.ShouldBeNull());
        var batches = 0;
        while (await home.Store.ClearGenerationsAsync(home.Tickets, 2, default))
        {
            batches++;
        }

        batches.ShouldBeGreaterThan(1);
        (await home.ShownAsync(shadow)).ShouldBe(
            new Dictionary<string, string> { ["1"] = "refreshed", ["2"] = "anew", ["3"] = "Printer on fire", ["7"] = "Printer on fire" }, ignoreOrder: true);
        (await home.RowsAsync(1)).ShouldBeEmpty();
        (await home.LedgerAsync()).Select(l => (l.Generation, l.ExternalId, l.State)).ShouldBe(
        [
            (shadow, "1", LedgerState.Kept), (shadow, "2", LedgerState.Kept), (shadow, "3", LedgerState.Kept), (shadow, "4", LedgerState.Gone),
            (shadow, "6", LedgerState.OutOfScope), (shadow, "7", LedgerState.Kept),
        ]);
        (await home.NotesAsync()).ShouldBe(["1/n1"]);
    }

    [Theory, DatabaseData]
    public async Task A_new_copy_is_told_which_tickets_were_deleted_lately_and_keeps_what_it_knows_better(DatabaseKind kind)
    {
        await using var home = await CreateAsync(kind);
        var run = await home.BeginAsync();
        await home.CommitAsync(run, (await home.ReadAsync()) with { Gone = ["old"], ReadAt = home.Now - TimeSpan.FromDays(91) });
        await home.CommitAsync(run, (await home.ReadAsync(Ticket(1))) with { Gone = ["2", "3"], OutOfScope = [new Exclusion("4", "StatusExcluded")] });
        var live = (await home.StreamAsync(home.Tickets)).Progress;
        var shadow = (int)await home.NextAsync();
        await home.CommitAsync(run, await home.ReadAsync(Ticket(1), Ticket(3, "back again")), generations: [shadow], progress: live with { ShadowGeneration = shadow });

        await home.Store.SwapGenerationAsync(home.Lease, home.Tickets, live with { LiveGeneration = shadow, ShadowGeneration = null }, default);
        while (await home.Store.ClearGenerationsAsync(home.Tickets, 9, default))
        {
        }

        (await home.LedgerAsync()).Select(l => (l.Generation, l.ExternalId, l.State)).ShouldBe(
            [(shadow, "1", LedgerState.Kept), (shadow, "2", LedgerState.Gone), (shadow, "3", LedgerState.Kept)]);
    }

    /// <summary>Not every vendor's ids are what people call a ticket by.</summary>
    [Theory, DatabaseData]
    public async Task A_deleted_ticket_is_known_by_its_number_in_both_copies_and_however_often_it_is_told(DatabaseKind kind)
    {
        await using var home = await CreateAsync(kind);
        var run = await home.BeginAsync();
        await home.CommitAsync(run, await home.ReadAsync(Ticket("a") with { Number = "T-1" }, Ticket("b") with { Number = "T-2" }));
        var live = (await home.StreamAsync(home.Tickets)).Progress;
        var shadow = (int)await home.NextAsync();
        await home.CommitAsync(run, await home.ReadAsync(Ticket("b") with { Number = "T-2" }), generations: [shadow], progress: live with { ShadowGeneration = shadow });

        await home.CommitAsync(run, (await home.ReadAsync()) with { Gone = ["a"] }, generations: [1, shadow]);
        await home.CommitAsync(run, (await home.ReadAsync()) with { Gone = ["a", "never here"] }, generations: [1, shadow]);
        await home.Store.SwapGenerationAsync(home.Lease, home.Tickets, live with { LiveGeneration = shadow, ShadowGeneration = null }, default);
        while (await home.Store.ClearGenerationsAsync(home.Tickets, 9, default))
        {
        }

        (await home.LedgerAsync()).Where(l => l.State == LedgerState.Gone).Select(l => (l.Generation, l.ExternalId, l.Reason)).ShouldBe([(shadow, "a", "T-1"), (shadow, "never here", null)]);
    }

    [Theory, DatabaseData]
    public async Task A_shadow_that_was_given_up_is_cleared_and_the_live_copy_is_whole(DatabaseKind kind)
    {
        await using var home = await CreateAsync(kind);
        var run = await home.BeginAsync();
        await home.CommitAsync(run, await home.ReadAsync(Ticket(1), Ticket(2)));
        await NotesAsync(home, "1");
        await home.CommitAsync(run, await home.ReadAsync(Ticket(1), Ticket(9)), generations: [5]);

        while (await home.Store.ClearGenerationsAsync(home.Tickets, 500, default))
        {
        }

        (await home.RowsAsync(5)).ShouldBeEmpty();
        (await home.ShownAsync()).Keys.ShouldBe(["1", "2"]);
        (await home.LedgerAsync()).Select(l => (l.Generation, l.ExternalId)).ShouldBe([(1, "1"), (1, "2")]);
        (await home.NotesAsync()).ShouldBe(["1/n1"]);
        (await home.Store.ChildrenDueAsync(home.Notes, 9, default)).Select(c => c.ParentId).ShouldBe(["1", "2"], ignoreOrder: true);
    }

    [Theory, DatabaseData]
    public async Task What_left_before_a_pass_began_is_forgotten_after_it_but_deleted_tickets_only_after_90_days(DatabaseKind kind)
    {
        await using var home = await CreateAsync(kind);
        var run = await home.BeginAsync();
        await home.CommitAsync(run, (await home.ReadAsync()) with { Gone = ["5"], ReadAt = home.Now - TimeSpan.FromDays(91) });
        await home.CommitAsync(run, (await home.ReadAsync()) with { Gone = ["6"], ReadAt = home.Now - TimeSpan.FromDays(89) });
        await home.CommitAsync(run, (await home.ReadAsync(Ticket(1))) with { Gone = ["2"], OutOfScope = [new Exclusion("3", "StatusExcluded")], Bad = [new BadRow(null, "No id.", "{}")] });
        var start = await home.NextAsync();
        await home.CommitAsync(run, (await home.ReadAsync()) with { Gone = ["4"] });

        await home.Store.ForgetGoneAsync(home.Lease, home.Tickets, 1, start, default);

        (await home.LedgerAsync()).Select(l => (l.ExternalId, l.State)).ShouldBe([("1", LedgerState.Kept), ("2", LedgerState.Gone), ("4", LedgerState.Gone), ("6", LedgerState.Gone)]);
        await using var db = home.Open();
        (await db.Quarantine.CountAsync()).ShouldBe(0);
    }

    [Theory, DatabaseData]
    public async Task Nothing_that_one_tenant_does_touches_another(DatabaseKind kind)
    {
        await using var home = await CreateAsync(kind);
        var tenant = await home.Home.AddTenantAsync("Fabrikam");
        var other = new StreamKey(tenant, await home.AddIntegrationAsync(tenant), DataType.Tickets);
        await home.Store.CommitReadsAsync(other, home.Of(await home.NextAsync(other), Ticket(1, "theirs"), Ticket(2, "theirs")) with { Bad = [new BadRow("3", "No.", "{}")] }, default);
        var run = await home.BeginAsync();

        await home.CommitAsync(run, (await home.ReadAsync(Ticket(1, "ours"))) with { Gone = ["2", "3"] });
        await home.Store.ForgetGoneAsync(home.Lease, home.Tickets, 1, 1000, default);
        await home.Store.ClearGenerationsAsync(home.Tickets, 500, default);
        var progress = (await home.StreamAsync(home.Tickets)).Progress;
        var foreign = other with { TenantId = home.Home.Tenant };

        await Should.ThrowAsync<InvalidOperationException>(() => home.NextAsync(foreign));
        await Should.ThrowAsync<InvalidOperationException>(() => home.Store.CommitReadsAsync(foreign, home.Of(9, Ticket(1, "break-out")), default));
        await Should.ThrowAsync<InvalidOperationException>(() => home.CommitAsync(run, home.Of(99, Ticket(1, "break-out")), foreign, progress: progress));
        (await home.Store.StreamsAsync(home.Home.Tenant, other.IntegrationId, default)).ShouldBeEmpty();
        (await home.Store.ChildrenDueAsync(foreign with { DataType = DataType.TicketNotes }, 9, default)).ShouldBeEmpty();
        (await home.Store.QuarantinedAsync(foreign, 9, default)).ShouldBeEmpty();
        await using var db = home.Home.Open(tenant);
        (await db.Tickets.OrderBy(t => t.ExternalId).Select(t => t.Summary).ToListAsync()).ShouldBe(["theirs", "theirs"]);
        (await db.ChildQueue.Select(c => c.ParentId).Order().ToListAsync()).ShouldBe(["1", "2"]);
        (await home.Store.QuarantinedAsync(other, 9, default)).ShouldBe(["3"]);
    }

    private static async Task NotesAsync(SyncHome home, params string[] tickets)
    {
        foreach (var ticket in tickets)
        {
            await home.Store.CommitChildrenAsync(
                null, new ChildrenCommit { Key = home.Notes, ParentId = ticket, Changes = home.Of(await home.NextAsync(home.Notes), Note($"n{ticket}", ticket)), Complete = true }, default);
        }
    }
}
