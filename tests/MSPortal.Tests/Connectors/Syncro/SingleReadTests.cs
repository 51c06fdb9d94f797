using System.Text.Json.Nodes;
using MSPortal.Connectors.Syncro;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using Shouldly;
using Xunit;
using static MSPortal.Tests.Connectors.Syncro.SyncroScript;

namespace MSPortal.Tests.Connectors.Syncro;

/// <summary>Records read by id, comments, technicians and lists of settings.</summary>
public sealed class SingleReadTests
{
    private readonly SyncroScript vendor = new();
    private readonly SyncroConnector connector = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(DataType.Tickets, "/tickets")]
    [InlineData(DataType.Companies, "/customers")]
    [InlineData(DataType.Contacts, "/contacts")]
    [InlineData(DataType.Devices, "/customer_assets")]
    public async Task A_record_is_there_or_gone_wrapped_or_bare(DataType type, string path)
    {
        vendor.With(path, [1, 2]);

        var results = await ReadAsync(type, "1", "3", "2", "x");

        results.Select(r => (r.ExternalId, r.GetType())).ShouldBe(
            [("1", typeof(ReadResult.Present)), ("3", typeof(ReadResult.Gone)), ("2", typeof(ReadResult.Present)), ("x", typeof(ReadResult.Unknown))]);
        vendor.Calls("/me").Count().ShouldBe(1);
    }

    [Theory]
    [InlineData("")]
    [InlineData("""{"message":"Not found"}""")]
    [InlineData("""{"error":"Asset not found"}""")]
    public async Task Each_of_the_vendor_s_ways_of_saying_not_found_is_understood(string body)
    {
        vendor.Script = r => r.Path == "/tickets/9" ? Answer(404, body) : null;

        (await ReadAsync(DataType.Tickets, "9")).Single().ShouldBeOfType<ReadResult.Gone>();
    }

    [Fact]
    public async Task Not_found_proves_nothing_when_the_account_is_not_found_either()
    {
        vendor.Script = _ => Answer(404, "");

        await Should.ThrowAsync<FaultException>(() => ReadAsync(DataType.Tickets, "9"));
    }

    [Theory]
    [InlineData(404, "<html>maintenance</html>", "text/html")]
    [InlineData(200, "null", "application/json")]
    [InlineData(200, "<html>Sign in</html>", "text/html")]
    [InlineData(200, """{"ticket":{"id":8}}""", "application/json")]
    [InlineData(401, NotPermitted, "application/json")]
    [InlineData(500, "", "text/html")]
    public async Task Everything_else_proves_nothing(int status, string body, string type)
    {
        vendor.Script = r => r.Path == "/tickets/9" ? Answer(status, body, type) : null;

        (await ReadAsync(DataType.Tickets, "9")).Single().ShouldBeOfType<ReadResult.Unknown>();
    }

    [Fact]
    public async Task A_record_that_is_there_but_not_understood_is_bad()
    {
        vendor.With("/tickets", [9]);
        vendor.Rows["/tickets"][0]["updated_at"] = 17;

        ((ReadResult.Bad)(await ReadAsync(DataType.Tickets, "9")).Single()).Row.Reason.ShouldBe("updated_at: expected a time, found 17");
    }

    [Fact]
    public async Task Three_failures_in_a_row_are_the_vendor_s_and_a_refused_key_is_a_refused_key()
    {
        vendor.Script = _ => Answer(500, "");
        (await Should.ThrowAsync<FaultException>(() => ReadAsync(DataType.Tickets, "1", "2", "3"))).Fault.ShouldBeOfType<Fault.VendorDown>();

        vendor.Script = _ => Answer(401, """{"error":"Invalid API key"}""");
        (await Should.ThrowAsync<FaultException>(() => ReadAsync(DataType.Tickets, "1"))).Fault.ShouldBeOfType<Fault.AuthFailed>();
    }

    [Fact]
    public async Task All_comments_of_a_ticket_are_read_however_many_fit_on_a_page()
    {
        vendor.With("/tickets/5/comments", Enumerable.Range(1, 230), id => new() { ["id"] = id, ["ticket_id"] = 5, ["body"] = $"Text {id}", ["subject"] = id == 1 ? "Initial Issue" : "Update", ["hidden"] = id % 2 == 0, ["tech"] = "Joe" });

        var result = await CommentsAsync("5");

        result.Complete.ShouldBeTrue();
        result.Rows.Cast<TicketNote>().Select(n => (n.ExternalId, n.TicketId, n.Text, n.IsInternal, n.IsDescription))
            .ShouldBe(Enumerable.Range(1, 230).Select(id => ($"{id}", "5", (string?)$"Text {id}", id % 2 == 0, id == 1)));
        vendor.Calls("/tickets/5/comments").ShouldAllBe(r => r["per_page"] == "100" && r["sort_by"] == "created_at" && r["sort_direction"] == "ASC");
        vendor.Calls("/tickets/5/comments").Count().ShouldBe(3);
    }

    [Fact]
    public async Task Comments_of_a_ticket_that_is_gone_say_so()
    {
        (await CommentsAsync("5")).ShouldBe(new ChildrenResult([], Complete: false, ParentGone: true), new SameOutcome());
    }

    [Fact]
    public async Task The_first_comment_comes_with_its_ticket_as_a_part_of_all()
    {
        vendor.With("/tickets", [5, 6, 7]);
        vendor.Rows["/tickets"][0]["comments"] = new JsonArray(new JsonObject { ["id"] = 8, ["subject"] = "Initial Issue", ["body"] = "It is broken", ["hidden"] = false }, new JsonObject { ["body"] = "without an id" });
        vendor.Rows["/tickets"][1]["comments"] = new JsonArray();

        var set = (await PagesAsync(DataType.Tickets)).SelectMany(p => p.Children).DistinctBy(c => c.ParentId).ShouldHaveSingleItem();

        (set.DataType, set.ParentId, set.Result.Complete).ShouldBe((DataType.TicketNotes, "5", false));
        set.Result.Rows.Cast<TicketNote>().Select(n => (n.ExternalId, n.TicketId, n.Text, n.IsDescription, n.IsInternal)).ShouldBe([("8", "5", "It is broken", true, false)]);
    }

    [Fact]
    public async Task Time_is_what_lies_between_start_and_end_and_is_gone_when_the_whole_list_has_it_no_more()
    {
        vendor.With("/ticket_timers", Enumerable.Range(1, 120), id => new()
        {
            ["id"] = id,
            ["ticket_id"] = 5,
            ["user_id"] = 4,
            ["start_time"] = "2026-05-01T10:00:00.000Z",
            ["end_time"] = id == 2 ? null : "2026-05-01T11:45:00.000Z",
            ["billable"] = id % 2 == 0,
            ["billable_time"] = 120,
            ["notes"] = "Remote",
        });

        var time = (await PagesAsync(DataType.TimeEntries)).SelectMany(p => p.Rows).Cast<TimeEntry>().ToList();
        time.Take(2).Select(t => (t.ExternalId, t.TicketId, t.UserId, t.Hours, t.Billable, t.Notes, t.IsInternal)).ShouldBe(
            [("1", "5", "4", 1.75m, false, "Remote", true), ("2", "5", "4", 0m, true, "Remote", true)]);
        time.Count.ShouldBe(120);

        (await ReadAsync(DataType.TimeEntries, "119", "121")).Select(r => r.GetType()).ShouldBe([typeof(ReadResult.Present), typeof(ReadResult.Gone)]);
        vendor.Script = r => r.Path == "/ticket_timers" && r["page"] == "2" ? Answer(200, """{"ticket_timers":[],"meta":{"total_pages":3}}""") : null;
        (await ReadAsync(DataType.TimeEntries, "119")).Single().ShouldBeOfType<ReadResult.Unknown>();
    }

    [Fact]
    public async Task A_comment_without_an_id_makes_the_set_incomplete()
    {
        vendor.Script = r => r.Path == "/tickets/5/comments" ? Answer(200, """{"comments":[{"id":1,"body":"a"},{"body":"b"}],"meta":{"total_pages":1,"page":1}}""") : null;

        var result = await CommentsAsync("5");

        (result.Complete, result.Rows.Count, result.Bad.Count).ShouldBe((false, 1, 1));
    }

    [Fact]
    public async Task Technicians_are_pairs_in_the_list_and_have_an_address_only_alone()
    {
        var page = (await PagesAsync(DataType.Users)).ShouldHaveSingleItem();

        page.Complete.ShouldBeTrue();
        page.Rows.Cast<ExternalUser>().Select(u => (u.ExternalId, u.FirstName, u.LastName, u.Email)).ShouldBe(
            [("1", "Joe", "Doe", "joe@acme.example"), ("4", "Eve", null, "eve@acme.example")]);
        vendor.Calls("/users").Single().Names.ShouldBeEmpty();
    }

    [Fact]
    public async Task Where_single_technicians_may_not_be_read_their_names_have_to_do()
    {
        vendor.Script = r => r.Path.StartsWith("/users/", StringComparison.Ordinal) ? Answer(401, NotPermitted) : null;

        var page = (await PagesAsync(DataType.Users)).Single();

        page.Rows.Cast<ExternalUser>().Select(u => (u.ExternalId, u.FirstName, u.Email)).ShouldBe([("1", "Joe", null), ("4", "Eve", null)]);
        page.Complete.ShouldBeTrue();
        vendor.Seen.Count(r => r.Path.StartsWith("/users/", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task A_technician_who_fails_or_makes_no_sense_costs_no_other()
    {
        vendor.Documents["/users"] = """{"users":[[1,"Joe Doe"],["x","Bad"],[4,"Eve"],{"id":6,"full_name":"Max Object"},[8,"Gone"]]}""";
        vendor.Documents["/users/6"] = """{"user":{"id":6,"full_name":"Max Object","email":"max@acme.example"}}""";
        vendor.Script = r => r.Path == "/users/1" ? Answer(500, "") : null;

        var page = (await PagesAsync(DataType.Users)).Single();

        page.Rows.Select(u => u.ExternalId).ShouldBe(["4", "6"]);
        page.Bad.Select(b => b.ExternalId).ShouldBe(["1", null]);
    }

    [Fact]
    public async Task Many_technicians_are_read_in_pages_and_from_any_of_them_on()
    {
        var ids = Enumerable.Range(1, 45).ToList();
        vendor.Documents["/users"] = $$"""{"users":[{{string.Join(',', ids.Select(i => $"[{i},\"T {i}\"]"))}}]}""";
        ids.ForEach(i => vendor.Documents[$"/users/{i}"] = $$$"""{"user":{"id":{{{i}}},"full_name":"T {{{i}}}"}}""");

        var pages = await PagesAsync(DataType.Users);

        pages.Select(p => (p.Rows.Count, p.Complete)).ShouldBe([(20, false), (20, false), (5, true)]);
        (await PagesAsync(DataType.Users, pages[1].Next)).SelectMany(p => p.Rows).Select(r => r.ExternalId).ShouldBe(["41", "42", "43", "44", "45"]);
    }

    [Fact]
    public async Task Statuses_types_issue_types_and_priorities_come_from_both_documents()
    {
        var page = (await PagesAsync(DataType.Reference)).Single();

        page.Rows.Cast<ReferenceItem>().Select(i => (i.ExternalId, i.Name, i.IsClosed, i.IsInactive, i.Level)).ShouldBe(
        [
            ("status:New", "New", false, false, null), ("status:In Progress", "In Progress", false, false, null), ("status:Resolved", "Resolved", true, false, null),
            ("type:1", "Hardware", false, false, null), ("type:2", "Old", false, true, null),
            ("subtype:Virus", "Virus", false, false, null), ("subtype:Other", "Other", false, false, null),
            ("priority:0 Urgent", "0 Urgent", false, false, PriorityLevel.Critical), ("priority:2 Normal", "2 Normal", false, false, PriorityLevel.Medium),
        ]);
        page.Complete.ShouldBeTrue();
    }

    [Fact]
    public async Task An_entry_is_gone_only_when_its_list_could_be_read()
    {
        vendor.Script = r => r.Path == "/settings" ? Answer(401, NotPermitted) : null;

        var results = await ReadAsync(DataType.Reference, "status:New", "status:Old", "priority:0 Urgent", "strange");

        results.Select(r => r.GetType()).ShouldBe([typeof(ReadResult.Present), typeof(ReadResult.Gone), typeof(ReadResult.Unknown), typeof(ReadResult.Unknown)]);
        (await PagesAsync(DataType.Reference)).Single().Rows.Count.ShouldBe(5);
    }

    [Theory]
    [InlineData("""{"message":["Vendor is blank","Name is blank"]}""", "Vendor is blank; Name is blank")]
    [InlineData("""{"error":"Not authorized."}""", "Not authorized.")]
    [InlineData("""{"success":false,"message":["Subject can't be blank"],"params":{"subject":"secret words"}}""", "Subject can't be blank")]
    [InlineData("""{"record":{"email":"secret words"},"errors":"Email is not an email"}""", "Email is not an email")]
    [InlineData("""{"success":false,"errors":{"appointments":{"summary":["can't be blank"]}}}""", "summary can't be blank")]
    [InlineData("""{"error":["a","b"],"message":"c"}""", "a; b; c")]
    [InlineData("<html>error</html>", "")]
    [InlineData("[1]", "")]
    public async Task The_vendor_s_words_are_found_in_every_shape_and_the_echo_of_the_request_never(string body, string said)
    {
        vendor.Script = _ => Answer(422, body);

        var fault = (await Should.ThrowAsync<FaultException>(() => vendor.Client().GetAsync("/tickets", SyncroPermissions.Tickets, Stop))).Fault;

        fault.Sentence.ShouldBe(said.Length == 0 ? "Syncro refused a request (status 422)." : $"Syncro refused a request (status 422). It says: {said}");
        fault.Sentence.ShouldNotContain("secret words");
    }

    [Theory]
    [InlineData("30", 30)]
    [InlineData("0", 1)]
    [InlineData("999999", 1800)]
    [InlineData("nonsense", null)]
    [InlineData(null, null)]
    public async Task A_pause_is_as_long_as_the_vendor_says_if_it_says(string? header, int? seconds)
    {
        vendor.Script = _ =>
        {
            var answer = Answer(429, "Retry later", "text/plain");
            if (header is not null)
            {
                answer.Headers.TryAddWithoutValidation("Retry-After", header);
            }

            return answer;
        };

        var fault = (await Should.ThrowAsync<FaultException>(() => vendor.Client().GetAsync("/tickets", SyncroPermissions.Tickets, Stop))).Fault;

        ((Fault.RateLimited)fault).RetryAfter.ShouldBe(seconds is { } s ? TimeSpan.FromSeconds(s) : null);
    }

    private Task<IReadOnlyList<ReadResult>> ReadAsync(DataType type, params string[] ids) =>
        connector.Streams.Single(s => s.DataType == type).ReadByIds!(vendor.Session(), ids, Stop);

    private Task<ChildrenResult> CommentsAsync(string ticket) =>
        connector.Streams.Single(s => s.DataType == DataType.TicketNotes).ReadChildren!(vendor.Session(), ticket, Stop);

    private async Task<List<Page>> PagesAsync(DataType type, Cursor cursor = default)
    {
        var pages = new List<Page>();
        await foreach (var page in connector.Streams.Single(s => s.DataType == type).Read!(vendor.Session(), new ReadRequest(PassKind.Full, cursor, null), Stop))
        {
            pages.Add(page);
        }

        return pages;
    }

    private sealed class SameOutcome : IEqualityComparer<ChildrenResult>
    {
        public bool Equals(ChildrenResult? x, ChildrenResult? y) => (x!.Complete, x.ParentGone, x.Rows.Count) == (y!.Complete, y.ParentGone, y.Rows.Count);

        public int GetHashCode(ChildrenResult obj) => 0;
    }
}
