using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Devices;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Storage.Model;
using MSPortal.Tests.Storage;
using MSPortal.Tests.Support;
using MSPortal.Tests.Web.Companies;
using MSPortal.Web.Access;
using MSPortal.Web.Features.Companies;
using MSPortal.Web.Features.Devices;
using MSPortal.Web.Ui;

namespace MSPortal.Tests.Devices;

/// <summary>A tenant with a PSA and an RMM whose devices a test writes down itself, as the engine stores them; Contoso is linked in both.</summary>
internal sealed class DeviceHome : IAsyncDisposable
{
    private DeviceHome(StorageHome storage) => Storage = storage;

    public StorageHome Storage { get; }

    public long Psa { get; private set; }

    public long Rmm { get; private set; }

    public Guid Contoso { get; private set; }

    public Inventory Inventory { get; private set; } = null!;

    public DeviceTypeMapping Types => new(Storage.Database, Inventory, Storage.Clock);

    public DeviceImport Import => new(Storage.Database, Inventory, Storage.Clock);

    public DeviceMerges Merges => new(Storage.Database, Inventory, Storage.Clock);

    public DeviceQueries Queries => new(Storage.Database);

    public Sight Everything => Sight.Whole(Storage.Tenant);

    public static async Task<DeviceHome> CreateAsync(DatabaseKind kind)
    {
        var home = new DeviceHome(await StorageHome.CreateAsync(kind));
        home.Inventory = new Inventory(home.Storage.Database, [], home.Storage.Clock);
        home.Psa = await home.ConnectAsync("Main PSA");
        home.Rmm = await home.ConnectAsync("Watcher");
        home.Contoso = await home.LinkAsync("Contoso", (home.Psa, "c1"), (home.Rmm, "s1"));
        return home;
    }

    /// <summary>Its types “Desktop” and “Server” are mapped.</summary>
    public static async Task<DeviceHome> MappedAsync(DatabaseKind kind)
    {
        var home = await CreateAsync(kind);
        await using var db = home.Storage.Open();
        db.DeviceTypeRules.AddRange(new[] { home.Psa, home.Rmm }.SelectMany(i => new[] { Rule(home, i, "Desktop", DeviceTypes.Workstation), Rule(home, i, "Server", DeviceTypes.Server) }));
        await db.SaveChangesAsync();
        return home;
    }

    private static DeviceTypeRule Rule(DeviceHome home, long integration, string word, string type) =>
        new() { TenantId = home.Storage.Tenant, IntegrationId = integration, SourceType = word, Type = type, SetBy = "Ada", SetAt = StorageHome.Start };

    public static ExternalDevice Device(string id, string name, string company, string? serial = null, string type = "Desktop") =>
        new() { ExternalId = id, Name = name, CompanyId = company, SerialNumber = serial, TypeName = type };

    public async Task<Guid> LinkAsync(string name, params (long Integration, string ExternalId)[] externals)
    {
        var id = await new CompanyActions(Storage.Database, Storage.Clock).CreateAsync(new CompanyInput { Name = name }, Storage.Ada, CancellationToken.None);
        foreach (var (integration, external) in externals)
        {
            await LinkAsync(id, integration, external);
        }

        return id;
    }

    public async Task LinkAsync(Guid company, long integration, string external)
    {
        await using var db = Storage.Open();
        db.CompanyLinks.Add(new CompanyLink { TenantId = Storage.Tenant, CompanyId = company, IntegrationId = integration, ExternalId = external, LinkedBy = "Ada", LinkedAt = Storage.Clock.GetUtcNow() });
        await db.SaveChangesAsync();
    }

    public async Task UnlinkAsync(long integration, string external)
    {
        await using var db = Storage.Open();
        await db.CompanyLinks.Where(l => l.IntegrationId == integration && l.ExternalId == external).ExecuteDeleteAsync();
    }

    /// <summary>The source says so from now on.</summary>
    public Task ReadAsync(long integration, params ExternalDevice[] devices) => StoreAsync(integration, DataType.Devices, read => read with { Rows = [.. devices.Select(StoredRow.Of)] });

    public Task ReadAsync(long integration, DeviceAlert alert) => StoreAsync(integration, DataType.Alerts, read => read with { Rows = [StoredRow.Of(alert)] });

    public Task GoneAsync(long integration, string id) => StoreAsync(integration, DataType.Devices, read => read with { Gone = [id] });

    public Task<bool> SettleAsync() => Inventory.SettleAsync(Storage.Tenant, CancellationToken.None);

    public Task<DeviceImportResult> ImportAllAsync(long integration) => Import.ImportAllAsync(integration, Storage.Ada, CancellationToken.None);

    /// <summary>The inventory as “name (type): records”, and the ids by name.</summary>
    public async Task<IReadOnlyList<string>> LinesAsync() =>
        [.. (await DevicesAsync()).Select(d => $"{d.Line.Name} ({d.Line.Type}): {string.Join(' ', d.Sources.Select(s => $"{(s.Key.IntegrationId == Psa ? "psa" : "rmm")}/{s.Key.ExternalId}"))}").Order(StringComparer.Ordinal)];

    public async Task<IReadOnlyList<DeviceDetails>> DevicesAsync()
    {
        var page = await Queries.ListAsync(Everything, new DeviceFilter(), new RecordQuery(0, 100, null, false), CancellationToken.None);
        var details = new List<DeviceDetails>();
        foreach (var line in page.Rows)
        {
            details.Add((await new DeviceDetailsQuery(Storage.Database).FindAsync(Everything, line.Id, CancellationToken.None))!);
        }

        return details;
    }

    public async Task<Guid> IdAsync(string name) => (await DevicesAsync()).Single(d => d.Line.Name == name).Line.Id;

    public async ValueTask DisposeAsync()
    {
        Inventory.Dispose();
        await Storage.DisposeAsync();
    }

    private async Task<long> ConnectAsync(string name)
    {
        var id = await Seed.IntegrationAsync(Storage.Database, Storage.Tenant, name);
        await using var db = Storage.Open();
        db.Streams.AddRange(new[] { DataType.Devices, DataType.DeviceDetails, DataType.Alerts }.Select(type => new StreamRow
        {
            TenantId = Storage.Tenant, IntegrationId = id, DataType = type, Enabled = true, Interval = TimeSpan.FromHours(1), ReconcileInterval = TimeSpan.FromDays(1),
        }));
        await db.SaveChangesAsync();
        return id;
    }

    private async Task StoreAsync(long integration, DataType type, Func<RowChanges, RowChanges> read)
    {
        var store = Storage.Get<ISyncStore>();
        var key = new StreamKey(Storage.Tenant, integration, type);
        var sequence = await store.NextReadSequenceAsync(key, CancellationToken.None);
        await store.CommitReadsAsync(key, read(new RowChanges { ReadSequence = sequence, ReadAt = Storage.Clock.GetUtcNow() }), CancellationToken.None);
    }
}
