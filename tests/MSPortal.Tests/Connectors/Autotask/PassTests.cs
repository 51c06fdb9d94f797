using System.Globalization;
using System.Text.Json.Nodes;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Tests.Simulators.Autotask;
using Shouldly;
using Xunit;
using static MSPortal.Tests.Connectors.Autotask.AutotaskBench;

namespace MSPortal.Tests.Connectors.Autotask;

public sealed class PassTests(RunningAutotask vendor) : IClassFixture<RunningAutotask>
{
    private static readonly DateTimeOffset Since = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(DataType.Tickets, "tickets")]
    [InlineData(DataType.Companies, "companies")]
    [InlineData(DataType.Contacts, "contacts")]
    [InlineData(DataType.Users, "resources")]
    [InlineData(DataType.Devices, "configurationItems")]
    public async Task A_complete_read_brings_every_row_the_msps_own_company_included(DataType type, string kind)
    {
        await using var bench = On(vendor);

        var pages = await bench.ReadAsync(type);

        Ids(pages).ShouldBe(await bench.TruthIdsAsync(kind));
        pages[^1].Complete.ShouldBeTrue();
        pages.SelectMany(p => p.Bad).ShouldBeEmpty();
    }

    [Fact]
    public async Task Pages_are_asked_for_by_id_and_the_pass_ends_by_the_count()
    {
        await using var bench = await StartAsync(tickets: 1100);

        var pages = await bench.ReadAsync(DataType.Tickets);

        Ids(pages).ShouldBe(await bench.TruthIdsAsync("tickets"));
        pages.Count.ShouldBe(3);
        pages[0].Total.ShouldBe(1100);
        bench.Seen.Where(r => r.Path.StartsWith("Tickets/query", StringComparison.Ordinal)).Select(r => r.Path).ShouldBe(["Tickets/query", "Tickets/query/count", "Tickets/query", "Tickets/query", "Tickets/query/count"]);
        bench.Seen.ShouldAllBe(r => !r.Path.Contains("next"));
    }

    [Fact]
    public async Task A_small_incremental_costs_one_page_and_one_count()
    {
        await using var bench = On(vendor);
        await bench.ReadAsync(DataType.Contacts, PassKind.Incremental, Since.AddDays(-1));
        var before = bench.Seen.Count;

        await bench.ReadAsync(DataType.Contacts, PassKind.Incremental, Since.AddDays(-1));

        bench.Seen.Skip(before).Select(r => r.Path).ShouldBe(["Contacts/query", "Contacts/query/count"]);
    }

    [Theory]
    [InlineData(DataType.Tickets, "tickets", "title", "both")]
    [InlineData(DataType.Tickets, "tickets", "title", "first")]
    [InlineData(DataType.Tickets, "tickets", "title", "second")]
    [InlineData(DataType.Companies, "companies", "companyName", "first")]
    [InlineData(DataType.Companies, "companies", "companyName", "second")]
    [InlineData(DataType.Contacts, "contacts", "lastName", "first")]
    [InlineData(DataType.Contacts, "contacts", "lastName", "second")]
    [InlineData(DataType.Devices, "configurationItems", "referenceTitle", "both")]
    public async Task A_change_is_seen_whichever_of_its_columns_moves(DataType type, string kind, string field, string touches)
    {
        await using var bench = await StartAsync();
        await bench.ControlAsync("set/behaviour", new { touches });
        var id = (await bench.TruthIdsAsync(kind))[3];
        bench.Vendor.Clock.Advance(TimeSpan.FromMinutes(5));
        await bench.Vendor.ControlAsync(HttpMethod.Patch, $"records/{kind}/{id}", new JsonObject { [field] = "Changed" }.ToJsonString());

        var pages = await bench.ReadAsync(type, PassKind.Incremental, Since.AddMinutes(1));

        Ids(pages).ShouldBe([id]);
        pages[^1].Complete.ShouldBeTrue();
        pages[0].Rows[0].VendorUpdatedAt.ShouldBe(Since.AddMinutes(5));
    }

    [Theory]
    [InlineData(40)]
    [InlineData(1)]
    public async Task A_lower_cap_only_makes_more_pages(int rows)
    {
        await using var bench = await StartAsync();
        await bench.ControlAsync("faults", new { kind = "capPage", rows, path = "Contacts/query" });

        var pages = await bench.ReadAsync(DataType.Contacts);

        Ids(pages).ShouldBe(await bench.TruthIdsAsync("contacts"));
        pages[^1].Complete.ShouldBeTrue();
    }

    [Theory]
    [InlineData("emptyArray")]
    [InlineData("shortPage")]
    public async Task Rows_left_out_once_are_found_by_reading_again(string kind)
    {
        await using var bench = await StartAsync();
        await bench.ControlAsync("faults", new { kind, times = 1, rows = 3, path = "Contacts/query$" });

        var pages = await bench.ReadAsync(DataType.Contacts);

        Ids(pages).Distinct().ShouldBe(await bench.TruthIdsAsync("contacts"), ignoreOrder: true);
        pages[^1].Complete.ShouldBeTrue();
    }

    [Fact]
    public async Task Rows_left_out_always_are_a_doubt_and_never_complete()
    {
        await using var bench = await StartAsync();
        await bench.ControlAsync("faults", new { kind = "emptyArray", path = "Contacts/query$" });

        var pages = await bench.ReadAsync(DataType.Contacts);

        pages.ShouldAllBe(p => !p.Complete);
        pages[^1].Doubt.ShouldBe($"Autotask counts {(await bench.TruthIdsAsync("contacts")).Length} contacts but delivered only 0, also when asked a second time.");
    }

    [Fact]
    public async Task A_row_that_changes_behind_the_reader_is_no_doubt()
    {
        await using var bench = await StartAsync();
        await bench.ControlAsync("faults", new { kind = "capPage", rows = 10, path = "Contacts/query" });
        var since = Since.AddDays(-90);
        bool IsOld(JsonObject c, string column) => DateTimeOffset.Parse((string)c[column]!, CultureInfo.InvariantCulture) < since;
        var changed = (await bench.Vendor.TruthAsync("contacts")).First(c => IsOld(c, "lastActivityDate") && IsOld(c, "lastModifiedDate"))["id"]!.GetValue<long>();
        var pages = new List<Page>();
        await foreach (var page in bench.Stream(DataType.Contacts).Read!(bench.Session(), new(PassKind.Incremental, Cursor.Start, since), TestContext.Current.CancellationToken))
        {
            pages.Add(page);
            if (pages.Count == 2)
            {
                long.Parse(page.Rows[^1].ExternalId, CultureInfo.InvariantCulture).ShouldBeGreaterThan(changed);
                bench.Vendor.Clock.Advance(TimeSpan.FromMinutes(5));
                await bench.Vendor.ControlAsync(HttpMethod.Patch, $"records/contacts/{changed}", new { title = "Moved" });
            }
        }

        pages[^1].Doubt.ShouldBeNull();
        pages[^1].Complete.ShouldBeTrue();
        Ids(pages).ShouldBeUnique();
    }

    [Fact]
    public async Task Another_question_begins_anew_whatever_the_cursor_says()
    {
        await using var bench = await StartAsync();
        await bench.ControlAsync("faults", new { kind = "capPage", rows = 50, path = "Tickets/query" });
        var first = (await bench.ReadAsync(DataType.Tickets, most: 1)).Single();

        bench.Scope = new TicketScope { Containers = ["6"], HistoryMonths = null };
        var pages = await bench.ReadAsync(DataType.Tickets, cursor: first.Next);

        Ids(pages).ShouldBe((await bench.Vendor.TruthAsync("tickets")).Where(t => t["queueID"]?.GetValue<long>() == 6).Select(t => t["id"]!.ToJsonString()));
        Ids(await bench.ReadAsync(DataType.Contacts, cursor: new Cursor("no cursor of ours"))).ShouldBe(await bench.TruthIdsAsync("contacts"));
    }

    [Fact]
    public async Task Only_chosen_queues_and_the_history_are_asked_for_and_a_ticket_without_queue_can_be_chosen()
    {
        await using var bench = await StartAsync(tickets: 300);
        bench.Scope = new TicketScope { Containers = ["0", "29682833"], HistoryMonths = 12, Options = ["recurring"], ExcludedGroups = ["1", "4"] };

        var tickets = (await bench.ReadAsync(DataType.Tickets)).SelectMany(p => p.Rows).Cast<Ticket>().ToList();

        var now = bench.Vendor.Clock.GetUtcNow();
        var kept = tickets.Where(t => bench.Scope.Judge(t, now) == ScopeVerdict.Kept).Select(t => t.ExternalId);
        var since = now.AddMonths(-12);
        var expected = (await bench.Vendor.TruthAsync("tickets")).Where(t => t["queueID"] is null || t["queueID"]!.GetValue<long>() == 29682833)
            .Where(t => t["ticketCategory"]!.GetValue<int>() is not (1 or 4))
            .Where(t => t["status"]!.GetValue<int>() != 5 || DateTimeOffset.Parse((string)t["completedDate"]!, CultureInfo.InvariantCulture) >= since).Select(t => t["id"]!.ToJsonString()).ToList();
        kept.ShouldBe(expected);
        expected.Count.ShouldBeInRange(5, 299);
        tickets.ShouldContain(t => t.ContainerId == "0");
        tickets.ShouldContain(t => t.GroupId == "1", "the engine leaves them out");
        tickets.Count.ShouldBeLessThan(300);
        (await bench.Connector.PreviewTicketsAsync(bench.Session(), bench.Scope, TestContext.Current.CancellationToken)).ShouldBe(expected.Count);
    }

    [Fact]
    public async Task A_choice_of_nothing_asks_for_nothing()
    {
        await using var bench = On(vendor);
        bench.Scope = new TicketScope { Containers = [] };

        (await bench.ReadAsync(DataType.Tickets)).Single().Complete.ShouldBeTrue();
        (await bench.Connector.PreviewTicketsAsync(bench.Session(), bench.Scope, TestContext.Current.CancellationToken)).ShouldBe(0);
        bench.Seen.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_gone_is_told_only_by_the_vendors_plain_word()
    {
        await using var bench = On(vendor);
        var ids = await bench.TruthIdsAsync("tickets");

        (await bench.ByIdsAsync(DataType.Tickets, ids[0], "999999999", "x", "-3")).Select(r => (r.ExternalId, r.GetType().Name))
            .ShouldBe([(ids[0], "Present"), ("999999999", "Gone"), ("x", "Unknown"), ("-3", "Unknown")]);
        (await bench.ByIdsAsync(DataType.Companies, "0")).Single().ShouldBeOfType<ReadResult.Present>();

        bench.Script = r => r.Path == "Tickets/999999999" ? Answer(200, "{}") : r.Path == "Tickets/888888888" ? Answer(404, "<html>", "text/html") : null;
        (await bench.ByIdsAsync(DataType.Tickets, "999999999", "888888888", "777777777")).Select(r => r.GetType().Name).ShouldBe(["Unknown", "Unknown", "Gone"]);
    }

    [Fact]
    public async Task A_batch_that_leaves_a_row_out_proves_nothing()
    {
        await using var bench = await StartAsync();
        var ids = (await bench.TruthIdsAsync("tickets"))[..3];
        await bench.ControlAsync("faults", new { kind = "emptyArray", path = "Tickets/query$" });

        (await bench.ByIdsAsync(DataType.Tickets, ids)).ShouldAllBe(r => r is ReadResult.Present);
    }
}
