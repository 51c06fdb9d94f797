using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.EndToEnd.Support;
using MSPortal.Storage;
using MSPortal.Tests.Support;
using Shouldly;
using DatabaseKind = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.EndToEnd.Acceptance;

/// <summary>One simulated vendor and one portal on an empty database, driven as an operator drives them: by command line and API.</summary>
internal sealed class Scenario : IAsyncDisposable
{
    /// <summary>Within that a server has come to an end of what it does, even if it first has to wait for a lease to run out.</summary>
    public static readonly TimeSpan Soon = TimeSpan.FromSeconds(120);

    private const string ApiKey = "acceptance-key-of-the-test-000000000001";

    private readonly SimulatorServer simulator;
    private readonly List<IAsyncDisposable> owned = [];
    private PortalDatabase? opened;

    private Scenario(SimulatorServer simulator, PortalHome home) => (this.simulator, Home) = (simulator, home);

    public PortalHome Home { get; }

    public Vendor Vendor => new(simulator);

    /// <summary>Of the integration; set by <see cref="ConnectAsync"/>.</summary>
    public string Id { get; private set; } = "";

    /// <summary>Skips the test where this machine has no such database.</summary>
    public static async Task<Scenario> StartAsync(DatabaseKind kind, int tickets = 120, int companies = 8)
    {
        var database = await TestDatabase.CreateAsync(kind);
        var scenario = new Scenario(await SimulatorServer.StartAsync(seed: 11, companies, tickets), HomeOn(database.Setting));
        scenario.owned.AddRange([database, scenario.Home]);
        return scenario;
    }

    /// <summary>A further vendor of the same portal, with another account.</summary>
    public async Task<Scenario> BesideAsync(int seed)
    {
        var other = await SimulatorServer.StartAsync(seed, companies: 8, tickets: 120);
        var scenario = new Scenario(other, Home);
        await scenario.Vendor.PostAsync("credentials", new { companyId = $"vendor{seed}" });
        return scenario;
    }

    /// <summary>A second home: another data folder, with or without a database of its own.</summary>
    public static PortalHome HomeOn(string? database) => new(database, new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        ["MSPORTAL_BOOTSTRAP_API_KEY"] = ApiKey,
        ["MSPORTAL_API_REQUESTS_PER_MINUTE"] = "100000",
        ["TEST_PRIVATE_KEY"] = null,
    });

    public async Task<PortalProcess> ServeAsync()
    {
        var portal = await Home.ServeAsync();
        owned.Add(portal);
        portal.Client.DefaultRequestHeaders.Authorization = new("Bearer", ApiKey);
        return portal;
    }

    /// <summary>Runs a command that has to succeed, as a process.</summary>
    public Task<CommandResult> RunAsync(params string[] arguments) => RunAsync(Home, arguments);

    public static async Task<CommandResult> RunAsync(PortalHome home, params string[] arguments) => Succeeded(await home.RunAsync(arguments), arguments);

    /// <summary>Runs a command that has to succeed, within this process.</summary>
    public Task<CommandResult> RunInsideAsync(params string[] arguments) => RunInsideAsync(Home, arguments);

    public static async Task<CommandResult> RunInsideAsync(PortalHome home, params string[] arguments) => Succeeded(await home.RunInsideAsync(arguments), arguments);

    /// <summary>Adds the simulated vendor and chooses its service boards; nothing is read but the lists.</summary>
    public async Task ConnectAsync()
    {
        Id = (await RunInsideAsync(["integrations", "add", "connectwise", "--name", "Main PSA", .. Settings(await Vendor.SettingsAsync())])).Output.Trim();
        await RunInsideAsync("integrations", "configure", Id, "--boards", "all");
    }

    /// <summary>Connected, read completely and all companies imported, without a server.</summary>
    public async Task ReadAsync()
    {
        await ConnectAsync();
        await RunInsideAsync("sync", Id, "--wait");
        await RunInsideAsync("companies", "import", Id, "--all");
    }

    /// <summary>The server reads by itself; afterwards companies are imported and nothing is running.</summary>
    public async Task ReadInBackgroundAsync(PortalProcess portal)
    {
        await Eventually.IsTrueAsync(
            "companies and tickets are read",
            async () => (await GetAsync(portal, $"integrations/{Id}/streams?limit=100")).GetProperty("data").EnumerateArray()
                .Where(s => s.GetProperty("dataType").GetString() is "companies" or "tickets")
                .All(s => s.TryGetProperty("lastCompleteAt", out var at) && at.ValueKind == JsonValueKind.String),
            TimeSpan.FromSeconds(90));
        await RunInsideAsync("companies", "import", Id, "--all");
    }

    /// <summary>For what neither command nor API shows.</summary>
    public PortalContext OpenDatabase() => (opened ??= new PortalDatabase(DatabaseSetting.Parse(Home.Database, "."))).Open(1);

    /// <summary>The integration's tickets as they are stored, whether or not their companies are imported; lines like the vendor's.</summary>
    public async Task<string[]> KeptAsync()
    {
        await using var db = OpenDatabase();
        var id = long.Parse(Id, CultureInfo.InvariantCulture);
        var rows = await db.Tickets.AsNoTracking()
            .Where(t => t.IntegrationId == id && db.Streams.Any(s => s.IntegrationId == id && s.DataType == DataType.Tickets && s.LiveGeneration == t.Generation))
            .ToListAsync();
        return [.. rows.Select(t => Vendor.Line(t.ExternalId, t.Number, t.StatusName, t.CompanyName, t.VendorUpdatedAt)).Order(StringComparer.Ordinal)];
    }

    public static IEnumerable<string> Settings(IReadOnlyDictionary<string, string> settings) =>
        settings.SelectMany(s => new[] { "--set", $"{s.Key}={s.Value}" });

    /// <summary>What the command line lists, one line per ticket.</summary>
    public Task<string[]> ListedAsync() => ListedAsync(Home);

    public static async Task<string[]> ListedAsync(PortalHome home) =>
        Lines(await RunInsideAsync(home, "tickets", "list", "--all-pages", "--json"));

    /// <summary>The answer of <c>tickets list --json</c>.</summary>
    public static string[] Lines(CommandResult listed) => Lines(listed.Json().EnumerateArray());

    /// <summary>What the API lists, reading on from ticket to ticket.</summary>
    public static async Task<string[]> ListedAsync(PortalProcess portal)
    {
        var rows = new List<JsonElement>();
        string? after = "";
        while (after is not null)
        {
            var page = await GetAsync(portal, $"tickets?limit=500&after={Uri.EscapeDataString(after)}");
            rows.AddRange(page.GetProperty("data").EnumerateArray());
            after = page.GetProperty("pagination").GetProperty("next").GetString();
        }

        return Lines(rows);
    }

    public static async Task<JsonElement> GetAsync(PortalProcess portal, string path)
    {
        using var response = await portal.Client.GetAsync(new Uri($"/api/v1/{path}", UriKind.Relative));
        var text = await response.Content.ReadAsStringAsync();
        response.IsSuccessStatusCode.ShouldBeTrue($"{path}: {text}");
        return JsonSerializer.Deserialize<JsonElement>(text);
    }

    public static Task<HttpResponseMessage> PostAsync(PortalProcess portal, string path, object? body = null) =>
        portal.Client.PostAsJsonAsync(new Uri($"/api/v1/{path}", UriKind.Relative), body ?? new { });

    /// <summary>Runs as the command line lists them, the newest first.</summary>
    public async Task<IReadOnlyList<JsonElement>> RunsAsync() =>
        [.. (await RunInsideAsync("runs", "list", Id, "--limit", "1000", "--json")).Json().EnumerateArray()];

    /// <summary>The runs of all integrations that are going on, such as “1: tickets”.</summary>
    public async Task<IReadOnlyList<string>> RunningAsync()
    {
        await using var db = OpenDatabase();
        return [.. (await db.Runs.Where(r => r.Status == RunStatus.Running).OrderBy(r => r.IntegrationId).ToListAsync()).Select(r => $"{r.IntegrationId}: {r.DataType.Slug()}")];
    }

    /// <summary>Sooner or later the integration's tickets are here exactly as they are at the vendor.</summary>
    public async Task SameAsync(TimeSpan? within = null)
    {
        var there = await Vendor.KeptAsync();
        there.Length.ShouldBeGreaterThan(50);
        await Eventually.IsAsync($"what vendor {Id} has is here", KeptAsync, here => here.SequenceEqual(there), within ?? Soon);
    }

    /// <summary>Sooner or later no integration has a run that is going on.</summary>
    public Task SettledAsync(TimeSpan? within = null) => Eventually.IsAsync("no run is left", async () => string.Join(", ", await RunningAsync()), running => running.Length == 0, within ?? Soon);

    /// <summary>How many integrations are in the middle of their tickets.</summary>
    public async Task<int> ReadingAsync()
    {
        await using var db = OpenDatabase();
        return await db.Runs.CountAsync(r => r.Status == RunStatus.Running && r.DataType == DataType.Tickets && r.Read > 0);
    }

    public async Task NoRunIsLeftAsync() =>
        (await RunsAsync()).Where(r => r.GetProperty("status").GetString() == "running").Select(r => r.ToString()).ShouldBeEmpty();

    public async ValueTask DisposeAsync()
    {
        foreach (var one in owned.AsEnumerable().Reverse())
        {
            await one.DisposeAsync();
        }

        await simulator.DisposeAsync();
    }

    private static CommandResult Succeeded(CommandResult result, string[] arguments)
    {
        result.ExitCode.ShouldBe(0, $"msportal {string.Join(' ', arguments)}\n{result.Error}\n{result.Output}");
        return result;
    }

    private static string[] Lines(IEnumerable<JsonElement> rows) =>
    [
        .. rows.Select(t => Vendor.Line(
            t.GetProperty("externalId").GetString()!,
            t.GetProperty("number").GetString()!,
            t.GetProperty("status").GetString(),
            t.GetProperty("company").GetString(),
            t.GetProperty("updatedAt").GetDateTimeOffset())).Order(StringComparer.Ordinal),
    ];
}

/// <summary>The simulated vendor's control door: its truth, its changes and its faults.</summary>
internal sealed class Vendor(SimulatorServer simulator)
{
    private const int HistoryMonths = 24;
    private const string TicketPages = "/service/tickets\\?";

    public async Task<Dictionary<string, string>> SettingsAsync()
    {
        var about = await ReadAsync<JsonElement>("");
        return new[] { "apiUrl", "companyId", "publicKey", "privateKey", "clientId" }.ToDictionary(key => key, key => about.GetProperty(key).GetString()!);
    }

    public async Task<IReadOnlyList<JsonNode>> RecordsAsync(string kind) => [.. (await ReadAsync<JsonArray>($"records/{kind}")).Select(n => n!)];

    /// <summary>The tickets that a portal with all companies imported has to show, one line each.</summary>
    /// <param name="boards">Null: all of them.</param>
    public async Task<string[]> ShownAsync(IReadOnlyCollection<string>? boards = null)
    {
        var deleted = (await RecordsAsync("companies")).Where(c => Flag(c, "deletedFlag")).Select(c => (int)c["id"]!).ToHashSet();
        return Lines((await InScopeAsync(boards)).Where(t => t["company"] is not { } company || !deleted.Contains((int)company["id"]!)));
    }

    /// <summary>The tickets that a portal has to keep, whether or not it shows them.</summary>
    public async Task<string[]> KeptAsync() => Lines(await InScopeAsync());

    /// <summary>Tickets that the choice of boards and 24 months of history bring in.</summary>
    public async Task<IReadOnlyList<JsonNode>> InScopeAsync(IReadOnlyCollection<string>? boards = null)
    {
        var since = DateTimeOffset.UtcNow.AddMonths(-HistoryMonths);
        return
        [
            .. (await RecordsAsync("tickets")).Where(t =>
                (boards is null || boards.Contains((string)t["board"]!["name"]!))
                && (!Flag(t, "closedFlag") || (Time(t["closedDate"]) ?? Time(t["_info"]!["lastUpdated"])) >= since)),
        ];
    }

    /// <summary>Makes a pass over the tickets long: small pages, each a while under way.</summary>
    public async Task SlowDownAsync(int rows = 10, int ms = 15)
    {
        await PostAsync("faults", new { kind = "capPage", path = TicketPages, rows });
        await PostAsync("faults", new { kind = "slow", path = TicketPages, ms });
    }

    /// <summary>Gives so many small pages of the tickets and keeps whoever asks for the next one waiting, until it is healed.</summary>
    public async Task HoldAfterAsync(int pages)
    {
        await PostAsync("faults", new { kind = "capPage", path = TicketPages, rows = 10 });
        await PostAsync("faults", new { kind = "hang", path = TicketPages, skip = pages });
    }

    /// <summary>Waits until somebody is kept waiting.</summary>
    public Task HeldAsync() => Eventually.IsTrueAsync(
        "the next page of tickets is asked for",
        async () => (await ReadAsync<JsonArray>("faults")).Any(f => (string)f!["fault"]!["kind"]! == "hang" && (int)f["hits"]! > 0),
        TimeSpan.FromSeconds(60));

    public Task HealAsync() => simulator.Client.DeleteAsync(At("faults"));

    public async Task<JsonNode?> PostAsync(string path, object body)
    {
        using var answer = await simulator.Client.PostAsJsonAsync(At(path), body);
        var text = await answer.Content.ReadAsStringAsync();
        answer.IsSuccessStatusCode.ShouldBeTrue(text);
        return text.Length == 0 ? null : JsonNode.Parse(text);
    }

    /// <summary>One ticket as a line to compare.</summary>
    public static string Line(string id, string number, string? status, string? company, DateTimeOffset? updated) =>
        string.Join(" | ", id, number, status, company, updated is { } at ? Second(at) : "");

    private static string[] Lines(IEnumerable<JsonNode> tickets) =>
    [
        .. tickets.Select(t => Line(t["id"]!.ToJsonString(), t["id"]!.ToJsonString(), (string?)t["status"]!["name"], (string?)t["company"]?["name"], Time(t["_info"]!["lastUpdated"])))
            .Order(StringComparer.Ordinal),
    ];

    private static string Second(DateTimeOffset time) => time.UtcDateTime.ToString("s", CultureInfo.InvariantCulture);

    private static bool Flag(JsonNode row, string name) => row[name]?.GetValueKind() == JsonValueKind.True;

    private static DateTimeOffset? Time(JsonNode? value) => value is null ? null : DateTimeOffset.Parse((string)value!, CultureInfo.InvariantCulture);

    private static Uri At(string path) => new($"/control/connectwise/{path}", UriKind.Relative);

    private async Task<T> ReadAsync<T>(string path) => (await simulator.Client.GetFromJsonAsync<T>(At(path)))!;
}
