using Microsoft.Extensions.Logging.Abstractions;
using MSPortal.Core.Contracts;
using MSPortal.Core.Integrations;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Storage.Secrets;
using MSPortal.Tests.Storage;
using MSPortal.Web.Features.Diagnosis;
using DatabaseKind = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Web.Diagnosis;

/// <summary>The real storage and the real diagnosis before a scripted vendor; each integration has one ticket, which is seen unless a test hides it.</summary>
internal sealed class Clinic : IAsyncDisposable
{
    private static readonly IReadOnlySet<string> Secret = new HashSet<string> { "key" };

    private readonly Dictionary<string, string> viewers = [];

    private Clinic(StorageHome home)
    {
        Home = home;
        var registry = new ConnectorRegistry([Vendor]);
        var sync = home.Get<ISyncStore>();
#pragma warning disable CA2000 // Nothing is ever sent by it.
        var sessions = new Sessions(registry, new Budgets(home.Clock), new HttpClientHandler(), new SyncOptions(), home.Clock, NullLoggerFactory.Instance);
#pragma warning restore CA2000
        var reads = new SingleReads(sync, registry, sessions, new SyncOptions(), home.Clock, NullLogger<SingleReads>.Instance);
        Diagnoses = new Diagnoses(
            home.Database, new IntegrationFactsQuery(sync, registry, home.Get<Vault>(), home.Clock), new TicketFactsQuery(reads, home.Clock), reads, home.Clock);
    }

    public StorageHome Home { get; }

    public ScriptedPsa Vendor { get; } = new();

    public Diagnoses Diagnoses { get; }

    public DateTimeOffset Now => Home.Clock.GetUtcNow();

    public static async Task<Clinic> OpenAsync(DatabaseKind kind)
    {
        var clinic = new Clinic(await StorageHome.CreateAsync(kind));
        clinic.Home.Get<Vault>().Prepare();
        return clinic;
    }

    /// <summary>An integration whose ticket, with its company, is as the case says; the answer is its id.</summary>
    public async Task<long> AddAsync(TicketCase about)
    {
        await using var db = Home.Open();
        var row = new Integration
        {
            TenantId = Home.Tenant,
            Provider = ScriptedPsa.Id,
            Name = $"PSA of {about.Number}",
            StatusSince = Now,
            Settings = "{}",
            Scope = StoredJson.Write(new TicketScope { Containers = ["1"], ExcludedStatuses = ["excluded"], ExcludedGroups = ["5"], HistoryMonths = 24 }),
            CompanyFilter = StoredJson.Write(new CompanyFilter()),
            AccountName = "Acme",
            CreatedAt = Now,
        };
        db.Integrations.Add(row);
        await db.SaveChangesAsync();
        Home.Get<Vault>().Store(row, new SettingsValues(new Dictionary<string, string> { ["key"] = "secret" }), Secret);
        about.Integration(row);
        var streams = new[] { DataType.Reference, DataType.Companies, DataType.Tickets, DataType.Devices }.Select(type => Stream(row.Id, type)).ToList();
        about.Streams(streams);
        db.Streams.AddRange(streams);
        AddTicket(db, row.Id, about, streams.Single(s => s.DataType == DataType.Tickets).LastCompleteAt);
        if (about.Viewer is { } change)
        {
            var user = Viewer(about.Number);
            change(user);
            db.Users.Add(user);
            viewers[about.Number] = user.Email!;
        }

        AddCompany(db, row.Id, about);
        await db.SaveChangesAsync();
        Vendor.Says[about.Number] = about.Vendor ?? (() => new ReadResult.Present(about.Ticket));
        if (about.IsNotAtVendor)
        {
            Vendor.Says.TryRemove(about.Number, out _);
        }

        return row.Id;
    }

    public async Task<IntegrationWalk> TicketAsync(long integration, string number) =>
        (await Diagnoses.RunAsync(Home.Tenant, new DiagnosisSubject(DiagnosisKind.Ticket, number, integration, viewers.GetValueOrDefault(number)), default)).Walks.Single();

    public ValueTask DisposeAsync() => Home.DisposeAsync();

    /// <summary>A technician who sees everything that technicians see.</summary>
    private PortalUser Viewer(string number)
    {
        var email = $"viewer-{number}@example.com";
        return new PortalUser
        {
            Id = Guid.NewGuid(), TenantId = Home.Tenant, RoleId = BuiltInRole.Technician, Email = email, UserName = email, NormalizedEmail = email.ToUpperInvariant(), NormalizedUserName = email.ToUpperInvariant(),
            DisplayName = $"Viewer {number}", SecurityStamp = Guid.NewGuid().ToString("N"), CreatedAt = Now, InvitedAt = Now, TwoFactorEnabled = true,
        };
    }

    private StreamRow Stream(long integration, DataType type) => new()
    {
        TenantId = Home.Tenant,
        IntegrationId = integration,
        DataType = type,
        Enabled = true,
        Interval = TimeSpan.FromMinutes(15),
        ReconcileInterval = TimeSpan.FromDays(1),
        DueAt = Now.AddMinutes(11),
        LastCompleteAt = Now.AddMinutes(-4),
    };

    /// <param name="readAt">When tickets were read last; null: never to the end.</param>
    private void AddTicket(PortalContext db, long integration, TicketCase about, DateTimeOffset? readAt)
    {
        var ticket = about.Ticket;
        var kept = about.Ledger == LedgerState.Kept;
        if (kept)
        {
            db.Tickets.Add(new TicketRow
            {
                Id = RecordId.For(integration, DataType.Tickets, ticket.ExternalId),
                TenantId = Home.Tenant, IntegrationId = integration, Generation = 1, ExternalId = ticket.ExternalId, Payload = Canonical.Json(ticket),
                Number = ticket.Number, Summary = ticket.Summary, ContainerId = ticket.ContainerId, StatusId = ticket.StatusId, CompanyId = ticket.CompanyId, CompanyName = ticket.CompanyName,
            });
        }

        if (about.Ledger is { } state)
        {
            db.Ledger.Add(new LedgerRow
            {
                TenantId = Home.Tenant, IntegrationId = integration, DataType = DataType.Tickets, Generation = 1, ExternalId = ticket.ExternalId,
                State = state, ReadSequence = 5, ConfirmedAt = readAt ?? Now.AddDays(-1), Reason = about.Reason,
            });
        }

        if (about.QuarantineReason is { } reason)
        {
            db.Quarantine.Add(new QuarantineRow
            {
                TenantId = Home.Tenant, IntegrationId = integration, DataType = DataType.Tickets, ExternalId = ticket.ExternalId, Reason = reason, Sample = "{}", FirstSeenAt = Now, LastSeenAt = Now,
            });
        }
    }

    private void AddCompany(PortalContext db, long integration, TicketCase about)
    {
        var id = about.Ticket.CompanyId!;
        if (about.CompanyLedger is { } state)
        {
            db.Ledger.Add(new LedgerRow
            {
                TenantId = Home.Tenant, IntegrationId = integration, DataType = DataType.Companies, Generation = 1, ExternalId = id, State = state, ConfirmedAt = Now,
            });
        }

        if (about.CompanyLedger == LedgerState.Kept)
        {
            db.ExternalCompanies.Add(new ExternalCompanyRow
            {
                Id = RecordId.For(integration, DataType.Companies, id), TenantId = Home.Tenant, IntegrationId = integration, Generation = 1, ExternalId = id,
                Payload = "{}", Name = about.CompanyName, NormalizedName = CompanyName.Normalize(about.CompanyName),
            });
        }

        if (about.IsLinked)
        {
            var company = new Company { Id = Guid.NewGuid(), TenantId = Home.Tenant, Name = about.CompanyName, NormalizedName = CompanyName.Normalize(about.CompanyName), CreatedAt = Now };
            db.Companies.Add(company);
            db.CompanyLinks.Add(new CompanyLink { TenantId = Home.Tenant, CompanyId = company.Id, IntegrationId = integration, ExternalId = id, LinkedBy = "ada", LinkedAt = Now });
        }

        if (about.IsBlocked)
        {
            db.BlockedCompanies.Add(new BlockedCompany { TenantId = Home.Tenant, IntegrationId = integration, ExternalId = id, Name = about.CompanyName, BlockedBy = "kim@example.com", BlockedAt = Now });
        }
    }
}

/// <summary>What is true of one ticket; as it is made, everything is well.</summary>
internal sealed class TicketCase(string number)
{
    public string Number { get; } = number;

    public Ticket Ticket { get; set; } = new()
    {
        ExternalId = number, Number = number, Summary = "Printer on fire", ContainerId = "1", ContainerName = "Help desk", StatusId = "open", StatusName = "Open", CompanyId = "c" + number, CompanyName = "Customer " + number,
    };

    public string CompanyName => Ticket.CompanyName!;

    /// <summary>What the vendor answers; null: the ticket as it is.</summary>
    public Func<ReadResult>? Vendor { get; set; }

    public bool IsNotAtVendor { get; set; }

    /// <summary>Asked about is whether this person sees it; null: nobody was named.</summary>
    public Action<PortalUser>? Viewer { get; set; }

    /// <summary>Null: never heard of.</summary>
    public LedgerState? Ledger { get; set; } = LedgerState.Kept;

    public string? Reason { get; set; }

    public string? QuarantineReason { get; set; }

    public LedgerState? CompanyLedger { get; set; } = LedgerState.Kept;

    public bool IsLinked { get; set; } = true;

    public bool IsBlocked { get; set; }

    public Action<Integration> Integration { get; set; } = _ => { };

    public Action<List<StreamRow>> Streams { get; set; } = _ => { };

    public void OnTickets(Action<StreamRow> change)
    {
        var before = Streams;
        Streams = streams =>
        {
            before(streams);
            change(streams.Single(s => s.DataType == DataType.Tickets));
        };
    }

    /// <summary>It is at the vendor and not here.</summary>
    public void Absent(Func<Ticket, Ticket>? change = null)
    {
        Ticket = change?.Invoke(Ticket) ?? Ticket;
        Ledger = Ledger == LedgerState.Kept ? null : Ledger;
    }
}
