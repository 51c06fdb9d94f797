using System.Text.Json;
using Microsoft.Playwright;
using MSPortal.EndToEnd.Support;
using MSPortal.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace MSPortal.EndToEnd.Integrations;

/// <summary>Walks through the portal as a new administrator does.</summary>
internal static class Wizard
{
    public const string Email = "ada@example.com";

    public const string Password = "correct horse battery";

    /// <summary>Makes the first administrator of an empty portal; the browser is signed in afterwards.</summary>
    public static async Task SetUpAsync(IPage page)
    {
        await SetUpAccountAsync(page);
        await SetUpSecondFactorAsync(page);
    }

    /// <summary>As far as the second factor.</summary>
    public static async Task SetUpAccountAsync(IPage page)
    {
        await page.GotoAsync("/setup");
        await page.FillAsync("#tenant", "Northwind IT");
        await page.FillAsync("#name", "Ada Lovelace");
        await page.FillAsync("#email", Email);
        await page.FillAsync("#password", Password);
        await page.ClickAsync("button[type=submit]");
        await PathAsync(page, "/account/second-factor");
    }

    /// <summary>As the person's authenticator app has it; leads on into the portal.</summary>
    public static async Task SetUpSecondFactorAsync(IPage page)
    {
        await page.FillAsync("#code", Authenticator.CodeOf((await page.Locator("[data-key]").GetAttributeAsync("data-key"))!));
        await page.ClickAsync("button[type=submit]");
        await Expect(page.Locator(".recovery-codes li")).ToHaveCountAsync(10);
        await Link(page, "I have kept them").ClickAsync();
        await ArriveAsync(page, "the portal", path => path != "/account/second-factor");
    }

    /// <summary>What the simulated vendor would have told its customer, for the fields of the form that is open.</summary>
    public static async Task<Dictionary<string, string>> CredentialsAsync(SimulatorServer simulator, IPage page, string provider)
    {
        await ReadyAsync(page);
        var about = await AboutAsync(simulator, provider);
        var names = await page.Locator(".schema-form input[name]").EvaluateAllAsync<string[]>("inputs => inputs.map(i => i.name)");
        return names.Where(name => about.TryGetProperty(name, out _)).ToDictionary(name => name, name => about.GetProperty(name).GetString()!);
    }

    /// <summary>The same for ConnectWise, also without a form.</summary>
    public static Task<Dictionary<string, string>> CredentialsAsync(SimulatorServer simulator) =>
        CredentialsAsync(simulator, "connectwise", "apiUrl", "companyId", "publicKey", "privateKey", "clientId");

    /// <summary>The same for any provider, by the names of its settings.</summary>
    public static async Task<Dictionary<string, string>> CredentialsAsync(SimulatorServer simulator, string provider, params string[] keys)
    {
        var about = await AboutAsync(simulator, provider);
        return keys.ToDictionary(key => key, key => about.GetProperty(key).GetString()!);
    }

    private static async Task<JsonElement> AboutAsync(SimulatorServer simulator, string provider) =>
        JsonSerializer.Deserialize<JsonElement>(await simulator.Client.GetStringAsync(new Uri($"/control/{provider}", UriKind.Relative)));

    /// <summary>Fills in the connect form that is open.</summary>
    public static async Task FillAsync(IPage page, Dictionary<string, string> credentials)
    {
        await ReadyAsync(page);
        foreach (var (key, value) in credentials)
        {
            await page.FillAsync($"input[name={key}]", value);
        }
    }

    /// <summary>Opens a page and waits until it answers.</summary>
    public static async Task OpenAsync(IPage page, string path)
    {
        await page.GotoAsync(path);
        await ReadyAsync(page);
    }

    /// <summary>The page answers only when its circuit stands: what is typed before would be lost.</summary>
    public static Task ReadyAsync(IPage page) => Expect(page.Locator("main[data-live=true]")).ToBeVisibleAsync();

    public static ILocator Button(IPage page, string name) => page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    public static ILocator Link(IPage page, string name) => page.GetByRole(AriaRole.Link, new() { Name = name, Exact = true });

    public static Task StepAsync(IPage page, string step) => ArriveAsync(page, $"…/setup/{step}", path => path.EndsWith($"/setup/{step}", StringComparison.Ordinal));

    public static Task PathAsync(IPage page, string path) => ArriveAsync(page, path, p => p == path);

    /// <summary>Asks where the page is, again and again: waiting for the browser to tell misses what happens as the waiting begins.</summary>
    public static async Task ArriveAsync(IPage page, string where, Func<string, bool> fits)
    {
        try
        {
            await Eventually.IsAsync($"the page is at {where}", () => Task.FromResult(new Uri(page.Url).AbsolutePath), fits, TimeSpan.FromMinutes(2));
            await page.WaitForLoadStateAsync();
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message}\nIt shows:\n{await page.Locator("body").InnerTextAsync()}", e);
        }
    }
}
