using System.Text.Json.Nodes;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Connectors.NinjaOne;
using MSPortal.Tests.Connectors.Contract;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Connectors.NinjaOne;

/// <summary>Lists end where NinjaOne twice says so, and what devices have beside them is asked once a pass.</summary>
public sealed class PassTests(AllSimulators vendors) : IClassFixture<AllSimulators>
{
    private const string DevicePath = "/v2/devices-detailed";

    [Fact]
    public async Task Devices_come_in_pages_of_any_length_and_end_by_an_empty_one_that_comes_twice()
    {
        await using var bench = await StartAsync();
        await bench.ControlAsync("faults", new { kind = "capPage", rows = 7, path = DevicePath });

        var pages = await bench.ReadAsync(bench.Stream(DataType.Devices));

        Ids(pages).ShouldBe(await TruthAsync("devices"), ignoreOrder: true);
        pages[^1].Complete.ShouldBeTrue();
        var asked = bench.Seen.Where(s => s.Uri.AbsolutePath == DevicePath).Select(s => s.Uri.Query).ToList();
        asked.Count.ShouldBe(pages.Count + 1);
        asked[0].ShouldBe("?pageSize=500");
        asked[^2..].Select(q => q.Split('&')[0]).ShouldBe(["?pageSize=500", "?pageSize=499"]);
    }

    [Theory]
    [InlineData("emptyArray")]
    [InlineData("shortPage")]
    [InlineData("duplicateRow")]
    public async Task A_page_that_lies_costs_no_row(string kind)
    {
        await using var bench = await StartAsync();
        await bench.ControlAsync("faults", new { kind = "capPage", rows = 7, path = DevicePath });
        await bench.ControlAsync("faults", new { kind, path = DevicePath, skip = 1, times = 1, rows = 3 });

        var pages = await bench.ReadAsync(bench.Stream(DataType.Devices));

        Ids(pages).Distinct().ShouldBe(await TruthAsync("devices"), ignoreOrder: true);
        pages[^1].Complete.ShouldBeTrue();
    }

    [Fact]
    public async Task A_list_that_begins_again_ends_in_doubt()
    {
        await using var bench = await StartAsync();
        var first = "";
        bench.Script = async (request, ct) =>
        {
            if (request.RequestUri!.AbsolutePath != "/v2/organizations" || first.Length == 0)
            {
                return null;
            }

            await Task.CompletedTask.WaitAsync(ct);
            return ConnectorBench.Answer(200, first);
        };
        bench.Afterwards = async (request, answer) => first = request.RequestUri!.AbsolutePath == "/v2/organizations" ? await answer.Content.ReadAsStringAsync() : first;

        var pages = await bench.ReadAsync(bench.Stream(DataType.Companies));

        pages[^1].Complete.ShouldBeFalse();
        pages[^1].Doubt.ShouldNotBeNull().ShouldContain("began again");
    }

    [Fact]
    public void Where_a_pass_goes_on_is_told_by_the_last_readable_id()
    {
        var place = new NinjaOnePlace(5, "p");
        static NinjaOnePage Page(int received, long? last) => new(received, last, [], [], null);

        NinjaOneLists.Next(place, Page(3, 9), "devices").ShouldBe((place with { After = 9 }, false, null));
        NinjaOneLists.Next(place, Page(0, null), "devices").ShouldBe((place, true, null));
        NinjaOneLists.Next(place, Page(1, null), "devices").Doubt.ShouldNotBeNull();
        NinjaOneLists.Next(place, Page(1, 5), "devices").Doubt.ShouldNotBeNull();
    }

    [Fact]
    public async Task Antivirus_and_patches_are_asked_in_bulk_once_a_pass_and_remembered_over_its_pauses()
    {
        await using var bench = await StartAsync();
        await bench.ControlAsync("faults", new { kind = "capPage", rows = 9 });
        var stream = bench.Stream(DataType.Devices);
        var whole = await bench.ReadAsync(stream);
        var queries = Queries(bench);
        queries.ShouldBeGreaterThan(4);
        Devices(whole).ShouldContain(d => d.AntivirusProduct != null && d.PatchesPending > 0);
        bench.Memory.Keys.ShouldNotContain("ninjaone.extras");

        bench.Seen.Clear();
        var first = await bench.ReadAsync(stream, most: 1);
        var rest = await bench.ReadAsync(stream, cursor: first[0].Next);
        Queries(bench).ShouldBe(queries);
        Rows([.. first, .. rest]).ShouldBe(Rows(whole));

        bench.Seen.Clear();
        first = await bench.ReadAsync(stream, most: 1);
        bench.Memory.TryRemove("ninjaone.extras", out _).ShouldBeTrue();   // Another process goes on.
        rest = await bench.ReadAsync(stream, cursor: first[0].Next);
        Queries(bench).ShouldBe(2 * queries);
        Rows([.. first, .. rest]).ShouldBe(Rows(whole));
    }

    [Fact]
    public async Task Extras_are_those_of_the_vendor_and_only_products_that_are_on_are_named()
    {
        await using var bench = await StartAsync();
        var devices = Devices(await bench.ReadAsync(bench.Stream(DataType.Devices))).ToDictionary(d => d.ExternalId);
        var antivirus = (await RowsAsync("antivirus")).ToLookup(r => r["deviceId"]!.ToString());
        var health = (await RowsAsync("health")).ToDictionary(r => r["deviceId"]!.ToString());

        antivirus.ShouldContain(g => g.Count() == 2);
        foreach (var (id, device) in devices)
        {
            var on = antivirus[id].Where(a => a["productState"]!.ToString() == "ON").ToList();
            var named = (on.Count > 0 ? on : [.. antivirus[id]]).Select(a => a["productName"]!.ToString()).Distinct().Order(StringComparer.Ordinal).ToList();
            device.AntivirusProduct.ShouldBe(named.Count == 0 ? null : string.Join(", ", named), id);
            device.PatchesPending.ShouldBe(health.TryGetValue(id, out var row) ? row["pendingOSPatchesCount"]!.GetValue<int>() + row["pendingSoftwarePatchesCount"]!.GetValue<int>() : null, id);
        }
    }

    [Theory]
    [InlineData(403)]
    [InlineData(404)]
    public async Task Where_bulk_queries_may_not_be_asked_devices_come_without(int status)
    {
        await using var bench = await StartAsync();
        await bench.ControlAsync("faults", new { kind = "status", code = status, path = "/v2/queries/" });

        var pages = await bench.ReadAsync(bench.Stream(DataType.Devices));

        Ids(pages).ShouldBe(await TruthAsync("devices"), ignoreOrder: true);
        Devices(pages).ShouldAllBe(d => d.AntivirusProduct == null && d.PatchesPending == null);
        pages[^1].Complete.ShouldBeTrue();
    }

    [Theory]
    [InlineData(403)]
    [InlineData(404)]
    public async Task A_bulk_query_that_does_not_go_on_is_no_empty_field(int status)
    {
        await using var bench = await StartAsync();
        await bench.ControlAsync("faults", new { kind = "capPage", rows = 5, path = "/v2/queries/" });
        await bench.ControlAsync("faults", new { kind = "status", code = status, path = "/v2/queries/antivirus-status", skip = 1 });

        await Should.ThrowAsync<FaultException>(() => bench.ReadAsync(bench.Stream(DataType.Devices)));
    }

    [Fact]
    public async Task A_bulk_query_in_trouble_is_the_pass_in_trouble_since_empty_fields_would_be_a_lie()
    {
        await using var bench = await StartAsync();
        await bench.ControlAsync("faults", new { kind = "status", code = 503, path = "/v2/queries/device-health" });

        (await Should.ThrowAsync<FaultException>(() => bench.ReadAsync(bench.Stream(DataType.Devices)))).Fault.ShouldBeOfType<Fault.VendorDown>();
    }

    [Theory]
    [InlineData("emptyArray")]
    [InlineData("shortPage")]
    public async Task A_page_of_a_bulk_query_that_lies_costs_no_row_that_comes_after_it(string kind)
    {
        await using var bench = await StartAsync();
        var stream = bench.Stream(DataType.Devices);
        var whole = Rows(await bench.ReadAsync(stream));
        await bench.ControlAsync("faults", new { kind = "capPage", rows = 5, path = "/v2/queries/" });
        await bench.ControlAsync("faults", new { kind, path = "/v2/queries/antivirus-status", skip = 1, times = 1, rows = 0 });

        var read = Rows(await bench.ReadAsync(stream));

        // The cursor moved on over what was not shown; everything behind it came.
        read.Count(r => whole[r.Key] != r.Value).ShouldBeLessThanOrEqualTo(kind == "emptyArray" ? 5 : 0);
    }

    private Task<ConnectorBench> StartAsync() => ConnectorBench.StartAsync(vendors, "ninjaone");

    private async Task<IReadOnlyList<JsonNode>> RowsAsync(string kind) => [.. (await vendors.ControlAsync("ninjaone", HttpMethod.Get, $"records/{kind}"))!.AsArray().Select(r => r!)];

    private async Task<IReadOnlyList<string>> TruthAsync(string kind) => [.. (await RowsAsync(kind)).Select(r => r["id"]!.ToString())];

    private static int Queries(ConnectorBench bench) => bench.Seen.Count(s => s.Uri.AbsolutePath.StartsWith("/v2/queries/", StringComparison.Ordinal));

    private static IReadOnlyList<ExternalDevice> Devices(IEnumerable<Page> pages) => [.. pages.SelectMany(p => p.Rows).Cast<ExternalDevice>()];

    private static IReadOnlyList<string> Ids(IEnumerable<Page> pages) => [.. pages.SelectMany(p => p.Rows).Select(r => r.ExternalId)];

    private static SortedDictionary<string, string> Rows(IEnumerable<Page> pages) =>
        new(pages.SelectMany(p => p.Rows).ToDictionary(r => r.ExternalId, Canonical.Json), StringComparer.Ordinal);
}
