using System.Text.RegularExpressions;
using MSPortal.EndToEnd.Support;
using Shouldly;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace MSPortal.EndToEnd.Acceptance;

/// <summary>The first thing that anyone runs.</summary>
public sealed partial class DemoTests
{
    [Fact]
    public async Task Its_link_signs_in_as_often_as_it_is_opened_and_shows_tickets()
    {
        await using var demo = ChildProcess.Start(
            Path.Combine(AppContext.BaseDirectory, "MSPortal.Demo"),
            ["--urls", FreePort.Address().GetLeftPart(UriPartial.Authority), "--companies", "6", "--tickets", "60"],
            new Dictionary<string, string?>());
        var link = new Uri(await demo.WaitForLineAsync(line => Link().Match(line) is { Success: true } found ? found.Value : null, TimeSpan.FromMinutes(5)));

        for (var visit = 1; visit <= 2; visit++)
        {
            await using var browser = await Browser.OpenAsync(new Uri(link.GetLeftPart(UriPartial.Authority)));
            await browser.Page.GotoAsync(link.ToString());
            new Uri(browser.Page.Url).AbsolutePath.ShouldBe("/tickets");
            await Expect(browser.Page.Locator("a[href^='/tickets/']").First).ToBeVisibleAsync(new() { Timeout = 60_000 });
        }

        demo.Terminate();
        (await demo.WaitForExitAsync(TimeSpan.FromMinutes(1))).ShouldBe(0, demo.Everything);
    }

    [GeneratedRegex(@"http://\S+/demo/\S+", RegexOptions.None, 60_000)]
    private static partial Regex Link();
}
