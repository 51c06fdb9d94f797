using Microsoft.EntityFrameworkCore;
using MSPortal.EndToEnd.Support;
using MSPortal.Tests.Support;
using Shouldly;
using Xunit;

namespace MSPortal.EndToEnd.Acceptance;

/// <summary>An operator's script, without a server.</summary>
public sealed class CommandLineTests
{
    [Theory, DatabaseData]
    public async Task A_script_without_a_server_reads_exactly_what_the_vendor_has(DatabaseKind kind)
    {
        await using var scenario = await Scenario.StartAsync(kind);
        await scenario.ConnectAsync();
        await scenario.RunAsync("sync", scenario.Id, "--wait");
        await scenario.RunAsync("companies", "import", scenario.Id, "--all");

        var shown = await scenario.Vendor.ShownAsync();
        shown.Length.ShouldBeGreaterThan(50);
        Scenario.Lines(await scenario.RunAsync("tickets", "list", "--all-pages", "--json")).ShouldBe(shown);
        (await NotesAsync(scenario)).ShouldBe(await NotesOfVendorAsync(scenario));
        await scenario.NoRunIsLeftAsync();

        var boards = (await scenario.Vendor.InScopeAsync()).Select(t => (string)t["board"]!["name"]!).Distinct().Order(StringComparer.Ordinal).Take(2).ToList();
        await scenario.RunAsync("integrations", "configure", "main psa", "--boards", string.Join(',', boards));
        var fewer = await scenario.Vendor.ShownAsync(boards);
        fewer.Length.ShouldBeInRange(1, shown.Length - 1);
        (await scenario.ListedAsync()).ShouldBe(fewer);

        await scenario.RunInsideAsync("integrations", "configure", scenario.Id, "--boards", "all");
        await scenario.RunInsideAsync("sync", scenario.Id, "--wait");
        (await scenario.ListedAsync()).ShouldBe(shown);
    }

    [Fact]
    public async Task Secrets_come_from_the_environment_and_from_files()
    {
        await using var scenario = await Scenario.StartAsync(DatabaseKind.Sqlite, tickets: 5, companies: 3);
        var settings = await scenario.Vendor.SettingsAsync();
        var file = Path.Combine(scenario.Home.Data, "private-key");
        await File.WriteAllTextAsync(file, settings["privateKey"] + "\n");
        await using var home = new PortalHome(scenario.Home.Database, new Dictionary<string, string?>(StringComparer.Ordinal) { ["CW_PUBLIC_KEY"] = settings["publicKey"] });
        (settings["privateKey"], settings["publicKey"]) = ($"file:{file}", "env:CW_PUBLIC_KEY");

        var id = (await Scenario.RunAsync(home, ["integrations", "add", "connectwise", .. Scenario.Settings(settings)])).Output.Trim();

        (await Scenario.RunAsync(home, "integrations", "test", id, "--json")).Json().ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Object);
        var absent = await home.RunAsync("integrations", "reconnect", id, "--set", "privateKey=env:NO_SUCH_VARIABLE");
        absent.ExitCode.ShouldNotBe(0);
        absent.Error.ShouldContain("NO_SUCH_VARIABLE");
    }

    private static async Task<string[]> NotesAsync(Scenario scenario)
    {
        await using var db = scenario.OpenDatabase();
        return [.. (await db.TicketNotes.Select(n => n.ExternalId).ToListAsync()).Order(StringComparer.Ordinal)];
    }

    private static async Task<string[]> NotesOfVendorAsync(Scenario scenario)
    {
        var tickets = (await scenario.Vendor.InScopeAsync()).Select(t => (int)t["id"]!).ToHashSet();
        var notes = (await scenario.Vendor.RecordsAsync("notes")).Where(n => tickets.Contains((int)n["ticketId"]!)).Select(n => n["id"]!.ToJsonString());
        return [.. notes.Order(StringComparer.Ordinal)];
    }
}
