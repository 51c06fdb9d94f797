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
using MSPortal.Simulators.Common;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Tests.Support;
using MSPortal.Web.Hosting;
using Shouldly;
using Database = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Acceptance;

/// <summary>The real portal without its pages, connected to the simulated Autotask over HTTP, on one virtual clock.</summary>
internal sealed class AutotaskWorld : IAsyncDisposable
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan VirtualBeat = TimeSpan.FromMilliseconds(400);

    private readonly TestDatabase database;
    private readonly DirectoryInfo folder;
    private readonly WebApplication vendor;
    private readonly ServiceProvider portal;
    private readonly HttpClient control;

    private AutotaskWorld(TestDatabase database, DirectoryInfo folder, WebApplication vendor, ServiceProvider portal)
    {
        (this.database, this.folder, this.vendor, this.portal) = (database, folder, vendor, portal);
        control = new HttpClient { BaseAddress = new Uri($"{vendor.Urls.Single()}/control/autotask/") };
    }

    public required FakeTimeProvider Clock { get; init; }

    public Actor Actor { get; } = new(1, "ada@example.com", "127.0.0.1");

    public long IntegrationId { get; private set; }

    public ISyncStore Store => portal.GetRequiredService<ISyncStore>();

    public IIntegrationStore Integrations => portal.GetRequiredService<IIntegrationStore>();

    public SingleReads SingleReads => portal.GetRequiredService<SingleReads>();

    private static CancellationToken Stop => Xunit.TestContext.Current.CancellationToken;

    /// <summary>Vendor field → ours, of what is compared; <c>!</c> for a flag that means the opposite.</summary>
    private static IReadOnlyList<(DataType Type, string Kind, (string Vendor, string Ours)[] Fields)> Truths { get; } =
    [
        (DataType.TicketNotes, "ticketNotes", [("id", "externalId"), ("ticketID", "ticketId"), ("createDateTime", "createdAt")]),
        (DataType.TimeEntries, "timeEntries", [("id", "externalId"), ("ticketID", "ticketId"), ("resourceID", "userId"), ("startDateTime", "startedAt"), ("summaryNotes", "notes")]),
        (DataType.Companies, "companies", [("id", "externalId"), ("companyName", "name"), ("companyNumber", "identifier"), ("city", "city"), ("phone", "phone"), ("webAddress", "website")]),
        (DataType.Contacts, "contacts", [("id", "externalId"), ("firstName", "firstName"), ("lastName", "lastName"), ("companyID", "companyId"), ("emailAddress", "email"), ("title", "title")]),
        (DataType.Users, "resources", [("id", "externalId"), ("userName", "identifier"), ("firstName", "firstName"), ("lastName", "lastName"), ("email", "email")]),
        (DataType.Devices, "configurationItems", [("id", "externalId"), ("serialNumber", "serialNumber"), ("referenceNumber", "tagNumber"), ("companyID", "companyId"), ("configurationItemType", "typeId"), ("lastModifiedTime", "vendorUpdatedAt")]),
    ];

    private static (string Vendor, string Ours)[] TicketFields { get; } =
    [
        ("id", "externalId"), ("ticketNumber", "number"), ("title", "summary"), ("queueID", "containerId"), ("status", "statusId"), ("priority", "priorityId"), ("ticketType", "typeId"), ("issueType", "subTypeId"),
        ("companyID", "companyId"), ("contactID", "contactId"), ("assignedResourceID", "ownerId"), ("createDate", "createdAt"), ("dueDateTime", "dueAt"),
    ];

    /// <summary>Connected, every queue chosen that is in use, everything read once.</summary>
    public static async Task<AutotaskWorld> SyncedAsync(Database kind, int tickets = 120)
    {
        var world = await ConnectedAsync(kind, tickets);
        await world.ChooseAsync();
        await world.RunAsync();
        await world.ShouldEqualVendorAsync();
        return world;
    }

    public static async Task<AutotaskWorld> ConnectedAsync(Database kind, int tickets = 120)
    {
        var clock = new FakeTimeProvider(SyncWorld.Start);
        var simulator = SimulatorHost.Build(new SimulatorOptions { Seed = 7, Companies = 12, Tickets = tickets, Now = SyncWorld.Start, Time = clock });
        await simulator.StartAsync(Stop);
        var fresh = await TestDatabase.CreateAsync(kind, "portal", setting => new PortalDatabase(DatabaseSetting.Parse(setting, ".")).MigrateAsync(CancellationToken.None));
        var home = Directory.CreateTempSubdirectory("msportal-acceptance-");
        var services = new ServiceCollection();
        services.AddLogging(log => log.SetMinimumLevel(LogLevel.Critical));
        services.AddPortal(new PortalOptions { DataFolder = home.FullName, Database = fresh.Setting, AllowPrivateNetworks = true });
        services.AddSingleton<TimeProvider>(clock);
        services.AddSingleton(new SyncOptions { Node = "node 1" });
        var world = new AutotaskWorld(fresh, home, simulator, services.BuildServiceProvider()) { Clock = clock };
        await FirstTenant.GetOrAddAsync(world.portal.GetRequiredService<PortalDatabase>(), clock, Stop);
        await world.ConnectAsync();
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
    public async Task PassAsync(TimeSpan time)
    {
        var until = Clock.GetUtcNow() + time;
        while (await Store.NextDueAsync(1, IntegrationId, Stop) is { } due && due <= until)
        {
            JumpTo(due);
            await RunAsync();
        }

        JumpTo(until);
    }

    public async Task ChooseAsync(IReadOnlyList<string>? queues = null, params string[] options)
    {
        var scope = (await StateAsync()).Scope with { Containers = queues ?? ["0", .. (await RecordsAsync("queues")).Select(q => q.Text("value")!)], Options = options };
        await Integrations.SetScopeAsync(IntegrationId, scope, Actor, Stop);
    }

    public async Task<IntegrationState> StateAsync() => (await Store.IntegrationAsync(1, IntegrationId, Stop))!;

    public StreamKey Key(DataType type) => new(1, IntegrationId, type);

    /// <summary>The vendor's rows.</summary>
    public async Task<IReadOnlyList<JsonObject>> RecordsAsync(string kind) => [.. (await control.GetFromJsonAsync<JsonArray>($"records/{kind}", Stop))!.Select(n => n!.AsObject())];

    /// <summary>Tickets that the choice brings in, by the vendor's own data.</summary>
    public async Task<IReadOnlyList<JsonObject>> InScopeAsync()
    {
        var scope = (await StateAsync()).Scope;
        var since = scope.ClosedSince(Clock.GetUtcNow());
        return [.. (await RecordsAsync("tickets")).Where(t => scope.Containers!.Contains(t.Text("queueID") ?? "0")
            && (scope.Options.Contains("recurring") || t.Text("ticketNumber")!.Split('.').Length < 3)
            && (t.Whole("status") != 5 || since is null || DateTimeOffset.Parse(t.Text("completedDate")!, System.Globalization.CultureInfo.InvariantCulture) >= since))];
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

    public async Task<IReadOnlyList<JsonObject>> CallsAsync() => [.. (await control.GetFromJsonAsync<JsonArray>("requests", Stop))!.Select(n => n!.AsObject())];

    /// <summary>Every stream has the vendor's ids and contents, no more and no less, and no run is left running.</summary>
    public async Task ShouldEqualVendorAsync()
    {
        await TicketsShouldEqualAsync();
        var kept = (await InScopeAsync()).Select(t => t.Text("id")).ToHashSet();
        foreach (var (type, kind, fields) in Truths)
        {
            var rows = (await RecordsAsync(kind)).Where(r => type != DataType.TicketNotes || kept.Contains(r.Text("ticketID")));
            var ours = (await PayloadsAsync(type)).Where(p => !(type == DataType.TicketNotes && p.Text("externalId")!.Contains('-')));
            Lines(ours, fields, ours: true).ShouldBe(Lines(rows, fields, ours: false), kind);
        }

        var texts = (await InScopeAsync()).SelectMany(t => new[] { ("description", t.Text("description")), ("resolution", t.Text("resolution")) }.Where(x => x.Item2 is not null).Select(x => $"{t.Text("id")}-{x.Item1} {x.Item2}"));
        (await PayloadsAsync(DataType.TicketNotes)).Where(n => n.Text("externalId")!.Contains('-')).Select(n => $"{n.Text("externalId")} {n.Text("text")}").Order(StringComparer.Ordinal).ShouldBe(texts.Order(StringComparer.Ordinal));
        await using var db = Open();
        (await db.Runs.Where(r => r.Status == RunStatus.Running).Select(r => r.Id).ToListAsync(Stop)).ShouldBeEmpty();
    }

    public async Task TicketsShouldEqualAsync() =>
        Lines(await PayloadsAsync(DataType.Tickets), TicketFields, ours: true).ShouldBe(Lines(await InScopeAsync(), TicketFields, ours: false));

    /// <summary>Payloads of the live generation.</summary>
    public async Task<IReadOnlyList<JsonObject>> PayloadsAsync(DataType type)
    {
        var live = (await Store.StreamsAsync(1, IntegrationId, Stop)).Single(s => s.Key.DataType == type).Progress.LiveGeneration;
        await using var db = Open();
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
        return [.. (await rows.Where(r => r.IntegrationId == IntegrationId && r.Generation == live).Select(r => r.Payload).ToListAsync(Stop)).Select(p => JsonNode.Parse(p)!.AsObject())];
    }

    public async Task<IReadOnlyList<RunRow>> RunsAsync(DataType type)
    {
        await using var db = Open();
        return await db.Runs.Where(r => r.DataType == type).OrderBy(r => r.Id).ToListAsync(Stop);
    }

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

    private static string[] Lines(IEnumerable<JsonObject> rows, (string Vendor, string Ours)[] fields, bool ours) =>
        [.. rows.Select(r => string.Join(" | ", fields.Select(f => Text(r.Text(ours ? f.Ours : f.Vendor))))).Order(StringComparer.Ordinal)];

    /// <summary>Absent, empty and zero are the same nothing; times are compared in UTC.</summary>
    private static string Text(string? text) => text is null or "0" ? ""
        : text.Length >= 19 && text[4] == '-' && DateTimeOffset.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal, out var time)
            ? time.UtcDateTime.ToString("s", System.Globalization.CultureInfo.InvariantCulture)
        : text.Trim();

    private PortalContext Open() => portal.GetRequiredService<PortalDatabase>().Open(1);

    private void JumpTo(DateTimeOffset time)
    {
        if (time > Clock.GetUtcNow())
        {
            Clock.SetUtcNow(time);
        }
    }

    private async Task ConnectAsync()
    {
        var about = (await control.GetFromJsonAsync<JsonObject>("", Stop))!;
        var entered = new[] { "username", "secret", "integrationCode", "apiUrl" }.ToDictionary(k => k, k => about.Text(k)!);
        var made = await PumpAsync(portal.GetRequiredService<Connecting>().ConnectAsync("autotask", "", entered, skipTest: false, Actor, Stop));
        made.Errors.ShouldBeEmpty();
        IntegrationId = made.IntegrationId!.Value;
        await RunAsync();
    }
}
