using Microsoft.Extensions.Logging.Abstractions;
using MSPortal.Core.Contracts;
using MSPortal.Core.Integrations;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Storage.Model;
using MSPortal.Storage.Secrets;
using MSPortal.Tests.Storage;
using MSPortal.Tests.Support;
using MSPortal.Web.Access;
using MSPortal.Web.Features.Tickets;
using Shouldly;
using Xunit;
using DatabaseKind = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Web.Tickets;

public sealed class TicketRefreshTests
{
    private static readonly VendorPermission Permission = new("Tickets", "Tickets", "somewhere");

    [Theory, DatabaseData]
    public async Task A_refresh_brings_the_ticket_and_its_notes_and_says_what_is_new(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var vendor = new Vendor();
        var (refresh, id) = await SetUpAsync(home, vendor);
        vendor.Answer = new ReadResult.Present(vendor.Ticket with { Summary = "Now on fire", OwnerName = "Kim" });
        vendor.Notes = [new TicketNote { ExternalId = "n1", TicketId = "1", Text = "smoke", IsDescription = true }];

        var first = (await refresh.RefreshAsync(Sight.Whole(home.Tenant), id, default)).ShouldNotBeNull();
        (first.Outcome, first.Message).ShouldBe((SingleOutcome.Present, "Read from Main PSA just now. New: summary, assignee, notes."));
        first.Ticket.ShouldNotBeNull().Notes.Select(n => n.Text).ShouldBe(["smoke"]);
        first.Ticket.Line.Summary.ShouldBe("Now on fire");
        first.Ticket.ConfirmedAt.ShouldBe(StorageHome.Start);
        (await refresh.RefreshAsync(Sight.Whole(home.Tenant), id, default)).ShouldNotBeNull().Message.ShouldBe("Read from Main PSA just now. Nothing had changed.");
    }

    [Theory, DatabaseData]
    public async Task Notes_that_could_not_be_read_are_told_apart_from_the_ticket_that_was(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var vendor = new Vendor();
        var (refresh, id) = await SetUpAsync(home, vendor);
        vendor.Answer = new ReadResult.Present(vendor.Ticket with { Summary = "Now on fire" });
        vendor.NotesFault = new FaultException(new Fault.RateLimited(TimeSpan.FromMinutes(2)));

        var told = (await refresh.RefreshAsync(Sight.Whole(home.Tenant), id, default)).ShouldNotBeNull();

        (told.Outcome, told.Message, told.RetryAfter).ShouldBe((
            SingleOutcome.Present,
            "Read from Main PSA just now. New: summary. Its notes could not be read: The vendor asks for a pause: too many requests. Try again in 2 min.",
            TimeSpan.FromMinutes(2)));
        told.Ticket.ShouldNotBeNull().Line.Summary.ShouldBe("Now on fire");
    }

    [Theory, DatabaseData]
    public async Task Every_outcome_is_told_as_it_is(DatabaseKind kind)
    {
        foreach (var (answer, outcome, message, stays) in new (Func<Ticket, ReadResult>, SingleOutcome, string, bool)[]
        {
            (_ => new ReadResult.Gone("1"), SingleOutcome.Gone, "Main PSA says that this ticket does not exist any more, so it was removed here.", false),
            (t => new ReadResult.Present(t with { ContainerId = "99" }), SingleOutcome.OutOfScope,
                "Main PSA has it, but it is outside of what Ticket Settings select now (what it is filed in is not selected). It is no longer kept here.", false),
            (t => new ReadResult.Present(t with { CompanyId = "nobody's" }), SingleOutcome.Present, "Main PSA answered, and the ticket now belongs to a company that is not shown here.", false),
            (_ => new ReadResult.Bad("1", new BadRow("1", "status: not a number.", "{}")), SingleOutcome.Unreadable,
                "Main PSA answered, but the record could not be understood (status: not a number). What you see is the last good copy.", true),
            (_ => new ReadResult.Unknown("1", "It answered 500."), SingleOutcome.Unknown, "Main PSA could not be asked: It answered 500. What you see is the copy that we have.", true),
            (_ => throw new FaultException(new Fault.RateLimited(TimeSpan.FromMinutes(2))), SingleOutcome.Unknown,
                "Main PSA could not be asked: The vendor asks for a pause: too many requests. Try again in 2 min. What you see is the copy that we have.", true),
        })
        {
            await using var home = await StorageHome.CreateAsync(kind);
            var vendor = new Vendor();
            var (refresh, id) = await SetUpAsync(home, vendor);
            vendor.Make = answer;
            var result = (await refresh.RefreshAsync(Sight.Whole(home.Tenant), id, default)).ShouldNotBeNull();
            (result.Outcome, result.Message, result.Ticket is not null).ShouldBe((outcome, message, stays));
        }
    }

    [Theory]
    [DatabaseData(IntegrationStatus.Paused, "The integration is paused.")]
    [DatabaseData(IntegrationStatus.Stopped, "The integration was stopped.")]
    [DatabaseData(IntegrationStatus.Disconnected, "The integration is not connected.")]
    public async Task Why_nobody_can_be_asked_is_said_as_it_is(DatabaseKind kind, IntegrationStatus status, string why)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var vendor = new Vendor();
        var (refresh, id) = await SetUpAsync(home, vendor);
        await using (var db = home.Open())
        {
            db.Integrations.Single().Status = status;
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        }

        var told = (await refresh.RefreshAsync(Sight.Whole(home.Tenant), id, default)).ShouldNotBeNull();
        (told.Message, told.Ticket?.Status, vendor.Asked).ShouldBe(($"Main PSA could not be asked: {why} What you see is the copy that we have.", status, 0));
    }

    [Theory, DatabaseData]
    public async Task Nobody_elses_and_no_hidden_ticket_is_ever_asked_for(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var vendor = new Vendor();
        var (refresh, id) = await SetUpAsync(home, vendor, company: "not linked");
        (await refresh.RefreshAsync(Sight.Whole(home.Tenant), id, default)).ShouldBeNull();
        (await refresh.RefreshAsync(Sight.Whole(home.Tenant + 1), id, default)).ShouldBeNull();
        vendor.Asked.ShouldBe(0);
    }

    private static async Task<(TicketRefresh Refresh, Guid Id)> SetUpAsync(StorageHome home, Vendor vendor, string? company = null)
    {
        var seed = new TicketSeed(home.Database, home.Tenant, StorageHome.Start);
        var psa = await seed.IntegrationAsync(provider: "vendor");
        await seed.DoAsync(db =>
        {
            home.Get<Vault>().Store(db.Integrations.Single(), new SettingsValues(new Dictionary<string, string> { ["key"] = "k" }), new HashSet<string> { "key" });
            return Task.CompletedTask;
        });
        vendor.Ticket = vendor.Ticket with { CompanyId = company };
        var id = await seed.TicketAsync(psa, "1", company, record: vendor.Ticket);
        await seed.DoAsync(db =>
        {
            var row = StoredRow.Of(vendor.Ticket);
            db.Ledger.Add(new LedgerRow
            {
                TenantId = home.Tenant, IntegrationId = psa, DataType = DataType.Tickets, Generation = 1, ExternalId = "1", State = LedgerState.Kept, Hash = row.Hash,
                ConfirmedAt = StorageHome.Start.AddHours(-1),
            });
            return Task.CompletedTask;
        });
        var registry = new ConnectorRegistry([vendor]);
        var options = new SyncOptions();
        var sessions = new Sessions(registry, new Budgets(home.Clock), new SocketsHttpHandler(), options, home.Clock, NullLoggerFactory.Instance);
        var reads = new SingleReads(home.Get<ISyncStore>(), registry, sessions, options, home.Clock, NullLogger<SingleReads>.Instance);
        return (new TicketRefresh(reads, new TicketDetailsQuery(home.Database, new TicketQueries(home.Database)), home.Clock), id);
    }

    /// <summary>Answers as a test says.</summary>
    private sealed class Vendor : IConnector
    {
        public Ticket Ticket { get; set; } = new() { ExternalId = "1", Number = "1", Summary = "Printer", ContainerId = "1", ContainerName = "Help Desk", StatusId = "10", StatusName = "New" };

        public ReadResult Answer
        {
            set => Make = _ => value;
        }

        public Func<Ticket, ReadResult> Make { get; set; } = t => new ReadResult.Present(t);

        public IReadOnlyList<ExternalRecord> Notes { get; set; } = [];

        public Exception? NotesFault { get; set; }

        public int Asked { get; private set; }

        public ConnectorInfo Info { get; } = new("vendor", "Vendor", ProviderCategory.Psa, "V", "#000000", "vendor") { Summary = "One." };

        public SettingsSchema Settings => throw new NotSupportedException();

        public IReadOnlyList<RateLimit> Limits => [];

        public TicketSettingsShape? TicketSettings => null;

        public IReadOnlyList<StreamDefinition> Streams =>
        [
            new()
            {
                DataType = DataType.Tickets, Label = "Tickets", Interval = TimeSpan.FromMinutes(15), Permission = Permission,
                ReadByIds = (_, _, _) =>
                {
                    Asked++;
                    return Task.FromResult<IReadOnlyList<ReadResult>>([Make(Ticket)]);
                },
            },
            new()
            {
                DataType = DataType.TicketNotes, Label = "Notes", Interval = TimeSpan.FromMinutes(15), Permission = Permission, Parent = DataType.Tickets,
                ReadChildren = (_, _, _) => NotesFault is { } fault ? throw fault : Task.FromResult(new ChildrenResult(Notes)),
            },
        ];

        public Task<TestReport> TestAsync(Session session, CancellationToken ct) => throw new NotSupportedException();

        public Task<int?> PreviewTicketsAsync(Session session, TicketScope scope, CancellationToken ct) => throw new NotSupportedException();
    }
}
