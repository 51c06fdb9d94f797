using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Web;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using MSPortal.Connectors.ConnectWise;
using MSPortal.Core.Contracts;

namespace MSPortal.Tests.Connectors.ConnectWise;

/// <summary>A vendor that says what a test tells it to; by default a small, healthy account.</summary>
internal sealed class ScriptedVendor
{
    public const string PublicKey = "publickey123";
    public const string PrivateKey = "privatekey456";
    public const string ClientId = "0f0e0d0c-0b0a-4909-8807-060504030201";

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2025, 6, 1, 12, 0, 0, TimeSpan.Zero));
    public List<Request> Seen { get; } = [];
    public List<string> Logged { get; } = [];
    public ConcurrentDictionary<string, object> Memory { get; } = new();
    public SortedDictionary<string, List<JsonObject>> Rows { get; } = new(StringComparer.Ordinal);
    public string CodeBase { get; set; } = "v2025_1";

    /// <summary>Answers first; null leaves it to the account.</summary>
    public Func<Request, HttpResponseMessage?> Script { get; set; } = _ => null;

    /// <summary>The server's own cap of a page.</summary>
    public int Cap { get; set; } = 1000;
    public bool SendsLinks { get; set; } = true;

    /// <summary>Whether the last page carries a Link as well, which leads to an empty one.</summary>
    public bool LinksForever { get; set; }
    public TimeSpan ClockSkew { get; set; }
    public TicketScope Scope { get; set; } = new() { Containers = ["1", "2"] };
    public Dictionary<string, string> Settings { get; } = new(StringComparer.Ordinal)
    {
        ["apiUrl"] = "api-na.myconnectwise.net",
        ["companyId"] = "acme",
        ["publicKey"] = PublicKey,
        ["privateKey"] = PrivateKey,
        ["clientId"] = ClientId,
    };

    public Session Session(bool allowPrivate = false) => new()
    {
        Settings = new SettingsValues(Settings),
        Http = new HttpMessageInvoker(new Handler(this)),
        Clock = Clock,
        Log = new ListLog(Logged),
        Scope = Scope,
        AllowPrivateNetworks = allowPrivate,
        Memory = Memory,
    };

    public ConnectWiseClient Client() => new(Session());

    public IEnumerable<Request> Calls(string path) => Seen.Where(r => r.Path == path);

    /// <summary>Adds rows with these ids to a collection.</summary>
    public ScriptedVendor With(string path, IEnumerable<int> ids, Func<int, JsonObject>? row = null)
    {
        if (!Rows.TryGetValue(path, out var rows))
        {
            Rows[path] = rows = [];
        }

        rows.AddRange(ids.Select(id => row?.Invoke(id) ?? Row(id)));
        return this;
    }

    public static JsonObject Row(int id) => new()
    {
        ["id"] = id,
        ["name"] = $"Name {id}",
        ["identifier"] = $"Id{id}",
        ["summary"] = $"Summary {id}",
        ["_info"] = new JsonObject { ["lastUpdated"] = "2025-05-01T00:00:00Z" },
    };

    public static HttpResponseMessage Answer(int status, string body, string type = "application/json") =>
        new((HttpStatusCode)status) { Content = new StringContent(body, Encoding.UTF8, type) };

    private HttpResponseMessage Send(HttpRequestMessage request)
    {
        var seen = new Request(request);
        Seen.Add(seen);
        var response = Script(seen) ?? Reply(seen);
        response.Headers.Date ??= Clock.GetUtcNow() + ClockSkew;
        return response;
    }

    private HttpResponseMessage Reply(Request request)
    {
        if (request.Uri.AbsolutePath.StartsWith("/login/companyinfo/", StringComparison.Ordinal))
        {
            return Answer(200, $$"""{"CompanyName":"Acme IT","Codebase":"{{CodeBase}}/","VersionCode":"v2025.1","VersionNumber":"v4.6.99","CompanyID":"Acme","IsCloud":true}""");
        }

        if (!request.Uri.AbsolutePath.StartsWith($"/{CodeBase}/apis/3.0/", StringComparison.Ordinal))
        {
            return Answer(404, "<html>Not here</html>", "text/html");
        }

        var path = request.Path;
        if (path == "/system/info")
        {
            return Answer(200, """{"version":"v2025.1.1","isCloud":true}""");
        }

        if (path.EndsWith("/count", StringComparison.Ordinal) && Rows.TryGetValue(path[..^6], out var counted))
        {
            return Answer(200, $$"""{"count":{{Matching(counted, request).Count()}}}""");
        }

        return Rows.TryGetValue(path, out var rows) ? List(rows, request) : One(path);
    }

    private HttpResponseMessage List(List<JsonObject> rows, Request request)
    {
        var after = long.Parse(request["pageId"] ?? "0", CultureInfo.InvariantCulture);
        var size = Math.Min(Cap, int.Parse(request["pageSize"] ?? "25", CultureInfo.InvariantCulture));
        var left = Matching(rows, request).Where(r => (int)r["id"]! > after).OrderBy(r => (int)r["id"]!).ToList();
        var page = left.Take(size).ToList();
        var response = Answer(200, new JsonArray([.. page.Select(r => r.DeepClone())]).ToJsonString());
        if (SendsLinks && page.Count > 0 && (left.Count > size || LinksForever))
        {
            response.Headers.TryAddWithoutValidation("Link", $"<https://elsewhere.example{request.Path}?pageSize={size}&pageId={page[^1]["id"]}>; rel=\"next\"");
        }

        return response;
    }

    private HttpResponseMessage One(string path)
    {
        var cut = path.LastIndexOf('/');
        return Rows.TryGetValue(path[..cut], out var rows) && rows.FirstOrDefault(r => r["id"]!.ToString() == path[(cut + 1)..]) is { } row
            ? Answer(200, row.ToJsonString())
            : Answer(404, """{"code":"NotFound","message":"Resource not found","errors":null}""");
    }

    /// <summary>Only what the tests of paging need: ids and change times.</summary>
    private static IEnumerable<JsonObject> Matching(IEnumerable<JsonObject> rows, Request request)
    {
        foreach (var part in (request["conditions"] ?? "").Split(" and "))
        {
            if (part.StartsWith("id in (", StringComparison.Ordinal))
            {
                var ids = part[7..^1].Split(',');
                rows = rows.Where(r => ids.Contains(r["id"]!.ToString()));
            }
            else if (part.StartsWith("lastUpdated", StringComparison.Ordinal))
            {
                var bound = part.Split('[', ']')[1];
                var earlier = part[11] == '<';
                rows = rows.Where(r => string.CompareOrdinal((string?)r["_info"]!["lastUpdated"], bound) < 0 == earlier);
            }
        }

        return rows;
    }

    private sealed class Handler(ScriptedVendor vendor) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(vendor.Send(request));
    }

    internal sealed class Request(HttpRequestMessage message)
    {
        private readonly System.Collections.Specialized.NameValueCollection query = HttpUtility.ParseQueryString(message.RequestUri!.Query);

        public Uri Uri { get; } = message.RequestUri!;
        public string? Authorization { get; } = message.Headers.Authorization?.ToString();
        public IReadOnlyDictionary<string, string> Headers { get; } = message.Headers.ToDictionary(h => h.Key, h => string.Join(",", h.Value), StringComparer.OrdinalIgnoreCase);

        /// <summary>Below the API's root.</summary>
        public string Path { get; } = message.RequestUri!.AbsolutePath.Split("/apis/3.0")[^1];
        public IReadOnlyList<string> Names => [.. query.AllKeys.OfType<string>()];
        public string? this[string name] => query[name];
    }

    private sealed class ListLog(List<string> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Add(formatter(state, exception));
    }
}
