using System.Text.Json.Nodes;
using MSPortal.Connectors.HaloPsa;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using Shouldly;
using Xunit;
using static MSPortal.Tests.Connectors.HaloPsa.ScriptedHalo;

namespace MSPortal.Tests.Connectors.HaloPsa;

/// <summary>Bare lists, agents, assets by type, tickets by choice, and actions by ticket.</summary>
public sealed class ListTests
{
    private readonly ScriptedHalo vendor = new();

    public ListTests()
    {
        vendor.With("/TicketType", [1, 2], id => new JsonObject { ["id"] = id, ["name"] = $"Type {id}", ["use"] = "ticket", ["inactive"] = id == 2 })
            .With("/Status", [1, 9, 21], id => new JsonObject { ["id"] = id, ["name"] = $"Status {id}", ["sequence"] = id, ["colour"] = "#fff" })
            .With("/Team", [3], id => new JsonObject { ["id"] = id, ["name"] = "Team", ["inactive"] = true })
            .With("/Category", []);
        vendor.Rows["/Priority"] =
        [
            new JsonObject { ["id"] = "aaaa0000-0000-0000-0000-000000000002", ["slaid"] = 2, ["priorityid"] = 1, ["name"] = "Urgent (premium)", ["ishidden"] = true },
            new JsonObject { ["id"] = "aaaa0000-0000-0000-0000-000000000001", ["slaid"] = 1, ["priorityid"] = 1, ["name"] = "Critical", ["colour"] = "#f00", ["ishidden"] = false },
            new JsonObject { ["id"] = "aaaa0000-0000-0000-0000-000000000003", ["slaid"] = 1, ["priorityid"] = 2, ["name"] = "High", ["ishidden"] = true },
        ];
        vendor.Script = r => r.Path == "/Status" && r["excludeclosed"] == "true" ? Answer(200, """[{"id":1,"name":"Status 1"}]""") : null;
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Reference_lists_come_as_one_page_with_one_priority_per_number_and_closed_statuses_marked()
    {
        var page = await ReferenceAsync();

        var items = page.Rows.Cast<ReferenceItem>().ToList();
        items.Select(i => (i.ExternalId, i.Name, i.IsInactive, i.IsClosed)).ShouldBe(
        [
            ("container:1", "Type 1", false, false), ("container:2", "Type 2", true, false), ("status:1", "Status 1", false, false), ("status:9", "Status 9", false, true), ("status:21", "Status 21", false, true),
            ("team:3", "Team", true, false), ("priority:1", "Critical", false, false), ("priority:2", "High", true, false),
        ], ignoreOrder: true);
        items.Single(i => i.ExternalId == "priority:1").Level.ShouldBe(PriorityLevel.Critical);
        (page.Complete, page.Bad.Count).ShouldBe((true, 0));
    }

    [Theory]
    [InlineData("/Priority", true)]
    [InlineData("/Team", true)]
    [InlineData("/TicketType", false)]
    public async Task A_list_that_may_not_be_read_costs_no_other_unless_nothing_goes_without_it(string path, bool spared)
    {
        var script = vendor.Script;
        vendor.Script = r => r.Path == path ? Answer(403, "") : script(r);

        if (spared)
        {
            (await ReferenceAsync()).Complete.ShouldBeTrue();
        }
        else
        {
            (await Should.ThrowAsync<FaultException>(ReferenceAsync)).Fault.ShouldBeOfType<Fault.PermissionMissing>();
        }
    }

    [Theory]
    [InlineData("/TicketType", false)]
    [InlineData("/Priority", false)]
    [InlineData("/Category", true)]
    public async Task An_empty_list_is_believed_only_where_one_may_be_empty(string path, bool complete)
    {
        vendor.Rows[path] = [];

        (await ReferenceAsync()).Complete.ShouldBe(complete);
    }

    [Fact]
    public async Task An_entry_is_gone_when_its_whole_list_comes_without_it()
    {
        var script = vendor.Script;
        vendor.Script = r => r.Path == "/Team" ? Answer(403, "") : script(r);

        var results = await HaloPsaReference.ReadByIdsAsync(vendor.Client(), ["priority:2", "priority:9", "container:1", "team:3", "status:9", "status:5", "nonsense:1"], Stop);

        results.Select(r => (r.GetType().Name, r.ExternalId)).ShouldBe(
            [("Present", "priority:2"), ("Gone", "priority:9"), ("Present", "container:1"), ("Unknown", "team:3"), ("Present", "status:9"), ("Gone", "status:5"), ("Unknown", "nonsense:1")]);
        results.OfType<ReadResult.Present>().Select(p => ((ReferenceItem)p.Record).IsClosed).ShouldBe([false, false, true]);
    }

    [Theory]
    [InlineData("""[{"id":3,"name":"A B"},{"id":4,"name":"C D","isdisabled":true}]""", true)]
    [InlineData("""{"record_count":2,"results":[{"id":3,"name":"A B"},{"id":4,"name":"C D","isdisabled":true}]}""", true)]
    [InlineData("""{"record_count":9,"agents":[{"id":3,"name":"A B"},{"id":4,"name":"C D","isdisabled":true}]}""", false)]
    public async Task Agents_come_bare_or_in_an_envelope(string body, bool complete)
    {
        vendor.Script = r => r.Path == "/Agent" ? Answer(200, body) : null;

        var page = (await PagesAsync(HaloPsaStreams.ReadAgents(vendor.Session(), Full, Stop))).ShouldHaveSingleItem();

        page.Rows.Cast<ExternalUser>().Select(u => (u.ExternalId, u.IsInactive)).ShouldBe([("3", false), ("4", true)]);
        page.Complete.ShouldBe(complete);
    }

    [Fact]
    public async Task Assets_are_asked_for_type_by_type_since_their_fields_only_come_so()
    {
        vendor.With("/AssetType", [2, 10]).With("/Asset", [1, 2, 3], id => new JsonObject { ["id"] = id, ["key_field"] = $"Host {id}", ["assettype_id"] = id == 2 ? 10 : 2 });

        var pages = await PagesAsync(HaloPsaStreams.ReadDevices(vendor.Session(), Full, Stop));

        pages.SelectMany(p => p.Rows).Select(r => r.ExternalId).ShouldBe(["1", "3", "2"]);
        pages[^1].Complete.ShouldBeTrue();
        vendor.Calls("/Asset").Select(c => (c["assettype_id"], c["includeassetfields"])).ShouldBe([("2", "true"), ("10", "true")]);
    }

    [Fact]
    public async Task A_full_read_of_tickets_asks_for_open_ones_and_for_those_closed_within_the_history()
    {
        vendor.With("/Tickets", [5]);

        await PagesAsync(HaloPsaStreams.ReadTickets(vendor.Session(), Full, Stop));

        vendor.Calls("/Tickets").Select(c => (c["requesttype"], c["open_only"], c["closed_only"], c["lastupdatefromdate"])).ShouldBe(
            [("1,2", "true", null, null), ("1,2", null, "true", "2023-06-01T12:00:00")]);
    }

    [Fact]
    public async Task Changed_tickets_are_asked_for_by_time_alone_and_nothing_is_asked_when_nothing_is_chosen()
    {
        vendor.With("/Tickets", [5]);

        await PagesAsync(HaloPsaStreams.ReadTickets(vendor.Session(), new ReadRequest(PassKind.Incremental, Cursor.Start, vendor.Clock.GetUtcNow()), Stop));
        vendor.Calls("/Tickets").Single().Names.Except(["includestatus", "includetickettype", "includeagent", "order", "orderdesc", "pageinate", "page_size", "page_no"]).ShouldBe(["lastupdatefromdate"]);

        vendor.Scope = new TicketScope { Containers = [] };
        var seen = vendor.Seen.Count;
        (await PagesAsync(HaloPsaStreams.ReadTickets(vendor.Session(), Full, Stop))).Single().Complete.ShouldBeTrue();
        vendor.Seen.Count.ShouldBe(seen);
    }

    [Fact]
    public async Task A_404_proves_a_deletion_only_while_the_list_answers()
    {
        vendor.With("/Client", [1, 2]).With("/Client", [3], id => new JsonObject { ["id"] = id, ["name"] = "Gone softly", ["deleted"] = true });
        vendor.Script = r => r.Path == "/Client/2" ? Answer(500, "") : r.Path == "/Client/8" ? Answer(404, "<html>IIS</html>", "text/html") : r.Path == "/Client/9" ? Answer(200, """{"id":1,"name":"other"}""") : null;

        var results = await ByIdsAsync("1", "2", "3", "7", "8", "9", "x");
        results.Select(r => (r.GetType().Name, r.ExternalId)).ShouldBe([("Present", "1"), ("Unknown", "2"), ("Gone", "3"), ("Gone", "7"), ("Unknown", "8"), ("Unknown", "9"), ("Unknown", "x")]);

        vendor.Script = r => r.Path.StartsWith("/Client", StringComparison.Ordinal) ? Answer(404, "") : null;
        (await ByIdsAsync("1", "7")).Select(r => r.GetType().Name).ShouldBe(["Unknown", "Unknown"]);
    }

    [Fact]
    public async Task Three_failures_in_a_row_are_the_vendors_trouble()
    {
        vendor.Script = r => r.Path.StartsWith("/Client/", StringComparison.Ordinal) ? Answer(500, "") : null;

        (await Should.ThrowAsync<FaultException>(() => ByIdsAsync("1", "2", "3", "4"))).Fault.ShouldBeOfType<Fault.VendorDown>();
        vendor.Calls("/Client/4").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_tickets_description_and_actions_are_its_notes_and_silent_actions_are_left_out()
    {
        vendor.With("/Tickets", [5], id => new JsonObject { ["id"] = id, ["details"] = "It is broken", ["dateoccurred"] = "2025-05-01T00:00:00", ["user_name"] = "Ann" })
            .With("/Actions", [1, 2, 3], id => new JsonObject { ["id"] = id, ["ticket_id"] = 5, ["note"] = id == 2 ? "" : $"Note {id}", ["hiddenfromuser"] = false });

        var result = await HaloPsaStreams.ReadNotesAsync(vendor.Session(), "5", Stop);

        result.Rows.Cast<TicketNote>().Select(n => (n.ExternalId, n.Text, n.IsDescription)).ShouldBe([("5-0", "It is broken", true), ("5-1", "Note 1", false), ("5-3", "Note 3", false)]);
        result.Complete.ShouldBeTrue();
        var call = vendor.Calls("/Actions").Single();
        (call["ticket_id"], call["excludesys"]).ShouldBe(("5", "true"));
    }

    [Fact]
    public async Task A_ticket_that_was_read_a_moment_ago_is_not_asked_for_again_for_its_description()
    {
        vendor.With("/Tickets", [5], id => new JsonObject { ["id"] = id, ["details"] = "It is broken", ["last_update"] = "2025-06-01T11:00:00" }).With("/Actions", []);
        await PagesAsync(HaloPsaStreams.ReadTickets(vendor.Session(), new ReadRequest(PassKind.Incremental, Cursor.Start, vendor.Clock.GetUtcNow().AddDays(-1)), Stop));

        var first = await HaloPsaStreams.ReadNotesAsync(vendor.Session(), "5", Stop);
        vendor.Calls("/Tickets/5").ShouldBeEmpty();
        var second = await HaloPsaStreams.ReadNotesAsync(vendor.Session(), "5", Stop);
        vendor.Calls("/Tickets/5").Count.ShouldBe(1);

        first.Rows.ShouldBe(second.Rows);
        first.Rows.Cast<TicketNote>().ShouldHaveSingleItem().Text.ShouldBe("It is broken");
    }

    [Fact]
    public async Task More_actions_than_usual_are_asked_for_again_with_their_number()
    {
        vendor.With("/Tickets", [5]).With("/Actions", Enumerable.Range(1, 730), id => new JsonObject { ["id"] = id, ["ticket_id"] = 5, ["note"] = "n" });

        var result = await HaloPsaStreams.ReadNotesAsync(vendor.Session(), "5", Stop);

        (result.Rows.Count, result.Complete).ShouldBe((730, true));
        vendor.Calls("/Actions").Select(c => c["count"]).ShouldBe(["500", "730"]);
    }

    [Theory]
    [InlineData("""{"record_count":3,"actions":[{"id":1,"ticket_id":5,"note":"a"}]}""", 1)]
    [InlineData("""{"record_count":2,"actions":[{"id":1,"ticket_id":5,"note":"a"},{"id":1,"ticket_id":6,"note":"b"}]}""", 1)]
    [InlineData("""{"record_count":2,"actions":[{"id":1,"ticket_id":5,"note":"a"},{"note":"b"}]}""", 1)]
    public async Task Actions_that_are_not_provably_all_of_this_ticket_remove_none(string body, int kept)
    {
        vendor.With("/Tickets", [5]);
        vendor.Script = r => r.Path == "/Actions" ? Answer(200, body) : null;

        var result = await HaloPsaStreams.ReadNotesAsync(vendor.Session(), "5", Stop);

        (result.Rows.Count, result.Complete).ShouldBe((kept, false));
    }

    [Fact]
    public async Task A_ticket_that_is_gone_says_so_through_its_notes() =>
        (await HaloPsaStreams.ReadNotesAsync(vendor.With("/Tickets", []).Session(), "5", Stop)).ParentGone.ShouldBeTrue();

    [Fact]
    public async Task Time_is_read_back_from_today_in_spans_that_fit_and_goes_on_after_a_crash()
    {
        vendor.Script = r => r.Path == "/TimesheetEvent" && r["start_date"]!.StartsWith("2024-", StringComparison.Ordinal)
            ? Answer(200, """[{"id":1,"timetaken":0.25,"agent_id":4,"ticket_id":9,"start_date":"2024-02-01T10:00:00","end_date":"2024-02-01T10:15:00","note":"n","charge_type_name":"Remote"},{"id":2,"timetaken":8,"holiday_id":3},{"id":3,"timetaken":1,"break_type":1},{"id":4,"timetaken":0}]""")
            : r.Path == "/TimesheetEvent" ? Answer(200, "[]") : null;

        var pages = await PagesAsync(HaloPsaTime.Read(vendor.Session(), Full, Stop));

        var spans = vendor.Calls("/TimesheetEvent").Select(c => (From: c["start_date"]!, To: c["end_date"]!)).ToList();
        spans[0].ShouldBe(("2025-07-01T12:00:00", "2025-08-01T12:00:00"));
        spans.Zip(spans.Skip(1)).ShouldAllBe(pair => pair.First.From == pair.Second.To);
        spans[^1].From.ShouldBe("2010-01-01T00:00:00");
        spans.Count.ShouldBeLessThan(25);
        pages.SelectMany(p => p.Rows).Distinct().Cast<TimeEntry>().ShouldHaveSingleItem().ShouldBe(new TimeEntry
        {
            ExternalId = "1", TicketId = "9", UserId = "4", Hours = 0.25m, StartedAt = new(2024, 2, 1, 10, 0, 0, TimeSpan.Zero), EndedAt = new(2024, 2, 1, 10, 15, 0, TimeSpan.Zero), Notes = "n", WorkType = "Remote",
        });
        pages.Select(p => p.Complete).ShouldBe([.. Enumerable.Repeat(false, pages.Count - 1), true]);

        vendor.Seen.Clear();
        await PagesAsync(HaloPsaTime.Read(vendor.Session(), Full with { Cursor = pages[4].Next }, Stop));
        vendor.Calls("/TimesheetEvent").Select(c => (c["start_date"]!, c["end_date"]!)).ShouldBe(spans.Skip(5));
    }

    [Fact]
    public async Task A_busy_span_is_halved_and_changes_are_those_of_the_last_days()
    {
        var many = "[" + string.Join(',', Enumerable.Range(1, 6000).Select(i => $$"""{"id":{{i}},"timetaken":1}""")) + "]";
        vendor.Script = r => r.Path == "/TimesheetEvent" ? Answer(200, string.CompareOrdinal(r["start_date"], "2024-06") > 0 && string.CompareOrdinal(r["start_date"], "2025-02") < 0 ? many : "[]") : null;

        await PagesAsync(HaloPsaTime.Read(vendor.Session(), Full, Stop));
        vendor.Calls("/TimesheetEvent").Where(c => c["start_date"]!.StartsWith("2024-1", StringComparison.Ordinal)).Select(c => (c["start_date"], c["end_date"]))
            .ShouldContain(("2024-11-01T12:00:00", "2025-01-01T12:00:00"));

        vendor.Seen.Clear();
        (await PagesAsync(HaloPsaTime.Read(vendor.Session(), new ReadRequest(PassKind.Incremental, Cursor.Start, vendor.Clock.GetUtcNow()), Stop))).ShouldHaveSingleItem().Complete.ShouldBeTrue();
        vendor.Calls("/TimesheetEvent").Select(c => (c["start_date"], c["end_date"])).ShouldBe([("2025-05-25T12:00:00", "2025-06-08T12:00:00")]);
    }

    [Fact]
    public async Task A_preview_adds_up_counts_and_takes_excluded_statuses_off()
    {
        vendor.Script = r => r.Path == "/Tickets"
            ? Answer(200, $$"""{"record_count":{{(r["status"] is not null ? 3 : r["open_only"] == "true" ? 40 : 200)}},"tickets":[]}""")
            : null;

        var count = await new HaloPsaConnector().PreviewTicketsAsync(vendor.Session(), vendor.Scope with { ExcludedStatuses = ["28", "x"] }, Stop);

        count.ShouldBe(40 + 200 - 3 - 3);
        (await new HaloPsaConnector().PreviewTicketsAsync(vendor.Session(), vendor.Scope with { ExcludedGroups = ["Projects"] }, Stop)).ShouldBeNull();
        vendor.Calls("/Tickets").ShouldAllBe(c => c["page_size"] == "1" && c["requesttype"] == "1,2" && (c["status"] == null || c["status"] == "28"));
    }

    private static ReadRequest Full { get; } = new(PassKind.Full, Cursor.Start, null);

    private static async Task<List<Page>> PagesAsync(IAsyncEnumerable<Page> pages)
    {
        var all = new List<Page>();
        await foreach (var page in pages)
        {
            all.Add(page);
        }

        return all;
    }

    private async Task<Page> ReferenceAsync() => (await PagesAsync(HaloPsaReference.ReadAsync(vendor.Client(), Stop))).Single();

    private Task<IReadOnlyList<ReadResult>> ByIdsAsync(params string[] ids) => HaloPsaByIds.ReadAsync(vendor.Client(), HaloPsaStreams.Companies, ids, Stop);
}
