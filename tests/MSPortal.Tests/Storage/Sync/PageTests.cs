using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Storage.Model;
using Shouldly;
using Xunit;
using static MSPortal.Tests.Storage.Sync.SyncHome;
using DatabaseKind = MSPortal.Tests.Support.DatabaseKind;
using DatabaseDataAttribute = MSPortal.Tests.Support.DatabaseDataAttribute;

namespace MSPortal.Tests.Storage.Sync;

public sealed class PageTests
{
    [Theory, DatabaseData]
    public async Task A_name_that_its_list_does_not_have_makes_the_lists_due_at_once_and_not_again_for_a_while(DatabaseKind kind)
    {
        await using var home = await CreateAsync(kind);
        var (key, later) = (home.Tickets with { DataType = DataType.Reference }, home.Now.AddHours(5));
        await home.ChangeAsync(db =>
        {
            db.Streams.Add(new StreamRow
            {
                TenantId = key.TenantId, IntegrationId = key.IntegrationId, DataType = key.DataType, Enabled = true, Interval = TimeSpan.FromDays(1), ReconcileInterval = TimeSpan.FromDays(1),
                DueAt = later, FullDueAt = later, LastCompleteAt = home.Now.AddHours(-1), LastAttemptAt = home.Now.AddHours(-1),
            });
            foreach (var list in new[] { ReferenceKinds.Status, ReferenceKinds.Container })
            {
                db.Reference.Add(new ReferenceRow
                {
                    Id = Guid.NewGuid(), TenantId = key.TenantId, IntegrationId = key.IntegrationId, Generation = 1, ExternalId = ReferenceItem.Key(list, "1"), Kind = list, ItemId = "1", Name = "One",
                    CreatedAt = home.Now, ChangedAt = home.Now, Payload = "{}",
                });
            }

            return Task.CompletedTask;
        });
        var run = await home.BeginAsync();
        async Task<DateTimeOffset> DueAfterAsync(Ticket ticket)
        {
            await home.CommitAsync(run, await home.ReadAsync(ticket));
            return (await home.StreamAsync(key)).Progress.DueAt;
        }

        (await DueAfterAsync(Ticket(1, status: "1"))).ShouldBe(later);
        (await DueAfterAsync(Ticket(2, status: "1") with { TypeId = "7" })).ShouldBe(later, "this vendor has no list of types");
        (await DueAfterAsync(Ticket(3, status: "2") with { IsClosed = true })).ShouldBe(later, "nobody waits for what is closed");
        (await DueAfterAsync(Ticket(4, status: "2"))).ShouldBe(home.Now);
        (await home.StreamAsync(key)).Progress.FullDueAt.ShouldBe(home.Now);

        await home.ChangeAsync(async db =>
        {
            var lists = await db.Streams.SingleAsync(s => s.DataType == DataType.Reference);
            (lists.DueAt, lists.FullDueAt, lists.LastAttemptAt) = (later, later, home.Now);
        });
        (await DueAfterAsync(Ticket(4, "Changed", status: "2"))).ShouldBe(later, "the lists were read just now");
        home.Home.Clock.Advance(TimeSpan.FromMinutes(16));
        (await DueAfterAsync(Ticket(4, status: "1") with { ContainerId = "9" })).ShouldBe(home.Now);
    }

    [Theory, DatabaseData]
    public async Task A_page_is_stored_with_its_marks_counts_and_progress(DatabaseKind kind)
    {
        await using var home = await CreateAsync(kind);
        var run = await home.BeginAsync();
        var progress = (await home.StreamAsync(home.Tickets)).Progress with
        {
            Watermark = home.Now.AddMinutes(-3),
            Full = new PassState { Kind = PassKind.Full, RunId = run, Trigger = SyncTrigger.Initial, StartedAt = home.Now, StartSequence = 1, Generation = 1, Cursor = "page 2" },
        };

        var read = await home.ReadAsync(Ticket(12), Ticket(7, "Outlook", "late"));
        var result = await home.CommitAsync(run, read, progress: progress);

        (result.Created, result.Updated, result.Unchanged, result.Superseded).ShouldBe((2, 0, 0, 0));
        result.NextReadSequence.ShouldBeGreaterThan(read.ReadSequence);
        (await home.NextAsync()).ShouldBeGreaterThan(result.NextReadSequence);
        var rows = await home.RowsAsync();
        rows.Select(r => (r.ExternalId, r.Number, r.NumberOrder, r.Summary, r.IsClosed, r.CompanyId, r.Priority, r.OpenedAt))
            .ShouldBe([("12", "12", 12, "Printer on fire", false, "7", PriorityLevel.High, StorageHome.Start.AddDays(-1)), ("7", "7", 7, "Outlook", true, "7", PriorityLevel.High, StorageHome.Start.AddDays(-1))]);
        rows.Select(r => Canonical.Read<Ticket>(r.Payload)).ShouldBe([Ticket(12), Ticket(7, "Outlook", "late")]);
        rows[0].Id.ShouldBe(RecordId.For(home.Integration, DataType.Tickets, "12"));
        (await home.LedgerAsync()).Select(l => (l.ExternalId, l.State, l.ReadSequence, l.ConfirmedAt, l.TenantId))
            .ShouldBe([("12", LedgerState.Kept, read.ReadSequence, home.Now, home.Home.Tenant), ("7", LedgerState.Kept, read.ReadSequence, home.Now, home.Home.Tenant)]);
        (await home.StreamAsync(home.Tickets)).Progress.ShouldBe(progress);
        var stored = await home.RunAsync(run);
        (stored.Read, stored.Created, stored.Pages, stored.Status).ShouldBe((2, 2, 1, RunStatus.Running));
    }

    [Theory, DatabaseData]
    public async Task An_unchanged_row_is_not_rewritten(DatabaseKind kind)
    {
        await using var home = await CreateAsync(kind);
        var run = await home.BeginAsync();
        await home.CommitAsync(run, await home.ReadAsync(Ticket(1), Ticket(2)));
        home.Home.Clock.Advance(TimeSpan.FromMinutes(1));

        var read = await home.ReadAsync(Ticket(1), Ticket(2, "Changed"), Ticket(3));
        var result = await home.CommitAsync(run, read);

        (result.Created, result.Updated, result.Unchanged).ShouldBe((1, 1, 1));
        (await home.RowsAsync()).Select(r => (r.ExternalId, r.Summary, r.CreatedAt, r.ChangedAt)).ShouldBe(
        [
            ("1", "Printer on fire", StorageHome.Start, StorageHome.Start),
            ("2", "Changed", StorageHome.Start, home.Now),
            ("3", "Printer on fire", home.Now, home.Now),
        ]);
        (await home.LedgerAsync()).ShouldAllBe(l => l.ReadSequence == read.ReadSequence && l.ConfirmedAt == home.Now);
    }

    [Theory, DatabaseData]
    public async Task What_Ticket_Settings_count_as_closed_changes_a_row_whose_content_stays(DatabaseKind kind)
    {
        await using var home = await CreateAsync(kind);
        var run = await home.BeginAsync();
        await home.CommitAsync(run, await home.ReadAsync(Ticket(1, status: "late"), Ticket(2, status: "new")));
        await home.ChangeAsync(async db => (await db.Integrations.SingleAsync()).Scope = """{"containers":["1"],"closedStatuses":["new"]}""");

        var result = await home.CommitAsync(run, await home.ReadAsync(Ticket(1, status: "late"), Ticket(2, status: "new")));

        result.Updated.ShouldBe(2);
        (await home.RowsAsync()).Select(r => (r.ExternalId, r.IsClosed)).ShouldBe([("1", false), ("2", true)]);
    }

    [Theory, DatabaseData]
    public async Task An_older_read_never_overwrites_a_newer_one(DatabaseKind kind)
    {
        await using var home = await CreateAsync(kind);
        var run = await home.BeginAsync();
        await home.CommitAsync(run, await home.ReadAsync(Ticket(1, "first"), Ticket(2, "first"), Ticket(3, "first")));
        var early = await home.NextAsync();
        await home.Store.CommitReadsAsync(home.Tickets, await home.ReadAsync(Ticket(1, "refreshed")), default);
        await home.Store.CommitReadsAsync(home.Tickets, (await home.ReadAsync()) with { Gone = ["2"], OutOfScope = [new Exclusion("4", "StatusExcluded")] }, default);

        var result = await home.CommitAsync(run, home.Of(early, Ticket(1, "late"), Ticket(2, "late"), Ticket(3, "late"), Ticket(4, "late")));

        (result.Created, result.Updated, result.Superseded).ShouldBe((0, 1, 3));
        (await home.ShownAsync()).ShouldBe(new Dictionary<string, string> { ["1"] = "refreshed", ["3"] = "late" });

        var gone = await home.CommitAsync(run, home.Of(early) with { Gone = ["1", "3"] });

        (gone.Removed, gone.Superseded).ShouldBe((1, 1));
        (await home.ShownAsync()).Keys.ShouldBe(["1"]);
    }

    [Theory, DatabaseData]
    public async Task What_is_gone_or_out_of_scope_leaves_and_can_return(DatabaseKind kind)
    {
        await using var home = await CreateAsync(kind);
        var run = await home.BeginAsync();
        await home.CommitAsync(run, await home.ReadAsync(Ticket(1), Ticket(2), Ticket(3)));
        var before = (await home.RowsAsync()).ToDictionary(r => r.ExternalId, r => r.Id);

        var left = await home.CommitAsync(run, (await home.ReadAsync()) with { Gone = ["1", "unknown"], OutOfScope = [new Exclusion("2", "StatusExcluded")] });

        (left.Removed, left.LeftScope).ShouldBe((1, 1));
        (await home.ShownAsync()).Keys.ShouldBe(["3"]);
        (await home.LedgerAsync()).Select(l => (l.ExternalId, l.State, l.Reason, Hash: l.Hash is not null)).ShouldBe(
        [
            ("1", LedgerState.Gone, null, false), ("2", LedgerState.OutOfScope, "StatusExcluded", false), ("3", LedgerState.Kept, null, true), ("unknown", LedgerState.Gone, null, false),
        ]);

        var back = await home.CommitAsync(run, await home.ReadAsync(Ticket(1), Ticket(2)));

        (back.Created, back.Updated).ShouldBe((2, 0));
        (await home.RowsAsync()).ToDictionary(r => r.ExternalId, r => r.Id).ShouldBe(before, ignoreOrder: true);
        (await home.RunAsync(run)).ShouldSatisfyAllConditions(r => r.Removed.ShouldBe(1), r => r.LeftScope.ShouldBe(1), r => r.Created.ShouldBe(5));
    }

    [Theory, DatabaseData]
    public async Task Of_an_id_that_comes_twice_in_a_page_the_last_counts(DatabaseKind kind)
    {
        await using var home = await CreateAsync(kind);
        var run = await home.BeginAsync();

        var result = await home.CommitAsync(run, await home.ReadAsync(Ticket(1, "first"), Ticket(2), Ticket(1, "second")));

        result.Created.ShouldBe(2);
        (await home.ShownAsync()).ShouldBe(new Dictionary<string, string> { ["1"] = "second", ["2"] = "Printer on fire" });
    }

    [Theory, DatabaseData]
    public async Task A_page_that_fails_at_its_very_end_leaves_nothing(DatabaseKind kind)
    {
        await using var home = await CreateAsync(kind);
        var run = await home.BeginAsync();
        await home.CommitAsync(run, await home.ReadAsync(Ticket(1), Ticket(2)));
        var before = (await home.StreamAsync(home.Tickets)).Progress;
        await BreakStreamsAsync(home, kind);

        var read = home.Of(99, Ticket(2, "changed"), Ticket(3)) with { Gone = ["1"], Bad = [new BadRow("4", "No summary.", "{}")] };
        var commit = () => home.CommitAsync(run, read, progress: before with { Watermark = home.Now });

        await commit.ShouldThrowAsync<Exception>();
        (await home.ShownAsync()).ShouldBe(new Dictionary<string, string> { ["1"] = "Printer on fire", ["2"] = "Printer on fire" });
        (await home.LedgerAsync()).Select(l => (l.ExternalId, l.State)).ShouldBe([("1", LedgerState.Kept), ("2", LedgerState.Kept)]);
        (await home.StreamAsync(home.Tickets)).Progress.ShouldBe(before);
        (await home.RunAsync(run)).ShouldSatisfyAllConditions(r => r.Created.ShouldBe(2), r => r.Pages.ShouldBe(1));
        await using var db = home.Open();
        (await db.Quarantine.CountAsync()).ShouldBe(0);
        (await db.ChildQueue.Select(c => c.ParentId).Order().ToListAsync()).ShouldBe(["1", "2"]);
    }

    [Theory, DatabaseData]
    public async Task Pages_of_five_thousand_rows_are_stored_and_compared_whole(DatabaseKind kind)
    {
        await using var home = await CreateAsync(kind);
        var run = await home.BeginAsync();
        var all = Enumerable.Range(1, 5000).Select(i => Ticket(i, $"Ticket {i}")).ToArray();
        await home.CommitAsync(run, await home.ReadAsync(all));
        var changed = all.Select((t, i) => i % 10 == 0 ? t with { Summary = "Changed" } : t).ToArray();

        var result = await home.CommitAsync(run, (await home.ReadAsync(changed[..^10])) with { Gone = [.. changed[^10..].Select(t => t.ExternalId)] });

        (result.Created, result.Updated, result.Unchanged, result.Removed).ShouldBe((0, 499, 4491, 10));
        (await home.RowsAsync()).Select(r => Canonical.Read<Ticket>(r.Payload)).ShouldBe(changed[..^10], ignoreOrder: true);
    }

    private static Task BreakStreamsAsync(SyncHome home, DatabaseKind kind) => home.ChangeAsync(db => db.Database.ExecuteSqlRawAsync(kind == DatabaseKind.Sqlite
        ? "CREATE TRIGGER broken BEFORE UPDATE ON streams BEGIN SELECT RAISE(ABORT, 'broken'); END"
        : "CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''broken''; END'; CREATE TRIGGER broken BEFORE UPDATE ON streams FOR EACH ROW EXECUTE FUNCTION broken()"));
}
