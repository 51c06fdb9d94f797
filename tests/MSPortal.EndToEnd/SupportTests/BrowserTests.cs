using MSPortal.EndToEnd.Support;
using Shouldly;
using Xunit;

namespace MSPortal.EndToEnd.SupportTests;

public sealed class BrowserTests
{
    private const string Page = """
        <!doctype html><html lang="en"><head><title>Tiny</title>
        <style>body { background: white; color: black } @media (prefers-color-scheme: dark) { body { background: black; color: white } }</style></head>
        <body><main><h1>Tiny</h1><button type="button" onclick="document.cookie='seen=1';this.textContent=document.cookie">Press</button></main></body></html>
        """;

    [Fact]
    public async Task A_button_is_pressed_and_the_next_profile_knows_nothing_of_it()
    {
        await using var server = await TinyServer.StartAsync(Page);
        await using var first = await Browser.OpenAsync(server.Address);
        await using var second = await Browser.OpenAsync(server.Address);

        await first.Page.GotoAsync("/");
        await first.Page.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "Press" }).ClickAsync();
        await second.Page.GotoAsync("/");

        (await first.Page.GetByRole(Microsoft.Playwright.AriaRole.Button).TextContentAsync()).ShouldBe("seen=1");
        (await second.Page.EvaluateAsync<string>("document.cookie")).ShouldBe("");
        first.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task Light_dark_and_phone_look_as_asked()
    {
        await using var server = await TinyServer.StartAsync(Page);
        async Task<string> SeenAsync(Look look)
        {
            await using var browser = await Browser.OpenAsync(server.Address, look);
            await browser.Page.GotoAsync("/");
            return await browser.Page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor + ' ' + innerWidth");
        }

        (await SeenAsync(Look.Light)).ShouldBe("rgb(255, 255, 255) 1280");
        (await SeenAsync(Look.Night)).ShouldBe("rgb(0, 0, 0) 1280");
        (await SeenAsync(Look.Phone)).ShouldBe("rgb(255, 255, 255) 390");
    }

    [Fact]
    public async Task Errors_of_script_console_and_server_are_seen()
    {
        await using var server = await TinyServer.StartAsync("""
            <!doctype html><title>Bad</title><script>console.error('said'); fetch('/broken').then(() => { throw new Error('thrown') })</script>
            """);
        await using var browser = await Browser.OpenAsync(server.Address);

        await browser.Page.GotoAsync("/");
        await Eventually.IsTrueAsync("the script has thrown", () => Task.FromResult(browser.Errors.Any(e => e.StartsWith("script:", StringComparison.Ordinal))));

        browser.Errors.ShouldContain(e => e.StartsWith("console: said", StringComparison.Ordinal));
        browser.Errors.ShouldContain(e => e.StartsWith("500: ", StringComparison.Ordinal));
        browser.Errors.ShouldContain(e => e.Contains("thrown", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_screenshot_is_a_picture_file()
    {
        await using var server = await TinyServer.StartAsync(Page);
        await using var browser = await Browser.OpenAsync(server.Address);
        await browser.Page.GotoAsync("/");

        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.webp");
        await browser.ScreenshotAsync(path);

        var bytes = await File.ReadAllBytesAsync(path);
        File.Delete(path);
        bytes.Take(4).ShouldBe("RIFF"u8.ToArray());
    }

    [Fact]
    public async Task Axe_finds_nothing_on_a_good_page_and_names_what_is_wrong_on_a_bad_one()
    {
        await using var good = await TinyServer.StartAsync(Page);
        await using var bad = await TinyServer.StartAsync(
            """<!doctype html><html lang="en"><title>Bad</title><main><h1 style="color:#ccc;background:#fff">Pale</h1><input id="nameless"></main></html>""");
        await using var browser = await Browser.OpenAsync();

        await browser.Page.GotoAsync(good.Address.ToString());
        (await Axe.ViolationsAsync(browser.Page)).ShouldBeEmpty();

        await browser.Page.GotoAsync(bad.Address.ToString());
        var violations = await Axe.ViolationsAsync(browser.Page);
        violations.Select(v => v.Split(' ')[0]).ShouldBe(["color-contrast", "label"], ignoreOrder: true);
        violations.ShouldContain(v => v.Contains("#nameless", StringComparison.Ordinal));
    }
}
