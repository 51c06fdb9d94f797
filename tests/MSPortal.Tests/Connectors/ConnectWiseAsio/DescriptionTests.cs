using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Tests.Connectors.Contract;
using MSPortal.Tests.Support;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Connectors.ConnectWiseAsio;

/// <summary>Every request is allowed by the vendor's own description, and every answer of the simulator fits it.</summary>
public sealed class DescriptionTests(AllSimulators vendors) : IClassFixture<AllSimulators>
{
    private const string File = "connectwise-asio-2.2.8.yaml";

    [Fact]
    public async Task Every_request_is_described_and_every_answer_fits()
    {
        var description = OpenApi.Require(File);
        await using var bench = await ConnectorBench.StartAsync(vendors, "cwasio");
        var misfits = new ConcurrentBag<string>();
        bench.Afterwards = async (request, answer) =>
        {
            await answer.Content.LoadIntoBufferAsync(TestContext.Current.CancellationToken);
            var uri = request.RequestUri!;
            if (uri.AbsolutePath.StartsWith("/api/", StringComparison.Ordinal) && answer.IsSuccessStatusCode)
            {
                foreach (var misfit in description.Misfits(request.Method.Method, uri.AbsolutePath, JsonNode.Parse(await answer.Content.ReadAsStringAsync())))
                {
                    misfits.Add($"{uri.AbsolutePath}: {misfit}");
                }
            }
        };

        (await bench.TestAsync()).Passed.ShouldBeTrue();
        var ids = new List<string>();
        foreach (var stream in bench.Connector.Streams.Where(s => s.Read is not null))
        {
            ids = [.. (await bench.ReadAsync(stream)).SelectMany(p => p.Rows).Select(r => r.ExternalId)];
            (await stream.ReadByIds!(bench.Session(), [ids[0], "00000000-dead-4000-8000-000000000000"], ConnectorBench.Stop)).Select(r => r.GetType()).ShouldBe([typeof(ReadResult.Present), typeof(ReadResult.Gone)], stream.Label);
        }

        (await bench.Stream(DataType.DeviceDetails).ReadChildren!(bench.Session(), ids[0], ConnectorBench.Stop)).Rows.ShouldHaveSingleItem();

        bench.Seen.SelectMany(r => description.Breaks(r.Method, r.Uri)).Distinct().ShouldBeEmpty();
        bench.Seen.Where(s => s.Method == "POST").Select(s => s.Uri.AbsolutePath).Distinct().ShouldBe(["/v1/token", "/api/platform/v2/device/categories/all/endpoints"], ignoreOrder: true);
        misfits.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("GET", "http://x/api/platform/v2/device/categories/all/endpoints", "is not described")]
    [InlineData("POST", "http://x/api/platform/v2/device/categories/all/endpoints?page=1", "page is no parameter")]
    [InlineData("POST", "http://x/api/platform/v2/device/categories/all/endpoints?cursor=next", "cursor=next is no integer")]
    public void A_request_that_it_does_not_know_is_noticed(string method, string uri, string said) =>
        OpenApi.Require(File).Breaks(method, new Uri(uri)).ShouldHaveSingleItem().ShouldContain(said);
}
