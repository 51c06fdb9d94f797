using System.CommandLine;
using Microsoft.EntityFrameworkCore;
using MSPortal.Connectors;
using MSPortal.Tests.Support;
using MSPortal.Web.Hosting;
using Shouldly;
using Xunit;
using Database = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Web.Hosting;

public sealed class CommandTests
{
    private const string Secret = "the-private-key-itself";

    private static readonly string[] Reads = ["list", "show", "test"];

    [Fact]
    public void Every_command_that_reads_can_answer_JSON_and_every_command_says_what_it_does()
    {
        var commands = All(CommandLine.Root(_ => null)).ToList();

        commands.Where(c => Reads.Contains(c.Name) && c.Options.All(o => o.Name != "--json")).Select(c => c.Name).ShouldBeEmpty();
        commands.Where(c => string.IsNullOrWhiteSpace(c.Description)).Select(c => c.Name).ShouldBeEmpty();
        commands.Where(c => c.Subcommands.Count == 0 && c.Action is null).Select(c => c.Name).ShouldBeEmpty();
    }

    [Theory, DatabaseData]
    public async Task An_integration_is_added_shown_changed_and_removed_without_a_server(Database kind)
    {
        await using var prompt = await CommandPrompt.OpenAsync(kind);

        var id = await AddAsync(prompt);
        var shown = await prompt.RunAsync("integrations", "show", "Main", "--json");
        var paused = await prompt.RunAsync("integrations", "pause", id);
        var twice = await prompt.RunAsync("integrations", "pause", "main");
        var sync = await prompt.RunAsync("sync", id, "--wait");
        var resumed = await prompt.RunAsync("integrations", "resume", id);
        var careless = await prompt.RunAsync("integrations", "remove", id);
        var list = await prompt.RunAsync("integrations", "list", "--json");
        var removed = await prompt.RunAsync("integrations", "remove", id, "--confirm", "Main");
        var gone = await prompt.RunAsync("integrations", "show", id);

        shown.Json.GetProperty("settings").GetProperty("privateKey").GetString().ShouldBe("********");
        shown.Json.GetProperty("settings").GetProperty("companyId").GetString().ShouldBe("acme");
        (shown.Output + list.Output).ShouldNotContain(Secret);
        (paused.ExitCode, twice.ExitCode, resumed.ExitCode).ShouldBe((0, 0, 0));
        (sync.ExitCode, sync.Error.Trim()).ShouldBe((1, "Main is paused. Resume it first."));
        careless.ExitCode.ShouldBe(1);
        careless.Error.ShouldContain("--confirm \"Main\"");
        list.Json.EnumerateArray().Select(i => i.GetProperty("name").GetString()).ShouldBe(["Main"]);
        removed.ExitCode.ShouldBe(0);
        (gone.ExitCode, gone.Output).ShouldBe((1, ""));
        (await AuditAsync(prompt)).ShouldBe(["integration.connected", "integration.paused", "integration.resumed", "integration.removal_started", "integration.removed"]);
    }

    [Theory, DatabaseData]
    public async Task A_wrong_setting_is_named_on_stderr_and_nothing_is_made(Database kind)
    {
        await using var prompt = await CommandPrompt.OpenAsync(kind);

        var wrong = await prompt.RunAsync("integrations", "add", "connectwise", "--name", "Main", "--set", "apiUrl=not a host", "companyId=acme");
        var nobody = await prompt.RunAsync("integrations", "add", "nobody");
        var shapeless = await prompt.RunAsync("integrations", "add", "connectwise", "--set", "apiUrl");
        var missing = await prompt.RunAsync("integrations", "add", "connectwise", "--set", "privateKey=env:NOT_THERE");
        var list = await prompt.RunAsync("integrations", "list", "--json");

        wrong.ExitCode.ShouldBe(1);
        wrong.Output.ShouldBeEmpty();
        wrong.Error.Split('\n').Select(line => line.Split(':')[0].Trim()).Where(f => f.Length > 0).ShouldBe(["apiUrl", "publicKey", "privateKey", "clientId"], ignoreOrder: true);
        (nobody.ExitCode, nobody.Error.Contains($"Known: {string.Join(", ", ConnectorRegistration.All.Select(c => c.Info.Id))}", StringComparison.Ordinal)).ShouldBe((1, true));
        (shapeless.ExitCode, missing.ExitCode).ShouldBe((1, 1));
        missing.Error.ShouldContain("NOT_THERE");
        list.Json.GetArrayLength().ShouldBe(0);
    }

    [Theory, DatabaseData]
    public async Task With_several_tenants_one_has_to_be_chosen_and_sees_only_its_own(Database kind)
    {
        await using var prompt = await CommandPrompt.OpenAsync(kind);
        await AddAsync(prompt);
        var added = await prompt.RunAsync("tenants", "add", "Second MSP", "--time-zone", "Europe/Berlin");

        var unsaid = await prompt.RunAsync("integrations", "list", "--json");
        var second = await prompt.RunAsync("integrations", "list", "--json", "--tenant", "second msp");
        var foreign = await prompt.RunAsync("integrations", "show", "Main", "--tenant", added.Output.Trim());
        var tenants = await prompt.RunAsync("tenants", "list", "--json");

        (unsaid.ExitCode, unsaid.Error.Contains("--tenant", StringComparison.Ordinal)).ShouldBe((1, true));
        second.Json.GetArrayLength().ShouldBe(0);
        foreign.ExitCode.ShouldBe(1);
        tenants.Json.EnumerateArray().Select(t => (t.GetProperty("name").GetString(), t.GetProperty("integrations").GetInt32()))
            .ShouldBe([("My MSP", 1), ("Second MSP", 0)]);
        (await prompt.RunAsync("tenants", "add", "second MSP")).ExitCode.ShouldBe(1);
        (await prompt.RunAsync("tenants", "add", "Third", "--time-zone", "Mars/Base")).ExitCode.ShouldBe(1);
    }

    [Theory, DatabaseData]
    public async Task A_further_tenant_comes_with_its_administrator_or_says_how_one_is_made(Database kind)
    {
        await using var prompt = await CommandPrompt.OpenAsync(kind);

        var bare = await prompt.RunAsync("tenants", "add", "Bare");
        var with = await prompt.RunAsync("tenants", "add", "Whole", "--email", "Grace@example.com");
        var taken = await prompt.RunAsync("tenants", "add", "Third", "--email", "grace@EXAMPLE.com");
        var odd = await prompt.RunAsync("tenants", "add", "Fourth", "--email", "nobody");
        var later = await prompt.RunAsync("admin", "add", "--tenant", "Bare", "--email", "ada@example.com", "--name", "Ada Lovelace");

        bare.Error.ShouldContain($"msportal admin add --tenant {bare.Output.Trim()} --email");
        with.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)[1].ShouldStartWith("http://127.0.0.1:5080/signin/link?token=");
        later.Output.ShouldStartWith("http://127.0.0.1:5080/signin/link?token=");
        (taken.ExitCode, taken.Error.Trim()).ShouldBe((1, "There is a user grace@EXAMPLE.com already."));
        (odd.ExitCode, odd.Error.Trim()).ShouldBe((1, "“nobody” is not an e-mail address."));
        await using var db = prompt.Data.Open();
        (await db.Users.IgnoreQueryFilters().OrderBy(u => u.Email).Select(u => new { u.Email, u.DisplayName, u.TenantId }).ToListAsync())
            .Select(u => $"{u.Email} {u.DisplayName} {u.TenantId}")
            .ShouldBe([$"ada@example.com Ada Lovelace {bare.Output.Trim()}", $"Grace@example.com Grace@example.com {with.Output.Split('\n')[0].Trim()}"], ignoreOrder: true);
        (await db.Tenants.Select(t => t.Name).ToListAsync()).ShouldBe(["Bare", "Whole"], ignoreOrder: true);
    }

    [Theory, DatabaseData]
    public async Task A_vendor_that_cannot_be_reached_fails_the_sync_with_its_reason(Database kind)
    {
        await using var prompt = await CommandPrompt.OpenAsync(kind);
        var id = await AddAsync(prompt, host: "vendor.invalid"); // A name that never exists.

        var tested = await prompt.RunAsync("integrations", "test", id, "--json");
        var sync = await prompt.RunAsync("sync", id, "--data-type", "reference", "--wait", "--json");
        var runs = await prompt.RunAsync("runs", "list", id, "--json");

        tested.ExitCode.ShouldBe(1);
        tested.Error.ShouldNotBeEmpty();
        sync.ExitCode.ShouldBe(1);
        sync.Error.ShouldContain("reference:");
        runs.Json.EnumerateArray().Where(r => r.GetProperty("dataType").GetString() == "reference").Select(r => r.GetProperty("status").GetString()).ShouldBe(["failed"]);
        (await prompt.RunAsync("sync", id, "--data-type", "nonsense")).Error.ShouldContain("ticket_notes");
    }

    [Fact]
    public async Task An_administrator_who_is_locked_out_gets_a_link_that_opens_the_portal_once()
    {
        await using var portal = await RunningPortal.SetUpAsync();
        using var output = new StringWriter();
        using var error = new StringWriter();

        var code = await CommandLine.RunAsync(["admin", "reset", "--database", portal.Setting, "--data", portal.Folder], _ => null, output, error);
        var link = new Uri(output.ToString().Trim()).PathAndQuery;
        using var stranger = portal.NewClient();
        using var first = await portal.GetAsync(link, client: stranger);
        using var inside = await portal.GetAsync("/settings/audit", client: stranger);
        using var again = await portal.GetAsync(link, client: portal.NewClient());

        code.ShouldBe(0);
        first.Headers.Location!.ToString().ShouldBe("/account/password");
        inside.StatusCode.ShouldBe(System.Net.HttpStatusCode.OK);
        again.Headers.Location!.ToString().ShouldContain("problem=link");
        (await portal.AuditAsync()).ShouldContain("user.sign_in_link_made");
    }

    private static async Task<string> AddAsync(CommandPrompt prompt, string host = "api-na.myconnectwise.net")
    {
        prompt.Variables["PRIVATE_KEY"] = Secret;
        var file = Path.Combine(prompt.Folder, "client-id");
        await File.WriteAllTextAsync(file, "11111111-2222-3333-4444-555555555555\n");
        var added = await prompt.RunAsync(
            "integrations", "add", "connectwise", "--name", "Main", "--skip-test", "--set", $"apiUrl={host}", "--set", "companyId=acme", "--set", "publicKey=public",
            "--set", "privateKey=env:PRIVATE_KEY", "--set", $"clientId=file:{file}");
        added.Error.ShouldBeEmpty();
        added.ExitCode.ShouldBe(0);
        return added.Output.Trim();
    }

    private static async Task<List<string>> AuditAsync(CommandPrompt prompt)
    {
        await using var db = prompt.Data.Open(1);
        return await db.Audit.OrderBy(a => a.Id).Select(a => a.Action).ToListAsync();
    }

    private static IEnumerable<Command> All(Command command) => command.Subcommands.SelectMany(c => All(c).Prepend(c));
}
