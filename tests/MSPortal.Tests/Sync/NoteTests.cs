using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Tests.Support;
using MSPortal.Tests.Sync.Support;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Sync;

/// <summary>Notes, read per ticket; and single reads beside the passes.</summary>
public sealed class NoteTests
{
    [Theory, DatabaseData]
    public async Task Notes_are_read_for_tickets_that_changed_and_for_no_others(DatabaseKind kind)
    {
        await using var home = await EngineHome.ReadAsync(kind, 5, DataType.TicketNotes);
        home.Clock.Advance(TimeSpan.FromMinutes(6));
        home.Vendor.AddNote(2, 20, "New");
        home.Vendor.Change(2, t => t with { Summary = "With a note" });

        await home.TurnAsync();

        home.Vendor.Calls.Where(c => c.StartsWith("notes", StringComparison.Ordinal)).ShouldBe(["notes of 2"]);
        await home.ShouldBeTheVendorsAsync(DataType.TicketNotes);
    }

    [Theory, DatabaseData]
    public async Task Where_the_parents_time_tells_of_its_children_its_other_changes_cost_no_read(DatabaseKind kind)
    {
        await using var home = await EngineHome.CreateAsync(kind, DataType.Companies, DataType.Tickets, DataType.TicketNotes);
        home.Vendor.NotesFollowTime = true;
        home.Vendor.AddTickets(5);
        await home.TurnAsync();
        home.Vendor.Calls.Count(c => c.StartsWith("notes", StringComparison.Ordinal)).ShouldBe(5, "each is read once");
        home.Vendor.Calls.Clear();
        home.Clock.Advance(TimeSpan.FromMinutes(6));
        home.Vendor.AddNote(2, 20, "New");
        home.Vendor.Change(2, t => t with { Summary = "With a note" });
        home.Vendor.Change(3, t => t with { Summary = "Seen a moment ago" }, moves: false);
        home.Vendor.AddTicket(6);

        await home.FullAsync();
        await home.LiveAsync(TimeSpan.FromDays(9), TimeSpan.FromHours(6));

        home.Vendor.Calls.Where(c => c.StartsWith("notes", StringComparison.Ordinal)).ShouldBe(["notes of 2", "notes of 6"], ignoreOrder: true);
        await home.ShouldBeTheVendorsAsync();
        await home.ShouldBeTheVendorsAsync(DataType.TicketNotes);
    }

    [Theory, DatabaseData]
    public async Task Changed_tickets_get_their_notes_before_the_backfill_goes_on(DatabaseKind kind)
    {
        await using var home = await EngineHome.CreateAsync(kind, DataType.Companies, DataType.Tickets, DataType.TicketNotes);
        home.Options = home.Options with { SliceParents = 3 };
        home.Vendor.AddTickets(12);
        home.Vendor.Before = (call, _) =>
        {
            home.Clock.Advance(TimeSpan.FromMinutes(1));
            if (call == "notes of 2")
            {
                home.Vendor.AddNote(12, 1, "Urgent");
                home.Vendor.Change(12, t => t with { Summary = "Urgent" });
            }

            return Task.CompletedTask;
        };

        await home.TurnAsync();

        var notes = home.Vendor.Calls.Where(c => c.StartsWith("notes", StringComparison.Ordinal)).ToList();
        notes.IndexOf("notes of 12").ShouldBeLessThan(10, string.Join(", ", notes));
        notes.Distinct().Count().ShouldBe(12);
        await home.ShouldBeTheVendorsAsync(DataType.TicketNotes);
    }

    [Theory, DatabaseData]
    public async Task A_note_that_was_deleted_goes_with_the_next_read_of_its_ticket(DatabaseKind kind)
    {
        await using var home = await EngineHome.CreateAsync(kind, DataType.Companies, DataType.Tickets, DataType.TicketNotes);
        home.Vendor.AddTickets(2);
        home.Vendor.AddNote(1, 10, "Stays");
        home.Vendor.AddNote(1, 11, "Goes");
        home.Vendor.AddNote(2, 12, "Other");
        await home.TurnAsync();

        home.Clock.Advance(TimeSpan.FromMinutes(6));
        home.Vendor.Notes["1"].Remove(11);
        home.Vendor.Change(1, t => t with { Summary = "One note less" });
        await home.TurnAsync();

        await home.ShouldBeTheVendorsAsync(DataType.TicketNotes);
    }

    [Theory, DatabaseData]
    public async Task A_ticket_that_is_gone_takes_its_notes_along(DatabaseKind kind)
    {
        await using var home = await EngineHome.CreateAsync(kind, DataType.Companies, DataType.Tickets, DataType.TicketNotes);
        home.Vendor.AddTickets(3);
        home.Vendor.AddNote(1, 10, "Of the one that goes");
        home.Vendor.AddNote(2, 11, "Of the one that stays");
        await home.TurnAsync();
        home.Vendor.Tickets.Remove(1);
        home.Vendor.Notes.Remove("1");

        await home.FullAsync();

        await home.ShouldBeTheVendorsAsync(DataType.TicketNotes);
    }

    [Theory, DatabaseData]
    public async Task One_odd_ticket_keeps_no_other_notes_waiting(DatabaseKind kind)
    {
        await using var home = await EngineHome.CreateAsync(kind, DataType.Companies, DataType.Tickets, DataType.TicketNotes);
        home.Vendor.AddTickets(6);
        for (var id = 1; id <= 6; id++)
        {
            home.Vendor.AddNote(id, 100 + id, $"Note of {id}");
        }

        home.Vendor.Before = (call, _) => call == "notes of 3" ? throw new FaultException(new Fault.BadData("Truncated.")) : Task.CompletedTask;
        await home.TurnAsync();
        (await home.ShownIdsAsync(DataType.TicketNotes)).ShouldBe(["101", "102", "104", "105", "106"]);

        home.Vendor.Before = null;
        await home.LiveAsync(TimeSpan.FromMinutes(10));
        await home.ShouldBeTheVendorsAsync(DataType.TicketNotes);
    }

    [Theory, DatabaseData]
    public async Task Refresh_reads_one_ticket_and_its_notes_at_once(DatabaseKind kind)
    {
        await using var home = await EngineHome.ReadAsync(kind, 5, DataType.TicketNotes);
        home.Clock.Advance(TimeSpan.FromSeconds(30));
        home.Vendor.Change(4, t => t with { Summary = "Fresh" });
        home.Vendor.AddNote(4, 40, "Fresh, too");

        var result = await home.SingleReads().ReadAsync(home.Key(), "4", WorkPriority.Interactive, default);

        result.Outcome.ShouldBe(SingleOutcome.Present);
        home.Vendor.Calls.ShouldBe(["tickets ids 4", "notes of 4"]);
        await home.ShouldBeTheVendorsAsync();
        await home.ShouldBeTheVendorsAsync(DataType.TicketNotes);
        (await home.Store.ChildrenDueAsync(home.Key(DataType.TicketNotes), 10, default)).ShouldBeEmpty();
    }

    [Theory]
    [DatabaseData("changed")]
    [DatabaseData("deleted")]
    [DatabaseData("not chosen")]
    public async Task Notes_that_are_kept_aside_are_forgotten_once_their_ticket_says_otherwise_or_is_no_more(DatabaseKind kind, string ticket)
    {
        await using var home = await EngineHome.CreateAsync(kind, DataType.Companies, DataType.Tickets, DataType.TicketNotes);
        home.Vendor.AddTicket(1, board: "2");
        home.Vendor.AddTicket(2);
        await home.Integrations.SetScopeAsync(home.Id, new TicketScope { Containers = ["1", "2"] }, home.Ada, default);
        home.Vendor.RewriteNotes = (id, notes) => notes with { Bad = [new BadRow($"{id}7", "text: an object", "{}"), new BadRow(null, "id: missing", $"{{\"of\":{id}}}")] };
        await home.TurnAsync();
        (await home.AsideAsync()).ShouldBe([(DataType.TicketNotes, null), (DataType.TicketNotes, null), (DataType.TicketNotes, "17"), (DataType.TicketNotes, "27")]);
        home.Vendor.RewriteNotes = null;
        home.Clock.Advance(TimeSpan.FromMinutes(6));

        switch (ticket)
        {
            case "changed":
                home.Vendor.Change(1, t => t with { Summary = "Changed" });
                await home.TurnAsync();
                break;
            case "deleted":
                home.Vendor.Tickets.Remove(1);
                await home.SingleReads().ReadAsync(home.Key(), "1", WorkPriority.Interactive, default);
                break;
            default:
                await home.Integrations.SetScopeAsync(home.Id, new TicketScope { Containers = ["1"] }, home.Ada, default);
                break;
        }

        (await home.AsideAsync()).ShouldBe([(DataType.TicketNotes, null), (DataType.TicketNotes, "27")], "those of the other ticket stay");
    }

    [Theory, DatabaseData]
    public async Task A_refresh_whose_notes_fail_has_brought_the_ticket_all_the_same(DatabaseKind kind)
    {
        await using var home = await EngineHome.ReadAsync(kind, 5, DataType.TicketNotes);
        home.Clock.Advance(TimeSpan.FromSeconds(30));
        home.Vendor.Change(4, t => t with { Summary = "Fresh" });
        home.Vendor.Before = (call, _) => call == "notes of 4" ? throw new FaultException(new Fault.RateLimited(TimeSpan.FromSeconds(20))) : Task.CompletedTask;

        var result = await home.SingleReads().ReadAsync(home.Key(), "4", WorkPriority.Interactive, default);

        (result.Outcome, result.RetryAfter).ShouldBe((SingleOutcome.Present, TimeSpan.FromSeconds(20)));
        await home.ShouldBeTheVendorsAsync();
        (await home.Store.ChildrenDueAsync(home.Key(DataType.TicketNotes), 10, default)).Select(c => c.ParentId).ShouldBe(["4"]);

        using var patience = new CancellationTokenSource();
        home.Vendor.Before = (call, _) =>
        {
            if (call == "notes of 4")
            {
                patience.Cancel();
            }

            patience.Token.ThrowIfCancellationRequested();
            return Task.CompletedTask;
        };
        (await home.SingleReads().ReadAsync(home.Key(), "4", WorkPriority.Interactive, patience.Token))
            .ShouldBe(new SingleResult(SingleOutcome.Present, ChildrenTrouble: "It took too long to answer."));
    }

    [Theory, DatabaseData]
    public async Task Refresh_says_what_became_of_the_ticket(DatabaseKind kind)
    {
        await using var home = await EngineHome.ReadAsync(kind, 5);
        home.Vendor.Tickets.Remove(1);
        home.Vendor.Change(2, t => t with { ContainerId = "99" });
        home.Vendor.RewriteResult = r => r.ExternalId switch
        {
            "3" => new ReadResult.Bad("3", new BadRow("3", "priority: not a number", "{}")),
            "4" => new ReadResult.Unknown("4", "No answer."),
            _ => r,
        };

        var reads = home.SingleReads();
        var outcomes = new List<SingleOutcome>();
        foreach (var id in new[] { "1", "2", "3", "4", "5" })
        {
            outcomes.Add((await reads.ReadAsync(home.Key(), id, WorkPriority.Interactive, default)).Outcome);
        }

        outcomes.ShouldBe([SingleOutcome.Gone, SingleOutcome.OutOfScope, SingleOutcome.Unreadable, SingleOutcome.Unknown, SingleOutcome.Present]);
        (await home.ShownIdsAsync()).ShouldBe(["3", "4", "5"]);

        home.Vendor.Before = (_, _) => throw new FaultException(new Fault.RateLimited(TimeSpan.FromSeconds(20)));
        var limited = await reads.ReadAsync(home.Key(), "5", WorkPriority.Interactive, default);
        (limited.Outcome, limited.RetryAfter).ShouldBe((SingleOutcome.Unknown, TimeSpan.FromSeconds(20)));
    }

    [Theory, DatabaseData]
    public async Task A_read_that_began_earlier_never_overwrites_one_that_began_later(DatabaseKind kind)
    {
        await using var home = await EngineHome.ReadAsync(kind, 5);
        home.Clock.Advance(TimeSpan.FromMinutes(6));
        home.Vendor.Change(3, t => t with { Summary = "Old" });
        var reads = home.SingleReads();
        home.Vendor.Rewrite = (call, page) =>
        {
            if (call == "tickets changes 0")
            {
                // The page has been answered but not stored when a person refreshes the ticket.
                home.Vendor.Change(3, t => t with { Summary = "New" });
                reads.ReadAsync(home.Key(), "3", WorkPriority.Interactive, default).GetAwaiter().GetResult();
            }

            return page;
        };

        await home.TurnAsync();

        ((Ticket)(await home.ShownAsync())["3"]).Summary.ShouldBe("New");
        await home.ShouldBeTheVendorsAsync();
    }

    [Theory, DatabaseData]
    public async Task A_removal_that_was_seen_by_a_single_read_is_not_undone_by_an_older_page(DatabaseKind kind)
    {
        await using var home = await EngineHome.ReadAsync(kind, 5);
        var reads = home.SingleReads();
        home.Vendor.Rewrite = (call, page) =>
        {
            if (call == "tickets full 0")
            {
                home.Vendor.Tickets.Remove(3);
                reads.ReadAsync(home.Key(), "3", WorkPriority.Webhook, default).GetAwaiter().GetResult();
            }

            return page;
        };

        await home.FullAsync();

        await home.ShouldBeTheVendorsAsync();
    }
}
