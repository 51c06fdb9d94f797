using System.Globalization;
using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Storage.Secrets;
using MSPortal.Storage.Sync;
using DatabaseKind = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Storage.Sync;

/// <summary>A database with one connected integration of three streams, and the engine's side of the store in few words.</summary>
internal sealed class SyncHome : IAsyncDisposable
{
    public static readonly TimeSpan Duration = TimeSpan.FromSeconds(30);

    private SyncHome(StorageHome home) => Home = home;

    public StorageHome Home { get; }

    public ISyncStore Store => Home.Get<ISyncStore>();

    public DateTimeOffset Now => Home.Clock.GetUtcNow();

    public long Integration { get; private set; }

    public StreamKey Tickets => new(Home.Tenant, Integration, DataType.Tickets);

    public StreamKey Notes => Tickets with { DataType = DataType.TicketNotes };

    public StreamKey Companies => Tickets with { DataType = DataType.Companies };

    public SyncLease Lease { get; set; } = null!;

    public static async Task<SyncHome> CreateAsync(DatabaseKind kind)
    {
        var home = new SyncHome(await StorageHome.CreateAsync(kind));
        home.Integration = await home.AddIntegrationAsync(home.Home.Tenant);
        home.Lease = await home.TakeAsync();
        return home;
    }

    public PortalContext Open() => Home.Open();

    /// <summary>The store as another process has it.</summary>
    public ISyncStore OtherProcess() => new SyncStore(new PortalDatabase(StorageHome.Parse(Home.Setting)), Home.Get<Vault>(), Home.Clock);

    public async Task<SyncLease> TakeAsync(string node = "here") =>
        await Store.TryLeaseAsync(Home.Tenant, Integration, node, Duration, default) ?? throw new InvalidOperationException("Leased by another.");

    public async Task<long> AddIntegrationAsync(long tenant, params DataType[] types)
    {
        await using var db = Home.Open(tenant);
        var row = new Integration
        {
            TenantId = tenant,
            Provider = "any",
            Name = "Any PSA",
            Status = IntegrationStatus.Active,
            StatusSince = Now,
            Settings = "{}",
            Scope = StoredJson.Write(new TicketScope { Containers = ["1"], ClosedStatuses = ["late"] }),
            CompanyFilter = StoredJson.Write(new CompanyFilter { SkipInactive = true }),
            CreatedAt = Now,
        };
        db.Integrations.Add(row);
        await db.SaveChangesAsync();
        Home.Get<Vault>().Store(row, new SettingsValues(new Dictionary<string, string> { ["url"] = "https://psa.example", ["key"] = "s3cret" }), new HashSet<string> { "key" });
        foreach (var type in types.Length > 0 ? types : [DataType.Companies, DataType.Tickets, DataType.TicketNotes])
        {
            db.Streams.Add(new StreamRow
            {
                TenantId = tenant,
                IntegrationId = row.Id,
                DataType = type,
                Enabled = true,
                Interval = TimeSpan.FromMinutes(5),
                ReconcileInterval = TimeSpan.FromDays(1),
                DueAt = Now + TimeSpan.FromHours(1),
            });
        }

        await db.SaveChangesAsync();
        return row.Id;
    }

    public async Task<StreamState> StreamAsync(StreamKey key) =>
        (await Store.StreamAsync(key, default))!;

    public Task<long> NextAsync(StreamKey? key = null) => Store.NextReadSequenceAsync(key ?? Tickets, default);

    public Task<long> BeginAsync(StreamKey? key = null, long? request = null) =>
        Store.BeginRunAsync(Lease, new RunStart(key ?? Tickets, SyncTrigger.Schedule, PassKind.Full, request, Now), default);

    public async Task<CommitResult> CommitAsync(
        long run, RowChanges changes, StreamKey? key = null, IReadOnlyList<int>? generations = null, StreamProgress? progress = null, SyncLease? lease = null)
    {
        var stream = key ?? Tickets;
        return await Store.CommitPageAsync(
            lease ?? Lease,
            new PageCommit
            {
                Key = stream,
                RunId = run,
                Changes = changes,
                Generations = generations ?? [1],
                Progress = progress ?? (await StreamAsync(stream)).Progress,
                Counts = new RunCounts { Read = changes.Rows.Count, Pages = 1 },
            },
            default);
    }

    public async Task<RowChanges> ReadAsync(params ExternalRecord[] records) => Of(await NextAsync(), records);

    public RowChanges Of(long sequence, params IEnumerable<ExternalRecord> records) => new()
    {
        ReadSequence = sequence,
        ReadAt = Now,
        Rows = [.. records.Select(StoredRow.Of)],
        ChildType = DataType.TicketNotes,
    };

    public async Task<List<TicketRow>> RowsAsync(int generation = 1)
    {
        await using var db = Open();
        return await db.Tickets.AsNoTracking().Where(t => t.IntegrationId == Integration && t.Generation == generation).OrderBy(t => t.ExternalId).ToListAsync();
    }

    /// <summary>External ids and summaries.</summary>
    public async Task<Dictionary<string, string>> ShownAsync(int generation = 1) =>
        (await RowsAsync(generation)).ToDictionary(t => t.ExternalId, t => t.Summary);

    public async Task<List<string>> NotesAsync()
    {
        await using var db = Open();
        return await db.TicketNotes.Where(n => n.IntegrationId == Integration).Select(n => n.TicketId + "/" + n.ExternalId).Order().ToListAsync();
    }

    public async Task<List<LedgerRow>> LedgerAsync(StreamKey? key = null)
    {
        await using var db = Open();
        var stream = key ?? Tickets;
        return await db.Ledger.AsNoTracking().Where(l => l.IntegrationId == Integration && l.DataType == stream.DataType)
            .OrderBy(l => l.Generation).ThenBy(l => l.ExternalId).ToListAsync();
    }

    public async Task<RunRow> RunAsync(long id)
    {
        await using var db = Open();
        return await db.Runs.AsNoTracking().SingleAsync(r => r.Id == id);
    }

    public async Task ChangeAsync(Func<PortalContext, Task> change)
    {
        await using var db = Open();
        await change(db);
        await db.SaveChangesAsync();
    }

    public static Ticket Ticket(int id, string summary = "Printer on fire", string? status = null) => Ticket(id.ToString(CultureInfo.InvariantCulture), summary, status);

    public static Ticket Ticket(string id, string summary = "Printer on fire", string? status = null) => new()
    {
        ExternalId = id,
        Number = id,
        Summary = summary,
        ContainerId = "1",
        ContainerName = "Help desk",
        StatusId = status,
        CompanyId = "7",
        Priority = PriorityLevel.High,
        CreatedAt = StorageHome.Start.AddDays(-1),
        VendorUpdatedAt = StorageHome.Start.AddHours(-1),
    };

    public static TicketNote Note(string id, string ticket, string text = "Looking into it") => new() { ExternalId = id, TicketId = ticket, Text = text };

    public ValueTask DisposeAsync() => Home.DisposeAsync();
}
