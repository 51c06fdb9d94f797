using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Web;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using MSPortal.Connectors.Microsoft365;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Tests.Connectors.Microsoft365;

/// <summary>Entra and Graph that say what a test tells them to; whatever it does not tell is an empty list.</summary>
internal sealed class GraphScript
{
    public const string Own = "11111111-1111-4111-8111-111111111111";
    public const string Client = "22222222-2222-4222-8222-222222222222";
    public const string Secret = "abc8Q~0123456789.secret-value";

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 6, 1, 12, 0, 0, TimeSpan.Zero));

    public ConcurrentQueue<Call> Seen { get; } = new();

    /// <summary>Answers first; null: a token, or an empty list.</summary>
    public Func<Call, HttpResponseMessage?> Script { get; set; } = _ => null;

    public Dictionary<string, string> Settings { get; } = new(StringComparer.Ordinal)
    {
        ["tenant"] = Own, ["clientId"] = "99999999-9999-4999-8999-999999999999", ["clientSecret"] = Secret,
    };

    public List<PartitionIdentity> Partitions { get; } = [];

    public ConcurrentDictionary<string, object> Memory { get; } = new();

    public Microsoft365Connector Connector { get; } = new();

    public Session Session(string partition = "", bool allowPrivate = false) => new()
    {
        Settings = new SettingsValues(Settings),
        Http = new HttpMessageInvoker(new Handler(this)),
        Clock = Clock,
        Log = NullLogger.Instance,
        Scope = new TicketScope { Containers = null },
        Partition = partition,
        Partitions = Partitions,
        AllowPrivateNetworks = allowPrivate,
        Memory = Memory,
    };

    public IEnumerable<Call> Calls(string path) => Seen.Where(c => c.Path == path);

    public async Task<List<Page>> ReadAsync(DataType type, PassKind pass = PassKind.Full, Cursor cursor = default, string? bookmark = null, DateTimeOffset? since = null)
    {
        var pages = new List<Page>();
        var stream = Connector.Streams.Single(s => s.DataType == type);
        await foreach (var page in stream.Read!(Session(stream.PerPartition ? Client : ""), new ReadRequest(pass, cursor, since) { Bookmark = bookmark }, CancellationToken.None))
        {
            pages.Add(page);
        }

        return pages;
    }

    public Task<IReadOnlyList<ReadResult>> ByIdsAsync(DataType type, params string[] ids)
    {
        var stream = Connector.Streams.Single(s => s.DataType == type);
        return stream.ReadByIds!(Session(stream.PerPartition ? Client : ""), ids, CancellationToken.None);
    }

    public static HttpResponseMessage Answer(int status, string body, string type = "application/json") => new((HttpStatusCode)status) { Content = new StringContent(body, Encoding.UTF8, type) };

    public static HttpResponseMessage List(string rows, string more = "") => Answer(200, $$"""{"@odata.context":"x",{{more}}"value":[{{rows}}]}""");

    public static HttpResponseMessage Error(int status, string code) => Answer(status, $$"""{"error":{"code":"{{code}}","message":"Said so.","innerError":{"request-id":"r"} } }""");

    /// <summary>As Entra refuses.</summary>
    public static HttpResponseMessage Refusal(int code, int status = 400, string error = "invalid_client") =>
        Answer(status, $$"""{"error":"{{error}}","error_description":"AADSTS{{code}}: in the language of the day. Trace ID: t","error_codes":[{{code}}],"trace_id":"t"}""");

    public static string Id(int number) => $"00000000-0000-4000-8000-{number:D12}";

    public static string User(int number, string more = "") => $$"""{"id":"{{Id(number)}}","userPrincipalName":"u{{number}}@contoso.com"{{more}}}""";

    internal sealed record Call(HttpMethod Method, Uri Uri, string? Token, string Body, IReadOnlyDictionary<string, string> Headers)
    {
        public string Path => Uri.AbsolutePath;

        public string? Query(string name) => HttpUtility.ParseQueryString(Uri.Query)[name];

        public bool IsToken => Path.EndsWith("/oauth2/v2.0/token", StringComparison.Ordinal);
    }

    private sealed class Handler(GraphScript script) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
            var call = new Call(request.Method, request.RequestUri!, request.Headers.Authorization?.Parameter, body, request.Headers.ToDictionary(h => h.Key, h => string.Join(',', h.Value), StringComparer.OrdinalIgnoreCase));
            script.Seen.Enqueue(call);
            return script.Script(call) ?? (call.IsToken ? Answer(200, $$"""{"token_type":"Bearer","expires_in":3599,"access_token":"token-of-{{call.Path.Split('/')[1]}}"}""") : List(""));
        }
    }
}
