using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;
using MSPortal.Core.Integrations;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Histories.Portal;
using MSPortal.Histories.Vendors;
using MSPortal.Histories.Vendors.Psas;
using MSPortal.Histories.Vendors.Rmms;
using MSPortal.Simulators;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Tests.Support;
using MSPortal.Web.Hosting;
using Shouldly;
using Database = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Acceptance;

/// <summary>The real portal without its pages, connected to the simulated vendor over HTTP, on one virtual clock.</summary>
internal sealed partial class SyncWorld : IAsyncDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 3, 10, 9, 0, 0, TimeSpan.Zero);

    /// <summary>A hundred times as fast as the clock on the wall when everybody waits for it, so that budgets refill; slowly while the vendor is being waited for.</summary>
    private static readonly (TimeSpan Beat, TimeSpan Idle, TimeSpan Busy) Pace = (TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(5));

    /// <summary>Since virtual time runs fast, leases and waits are longer to fit.</summary>
    private static readonly SyncOptions Unhurried = new()
    {
        Node = "node 1", Lease = TimeSpan.FromMinutes(10), LeaseRenewal = TimeSpan.FromMinutes(2), SliceTime = TimeSpan.FromMinutes(20), MaxBudgetWait = TimeSpan.FromMinutes(1),
    };

    private readonly WebApplication vendor;
    private readonly IServiceProvider portal;
    private readonly Func<ValueTask> end;
    private readonly HttpClient control;
    private readonly bool notes;
    private Traffic traffic = null!;

    /// <param name="end">Takes away what the portal stands on.</param>
    private SyncWorld(WebApplication vendor, IServiceProvider portal, Func<ValueTask> end, KnownVendor known, bool notes)
    {
        (this.vendor, this.portal, this.end, this.notes, Vendor) = (vendor, portal, end, notes, known);
        control = new HttpClient { BaseAddress = new Uri($"{vendor.Urls.Single()}/control/{known.Provider}/") };
    }

    public KnownVendor Vendor { get; }

    public Psa Psa => (Psa)Vendor;

    public Rmm Rmm => (Rmm)Vendor;

    private bool HasTickets => Vendor as Psa is not null;

    public required FakeTimeProvider Clock { get; init; }

    public Actor Actor { get; } = new(1, "ada@example.com", "127.0.0.1");

    public long IntegrationId { get; private set; }

    public PortalDatabase Data => portal.GetRequiredService<PortalDatabase>();

    public ISyncStore Store => portal.GetRequiredService<ISyncStore>();

    public IIntegrationStore Integrations => portal.GetRequiredService<IIntegrationStore>();

    public Connecting Connecting => portal.GetRequiredService<Connecting>();

    public SingleReads SingleReads => portal.GetRequiredService<SingleReads>();

    private static CancellationToken Stop => Xunit.TestContext.Current.CancellationToken;

    /// <summary>Connected, the vendor's usual choice made, everything read once, and equal.</summary>
    public static async Task<SyncWorld> SyncedAsync(Database kind, int tickets = 150, bool notes = false, string provider = "connectwise")
    {
        var world = await ConnectedAsync(kind, tickets, notes, provider);
        await world.ChooseAsync();
        await world.RunAsync();
        await world.ShouldEqualVendorAsync();
        return world;
    }

    /// <summary>Connected to one of the simulated vendors, with everything read that needs no choice.</summary>
    public static async Task<SyncWorld> ConnectedAsync(Database kind, int tickets = 150, bool notes = false, string provider = "connectwise")
    {
        var (known, clock) = (KnownVendor.For(provider), new FakeTimeProvider(Start));
        var simulator = await SimulatorAsync(known, tickets, clock);
        var fresh = await TestDatabase.CreateAsync(kind, "portal", setting => new PortalDatabase(DatabaseSetting.Parse(setting, ".")).MigrateAsync(CancellationToken.None));
        var home = Directory.CreateTempSubdirectory("msportal-acceptance-");
        var services = new ServiceCollection();
        services.AddLogging(log => log.SetMinimumLevel(LogLevel.Critical));
        services.AddPortal(new PortalOptions { DataFolder = home.FullName, Database = fresh.Setting, AllowPrivateNetworks = true });
        services.AddSingleton<TimeProvider>(clock);
        var line = Connect(services, clock);
        var built = services.BuildServiceProvider();
        var world = new SyncWorld(simulator, built, EndAsync, known, notes) { Clock = clock, traffic = line };
        await FirstTenant.GetOrAddAsync(world.Data, clock, Stop);
        await world.ConnectAsync();
        return world;

        async ValueTask EndAsync()
        {
            await built.DisposeAsync();
            await fresh.DisposeAsync();
            home.Delete(recursive: true);
        }
    }

    /// <summary>Works until nothing is due at this moment.</summary>
    public async Task RunAsync(IntegrationRunner? runner = null)
    {
        for (var turns = 0; ; turns++)
        {
            turns.ShouldBeLessThan(60, "The engine finds no end.");
            await PumpAsync((runner ?? portal.GetRequiredService<IntegrationRunner>()).RunDueAsync(1, IntegrationId, Stop));
            if (await Store.NextDueAsync(1, IntegrationId, Stop) is not { } due || due > Clock.GetUtcNow())
            {
                return;
            }
        }
    }

    /// <summary>Lets the time pass, doing what becomes due on the way.</summary>
    /// <param name="asleep">How long the portal takes no notice after each turn: what came due meanwhile is done at once, so that days need no thousands of runs.</param>
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

    /// <summary>Everything that is due by incremental reads within a quarter of an hour and its jitter.</summary>
    public Task NextIncrementalAsync() => PassAsync(TimeSpan.FromMinutes(17));

    /// <summary>A night, and the back-offs after it.</summary>
    public Task NextReconcileAsync() => PassAsync(TimeSpan.FromHours(30), asleep: TimeSpan.FromHours(5));

    /// <param name="containers">Null: the vendor's usual choice.</param>
    public async Task ChooseAsync(IReadOnlyList<string>? containers = null, params string[] options)
    {
        if (!HasTickets)
        {
            return;
        }

        var scope = (await StateAsync()).Scope with { Containers = containers ?? await Psa.ContainersAsync(RecordsAsync), Options = options };
        await Integrations.SetScopeAsync(IntegrationId, scope, Actor, Stop);
    }

    public async Task<IntegrationState> StateAsync() => (await Store.IntegrationAsync(1, IntegrationId, Stop))!;

    public async Task<StreamState> StreamAsync(DataType type) => (await Store.StreamsAsync(1, IntegrationId, Stop)).Single(s => s.Key.DataType == type);

    public StreamKey Key(DataType type) => new(1, IntegrationId, type);

    /// <summary>The vendor's rows, as JSON.</summary>
    public async Task<IReadOnlyList<JsonNode>> RecordsAsync(string kind) => [.. (await control.GetFromJsonAsync<JsonArray>($"records/{kind}", Stop))!.Select(n => n!)];

    /// <summary>Tickets that the choice brings in, by the vendor's own data.</summary>
    public async Task<IReadOnlyList<JsonNode>> TicketsInScopeAsync()
    {
        var scope = (await StateAsync()).Scope;
        return [.. (await RecordsAsync(Psa.Tickets.Kind)).Where(t => Psa.IsInScope(t, scope, Clock.GetUtcNow()))];
    }

    public Task<JsonNode?> DoAsync(Edit edit) => CommandAsync(edit.Method, edit.Path, edit.Body);

    public async Task<JsonNode?> CommandAsync(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        using var response = await control.SendAsync(request, Stop);
        var text = await response.Content.ReadAsStringAsync(Stop);
        response.IsSuccessStatusCode.ShouldBeTrue(text);
        return text.Length == 0 ? null : JsonNode.Parse(text);
    }

    public Task FaultAsync(object fault) => CommandAsync(HttpMethod.Post, "faults", fault);

    public Task HealAsync() => CommandAsync(HttpMethod.Delete, "faults");

    /// <summary>How often the faults that are set have struck.</summary>
    public async Task<int> StruckAsync() => (await control.GetFromJsonAsync<JsonArray>("faults", Stop))!.Sum(f => f!["hits"]!.GetValue<int>());

    /// <summary>What the vendor was asked for: method, path, query, status.</summary>
    public async Task<IReadOnlyList<JsonNode>> RequestsAsync() => [.. (await control.GetFromJsonAsync<JsonArray>("requests", Stop))!.Select(n => n!)];

    public async Task<int> CallsAsync() => (await RequestsAsync()).Count;

    /// <summary>Every stream has the vendor's ids and contents, no more and no less, and no run is left running.</summary>
    public async Task ShouldEqualVendorAsync()
    {
        foreach (var truth in Vendor.Others)
        {
            Lines(await PayloadsAsync(truth.DataType), truth).ShouldBe(Theirs(Vendor.Plain(truth, await RecordsAsync(truth.Kind)), truth), truth.Kind);
        }

        if (HasTickets)
        {
            await TicketsShouldEqualAsync();
            await ReferencesShouldEqualAsync();
        }

        if (notes)
        {
            Lines(await PayloadsAsync(DataType.TicketNotes), Psa.Notes).ShouldBe(Theirs(await Psa.NotesAsync(await TicketsInScopeAsync(), RecordsAsync), Psa.Notes), Psa.Notes.Kind);
        }

        await NoRunIsLeftAsync();
    }

    private async Task ReferencesShouldEqualAsync()
    {
        var expected = (await Psa.ReferencesAsync(RecordsAsync)).Select(r => $"{r.Key} {r.Value}").Order(StringComparer.Ordinal);
        await using var db = Data.Open(1);
        var ours = await db.Reference.Select(r => r.ExternalId + " " + r.Name).ToListAsync(Stop);
        ours.Order(StringComparer.Ordinal).ShouldBe(expected, "reference");
    }

    public async Task TicketsShouldEqualAsync() =>
        (await TicketLinesAsync()).ShouldBe(Theirs(Psa.Plain(Psa.Tickets, await TicketsInScopeAsync()), Psa.Tickets));

    public async Task<string[]> TicketLinesAsync() => Lines(await PayloadsAsync(DataType.Tickets), Psa.Tickets);

    /// <summary>As <see cref="TicketLinesAsync"/> has it when it is right.</summary>
    public string TicketLine(JsonNode ticket) => Theirs(Psa.Plain(Psa.Tickets, [ticket]), Psa.Tickets).Single();

    public async Task NoRunIsLeftAsync()
    {
        await using var db = Data.Open(1);
        (await db.Runs.Where(r => r.Status == RunStatus.Running).Select(r => r.Id).ToListAsync(Stop)).ShouldBeEmpty();
    }

    /// <summary>Payloads of the live generation.</summary>
    public async Task<IReadOnlyList<string>> PayloadsAsync(DataType type)
    {
        var live = (await StreamAsync(type)).Progress.LiveGeneration;
        await using var db = Data.Open(1);
        return await RecordRows.Of(db, type).Where(r => r.IntegrationId == IntegrationId && r.Generation == live).Select(r => r.Payload).ToListAsync(Stop);
    }

    public async Task<IReadOnlyList<RunRow>> RunsAsync(DataType type)
    {
        await using var db = Data.Open(1);
        return await db.Runs.Where(r => r.DataType == type).OrderBy(r => r.Id).ToListAsync(Stop);
    }

    private static string[] Theirs(IEnumerable<JsonNode> rows, Truth truth) => [.. rows.Select(truth.VendorLine).Order(StringComparer.Ordinal)];

    private static string[] Lines(IEnumerable<string> payloads, Truth truth) => [.. payloads.Select(truth.OurLine).Order(StringComparer.Ordinal)];

    /// <summary>Keeps virtual time going while something works.</summary>
    /// <param name="gently">For who waits with a person's patience: no minute passes while only the machine is slow.</param>
    public async Task<T> PumpAsync<T>(Task<T> work, bool gently = false)
    {
        while (await Task.WhenAny(work, Task.Delay(Pace.Beat, Stop)) != work)
        {
            Clock.Advance(gently || traffic.IsUnderWay ? Pace.Busy : Pace.Idle);
        }

        return await work;
    }

    public async ValueTask DisposeAsync()
    {
        control.Dispose();
        await end();
        await vendor.StopAsync(new CancellationToken(canceled: true));
        await vendor.DisposeAsync();
    }

    private void JumpTo(DateTimeOffset time)
    {
        if (time > Clock.GetUtcNow())
        {
            Clock.SetUtcNow(time);
        }
    }

    private async Task ConnectAsync()
    {
        var made = await PumpAsync(Connecting.ConnectAsync(Vendor.Provider, "", await EnteredAsync(), skipTest: false, Actor, Stop));
        made.Errors.ShouldBeEmpty();
        IntegrationId = made.IntegrationId!.Value;
        if (!notes && HasTickets)
        {
            await Integrations.SetStreamAsync(Key(DataType.TicketNotes), enabled: false, TimeSpan.FromMinutes(15), Actor, Stop);
        }

        await RunAsync();
    }
}
