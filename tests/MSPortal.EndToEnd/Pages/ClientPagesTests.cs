using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using MSPortal.EndToEnd.Integrations;
using MSPortal.EndToEnd.Support;
using Shouldly;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace MSPortal.EndToEnd.Pages;

/// <summary>Clients that are connected one by one, as their administrators and the MSP's see it.</summary>
public sealed partial class ClientPagesTests
{
    [Fact]
    public async Task An_administrator_of_a_client_agrees_by_a_link_and_the_pages_about_it_are_accessible()
    {
        await using var portal = await ConnectedPortal.StartAsync(companies: 8, tickets: 30);
        await portal.ChooseAllAsync();
        await portal.ImportAllAsync();
        var company = (await portal.RunAsync("companies", "list", "--json")).Json().EnumerateArray().First();
        var (companyId, companyName) = (company.GetProperty("id").GetString()!, company.GetProperty("name").GetString()!);
        var (cloud, tenant) = await CloudAsync(portal, companyId);
        List<string> wrong = [];
        string Made() => new Uri(portal.RunAsync("consent-links", "create", cloud, companyName).Result.Output.Trim()).PathAndQuery;

        var link = Made();
        foreach (var look in Pictures.Looks)
        {
            if (look == Pictures.Looks.ElementAtOrDefault(2))
            {
                await Task.Delay(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken); // All come from one address, which may look so often a minute.
            }

            await using var visitor = await Browser.OpenAsync(portal.Portal.Address, look);
            await visitor.Page.GotoAsync(link);
            await Expect(visitor.Page.Locator("h1")).ToContainTextAsync(companyName);
            wrong.AddRange(await EveryPageTests.LookAsync(visitor, "consent", look));
            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Continue to Microsoft 365" }).ClickAsync();
            await visitor.Page.ClickAsync("#cancel");
            await Expect(visitor.Page.Locator("h1")).ToHaveTextAsync("Nobody agreed");
            wrong.AddRange(await EveryPageTests.LookAsync(visitor, "consent-refused", look));
            // A link is good once.
            if (look == Pictures.Looks[^1])
            {
                await visitor.Page.ClickAsync("text=Back to the beginning");
                await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Continue to Microsoft 365" }).ClickAsync();
                await visitor.Page.ClickAsync("#accept");
                // A browser may ask for the page twice; the second time it is told that it is done.
                await Expect(visitor.Page.Locator("h1")).ToHaveTextAsync(Connected());
                wrong.AddRange(await EveryPageTests.LookAsync(visitor, "consent-connected", look));
                await visitor.Page.ReloadAsync();
                await Expect(visitor.Page.Locator("h1")).ToHaveTextAsync("This is done already");
            }

            wrong.AddRange(visitor.Errors);
        }

        (await ClientsAsync(portal, cloud)).Single(c => c.GetProperty("id").GetString() == tenant).GetProperty("companyName").GetString().ShouldBe(companyName);
        await EndConsentAsync(portal, cloud, tenant);
        Made();
        wrong.AddRange(await LookAllAsync(portal, cloud, companyId));
        wrong.ShouldBeEmpty();
    }

    private static async Task<IReadOnlyList<string>> LookAllAsync(ConnectedPortal portal, string cloud, string company)
    {
        List<string> wrong = [];
        var state = await portal.Page.Context.StorageStateAsync();
        var card = $"/settings/integrations/{cloud}";
        foreach (var look in Pictures.Looks)
        {
            await using var browser = await Browser.OpenAsync(portal.Portal.Address, look, state);
            foreach (var (name, path) in new[]
            {
                ("clients", card), ("clients-connect", $"{card}/setup/connect"), ("clients-map", $"{card}/setup/map"), ("clients-step", $"{card}/setup/clients"), ("clients-company", $"/companies/{company}"),
                ("clients-cards", "/settings/integrations"), ("clients-overview", "/overview"), ("clients-schedules", "/settings/integrations/schedules"),
            })
            {
                await Wizard.OpenAsync(browser.Page, path);
                await EveryPageTests.SettleAsync(browser.Page);
                wrong.AddRange(await EveryPageTests.LookAsync(browser, name, look));
            }

            await Wizard.OpenAsync(browser.Page, card);
            await EveryPageTests.SettleAsync(browser.Page);
            await browser.Page.Locator("#clients").GetByRole(AriaRole.Button, new() { Name = "Connect a tenant…" }).ClickAsync();
            await Expect(browser.Page.Locator(".mud-dialog")).ToBeVisibleAsync();
            wrong.AddRange(await EveryPageTests.LookAsync(browser, "clients-connect-dialog", look));
            await Wizard.OpenAsync(browser.Page, $"/companies/{company}");
            await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Consent link…" }).ClickAsync();
            await Wizard.Button(browser.Page, "Make the link").ClickAsync();
            await Expect(browser.Page.GetByLabel("The link", new() { Exact = true })).ToBeVisibleAsync();
            wrong.AddRange(await EveryPageTests.LookAsync(browser, "clients-link-dialog", look));
            wrong.AddRange(browser.Errors);
        }

        return wrong;
    }

    /// <summary>Connected, with everybody whose administrator has agreed; the one who has not is linked to the company.</summary>
    private static async Task<(string Id, string Tenant)> CloudAsync(ConnectedPortal portal, string company)
    {
        var about = JsonSerializer.Deserialize<JsonElement>(await portal.Simulator.Client.GetStringAsync(new Uri("/control/microsoft365", UriKind.Relative)));
        string Text(string name) => about.GetProperty(name).GetString()!;
        var added = await portal.RunAsync(
            "integrations", "add", "microsoft365", "--name", "Microsoft 365", "--set", $"tenant={Text("partner")}", "--set", $"clientId={Text("clientId")}", "--set", $"clientSecret={Text("clientSecret")}",
            "--set", $"cloud={Text("login")}", "--json");
        var id = added.Json().GetProperty("id").GetInt64().ToString(CultureInfo.InvariantCulture);
        await portal.RunAsync("sync", id, "--wait");
        List<string> refused = [];
        foreach (var tenant in about.GetProperty("tenants").EnumerateArray().Skip(1).Take(6).Select(t => t.GetProperty("id").GetString()!))
        {
            if ((await portal.TryAsync("clients", "connect", id, tenant)).ExitCode != 0)
            {
                refused.Add(tenant);
            }
        }

        await portal.TryAsync("sync", id, "--wait");
        var waiting = refused.ShouldHaveSingleItem();
        var linked = await portal.Page.APIRequest.PutAsync(new Uri(portal.Portal.Address, $"/api/v1/mappings/{id}/{waiting}").ToString(), new() { DataObject = new { companyId = company } });
        linked.Ok.ShouldBeTrue(await linked.TextAsync());
        return (id, waiting);
    }

    [GeneratedRegex("^(?<done>Thank you, it is connected|This is done already)$", RegexOptions.None, 1_000)]
    private static partial Regex Connected();

    private static async Task<IReadOnlyList<JsonElement>> ClientsAsync(ConnectedPortal portal, string cloud) => [.. (await portal.RunAsync("clients", "list", cloud, "--json")).Json().EnumerateArray()];

    /// <summary>The client takes its consent back, and the portal has noticed.</summary>
    private static async Task EndConsentAsync(ConnectedPortal portal, string cloud, string tenant)
    {
        using var answer = await portal.Simulator.Client.PostAsJsonAsync(new Uri($"/control/microsoft365/tenants/{tenant}/edits", UriKind.Relative), new[] { new { Do = "removeApp" } });
        answer.EnsureSuccessStatusCode();
        await portal.TryAsync("sync", cloud, "--wait");
        await Eventually.IsAsync(
            "the client needs consent", async () => (await ClientsAsync(portal, cloud)).Single(c => c.GetProperty("id").GetString() == tenant).GetProperty("status").GetString(), s => s == "needsConsent", TimeSpan.FromMinutes(2));
    }
}
