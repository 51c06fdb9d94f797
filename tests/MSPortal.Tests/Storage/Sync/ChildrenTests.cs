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

public sealed class ChildrenTests
{
    [Theory, DatabaseData]
    public async Task A_complete_answer_replaces_a_parents_children_and_an_incomplete_one_only_adds(DatabaseKind kind)
    {
        await using var home = await CreateAsync(kind);
        await SeedAsync(home, Ticket(1), Ticket(2));
        await ReadAsync(home, "1", true, Note("a", "1"), Note("b", "1"));
        await ReadAsync(home, "2", true, Note("c", "2"));

        var partial = await ReadAsync(home, "1", false, Note("b", "1", "changed"), Note("d", "1"));
        (partial.Created, partial.Updated, partial.Removed).ShouldBe((1, 1, 0));
        (await home.NotesAsync()).ShouldBe(["1/a", "1/b", "1/d", "2/c"]);

        var run = await home.BeginAsync(home.Notes);
        var complete = await ReadAsync(home, "1", true, run, Note("b", "1", "changed"));

        (complete.Created, complete.Unchanged, complete.Removed).ShouldBe((0, 1, 2));
        (await home.NotesAsync()).ShouldBe(["1/b", "2/c"]);
        (await home.RunAsync(run)).ShouldSatisfyAllConditions(r => r.Removed.ShouldBe(2), r => r.Unchanged.ShouldBe(1), r => r.Read.ShouldBe(1));
    }

    [Theory, DatabaseData]
    public async Task A_child_that_could_not_be_understood_is_not_taken_for_missing(DatabaseKind kind)
    {
        await using var home = await CreateAsync(kind);
        await SeedAsync(home, Ticket(1));
        await ReadAsync(home, "1", true, Note("a", "1"), Note("b", "1"));
        var changes = home.Of(await home.NextAsync(home.Notes)) with { Bad = [new BadRow("a", "No text.", "{}")] };

        await home.Store.CommitChildrenAsync(home.Lease, new ChildrenCommit { Key = home.Notes, ParentId = "1", Changes = changes, Complete = true }, default);

        (await home.NotesAsync()).ShouldBe(["1/a"]);
    }

    [Theory, DatabaseData]
    public async Task An_older_answer_about_a_parent_never_overwrites_a_newer_one(DatabaseKind kind)
    {
        await using var home = await CreateAsync(kind);
        await SeedAsync(home, Ticket(1));
        var early = await home.NextAsync(home.Notes);
        await ReadAsync(home, "1", true, Note("a", "1", "new"));

        var late = await home.Store.CommitChildrenAsync(
            null, new ChildrenCommit { Key = home.Notes, ParentId = "1", Changes = home.Of(early, Note("a", "1", "old"), Note("deleted", "1")), Complete = true }, default);

        late.Superseded.ShouldBe(2);
        (await home.NotesAsync()).ShouldBe(["1/a"]);
        await using var db = home.Open();
        Canonical.Read<TicketNote>((await db.TicketNotes.SingleAsync()).Payload).Text.ShouldBe("new");
    }

    [Theory, DatabaseData]
    public async Task Children_go_with_their_parent_and_those_read_meanwhile_do_not_come_after(DatabaseKind kind)
    {
        await using var home = await CreateAsync(kind);
        var run = await SeedAsync(home, Ticket(1), Ticket(2), Ticket(3));
        await ReadAsync(home, "1", true, Note("a", "1"));
        await ReadAsync(home, "2", true, Note("b", "2"));
        await ReadAsync(home, "3", true, Note("c", "3"));

        await home.CommitAsync(run, (await home.ReadAsync()) with { Gone = ["1"], OutOfScope = [new Exclusion("2", "StatusExcluded")] });

        (await home.NotesAsync()).ShouldBe(["3/c"]);
        (await home.LedgerAsync(home.Notes)).Select(l => l.ExternalId).ShouldBe(["c"]);
        (await home.Store.ChildrenDueAsync(home.Notes, 9, default)).Select(c => c.ParentId).ShouldBe(["3"]);
        await ReadAsync(home, "1", true, Note("a", "1"), Note("late", "1"));
        (await home.NotesAsync()).ShouldBe(["3/c"]);

        await home.CommitAsync(run, await home.ReadAsync(Ticket(1)));
        await ReadAsync(home, "1", true, Note("a", "1"));
        (await home.NotesAsync()).ShouldBe(["1/a", "3/c"]);
    }

    [Theory, DatabaseData]
    public async Task What_changed_comes_before_the_backfill_and_what_failed_after_the_others(DatabaseKind kind)
    {
        await using var home = await CreateAsync(kind);
        var run = await home.BeginAsync();
        await home.CommitAsync(run, (await home.ReadAsync(Ticket("b1"), Ticket("b2"), Ticket("b3"))) with { ChildrenAreBackfill = true });
        home.Home.Clock.Advance(TimeSpan.FromSeconds(1));
        await home.CommitAsync(run, await home.ReadAsync(Ticket("u2"), Ticket("b3", "changed")));
        home.Home.Clock.Advance(TimeSpan.FromSeconds(1));
        await home.CommitAsync(run, await home.ReadAsync(Ticket("u1"), Ticket("u2")));

        (await DueAsync(home)).ShouldBe(["b3", "u2", "u1", "b1", "b2"]);
        (await home.Store.CountChildrenDueAsync(home.Notes, default)).ShouldBe(new ChildrenWaiting(5, 2));

        var first = (await home.Store.ChildrenDueAsync(home.Notes, 1, default)).Single();
        await home.Store.PostponeChildAsync(home.Lease, home.Notes, first, "Odd answer.", default);
        (await DueAsync(home)).ShouldBe(["u2", "u1", "b1", "b2"]);
        home.Home.Clock.Advance(TimeSpan.FromMinutes(1));
        (await DueAsync(home)).ShouldBe(["u2", "u1", "b3", "b1", "b2"]);
        (await home.Store.CountChildrenDueAsync(home.Notes, default)).ShouldBe(new ChildrenWaiting(5, 2));

        await home.CommitAsync(run, (await home.ReadAsync(Ticket("b1", "changed"))) with { ChildrenAreBackfill = true });
        (await home.Store.ChildrenDueAsync(home.Notes, 9, default)).Single(c => c.ParentId == "b1").Backfill.ShouldBeTrue();
        await home.CommitAsync(run, (await home.ReadAsync(Ticket("u1", "changed"))) with { ChildrenAreBackfill = true });
        (await home.Store.ChildrenDueAsync(home.Notes, 9, default)).Single(c => c.ParentId == "u1").Backfill.ShouldBeFalse();
    }

    [Theory, DatabaseData]
    public async Task A_parent_that_was_queued_again_while_it_was_read_stays_in_the_queue(DatabaseKind kind)
    {
        await using var home = await CreateAsync(kind);
        var run = await SeedAsync(home, Ticket(1), Ticket(2));
        var work = await home.Store.ChildrenDueAsync(home.Notes, 9, default);
        await home.CommitAsync(run, await home.ReadAsync(Ticket(1, "changed")));

        foreach (var item in work)
        {
            await home.Store.CommitChildrenAsync(
                home.Lease,
                new ChildrenCommit { Key = home.Notes, ParentId = item.ParentId, Work = item, Changes = home.Of(await home.NextAsync(home.Notes)), Complete = true },
                default);
        }

        var left = (await home.Store.ChildrenDueAsync(home.Notes, 9, default)).Single();
        left.ParentId.ShouldBe("1");
        left.Mark.ShouldBeGreaterThan(work.Single(w => w.ParentId == "1").Mark);
        await home.Store.PostponeChildAsync(home.Lease, home.Notes, work.Single(w => w.ParentId == "1"), "of before", default);
        (await home.Store.ChildrenDueAsync(home.Notes, 9, default)).ShouldBe([left]);
    }

    [Theory, DatabaseData]
    public async Task A_record_is_kept_aside_until_a_read_as_new_understands_it(DatabaseKind kind)
    {
        await using var home = await CreateAsync(kind);
        var run = await SeedAsync(home, Ticket(1), Ticket(2));
        var early = await home.NextAsync();
        await home.CommitAsync(run, (await home.ReadAsync(Ticket(3))) with { Bad = [new BadRow("2", "No summary.", "{\"id\":2}"), new BadRow("9", "No summary.", "{\"id\":9}"), new BadRow(null, "No id.", "{}")] });
        home.Home.Clock.Advance(TimeSpan.FromMinutes(1));
        await home.CommitAsync(run, (await home.ReadAsync()) with { Bad = [new BadRow("2", "Bad date.", "{\"id\":2}"), new BadRow(null, "No id.", "{}")] });

        (await home.Store.QuarantinedAsync(home.Tickets, 9, default)).ShouldBe(["9", "2"]);
        (await home.Store.QuarantinedAsync(home.Tickets, 1, default)).ShouldBe(["9"]);
        (await QuarantineAsync(home)).ShouldBe([(null, "No id.", 2), ("2", "Bad date.", 2), ("9", "No summary.", 1)]);
        (await home.ShownAsync()).Keys.ShouldBe(["1", "2", "3"]);
        (await home.RunAsync(run)).Quarantined.ShouldBe(5);

        await home.CommitAsync(run, home.Of(early, Ticket(2)));
        (await home.Store.QuarantinedAsync(home.Tickets, 9, default)).ShouldBe(["9", "2"]);

        await home.CommitAsync(run, (await home.ReadAsync(Ticket(2))) with { Gone = ["9"] });
        (await QuarantineAsync(home)).ShouldBe([(null, "No id.", 2)]);

        await home.CommitAsync(run, home.Of(early) with { Bad = [new BadRow("2", "Late.", "{}")] });
        (await QuarantineAsync(home)).ShouldBe([(null, "No id.", 2)]);
    }

    private static async Task<List<(string?, string, int)>> QuarantineAsync(SyncHome home)
    {
        await using var db = home.Open();
        return [.. (await db.Quarantine.ToListAsync()).OrderBy(q => q.ExternalId, StringComparer.Ordinal).Select(q => (q.ExternalId, q.Reason, q.Times))];
    }

    private static async Task<long> SeedAsync(SyncHome home, params Ticket[] tickets)
    {
        var run = await home.BeginAsync();
        await home.CommitAsync(run, await home.ReadAsync(tickets));
        return run;
    }

    private static async Task<List<string>> DueAsync(SyncHome home) => [.. (await home.Store.ChildrenDueAsync(home.Notes, 9, default)).Select(c => c.ParentId)];

    private static Task<CommitResult> ReadAsync(SyncHome home, string parent, bool complete, params TicketNote[] notes) => ReadAsync(home, parent, complete, null, notes);

    private static async Task<CommitResult> ReadAsync(SyncHome home, string parent, bool complete, long? run, params TicketNote[] notes) => await home.Store.CommitChildrenAsync(
        home.Lease,
        new ChildrenCommit
        {
            Key = home.Notes, RunId = run, ParentId = parent, Changes = home.Of(await home.NextAsync(home.Notes), notes), Complete = complete, Counts = new RunCounts { Read = notes.Length },
        },
        default);
}
