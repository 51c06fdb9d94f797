using Microsoft.Playwright;
using MSPortal.Tests.Support;
using Xunit;

[assembly: AssemblyFixture(typeof(MSPortal.EndToEnd.Support.SharedChromium))]

namespace MSPortal.EndToEnd.Support;

/// <summary>One Chromium for the whole run, since starting it costs more than most tests; each test has a profile of its own in it.</summary>
public sealed class SharedChromium : IAsyncDisposable
{
    private static readonly SemaphoreSlim Gate = new(1, 1);

    private static readonly string[] Flags =
    [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
    ];

    private static IPlaywright? playwright;
    private static IBrowser? chromium;

    /// <summary>The browser, started when there is none or the last one crashed; skips without Chromium (fails in CI).</summary>
    public static async Task<IBrowser> GetAsync()
    {
        var executable = Dependency.Chromium();
        await Gate.WaitAsync();
        try
        {
            if (chromium is not { IsConnected: true })
            {
                playwright ??= await Playwright.CreateAsync();
                chromium = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = executable, Args = Flags, ChromiumSandbox = false });
            }

            return chromium;
        }
        finally
        {
            Gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (chromium is not null)
        {
            await chromium.CloseAsync();
        }

        playwright?.Dispose();
    }
}
