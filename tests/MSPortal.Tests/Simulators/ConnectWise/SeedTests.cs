using System.Globalization;
using System.Text.Json.Nodes;
using MSPortal.Tests.Support;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Simulators.ConnectWise;

public sealed class SeedTests
{
    private static readonly string[] Kinds =
    [
        "tickets", "projectTickets", "companies", "contacts", "members", "notes", "configurations", "boards", "statuses", "types", "subtypes", "items",
        "teams", "priorities", "sources", "companyStatuses", "companyTypes", "contactTypes",
    ];

    [Fact]
    public async Task The_same_seed_gives_the_same_bytes_whatever_the_culture()
    {
        var here = await AllAsync(await RunningSimulator.StartAsync());
        var before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = new CultureInfo("tr-TR");
        try
        {
            (await AllAsync(await RunningSimulator.StartAsync())).ShouldBe(here);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public async Task Another_process_makes_the_same_bytes()
    {
        var here = await AllAsync(await RunningSimulator.StartAsync());
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(
            Repository.Executable("MSPortal.Simulators", "MSPortal.Simulators"),
            ["--urls", "http://127.0.0.1:0", "--seed", "1", "--companies", "12", "--tickets", "120", "--now", "2026-03-01T12:00:00Z"]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        try
        {
            var line = await process.StandardOutput.ReadLineAsync();
            line.ShouldStartWith("ready http://127.0.0.1:");
            using var client = new HttpClient { BaseAddress = new Uri(line!["ready ".Length..]) };
            (await TextsAsync(client)).ShouldBe(here);
        }
        finally
        {
            process.Kill();
        }
    }

    [Fact]
    public async Task Another_seed_gives_another_world()
    {
        var one = await AllAsync(await RunningSimulator.StartAsync());
        var other = await AllAsync(await RunningSimulator.StartAsync(o => o with { Seed = 2 }));
        other["tickets"].ShouldNotBe(one["tickets"]);
        other["companies"].ShouldNotBe(one["companies"]);
    }

    [Fact]
    public async Task More_tickets_leave_the_companies_alone()
    {
        var few = await AllAsync(await RunningSimulator.StartAsync());
        var many = await AllAsync(await RunningSimulator.StartAsync(o => o with { Tickets = 300 }));
        foreach (var kind in Kinds.Except(["tickets", "projectTickets", "notes"]))
        {
            many[kind].ShouldBe(few[kind], kind);
        }
    }

    [Fact]
    public async Task The_world_has_what_real_ones_have()
    {
        await using var simulator = await RunningSimulator.StartAsync(o => o with { Tickets = 1500, Companies = 60 });
        var tickets = await simulator.TruthAsync("tickets");
        var companies = await simulator.TruthAsync("companies");
        var notes = await simulator.TruthAsync("notes");
        var devices = await simulator.TruthAsync("configurations");

        tickets.ShouldContain(t => t!.AsObject().ContainsKey("site") && t["site"] == null);
        tickets.ShouldContain(t => t!["mergedParentTicket"] != null);
        tickets.ShouldContain(t => t!["contact"] == null && t["owner"] == null);
        tickets.ShouldContain(t => Text(t, "status", "name") == ">Closed");
        tickets.ShouldContain(t => Text(t, "summary").Contains('é') || Text(t, "summary").Contains("Écran", StringComparison.Ordinal));
        tickets.ShouldContain(t => Text(t, "summary").Contains("😕", StringComparison.Ordinal));
        tickets.Select(t => Text(t, "_info", "dateEntered")[..4]).Distinct().Count().ShouldBeGreaterThan(4);
        tickets.ShouldAllBe(t => Text(t, "summary").Length <= 100);
        tickets.ShouldAllBe(t => string.CompareOrdinal(Text(t, "_info", "dateEntered"), Text(t, "_info", "lastUpdated")) <= 0);
        companies.ShouldContain(c => c!["deletedFlag"]!.GetValue<bool>());
        companies.Select(c => Text(c, "identifier")).ShouldBeUnique();
        companies.ShouldContain(c => Text(c, "name").Contains("Catchall", StringComparison.Ordinal));
        notes.ShouldContain(n => Text(n, "text").Contains('\n') && Text(n, "text").Length > 4000);
        notes.ShouldContain(n => n!["internalAnalysisFlag"]!.GetValue<bool>());
        devices.ShouldContain(d => d!["questions"]!.AsArray().Any(q => Text(q, "fieldType") == "Password"));
        (await simulator.TruthAsync("members")).ShouldAllBe(m => Text(m, "token").StartsWith("SECRET", StringComparison.Ordinal));
        (await simulator.TruthAsync("projectTickets")).Count.ShouldBe(60);
    }

    [Fact]
    public async Task Statuses_and_types_are_the_boards_own()
    {
        await using var simulator = await RunningSimulator.StartAsync();
        var board = (await simulator.TruthAsync("statuses")).ToDictionary(s => s!["id"]!.GetValue<int>(), s => s!["board"]!["id"]!.GetValue<int>());
        (await simulator.TruthAsync("tickets")).ShouldAllBe(t => board[t!["status"]!["id"]!.GetValue<int>()] == t["board"]!["id"]!.GetValue<int>());
        board.Values.Distinct().Count().ShouldBe(7);
    }

    private static string Text(JsonNode? node, params string[] path) => path.Aggregate(node, (at, name) => at?[name])?.GetValue<string>() ?? "";

    private static async Task<Dictionary<string, string>> AllAsync(RunningSimulator simulator)
    {
        await using (simulator)
        {
            return await TextsAsync(simulator.Client);
        }
    }

    private static async Task<Dictionary<string, string>> TextsAsync(HttpClient client)
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var kind in Kinds)
        {
            all[kind] = await client.GetStringAsync(new Uri("/control/connectwise/records/" + kind, UriKind.Relative));
            all[kind].Length.ShouldBeGreaterThan(100);
        }

        return all;
    }
}
