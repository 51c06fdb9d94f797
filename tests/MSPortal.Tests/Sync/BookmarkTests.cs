using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Tests.Support;
using MSPortal.Tests.Sync.Support;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Sync;

/// <summary>Vendors that tell changes only from the place where the last complete pass ended: the place outlives passes, processes and the vendor's patience.</summary>
public sealed class BookmarkTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(6);

    [Theory, DatabaseData]
    public async Task Changes_are_told_from_the_end_of_the_complete_read_and_move_the_bookmark_on(DatabaseKind kind)
    {
        await using var home = await StartAsync(kind, 25);
        var first = (await home.ProgressAsync()).Bookmark.ShouldNotBeNull();
        home.Clock.Advance(TimeSpan.FromMinutes(1));
        home.Vendor.Change(3, t => t with { Summary = "Changed" });
        home.Vendor.AddTicket(26);
        home.Vendor.RemoveTicket(4);

        await home.TurnAfterAsync(Interval);

        await home.ShouldBeTheVendorsAsync();
        home.Vendor.Calls.ShouldContain("tickets changes 0");
        home.Vendor.Calls.Where(c => c.StartsWith("tickets full", StringComparison.Ordinal) || c.StartsWith("tickets ids", StringComparison.Ordinal)).ShouldBeEmpty("the vendor itself says what went");
        var second = (await home.ProgressAsync()).Bookmark.ShouldNotBeNull();
        second.ShouldNotBe(first);
        home.Vendor.Since[^1].Ticks.ShouldBe(long.Parse(first, System.Globalization.CultureInfo.InvariantCulture));
        await home.TurnAfterAsync(Interval);
        home.Vendor.Since[^1].Ticks.ShouldBe(long.Parse(second, System.Globalization.CultureInfo.InvariantCulture));
    }

    [Theory, DatabaseData]
    public async Task While_there_is_no_bookmark_no_changes_are_asked_for(DatabaseKind kind)
    {
        await using var home = await EngineHome.CreateAsync(kind, DataType.Companies, DataType.Tickets);
        (home.Vendor.FollowsBookmark, home.Options) = (true, home.Options with { SlicePages = 1 });
        home.Vendor.AddTickets(45);
        home.Vendor.Before = (call, _) => call == "tickets full 20" ? throw new FaultException(new Fault.VendorDown("Down.")) : Task.CompletedTask;
        await home.LiveAsync(TimeSpan.FromMinutes(15));
        (await home.ProgressAsync()).Watermark.ShouldNotBeNull("a stream that goes by time would have read changes by now");

        home.Vendor.Before = null;
        await home.LiveAsync(TimeSpan.FromMinutes(16));

        var calls = home.Vendor.Calls.Where(c => c.StartsWith("tickets", StringComparison.Ordinal)).ToList();
        calls.Take(calls.IndexOf("tickets full 40")).ShouldNotContain(c => c.StartsWith("tickets changes", StringComparison.Ordinal));
        await home.ShouldBeTheVendorsAsync();
        (await home.ProgressAsync()).Bookmark.ShouldNotBeNull();
    }

    [Theory, DatabaseData]
    public async Task A_lost_bookmark_costs_one_complete_read_that_finds_what_went_meanwhile(DatabaseKind kind)
    {
        await using var home = await StartAsync(kind, 25);
        home.Clock.Advance(TimeSpan.FromDays(0.3));
        home.Vendor.Change(3, t => t with { Summary = "Changed" });
        home.Vendor.RemoveTicket(4, isTold: false);
        home.Vendor.KnowsBookmarksSince = home.Clock.GetUtcNow();
        var order = await home.OrderAsync(SyncTrigger.Manual, types: DataType.Tickets);

        await home.TurnAsync();

        await home.ShouldBeTheVendorsAsync();
        home.Vendor.Calls.Count(c => c == "tickets lost").ShouldBe(1);
        home.Vendor.Calls.Count(c => c == "tickets full 0").ShouldBe(1);
        home.Vendor.Calls.ShouldContain("tickets ids 4");
        var progress = await home.ProgressAsync();
        (progress.FaultKind, progress.Bookmark is null).ShouldBe((null, false));
        // Whoever pressed the button is answered by the complete read.
        (await home.RunsAsync()).Where(r => r.RequestId == order.RequestId).Select(r => (r.Kind, r.Status)).ShouldBe([(PassKind.Incremental, RunStatus.Succeeded), (PassKind.Full, RunStatus.Succeeded)]);
        (await home.RequestsAsync()).Single(r => r.Id == order.RequestId).Status.ShouldBe(MSPortal.Storage.Model.RequestStatus.Succeeded);
        await home.TurnAfterAsync(Interval);
        home.Vendor.Calls.Count(c => c == "tickets lost").ShouldBe(1);
    }

    [Theory]
    [DatabaseData(false)]
    [DatabaseData(true)]
    public async Task A_process_that_dies_while_the_bookmark_is_given_up_loses_nothing(DatabaseKind kind, bool afterTheWrite)
    {
        await using var home = await StartAsync(kind, 25);
        home.Clock.Advance(Interval);
        home.Vendor.RemoveTicket(4, isTold: false);
        home.Vendor.KnowsBookmarksSince = home.Clock.GetUtcNow();
        var (store, saboteur) = Saboteur.Of(home.Store);
        bool Dies(string method, object?[] args) => method == nameof(ISyncStore.UpdateRunAsync) && args[1] is RunUpdate { Key.DataType: DataType.Tickets, Progress.Bookmark: null };
        saboteur.DiesBefore = afterTheWrite ? saboteur.DiesBefore : Dies;
        saboteur.DiesAfter = afterTheWrite ? Dies : saboteur.DiesAfter;

        await home.TurnAsync(home.Runner(store));
        saboteur.IsDead.ShouldBeTrue();
        (await home.ProgressAsync()).Bookmark.ShouldBe(afterTheWrite ? null : (await home.ProgressAsync()).Bookmark.ShouldNotBeNull());
        await home.TurnAfterAsync(TimeSpan.FromSeconds(31));

        await home.ShouldBeTheVendorsAsync();
        home.Vendor.Calls.Count(c => c == "tickets lost").ShouldBe(afterTheWrite ? 1 : 2);
        (await home.ProgressAsync()).Bookmark.ShouldNotBeNull();
    }

    [Theory]
    [DatabaseData(false)]
    [DatabaseData(true)]
    public async Task A_bookmark_moves_only_with_the_last_page_of_the_changes(DatabaseKind kind, bool afterTheCommit)
    {
        await using var home = await StartAsync(kind, 25);
        var before = (await home.ProgressAsync()).Bookmark;
        home.Clock.Advance(TimeSpan.FromMinutes(1));
        for (var id = 1; id <= 25; id++)
        {
            home.Vendor.Change(id, t => t with { Summary = $"Changed {t.Number}" });
        }

        home.Clock.Advance(Interval);
        var (store, saboteur) = Saboteur.Of(home.Store);
        var commits = 0;
        bool Dies(string method, object?[] args) => method == nameof(ISyncStore.CommitPageAsync) && ((PageCommit)args[1]!).Key.DataType == DataType.Tickets && ++commits == 3;
        saboteur.DiesBefore = afterTheCommit ? saboteur.DiesBefore : Dies;
        saboteur.DiesAfter = afterTheCommit ? Dies : saboteur.DiesAfter;

        await home.TurnAsync(home.Runner(store));
        saboteur.IsDead.ShouldBeTrue();
        ((await home.ProgressAsync()).Bookmark == before).ShouldBe(!afterTheCommit, "rows and bookmark are stored together or not at all");
        home.Vendor.Calls.Clear();
        await home.TurnAfterAsync(TimeSpan.FromSeconds(31));

        await home.ShouldBeTheVendorsAsync();
        home.Vendor.Calls.Where(c => c.StartsWith("tickets", StringComparison.Ordinal)).ShouldBe(afterTheCommit ? [] : ["tickets changes 20"]);
    }

    [Theory]
    [DatabaseData(false)]
    [DatabaseData(true)]
    public async Task A_resync_hands_its_bookmark_on_only_when_its_copy_is_the_one_that_is_shown(DatabaseKind kind, bool changesInBetween)
    {
        await using var home = await StartAsync(kind, 60);
        var before = (await home.ProgressAsync()).Bookmark;
        home.Clock.Advance(TimeSpan.FromMinutes(1));
        for (var id = 1; id <= 30; id++)
        {
            home.Vendor.RemoveTicket(id, isTold: false);
        }

        home.Vendor.Change(31, t => t with { Summary = "Changed" });
        await home.FullAsync(shadow: true);
        var held = await home.ProgressAsync();
        held.Full!.Phase.ShouldBe(PassPhase.Held);
        held.Bookmark.ShouldBe(before, "the copy that is shown has not seen what changed since");
        if (changesInBetween)
        {
            await home.TurnAfterAsync(Interval);
            (await home.ShownAsync())["31"].ShouldBeOfType<Ticket>().Summary.ShouldBe("Changed");
        }

        var young = (await home.ProgressAsync()).Bookmark;

        await home.Integrations.DecideHeldAsync(home.Key(), release: true, home.Ada, default);
        await home.TurnAsync();

        await home.ShouldBeTheVendorsAsync();
        (await home.ProgressAsync()).Bookmark.ShouldBe(changesInBetween ? young : held.Full.Bookmark.ShouldNotBeNull(), "of those that hold for the copy the youngest");
        home.Vendor.Change(32, t => t with { Summary = "Later" });
        await home.TurnAfterAsync(Interval);
        await home.ShouldBeTheVendorsAsync();
    }

    [Theory, DatabaseData]
    public async Task A_complete_read_that_has_lost_its_place_begins_anew_by_the_ladder(DatabaseKind kind)
    {
        await using var home = await StartAsync(kind, 25);
        var bookmark = (await home.ProgressAsync()).Bookmark;
        home.Vendor.Rewrite = (call, page) => call == "tickets full 10" ? page with { StartOver = "The place is not known any more." } : page;
        await home.FullAsync();
        var progress = await home.ProgressAsync();
        (progress.FaultKind, progress.Bookmark, progress.Full!.Restart).ShouldBe(("Doubt", bookmark, true));
        progress.FullDueAt.ShouldBeGreaterThan(home.Clock.GetUtcNow());

        home.Vendor.Rewrite = null;
        await home.LiveAsync(TimeSpan.FromMinutes(3));

        await home.ShouldBeTheVendorsAsync();
        (await home.ProgressAsync()).FaultKind.ShouldBeNull();
    }

    private static async Task<EngineHome> StartAsync(DatabaseKind kind, int tickets)
    {
        var home = await EngineHome.CreateAsync(kind, DataType.Companies, DataType.Tickets);
        home.Vendor.FollowsBookmark = true;
        home.Vendor.AddTickets(tickets);
        await home.TurnAsync();
        home.Vendor.Calls.Clear();
        return home;
    }
}
