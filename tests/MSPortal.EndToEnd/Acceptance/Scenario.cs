using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using MSPortal.EndToEnd.Support;
using MSPortal.Storage;
using MSPortal.Tests.Support;
using Shouldly;
using DatabaseKind = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.EndToEnd.Acceptance;

/// <summary>One simulated vendor and one portal on an empty database, driven as an operator drives them: by command line.</summary>
internal sealed class Scenario : IAsyncDisposable
{
    private readonly TestDatabase database;
    private readonly SimulatorProcess simulator;

    private Scenario(TestDatabase database, SimulatorProcess simulator, PortalHome home) =>
        (this.database, this.simulator, Home) = (database, simulator, home);

    public PortalHome Home { get; }

    public Vendor Vendor => new(simulator);

    /// <summary>Of the integration; set by <see cref="ConnectAsync"/>.</summary>
    public string Id { get; private set; } = "";

    public static async Task<Scenario> StartAsync(DatabaseKind kind, int tickets = 120, int companies = 8)
    {
        var fresh = await TestDatabase.CreateAsync(kind);
        var vendor = await SimulatorProcess.StartAsync(seed: 11, companies, tickets);
        return new Scenario(fresh, vendor, HomeOn(fresh.Setting));
    }

    /// <summary>A second home: another data folder, with or without a database of its own.</summary>
    public static PortalHome HomeOn(string? database) => new(database, new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        ["TEST_PRIVATE_KEY"] = null,
    });

    /// <summary>Runs a command that has to succeed.</summary>
    public Task<CommandResult> RunAsync(params string[] arguments) => RunAsync(Home, arguments);

    public static async Task<CommandResult> RunAsync(PortalHome home, params string[] arguments)
    {
        var result = await home.RunAsync(arguments);
        result.ExitCode.ShouldBe(0, $"msportal {string.Join(' ', arguments)}\n{result.Error}\n{result.Output}");
        return result;
    }

    /// <summary>Adds the simulated vendor and chooses its service boards; nothing is read but the lists.</summary>
    public async Task ConnectAsync()
    {
        Id = (await RunAsync(["integrations", "add", "connectwise", "--name", "Main PSA", .. Settings(await Vendor.SettingsAsync())])).Output.Trim();
        await RunAsync("integrations", "configure", Id, "--boards", "all");
    }

    /// <summary>Connected, read completely and all companies imported, without a server.</summary>
    public async Task ReadAsync()
    {
        await ConnectAsync();
        await RunAsync("sync", Id, "--wait");
        await RunAsync("companies", "import", Id, "--all");
    }

    /// <summary>For what neither command nor API shows.</summary>
    public PortalContext OpenDatabase() => new PortalDatabase(DatabaseSetting.Parse(Home.Database, ".")).Open(1);

    public static IEnumerable<string> Settings(IReadOnlyDictionary<string, string> settings) =>
        settings.SelectMany(s => new[] { "--set", $"{s.Key}={s.Value}" });

    /// <summary>What the command line lists, one line per ticket.</summary>
    public Task<string[]> ListedAsync() => ListedAsync(Home);

    public static async Task<string[]> ListedAsync(PortalHome home) =>
        Lines((await RunAsync(home, "tickets", "list", "--all-pages", "--json")).Json().EnumerateArray());

    /// <summary>Runs as the command line lists them, the newest first.</summary>
    public async Task<IReadOnlyList<JsonElement>> RunsAsync() =>
        [.. (await RunAsync("runs", "list", Id, "--limit", "1000", "--json")).Json().EnumerateArray()];

    public async Task NoRunIsLeftAsync() =>
        (await RunsAsync()).Where(r => r.GetProperty("status").GetString() == "running").Select(r => r.ToString()).ShouldBeEmpty();

    public async ValueTask DisposeAsync()
    {
        await simulator.DisposeAsync();
        await Home.DisposeAsync();
        await database.DisposeAsync();
    }

    private static string[] Lines(IEnumerable<JsonElement> rows) =>
    [
        .. rows.Select(t => string.Join(
            " | ",
            t.GetProperty("externalId").GetString(),
            t.GetProperty("number").GetString(),
            t.GetProperty("status").GetString(),
            t.GetProperty("company").GetString(),
            Vendor.Second(t.GetProperty("updatedAt").GetDateTimeOffset()))).Order(StringComparer.Ordinal),
    ];
}

/// <summary>The simulated vendor's control door: its truth, its changes and its faults.</summary>
internal sealed class Vendor(SimulatorProcess simulator)
{
    private const int HistoryMonths = 24;

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
        var tickets = await InScopeAsync(boards);
        return
        [
            .. tickets.Where(t => t["company"] is not { } company || !deleted.Contains((int)company["id"]!))
                .Select(t => string.Join(" | ", (string)t["id"]!.ToJsonString(), t["id"]!.ToJsonString(), (string?)t["status"]!["name"], (string?)t["company"]?["name"], Second(Time(t["_info"]!["lastUpdated"])!.Value)))
                .Order(StringComparer.Ordinal),
        ];
    }

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

    public static string Second(DateTimeOffset time) => time.UtcDateTime.ToString("s", CultureInfo.InvariantCulture);

    private static bool Flag(JsonNode row, string name) => row[name]?.GetValueKind() == JsonValueKind.True;

    private static DateTimeOffset? Time(JsonNode? value) => value is null ? null : DateTimeOffset.Parse((string)value!, CultureInfo.InvariantCulture);

    private static Uri At(string path) => new($"/control/connectwise/{path}", UriKind.Relative);

    private async Task<T> ReadAsync<T>(string path) => (await simulator.Client.GetFromJsonAsync<T>(At(path)))!;
}
