using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using MSPortal.Core.Contracts;
using MSPortal.Core.Integrations;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Tests.Storage;
using MSPortal.Tests.Support;
using Shouldly;
using DatabaseKind = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Sync.Support;

/// <summary>The real engine on a real database with one integration of a vendor held in memory; time passes only when a test says so.</summary>
internal sealed class EngineHome : IAsyncDisposable
{
    private readonly StorageHome storage;

    private EngineHome(StorageHome storage)
    {
        this.storage = storage;
        Vendor = new FakeVendor(storage.Clock);
        Vendor.AddCompany(1);
    }

    public SyncOptions Options { get; set; } = new() { Node = "here" };

    public FakeVendor Vendor { get; }

    public FakeTimeProvider Clock => storage.Clock;

    public ISyncStore Store => storage.Get<ISyncStore>();

    public PortalDatabase Database => storage.Database;

    public IIntegrationStore Integrations => storage.Get<IIntegrationStore>();

    public Actor Ada => storage.Ada;

    public long Tenant => storage.Tenant;

    public long Id { get; private set; }

    /// <summary>With the streams of the vendor, board 1 chosen, nothing read yet.</summary>
    public static async Task<EngineHome> CreateAsync(DatabaseKind kind, params DataType[] only)
    {
        var home = new EngineHome(await StorageHome.CreateAsync(kind));
        home.Vendor.KeepsTime = only.Contains(DataType.TimeEntries);
        home.Id = await home.Integrations.CreateAsync(
            new NewIntegration(
                "fake",
                "Contoso PSA",
                new SettingsValues(new Dictionary<string, string> { ["key"] = "secret" }),
                new HashSet<string> { "key" },
                new AccountIdentity("acc", "Contoso"),
                [
                    .. home.Vendor.Streams.Select(s => new NewStream(
                        s.DataType, only.Length == 0 || only.Contains(s.DataType), s.Interval, s.ReconcileInterval, home.Clock.GetUtcNow(), null)),
                ],
                new TicketScope { Containers = ["1"] }),
            home.Ada,
            default);
        return home;
    }

    /// <summary>Companies and tickets only, these tickets in it, read completely once.</summary>
    public static async Task<EngineHome> ReadAsync(DatabaseKind kind, int tickets, params DataType[] more)
    {
        var home = await CreateAsync(kind, [DataType.Companies, DataType.Tickets, .. more]);
        home.Vendor.AddTickets(tickets);
        await home.TurnAsync();
        home.Vendor.Calls.Clear();
        return home;
    }

    public StreamKey Key(DataType type = DataType.Tickets) => new(Tenant, Id, type);

    public IntegrationRunner Runner(ISyncStore? store = null, string? node = null)
    {
        var options = Options with { Node = node ?? Options.Node };
        var registry = new ConnectorRegistry([Vendor]);
        return new IntegrationRunner(store ?? Store, registry, Sessions(registry, options), options, Clock, NullLogger<IntegrationRunner>.Instance);
    }

    public SingleReads SingleReads()
    {
        var registry = new ConnectorRegistry([Vendor]);
        return new SingleReads(Store, registry, Sessions(registry, Options), Options, Clock, NullLogger<SingleReads>.Instance);
    }

    public Task<TurnEnd> TurnAsync(IntegrationRunner? runner = null) => (runner ?? Runner()).RunDueAsync(Tenant, Id, default);

    /// <summary>Lets time pass, then does what is due.</summary>
    public Task<TurnEnd> TurnAfterAsync(TimeSpan time)
    {
        Clock.Advance(time);
        return TurnAsync();
    }

    /// <summary>Lets time pass in small steps, doing what is due at each.</summary>
    public async Task LiveAsync(TimeSpan time, TimeSpan? step = null)
    {
        var by = step ?? TimeSpan.FromMinutes(1);
        for (var passed = TimeSpan.Zero; passed < time; passed += by)
        {
            Clock.Advance(by);
            // A turn with nothing to do is long enough to be left out; one that may do nothing at all is not.
            if (await Store.NextDueAsync(Tenant, Id, default) is not { } due || due <= Clock.GetUtcNow())
            {
                await TurnAsync();
            }
        }
    }

    /// <summary>A complete read now, as a person can ask for it.</summary>
    public async Task<TurnEnd> FullAsync(bool shadow = false, DataType type = DataType.Tickets)
    {
        await OrderAsync(SyncTrigger.Resync, full: true, shadow, type);
        return await TurnAsync();
    }

    public Task<SyncRequestResult> OrderAsync(SyncTrigger trigger = SyncTrigger.Manual, bool full = false, bool shadow = false, params DataType[] types) =>
        Integrations.RequestSyncAsync(new SyncOrder(Id, trigger, types.Length > 0 ? types : null, full, shadow), null, Ada, default);

    public async Task<StreamState> StreamAsync(DataType type = DataType.Tickets) =>
        (await Store.StreamsAsync(Tenant, Id, default)).Single(s => s.Key.DataType == type);

    public async Task<StreamProgress> ProgressAsync(DataType type = DataType.Tickets) => (await StreamAsync(type)).Progress;

    public async Task<IReadOnlyList<RunRow>> RunsAsync(DataType type = DataType.Tickets)
    {
        await using var db = storage.Open();
        return await db.Runs.AsNoTracking().Where(r => r.DataType == type).OrderBy(r => r.Id).ToListAsync();
    }

    public async Task<RunRow> LastRunAsync(DataType type = DataType.Tickets) => (await RunsAsync(type))[^1];

    public async Task<Integration> IntegrationAsync()
    {
        await using var db = storage.Open();
        return await db.Integrations.AsNoTracking().SingleAsync(i => i.Id == Id);
    }

    public async Task<List<SyncRequestRow>> RequestsAsync()
    {
        await using var db = storage.Open();
        return await db.SyncRequests.AsNoTracking().OrderBy(r => r.Id).ToListAsync();
    }

    /// <summary>What is kept aside; the id is null where none could be read.</summary>
    public async Task<IEnumerable<(DataType Type, string? Id)>> AsideAsync()
    {
        await using var db = storage.Open();
        return (await db.Quarantine.AsNoTracking().ToListAsync()).Select(q => (q.DataType, q.ExternalId)).OrderBy(q => q);
    }

    public PortalContext Open() => storage.Open();

    public T Get<T>()
        where T : notnull => storage.Get<T>();

    /// <summary>What lists show, by external id, read back from what is stored.</summary>
    public async Task<Dictionary<string, ExternalRecord>> ShownAsync(DataType type = DataType.Tickets)
    {
        var generation = (await ProgressAsync(type)).LiveGeneration;
        await using var db = storage.Open();
        return type switch
        {
            DataType.Companies => await RowsAsync<ExternalCompany>(db.ExternalCompanies, generation),
            DataType.Users => await RowsAsync<ExternalUser>(db.ExternalUsers, generation),
            DataType.Tickets => await RowsAsync<Ticket>(db.Tickets, generation),
            DataType.TicketNotes => await RowsAsync<TicketNote>(db.TicketNotes, generation),
            DataType.TimeEntries => await RowsAsync<TimeEntry>(db.TimeEntries, generation),
            _ => await RowsAsync<ExternalDevice>(db.ExternalDevices, generation),
        };
    }

    public async Task<IReadOnlyList<string>> ShownIdsAsync(DataType type = DataType.Tickets) =>
        [.. (await ShownAsync(type)).Keys.OrderBy(id => id.Length).ThenBy(id => id, StringComparer.Ordinal)];

    /// <summary>Ids and contents are the vendor's, no more and no less.</summary>
    public async Task ShouldBeTheVendorsAsync(DataType type = DataType.Tickets)
    {
        var shown = await ShownAsync(type);
        var expected = Vendor.Expected(type);
        shown.Keys.Except(expected.Keys).ShouldBeEmpty("these should not be here any more");
        expected.Keys.Except(shown.Keys).ShouldBeEmpty("these are missing");
        shown.Where(s => Canonical.Json(s.Value) != Canonical.Json(expected[s.Key])).Select(s => s.Key).ShouldBeEmpty("these are not as the vendor has them");
    }

    public ValueTask DisposeAsync() => storage.DisposeAsync();

    private static async Task<Dictionary<string, ExternalRecord>> RowsAsync<T>(IQueryable<RecordRow> rows, int generation)
        where T : ExternalRecord =>
        (await rows.AsNoTracking().Where(r => r.Generation == generation).ToListAsync())
            .ToDictionary(r => r.ExternalId, r => (ExternalRecord)Canonical.Read<T>(r.Payload));

    public Sessions Sessions(ConnectorRegistry registry, SyncOptions? options = null)
    {
#pragma warning disable CA2000 // Nothing is ever sent by it.
        return new Sessions(registry, new Budgets(Clock), new HttpClientHandler(), options ?? Options, Clock, NullLoggerFactory.Instance);
#pragma warning restore CA2000
    }
}
