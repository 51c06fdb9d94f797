using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Web;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using MSPortal.Connectors.HaloPsa;
using MSPortal.Core.Contracts;

namespace MSPortal.Tests.Connectors.HaloPsa;

/// <summary>A Halo that says what a test tells it to; by default a small, healthy account.</summary>
internal sealed class ScriptedHalo
{
    public const string ClientId = "client-id-1";
    public const string ClientSecret = "client-secret-456";

    private static readonly Dictionary<string, string> Envelopes = new(StringComparer.Ordinal)
    {
        ["/Tickets"] = "tickets", ["/Client"] = "clients", ["/Users"] = "users", ["/Asset"] = "assets", ["/Actions"] = "actions",
    };

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2025, 6, 1, 12, 0, 0, TimeSpan.Zero));
    public ConcurrentQueue<Request> Seen { get; } = [];
    public ConcurrentQueue<string> Logged { get; } = [];
    public ConcurrentDictionary<string, object> Memory { get; } = new();
    public SortedDictionary<string, List<JsonObject>> Rows { get; } = new(StringComparer.Ordinal);

    /// <summary>Answers first; null leaves it to the account.</summary>
    public Func<Request, HttpResponseMessage?> Script { get; set; } = _ => null;

    /// <summary>Happens after each list was served.</summary>
    public Action<Request> Afterwards { get; set; } = _ => { };

    public int Cap { get; set; } = 100;
    public int Tokens { get; private set; }
    public TimeSpan TokenLife { get; set; } = TimeSpan.FromHours(1);
    public TimeSpan ClockSkew { get; set; }
    public TicketScope Scope { get; set; } = new() { Containers = ["1", "2"] };
    public Dictionary<string, string> Settings { get; } = new(StringComparer.Ordinal)
    {
        ["haloUrl"] = "acme.halopsa.com",
        ["clientId"] = ClientId,
        ["clientSecret"] = ClientSecret,
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

    public HaloPsaClient Client() => new(Session());

    public IReadOnlyList<Request> Calls(string path) => [.. Seen.Where(r => r.Path == path)];

    public ScriptedHalo With(string path, IEnumerable<int> ids, Func<int, JsonObject>? row = null)
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
        ["id"] = id, ["name"] = $"Name {id}", ["summary"] = $"Summary {id}", ["last_update"] = "2025-05-01T00:00:00", ["alastupdate"] = "2025-05-01T00:00:00",
    };

    public static HttpResponseMessage Answer(int status, string body, string type = "application/json") =>
        new((HttpStatusCode)status) { Content = new StringContent(body, Encoding.UTF8, type) };

    private HttpResponseMessage Send(Request seen)
    {
        Seen.Enqueue(seen);
        var response = Script(seen) ?? Reply(seen);
        response.Headers.Date ??= Clock.GetUtcNow() + ClockSkew;
        Afterwards(seen);
        return response;
    }

    private HttpResponseMessage Reply(Request request)
    {
        if (request.Uri.AbsolutePath.EndsWith("/token", StringComparison.Ordinal))
        {
            return Answer(200, $$"""{"access_token":"token-{{++Tokens}}","token_type":"Bearer","expires_in":{{TokenLife.TotalSeconds}}}""");
        }

        var path = request.Path;
        if (path == "/AuthInfo")
        {
            return Answer(200, """{"auth_url":"https://acme.halopsa.com/auth","tenant_id":"acme"}""");
        }

        if (path == "/InstanceInfo")
        {
            return Answer(200, """{"version":"2.236.1","track":"stable"}""");
        }

        if (request.Authorization is null)
        {
            return Answer(401, "");
        }

        return Rows.TryGetValue(path, out var rows) ? List(rows, request) : One(path);
    }

    private HttpResponseMessage List(List<JsonObject> rows, Request request)
    {
        if (!Envelopes.TryGetValue(request.Path, out var envelope))
        {
            return Answer(200, new JsonArray([.. rows.Select(r => r.DeepClone())]).ToJsonString());
        }

        var matching = Matching(rows, request).OrderBy(r => (int)r["id"]!).ToList();
        var size = request["pageinate"] == "true" ? Math.Min(Cap, Whole(request["page_size"], 50)) : Whole(request["count"], 50);
        var page = matching.Skip((Whole(request["page_no"], 1) - 1) * size).Take(size);
        return Answer(200, new JsonObject { ["record_count"] = matching.Count, [envelope] = new JsonArray([.. page.Select(r => r.DeepClone())]) }.ToJsonString());
    }

    private HttpResponseMessage One(string path)
    {
        var cut = path.LastIndexOf('/');
        return cut > 0 && Rows.TryGetValue(path[..cut], out var rows) && rows.FirstOrDefault(r => r["id"]!.ToString() == path[(cut + 1)..]) is { } row
            ? Answer(200, row.ToJsonString())
            : Answer(404, "");
    }

    /// <summary>Only what the tests need: change times, and the asset's type.</summary>
    private static IEnumerable<JsonObject> Matching(IEnumerable<JsonObject> rows, Request request)
    {
        string Changed(JsonObject row) => (string?)(row["last_update"] ?? row["alastupdate"]) ?? "";
        return rows
            .Where(r => request["lastupdatefromdate"] is not { } from || string.CompareOrdinal(Changed(r), from) >= 0)
            .Where(r => request["lastupdatetodate"] is not { } to || string.CompareOrdinal(Changed(r), to) <= 0)
            .Where(r => request["assettype_id"] is not { } type || r["assettype_id"]?.ToString() == type);
    }

    private static int Whole(string? text, int otherwise) => int.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : otherwise;

    private sealed class Handler(ScriptedHalo vendor) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var form = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
            await Task.Yield();
            lock (vendor)
            {
                return vendor.Send(new Request(request, form));
            }
        }
    }

    internal sealed class Request(HttpRequestMessage message, string form)
    {
        private readonly System.Collections.Specialized.NameValueCollection query = HttpUtility.ParseQueryString(message.RequestUri!.Query);

        public Uri Uri { get; } = message.RequestUri!;
        public string Method { get; } = message.Method.Method;
        public string? Authorization { get; } = message.Headers.Authorization?.ToString();
        public string Body { get; } = form;
        public System.Collections.Specialized.NameValueCollection Form { get; } = HttpUtility.ParseQueryString(form);

        /// <summary>Below the API's root.</summary>
        public string Path { get; } = message.RequestUri!.AbsolutePath.StartsWith("/api/", StringComparison.Ordinal) ? message.RequestUri.AbsolutePath[4..] : message.RequestUri.AbsolutePath;
        public IReadOnlyList<string> Names => [.. query.AllKeys.OfType<string>()];
        public string? this[string name] => query[name];
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
