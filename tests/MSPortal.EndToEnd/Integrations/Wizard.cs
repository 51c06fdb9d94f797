using System.Text.Json;
using Microsoft.Playwright;
using MSPortal.EndToEnd.Support;

namespace MSPortal.EndToEnd.Integrations;

/// <summary>Walks through the portal as a new administrator does.</summary>
internal static class Wizard
{
    public const string Password = "correct horse battery";

    /// <summary>Makes the first administrator of an empty portal; the browser is signed in afterwards.</summary>
    public static async Task SetUpAsync(IPage page)
    {
        await page.GotoAsync("/setup");
        await page.FillAsync("#tenant", "Northwind IT");
        await page.FillAsync("#name", "Ada Lovelace");
        await page.FillAsync("#email", "ada@example.com");
        await page.FillAsync("#password", Password);
        await page.ClickAsync("button[type=submit]");
        await page.WaitForURLAsync(url => !url.EndsWith("/setup", StringComparison.Ordinal));
    }

    public static async Task SignInAsync(IPage page)
    {
        await page.GotoAsync("/signin");
        await page.FillAsync("input[type=email]", "ada@example.com");
        await page.FillAsync("input[type=password]", Password);
        await page.ClickAsync("button[type=submit]");
        await page.WaitForURLAsync(url => !url.Contains("/signin", StringComparison.Ordinal));
    }

    /// <summary>What the simulated vendor would have told its customer.</summary>
    public static async Task<Dictionary<string, string>> CredentialsAsync(SimulatorProcess simulator)
    {
        var about = JsonSerializer.Deserialize<JsonElement>(await simulator.Client.GetStringAsync(new Uri("/control/connectwise", UriKind.Relative)));
        return new[] { "apiUrl", "companyId", "publicKey", "privateKey", "clientId" }.ToDictionary(key => key, key => about.GetProperty(key).GetString()!);
    }

    /// <summary>Opens the connect form and fills it in.</summary>
    public static async Task FillAsync(IPage page, Dictionary<string, string> credentials)
    {
        await ReadyAsync(page);
        foreach (var (key, value) in credentials)
        {
            await page.FillAsync($"input[name={key}]", value);
        }
    }

    /// <summary>The page answers only when its circuit stands.</summary>
    public static async Task ReadyAsync(IPage page)
    {
        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        await page.WaitForFunctionAsync("() => window.Blazor !== undefined");
    }

    public static ILocator Button(IPage page, string name) => page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    public static Task StepAsync(IPage page, string step) => page.WaitForURLAsync(url => url.EndsWith($"/setup/{step}", StringComparison.Ordinal));
}
