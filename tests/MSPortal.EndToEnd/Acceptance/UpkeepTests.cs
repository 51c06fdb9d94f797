using System.Net;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using MSPortal.EndToEnd.Support;
using MSPortal.Tests.Support;
using Shouldly;
using Xunit;

namespace MSPortal.EndToEnd.Acceptance;

/// <summary>What an operator does with the database, and hears when something is wrong.</summary>
public sealed class UpkeepTests
{
    [Fact]
    public async Task A_backup_of_a_running_portal_restores_to_the_same_lists_on_a_fresh_home()
    {
        await using var scenario = await Scenario.StartAsync(DatabaseKind.Sqlite, tickets: 60, companies: 8);
        await scenario.ReadAsync();
        await scenario.ServeAsync();
        var file = Path.Combine(scenario.Home.Data, "copy.backup");
        await scenario.RunAsync("database", "backup", file);
        await FailsAsync(scenario.Home, "exists already", "database", "backup", file);
        await FailsAsync(scenario.Home, "server is running", "database", "restore", file);
        await scenario.RunInsideAsync("database", "migrate");

        await using var fresh = Scenario.HomeOn(null);
        await Scenario.RunAsync(fresh, "database", "restore", file);
        foreach (var command in new[] { "tickets list --all-pages --json", "companies list --json" })
        {
            (await Scenario.RunInsideAsync(fresh, command.Split(' '))).Output.ShouldBe((await scenario.RunInsideAsync(command.Split(' '))).Output, command);
        }

        // The server that is still running has synced since, and the key that opens the credentials is no part of a backup.
        var integrations = (await Scenario.RunInsideAsync(fresh, "integrations", "list", "--json")).Json().EnumerateArray().ToList();
        integrations.Select(i => (i.GetProperty("name").GetString(), i.GetProperty("provider").GetString())).ShouldBe([("Main PSA", "connectwise")]);
        (await Scenario.ListedAsync(fresh)).ShouldBe(await scenario.Vendor.ShownAsync());
        await NewerAsync(file);
        await FailsAsync(fresh, "newer version of MSPortal", "database", "restore", file);
        await File.WriteAllTextAsync(file, "no backup");
        await FailsAsync(fresh, "is no backup of MSPortal", "database", "restore", file);
        await FailsAsync(fresh, "There is no file", "database", "restore", file + ".absent");
        (await Scenario.ListedAsync(fresh)).ShouldBe(await scenario.Vendor.ShownAsync());
    }

    [Theory, DatabaseData]
    public async Task Failures_are_one_sentence_and_an_exit_code(DatabaseKind kind)
    {
        await using var scenario = await Scenario.StartAsync(kind, tickets: 5, companies: 3);
        var settings = await scenario.Vendor.SettingsAsync();
        string[] add = ["integrations", "add", "connectwise"];
        await FailsAsync(scenario.Home, "privateKey: ", [.. add, .. Scenario.Settings(new Dictionary<string, string>(settings, StringComparer.Ordinal) { ["privateKey"] = "wrong" })]);
        await FailsAsync(scenario.Home, "apiUrl: ", [.. add, .. Scenario.Settings(new Dictionary<string, string>(settings, StringComparer.Ordinal) { ["apiUrl"] = "http://127.0.0.1:1" })]);
        Refused(await scenario.Home.RunAsync("sync", "7", "--wait"), "There is no integration “7”");
        await FailsAsync(scenario.Home, "There is no integration “nobody”", "companies", "import", "nobody", "--all");
        await FailsAsync(scenario.Home, "There is no provider “nobody”", "integrations", "add", "nobody", "--set", "a=b");
        await FailsAsync(scenario.Home, "There is no administrator yet", "admin", "reset");
        (await scenario.RunInsideAsync("integrations", "list", "--json")).Json().GetArrayLength().ShouldBe(0);
        if (kind == DatabaseKind.PostgreSql)
        {
            await FailsAsync(scenario.Home, "pg_dump", "database", "backup", Path.Combine(scenario.Home.Data, "copy"));
        }
    }

    [Theory]
    [InlineData("Host=127.0.0.1;Port=1;Username=nobody;Database=nothing;Timeout=3", "127.0.0.1:1")]
    [InlineData("/proc/no-such-folder/portal.db", "/proc/no-such-folder")]
    public async Task A_database_that_cannot_be_reached_is_named(string database, string named)
    {
        await using var home = new PortalHome(database);
        await FailsAsync(home, named, "tickets", "list");
        Refused(await home.RunAsync("serve", "--urls", "http://127.0.0.1:0"), named);
    }

    [Fact]
    public async Task Every_command_that_reads_answers_json()
    {
        await using var scenario = await Scenario.StartAsync(DatabaseKind.Sqlite, tickets: 5, companies: 3);
        await scenario.ConnectAsync();
        foreach (var command in new[]
        {
            "providers list", "tenants list", "integrations list", $"integrations show {scenario.Id}", $"integrations test {scenario.Id}",
            $"integrations configure {scenario.Id}", $"runs list {scenario.Id}", "companies list", "tickets list",
        })
        {
            (await scenario.RunInsideAsync([.. command.Split(' '), "--json"])).Json().ValueKind.ShouldBeOneOf([JsonValueKind.Array, JsonValueKind.Object], command);
        }
    }

    [Fact]
    public async Task An_administrator_who_is_locked_out_gets_in_by_a_link()
    {
        await using var home = new PortalHome();
        await using var portal = await home.ServeAsync();
        await using var browser = await Browser.OpenAsync(portal.Address);
        await Integrations.Wizard.SetUpAsync(browser.Page);
        await using var other = await Browser.OpenAsync(portal.Address);

        var link = new Uri((await Scenario.RunInsideAsync(home, "admin", "reset")).Output.Trim());
        await other.Page.GotoAsync(link.PathAndQuery);

        other.Page.Url.ShouldNotContain("/signin");
        await other.Page.GotoAsync("/settings/integrations");
        new Uri(other.Page.Url).AbsolutePath.ShouldBe("/settings/integrations");
    }

    private static async Task FailsAsync(PortalHome home, string because, params string[] command) => Refused(await home.RunInsideAsync(command), because);

    private static void Refused(CommandResult result, string because)
    {
        result.ExitCode.ShouldNotBe(0);
        result.Error.ShouldContain(because);
        result.Error.ShouldNotContain("   at ");
        result.Error.ShouldNotContain("Unhandled");
    }

    /// <summary>As a later version would have written it.</summary>
    private static async Task NewerAsync(string file)
    {
        await using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "UPDATE msportal_backup SET manifest = json_set(manifest, '$.schema', '20990101000000_Later')";
        (await command.ExecuteNonQueryAsync()).ShouldBe(1);
    }
}
