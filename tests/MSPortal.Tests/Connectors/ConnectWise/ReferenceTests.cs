using System.Text.Json.Nodes;
using MSPortal.Connectors.ConnectWise;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using Shouldly;
using Xunit;
using static MSPortal.Tests.Connectors.ConnectWise.ScriptedVendor;

namespace MSPortal.Tests.Connectors.ConnectWise;

public sealed class ReferenceTests
{
    private static readonly string[] BoardLists = ["statuses", "types", "subtypes", "items", "teams"];
    private static readonly string[] GlobalLists = ["/service/priorities", "/service/sources", "/company/companies/statuses", "/company/companies/types", "/company/contacts/types"];

    private readonly ScriptedVendor vendor = new();

    public ReferenceTests()
    {
        vendor.With("/service/boards", [1, 2]);
        foreach (var path in GlobalLists)
        {
            vendor.With(path, [1], id => new JsonObject { ["id"] = id, ["name"] = $"N{id}", ["description"] = $"D{id}", ["level"] = "High" });
        }

        foreach (var board in new[] { 1, 2 })
        {
            foreach (var list in BoardLists)
            {
                vendor.With($"/service/boards/{board}/{list}", [board * 10], id => new JsonObject { ["id"] = id, ["name"] = $"{list} {id}", ["closedStatus"] = board == 2 });
            }
        }
    }

    [Fact]
    public async Task Every_list_of_the_account_and_of_every_board_is_read()
    {
        var pages = await ReadAsync(Cursor.Start);

        pages[^1].Complete.ShouldBeTrue();
        Keys(pages).ShouldBe(
            [
                "container:1", "container:2", "priority:1", "source:1", "company_status:1", "company_type:1", "contact_type:1",
                "status:10", "type:10", "subtype:10", "item:10", "team:10", "status:20", "type:20", "subtype:20", "item:20", "team:20",
            ],
            ignoreOrder: true);
        var items = pages.SelectMany(p => p.Rows).Cast<ReferenceItem>().ToDictionary(r => r.ExternalId);
        (items["status:20"].ContainerId, items["status:20"].IsClosed, items["status:10"].IsClosed).ShouldBe(("2", true, false));
        items["contact_type:1"].Name.ShouldBe("D1");
        items["priority:1"].Level.ShouldBe(PriorityLevel.High);
    }

    [Fact]
    public async Task A_pass_goes_on_from_any_page()
    {
        var whole = await ReadAsync(Cursor.Start);
        whole.Count.ShouldBeGreaterThan(1);

        for (var cut = 0; cut < whole.Count - 1; cut++)
        {
            var rest = await ReadAsync(whole[cut].Next);
            Keys([.. whole.Take(cut + 1), .. rest]).ShouldBe(Keys(whole), ignoreOrder: true);
            rest[^1].Complete.ShouldBeTrue();
        }
    }

    [Theory]
    [InlineData("/service/sources", true)]
    [InlineData("/service/boards/1/teams", true)]
    [InlineData("/service/boards", false)]
    [InlineData("/service/boards/2/statuses", false)]
    public async Task A_denied_list_is_left_out_unless_tickets_make_no_sense_without_it(string path, bool leftOut)
    {
        vendor.Script = r => r.Path == path ? Answer(403, "") : null;

        if (leftOut)
        {
            (await ReadAsync(Cursor.Start))[^1].Complete.ShouldBeTrue();
        }
        else
        {
            (await Should.ThrowAsync<FaultException>(() => ReadAsync(Cursor.Start))).Fault.ShouldBeOfType<Fault.PermissionMissing>();
        }
    }

    [Fact]
    public async Task A_board_deleted_in_the_middle_costs_only_itself()
    {
        vendor.Script = r =>
        {
            if (r.Path.StartsWith("/service/boards/1/", StringComparison.Ordinal))
            {
                vendor.Rows["/service/boards"].RemoveAll(b => (int)b["id"]! == 1);
                return Answer(404, """{"code":"NotFound","message":"Board not found"}""");
            }

            return null;
        };

        var pages = await ReadAsync(Cursor.Start);

        pages[^1].Complete.ShouldBeTrue();
        Keys(pages).ShouldContain("status:20");
        Keys(pages).ShouldNotContain("status:10");
    }

    [Fact]
    public async Task A_board_whose_lists_fail_is_no_deleted_board()
    {
        vendor.Script = r => r.Path.StartsWith("/service/boards/1/", StringComparison.Ordinal) ? Answer(500, "") : null;

        (await Should.ThrowAsync<FaultException>(() => ReadAsync(Cursor.Start))).Fault.ShouldBeOfType<Fault.VendorDown>();
    }

    [Fact]
    public async Task Single_entries_are_found_wherever_they_are_and_gone_only_when_every_list_was_read()
    {
        (await KindsAsync("status:20", "status:99", "priority:1", "priority:7")).ShouldBe(["priority:1 Present", "priority:7 Gone", "status:20 Present", "status:99 Gone"]);

        vendor.Script = r => r.Path == "/service/boards/2/statuses" ? Answer(500, "") : null;

        (await KindsAsync("status:99")).ShouldBe(["status:99 Unknown"]);
    }

    [Fact]
    public async Task A_list_that_is_denied_after_it_was_read_proves_nothing_and_keeps_no_other_from_being_told()
    {
        vendor.Script = r => r.Path.StartsWith("/service/sources", StringComparison.Ordinal) ? Answer(403, "") : null;

        (await KindsAsync("source:1", "source:9", "priority:7", "status:20")).ShouldBe(["priority:7 Gone", "source:1 Unknown", "source:9 Unknown", "status:20 Present"]);
    }

    private static string[] Keys(IEnumerable<Page> pages) => [.. pages.SelectMany(p => p.Rows).Select(r => r.ExternalId).Distinct()];

    private async Task<string[]> KindsAsync(params string[] keys)
    {
        var results = await ConnectWiseReference.ReadByIdsAsync(vendor.Client(), keys, TestContext.Current.CancellationToken);
        return [.. results.Select(r => $"{r.ExternalId} {r.GetType().Name}").Order(StringComparer.Ordinal)];
    }

    private async Task<List<Page>> ReadAsync(Cursor from)
    {
        var pages = new List<Page>();
        await foreach (var page in ConnectWiseReference.ReadAsync(vendor.Client(), new(PassKind.Full, from, null), TestContext.Current.CancellationToken))
        {
            pages.Add(page);
        }

        return pages;
    }
}
