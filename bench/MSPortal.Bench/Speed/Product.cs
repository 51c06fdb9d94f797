using System.Net.Http.Json;
using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Core.Integrations;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Storage;
using MSPortal.Storage.Secrets;
using MSPortal.Web.Hosting;

namespace MSPortal.Bench.Speed;

/// <summary>The portal's own parts, connected to the vendor as a person would connect them, without pages.</summary>
internal sealed class Product : IAsyncDisposable
{
    private static readonly string[] Keys = ["apiUrl", "companyId", "publicKey", "privateKey", "clientId"];
    private static readonly Actor Person = new(1, "bench@example.com", null);
    private readonly ServiceProvider portal;
    private long integration;

    public Product(string folder, string database)
    {
        var services = new ServiceCollection();
        services.AddLogging(log => log.SetMinimumLevel(LogLevel.Critical));
        services.AddPortal(new PortalOptions { DataFolder = folder, Database = database, AllowPrivateNetworks = true });
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(new SyncOptions { Node = "bench" });
        portal = services.BuildServiceProvider();
    }

    public PortalDatabase Data => portal.GetRequiredService<PortalDatabase>();

    public Vault Vault => portal.GetRequiredService<Vault>();

    private IIntegrationStore Integrations => portal.GetRequiredService<IIntegrationStore>();

    private ISyncStore Store => portal.GetRequiredService<ISyncStore>();

    /// <summary>Connected, every list and company read, all but tickets turned off and every service board chosen: what is left to do is read the tickets.</summary>
    public async Task PrepareAsync(Vendor vendor, CancellationToken ct)
    {
        await ConnectAsync(vendor, ct);
        foreach (var type in DataTypes.All.Except([DataType.Reference, DataType.Companies, DataType.Tickets]))
        {
            if ((await Store.StreamsAsync(1, integration, ct)).FirstOrDefault(s => s.Key.DataType == type) is { } stream)
            {
                await Integrations.SetStreamAsync(stream.Key, enabled: false, stream.Interval, Person, ct);
            }
        }

        await ChooseAsync(ct);
    }

    /// <summary>Connected and everything read, with every service board chosen.</summary>
    /// <returns>The integration.</returns>
    public async Task<long> ReadAllAsync(Vendor vendor, CancellationToken ct)
    {
        await ConnectAsync(vendor, ct);
        await ChooseAsync(ct);
        await WorkAsync(ct);
        return integration;
    }

    private async Task ConnectAsync(Vendor vendor, CancellationToken ct)
    {
        await Data.MigrateAsync(ct);
        await FirstTenant.GetOrAddAsync(Data, TimeProvider.System, ct);
        var entered = Keys.ToDictionary(k => k, k => vendor.About[k]!.GetValue<string>());
        var made = await portal.GetRequiredService<Connecting>().ConnectAsync("connectwise", "", entered, skipTest: false, Person, ct);
        integration = made.IntegrationId ?? throw new InvalidOperationException(string.Join(" ", made.Errors.Select(e => e.Message)));
    }

    private async Task ChooseAsync(CancellationToken ct)
    {
        await WorkAsync(ct);
        await using var db = Data.Open(1);
        var boards = await db.Reference.Where(r => r.Kind == ReferenceKinds.Container).Select(r => r.ItemId).ToListAsync(ct);
        var scope = (await Store.IntegrationAsync(1, integration, ct))!.Scope with { Containers = boards, HistoryMonths = null };
        await Integrations.SetScopeAsync(integration, scope, Person, ct);
    }

    public async Task<Measured> MeasureAsync(string phase, Vendor vendor, CancellationToken ct)
    {
        await vendor.Control.ForgetAsync(ct);
        var started = DateTimeOffset.UtcNow;
        using var clock = new Stopclock();
        await WorkAsync(ct);
        var measured = clock.Stop(phase, 0, 0, 0);
        await using var db = Data.Open(1);
        var run = await db.Runs.Where(r => r.DataType == DataType.Tickets).OrderByDescending(r => r.Id).FirstAsync(ct);
        return run.Status != RunStatus.Succeeded
            ? throw new InvalidOperationException($"{phase}: {run.Status} {run.Message}")
            : measured with
            {
                Rows = (int)run.Read,
                Calls = (await vendor.Control.RequestsAsync(ct)).Count(r => r["path"]!.GetValue<string>().EndsWith("/service/tickets", StringComparison.Ordinal)),
                Written = await db.Tickets.CountAsync(t => t.ChangedAt >= started, ct),
            };
    }

    public Task AskAsync(bool full, CancellationToken ct) =>
        Integrations.RequestSyncAsync(new SyncOrder(integration, SyncTrigger.Manual, [DataType.Tickets], Full: full), null, Person, ct);

    public ValueTask DisposeAsync() => portal.DisposeAsync();

    private async Task WorkAsync(CancellationToken ct)
    {
        var runner = portal.GetRequiredService<IntegrationRunner>();
        do
        {
            if (await runner.RunDueAsync(1, integration, ct) is var end and not (TurnEnd.Done or TurnEnd.Nothing or TurnEnd.GaveWay))
            {
                throw new InvalidOperationException($"The turn ended as {end}.");
            }
        }
        while (await Store.NextDueAsync(1, integration, ct) is { } due && due <= DateTimeOffset.UtcNow);
    }
}
