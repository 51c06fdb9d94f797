using System.Globalization;
using System.Text.Json.Nodes;
using MSPortal.Connectors.Syncro;
using MSPortal.Core.Contracts;
using Shouldly;
using Xunit;
using static MSPortal.Tests.Connectors.Syncro.SyncroScript;

namespace MSPortal.Tests.Connectors.Syncro;

/// <summary>Numbered pages in an order that nobody promises, under a reader who must not lose a row.</summary>
public sealed class PassTests
{
    private const string Path = "/contacts";
    private static readonly ReadRequest Full = new(PassKind.Full, Cursor.Start, null);
    private static readonly ReadRequest Changes = new(PassKind.Incremental, Cursor.Start, new(2026, 1, 2, 3, 4, 5, 999, TimeSpan.Zero));

    private readonly SyncroScript vendor = new();

    [Theory]
    [InlineData(0, 50, true)]
    [InlineData(1, 50, true)]
    [InlineData(50, 50, true)]
    [InlineData(51, 50, true)]
    [InlineData(230, 25, true)]
    [InlineData(230, 100, true)]
    [InlineData(0, 50, false)]
    [InlineData(100, 50, false)]
    [InlineData(130, 50, false)]
    public async Task Every_row_comes_whatever_the_size_of_a_page_and_with_or_without_a_number_of_pages(int rows, int size, bool says)
    {
        vendor.With(Path, Enumerable.Range(1, rows));
        (vendor.PageSize, vendor.SaysPages) = (size, says);

        var pages = await ReadAsync(Full);

        Ids(pages).ShouldBe(Range(1, rows));
        pages[^1].Complete.ShouldBeTrue();
        pages.SkipLast(1).ShouldAllBe(p => !p.Complete && p.Doubt == null);
        vendor.Calls(Path).Select(r => r["page"]).ShouldBe(Range(1, vendor.Calls(Path).Count()));
    }

    [Fact]
    public async Task A_list_that_ignores_page_numbers_and_says_nothing_ends_when_it_repeats_itself()
    {
        vendor.With(Path, Enumerable.Range(1, 7));
        vendor.SaysPages = false;
        vendor.Script = r => r.Path == Path ? Answer(200, new JsonObject { ["contacts"] = new JsonArray([.. vendor.Rows[Path].Select(x => x.DeepClone())]) }.ToJsonString()) : null;

        Ids(await ReadAsync(Full)).ShouldBe(Range(1, 7));
        vendor.Calls(Path).Count().ShouldBe(2);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Rows_deleted_behind_the_reader_cost_no_other(bool saysEntries)
    {
        vendor.With(Path, Enumerable.Range(1, 400));
        vendor.SaysEntries = saysEntries;
        OnPage(5, () => vendor.Rows[Path].RemoveAll(r => (int)r["id"]! is > 20 and <= 90));

        var pages = await ReadAsync(Full);

        Ids(pages).ShouldBe([.. Range(1, 400)]);
        pages[^1].Complete.ShouldBeTrue();
    }

    [Fact]
    public async Task One_row_deleted_behind_the_reader_of_changes_costs_no_other_although_no_number_tells_it()
    {
        vendor.With("/tickets", Enumerable.Range(1, 120));
        OnPage(2, () => vendor.Rows["/tickets"].RemoveAll(r => (int)r["id"]! == 7), "/tickets");

        var pages = await TicketsAsync(Changes);

        Ids(pages).ShouldBe(Range(1, 120));
        pages[^1].Complete.ShouldBeTrue();
        vendor.Calls("/tickets").Select(r => r["page"]).ShouldBe(["1", "2", "3", "2", "1"]);
    }

    [Fact]
    public async Task Rows_added_in_front_while_reading_come_twice_and_make_no_doubt()
    {
        vendor.With(Path, Enumerable.Range(1, 200));
        vendor.SaysEntries = true;
        OnPage(3, () => vendor.Rows[Path].InsertRange(0, Enumerable.Range(900, 10).Select(Row)));

        var pages = await ReadAsync(Full);

        Ids(pages).ShouldBe(Range(1, 200));
        pages[^1].Complete.ShouldBeTrue();
    }

    [Fact]
    public async Task A_page_shorter_than_it_may_be_is_asked_for_again()
    {
        vendor.With(Path, Enumerable.Range(1, 180));
        var shorten = true;
        vendor.Script = r => r.Path == Path && r["page"] == "2" && shorten && !(shorten = false) ? Cut(r, 30) : null;

        Ids(await ReadAsync(Full)).ShouldBe(Range(1, 180));
        vendor.Calls(Path).Select(r => r["page"]).ShouldBe(["1", "2", "2", "3", "4"]);
    }

    [Fact]
    public async Task A_page_that_is_always_shorter_is_believed_where_no_number_speaks_against_it()
    {
        vendor.With(Path, Enumerable.Range(1, 180));
        vendor.Script = r => r.Path == Path && r["page"] == "2" ? Cut(r, 1) : null;

        (await ReadAsync(Full))[^1].Complete.ShouldBeTrue();
    }

    [Fact]
    public async Task A_row_left_out_once_is_found_by_reading_again()
    {
        vendor.With(Path, Enumerable.Range(1, 130));
        vendor.SaysEntries = true;
        var shorten = 1;
        vendor.Script = r => r.Path == Path && r["page"] == "3" && shorten-- > 0 ? Cut(r, 1) : null;

        var pages = await ReadAsync(Full);

        Ids(pages).ShouldBe(Range(1, 130));
        pages[^1].Complete.ShouldBeTrue();
    }

    [Fact]
    public async Task A_row_left_out_always_is_a_doubt_with_both_numbers()
    {
        vendor.With(Path, Enumerable.Range(1, 1130));
        vendor.SaysEntries = true;
        vendor.Script = r => r.Path == Path && r["page"] == "23" ? Cut(r, 1) : null;

        var pages = await ReadAsync(Full);

        pages.ShouldAllBe(p => !p.Complete);
        pages[^1].Doubt.ShouldBe("Syncro counts 1,130 contacts but delivered only 1,129, also when asked a second time.");
    }

    [Fact]
    public async Task An_empty_page_in_the_middle_is_a_doubt_and_never_the_end()
    {
        vendor.With("/tickets", Enumerable.Range(1, 180));
        vendor.Script = r => r.Path == "/tickets" && r["page"] == "2" ? Answer(200, """{"tickets":[],"meta":{"total_pages":4,"page":2}}""") : null;

        var pages = await TicketsAsync(Full);

        pages[^1].Complete.ShouldBeFalse();
        pages[^1].Doubt.ShouldBe("Syncro speaks of 4 pages of tickets, but page 2 came empty, also when asked a second time.");
    }

    [Fact]
    public async Task An_empty_list_that_counts_rows_is_not_believed()
    {
        vendor.Script = r => r.Path == Path ? Answer(200, """{"contacts":[],"meta":{"total_pages":1,"total_entries":3,"page":1}}""") : null;

        (await ReadAsync(Full))[^1].Doubt.ShouldBe("Syncro counts 3 contacts but delivered only 0, also when asked a second time.");
    }

    [Fact]
    public async Task A_list_that_shrinks_without_end_ends_in_a_doubt()
    {
        var entries = 1_000_000;
        vendor.With(Path, Enumerable.Range(1, 5000));
        vendor.Script = r => r.Path == Path ? Answer(200, new JsonObject
        {
            ["contacts"] = new JsonArray([.. vendor.Rows[Path].Take(50).Select(x => x.DeepClone())]),
            ["meta"] = new JsonObject { ["total_pages"] = 100, ["total_entries"] = --entries },
        }.ToJsonString()) : null;

        (await ReadAsync(Full))[^1].Doubt.ShouldBe("So many contacts were deleted while they were being read that some may have been missed.");
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("""{"q":"other","p":5,"n":500}""")]
    public async Task A_cursor_of_another_question_starts_over(string cursor)
    {
        vendor.With(Path, Enumerable.Range(1, 10));

        Ids(await ReadAsync(Full with { Cursor = new(cursor) })).ShouldBe(Range(1, 10));
    }

    [Fact]
    public async Task Changes_are_asked_for_from_a_full_second_in_utc_on_and_nothing_else_narrows_them()
    {
        vendor.With("/tickets", Enumerable.Range(1, 3));
        vendor.Scope = new TicketScope { Containers = null, ExcludedStatuses = ["New"], HistoryMonths = 12 };

        await TicketsAsync(Changes);

        vendor.Calls("/tickets").Single()["since_updated_at"].ShouldBe("2026-01-02T03:04:05Z");
        vendor.Calls("/tickets").Single().Names.ShouldBe(["since_updated_at", "page"]);
    }

    [Fact]
    public async Task A_complete_read_takes_the_history_and_what_is_open_however_old()
    {
        vendor.With("/tickets", Enumerable.Range(1, 60));
        vendor.Scope = new TicketScope { Containers = null, HistoryMonths = 12 };

        var pages = await TicketsAsync(Full);

        vendor.Calls("/tickets").Select(r => (r["since_updated_at"], r["status"], r["page"]))
            .ShouldBe([("2025-06-01T12:00:00Z", null, "1"), ("2025-06-01T12:00:00Z", null, "2"), (null, "Not Closed", "1"), (null, "Not Closed", "2")]);
        pages.Select(p => p.Complete).ShouldBe([false, false, false, true]);
    }

    [Fact]
    public async Task Without_an_end_of_the_history_everything_is_read_once()
    {
        vendor.With("/tickets", Enumerable.Range(1, 3));
        vendor.Scope = new TicketScope { Containers = null, HistoryMonths = null };

        await TicketsAsync(Full);

        vendor.Calls("/tickets").Single().Names.ShouldBe(["page"]);
    }

    [Fact]
    public async Task Customers_come_with_those_that_are_disabled()
    {
        vendor.With("/customers", Enumerable.Range(1, 3));

        await ReadAsync(Full, SyncroStreams.Companies);

        vendor.Calls("/customers").ShouldAllBe(r => r["include_disabled"] == "true");
    }

    [Fact]
    public async Task A_row_whose_id_cannot_be_read_is_reported_without_one_and_costs_no_other()
    {
        vendor.Script = r => r.Path == Path ? Answer(200, """{"contacts":[{"id":1},{"id":"x"},{"name":"none"},7,{"id":5,"opt_out":1,"updated_at":17}],"meta":{"total_pages":1,"total_entries":5}}""") : null;

        var pages = await ReadAsync(Full);

        Ids(pages).ShouldBe(["1"]);
        pages[0].Bad.Select(b => b.ExternalId).ShouldBe([null, null, null, "5"]);
        pages[0].Complete.ShouldBeTrue();
    }

    [Fact]
    public async Task The_vendor_s_clock_and_the_number_of_rows_come_with_a_page()
    {
        vendor.With(Path, Enumerable.Range(1, 120));
        (vendor.SaysEntries, vendor.ClockSkew) = (true, TimeSpan.FromMinutes(-7));

        var first = (await ReadAsync(Full))[0];

        first.VendorTime.ShouldBe(vendor.Clock.GetUtcNow() - TimeSpan.FromMinutes(7));
        first.Total.ShouldBe(120);
    }

    private System.Net.Http.HttpResponseMessage Cut(Request request, int rows)
    {
        var page = vendor.Page(request.Path, vendor.Rows[request.Path], request);
        var list = page[Wrapper(request.Path)]!.AsArray();
        for (var i = 0; i < rows; i++)
        {
            list.RemoveAt(list.Count - 1);
        }

        return Answer(200, page.ToJsonString());
    }

    /// <summary>Something happens just before a page is served for the first time.</summary>
    private void OnPage(int page, Action happens, string path = Path)
    {
        var done = false;
        vendor.Script = r =>
        {
            if (!done && r.Path == path && r["page"] == page.ToString(CultureInfo.InvariantCulture))
            {
                done = true;
                happens();
            }

            return null;
        };
    }

    private static string[] Range(int first, int last) => [.. Enumerable.Range(first, Math.Max(0, last - first + 1)).Select(i => i.ToString(CultureInfo.InvariantCulture))];

    private static string[] Ids(IEnumerable<Page> pages) =>
        [.. pages.SelectMany(p => p.Rows).Select(r => r.ExternalId).Distinct(StringComparer.Ordinal).OrderBy(id => int.Parse(id, CultureInfo.InvariantCulture))];

    private Task<List<Page>> ReadAsync(ReadRequest request, SyncroList? list = null) =>
        CollectAsync(SyncroStreams.Read(vendor.Client(), list ?? SyncroStreams.Contacts, request, TestContext.Current.CancellationToken));

    private Task<List<Page>> TicketsAsync(ReadRequest request) =>
        CollectAsync(SyncroStreams.ReadTickets(vendor.Client(), request, TestContext.Current.CancellationToken));

    private static async Task<List<Page>> CollectAsync(IAsyncEnumerable<Page> read)
    {
        var pages = new List<Page>();
        await foreach (var page in read)
        {
            pages.Add(page);
            pages.Count.ShouldBeLessThan(200);
        }

        return pages;
    }
}
