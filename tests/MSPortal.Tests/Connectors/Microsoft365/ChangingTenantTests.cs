using System.Text.Json.Nodes;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Tests.Connectors.Contract;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Connectors.Microsoft365;

/// <summary>A tenant in which people come and go while it is read: afterwards the copy is what there is, no more and no less.</summary>
public sealed class ChangingTenantTests(ChangingTenantTests.FewPeople vendors) : IClassFixture<ChangingTenantTests.FewPeople>
{
    [Theory]
    [InlineData(DataType.CloudUsers)]
    [InlineData(DataType.CloudGroups)]
    public async Task Whatever_happens_between_two_pages_is_right_after_the_next_round(DataType type)
    {
        await using var bench = await StartAsync();
        var copy = new Dictionary<string, string>(StringComparer.Ordinal);
        var (list, word) = type == DataType.CloudUsers ? ("users", "User") : ("groups", "Group");
        var ids = (await TruthAsync(bench, list)).Select(r => (string)r!["id"]!).ToList();
        await bench.ControlAsync("faults", new { kind = "capPage", rows = 5, path = $"/v1.0/{list}" });
        await BeforeAsync(bench, $"/v1.0/{list}\\?.*skiptoken", 2, Edits(word, ids));

        var full = await bench.ReadAsync(bench.Stream(type));
        Apply(copy, full);
        await EditAsync(bench, [new { @do = $"delete{word}", id = ids[3] }, new { @do = $"change{word}", id = ids[8], set = new { displayName = "Renamed once" } }]);
        await BeforeAsync(bench, $"/v1.0/{list}/delta\\?.*skiptoken", 1, [new { @do = $"delete{word}", id = ids[8] }, new { @do = $"restore{word}", id = ids[3] }, new { @do = $"change{word}", id = ids[9], set = new { displayName = "Renamed late" } }]);
        var changes = await FollowAsync(bench, type, full[^1].Bookmark!, copy);
        await FollowAsync(bench, type, changes, copy);

        var truth = await TruthAsync(bench, list);
        copy.Keys.ShouldBe(truth.Select(r => (string)r!["id"]!), ignoreOrder: true);
        copy.ToDictionary(c => c.Key, c => (string?)JsonNode.Parse(c.Value)![type == DataType.CloudUsers ? "displayName" : "name"]).ShouldBe(truth.ToDictionary(r => (string)r!["id"]!, r => (string?)r!["displayName"]), ignoreOrder: true);
        // And the same as a complete read.
        var again = new Dictionary<string, string>(StringComparer.Ordinal);
        Apply(again, await bench.ReadAsync(bench.Stream(type)));
        copy.ShouldBe(again, ignoreOrder: true);
    }

    [Fact]
    public async Task A_license_that_is_given_or_taken_comes_with_its_way()
    {
        await using var bench = await StartAsync();
        var full = await bench.ReadAsync(bench.Stream(DataType.CloudUsers));
        var users = full.SelectMany(p => p.Rows).Cast<CloudUser>().ToList();
        var (without, with) = (users.First(u => u.Licenses.Count == 0), users.First(u => u.Licenses.Count > 0 && u.Licenses[0].IsDirect));
        var sku = with.Licenses[0].LicenseId;
        var group = (await TruthAsync(bench, "groups"))[0]!["id"]!.ToString();
        await EditAsync(bench, [new { @do = "assignLicence", id = without.ExternalId, sku, group }, new { @do = "removeLicence", id = with.ExternalId, sku }]);

        var copy = users.ToDictionary(u => u.ExternalId, Canonical.Json, StringComparer.Ordinal);
        await FollowAsync(bench, DataType.CloudUsers, full[^1].Bookmark!, copy);

        Canonical.Read<CloudUser>(copy[without.ExternalId]).Licenses.ShouldHaveSingleItem().ShouldSatisfyAllConditions(l => l.LicenseId.ShouldBe(sku), l => l.IsDirect.ShouldBeFalse(), l => l.GroupIds.ShouldBe([group]));
        Canonical.Read<CloudUser>(copy[with.ExternalId]).Licenses.ShouldNotContain(l => l.LicenseId == sku);
    }

    [Theory]
    [InlineData("syncStateNotFound")]
    [InlineData("resyncRequired")]
    [InlineData("gone")]
    public async Task A_mark_of_last_week_asks_for_everything_and_the_next_one_is_good_again(string how)
    {
        await using var bench = await StartAsync();
        await bench.ControlAsync("set/behaviour", new { expiredDelta = how });
        var old = (await bench.ReadAsync(bench.Stream(DataType.CloudUsers)))[^1].Bookmark!;
        (await ChangesAsync(bench, old))[^1].Complete.ShouldBeTrue();
        await bench.ControlAsync("set/clock", new { minutes = 8 * 24 * 60 });

        (await ChangesAsync(bench, old)).ShouldHaveSingleItem().StartOver.ShouldNotBeNull();

        var young = (await bench.ReadAsync(bench.Stream(DataType.CloudUsers)))[^1].Bookmark!;
        (await ChangesAsync(bench, young))[^1].Complete.ShouldBeTrue();
        await EditAsync(bench, [new { @do = "resetDelta" }]);
        (await ChangesAsync(bench, young)).ShouldHaveSingleItem().StartOver.ShouldNotBeNull();
    }

    [Fact]
    public async Task Empty_pages_lead_on_and_entries_that_come_twice_count_once()
    {
        await using var bench = await StartAsync();
        var whole = new Dictionary<string, string>(StringComparer.Ordinal);
        var full = await bench.ReadAsync(bench.Stream(DataType.CloudUsers));
        Apply(whole, full);
        await bench.ControlAsync("faults", new { kind = "emptyPage", path = "/v1.0/users\\?", times = 1 });
        var copy = new Dictionary<string, string>(StringComparer.Ordinal);
        var pages = await bench.ReadAsync(bench.Stream(DataType.CloudUsers));
        Apply(copy, pages);
        pages[0].Rows.ShouldBeEmpty();
        copy.ShouldBe(whole, ignoreOrder: true);

        await EditAsync(bench, [new { @do = "changeUser", id = whole.Keys.First(), set = new { jobTitle = "Twice" } }, new { @do = "deleteUser", id = whole.Keys.Last() }]);
        await bench.ControlAsync("faults", new { kind = "duplicateRow", rows = 2, path = "/v1.0/users/delta" });
        var changes = await ChangesAsync(bench, full[^1].Bookmark!);
        changes.Sum(p => p.Rows.Count).ShouldBe(1);
        changes.SelectMany(p => p.Deleted).ShouldBe([whole.Keys.Last()]);
    }

    [Theory]
    [InlineData("removeApp")]
    [InlineData("withdrawConsent")]
    public async Task A_client_that_throws_the_app_out_needs_consent_and_nobody_else_does(string edit)
    {
        await using var bench = await StartAsync();
        await EditAsync(bench, [new { @do = edit }]);
        bench.Memory.Clear();
        var reports = await bench.TestAllAsync();
        await EditAsync(bench, [new { @do = "grantConsent" }]);

        (reports[0].Passed, reports[1].Problem?.NeedsConsent).ShouldBe((true, true));
        (await bench.TestAllAsync()).ShouldAllBe(r => r.Passed);
    }

    /// <summary>Into the bin and back, for good, renamed and made anew: on pages that have been read and on those that are still to come.</summary>
    private static object[] Edits(string word, List<string> ids) =>
    [
        new { @do = $"change{word}", id = ids[0], set = new { displayName = "Renamed behind the reader" } }, new { @do = $"delete{word}", id = ids[1] }, new { @do = $"erase{word}", id = ids[2] },
        new { @do = $"delete{word}", id = ids[^1] }, new { @do = $"restore{word}", id = ids[^1] }, new { @do = $"delete{word}", id = ids[^2] }, new { @do = $"change{word}", id = ids[^3], set = new { displayName = "Renamed before the reader" } },
        new { @do = word == "User" ? "createUser" : "addGroup", set = new { displayName = "New" } },
    ];

    private static async Task<string> FollowAsync(ConnectorBench bench, DataType type, string bookmark, Dictionary<string, string> copy)
    {
        var pages = await bench.ReadAsync(bench.Stream(type), PassKind.Incremental, bookmark: bookmark);
        pages[^1].Complete.ShouldBeTrue();
        Apply(copy, pages);
        return pages[^1].Bookmark.ShouldNotBeNull();
    }

    private static Task<IReadOnlyList<Page>> ChangesAsync(ConnectorBench bench, string bookmark) => bench.ReadAsync(bench.Stream(DataType.CloudUsers), PassKind.Incremental, bookmark: bookmark);

    /// <summary>As the engine stores pages: rows, and what the vendor says is gone.</summary>
    private static void Apply(Dictionary<string, string> copy, IEnumerable<Page> pages)
    {
        foreach (var page in pages)
        {
            page.Bad.ShouldBeEmpty();
            page.Rows.ToList().ForEach(r => copy[r.ExternalId] = Canonical.Json(r));
            page.Deleted.ToList().ForEach(id => copy.Remove(id));
        }
    }

    private Task<ConnectorBench> StartAsync()
    {
        vendors.Clock.Advance(TimeSpan.FromMinutes(1));
        return ConnectorBench.StartAsync(vendors, "microsoft365");
    }

    private static Task<JsonNode?> EditAsync(ConnectorBench bench, object[] edits) => bench.ControlAsync($"tenants/{bench.Client}/edits", edits);

    private static Task<JsonNode?> BeforeAsync(ConnectorBench bench, string path, int nth, object[] edits) => bench.ControlAsync("before", new { path, nth, tenant = bench.Client, edits });

    private async Task<JsonArray> TruthAsync(ConnectorBench bench, string kind) => (await vendors.ControlAsync("microsoft365", HttpMethod.Get, $"tenants/{bench.Client}/{kind}"))!.AsArray();

    /// <summary>A client of some hundreds.</summary>
    public sealed class FewPeople : AllSimulators
    {
        public FewPeople()
            : base(companies: 3, tickets: 3)
        {
        }
    }
}
