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
using Database = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Acceptance;

/// <summary>The real portal without its pages, connected to the simulated vendor over HTTP, on one virtual clock.</summary>
internal sealed class SyncWorld : IAsyncDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 3, 10, 9, 0, 0, TimeSpan.Zero);

    /// <summary>Virtual time runs five times as fast as the clock on the wall while the engine works, so that budgets refill and leases hold.</summary>
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan VirtualBeat = TimeSpan.FromMilliseconds(100);

    private readonly TestDatabase database;
    private readonly DirectoryInfo folder;
    private readonly WebApplication vendor;
    private readonly ServiceProvider portal;
    private readonly HttpClient control;
    private readonly string provider;

    private SyncWorld(TestDatabase database, DirectoryInfo folder, WebApplication vendor, ServiceProvider portal, string provider)
    {
        (this.database, this.folder, this.vendor, this.portal, this.provider) = (database, folder, vendor, portal, provider);
        control = new HttpClient { BaseAddress = new Uri($"{vendor.Urls.Single()}/control/{provider}/") };
    }

    public required FakeTimeProvider Clock { get; init; }

    public Actor Actor { get; } = new(1, "ada@example.com", "127.0.0.1");

    public long IntegrationId { get; private set; }

    public PortalDatabase Data => portal.GetRequiredService<PortalDatabase>();

    public ISyncStore Store => portal.GetRequiredService<ISyncStore>();

    public IIntegrationStore Integrations => portal.GetRequiredService<IIntegrationStore>();

    public Connecting Connecting => portal.GetRequiredService<Connecting>();

    public SingleReads SingleReads => portal.GetRequiredService<SingleReads>();

    private static CancellationToken Stop => Xunit.TestContext.Current.CancellationToken;

    /// <summary>Connected, every list read, boards chosen (all but the project boards unless named), everything read once.</summary>
    public static async Task<SyncWorld> SyncedAsync(Database kind, int tickets = 150, bool notes = false, SyncOptions? options = null)
    {
        var world = await ConnectedAsync(kind, tickets, notes, options);
        await world.ChooseBoardsAsync();
        await world.RunAsync();
        await world.ShouldEqualVendorAsync();
        return world;
    }

    /// <summary>Connected to one of the simulated vendors, with everything read that needs no choice.</summary>
    public static async Task<SyncWorld> ConnectedAsync(Database kind, int tickets = 150, bool notes = false, SyncOptions? options = null, string provider = "connectwise")
    {
        var clock = new FakeTimeProvider(Start);
        var simulator = SimulatorHost.Build(new SimulatorOptions { Seed = 7, Companies = 25, Tickets = tickets, Now = Start, Time = clock });
        await simulator.StartAsync(Stop);
        var fresh = await TestDatabase.CreateAsync(kind, "portal", setting => new PortalDatabase(DatabaseSetting.Parse(setting, ".")).MigrateAsync(CancellationToken.None));
        var home = Directory.CreateTempSubdirectory("msportal-acceptance-");
        var services = new ServiceCollection();
        services.AddLogging(log => log.SetMinimumLevel(LogLevel.Critical));
        services.AddPortal(new PortalOptions { DataFolder = home.FullName, Database = fresh.Setting, AllowPrivateNetworks = true });
        services.AddSingleton<TimeProvider>(clock);
        services.AddSingleton(options ?? new SyncOptions { Node = "node 1" });
        var world = new SyncWorld(fresh, home, simulator, services.BuildServiceProvider(), provider) { Clock = clock };
        await FirstTenant.GetOrAddAsync(world.Data, clock, Stop);
        await world.ConnectAsync(notes);
        return world;
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
    public Task NextReconcileAsync() => PassAsync(TimeSpan.FromHours(50), asleep: TimeSpan.FromHours(5));

    public async Task ChooseBoardsAsync(params string[] boards)
    {
        var chosen = boards.Length > 0 ? boards : [.. (await RecordsAsync("boards")).Where(b => !IsTrue(b, "projectFlag")).Select(b => b["id"]!.ToJsonString())];
        var scope = (await StateAsync()).Scope with { Containers = chosen };
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
        var since = scope.ClosedSince(Clock.GetUtcNow());
        return [.. (await RecordsAsync("tickets")).Where(t =>
            scope.Containers!.Contains(Truth.At(t, "board/id")!.ToJsonString())
            && !scope.ExcludedStatuses.Contains(Truth.At(t, "status/id")!.ToJsonString())
            && (!IsTrue(t, "closedFlag") || since is null || (Time(t, "closedDate") ?? Time(t, "_info/lastUpdated")) >= since))];
    }

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

    public async Task<int> CallsAsync() => (await control.GetFromJsonAsync<JsonArray>("requests", Stop))!.Count;

    /// <summary>Every stream has the vendor's ids and contents, no more and no less, and no run is left running.</summary>
    public async Task ShouldEqualVendorAsync()
    {
        await TicketsShouldEqualAsync();
        foreach (var truth in Truth.Plain)
        {
            Lines(await PayloadsAsync(truth.DataType), truth).ShouldBe(Lines(await RecordsAsync(truth.Kind), truth), truth.Kind);
        }

        foreach (var (kind, list) in Truth.References)
        {
            var expected = (await RecordsAsync(list)).Select(r => $"{kind}:{r["id"]!.ToJsonString()} {(string?)(r["name"] ?? r["description"])}").Distinct().Order(StringComparer.Ordinal);
            await using var db = Data.Open(1);
            var ours = await db.Reference.Where(r => r.Kind == kind).Select(r => r.ExternalId + " " + r.Name).ToListAsync(Stop);
            ours.Order(StringComparer.Ordinal).ShouldBe(expected, kind);
        }

        await NoRunIsLeftAsync();
    }

    public async Task TicketsShouldEqualAsync() =>
        Lines(await PayloadsAsync(DataType.Tickets), Truth.Tickets).ShouldBe(Lines(await TicketsInScopeAsync(), Truth.Tickets));

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
        IQueryable<RecordRow> rows = type switch
        {
            DataType.Tickets => db.Tickets,
            DataType.TicketNotes => db.TicketNotes,
            DataType.Companies => db.ExternalCompanies,
            DataType.Contacts => db.ExternalContacts,
            DataType.Users => db.ExternalUsers,
            DataType.Devices => db.ExternalDevices,
            DataType.TimeEntries => db.TimeEntries,
            _ => db.Reference,
        };
        return await rows.Where(r => r.IntegrationId == IntegrationId && r.Generation == live).Select(r => r.Payload).ToListAsync(Stop);
    }

    public async Task<IReadOnlyList<RunRow>> RunsAsync(DataType type)
    {
        await using var db = Data.Open(1);
        return await db.Runs.Where(r => r.DataType == type).OrderBy(r => r.Id).ToListAsync(Stop);
    }

    public static string[] Lines(IEnumerable<JsonNode> rows, Truth truth) => [.. rows.Select(truth.VendorLine).Order(StringComparer.Ordinal)];

    public static string[] Lines(IEnumerable<string> payloads, Truth truth) => [.. payloads.Select(truth.OurLine).Order(StringComparer.Ordinal)];

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
        await vendor.StopAsync();
        await vendor.DisposeAsync();
        await database.DisposeAsync();
        folder.Delete(recursive: true);
    }

    private static bool IsTrue(JsonNode row, string name) => row[name] is JsonValue value && value.TryGetValue<bool>(out var flag) && flag;

    private static DateTimeOffset? Time(JsonNode row, string path) =>
        Truth.At(row, path) is { } value ? DateTimeOffset.Parse(value.GetValue<string>(), System.Globalization.CultureInfo.InvariantCulture) : null;

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
        var fields = portal.GetServices<IConnector>().Single(c => c.Info.Id == provider).Settings.Fields;
        var entered = fields.Where(f => settings.ContainsKey(f.Key)).ToDictionary(f => f.Key, f => settings[f.Key]!.GetValue<string>());
        var made = await PumpAsync(Connecting.ConnectAsync(provider, "", entered, skipTest: false, Actor, Stop));
        made.Errors.ShouldBeEmpty();
        IntegrationId = made.IntegrationId!.Value;
        if (!notes)
        {
            await Integrations.SetStreamAsync(Key(DataType.TicketNotes), enabled: false, TimeSpan.FromMinutes(15), Actor, Stop);
        }

        await RunAsync();
    }
}
