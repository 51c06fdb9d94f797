using System.Globalization;
using System.Text.Json.Nodes;
using MSPortal.Connectors.ConnectWise;
using MSPortal.Core.Contracts;
using Shouldly;
using Xunit;
using static MSPortal.Tests.Connectors.ConnectWise.ScriptedVendor;

namespace MSPortal.Tests.Connectors.ConnectWise;

public sealed class PassTests
{
    private const string Path = "/company/contacts";
    private static readonly ReadRequest Full = new(PassKind.Full, Cursor.Start, null);
    private static readonly ReadRequest Changes = new(PassKind.Incremental, Cursor.Start, new(2025, 1, 2, 3, 4, 5, 999, TimeSpan.Zero));

    private readonly ScriptedVendor vendor = new();

    [Theory]
    [InlineData(0, true, false)]
    [InlineData(1, true, false)]
    [InlineData(999, true, true)]
    [InlineData(1000, true, false)]
    [InlineData(1000, true, true)]
    [InlineData(1001, false, false)]
    [InlineData(2500, true, false)]
    [InlineData(2500, true, true)]
    [InlineData(2500, false, false)]
    public async Task Every_row_comes_however_the_last_page_looks(int rows, bool links, bool linksForever)
    {
        vendor.With(Path, Enumerable.Range(1, rows));
        (vendor.SendsLinks, vendor.LinksForever) = (links, linksForever);

        var pages = await ReadAsync(Full);

        Ids(pages).ShouldBe(Range(1, rows));
        pages[^1].Complete.ShouldBeTrue();
        pages.SkipLast(1).ShouldAllBe(p => !p.Complete && p.Doubt == null);
    }

    [Fact]
    public async Task A_small_incremental_costs_one_page_and_one_count()
    {
        vendor.With(Path, Enumerable.Range(1, 7));

        await ReadAsync(Changes);

        vendor.Seen.Select(r => r.Path).Where(p => p.StartsWith(Path, StringComparison.Ordinal)).ShouldBe([Path, $"{Path}/count"]);
        vendor.Seen.Where(r => r.Path.StartsWith(Path, StringComparison.Ordinal)).ShouldAllBe(r => r["conditions"] == "lastUpdated>=[2025-01-02T03:04:05Z]");
    }

    [Fact]
    public async Task Pages_are_asked_for_forward_only_and_by_id()
    {
        vendor.With(Path, Enumerable.Range(1, 1500));

        await ReadAsync(Full);

        vendor.Calls(Path).ShouldAllBe(r => r.Headers["pagination-type"] == "forward-only" && r["pageSize"] == "1000" && r["orderBy"] == null && r["page"] == null);
        vendor.Calls(Path).Select(r => r["pageId"]).ShouldBe([null, "1000"]);
    }

    [Fact]
    public async Task A_lower_cap_of_the_server_only_makes_more_pages()
    {
        vendor.With(Path, Enumerable.Range(1, 730));
        vendor.Cap = 100;

        var pages = await ReadAsync(Changes);

        Ids(pages).ShouldBe(Range(1, 730));
        pages[^1].Complete.ShouldBeTrue();
        vendor.Calls($"{Path}/count").Count().ShouldBe(2);
    }

    [Fact]
    public async Task A_short_page_never_ends_a_pass()
    {
        vendor.With(Path, Enumerable.Range(1, 1200));
        vendor.SendsLinks = false;
        var first = true;
        vendor.Script = r => r.Path == Path && first && !(first = false)
            ? Answer(200, new JsonArray([.. Enumerable.Range(1, 40).Select(Row)]).ToJsonString())
            : null;

        Ids(await ReadAsync(Full)).ShouldBe(Range(1, 1200));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("")]
    [InlineData("\r\n")]
    public async Task An_empty_first_page_is_not_believed_while_the_count_says_otherwise(string body)
    {
        vendor.With(Path, Enumerable.Range(1, 3));
        var first = true;
        vendor.Script = r => r.Path == Path && first && !(first = false) ? Answer(200, body) : null;

        var pages = await ReadAsync(Full);

        Ids(pages).ShouldBe(Range(1, 3));
        pages[^1].Complete.ShouldBeTrue();
    }

    [Fact]
    public async Task An_empty_answer_that_stays_empty_is_a_doubt_and_never_complete()
    {
        vendor.With(Path, Enumerable.Range(1, 3));
        vendor.Script = r => r.Path == Path ? Answer(200, "[]") : null;

        var pages = await ReadAsync(Full);

        pages.ShouldAllBe(p => !p.Complete && p.Rows.Count == 0);
        pages[^1].Doubt.ShouldBe("ConnectWise counts 3 contacts but delivered only 0, also when asked a second time.");
    }

    [Fact]
    public async Task A_row_left_out_once_is_found_by_reading_again()
    {
        vendor.With(Path, Enumerable.Range(1, 1500));
        vendor.Script = LeaveOut(700, times: 1);

        var pages = await ReadAsync(Full);

        Ids(pages).ShouldBe(Range(1, 1500));
        pages[^1].Complete.ShouldBeTrue();
    }

    [Fact]
    public async Task A_row_left_out_always_is_a_doubt_with_both_numbers()
    {
        vendor.With(Path, Enumerable.Range(1, 1500));
        vendor.Script = LeaveOut(700, times: int.MaxValue);

        var pages = await ReadAsync(Full);

        pages[^1].Complete.ShouldBeFalse();
        pages[^1].Doubt.ShouldBe("ConnectWise counts 1,500 contacts but delivered only 1,499, also when asked a second time.");
    }

    [Fact]
    public async Task Rows_added_at_the_end_while_reading_come_in_the_same_pass()
    {
        vendor.With(Path, Enumerable.Range(1, 5));
        var counts = 0;
        vendor.Script = r =>
        {
            if (r.Path == $"{Path}/count" && counts++ == 0)
            {
                vendor.With(Path, [6, 7]);
            }

            return null;
        };

        var pages = await ReadAsync(Full);

        Ids(pages).ShouldBe(Range(1, 7));
        vendor.Calls(Path).Select(r => r["pageId"]).ShouldBe([null, "5"]);
    }

    [Fact]
    public async Task Rows_deleted_while_reading_do_no_harm()
    {
        vendor.With(Path, Enumerable.Range(1, 2500));
        var pagesSeen = 0;
        vendor.Script = r =>
        {
            if (r.Path == Path && ++pagesSeen == 2)
            {
                vendor.Rows[Path].RemoveAll(row => (int)row["id"]! is > 980 and <= 1030);
            }

            return null;
        };

        var pages = await ReadAsync(Full);

        Ids(pages).ShouldBe([.. Range(1, 1000), .. Range(1031, 2500)]);
        pages[^1].Complete.ShouldBeTrue();
    }

    [Fact]
    public async Task A_row_that_moves_into_the_question_behind_the_reader_needs_no_second_reading()
    {
        vendor.With(Path, Enumerable.Range(1, 1500).Where(id => id != 3));
        var pagesSeen = 0;
        vendor.Script = r =>
        {
            if (r.Path == Path && ++pagesSeen == 2)
            {
                var late = Row(3);
                late["_info"] = new JsonObject { ["lastUpdated"] = "2025-06-01T12:00:00Z" };
                vendor.With(Path, [3], _ => late);
            }

            return null;
        };

        var pages = await ReadAsync(Full);

        pages[^1].Complete.ShouldBeTrue();
        vendor.Calls(Path).Count(r => r["pageId"] == null).ShouldBe(1);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("""{"q":"other","id":500,"n":500}""")]
    public async Task A_cursor_of_another_question_starts_over(string cursor)
    {
        vendor.With(Path, Enumerable.Range(1, 10));

        Ids(await ReadAsync(Full with { Cursor = new(cursor) })).ShouldBe(Range(1, 10));
    }

    [Fact]
    public async Task A_bad_row_costs_no_other_and_does_not_make_the_pass_doubtful()
    {
        vendor.With(Path, Enumerable.Range(1, 4));
        vendor.Rows[Path][1]["inactiveFlag"] = "maybe";
        vendor.Rows[Path][2]["company"] = "none";

        var pages = await ReadAsync(Full);

        Ids(pages).ShouldBe(["1", "4"]);
        pages[0].Bad.Select(b => (b.ExternalId, b.Reason)).ShouldBe([("2", "inactiveFlag: expected true or false, found \"maybe\""), ("3", "company: expected an object, found \"none\"")]);
        pages[^1].Complete.ShouldBeTrue();
    }

    [Fact]
    public async Task A_row_whose_id_cannot_be_read_is_reported_without_one()
    {
        vendor.Script = r => r.Path == Path ? Answer(200, """[{"id":1},{"id":"x"},{"name":"none"},7]""")
            : r.Path == $"{Path}/count" ? Answer(200, """{"count":4}""") : null;

        var pages = await ReadAsync(Full);

        Ids(pages).ShouldBe(["1"]);
        pages[0].Bad.Select(b => b.ExternalId).ShouldBe([null, null, null]);
        pages[^1].Complete.ShouldBeTrue();
    }

    [Fact]
    public async Task A_server_that_repeats_its_first_page_is_noticed()
    {
        vendor.With(Path, Enumerable.Range(1, 50));
        vendor.Script = r => r.Path == Path ? Answer(200, new JsonArray([.. Enumerable.Range(1, 10).Select(Row)]).ToJsonString()) : null;

        (await ReadAsync(Full))[^1].Doubt.ShouldBe("ConnectWise counts 50 contacts but delivered only 10, also when asked a second time.");
    }

    [Fact]
    public async Task The_vendor_s_clock_comes_with_each_page()
    {
        vendor.With(Path, [1]);
        vendor.ClockSkew = TimeSpan.FromMinutes(-7);

        (await ReadAsync(Full))[0].VendorTime.ShouldBe(vendor.Clock.GetUtcNow() - TimeSpan.FromMinutes(7));
    }

    [Fact]
    public async Task A_long_full_pass_says_how_much_there_is()
    {
        vendor.With(Path, Enumerable.Range(1, 2100));

        (await ReadAsync(Full))[0].Total.ShouldBe(2100);
    }

    private static Func<Request, System.Net.Http.HttpResponseMessage?> LeaveOut(int id, int times) => r =>
        r.Path == Path && r["pageId"] is null && times-- > 0
            ? Answer(200, new JsonArray([.. Enumerable.Range(1, 1000).Where(i => i != id).Select(Row)]).ToJsonString())
            : null;

    private static string[] Range(int first, int last) => [.. Enumerable.Range(first, Math.Max(0, last - first + 1)).Select(i => i.ToString(CultureInfo.InvariantCulture))];

    private static string[] Ids(IEnumerable<Page> pages) =>
        [.. pages.SelectMany(p => p.Rows).Select(r => r.ExternalId).Distinct(StringComparer.Ordinal).OrderBy(id => int.Parse(id, CultureInfo.InvariantCulture))];

    private async Task<List<Page>> ReadAsync(ReadRequest request)
    {
        var pages = new List<Page>();
        await foreach (var page in ConnectWiseStreams.Read(vendor.Client(), ConnectWiseStreams.Contacts, request, TestContext.Current.CancellationToken))
        {
            pages.Add(page);
            pages.Count.ShouldBeLessThan(100);
        }

        return pages;
    }
}
