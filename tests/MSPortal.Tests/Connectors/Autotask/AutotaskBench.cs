using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using MSPortal.Connectors.Autotask;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Tests.Simulators.Autotask;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Connectors.Autotask;

/// <summary>The connector against the simulated vendor, with every request seen, and answers of a test's own where the vendor never gives them.</summary>
internal sealed class AutotaskBench : IAsyncDisposable
{
    private readonly HttpMessageHandler network = VendorHttp.CreateHandler(allowPrivateNetworks: true);

    private readonly bool owns;

    private AutotaskBench(RunningAutotask vendor, bool owns)
    {
        (Vendor, this.owns) = (vendor, owns);
        foreach (var key in new[] { "username", "secret", "integrationCode", "apiUrl" })
        {
            Settings[key] = (string)vendor.About[key]!;
        }
    }

    public RunningAutotask Vendor { get; }

    public AutotaskConnector Connector { get; } = new();

    public Dictionary<string, string> Settings { get; } = new(StringComparer.Ordinal);

    public ConcurrentQueue<Request> Seen { get; } = new();

    public ConcurrentQueue<string> Logged { get; } = new();

    public ConcurrentDictionary<string, object> Memory { get; } = new();

    public TicketScope Scope { get; set; } = new() { Containers = null, HistoryMonths = null, Options = ["recurring"] };

    /// <summary>Answers first; null leaves it to the vendor.</summary>
    public Func<Request, HttpResponseMessage?> Script { get; set; } = _ => null;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>With a vendor of its own, for tests that change it.</summary>
    public static async Task<AutotaskBench> StartAsync(int tickets = 120) => new(await RunningAutotask.StartAsync(o => o with { Tickets = tickets }), owns: true);

    /// <summary>With a vendor that others use as well.</summary>
    public static AutotaskBench On(RunningAutotask vendor) => new(vendor, owns: false);

    public Session Session(bool allowPrivate = true) => new()
    {
        Settings = new SettingsValues(Settings),
        Http = new HttpMessageInvoker(new Handler(this)),
        Clock = Vendor.Clock,
        Log = new ListLog(Logged),
        Scope = Scope,
        AllowPrivateNetworks = allowPrivate,
        Memory = Memory,
    };

    public StreamDefinition Stream(DataType type) => Connector.Streams.Single(s => s.DataType == type);

    public async Task<IReadOnlyList<Page>> ReadAsync(DataType type, PassKind pass = PassKind.Full, DateTimeOffset? since = null, Cursor cursor = default, int most = int.MaxValue)
    {
        var pages = new List<Page>();
        await foreach (var page in Stream(type).Read!(Session(), new ReadRequest(pass, cursor, since), Stop))
        {
            pages.Add(page);
            if (pages.Count == most)
            {
                break;
            }
        }

        return pages;
    }

    public Task<IReadOnlyList<ReadResult>> ByIdsAsync(DataType type, params string[] ids) => Stream(type).ReadByIds!(Session(), ids, Stop);

    public Task<TestReport> TestAsync() => Connector.TestAsync(Session(), Stop);

    public Task<JsonNode?> ControlAsync(string path, object body) => Vendor.ControlAsync(HttpMethod.Post, path, body);

    public static string[] Ids(IEnumerable<Page> pages) => [.. pages.SelectMany(p => p.Rows).Select(r => r.ExternalId)];

    public async Task<string[]> TruthIdsAsync(string kind) => [.. (await Vendor.TruthAsync(kind)).Select(r => r["id"]!.ToJsonString())];

    public static HttpResponseMessage Answer(int status, string body, string type = "application/json") =>
        new((HttpStatusCode)status) { Content = new StringContent(body, Encoding.UTF8, type) };

    public async ValueTask DisposeAsync()
    {
        network.Dispose();
        if (owns)
        {
            await Vendor.DisposeAsync();
        }
    }

    /// <summary>What the fault of a call was.</summary>
    public static async Task<Fault> FaultAsync(Func<Task> call) => (await Should.ThrowAsync<FaultException>(call)).Fault;

    internal sealed record Request(string Method, Uri Uri, string? Body, IReadOnlyDictionary<string, string> Headers)
    {
        /// <summary>Below the API's root.</summary>
        public string Path => Uri.AbsolutePath.Split("/V1.0/")[^1];
    }

    private sealed class Handler(AutotaskBench bench) : HttpMessageHandler
    {
        private readonly HttpMessageInvoker vendor = new(bench.network, disposeHandler: false);

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var body = request.Content is null ? null : await request.Content.ReadAsStringAsync(cancellationToken);
            var seen = new Request(request.Method.Method, request.RequestUri!, body, request.Headers.ToDictionary(h => h.Key, h => string.Join(",", h.Value), StringComparer.OrdinalIgnoreCase));
            bench.Seen.Enqueue(seen);
            return bench.Script(seen) ?? await vendor.SendAsync(request, cancellationToken);
        }
    }

    private sealed class ListLog(ConcurrentQueue<string> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue(formatter(state, exception));
    }
}
