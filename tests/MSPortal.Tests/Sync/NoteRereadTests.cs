using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Storage.Model;
using MSPortal.Tests.Support;
using MSPortal.Tests.Sync.Support;
using Shouldly;
using Xunit;
using DatabaseKind = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Sync;

/// <summary>When notes count as fresh, and how changes come in of which no ticket tells.</summary>
public sealed class NoteRereadTests
{
    [Theory, DatabaseData]
    public async Task Notes_are_not_fresh_while_those_of_some_tickets_have_never_been_read(DatabaseKind kind)
    {
        await using var home = await EngineHome.CreateAsync(kind, DataType.Companies, DataType.Tickets, DataType.TicketNotes);
        home.Vendor.AddTickets(8);
        home.Vendor.Before = (call, _) => call == "notes of 6" ? throw new FaultException(new Fault.RateLimited(TimeSpan.FromMinutes(20))) : Task.CompletedTask;

        await home.TurnAsync();
        await home.LiveAsync(TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(5));

        (await home.ProgressAsync(DataType.TicketNotes)).LastCompleteAt.ShouldBeNull();
        (await home.Store.CountChildrenDueAsync(home.Key(DataType.TicketNotes), default)).ShouldBe(new ChildrenWaiting(3, 3));

        home.Vendor.Before = null;
        await home.LiveAsync(TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(5));
        (await home.Store.CountChildrenDueAsync(home.Key(DataType.TicketNotes), default)).ShouldBe(new ChildrenWaiting(0, 0));
        Health.Of(await home.ProgressAsync(DataType.TicketNotes), TimeSpan.FromMinutes(5), home.Clock.GetUtcNow()).ShouldBe(Freshness.Fresh);
    }

    [Theory, DatabaseData]
    public async Task Notes_are_no_fresher_than_the_tickets_that_tell_of_their_changes(DatabaseKind kind)
    {
        await using var home = await EngineHome.ReadAsync(kind, 3, DataType.TicketNotes);
        home.Vendor.Before = (call, _) => call.StartsWith("tickets", StringComparison.Ordinal) ? throw new FaultException(new Fault.VendorDown("500")) : Task.CompletedTask;

        await home.LiveAsync(TimeSpan.FromMinutes(40), TimeSpan.FromMinutes(10));

        var read = (await home.ProgressAsync()).LastCompleteAt.ShouldNotBeNull();
        (await home.RunsAsync(DataType.TicketNotes)).ShouldContain(r => r.StartedAt > read && r.Status == RunStatus.Succeeded);
        (await home.ProgressAsync(DataType.TicketNotes)).LastCompleteAt.ShouldBe(read);
    }

    [Theory, DatabaseData]
    public async Task Whoever_asks_for_everything_gets_the_notes_of_every_ticket(DatabaseKind kind)
    {
        await using var home = await EngineHome.ReadAsync(kind, 5, DataType.TicketNotes);
        home.Options = home.Options with { QueueBatch = 2 };
        home.Vendor.AddNote(2, 20, "No change of the ticket tells of this one");
        home.Vendor.AddNote(5, 50, "Nor of this one");

        await home.OrderAsync(full: true, types: DataType.TicketNotes);
        await home.TurnAsync();

        home.Vendor.Calls.ShouldBe(["notes of 1", "notes of 2", "notes of 3", "notes of 4", "notes of 5"], ignoreOrder: true);
        await home.ShouldBeTheVendorsAsync(DataType.TicketNotes);
        (await home.RequestsAsync())[^1].Status.ShouldBe(RequestStatus.Succeeded);
    }

    [Theory, DatabaseData]
    public async Task A_wish_for_everything_lasts_until_the_notes_are_read(DatabaseKind kind)
    {
        await using var home = await EngineHome.ReadAsync(kind, 5, DataType.TicketNotes);
        home.Options = home.Options with { QueueBatch = 2 };
        home.Vendor.AddNote(5, 50, "Of the last one");
        await home.OrderAsync(full: true, types: DataType.TicketNotes);
        var (store, saboteur) = Saboteur.Of(home.Store);
        saboteur.DiesAfter = (call, _) => call == nameof(ISyncStore.QueueChildrenAsync);
        await home.TurnAsync(home.Runner(store, "dies"));

        home.Clock.Advance(home.Options.Lease);
        home.Vendor.Before = (call, _) => call == "notes of 4" ? throw new FaultException(new Fault.RateLimited(TimeSpan.FromMinutes(2))) : Task.CompletedTask;
        await home.TurnAsync();
        (await home.RequestsAsync())[^1].Status.ShouldBe(RequestStatus.Running, "two tickets wait");

        home.Vendor.Before = null;
        await home.TurnAfterAsync(TimeSpan.FromMinutes(3));
        await home.ShouldBeTheVendorsAsync(DataType.TicketNotes);
        (await home.RequestsAsync())[^1].Status.ShouldBe(RequestStatus.Succeeded);
    }

    [Theory, DatabaseData]
    public async Task Within_a_week_the_notes_of_every_open_ticket_are_read_once_more_a_share_each_night(DatabaseKind kind)
    {
        await using var home = await EngineHome.ReadAsync(kind, 21, DataType.TicketNotes);
        home.Vendor.Change(21, t => t with { IsClosed = true });
        await home.LiveAsync(TimeSpan.FromDays(1), TimeSpan.FromHours(8));
        home.Vendor.Calls.Clear();
        for (var id = 1; id <= 21; id++)
        {
            home.Vendor.AddNote(id, 100 + id, "No change of the ticket tells of this one");
        }

        var nights = new List<int>();
        for (var day = 0; day < 7; day++)
        {
            var before = home.Vendor.Calls.Count(IsNotes);
            await home.LiveAsync(TimeSpan.FromDays(1), TimeSpan.FromHours(12));
            nights.Add(home.Vendor.Calls.Count(IsNotes) - before);
        }

        home.Vendor.Calls.Where(IsNotes).ShouldBe(Enumerable.Range(1, 20).Select(id => $"notes of {id}"), ignoreOrder: true);
        nights.ShouldAllBe(calls => calls < 10);
        (await home.ShownIdsAsync(DataType.TicketNotes)).ShouldBe(Enumerable.Range(101, 20).Select(id => $"{id}"));
    }

    private static bool IsNotes(string call) => call.StartsWith("notes", StringComparison.Ordinal);
}
