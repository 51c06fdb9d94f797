using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using MSPortal.Connectors;
using MSPortal.Connectors.Common;
using MSPortal.Connectors.HaloPsa;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Tests.Simulators.HaloPsa;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Connectors.HaloPsa;

/// <summary>Whatever the connector asks is something that the vendor's own description allows: path, method, names and types.</summary>
public sealed class DescriptionTests(RunningHalo halo) : IClassFixture<RunningHalo>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_request_of_the_connector_is_described()
    {
        var description = Description.Require();
        using var recorder = new Recorder(VendorHttp.CreateHandler(allowPrivateNetworks: true));
        var connector = ConnectorRegistration.All.Single(c => c.Info.Id == "halopsa");
        var scope = new TicketScope { Containers = ["1", "3"], ExcludedStatuses = ["28"] };
        var session = Session(recorder, scope);

        (await connector.TestAsync(session, Stop)).Passed.ShouldBeTrue();
        (await connector.PreviewTicketsAsync(session, scope, Stop)).ShouldNotBeNull();
        (await connector.PreviewTicketsAsync(session, scope with { HistoryMonths = null }, Stop)).ShouldNotBeNull();
        foreach (var stream in connector.Streams)
        {
            await ReadAsync(stream, session);
        }

        var api = recorder.Sent.Where(r => r.Uri.AbsolutePath.StartsWith("/api/", StringComparison.Ordinal)).ToList();
        api.SelectMany(r => description.Breaks(r.Method, r.Uri)).Distinct().ShouldBeEmpty();
        api.Select(r => r.Uri.AbsolutePath.Split('/')[2]).Distinct().ShouldBe(
            ["AuthInfo", "InstanceInfo", "TicketType", "Team", "Priority", "Category", "Client", "Agent", "Tickets", "Actions", "Users", "Asset", "Status", "AssetType", "TimesheetEvent"], ignoreOrder: true);
        recorder.Sent.Where(r => r.Method == "POST").ShouldAllBe(r => r.Uri.AbsolutePath == "/auth/token");
    }

    private static async Task ReadAsync(StreamDefinition stream, Session session)
    {
        if (stream.ReadChildren is { } children)
        {
            await children(session, "2003", Stop);
            return;
        }

        var ids = new List<string>();
        foreach (var request in new[] { new ReadRequest(PassKind.Full, Cursor.Start, null), new ReadRequest(PassKind.Incremental, Cursor.Start, RunningHalo.Origin.AddDays(-30)) })
        {
            await foreach (var page in stream.Read!(session, request, Stop))
            {
                ids.AddRange(page.Rows.Select(r => r.ExternalId));
            }
        }

        ids.ShouldNotBeEmpty(stream.Label);
        var missing = stream.DataType == DataType.Reference ? "priority:77" : "987654";
        var results = await stream.ReadByIds!(session, [ids[0], missing], Stop);
        results.Select(r => r.GetType()).ShouldBe([typeof(ReadResult.Present), typeof(ReadResult.Gone)], stream.Label);
    }

    private Session Session(Recorder recorder, TicketScope scope) => new()
    {
        Settings = new SettingsValues(new Dictionary<string, string>
        {
            ["haloUrl"] = halo.Client.BaseAddress!.ToString(), ["clientId"] = halo.Text("clientId"), ["clientSecret"] = halo.Text("clientSecret"),
        }),
        Http = new HttpMessageInvoker(recorder, disposeHandler: false),
        Clock = TimeProvider.System,
        Log = NullLogger.Instance,
        Scope = scope,
        AllowPrivateNetworks = true,
        Memory = new ConcurrentDictionary<string, object>(),
    };

    private sealed class Recorder(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        public ConcurrentQueue<(string Method, Uri Uri)> Sent { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Sent.Enqueue((request.Method.Method, request.RequestUri!));
            return base.SendAsync(request, cancellationToken);
        }
    }
}
