using System.Text.Json.Nodes;
using MSPortal.Connectors.HaloPsa;
using MSPortal.Core.Contracts;
using Shouldly;
using Xunit;
using static MSPortal.Tests.Connectors.HaloPsa.ScriptedHalo;

namespace MSPortal.Tests.Connectors.HaloPsa;

/// <summary>Numbered pages lose nothing, whatever happens between them; what cannot be proved is said.</summary>
public sealed class PassTests
{
    private readonly ScriptedHalo vendor = new();

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(100, 1)]
    [InlineData(101, 2)]
    [InlineData(717, 8)]
    public async Task Every_row_comes_once_and_pages_of_a_hundred_are_enough(int count, int calls)
    {
        vendor.With("/Client", Enumerable.Range(1, count));

        var pages = await ReadAsync(new ReadRequest(PassKind.Full, Cursor.Start, null));

        Ids(pages).ShouldBe(Enumerable.Range(1, count));
        pages[^1].Complete.ShouldBeTrue();
        pages[^1].Total.ShouldBe(count);
        vendor.Calls("/Client").Count.ShouldBe(calls);
        vendor.Calls("/Client").ShouldAllBe(c => c["pageinate"] == "true" && c["order"] == "id" && c["orderdesc"] == "false" && c["includeinactive"] == "true");
    }

    [Theory]
    [InlineData(50)]
    [InlineData(37)]
    [InlineData(10)]
    [InlineData(3)]
    [InlineData(2)]
    [InlineData(1)]
    public async Task A_server_that_gives_fewer_rows_than_asked_only_makes_more_pages(int cap)
    {
        vendor.Cap = cap;
        vendor.With("/Client", Enumerable.Range(1, 241));

        var pages = await ReadAsync(new ReadRequest(PassKind.Full, Cursor.Start, null));

        Ids(pages).ShouldBe(Enumerable.Range(1, 241));
        pages[^1].Complete.ShouldBeTrue();
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(60, false)]
    [InlineData(150, true)]
    public async Task Rows_deleted_behind_the_reader_hide_no_other_row_even_when_as_many_are_added(int deleted, bool added)
    {
        vendor.With("/Client", Enumerable.Range(1, 600));
        var lists = 0;
        vendor.Afterwards = r =>
        {
            if (r.Path == "/Client" && ++lists == 3)
            {
                vendor.Rows["/Client"].RemoveRange(20, deleted);
                vendor.With("/Client", added ? Enumerable.Range(1000, deleted) : []);
            }
        };

        var pages = await ReadAsync(new ReadRequest(PassKind.Full, Cursor.Start, null));

        vendor.Rows["/Client"].Select(r => (int)r["id"]!).Except(Ids(pages)).ShouldBeEmpty();
        pages[^1].Complete.ShouldBeTrue();
        vendor.Calls("/Client").Count.ShouldBeLessThan(16);
    }

    [Fact]
    public async Task Whatever_happens_between_pages_no_row_that_was_there_all_the_time_is_missed()
    {
        for (var seed = 0; seed < 80; seed++)
        {
            var world = new ScriptedHalo { Cap = seed % 3 == 0 ? 100 : 5 + (seed % 40) };
            world.With("/Client", Enumerable.Range(1, 60 + (seed * 3)));
            var (random, next) = (new Random(seed), 10_000);
            var gone = new HashSet<int>();
            world.Afterwards = r =>
            {
                var rows = world.Rows["/Client"];
                for (var n = r.Path == "/Client" && random.Next(3) == 0 ? random.Next(25) : 0; n > 0 && rows.Count > 0; n--)
                {
                    var at = random.Next(rows.Count);
                    gone.Add((int)rows[at]["id"]!);
                    rows.RemoveAt(at);
                    world.With("/Client", random.Next(2) == 0 ? [next++] : []);
                }
            };

            var pages = await ReadAsync(new ReadRequest(PassKind.Full, Cursor.Start, null), world);

            Enumerable.Range(1, 60 + (seed * 3)).Except(gone).Except(Ids(pages)).ShouldBeEmpty($"seed {seed}");
        }
    }

    [Fact]
    public async Task A_row_that_is_missing_from_its_page_is_noticed_by_the_count_and_the_query_is_read_again()
    {
        vendor.With("/Client", Enumerable.Range(1, 250));
        vendor.Script = r => r.Path == "/Client" && r["page_no"] == "1" && vendor.Calls("/Client").Count == 1 ? Page(250, Enumerable.Range(1, 100).Where(i => i != 42)) : null;

        var pages = await ReadAsync(new ReadRequest(PassKind.Full, Cursor.Start, null));

        Ids(pages).ShouldBe(Enumerable.Range(1, 250));
        pages[^1].Complete.ShouldBeTrue();
    }

    [Fact]
    public async Task A_row_that_stays_missing_leaves_the_pass_in_doubt()
    {
        vendor.With("/Client", Enumerable.Range(1, 90));
        vendor.Script = r => r.Path == "/Client" && r["page_size"] != "1" ? Page(91, Enumerable.Range(1, 90)) : null;

        var pages = await ReadAsync(new ReadRequest(PassKind.Full, Cursor.Start, null));

        pages[^1].Complete.ShouldBeFalse();
        pages[^1].Doubt.ShouldBe("HaloPSA sends the first page of clients again and again.");
        Ids(pages).ShouldBe(Enumerable.Range(1, 90));
    }

    [Theory]
    [InlineData("""{"record_count":300,"clients":[]}""", "HaloPSA counts 300 clients but delivered only 0, also when asked a second time.")]
    [InlineData("""{"clients":[]}""", "HaloPSA does not say how many clients there are.")]
    [InlineData("""{"record_count":3,"clients":[{"id":3,"name":"a"},{"id":1,"name":"b"},{"id":2,"name":"c"}]}""", "HaloPSA does not keep the order of clients that was asked for.")]
    public async Task What_is_not_provably_everything_is_never_called_complete(string body, string doubt)
    {
        vendor.Script = r => r.Path == "/Client" ? Answer(200, body) : null;

        var pages = await ReadAsync(new ReadRequest(PassKind.Full, Cursor.Start, null));

        pages[^1].Complete.ShouldBeFalse();
        pages[^1].Doubt.ShouldBe(doubt);
    }

    [Fact]
    public async Task A_list_that_answers_with_its_first_page_for_ever_ends_in_doubt_after_few_calls()
    {
        vendor.Script = r => r.Path == "/Client" ? Page(10_000, Enumerable.Range(1, 100)) : null;

        var pages = await ReadAsync(new ReadRequest(PassKind.Full, Cursor.Start, null));

        pages[^1].Doubt.ShouldBe("HaloPSA sends the first page of clients again and again.");
        vendor.Calls("/Client").Count.ShouldBe(4);
    }

    [Fact]
    public async Task Rows_that_change_and_enter_behind_the_reader_are_no_reason_to_doubt()
    {
        vendor.With("/Client", Enumerable.Range(100, 300));
        vendor.Afterwards = r =>
        {
            if (r.Path == "/Client" && vendor.Calls("/Client").Count == 2)
            {
                vendor.With("/Client", [1, 2, 3], id => new JsonObject { ["id"] = id, ["name"] = "late", ["alastupdate"] = "2025-06-01T12:00:00" });
            }
        };

        var pages = await ReadAsync(new ReadRequest(PassKind.Incremental, Cursor.Start, vendor.Clock.GetUtcNow().AddDays(-60)));

        Ids(pages).Except([1, 2, 3]).ShouldBe(Enumerable.Range(100, 300));
        pages[^1].Complete.ShouldBeTrue();
        vendor.Calls("/Client")[^1]["lastupdatetodate"].ShouldBe("2025-06-01T11:59:00");
    }

    [Fact]
    public async Task A_bad_row_costs_only_itself_and_keeps_its_secrets()
    {
        vendor.With("/Client", Enumerable.Range(1, 120)).With("/Client", [121], id => new JsonObject
        {
            ["id"] = id, ["name"] = null, ["admin_password"] = "hunter2", ["customfields"] = new JsonArray(new JsonObject { ["value"] = "hunter3" }), ["website"] = "w",
        });

        var pages = await ReadAsync(new ReadRequest(PassKind.Full, Cursor.Start, null));

        Ids(pages).ShouldBe(Enumerable.Range(1, 120));
        var bad = pages.SelectMany(p => p.Bad).ShouldHaveSingleItem();
        (bad.ExternalId, bad.Reason).ShouldBe(("121", "name: is missing"));
        bad.Sample.ShouldNotContain("hunter");
        bad.Sample.ShouldContain("website");
        pages[^1].Complete.ShouldBeTrue();
    }

    [Fact]
    public async Task Changes_are_asked_for_by_time_only_in_UTC_without_an_offset()
    {
        vendor.With("/Client", [1]);

        await ReadAsync(new ReadRequest(PassKind.Incremental, Cursor.Start, new DateTimeOffset(2025, 5, 30, 14, 0, 0, 500, TimeSpan.FromHours(2))));

        vendor.Calls("/Client").Single()["lastupdatefromdate"].ShouldBe("2025-05-30T12:00:00");
    }

    [Fact]
    public void Every_page_repeats_the_row_before_it_and_goes_on_far_behind_it()
    {
        for (var rank = 99; rank < 20_000; rank++)
        {
            var window = HaloPsaWindow.Behind(rank, 100);

            window.Size.ShouldBeLessThanOrEqualTo(100);
            window.Start.ShouldBeLessThan(rank);
            (window.Start + window.Size - rank).ShouldBeGreaterThan(60, $"behind {rank}");
        }
    }

    private static HttpResponseMessage Page(int total, IEnumerable<int> ids) =>
        Answer(200, new JsonObject { ["record_count"] = total, ["clients"] = new JsonArray([.. ids.Select(Row)]) }.ToJsonString());

    private static int[] Ids(IReadOnlyList<Page> pages) =>
        [.. pages.SelectMany(p => p.Rows).Select(r => int.Parse(r.ExternalId, System.Globalization.CultureInfo.InvariantCulture)).Distinct().Order()];

    private async Task<IReadOnlyList<Page>> ReadAsync(ReadRequest request, ScriptedHalo? other = null)
    {
        var pages = new List<Page>();
        await foreach (var page in HaloPsaStreams.Read((other ?? vendor).Session(), HaloPsaStreams.Companies, request, TestContext.Current.CancellationToken))
        {
            pages.Add(page);
            pages.Count.ShouldBeLessThan(1500, "The pass finds no end.");
        }

        return pages;
    }
}
