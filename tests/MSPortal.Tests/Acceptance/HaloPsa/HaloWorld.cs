using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using MSPortal.Core.Contracts;
using MSPortal.Core.Integrations;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Simulators;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Tests.Support;
using MSPortal.Web.Hosting;
using Shouldly;
using Xunit;
using Database = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Acceptance.HaloPsa;

/// <summary>The real portal without its pages, connected to the simulated Halo over HTTP, on one virtual clock.</summary>
internal sealed class HaloWorld : IAsyncDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 3, 10, 9, 0, 0, TimeSpan.Zero);

    /// <summary>Halo's budget refills slowly, so virtual time runs twenty times as fast while the engine works; leases and time-outs are longer to fit.</summary>
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan VirtualBeat = TimeSpan.FromMilliseconds(400);

    private readonly TestDatabase database;
    private readonly DirectoryInfo folder;
    private readonly WebApplication vendor;
    private readonly ServiceProvider portal;
    private readonly HttpClient control;

    private HaloWorld(TestDatabase database, DirectoryInfo folder, WebApplication vendor, ServiceProvider portal)
    {
        (this.database, this.folder, this.vendor, this.portal) = (database, folder, vendor, portal);
        control = new HttpClient { BaseAddress = new Uri($"{vendor.Urls.Single()}/control/halopsa/") };
    }

    public required FakeTimeProvider Clock { get; init; }

    public Actor Actor { get; } = new(1, "ada@example.com", "127.0.0.1");

    public long IntegrationId { get; private set; }

    public ISyncStore Store => portal.GetRequiredService<ISyncStore>();

    public IIntegrationStore Integrations => portal.GetRequiredService<IIntegrationStore>();

    public Connecting Connecting => portal.GetRequiredService<Connecting>();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<HaloWorld> ConnectedAsync(Database kind, int tickets = 130, bool notes = false)
    {
        var clock = new FakeTimeProvider(Start);
        var simulator = SimulatorHost.Build(new SimulatorOptions { Seed = 7, Companies = 15, Tickets = tickets, Now = Start, Time = clock });
        await simulator.StartAsync(Stop);
        var fresh = await TestDatabase.CreateAsync(kind, "portal", setting => new PortalDatabase(DatabaseSetting.Parse(setting, ".")).MigrateAsync(CancellationToken.None));
        var home = Directory.CreateTempSubdirectory("msportal-acceptance-");
        var services = new ServiceCollection();
        services.AddLogging(log => log.SetMinimumLevel(LogLevel.Critical));
        services.AddPortal(new PortalOptions { DataFolder = home.FullName, Database = fresh.Setting, AllowPrivateNetworks = true });
        services.AddSingleton<TimeProvider>(clock);
        services.AddSingleton(new SyncOptions { Node = "node 1", Lease = TimeSpan.FromMinutes(10), LeaseRenewal = TimeSpan.FromMinutes(2), SliceTime = TimeSpan.FromMinutes(20), MaxBudgetWait = TimeSpan.FromMinutes(1) });
        var world = new HaloWorld(fresh, home, simulator, services.BuildServiceProvider()) { Clock = clock };
        await FirstTenant.GetOrAddAsync(world.portal.GetRequiredService<PortalDatabase>(), clock, Stop);
        await world.ConnectAsync(notes);
        return world;
    }

    /// <summary>Connected, ticket types chosen, everything read once, and equal.</summary>
    public static async Task<HaloWorld> SyncedAsync(Database kind, int tickets = 130, bool notes = false)
    {
        var world = await ConnectedAsync(kind, tickets, notes);
        await world.ChooseTypesAsync("1", "3", "21");
        await world.RunAsync();
        await world.ShouldEqualVendorAsync();
        return world;
    }

    /// <summary>Works until nothing is due at this moment.</summary>
    public async Task RunAsync()
    {
        for (var turns = 0; ; turns++)
        {
            turns.ShouldBeLessThan(60, "The engine finds no end.");
            await PumpAsync(portal.GetRequiredService<IntegrationRunner>().RunDueAsync(1, IntegrationId, Stop));
            if (await Store.NextDueAsync(1, IntegrationId, Stop) is not { } due || due > Clock.GetUtcNow())
            {
                return;
            }
        }
    }

    /// <summary>Lets the time pass, doing what becomes due on the way.</summary>
    /// <param name="asleep">How long the portal takes no notice after each turn, so that days need no thousands of runs.</param>
    public async Task PassAsync(TimeSpan time, TimeSpan asleep = default)
    {
        var until = Clock.GetUtcNow() + time;
        while (await Store.NextDueAsync(1, IntegrationId, Stop) is { } due && due <= until)
        {
            JumpTo(due);
            await RunAsync();
            JumpTo(Clock.GetUtcNow() + asleep);
        }

        JumpTo(until);
    }

    public Task NextIncrementalAsync() => PassAsync(TimeSpan.FromMinutes(17));

    /// <summary>A night, and the back-offs after it.</summary>
    public Task NextReconcileAsync() => PassAsync(TimeSpan.FromHours(50), asleep: TimeSpan.FromHours(5));

    public async Task ChooseTypesAsync(params string[] types) =>
        await Integrations.SetScopeAsync(IntegrationId, (await StateAsync()).Scope with { Containers = types }, Actor, Stop);

    public async Task<IntegrationState> StateAsync() => (await Store.IntegrationAsync(1, IntegrationId, Stop))!;

    public async Task<StreamState> StreamAsync(DataType type) => (await Store.StreamsAsync(1, IntegrationId, Stop)).Single(s => s.Key.DataType == type);

    /// <summary>The vendor's rows, as JSON.</summary>
    public async Task<IReadOnlyList<JsonNode>> RecordsAsync(string kind) => [.. (await control.GetFromJsonAsync<JsonArray>($"records/{kind}", Stop))!.Select(n => n!)];

    public async Task<IReadOnlyList<JsonNode>> KeptTicketsAsync()
    {
        var scope = (await StateAsync()).Scope;
        return [.. (await RecordsAsync("tickets")).Where(t => HaloTruth.IsKept(t, scope, Clock.GetUtcNow()))];
    }

    public async Task CommandAsync(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        using var response = await control.SendAsync(request, Stop);
        response.IsSuccessStatusCode.ShouldBeTrue(await response.Content.ReadAsStringAsync(Stop));
    }

    public Task FaultAsync(object fault) => CommandAsync(HttpMethod.Post, "faults", fault);

    public Task HealAsync() => CommandAsync(HttpMethod.Delete, "faults");

    public async Task<int> StruckAsync() => (await control.GetFromJsonAsync<JsonArray>("faults", Stop))!.Sum(f => f!["hits"]!.GetValue<int>());

    public async Task<int> CallsAsync() => (await control.GetFromJsonAsync<JsonArray>("requests", Stop))!.Count;

    /// <summary>Every stream has the vendor's ids and contents, no more and no less.</summary>
    public async Task ShouldEqualVendorAsync()
    {
        await TicketsShouldEqualAsync();
        Ours(await PayloadsAsync(DataType.TimeEntries), HaloTruth.Time).ShouldBe(Theirs((await RecordsAsync(HaloTruth.Time.Kind)).Where(e => e["holiday_id"]!.GetValue<int>() == 0), HaloTruth.Time));
        foreach (var truth in HaloTruth.Plain)
        {
            var rows = (await RecordsAsync(truth.Kind)).Where(r => truth.Kind != "agents" || r["id"]!.GetValue<int>() != 1);   // Unassigned is nobody.
            Ours(await PayloadsAsync(truth.DataType), truth).ShouldBe(Theirs(rows, truth), truth.Kind);
        }
    }

    public async Task TicketsShouldEqualAsync() =>
        Ours(await PayloadsAsync(DataType.Tickets), HaloTruth.Tickets).ShouldBe(Theirs(await KeptTicketsAsync(), HaloTruth.Tickets));

    /// <summary>Payloads of the live generation.</summary>
    public async Task<IReadOnlyList<string>> PayloadsAsync(DataType type)
    {
        var live = (await StreamAsync(type)).Progress.LiveGeneration;
        await using var db = portal.GetRequiredService<PortalDatabase>().Open(1);
        IQueryable<RecordRow> rows = type switch
        {
            DataType.Tickets => db.Tickets,
            DataType.TicketNotes => db.TicketNotes,
            DataType.TimeEntries => db.TimeEntries,
            DataType.Companies => db.ExternalCompanies,
            DataType.Contacts => db.ExternalContacts,
            DataType.Users => db.ExternalUsers,
            DataType.Devices => db.ExternalDevices,
            _ => db.Reference,
        };
        return await rows.Where(r => r.IntegrationId == IntegrationId && r.Generation == live).Select(r => r.Payload).ToListAsync(Stop);
    }

    public async Task<IReadOnlyList<RunRow>> RunsAsync(DataType type)
    {
        await using var db = portal.GetRequiredService<PortalDatabase>().Open(1);
        return await db.Runs.Where(r => r.DataType == type).OrderBy(r => r.Id).ToListAsync(Stop);
    }

    public static string[] Theirs(IEnumerable<JsonNode> rows, Truth truth) => [.. rows.Select(r => truth.VendorLine(HaloTruth.Plainly(r))).Order(StringComparer.Ordinal)];

    public static string[] Ours(IEnumerable<string> payloads, Truth truth) => [.. payloads.Select(truth.OurLine).Order(StringComparer.Ordinal)];

    /// <summary>Keeps virtual time going while something works.</summary>
    public async Task<T> PumpAsync<T>(Task<T> work)
    {
        while (await Task.WhenAny(work, Task.Delay(Beat, Stop)) != work)
        {
            Clock.Advance(VirtualBeat);
        }

        return await work;
    }

    public async ValueTask DisposeAsync()
    {
        control.Dispose();
        await portal.DisposeAsync();
        using var atOnce = new CancellationTokenSource();
        await atOnce.CancelAsync();
        await vendor.StopAsync(atOnce.Token);
        await vendor.DisposeAsync();
        await database.DisposeAsync();
        folder.Delete(recursive: true);
    }

    private void JumpTo(DateTimeOffset time)
    {
        if (time > Clock.GetUtcNow())
        {
            Clock.SetUtcNow(time);
        }
    }

    private async Task ConnectAsync(bool notes)
    {
        var settings = (await control.GetFromJsonAsync<JsonObject>("", Stop))!;
        var entered = new[] { "haloUrl", "clientId", "clientSecret" }.ToDictionary(k => k, k => settings[k]!.GetValue<string>());
        var made = await PumpAsync(Connecting.ConnectAsync("halopsa", "", entered, skipTest: false, Actor, Stop));
        made.Errors.ShouldBeEmpty();
        IntegrationId = made.IntegrationId!.Value;
        if (!notes)
        {
            await Integrations.SetStreamAsync(new(1, IntegrationId, DataType.TicketNotes), enabled: false, TimeSpan.FromMinutes(15), Actor, Stop);
        }

        await RunAsync();
    }
}
