using System.Text.Json.Nodes;
using MSPortal.Connectors.ConnectWiseAsio;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Tests.Connectors.Contract;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Connectors.ConnectWiseAsio;

/// <summary>Devices come four companies at a time, page after page of a header, and “not found” is not the end.</summary>
public sealed class PassTests(AllSimulators vendors) : IClassFixture<AllSimulators>
{
    private const string DevicePath = "/api/platform/v2/device/categories/all/endpoints";

    private static readonly Uri Site = new("https://openapi.service.itsupport247.net");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task All_devices_of_all_companies_come_however_short_the_pages_are()
    {
        await using var bench = await StartAsync();
        await bench.ControlAsync("faults", new { kind = "capPage", rows = 2, path = DevicePath });

        var pages = await bench.ReadAsync(bench.Stream(DataType.Devices));

        pages[^1].Complete.ShouldBeTrue();
        Rows(pages).Keys.ShouldBe((await TruthAsync("devices")).Select(d => d["endpointID"]!.ToString()), ignoreOrder: true);
        bench.Seen.Count(s => s.Uri.AbsolutePath.EndsWith("/company/sites", StringComparison.Ordinal)).ShouldBe(1);
        bench.Seen.Where(s => s.Uri.AbsolutePath == DevicePath).ShouldAllBe(s => s.Method == "POST");
    }

    [Fact]
    public async Task A_device_is_where_its_group_says_and_its_site_is_named()
    {
        await using var bench = await StartAsync();
        var sites = (await TruthAsync("sites")).ToDictionary(s => s["uid"]!.ToString(), s => (string?)s["friendlyName"] ?? (string?)s["name"]);
        var devices = (await bench.ReadAsync(bench.Stream(DataType.Devices))).SelectMany(p => p.Rows).Cast<ExternalDevice>().ToDictionary(d => d.ExternalId);
        var companies = (await bench.ReadAsync(bench.Stream(DataType.Companies))).SelectMany(p => p.Rows).Select(c => c.ExternalId).ToList();

        foreach (var row in await TruthAsync("devices"))
        {
            var device = devices[row["endpointID"]!.ToString()];
            (device.CompanyId, device.SiteName, device.Extra!["category"]).ShouldBe((row["companyID"]!.ToString().ToLowerInvariant(), sites[row["siteID"]!.ToString()], row["category"]!.ToString()));
            companies.ShouldContain(device.CompanyId);
        }

        string.Join('\n', devices.Values.Select(Canonical.Json)).ShouldNotContain("SECRET-");
    }

    [Fact]
    public async Task Four_companies_that_are_not_found_together_are_asked_one_by_one()
    {
        await using var bench = await StartAsync();
        await bench.ControlAsync("faults", new { kind = "status", code = 404, path = DevicePath, times = 1 });

        var pages = await bench.ReadAsync(bench.Stream(DataType.Devices));

        pages[^1].Complete.ShouldBeTrue();
        Rows(pages).Keys.ShouldBe((await TruthAsync("devices")).Select(d => d["endpointID"]!.ToString()), ignoreOrder: true);
    }

    [Fact]
    public void The_step_from_question_to_question_is_told_by_the_answer()
    {
        var ids = Enumerable.Range(1, 9).Select(i => $"c{i}").ToList();
        AsioPage Page(int received, int? next = null, bool notFound = false) => new([], [], next) { Received = received, NotFound = notFound };

        var place = new AsioPass();
        AsioDevices.Chunk(ids, place).ShouldBe(["c1", "c2", "c3", "c4"]);
        AsioDevices.Step(place, ["c1", "c2", "c3", "c4"], Page(500, 500)).ShouldBe(place with { Next = 500 });
        AsioDevices.Step(place with { Next = 500 }, ["c1", "c2", "c3", "c4"], Page(0, notFound: true)).ShouldBe(new AsioPass("c4"));
        var alone = AsioDevices.Step(place, ["c1", "c2", "c3", "c4"], Page(0, notFound: true));
        AsioDevices.Chunk(ids, alone).ShouldBe(["c1"]);
        AsioDevices.Chunk(ids, alone with { After = "c3" }).ShouldBe(["c4"]);
        AsioDevices.Chunk(ids, alone with { After = "c4" }).ShouldBe(["c5", "c6", "c7", "c8"]);
        AsioDevices.Chunk(ids, new AsioPass("c9")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("<https://openapi.service.itsupport247.net/x/endpoints?cursor=500&limit=500>; rel=\"next\"", 0, 500, 500)]
    [InlineData("</x/endpoints?limit=500&cursor=500>; rel=next", 0, 500, 500)]
    [InlineData("<https://openapi.service.itsupport247.net/x?cursor=0>; rel=\"prev\", <https://openapi.service.itsupport247.net/x?cursor=1000>; rel=\"next\"", 500, 3, 1000)]
    [InlineData(null, 0, 3, null)]
    [InlineData(null, 0, 500, 500)]
    public void The_next_page_is_a_number_in_the_header_and_a_full_page_is_never_the_last(string? link, int cursor, int received, int? next) =>
        AsioDevices.Next(Site, link, cursor, received).ShouldBe(next);

    [Theory]
    [InlineData("<https://evil.example/x?cursor=500>; rel=\"next\"", "another host")]
    [InlineData("<https://openapi.service.itsupport247.net/x?cursor=0>; rel=\"next\"", "does not lead on")]
    [InlineData("<https://openapi.service.itsupport247.net/x>; rel=\"next\"", "does not lead on")]
    public void A_next_page_elsewhere_or_behind_us_is_not_asked_for(string link, string said) =>
        Should.Throw<FaultException>(() => AsioDevices.Next(Site, link, 0, 500)).Fault.Sentence.ShouldContain(said);

    [Fact]
    public async Task A_company_without_an_id_leaves_the_pass_in_doubt_since_nobody_can_ask_for_its_devices()
    {
        await using var bench = await StartAsync();
        await bench.ControlAsync("faults", new { kind = "mutate", property = "id", raw = "{}", path = "/company/companies" });

        var pages = await bench.ReadAsync(bench.Stream(DataType.Devices));

        pages[^1].Complete.ShouldBeFalse();
        pages[^1].Doubt.ShouldNotBeNull().ShouldContain("without an id");
    }

    [Fact]
    public async Task Devices_read_alone_are_those_of_the_list_and_gone_only_by_a_plain_word()
    {
        await using var bench = await StartAsync();
        var stream = bench.Stream(DataType.Devices);
        var whole = Rows(await bench.ReadAsync(stream));
        bench.Seen.Clear();

        var alone = await stream.ReadByIds!(bench.Session(), [.. whole.Keys, "00000000-dead-4000-8000-000000000000", "no id!"], Stop);

        alone.OfType<ReadResult.Present>().ToDictionary(r => r.ExternalId, r => Canonical.Json(r.Record)).ShouldBe(whole, ignoreOrder: true);
        alone.OfType<ReadResult.Gone>().Select(r => r.ExternalId).ShouldBe(["00000000-dead-4000-8000-000000000000"]);
        alone.OfType<ReadResult.Unknown>().Select(r => r.ExternalId).ShouldBe(["no id!"]);
        bench.Seen.Count(s => s.Uri.AbsolutePath == DevicePath).ShouldBe(2);

        await bench.ControlAsync("faults", new { kind = "html", code = 404, path = DevicePath });
        (await Should.ThrowAsync<FaultException>(() => stream.ReadByIds(bench.Session(), [whole.Keys.First()], Stop))).Fault.ShouldBeOfType<Fault.VendorDown>();
    }

    [Fact]
    public async Task A_404_proves_nothing_while_the_platform_does_not_answer_where_companies_are()
    {
        await using var bench = await StartAsync();
        await bench.ControlAsync("faults", new { kind = "status", code = 404, path = "/company/companies" });

        (await bench.Stream(DataType.Devices).ReadByIds!(bench.Session(), ["00000000-dead-4000-8000-000000000000"], Stop)).Single().ShouldBeOfType<ReadResult.Unknown>();
        (await bench.Stream(DataType.Companies).ReadByIds!(bench.Session(), ["00000000-dead-4000-8000-000000000000"], Stop)).Single().ShouldBeOfType<ReadResult.Unknown>();
    }

    [Fact]
    public async Task Details_are_one_record_of_their_device_with_its_volumes()
    {
        await using var bench = await StartAsync();
        var row = (await TruthAsync("devices")).First(d => d["logicalVolume"] is not null);
        var id = row["endpointID"]!.ToString();

        var result = await bench.Stream(DataType.DeviceDetails).ReadChildren!(bench.Session(), id, Stop);

        var detail = result.Rows.ShouldHaveSingleItem().ShouldBeOfType<DeviceDetail>();
        (detail.ExternalId, detail.DeviceId, detail.MemoryBytes, detail.ProcessorCores).ShouldBe((id, id, 17_179_869_184, 10));
        detail.Disks.ShouldBe([new DeviceDisk("C:", 512_000_000_000, row["logicalVolume"]![0]!["freeSpaceBytes"]!.GetValue<long>())]);
        Canonical.Json(detail).ShouldNotContain("SECRET-");
        (await bench.Stream(DataType.DeviceDetails).ReadChildren!(bench.Session(), "00000000-dead-4000-8000-000000000000", Stop)).ParentGone.ShouldBeTrue();
        bench.Stream(DataType.DeviceDetails).FollowsParentTime.ShouldBeTrue();
    }

    [Fact]
    public async Task Ids_of_a_psa_are_kept_where_companies_are_matched_by_them()
    {
        await using var bench = await StartAsync();
        var truth = await TruthAsync("companies");

        var companies = (await bench.ReadAsync(bench.Stream(DataType.Companies))).SelectMany(p => p.Rows).Cast<ExternalCompany>().ToDictionary(c => c.ExternalId);

        companies.Keys.ShouldBe(truth.Select(c => c["uid"]!.ToString().ToLowerInvariant()), ignoreOrder: true);
        foreach (var row in truth)
        {
            var manage = row["externalIds"]!.AsArray().FirstOrDefault(e => e!["productId"]!.ToString() == "ConnectWise Manage")?["externalId"]?.ToString();
            companies[row["uid"]!.ToString().ToLowerInvariant()].Extra?.GetValueOrDefault("connectwiseCompanyId").ShouldBe(manage);
        }

        string.Join('\n', companies.Values.Select(Canonical.Json)).ShouldNotContain("SECRET-");
        companies.Values.ShouldContain(c => c.IsInactive);
        companies.Values.ShouldAllBe(c => !c.IsDeleted);
    }

    private Task<ConnectorBench> StartAsync()
    {
        vendors.Clock.Advance(TimeSpan.FromMinutes(1));   // What a minute allows begins anew.
        return ConnectorBench.StartAsync(vendors, "cwasio");
    }

    private async Task<IReadOnlyList<JsonNode>> TruthAsync(string kind) => [.. (await vendors.ControlAsync("cwasio", HttpMethod.Get, $"records/{kind}"))!.AsArray().Select(r => r!)];

    private static Dictionary<string, string> Rows(IEnumerable<Page> pages) => pages.SelectMany(p => p.Rows).ToDictionary(r => r.ExternalId, Canonical.Json, StringComparer.Ordinal);
}
