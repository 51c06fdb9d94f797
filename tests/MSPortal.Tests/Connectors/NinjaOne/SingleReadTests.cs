using System.Text.Json.Nodes;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Tests.Connectors.Contract;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Connectors.NinjaOne;

/// <summary>A record read alone is the one of its list, and is gone only by a plain word about it.</summary>
public sealed class SingleReadTests(AllSimulators vendors) : IClassFixture<AllSimulators>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Devices_read_alone_bring_antivirus_and_patches_by_the_same_bulk_questions_for_them_alone()
    {
        await using var bench = await StartAsync();
        var stream = bench.Stream(DataType.Devices);
        var whole = (await bench.ReadAsync(stream)).SelectMany(p => p.Rows).ToDictionary(r => r.ExternalId, Canonical.Json, StringComparer.Ordinal);
        bench.Seen.Clear();

        var alone = await stream.ReadByIds!(bench.Session(), [.. whole.Keys], Stop);

        alone.Cast<ReadResult.Present>().ToDictionary(r => r.ExternalId, r => Canonical.Json(r.Record)).ShouldBe(whole, ignoreOrder: true);
        var queries = bench.Seen.Where(s => s.Uri.AbsolutePath.StartsWith("/v2/queries/", StringComparison.Ordinal)).ToList();
        queries.ShouldAllBe(q => Uri.UnescapeDataString(q.Uri.Query).Contains("df=id in (", StringComparison.Ordinal));
        queries.Count.ShouldBe(6);
    }

    [Fact]
    public async Task A_404_is_gone_only_while_the_list_answers_and_never_when_it_is_a_web_page()
    {
        await using var bench = await StartAsync();
        var stream = bench.Stream(DataType.Devices);
        async Task<ReadResult> ReadAsync(string id) => (await stream.ReadByIds!(bench.Session(), [id], Stop)).Single();

        (await ReadAsync("987654")).ShouldBeOfType<ReadResult.Gone>();
        (await ReadAsync("007")).ShouldBeOfType<ReadResult.Unknown>();
        (await ReadAsync("x")).ShouldBeOfType<ReadResult.Unknown>();
        await bench.ControlAsync("faults", new { kind = "status", code = 404, path = "/v2/devices-detailed" });
        (await ReadAsync("987654")).ShouldBeOfType<ReadResult.Unknown>();
        await bench.ControlAsync("faults", new { kind = "html", code = 404, path = "/v2/device/" });
        (await ReadAsync("11")).ShouldBeOfType<ReadResult.Unknown>();
    }

    [Fact]
    public async Task An_alert_is_asked_of_its_device_and_many_of_one_device_cost_one_question()
    {
        await using var bench = await StartAsync();
        var stream = bench.Stream(DataType.Alerts);
        var whole = (await bench.ReadAsync(stream)).SelectMany(p => p.Rows).ToDictionary(r => r.ExternalId, Canonical.Json, StringComparer.Ordinal);
        whole.Keys.ShouldBe((await AlertsAsync()).Select(Id), ignoreOrder: true);
        bench.Seen.Clear();

        var alone = await stream.ReadByIds!(bench.Session(), [.. whole.Keys], Stop);

        alone.Cast<ReadResult.Present>().ToDictionary(r => r.ExternalId, r => Canonical.Json(r.Record)).ShouldBe(whole, ignoreOrder: true);
        bench.Seen.Select(s => s.Uri.AbsolutePath).ShouldBe(whole.Keys.Select(k => $"/v2/device/{k.Split(':')[0]}/alerts").Distinct(), ignoreOrder: true);
    }

    [Fact]
    public async Task An_alert_is_gone_when_neither_its_device_nor_the_list_of_all_knows_it()
    {
        await using var bench = await StartAsync();
        var stream = bench.Stream(DataType.Alerts);
        var alert = (await AlertsAsync())[0];
        async Task<ReadResult> ReadAsync(string id) => (await stream.ReadByIds!(bench.Session(), [id], Stop)).Single();

        (await ReadAsync($"{alert["deviceId"]}:no-such-alert")).ShouldBeOfType<ReadResult.Gone>();
        (await ReadAsync("987654:no-such-device")).ShouldBeOfType<ReadResult.Gone>();
        (await ReadAsync("0:about-no-device")).ShouldBeOfType<ReadResult.Gone>();
        (await ReadAsync("nonsense")).ShouldBeOfType<ReadResult.Unknown>();
        await bench.ControlAsync("faults", new { kind = "emptyArray", path = "/v2/device/" });
        (await ReadAsync(Id(alert))).ShouldBeOfType<ReadResult.Present>();
        await bench.ControlAsync("faults", new { kind = "status", code = 503, path = "/v2/alerts" });
        (await ReadAsync(Id(alert))).ShouldBeOfType<ReadResult.Unknown>();
    }

    [Fact]
    public async Task Alerts_that_came_and_went_are_what_the_next_pass_brings()
    {
        await using var bench = await StartAsync();
        var stream = bench.Stream(DataType.Alerts);
        var before = (await AlertsAsync()).Select(Id).ToList();
        var gone = (await AlertsAsync())[1];
        await vendors.ControlAsync("ninjaone", HttpMethod.Delete, $"records/alerts/{gone["id"]}");
        var made = (await vendors.ControlAsync("ninjaone", HttpMethod.Post, "records/alerts", new { deviceId = gone["deviceId"]!.GetValue<long>(), message = "New" }))!;

        var ids = (await bench.ReadAsync(stream)).SelectMany(p => p.Rows).Select(r => r.ExternalId).ToList();

        ids.ShouldBe(before.Where(i => i != Id(gone)).Append(Id(made)), ignoreOrder: true);
        stream.IsFleeting.ShouldBeTrue();
    }

    private Task<ConnectorBench> StartAsync() => ConnectorBench.StartAsync(vendors, "ninjaone");

    private async Task<IReadOnlyList<JsonNode>> AlertsAsync() => [.. (await vendors.ControlAsync("ninjaone", HttpMethod.Get, "records/alerts"))!.AsArray().Select(r => r!)];

    private static string Id(JsonNode alert) => $"{alert["deviceId"]}:{alert["uid"]}";
}
