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
using DatabaseKind = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Sync.Support;

/// <summary>The real engine on a real database with one integration through which three clients are read: a, b and c.</summary>
internal sealed class ClientsHome : IAsyncDisposable
{
    private readonly StorageHome storage;
    private readonly Answers transport = new();
    private readonly Sessions sessions;
    private readonly ConnectorRegistry registry;

    private ClientsHome(StorageHome storage)
    {
        this.storage = storage;
        Vendor = new ClientVendor(storage.Clock);
        registry = new ConnectorRegistry([Vendor]);
        sessions = new Sessions(registry, new Budgets(Clock), transport, new SyncOptions(), Clock, NullLoggerFactory.Instance);
    }

    public ClientVendor Vendor { get; }

    public FakeTimeProvider Clock => storage.Clock;

    public DateTimeOffset Now => Clock.GetUtcNow();

    public ISyncStore Store => storage.Get<ISyncStore>();

    public IIntegrationStore Integrations => storage.Get<IIntegrationStore>();

    public Actor Ada => storage.Ada;

    public long Id { get; private set; }

    public ConnectingClients Connecting => new(registry, sessions, Store, Integrations, Clock);

    /// <summary>Each client has one license, one user and one score, and nothing was read yet.</summary>
    public static async Task<ClientsHome> CreateAsync(DatabaseKind kind)
    {
        var home = new ClientsHome(await StorageHome.CreateAsync(kind));
        home.Id = await home.Integrations.CreateAsync(
            new NewIntegration(
                "clients",
                "Contoso Cloud",
                new SettingsValues(new Dictionary<string, string> { ["key"] = "secret" }),
                new HashSet<string> { "key" },
                new AccountIdentity("msp", "The MSP"),
                [.. home.Vendor.Streams.Where(s => !s.PerPartition).Select(s => NewStream.Of(s, home.Now))],
                new TicketScope()),
            home.Ada,
            default);
        foreach (var client in new[] { "a", "b", "c" })
        {
            home.Vendor.Add(client, ClientVendor.License("x"), ClientVendor.User("1"), ClientVendor.Score(1));
            await home.ConnectAsync(client);
        }

        return home;
    }

    /// <summary>And everything was read once.</summary>
    public static async Task<ClientsHome> ReadAsync(DatabaseKind kind)
    {
        var home = await CreateAsync(kind);
        await home.TurnAsync();
        home.Vendor.Calls.Clear();
        return home;
    }

    public Task ConnectAsync(string client) => Integrations.ConnectPartitionAsync(
        Id,
        new NewPartition(new AccountIdentity(client, ClientVendor.Name(client)), null, [.. Vendor.Streams.Where(s => s.PerPartition).Select(s => NewStream.Of(s, Now))]),
        Ada,
        default);

    public Task<TurnEnd> TurnAsync() => new IntegrationRunner(Store, registry, sessions, new SyncOptions(), Clock, NullLogger<IntegrationRunner>.Instance).RunDueAsync(Ada.TenantId, Id, default);

    /// <summary>Lets time pass in small steps, doing what is due at each.</summary>
    public async Task LiveAsync(TimeSpan time)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += TimeSpan.FromMinutes(5))
        {
            Clock.Advance(TimeSpan.FromMinutes(5));
            // A turn with nothing to do is long enough to be left out.
            if (await Store.NextDueAsync(Ada.TenantId, Id, default) is not { } due || due <= Now)
            {
                await TurnAsync();
            }
        }
    }

    /// <summary>What the vendor was asked about this client since the last look.</summary>
    public List<string> CallsOf(string client)
    {
        var calls = Vendor.Calls.FindAll(c => c.EndsWith($" of {client}", StringComparison.Ordinal));
        Vendor.Calls.RemoveAll(calls.Contains);
        return calls;
    }

    public async Task<PartitionState> ClientAsync(string client) => (await Integrations.PartitionsAsync(Ada.TenantId, Id, default)).Single(p => p.Identity.Id == client);

    public async Task<List<PartitionStatus>> StatusesAsync() => [.. (await Integrations.PartitionsAsync(Ada.TenantId, Id, default)).Select(p => p.Status)];

    public async Task<Dictionary<DataType, StreamState>> StreamsAsync(string client) =>
        (await Store.StreamsAsync(Ada.TenantId, Id, default)).Where(s => s.Key.Partition == client).ToDictionary(s => s.Key.DataType);

    public async Task<Integration> IntegrationAsync()
    {
        await using var db = Open();
        return await db.Integrations.AsNoTracking().SingleAsync(i => i.Id == Id);
    }

    public async Task<List<RunRow>> RunsAsync(string client)
    {
        await using var db = Open();
        return await db.Runs.AsNoTracking().Where(r => r.Partition == client).OrderBy(r => r.Id).ToListAsync();
    }

    /// <summary>External ids of what people see of a client.</summary>
    public async Task<List<string>> ShownAsync<TRow>(DataType type, string client)
        where TRow : RecordRow
    {
        await using var db = Open();
        return await db.Live<TRow>(type).Where(r => r.Partition == client).Select(r => r.ExternalId).Order().ToListAsync();
    }

    public PortalContext Open() => storage.Open();

    public async ValueTask DisposeAsync()
    {
        transport.Dispose();
        await storage.DisposeAsync();
    }

    private sealed class Answers : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(new HttpResponseMessage());
    }
}
