using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Web;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using MSPortal.Connectors.DattoRmm;
using MSPortal.Core.Contracts;

namespace MSPortal.Tests.Connectors.DattoRmm;

/// <summary>A Datto RMM that says what a test tells it to; by default a small, healthy account.</summary>
internal sealed class DattoScript
{
    public const string ApiKey = "APIKEY0123456789";
    public const string SecretKey = "secret+key/0123456789=";
    public const string Audit = """{"systemInfo":{"manufacturer":"Dell","model":"Latitude"},"nics":[],"bios":{"serialNumber":"SN1"},"processors":[],"logicalDisks":[]}""";

    private int tokens;

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 6, 1, 12, 0, 0, TimeSpan.Zero));

    public List<Call> Seen { get; } = [];

    /// <summary>By path; lists are served in this very order.</summary>
    public Dictionary<string, List<JsonObject>> Rows { get; } = new(StringComparer.Ordinal)
    {
        ["/v2/account/sites"] = [], ["/v2/account/devices"] = [], ["/v2/account/alerts/open"] = [],
    };

    /// <summary>Other answers by path.</summary>
    public Dictionary<string, string> Documents { get; } = new(StringComparer.Ordinal)
    {
        ["/v2/account"] = """{"id":12,"uid":"acc-1","name":"Acme MSP","currency":"USD"}""",
        ["/v2/system/request_rate"] = """{"slidingTimeWindowSizeSeconds":60,"accountCount":12,"accountRateLimit":600,"accountCutOffRatio":0.9}""",
    };

    /// <summary>Answers first; null leaves it to the account.</summary>
    public Func<Call, HttpResponseMessage?> Script { get; set; } = _ => null;

    public int PageSize { get; set; } = 250;

    public bool SaysTotal { get; set; } = true;

    public bool SaysNext { get; set; } = true;

    public ConcurrentDictionary<string, object> Memory { get; } = new();

    public Dictionary<string, string> Settings { get; } = new(StringComparer.Ordinal) { ["platform"] = "Merlot", ["apiKey"] = ApiKey, ["secretKey"] = SecretKey };

    public Session Session(bool allowPrivate = false) => new()
    {
        Settings = new SettingsValues(Settings),
        Http = new HttpMessageInvoker(new Handler(this)),
        Clock = Clock,
        Log = NullLogger.Instance,
        Scope = new TicketScope { Containers = null },
        AllowPrivateNetworks = allowPrivate,
        Memory = Memory,
    };

    public DattoRmmClient Client() => new(Session());

    public IEnumerable<Call> Calls(string path) => Seen.Where(c => c.Path == path);

    public DattoScript With(string path, IEnumerable<int> ids, Func<int, JsonObject>? row = null)
    {
        Rows[path].AddRange(ids.Select(id => row?.Invoke(id) ?? Row(path, id)));
        return this;
    }

    public static string Uid(int id) => $"uid-{id:D4}";

    public static JsonObject Row(string path, int id) => path.EndsWith("/open", StringComparison.Ordinal)
        ? new JsonObject { ["alertUid"] = Uid(id), ["priority"] = "High", ["diagnostics"] = $"Trouble {id}", ["resolved"] = false, ["timestamp"] = 1_780_000_000_000 }
        : new JsonObject { ["id"] = id, ["uid"] = Uid(id), ["name"] = $"Site {id}", ["hostname"] = $"HOST-{id}", ["deviceClass"] = "device", ["lastAuditDate"] = 1_780_000_000_000 };

    public static HttpResponseMessage Answer(int status, string body, string type = "application/json") =>
        new((HttpStatusCode)status) { Content = new StringContent(body, Encoding.UTF8, type) };

    /// <summary>An error as Spring words it.</summary>
    public static HttpResponseMessage Error(int status, string error = "Not Found", string? retryAfter = null)
    {
        var answer = Answer(status, new JsonObject { ["timestamp"] = 1_780_000_000_000, ["status"] = status, ["error"] = error, ["path"] = "/v2/x" }.ToJsonString());
        if (retryAfter is not null)
        {
            answer.Headers.TryAddWithoutValidation("Retry-After", retryAfter);
        }

        return answer;
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request)
    {
        var call = new Call(request, request.Content is null ? "" : await request.Content.ReadAsStringAsync());
        Seen.Add(call);
        var response = Script(call) ?? Reply(call);
        response.RequestMessage = request;
        response.Headers.Date ??= Clock.GetUtcNow();
        return response;
    }

    private HttpResponseMessage Reply(Call call) =>
        call.Path == "/auth/oauth/token" ? Answer(200, $$"""{"access_token":"token-{{++tokens:D20}}","token_type":"bearer","refresh_token":"r","expires_in":359999}""")
        : Documents.TryGetValue(call.Path, out var document) ? Answer(200, document)
        : Rows.TryGetValue(call.Path, out var rows) ? Answer(200, Page(call, rows).ToJsonString())
        : One(call.Path) is { } row ? Answer(200, row.ToJsonString())
        : Error(404);

    private JsonObject Page(Call call, List<JsonObject> rows)
    {
        var page = int.Parse(call["page"] ?? "0", System.Globalization.CultureInfo.InvariantCulture);
        var size = Math.Min(PageSize, int.Parse(call["max"] ?? "250", System.Globalization.CultureInfo.InvariantCulture));
        var part = rows.Skip(page * size).Take(size).ToList();
        var details = new JsonObject
        {
            ["count"] = part.Count, ["prevPageUrl"] = null, ["nextPageUrl"] = SaysNext && (page + 1) * size < rows.Count ? $"https://merlot-api.centrastage.net/api{call.Path}?page={page + 1}" : null,
        };
        if (SaysTotal)
        {
            details["totalCount"] = rows.Count;
        }

        return new JsonObject { ["pageDetails"] = details, [call.Path.Split('/')[3]] = new JsonArray([.. part.Select(r => r.DeepClone())]) };
    }

    private JsonObject? One(string path)
    {
        var (list, key) = path.StartsWith("/v2/site/", StringComparison.Ordinal) ? ("/v2/account/sites", "uid")
            : path.StartsWith("/v2/alert/", StringComparison.Ordinal) ? ("/v2/account/alerts/open", "alertUid")
            : ("/v2/account/devices", "uid");
        return path.Split('/') is ["", "v2", "site" or "alert" or "device", var uid] ? Rows[list].FirstOrDefault(r => (string?)r[key] == uid) : null;
    }

    public sealed class Call(HttpRequestMessage request, string body)
    {
        public Uri Uri { get; } = request.RequestUri!;

        public string Body { get; } = body;

        public string? Authorization { get; } = request.Headers.Authorization?.ToString();

        /// <summary>Below the API's root; that of the token as it is.</summary>
        public string Path => Uri.AbsolutePath.StartsWith("/api", StringComparison.Ordinal) ? Uri.AbsolutePath["/api".Length..] : Uri.AbsolutePath;

        public string? this[string name] => HttpUtility.ParseQueryString(Uri.Query)[name];
    }

    private sealed class Handler(DattoScript vendor) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => vendor.SendAsync(request);
    }
}
