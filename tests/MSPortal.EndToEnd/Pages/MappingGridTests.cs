using System.Globalization;
using Microsoft.Playwright;
using MSPortal.EndToEnd.Integrations;
using MSPortal.EndToEnd.Support;
using Shouldly;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace MSPortal.EndToEnd.Pages;

/// <summary>The mapping of 5,000 companies in 8 integrations. <c>docs/benchmarks.md</c> has the figures and how to take them.</summary>
public sealed class MappingGridTests(ITestOutputHelper output)
{
    private const string Path = "/settings/integrations/companies";
    private const int Loads = 7;
    private const int MostRows = 60;

    /// <summary>Watches from before the page's own scripts on, so that nothing comes and goes unseen.</summary>
    private const string Watch = """
        window.watched = { most: 0, tasks: [], row: null };
        new PerformanceObserver(list => list.getEntries().forEach(e => watched.tasks.push(e.duration))).observe({ type: 'longtask', buffered: true });
        new MutationObserver(() => {
            const rows = document.querySelectorAll('.mapping-table tbody tr');
            watched.most = Math.max(watched.most, rows.length);
            if (watched.row === null && document.querySelector('.mapping-cell')) requestAnimationFrame(() => watched.row ??= performance.now());
        }).observe(document, { childList: true, subtree: true });
        """;

    private const string ScrollTo = "share => { const e = document.querySelector('.mapping'); e.scrollIntoView({ block: 'end' }); e.scrollTop = share * (e.scrollHeight - e.clientHeight); }";

    /// <summary>The next message that asks for rows does not arrive, as when the connection is gone for a moment.</summary>
    private const string LoseOne = """
        window.lost = 0;
        const send = WebSocket.prototype.send;
        WebSocket.prototype.send = function (data) {
            if (window.isDeaf && new TextDecoder().decode(data).includes('OnSpacer')) {
                window.isDeaf = false;
                window.lost++;
                return;
            }
            send.call(this, data);
        };
        """;

    /// <summary>Where the table stands, which rows it holds and for how long this page has been open.</summary>
    private const string Whereabouts = """
        () => {
            const e = document.querySelector('.mapping'), rows = [...document.querySelectorAll('.mapping-table tbody tr')];
            return `${e.scrollTop} of ${e.scrollHeight - e.clientHeight}, ${rows.map(r => r.style.height || r.querySelector('th')?.title).join('; ')}; open for ${Math.round(performance.now())} ms, ${document.querySelector('main')?.outerHTML.slice(0, 120)}`;
        }
        """;

    /// <summary>The companies whose rows are there, once none is on its way.</summary>
    private const string Held = """
        () => new Promise(done => {
            const look = () => {
                const names = [...document.querySelectorAll('.mapping-table tbody tr th')].map(h => h.title);
                names.length && names.every(n => n) ? done(names) : requestAnimationFrame(look);
            };
            look();
        })
        """;

    /// <summary>Milliseconds until the rows at that place have come.</summary>
    private const string JumpTo = """
        share => new Promise(done => {
            const e = document.querySelector('.mapping'), began = performance.now();
            const there = () => { const box = e.getBoundingClientRect(), at = document.elementFromPoint(box.left + 40, box.top + box.height / 2)?.closest('tr'); return at?.querySelector('.mapping-cell'); };
            const look = () => there() ? done(performance.now() - began) : requestAnimationFrame(look);
            e.scrollTop = share * (e.scrollHeight - e.clientHeight);
            requestAnimationFrame(look);
        })
        """;

    private readonly ManyCompanies companies = new(5_000, 8);

    [Fact]
    public async Task However_far_somebody_scrolls_at_most_sixty_rows_are_in_the_page_and_they_are_the_right_ones()
    {
        await using var home = new PortalHome();
        await using var portal = await ServeAsync(home);
        await using var first = await Browser.OpenAsync(portal.Address);
        await Wizard.SetUpAsync(first.Page);
        var state = await first.Page.Context.StorageStateAsync();
        foreach (var look in new[] { Look.Light, Look.Phone, new Look(Width: 2560, Height: 1440) })
        {
            await using var browser = await OpenAsync(portal, state, look);
            await Expect(browser.Page.GetByText("5,000 companies")).ToBeVisibleAsync();
            await WheelAsync(browser.Page, steps: 60);
            foreach (var share in new[] { 0.5, 0.1, 0.9, 1 })
            {
                await FindAsync(browser, companies.Names[(int)(share * (companies.Names.Count - 1))], share, look);
                var held = await browser.Page.EvaluateAsync<string[]>(Held);
                held.ShouldBe(companies.Names.SkipWhile(n => n != held[0]).Take(held.Length), $"{look} at {share}: no row is left out, and none is another's");
            }

            (await browser.Page.EvaluateAsync<int>("watched.most")).ShouldBeInRange(10, MostRows);
            browser.Errors.ShouldBeEmpty();
        }
    }

    /// <summary>
    /// How high a row is the framework learns from those that it holds, which on a busy machine are for a moment more than the browser has measured: then the same share
    /// of the way is another company. Whoever looks for one scrolls on.
    /// </summary>
    private static async Task FindAsync(Browser browser, string company, double share, Look look)
    {
        for (var tries = 1; ; tries++)
        {
            await browser.Page.EvaluateAsync(ScrollTo, share);
            try
            {
                await Expect(Row(browser.Page, company)).ToBeInViewportAsync(new() { Timeout = 20_000 });
                return;
            }
            catch (PlaywrightException) when (tries < 6)
            {
            }
            catch (PlaywrightException)
            {
                Assert.Fail($"{look}: {company} at {share} is not in sight: {await browser.Page.EvaluateAsync<string>(Whereabouts)}; {string.Join("; ", browser.Errors)}");
            }
        }
    }

    [Fact]
    public async Task Rows_that_were_asked_for_while_nobody_heard_are_asked_for_again()
    {
        await using var home = new PortalHome();
        await using var portal = await ServeAsync(home);
        await using var browser = await Browser.OpenAsync(portal.Address);
        await Wizard.SetUpAsync(browser.Page);
        await browser.Page.AddInitScriptAsync(LoseOne);
        await Wizard.OpenAsync(browser.Page, Path);
        await Expect(browser.Page.Locator(".mapping-cell").First).ToBeVisibleAsync();
        await Expect(browser.Page.GetByText("5,000 companies")).ToBeVisibleAsync();

        await browser.Page.EvaluateAsync("() => { window.isDeaf = true; }");
        await browser.Page.EvaluateAsync(ScrollTo, 0.5);

        await Expect(Row(browser.Page, companies.Names[(int)(0.5 * (companies.Names.Count - 1))])).ToBeInViewportAsync();
        (await browser.Page.EvaluateAsync<int>("window.lost")).ShouldBe(1);
    }

    /// <summary>Figures for people: no time decides a test.</summary>
    [Fact(Explicit = true)]
    public async Task What_the_browser_measures()
    {
        await using var home = new PortalHome();
        await using var portal = await ServeAsync(home);
        await using var first = await Browser.OpenAsync(portal.Address);
        await Wizard.SetUpAsync(first.Page);
        var state = await first.Page.Context.StorageStateAsync();
        List<double> paints = [], rows = [], loading = [], wheel = [], jumping = [], jumps = [];
        var most = 0;
        for (var load = 0; load <= Loads; load++)
        {
            await using var browser = await OpenAsync(portal, state, Look.Light);
            var paint = await browser.Page.EvaluateAsync<double>("performance.getEntriesByName('first-contentful-paint')[0].startTime");
            var row = await browser.Page.EvaluateAsync<double>("watched.row");
            var tasks = await LongestAsync(browser.Page);
            await WheelAsync(browser.Page, steps: 150);
            var wheeling = await LongestAsync(browser.Page);
            var taken = new List<double>();
            for (var jump = 0; jump < 20; jump++)
            {
                taken.Add(await browser.Page.EvaluateAsync<double>(JumpTo, jump * 7 % 20 / 20.0));
            }

            var last = await LongestAsync(browser.Page);
            most = Math.Max(most, await browser.Page.EvaluateAsync<int>("watched.most"));
            if (load > 0) // The first one also waits for the server to compile.
            {
                paints.Add(paint);
                rows.Add(row);
                loading.Add(tasks);
                wheel.Add(wheeling);
                jumping.Add(last);
                jumps.AddRange(taken);
            }
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
            {Loads} loads in fresh profiles, {companies.Names.Count} companies, 8 integrations; median (smallest–largest), ms
            first contentful paint: {Spread(paints)}
            first rows shown: {Spread(rows)}
            longest task while loading: {Spread(loading)}
            longest task while scrolling by wheel, 150 notches: {Spread(wheel)}
            longest task while jumping 20 times: {Spread(jumping)}
            a jump until its rows are there: {Spread(jumps)}
            most rows in the page: {most}
            """));
    }

    private async Task<PortalProcess> ServeAsync(PortalHome home)
    {
        await companies.FillAsync(home.Database);
        return await home.ServeAsync();
    }

    private static async Task<Browser> OpenAsync(PortalProcess portal, string state, Look look)
    {
        var browser = await Browser.OpenAsync(portal.Address, look, state);
        await browser.Page.AddInitScriptAsync(Watch);
        await Wizard.OpenAsync(browser.Page, Path);
        await Expect(browser.Page.Locator(".mapping-cell").First).ToBeVisibleAsync();
        return browser;
    }

    private static async Task WheelAsync(IPage page, int steps)
    {
        await page.Locator(".mapping").HoverAsync(new() { Position = new() { X = 60, Y = 100 } });
        for (var step = 0; step < steps; step++)
        {
            await page.Mouse.WheelAsync(0, 240);
        }
    }

    /// <summary>Of the tasks since this was last asked; 0 when none took 50 ms, which a browser does not report.</summary>
    private static Task<double> LongestAsync(IPage page) =>
        page.EvaluateAsync<double>("() => new Promise(done => setTimeout(() => done(Math.max(0, ...watched.tasks.splice(0))), 300))");

    private static ILocator Row(IPage page, string company) => page.Locator($".mapping-table th[title='{company}']");

    private static string Spread(List<double> values)
    {
        values.Sort();
        return string.Create(CultureInfo.InvariantCulture, $"{values[values.Count / 2]:0} ({values[0]:0}–{values[^1]:0})");
    }
}
