using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Connectors.Microsoft365;

/// <summary>Users and groups: a mark first, then the list; afterwards who changed, read whole, and never a partial row.</summary>
public sealed class ChangesTests
{
    private const string Delta = "/v1.0/users/delta";
    private const string Link = "https://graph.microsoft.com/v1.0/users/delta?$deltatoken=";

    /// <summary>Users as they are now.</summary>
    private readonly Dictionary<int, string> users = new() { [1] = "Ada", [2] = "Ben", [3] = "Cyd" };

    /// <summary>Rounds and pages of changes, by token: rows, and where they lead.</summary>
    private readonly Dictionary<string, (string Rows, string? Next, string? Delta)> told = new(StringComparer.Ordinal);

    private readonly GraphScript graph;

    public ChangesTests() => graph = new GraphScript { Script = Answer };

    [Fact]
    public async Task A_mark_is_taken_before_the_list_is_read_and_handed_on_at_its_end()
    {
        var pages = await graph.ReadAsync(DataType.CloudUsers);

        graph.Seen.Where(c => !c.IsToken).Select(c => c.Path).ShouldBe([Delta, "/v1.0/users"]);
        graph.Calls(Delta).Single().ShouldSatisfyAllConditions(c => c.Query("$deltatoken").ShouldBe("latest"), c => c.Query("$select").ShouldNotBeNull().ShouldNotContain("licenseAssignmentStates"));
        graph.Calls("/v1.0/users").Single().Query("$select").ShouldNotBeNull().ShouldContain("assignedLicenses,licenseAssignmentStates");
        pages[^1].ShouldSatisfyAllConditions(p => p.Complete.ShouldBeTrue(), p => p.Bookmark.ShouldNotBeNull().ShouldContain("mark0"));
    }

    [Fact]
    public async Task Who_changed_is_read_whole_and_the_last_word_about_each_counts()
    {
        var bookmark = (await graph.ReadAsync(DataType.CloudUsers))[^1].Bookmark;
        (users[1], users[4]) = ("Ada the Second", "Dee");
        users.Remove(2);
        // Partial rows, duplicates in both orders, an empty page that leads on, one that came and went, one that went and came back, one that goes right now.
        told["mark0"] = ($$"""{"id":"{{GraphScript.Id(1)}}"},{"id":"{{GraphScript.Id(2)}}","displayName":"Ben"},{"id":"{{GraphScript.Id(2)}}","@removed":{"reason":"changed"} }""", "p2", null);
        told["p2"] = ("", "p3", null);
        told["p3"] = ($$"""{"id":"{{GraphScript.Id(4)}}","@removed":{"reason":"deleted"} },{"id":"{{GraphScript.Id(4)}}","displayName":"Stale"},{"id":"{{GraphScript.Id(9)}}"}""", null, "mark1");

        var pages = await graph.ReadAsync(DataType.CloudUsers, PassKind.Incremental, bookmark: bookmark);

        pages.Select(p => (Rows: string.Join(',', p.Rows.Cast<CloudUser>().Select(u => u.DisplayName)), Deleted: string.Join(',', p.Deleted.Select(Number)), p.Complete)).ShouldBe(
            [("Ada the Second", "2", false), ("", "", false), ("Dee", "", true)]);
        pages[^1].Bad.ShouldHaveSingleItem().ExternalId.ShouldBe(GraphScript.Id(9));
        pages.SkipLast(1).ShouldAllBe(p => p.Bookmark == null);
        pages[^1].Bookmark.ShouldNotBeNull().ShouldContain("mark1");
        graph.Seen.ShouldAllBe(c => !c.Headers.ContainsKey("Prefer"));
    }

    [Fact]
    public async Task A_round_of_changes_goes_on_from_the_cursor_of_any_page()
    {
        var bookmark = (await graph.ReadAsync(DataType.CloudUsers))[^1].Bookmark;
        told["mark0"] = (Row(1), "p2", null);
        told["p2"] = (Row(2), null, "mark1");
        var pages = await graph.ReadAsync(DataType.CloudUsers, PassKind.Incremental, bookmark: bookmark);

        var rest = await graph.ReadAsync(DataType.CloudUsers, PassKind.Incremental, pages[0].Next, bookmark);

        rest.Single().ShouldSatisfyAllConditions(p => p.Rows.Single().ExternalId.ShouldBe(GraphScript.Id(2)), p => p.Bookmark.ShouldBe(pages[^1].Bookmark));
    }

    [Theory]
    [InlineData(410, "resyncRequired")]
    [InlineData(400, "syncStateNotFound")]
    [InlineData(404, "syncStateNotFound")]
    [InlineData(400, "SyncStateInvalid")]
    [InlineData(400, "Request_BadRequest")]
    [InlineData(410, null)]
    public async Task A_mark_that_is_not_known_any_more_asks_for_everything(int status, string? code)
    {
        var bookmark = (await graph.ReadAsync(DataType.CloudUsers))[^1].Bookmark;
        graph.Script = c => c.Path == Delta ? code is null ? GraphScript.Answer(status, "") : GraphScript.Error(status, code) : Answer(c);

        var page = (await graph.ReadAsync(DataType.CloudUsers, PassKind.Incremental, bookmark: bookmark)).ShouldHaveSingleItem();

        page.StartOver.ShouldNotBeNull().ShouldEndWith(".");
        (page.Complete, page.Doubt, page.Bookmark).ShouldBe((false, null, null));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("no mark of ours")]
    [InlineData("""{"Watched":"id","Link":"https://graph.microsoft.com/v1.0/users/delta?$deltatoken=mark0"}""")]
    public async Task No_mark_or_one_that_watches_something_else_asks_for_everything(string? bookmark)
    {
        (await graph.ReadAsync(DataType.CloudUsers, PassKind.Incremental, bookmark: bookmark)).ShouldHaveSingleItem().StartOver.ShouldNotBeNull();
        graph.Seen.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(PassKind.Full, "Directory_ExpiredPageToken")]
    [InlineData(PassKind.Incremental, "syncStateNotFound")]
    public async Task A_place_within_a_pass_that_is_lost_leaves_it_in_doubt(PassKind pass, string code)
    {
        var bookmark = (await graph.ReadAsync(DataType.CloudUsers))[^1].Bookmark;
        var place = pass == PassKind.Full ? "https://graph.microsoft.com/v1.0/users?$skiptoken=x" : Link + "p2";
        graph.Script = c => c.IsToken ? null : GraphScript.Error(400, code);

        var page = (await graph.ReadAsync(DataType.CloudUsers, pass, new Cursor($$"""{"Next":"{{place}}"}"""), bookmark)).ShouldHaveSingleItem();

        page.Doubt.ShouldNotBeNull();
        (page.Complete, page.StartOver).ShouldBe((false, null));
    }

    [Fact]
    public async Task Changes_that_end_without_a_mark_are_in_doubt()
    {
        var bookmark = (await graph.ReadAsync(DataType.CloudUsers))[^1].Bookmark;
        told["mark0"] = (Row(1), null, null);

        (await graph.ReadAsync(DataType.CloudUsers, PassKind.Incremental, bookmark: bookmark)).Single().ShouldSatisfyAllConditions(p => p.Complete.ShouldBeFalse(), p => p.Doubt.ShouldNotBeNull());
    }

    [Fact]
    public async Task A_tenant_that_tells_no_changes_is_read_whole_without_a_bookmark()
    {
        graph.Script = c => c.Path == Delta ? GraphScript.Error(400, "Request_UnsupportedQuery") : Answer(c);

        (await graph.ReadAsync(DataType.CloudUsers))[^1].ShouldSatisfyAllConditions(p => p.Complete.ShouldBeTrue(), p => p.Rows.Count.ShouldBe(3), p => p.Bookmark.ShouldBeNull());
    }

    [Fact]
    public async Task One_that_cannot_be_understood_or_asked_for_is_kept_aside_and_costs_no_other()
    {
        var bookmark = (await graph.ReadAsync(DataType.CloudUsers))[^1].Bookmark;
        told["mark0"] = ($$"""{{Row(1)}},{{Row(2)}},{{Row(3)}},{"id":{"is":"no id"} },7""", null, "mark1");
        graph.Script = c => c.Path == $"/v1.0/users/{GraphScript.Id(2)}" ? GraphScript.Answer(200, "{\"id\":")
            : c.Path == $"/v1.0/users/{GraphScript.Id(3)}" ? GraphScript.Answer(200, $$"""{"id":"{{GraphScript.Id(3)}}","userPrincipalName":"x","createdDateTime":"soon"}""")
            : Answer(c);

        var page = (await graph.ReadAsync(DataType.CloudUsers, PassKind.Incremental, bookmark: bookmark)).Single();

        page.Rows.Select(r => r.ExternalId).ShouldBe([GraphScript.Id(1)]);
        page.Bad.Select(b => b.ExternalId).ShouldBe([null, null, GraphScript.Id(3), GraphScript.Id(2)]);
        page.Complete.ShouldBeTrue();
    }

    [Fact]
    public async Task A_refusal_in_the_middle_of_who_changed_is_the_fault_that_it_means()
    {
        var bookmark = (await graph.ReadAsync(DataType.CloudUsers))[^1].Bookmark;
        told["mark0"] = ($"{Row(1)},{Row(2)},{Row(3)}", null, "mark1");
        graph.Script = c => c.Path == $"/v1.0/users/{GraphScript.Id(2)}" ? GraphScript.Error(429, "TooManyRequests") : Answer(c);

        (await Should.ThrowAsync<FaultException>(() => graph.ReadAsync(DataType.CloudUsers, PassKind.Incremental, bookmark: bookmark))).Fault.ShouldBeOfType<Fault.RateLimited>();
    }

    [Fact]
    public async Task Gone_is_believed_only_while_the_tenant_answers()
    {
        (await graph.ByIdsAsync(DataType.CloudUsers, GraphScript.Id(1), GraphScript.Id(9), "x")).Select(r => r.GetType()).ShouldBe([typeof(ReadResult.Present), typeof(ReadResult.Gone), typeof(ReadResult.Unknown)]);
        graph.Script = c => c.Path == "/v1.0/users" ? GraphScript.Answer(200, "<html>", "text/html") : Answer(c);
        (await graph.ByIdsAsync(DataType.CloudUsers, GraphScript.Id(9))).Single().ShouldBeOfType<ReadResult.Unknown>();
        graph.Script = c => c.Path.StartsWith("/v1.0/users/", StringComparison.Ordinal) ? GraphScript.Error(404, "UnknownError") : Answer(c);
        (await graph.ByIdsAsync(DataType.CloudUsers, GraphScript.Id(9))).Single().ShouldBeOfType<ReadResult.Unknown>();
    }

    [Fact]
    public async Task Scores_of_the_last_days_end_where_the_older_ones_begin()
    {
        graph.Script = c => c.Path != "/v1.0/security/secureScores" ? null : int.Parse(c.Query("$skip") ?? "0", System.Globalization.CultureInfo.InvariantCulture) is var skip
            ? GraphScript.List(string.Join(',', Enumerable.Range(skip, 3).Select(day => $$"""{"id":"t_{{day}}","createdDateTime":"{{graph.Clock.GetUtcNow().AddDays(-day):O}}","currentScore":1,"maxScore":2}""")), $"\"@odata.nextLink\":\"https://graph.microsoft.com/v1.0/security/secureScores?$skip={skip + 3}\",")
            : null;

        var pages = await graph.ReadAsync(DataType.SecurityScores, PassKind.Incremental, since: graph.Clock.GetUtcNow().AddDays(-4));

        pages.Select(p => (p.Rows.Count, p.Complete)).ShouldBe([(3, false), (3, true)]);
        graph.Calls("/v1.0/security/secureScores").First().Query("$top").ShouldBe("6");
        graph.Connector.Streams.Single(s => s.DataType == DataType.SecurityScores).KeepsHistory.ShouldBeTrue();
    }

    [Fact]
    public async Task Licenses_know_when_the_next_of_their_subscriptions_changes()
    {
        string Bought(int sku, string at, string status, bool trial) => $$"""{"skuId":"{{GraphScript.Id(sku)}}","nextLifecycleDateTime":"{{at}}","status":"{{status}}","isTrial":{{(trial ? "true" : "false")}} }""";
        var subscriptions = GraphScript.List(string.Join(',', Bought(1, "2026-09-01T00:00:00Z", "Enabled", true), Bought(1, "2026-08-01T00:00:00Z", "Warning", false), Bought(1, "2026-07-01T00:00:00Z", "Deleted", false), Bought(2, "2026-09-01T00:00:00Z", "Enabled", true), "7"));
        graph.Script = c => c.Path switch
        {
            "/v1.0/subscribedSkus" => GraphScript.List(string.Join(',', Enumerable.Range(1, 3).Select(i => $$"""{"skuId":"{{GraphScript.Id(i)}}","skuPartNumber":"P{{i}}"}"""))),
            "/v1.0/directory/subscriptions" => subscriptions,
            _ => null,
        };
        (await graph.ReadAsync(DataType.Licenses)).Single().Rows.Cast<CloudLicense>().Select(l => (l.NextChangeAt?.Month, l.IsTrial)).ShouldBe([(8, false), (9, true), (null, false)]);

        subscriptions = GraphScript.Error(403, "Authorization_RequestDenied");
        (await graph.ReadAsync(DataType.Licenses)).Single().Rows.Cast<CloudLicense>().ShouldAllBe(l => l.NextChangeAt == null);
    }

    private static string Row(int number) => $$"""{"id":"{{GraphScript.Id(number)}}"}""";

    private static string Number(string id) => id[^1..];

    private HttpResponseMessage? Answer(GraphScript.Call call)
    {
        if (call.Path == Delta)
        {
            var token = call.Query("$deltatoken")!;
            var (rows, next, delta) = token == "latest" ? ("", null, "mark0") : told[token];
            return GraphScript.List(rows, (next is null ? "" : $"\"@odata.nextLink\":\"{Link}{next}\",") + (delta is null ? "" : $"\"@odata.deltaLink\":\"{Link}{delta}\","));
        }

        if (call.Path == "/v1.0/users")
        {
            return GraphScript.List(string.Join(',', users.Select(u => GraphScript.User(u.Key, $",\"displayName\":\"{u.Value}\""))));
        }

        return !call.Path.StartsWith("/v1.0/users/", StringComparison.Ordinal) ? null
            : users.FirstOrDefault(u => call.Path.EndsWith(GraphScript.Id(u.Key), StringComparison.Ordinal)) is { Value: not null } user ? GraphScript.Answer(200, GraphScript.User(user.Key, $",\"displayName\":\"{user.Value}\""))
            : GraphScript.Error(404, "Request_ResourceNotFound");
    }
}
