using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using MSPortal.Connectors;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Histories.Vendors;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Connectors.Contract;

/// <summary>Any connector before its own simulator, whose answers a test may replace.</summary>
internal sealed class ConnectorBench : IAsyncDisposable
{
    private static readonly HttpMessageHandler Transport = VendorHttp.CreateHandler(allowPrivateNetworks: true, TimeProvider.System);

    private readonly AllSimulators vendors;

    private ConnectorBench(AllSimulators vendors, IConnector connector, SettingsValues settings) =>
        (this.vendors, Connector, Settings) = (vendors, connector, settings);

    public static TheoryData<string> All => [.. ConnectorRegistration.All.Select(c => c.Info.Id)];

    public IConnector Connector { get; }

    public SettingsValues Settings { get; set; }

    /// <summary>The client that is connected on its own; null where one connection reads them all.</summary>
    public string? Client { get; init; }

    public TicketScope Scope { get; private set; } = new() { Containers = null, HistoryMonths = null };

    public ConcurrentQueue<(string Method, Uri Uri)> Seen { get; } = new();

    /// <summary>What signed the calls, as it went over the line.</summary>
    public ConcurrentDictionary<string, bool> Signatures { get; } = new();

    public ConcurrentQueue<string> Logged { get; } = new();

    /// <summary>Answers first; null leaves it to the simulator.</summary>
    public Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage?>> Script { get; set; } = (_, _) => Task.FromResult<HttpResponseMessage?>(null);

    /// <summary>Sees what the simulator answered.</summary>
    public Func<HttpRequestMessage, HttpResponseMessage, Task> Afterwards { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>With every call a second passes, so that no vendor's limit is in the way.</summary>
    public TimeSpan Step { get; set; } = TimeSpan.FromSeconds(1);

    public ConcurrentDictionary<string, object> Memory { get; } = new();

    public IReadOnlyList<string> Secrets => [.. Connector.Settings.Fields.Where(f => f.Secret).Select(f => Settings[f.Key]).OfType<string>().Where(s => s.Length > 0)];

    public static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Connected, and everything chosen that can be.</summary>
    public static async Task<ConnectorBench> StartAsync(AllSimulators vendors, string provider)
    {
        var connector = ConnectorRegistration.All.Single(c => c.Info.Id == provider);
        var about = (await vendors.ControlAsync(provider, HttpMethod.Get, ""))!.AsObject();
        var known = KnownVendor.For(provider);
        var settings = known.Entered(about, connector);
        var bench = new ConnectorBench(vendors, connector, new SettingsValues(settings)) { Client = known.Client(about) };
        if (connector.TicketSettings is not null)
        {
            var lists = (await bench.ReadAsync(bench.Stream(DataType.Reference))).SelectMany(p => p.Rows).Cast<ReferenceItem>();
            bench.Scope = bench.Scope with { Containers = [.. lists.Where(i => i.Kind == ReferenceKinds.Container).Select(i => i.ItemId)], Options = [.. connector.TicketSettings.Options.Select(o => o.Key)] };
        }

        bench.Seen.Clear();
        return bench;
    }

    public StreamDefinition Stream(DataType type) => Connector.Streams.Single(s => s.DataType == type);

    /// <param name="stream">Whose records are read; null: the integration's own.</param>
    public Session Session(StreamDefinition? stream = null) => new()
    {
        Partition = stream is { PerPartition: true } ? Client ?? "" : "",
        Settings = Settings,
        Http = new HttpMessageInvoker(new DeadlineHandler(vendors.Clock, new Line(this, Transport))),
        Clock = vendors.Clock,
        Log = new ListLog(Logged),
        Scope = Scope,
        AllowPrivateNetworks = true,
        Memory = Memory,
    };

    public Task<TestReport> TestAsync() => Connector.TestAsync(Session(), Stop);

    /// <summary>Of the integration itself, and of the client that is connected on its own.</summary>
    public async Task<IReadOnlyList<TestReport>> TestAllAsync() =>
        Client is null ? [await TestAsync()] : [await TestAsync(), await Connector.TestAsync(Session() with { Partition = Client }, Stop)];

    /// <param name="most">Stop after so many pages.</param>
    public async Task<IReadOnlyList<Page>> ReadAsync(StreamDefinition stream, PassKind pass = PassKind.Full, Cursor cursor = default, DateTimeOffset? since = null, int most = int.MaxValue, string? bookmark = null)
    {
        var pages = new List<Page>();
        await foreach (var page in stream.Read!(Session(stream), new ReadRequest(pass, cursor, since) { Bookmark = bookmark }, Stop))
        {
            pages.Add(page);
            pages.Count.ShouldBeLessThan(3000, "The pass finds no end.");
            if (pages.Count >= most || page.Complete || page.Doubt is not null || page.StartOver is not null)
            {
                break;
            }
        }

        return pages;
    }

    /// <summary>Places that are asked when everything that is remembered is known: the stream's own.</summary>
    public async Task<IReadOnlySet<string>> OwnPathsAsync(StreamDefinition stream)
    {
        await ReadAsync(stream);
        Seen.Clear();
        await ReadAsync(stream);
        return Seen.Select(s => s.Uri.AbsolutePath).ToHashSet(StringComparer.Ordinal);
    }

    public Task<JsonNode?> PermitAsync(string area, bool isGiven)
    {
        var edit = KnownVendor.For(Connector.Info.Id).Permit(Client, area, isGiven);
        return vendors.ControlAsync(Connector.Info.Id, edit.Method, edit.Path, edit.Body);
    }

    public Task<JsonNode?> ControlAsync(string path, object body) => vendors.ControlAsync(Connector.Info.Id, HttpMethod.Post, path, body);

    public static HttpResponseMessage Answer(int status, string body, string type = "application/json") =>
        new((HttpStatusCode)status) { Content = new StringContent(body, Encoding.UTF8, type) };

    public async ValueTask DisposeAsync() => await vendors.ControlAsync(Connector.Info.Id, HttpMethod.Delete, "faults");

    private sealed class Line(ConnectorBench bench, HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            bench.Seen.Enqueue((request.Method.Method, request.RequestUri!));
            if (request.Headers.Authorization?.Parameter is { } signature)
            {
                bench.Signatures[signature] = true;
            }

            if (bench.Step > TimeSpan.Zero)
            {
                bench.vendors.Clock.Advance(bench.Step);
            }

            if (await bench.Script(request, cancellationToken) is { } scripted)
            {
                scripted.RequestMessage = request;
                return scripted;
            }

            var answer = await base.SendAsync(request, cancellationToken);
            await bench.Afterwards(request, answer);
            return answer;
        }
    }

    private sealed class ListLog(ConcurrentQueue<string> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{formatter(state, exception)} {exception}");
    }
}
