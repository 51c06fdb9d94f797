using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Web;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using MSPortal.Connectors.Syncro;
using MSPortal.Core.Contracts;

namespace MSPortal.Tests.Connectors.Syncro;

/// <summary>A Syncro that says what a test tells it to; by default a small, healthy account.</summary>
internal sealed class SyncroScript
{
    public const string ApiKey = "Tsecretkey0123456789abcdef";
    public const string NotPermitted = """{"error":"Not authorized. Please ask account admin to update your group permissions."}""";

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 6, 1, 12, 0, 0, TimeSpan.Zero));

    public List<Request> Seen { get; } = [];

    public List<string> Logged { get; } = [];

    /// <summary>By path; lists are served in this very order.</summary>
    public Dictionary<string, List<JsonObject>> Rows { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, string> Documents { get; } = new(StringComparer.Ordinal)
    {
        ["/me"] = """{"user_token":"usertoken-98765","user_email":"api@acme.example","user_name":"Api","user_id":1,"subdomain":"Acme","permissions":{}}""",
        ["/users"] = """{"users":[[1,"Joe Doe"],[4,"Eve"]]}""",
        ["/users/1"] = """{"user":{"id":1,"email":"joe@acme.example","full_name":"Joe Doe","updated_at":"2026-05-01T10:00:00.000Z","group":"Admins","admin":true}}""",
        ["/users/4"] = """{"user":{"id":4,"email":"eve@acme.example","full_name":"Eve","updated_at":"2026-05-01T10:00:00.000Z","group":"Techs","admin":false}}""",
        ["/tickets/settings"] = """{"ticket_status_list":["New","In Progress","Resolved"],"ticket_types":[{"id":1,"name":"Hardware"},{"id":2,"name":"Old","disabled":true}]}""",
        ["/settings"] = """{"ticket":{"problem_types":["Virus","Other"],"priorities":["","0 Urgent","2 Normal"]},"locale":{"time_zone":"UTC"}}""",
    };

    /// <summary>Answers first; null leaves it to the account.</summary>
    public Func<Request, HttpResponseMessage?> Script { get; set; } = _ => null;

    public int PageSize { get; set; } = 50;

    /// <summary>Which numbers the lists tell about themselves.</summary>
    public bool SaysPages { get; set; } = true;

    public bool SaysEntries { get; set; }

    public TimeSpan ClockSkew { get; set; }

    public TicketScope Scope { get; set; } = new() { Containers = null };

    public Dictionary<string, string> Settings { get; } = new(StringComparer.Ordinal) { ["subdomain"] = "acme", ["apiKey"] = ApiKey };

    public static string Wrapper(string path) => path.EndsWith("/comments", StringComparison.Ordinal) ? "comments" : path == "/customer_assets" ? "assets" : path[1..];

    public Session Session(bool allowPrivate = false) => new()
    {
        Settings = new SettingsValues(Settings),
        Http = new HttpMessageInvoker(new Handler(this)),
        Clock = Clock,
        Log = new ListLog(Logged),
        Scope = Scope,
        AllowPrivateNetworks = allowPrivate,
        Memory = new ConcurrentDictionary<string, object>(),
    };

    public SyncroClient Client() => new(Session());

    public IEnumerable<Request> Calls(string path) => Seen.Where(r => r.Path == path);

    public SyncroScript With(string path, IEnumerable<int> ids, Func<int, JsonObject>? row = null)
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
        ["number"] = 1000 + id,
        ["subject"] = $"Subject {id}",
        ["name"] = $"First Last{id}",
        ["business_name"] = $"Business {id}",
        ["created_at"] = "2026-04-01T08:59:31.034Z",
        ["updated_at"] = "2026-05-01T08:59:31.034Z",
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
        if (Documents.TryGetValue(request.Path, out var document))
        {
            return Answer(200, document);
        }

        return Rows.TryGetValue(request.Path, out var rows) ? Answer(200, Page(request.Path, rows, request).ToJsonString()) : One(request.Path);
    }

    public JsonObject Page(string path, IReadOnlyList<JsonObject> rows, Request request)
    {
        var size = int.Parse(request["per_page"] ?? PageSize.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        var page = int.Parse(request["page"] ?? "1", CultureInfo.InvariantCulture);
        var answer = new JsonObject { [Wrapper(path)] = new JsonArray([.. rows.Skip((page - 1) * size).Take(size).Select(r => r.DeepClone())]) };
        if (SaysPages)
        {
            answer["meta"] = new JsonObject { ["total_pages"] = Math.Max(1, (rows.Count + size - 1) / size), ["page"] = page };
        }

        if (SaysEntries)
        {
            answer["meta"]!["total_entries"] = rows.Count;
        }

        return answer;
    }

    private HttpResponseMessage One(string path)
    {
        var cut = path.LastIndexOf('/');
        var (list, id) = (path[..cut], path[(cut + 1)..]);
        if (!Rows.TryGetValue(list, out var rows) || rows.FirstOrDefault(r => r["id"]!.ToString() == id) is not { } row)
        {
            return Answer(404, """{"message":"Not found"}""");
        }

        var single = list switch { "/tickets" => "ticket", "/customers" => "customer", "/customer_assets" => "asset", _ => null };
        return Answer(200, single is null ? row.ToJsonString() : new JsonObject { [single] = row.DeepClone() }.ToJsonString());
    }

    internal sealed class Request(HttpRequestMessage message)
    {
        private readonly System.Collections.Specialized.NameValueCollection query = HttpUtility.ParseQueryString(message.RequestUri!.Query);

        public Uri Uri { get; } = message.RequestUri!;

        public HttpMethod Method { get; } = message.Method;

        public string? Authorization { get; } = message.Headers.Authorization?.ToString();

        /// <summary>Below the API's root.</summary>
        public string Path { get; } = message.RequestUri!.AbsolutePath.Split("/api/v1")[^1];

        public IReadOnlyList<string> Names => [.. query.AllKeys.OfType<string>()];

        public string? this[string name] => query[name];
    }

    private sealed class Handler(SyncroScript vendor) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(vendor.Send(request));
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
