using System.Collections.Concurrent;
using Microsoft.Playwright;
using MSPortal.Tests.Support;

namespace MSPortal.EndToEnd.Support;

/// <summary>How a page is looked at.</summary>
public sealed record Look(bool Dark = false, int Width = 1280, int Height = 800)
{
    public static Look Light { get; } = new();

    public static Look Night { get; } = new(Dark: true);

    public static Look Phone { get; } = new(Width: 390, Height: 844);
}

/// <summary>A real browser with a fresh profile: no cookie, no cache, nothing of another test.</summary>
public sealed class Browser : IAsyncDisposable
{
    private const int Quality = 70;

    /// <summary>A button that the next page has replaced loses the focus, say: the framework's own words for an event that came too late to matter. What a handler throws ends the circuit, in other words.</summary>
    private const string OfWhatIsGone = "There is no event handler associated with this event.";

    private readonly IBrowserContext context;
    private readonly ConcurrentQueue<string> errors = new();

    private Browser(IBrowserContext context, IPage page)
    {
        (this.context, Page) = (context, page);
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                errors.Enqueue($"console: {message.Text} ({message.Location})");
            }
        };
        page.PageError += (_, error) =>
        {
            if (!error.Contains(OfWhatIsGone, StringComparison.Ordinal))
            {
                errors.Enqueue($"script: {error}");
            }
        };
        page.Response += (_, response) =>
        {
            if (response.Status >= 500)
            {
                errors.Enqueue($"{response.Status}: {response.Url}");
            }
        };
    }

    public IPage Page { get; }

    /// <summary>Console errors, uncaught exceptions and answers from 500 up: on a good day, none.</summary>
    public IReadOnlyCollection<string> Errors => errors;

    /// <param name="address">What relative addresses in <c>Page.GotoAsync("/tickets")</c> start from.</param>
    /// <param name="signedIn">Another browser's cookies, for the same person at another screen.</param>
    public static async Task<Browser> OpenAsync(Uri? address = null, Look? look = null, string? signedIn = null)
    {
        look ??= Look.Light;
        var chromium = await SharedChromium.GetAsync();
        var profile = await chromium.NewContextAsync(new()
        {
            BaseURL = address?.ToString(),
            ColorScheme = look.Dark ? ColorScheme.Dark : ColorScheme.Light,
            ViewportSize = new() { Width = look.Width, Height = look.Height },
            ReducedMotion = ReducedMotion.Reduce, // A colour in mid-transition is nobody's contrast.
            Locale = "en-US",
            TimezoneId = "UTC",
            StorageState = signedIn,
        });
        profile.SetDefaultTimeout(120_000);
        Assertions.SetDefaultExpectTimeout(120_000);
        return new Browser(profile, await profile.NewPageAsync());
    }

    /// <summary>A picture of the whole page as WebP, small enough to be kept with the sources; Playwright's own are three times as large.</summary>
    /// <param name="path">Relative to the repository; ends in .webp.</param>
    public async Task ScreenshotAsync(string path)
    {
        // In a window as high as the page: what stays in sight while somebody scrolls would otherwise end in the middle of the picture.
        var window = Page.ViewportSize!;
        await Page.SetViewportSizeAsync(window.Width, Math.Max(window.Height, await Page.EvaluateAsync<int>("document.documentElement.scrollHeight")));
        var session = await context.NewCDPSessionAsync(Page);
        var picture = await session.SendAsync("Page.captureScreenshot", new() { ["format"] = "webp", ["quality"] = Quality });
        await session.DetachAsync();
        await Page.SetViewportSizeAsync(window.Width, window.Height);
        await File.WriteAllBytesAsync(Path.Combine(Repository.Root, path), picture!.Value.GetProperty("data").GetBytesFromBase64());
    }

    public ValueTask DisposeAsync() => context.DisposeAsync();
}
