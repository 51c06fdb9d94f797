using System.Text.Json.Nodes;
using MSPortal.Connectors.DattoRmm;
using MSPortal.Core.Contracts;
using Shouldly;
using Xunit;
using static MSPortal.Tests.Connectors.DattoRmm.DattoScript;

namespace MSPortal.Tests.Connectors.DattoRmm;

/// <summary>Numbered pages of lists in no promised order: what proves the end, and what costs no row.</summary>
public sealed class PassTests
{
    private const string Devices = "/v2/account/devices";
    private const string Alerts = "/v2/account/alerts/open";

    private readonly DattoScript vendor = new() { PageSize = 3 };

    [Fact]
    public async Task Pages_are_asked_for_by_our_own_numbers_until_no_next_one_is_named_and_the_number_is_reached()
    {
        vendor.With(Devices, Enumerable.Range(1, 8));

        var pages = await ReadAsync(DattoRmmStreams.Devices);

        Ids(pages).ShouldBe(Enumerable.Range(1, 8).Select(Uid));
        (pages.Count, pages[^1].Complete, pages[0].Total).ShouldBe((3, true, 8));
        vendor.Calls(Devices).Select(c => (c["page"], c["max"])).ShouldBe([("0", "250"), ("1", "250"), ("2", "250")]);
        vendor.Seen.ShouldAllBe(c => c.Uri.Host == "merlot-api.centrastage.net" && c.Uri.Scheme == "https");
    }

    [Fact]
    public async Task A_list_that_names_no_next_page_goes_on_while_rows_are_missing()
    {
        vendor.With(Devices, Enumerable.Range(1, 8)).SaysNext = false;

        Ids(await ReadAsync(DattoRmmStreams.Devices)).ShouldBe(Enumerable.Range(1, 8).Select(Uid));
    }

    [Fact]
    public async Task A_list_without_a_number_ends_where_no_next_page_is_named()
    {
        vendor.With(Alerts, Enumerable.Range(1, 7)).SaysTotal = false;

        var pages = await ReadAsync(DattoRmmStreams.Alerts);

        (Ids(pages).Count(), pages[^1].Complete).ShouldBe((7, true));
    }

    [Fact]
    public async Task An_empty_list_is_asked_for_twice_before_it_is_believed()
    {
        vendor.SaysTotal = false;

        var pages = await ReadAsync(DattoRmmStreams.Alerts);

        pages[^1].Complete.ShouldBeTrue();
        vendor.Calls(Alerts).Count().ShouldBe(2);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_page_that_is_one_row_short_once_costs_no_row(bool last)
    {
        vendor.With(Devices, Enumerable.Range(1, 8));
        Shorten(page => page == (last ? 2 : 0), times: 1);

        var pages = await ReadAsync(DattoRmmStreams.Devices);

        Ids(pages).Distinct().Count().ShouldBe(8);
        pages[^1].Complete.ShouldBeTrue();
    }

    [Fact]
    public async Task Rows_that_stay_away_are_a_doubt_and_no_end()
    {
        vendor.With(Devices, Enumerable.Range(1, 8));
        Shorten(page => page == 2, times: 100);

        var pages = await ReadAsync(DattoRmmStreams.Devices);

        pages[^1].Complete.ShouldBeFalse();
        pages[^1].Doubt.ShouldBe("Datto RMM counts 8 devices but delivered only 7, also when asked a second time.");
    }

    /// <summary>With eight the page that is asked for then comes empty, and says the lower number itself.</summary>
    [Theory]
    [InlineData(12)]
    [InlineData(8)]
    public async Task Rows_deleted_behind_the_reader_cost_no_other(int rows)
    {
        vendor.With(Devices, Enumerable.Range(1, rows));
        var shifted = false;
        vendor.Script = call =>
        {
            if (call.Path == Devices && call["page"] == "2" && !shifted)
            {
                shifted = true;
                vendor.Rows[Devices].RemoveRange(0, 2);
            }

            return null;
        };

        var pages = await ReadAsync(DattoRmmStreams.Devices);

        Enumerable.Range(3, rows - 2).Select(Uid).Except(Ids(pages)).ShouldBeEmpty();
        pages[^1].Complete.ShouldBeTrue();
    }

    [Fact]
    public async Task A_next_page_that_never_brings_anything_is_a_doubt()
    {
        vendor.Script = call => call.Path == Alerts ? Answer(200, """{"pageDetails":{"count":0,"nextPageUrl":"https://merlot-api.centrastage.net/api/x"},"alerts":[]}""") : null;

        (await ReadAsync(DattoRmmStreams.Alerts))[^1].Doubt.ShouldNotBeNull();
    }

    [Fact]
    public async Task Marked_devices_are_gone_and_count_all_the_same()
    {
        vendor.With(Devices, [1, 2, 3]).With(Devices, [4], id => Marked(id, "deleted"));

        var pages = await ReadAsync(DattoRmmStreams.Devices);

        Ids(pages).ShouldBe([Uid(1), Uid(2), Uid(3)]);
        pages.SelectMany(p => p.Deleted).ShouldBe([Uid(4)]);
        pages[^1].Complete.ShouldBeTrue();
    }

    [Fact]
    public async Task A_bad_row_costs_no_other_and_its_secrets_are_not_kept()
    {
        vendor.With(Devices, [1, 2]);
        var bad = Row(Devices, 3);
        bad["online"] = "perhaps";
        bad["udf"] = new JsonObject { ["udf3"] = "SECRET-KEY" };
        bad["webRemoteUrl"] = "https://x/?token=SECRET-URL";
        vendor.Rows[Devices].Add(bad);

        var pages = await ReadAsync(DattoRmmStreams.Devices);

        Ids(pages).ShouldBe([Uid(1), Uid(2)]);
        var kept = pages.SelectMany(p => p.Bad).ShouldHaveSingleItem();
        (kept.ExternalId, kept.Reason.StartsWith("online", StringComparison.Ordinal), kept.Sample.Contains("SECRET", StringComparison.Ordinal)).ShouldBe((Uid(3), true, false));
        pages[^1].Complete.ShouldBeTrue();
    }

    [Fact]
    public async Task A_pass_goes_on_from_the_cursor_of_a_page_and_that_of_another_list_begins_anew()
    {
        vendor.With(Devices, Enumerable.Range(1, 8));
        var first = (await ReadAsync(DattoRmmStreams.Devices))[0];

        Ids(await ReadAsync(DattoRmmStreams.Devices, first.Next)).ShouldBe(Enumerable.Range(4, 5).Select(Uid));
        var alerts = await ReadAsync(DattoRmmStreams.Alerts, first.Next);
        alerts[^1].Complete.ShouldBeTrue();
        vendor.Calls(Alerts).First()["page"].ShouldBe("0");
    }

    [Fact]
    public async Task The_cursor_of_a_full_page_stays_small()
    {
        vendor.PageSize = 250;
        vendor.With(Devices, Enumerable.Range(1, 800));

        (await ReadAsync(DattoRmmStreams.Devices)).ShouldAllBe(p => p.Next.Value == null || p.Next.Value.Length < 4000);
    }

    private void Shorten(Func<int, bool> pages, int times)
    {
        var left = times;
        vendor.Script = call =>
        {
            if (call.Path != Devices || !pages(int.Parse(call["page"]!, System.Globalization.CultureInfo.InvariantCulture)) || left-- <= 0)
            {
                return null;
            }

            var page = int.Parse(call["page"]!, System.Globalization.CultureInfo.InvariantCulture);
            var rows = vendor.Rows[Devices];
            var part = rows.Skip(page * vendor.PageSize).Take(vendor.PageSize).SkipLast(1).ToList();
            var next = (page + 1) * vendor.PageSize < rows.Count ? "\"https://merlot-api.centrastage.net/api/x\"" : "null";
            return Answer(200, $$"""{"pageDetails":{"count":{{part.Count}},"totalCount":{{rows.Count}},"nextPageUrl":{{next}}},"devices":[{{string.Join(',', part.Select(r => r.ToJsonString()))}}]}""");
        };
    }

    private static JsonObject Marked(int id, string mark)
    {
        var row = Row(Devices, id);
        row[mark] = true;
        return row;
    }

    private async Task<IReadOnlyList<Page>> ReadAsync(DattoRmmList list, Cursor cursor = default)
    {
        var pages = new List<Page>();
        await foreach (var page in DattoRmmPass.ReadAsync(vendor.Client(), list, new ReadRequest(PassKind.Full, cursor, null), TestContext.Current.CancellationToken))
        {
            pages.Add(page);
            pages.Count.ShouldBeLessThan(100);
        }

        return pages;
    }

    private static IEnumerable<string> Ids(IEnumerable<Page> pages) => pages.SelectMany(p => p.Rows).Select(r => r.ExternalId);
}
