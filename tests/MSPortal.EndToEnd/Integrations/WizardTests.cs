using System.Globalization;
using System.Text.Json;
using Microsoft.Playwright;
using MSPortal.EndToEnd.Support;
using MSPortal.Tests.Support;
using Shouldly;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace MSPortal.EndToEnd.Integrations;

public sealed class WizardTests
{
    private const string LeftOut = "Internal IT";

    [Theory, DatabaseData]
    public async Task From_an_empty_database_to_the_tickets_that_the_vendor_has(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        await using var simulator = await SimulatorServer.StartAsync(companies: 12, tickets: 150);
        await using var home = new PortalHome(database.Setting);
        await using var portal = await home.ServeAsync();
        await using var browser = await Browser.OpenAsync(portal.Address);
        var page = browser.Page;
        await Wizard.SetUpAsync(page);

        await ConnectAsync(page, simulator);
        await ChooseAsync(page);
        await ImportAsync(page);
        await SeeAsync(page);

        var stored = (await home.RunInsideAsync("integrations", "configure", "ConnectWise PSA", "--json")).Json();
        stored.GetProperty("availableContainers").EnumerateArray().Where(b => b.GetProperty("selected").GetBoolean()).Select(b => b.GetProperty("name").GetString())
            .ShouldBe((await ChosenAsync(simulator)).Select(b => b.GetProperty("name").GetString()), ignoreOrder: true);
        (await home.RunInsideAsync("sync", "ConnectWise PSA", "--wait")).ExitCode.ShouldBe(0);
        var listed = await home.RunInsideAsync("tickets", "list", "--all-pages", "--state", "all", "--json");
        listed.Json().EnumerateArray().Select(Here).ShouldBe(await ThereAsync(simulator), ignoreOrder: true);
        browser.Errors.ShouldBeEmpty();
    }

    /// <summary>One server and one browser for all vendors, since starting them takes longer than all of their forms.</summary>
    [Fact]
    public async Task Each_mistake_stands_at_its_field_with_every_vendor_and_what_is_right_connects()
    {
        await using var simulator = await SimulatorServer.StartAsync(companies: 5, tickets: 10);
        await using var home = new PortalHome();
        await using var portal = await home.ServeAsync();
        await using var browser = await Browser.OpenAsync(portal.Address);
        var page = browser.Page;
        await Wizard.SetUpAsync(page);

        (string Provider, (string Field, string Value, string Words)[] Mistakes)[] vendors =
        [
            ("connectwise",
            [
                ("apiUrl", "http://127.0.0.1:1", "refuses connections"),
                ("companyId", "nobody", "does not know this company id"),
                ("privateKey", "wrong", "refuses the keys"),
                ("clientId", "00000000-0000-0000-0000-000000000001", "does not accept the clientId"),
                ("clientId", "", "Client ID is needed"),
            ]),
            ("autotask", [("username", "nobody@example.com", "does not know this API username"), ("secret", "wrong", "refuses the credentials")]),
            ("halopsa", [("clientSecret", "wrong", "refuses the client id and secret"), ("haloUrl", "http://127.0.0.1:1", "refuses connections")]),
            ("syncro", [("apiKey", "wrong-key-of-nobody", "refuses the API key"), ("subdomain", "not a name", "subdomain")]),
            ("dattormm", [("secretKey", "wrong", "refuses"), ("platform", "http://127.0.0.1:1", "refuses connections")]),
            ("ninjaone", [("clientSecret", "wrong", "refuses"), ("region", "http://127.0.0.1:1", "refuses connections")]),
            ("cwasio", [("clientSecret", "wrong", "refuses"), ("environment", "http://127.0.0.1:1", "refuses connections")]),
        ];
        foreach (var (provider, mistakes) in vendors)
        {
            await Wizard.OpenAsync(page, $"/settings/integrations/new/{provider}");
            foreach (var (field, value, words) in mistakes)
            {
                await MistakeAsync(page, await Wizard.CredentialsAsync(simulator, page, provider), field, value, words);
            }
        }

        (await Axe.ViolationsAsync(page)).ShouldBeEmpty();
        await Wizard.OpenAsync(page, "/settings/integrations");
        await Expect(page.GetByText("Nothing is connected yet.")).ToBeVisibleAsync();
        foreach (var (provider, _) in vendors)
        {
            await Wizard.OpenAsync(page, $"/settings/integrations/new/{provider}");
            await Wizard.FillAsync(page, await Wizard.CredentialsAsync(simulator, page, provider));
            await Wizard.Button(page, "Connect").ClickAsync();
            await Wizard.ArriveAsync(page, "the next step", path => path.EndsWith("/setup/permissions", StringComparison.Ordinal) || path.EndsWith("/setup/map", StringComparison.Ordinal));
        }

        browser.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_needed_permission_that_is_missing_is_named_with_its_place_and_the_same_account_is_refused_twice()
    {
        await using var simulator = await SimulatorServer.StartAsync(companies: 5, tickets: 10);
        await using var home = new PortalHome();
        await using var portal = await home.ServeAsync();
        await using var browser = await Browser.OpenAsync(portal.Address);
        var page = browser.Page;
        await Wizard.SetUpAsync(page);
        var credentials = await Wizard.CredentialsAsync(simulator);
        await simulator.PermitAsync("tickets", false);
        await page.GotoAsync("/settings/integrations/new/connectwise");
        await Wizard.FillAsync(page, credentials);
        await Wizard.Button(page, "Connect").ClickAsync();
        await Expect(page.Locator(".problem-negative").First).ToContainTextAsync("System → Security Roles");

        await simulator.PermitAsync("tickets", true);
        await Wizard.Button(page, "Connect").ClickAsync();
        await Wizard.StepAsync(page, "permissions");
        await page.GotoAsync("/settings/integrations/new/connectwise");
        await Wizard.FillAsync(page, credentials);
        await Wizard.Button(page, "Connect").ClickAsync();

        await Expect(page.Locator(".connect-form")).ToContainTextAsync("connected already, as “ConnectWise PSA”");
        await Expect(page.Locator("input[name=companyId]")).ToHaveAttributeAsync("aria-invalid", "true");
        browser.Errors.ShouldBeEmpty();
    }

    private static async Task MistakeAsync(IPage page, Dictionary<string, string> credentials, string field, string value, string words)
    {
        credentials[field] = value;
        await Wizard.FillAsync(page, credentials);
        await Wizard.Button(page, "Connect").ClickAsync();

        await Expect(page.Locator($"input[name={field}]")).ToHaveAttributeAsync("aria-invalid", "true");
        await Expect(page.Locator(".schema-form > div").Filter(new() { Has = page.Locator($"input[name={field}]") })).ToContainTextAsync(words, new() { IgnoreCase = true });
        (await page.Locator("input[aria-invalid=true]").CountAsync()).ShouldBe(1, field);
    }

    private static async Task ConnectAsync(IPage page, SimulatorServer simulator)
    {
        await Wizard.OpenAsync(page, "/settings/integrations");
        await page.GetByRole(AriaRole.Link, new() { Name = "Connect ConnectWise PSA" }).ClickAsync();
        await Wizard.FillAsync(page, await Wizard.CredentialsAsync(simulator));
        await Wizard.Button(page, "Test connection").ClickAsync();
        await Expect(page.Locator(".problem-positive")).ToContainTextAsync("Connected to");
        await Wizard.Button(page, "Connect").ClickAsync();

        await Wizard.StepAsync(page, "permissions");
        await Expect(page.Locator(".areas")).ToContainTextAsync("Service tickets");
        await Wizard.Button(page, "Continue").ClickAsync();

        await Wizard.StepAsync(page, "sync");
        await Expect(page.GetByText("Leave out companies of these types")).ToBeVisibleAsync();
        await Wizard.Button(page, "Save and continue").ClickAsync();
    }

    private static async Task ChooseAsync(IPage page)
    {
        await Wizard.StepAsync(page, "configure");
        await Wizard.Button(page, "Select all active").ClickAsync();
        var leftOut = page.GetByLabel(LeftOut, new() { Exact = true });
        await Expect(leftOut).ToBeCheckedAsync();
        await leftOut.UncheckAsync();
        await page.GetByLabel("Stage of New", new() { Exact = true }).SelectOptionAsync("Working");
        var status = page.Locator(".status-table tr").Filter(new() { Has = page.GetByLabel("Stage of New", new() { Exact = true }) });
        await status.Locator("th").DragToAsync(page.Locator(".stage-counts > span").Filter(new() { HasText = "Triaged" }));
        await Expect(page.GetByLabel("Stage of New", new() { Exact = true })).ToHaveValueAsync("Triaged");
        await page.GetByLabel("All", new() { Exact = true }).CheckAsync();
        await Expect(page.Locator(".effect-number")).ToContainTextAsync("tickets");
        await Wizard.Button(page, "Save and continue").ClickAsync();
        await Wizard.StepAsync(page, "import");
        await Expect(page.GetByText("have been read from ConnectWise PSA")).ToBeVisibleAsync();
        await Wizard.Button(page, "Choose companies").ClickAsync();
    }

    private static async Task ImportAsync(IPage page)
    {
        await Wizard.Button(page, "Select all that pass").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Import selected" }).ClickAsync();
        await Wizard.Link(page, "See tickets").ClickAsync();
        await Wizard.PathAsync(page, "/tickets");
    }

    private static async Task SeeAsync(IPage page)
    {
        await Wizard.OpenAsync(page, "/tickets?state=all");
        await Expect(page.Locator(".t-number a").First).ToBeVisibleAsync();
        await page.Locator(".t-summary a").First.ClickAsync();
        await Wizard.ArriveAsync(page, "a ticket", path => path.StartsWith("/tickets/", StringComparison.Ordinal));
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeVisibleAsync();

        await Wizard.OpenAsync(page, "/settings/integrations");
        await Expect(page.Locator(".service-status")).ToContainTextAsync("Active");
        await Wizard.Link(page, "ConnectWise PSA").ClickAsync();
        await Expect(page.Locator(".record-grid")).ToContainTextAsync("Succeeded");
        await Wizard.Link(page, "Ticket settings").First.ClickAsync();
        await Expect(page.GetByLabel("Stage of New", new() { Exact = true })).ToHaveValueAsync("Triaged");
    }

    private static TicketTruth Here(JsonElement ticket) => new(
        ticket.GetProperty("externalId").GetString()!,
        ticket.GetProperty("number").GetString()!,
        ticket.GetProperty("summary").GetString()!,
        ticket.GetProperty("status").GetString(),
        ticket.GetProperty("company").GetString(),
        ticket.GetProperty("updatedAt").GetDateTimeOffset());

    /// <summary>What the chosen boards and the companies that can be imported leave of the vendor's tickets.</summary>
    private static async Task<IReadOnlyList<TicketTruth>> ThereAsync(SimulatorServer simulator)
    {
        var boards = (await ChosenAsync(simulator)).Select(Id).ToHashSet();
        var companies = (await simulator.RecordsAsync("companies")).Where(c => !c.GetProperty("deletedFlag").GetBoolean()).Select(Id).ToHashSet();
        return
        [
            .. (await simulator.RecordsAsync("tickets"))
                .Where(t => boards.Contains(Id(t.GetProperty("board"))) && companies.Contains(Id(t.GetProperty("company"))))
                .Select(t => new TicketTruth(
                    Id(t).ToString(CultureInfo.InvariantCulture),
                    Id(t).ToString(CultureInfo.InvariantCulture),
                    t.GetProperty("summary").GetString()!,
                    t.GetProperty("status").GetProperty("name").GetString(),
                    t.GetProperty("company").GetProperty("name").GetString(),
                    t.GetProperty("_info").GetProperty("lastUpdated").GetDateTimeOffset())),
        ];
    }

    /// <summary>The boards that the test ticks.</summary>
    private static async Task<IEnumerable<JsonElement>> ChosenAsync(SimulatorServer simulator) =>
        (await simulator.RecordsAsync("boards")).Where(b => !b.GetProperty("inactiveFlag").GetBoolean() && b.GetProperty("name").GetString() != LeftOut);

    private static int Id(JsonElement record) => record.GetProperty("id").GetInt32();

    private sealed record TicketTruth(string Id, string Number, string Summary, string? Status, string? Company, DateTimeOffset Updated);
}
