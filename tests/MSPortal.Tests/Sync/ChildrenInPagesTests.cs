using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Tests.Support;
using MSPortal.Tests.Sync.Support;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Sync;

/// <summary>Notes that come inside their tickets' page need no read of their own.</summary>
public sealed class ChildrenInPagesTests
{
    [Theory, DatabaseData]
    public async Task Complete_sets_are_stored_with_the_page_and_spare_their_parents_the_read(DatabaseKind kind)
    {
        await using var home = await CreateAsync(kind, _ => true);
        await home.TurnAsync();
        home.Vendor.Calls.ShouldNotContain(c => c.StartsWith("notes", StringComparison.Ordinal));
        await home.ShouldBeTheVendorsAsync(DataType.TicketNotes);

        home.Clock.Advance(TimeSpan.FromMinutes(6));
        home.Vendor.Notes["2"].Remove(20);
        home.Vendor.AddNote(2, 22, "Instead");
        home.Vendor.Change(2, t => t with { Summary = "Changed" });
        await home.TurnAsync();
        home.Vendor.Calls.ShouldNotContain(c => c.StartsWith("notes", StringComparison.Ordinal));
        await home.ShouldBeTheVendorsAsync(DataType.TicketNotes);
    }

    [Theory, DatabaseData]
    public async Task A_set_that_is_not_all_is_kept_and_its_parent_is_read_all_the_same(DatabaseKind kind)
    {
        await using var home = await CreateAsync(kind, id => id != "3");
        await home.TurnAsync();
        home.Vendor.Calls.Where(c => c.StartsWith("notes", StringComparison.Ordinal)).ShouldBe(["notes of 3"]);
        await home.ShouldBeTheVendorsAsync(DataType.TicketNotes);
    }

    [Theory, DatabaseData]
    public async Task A_parent_that_waited_for_its_read_leaves_the_queue(DatabaseKind kind)
    {
        await using var home = await CreateAsync(kind, _ => true);
        var rewrite = home.Vendor.Rewrite;
        home.Vendor.Rewrite = null;
        home.Vendor.Before = (call, _) => call.StartsWith("notes", StringComparison.Ordinal) ? throw new FaultException(new Fault.RateLimited(TimeSpan.FromMinutes(3))) : Task.CompletedTask;
        await home.TurnAsync();
        (await home.ShownIdsAsync(DataType.TicketNotes)).ShouldBeEmpty();

        (home.Vendor.Rewrite, home.Vendor.Before) = (rewrite, null);
        home.Vendor.Calls.Clear();
        home.Clock.Advance(TimeSpan.FromMinutes(6));
        home.Vendor.Change(1, t => t with { Summary = "Changed" });
        home.Vendor.Change(2, t => t with { Summary = "Changed" });
        home.Vendor.Change(3, t => t with { Summary = "Changed" });
        await home.TurnAsync();
        home.Vendor.Calls.ShouldNotContain(c => c.StartsWith("notes", StringComparison.Ordinal));
        await home.ShouldBeTheVendorsAsync(DataType.TicketNotes);
    }

    [Theory, DatabaseData]
    public async Task Notes_of_tickets_that_are_not_kept_are_not_kept_either(DatabaseKind kind)
    {
        await using var home = await CreateAsync(kind, _ => true);
        home.Vendor.Change(2, t => t with { ContainerId = "elsewhere" });
        await home.TurnAsync();
        (await home.ShownIdsAsync(DataType.TicketNotes)).ShouldBe(["10", "30"]);
    }

    [Theory, DatabaseData]
    public async Task A_read_that_began_later_is_not_overwritten(DatabaseKind kind)
    {
        await using var home = await CreateAsync(kind, _ => true);
        await home.TurnAsync();
        home.Clock.Advance(TimeSpan.FromMinutes(6));
        home.Vendor.Change(2, t => t with { Summary = "Changed" });
        var stale = home.Vendor.Notes["2"].Values.ToList();
        var inner = home.Vendor.Rewrite!;
        home.Vendor.Rewrite = (call, page) => call.StartsWith("tickets", StringComparison.Ordinal)
            ? page with { Children = [new ChildSet(DataType.TicketNotes, "2", new ChildrenResult(stale))] }
            : inner(call, page);
        home.Vendor.Before = async (call, ct) =>
        {
            if (call.StartsWith("tickets changes", StringComparison.Ordinal))
            {
                home.Vendor.Before = null;
                home.Vendor.AddNote(2, 25, "Written meanwhile");
                await home.SingleReads().ReadAsync(home.Key(), "2", WorkPriority.Interactive, ct);
            }
        };
        await home.TurnAsync();
        await home.ShouldBeTheVendorsAsync(DataType.TicketNotes);
    }

    /// <summary>Three tickets with a note each, which come inside the pages; the sets of some are all that there is.</summary>
    private static async Task<EngineHome> CreateAsync(DatabaseKind kind, Func<string, bool> complete)
    {
        var home = await EngineHome.CreateAsync(kind, DataType.Companies, DataType.Tickets, DataType.TicketNotes);
        home.Vendor.AddTickets(3);
        home.Vendor.AddNote(1, 10, "One");
        home.Vendor.AddNote(2, 20, "Two");
        home.Vendor.AddNote(3, 30, "Three");
        home.Vendor.AddNote(3, 31, "Not in the page");
        home.Vendor.Notes["3"].Remove(complete("3") ? 31 : 0);
        home.Vendor.Rewrite = (call, page) => !call.StartsWith("tickets", StringComparison.Ordinal) ? page : page with
        {
            Children = [.. page.Rows.Select(r => new ChildSet(
                DataType.TicketNotes,
                r.ExternalId,
                new ChildrenResult([.. home.Vendor.Notes[r.ExternalId].Values.Where(n => n.ExternalId != "31")], complete(r.ExternalId))))],
        };
        return home;
    }
}
