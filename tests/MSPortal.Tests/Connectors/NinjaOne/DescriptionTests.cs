using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Connectors.NinjaOne;
using MSPortal.Tests.Connectors.Contract;
using MSPortal.Tests.Support;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Connectors.NinjaOne;

/// <summary>Every request is allowed by the vendor's own description, and every answer of the simulator fits it.</summary>
public sealed class DescriptionTests(AllSimulators vendors) : IClassFixture<AllSimulators>
{
    private const string File = "ninjaone-v2.yaml";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_request_is_described_and_every_answer_fits()
    {
        var description = OpenApi.Require(File);
        await using var bench = await ConnectorBench.StartAsync(vendors, "ninjaone");
        var misfits = new ConcurrentBag<string>();
        bench.Afterwards = async (request, answer) =>
        {
            await answer.Content.LoadIntoBufferAsync(Stop);
            var (method, uri) = (request.Method.Method, request.RequestUri!);
            if (uri.AbsolutePath.StartsWith("/v2/", StringComparison.Ordinal) && answer.IsSuccessStatusCode && await answer.Content.ReadAsStringAsync(Stop) is { Length: > 0 } text)
            {
                foreach (var misfit in description.Misfits(method, uri.AbsolutePath, JsonNode.Parse(text)))
                {
                    misfits.Add($"{uri.AbsolutePath}: {misfit}");
                }
            }
        };

        (await bench.TestAsync()).Passed.ShouldBeTrue();
        foreach (var stream in bench.Connector.Streams)
        {
            var ids = (await bench.ReadAsync(stream)).SelectMany(p => p.Rows).Select(r => r.ExternalId).ToList();
            var missing = stream.DataType == DataType.Alerts ? "987654:none" : "987654";
            (await stream.ReadByIds!(bench.Session(), [ids[0], missing], Stop)).Select(r => r.GetType()).ShouldBe([typeof(ReadResult.Present), typeof(ReadResult.Gone)], stream.Label);
        }

        var endpoint = new WebhookEndpoint(new Uri("https://portal.example/hooks/abc"), "secret-of-ours", null);
        await NinjaOneWebhooks.Support.Provision!(bench.Session(), endpoint, Stop);
        await NinjaOneWebhooks.Support.Remove!(bench.Session(), endpoint, Stop);

        var asked = bench.Seen.Where(s => s.Uri.AbsolutePath.StartsWith("/v2/", StringComparison.Ordinal)).ToList();
        asked.SelectMany(r => description.Breaks(r.Method, r.Uri)).Distinct().ShouldBeEmpty();
        asked.Select(s => $"{s.Method} {string.Join('/', s.Uri.AbsolutePath.Split('/').Take(4).Where(p => !p.All(char.IsAsciiDigit)))}").Distinct().ShouldBe(
            ["GET v2/organizations", "GET v2/organization", "GET v2/devices-detailed", "GET v2/device", "GET v2/alerts", "GET v2/queries/antivirus-status", "GET v2/queries/device-health", "PUT v2/webhook", "DELETE v2/webhook"], ignoreOrder: true);
        misfits.ShouldBeEmpty();
        bench.Seen.Where(s => !s.Uri.AbsolutePath.StartsWith("/v2/", StringComparison.Ordinal)).ShouldAllBe(s => s.Method == "POST" && s.Uri.AbsolutePath == "/ws/oauth/token");
    }

    [Fact]
    public async Task Devices_of_agents_fit_the_description_of_agents()
    {
        var description = OpenApi.Require(File);
        var devices = (await vendors.ControlAsync("ninjaone", HttpMethod.Get, "records/devices"))!.AsArray();

        devices.SelectMany(d => description.MisfitsOf("AgentDevice", d)).Distinct().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("GET", "http://x/v2/devices-detailed?page=1", "page is no parameter")]
    [InlineData("GET", "http://x/v2/organizations?after=last", "after=last is no integer")]
    [InlineData("POST", "http://x/v2/alerts", "is not described")]
    public void A_request_that_it_does_not_know_is_noticed(string method, string uri, string said) =>
        OpenApi.Require(File).Breaks(method, new Uri(uri)).ShouldHaveSingleItem().ShouldContain(said);

    [Theory]
    [InlineData("""{"id":"7"}""", "id")]
    [InlineData("""{"nodeClass":"TOASTER"}""", "nodeClass")]
    [InlineData("""{"os":{"needsReboot":"no"}}""", "needsReboot")]
    [InlineData("""{"lastContact":"yesterday"}""", "lastContact")]
    [InlineData("""{"os":{"colour":"blue"}}""", "colour")]
    public void A_misfit_is_noticed(string row, string named) =>
        OpenApi.Require(File).MisfitsOf("AgentDevice", JsonNode.Parse(row)).ShouldHaveSingleItem().ShouldContain(named);
}
