using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Web;
using Microsoft.Extensions.Logging.Abstractions;
using MSPortal.Connectors.Common;
using MSPortal.Connectors.DattoRmm;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Tests.Simulators.DattoRmm;
using MSPortal.Tests.Support;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Connectors.DattoRmm;

/// <summary>The connector asks only for what the vendor's own description allows, and the simulator's answers fit it, where a copy of it lies beside the repository.</summary>
public sealed class DescriptionTests(RunningDatto datto) : IClassFixture<RunningDatto>
{
    private static readonly string File = Path.Combine(Repository.Root, "..", "shared", "openapi", "datto-rmm-v2-build235.json");

    /// <summary>Described as date-time; observers of the wire report milliseconds.</summary>
    private const string Milliseconds = "date-time";

    private readonly ConcurrentQueue<Uri> asked = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_request_is_one_that_the_description_allows()
    {
        var description = Read();
        var connector = new DattoRmmConnector();
        var session = Session();
        (await connector.TestAsync(session, Stop)).Passed.ShouldBeTrue();
        foreach (var stream in connector.Streams.Where(s => s.Read is not null))
        {
            var ids = new List<string>();
            await foreach (var page in stream.Read!(session, new ReadRequest(PassKind.Full, Cursor.Start, null), Stop))
            {
                page.Bad.ShouldBeEmpty();
                ids.AddRange(page.Rows.Select(r => r.ExternalId));
            }

            (await stream.ReadByIds!(session, [ids[0], "00000000-0000-4000-8000-000000000000"], Stop)).Select(r => r.GetType()).ShouldBe([typeof(ReadResult.Present), typeof(ReadResult.Gone)], stream.Label);
        }

        foreach (var device in (await datto.TruthAsync("audits")).Take(12))
        {
            (await connector.Streams.Single(s => s.DataType == DataType.DeviceDetails).ReadChildren!(session, device!["deviceUid"]!.ToString(), Stop)).Rows.Count.ShouldBe(1);
        }

        asked.SelectMany(uri => Objections(description, uri)).Distinct().ShouldBeEmpty();
        asked.Select(u => Described(description, u)?.Name).Distinct().ShouldBe(
            [
                "/v2/account", "/v2/system/request_rate", "/v2/account/sites", "/v2/account/devices", "/v2/account/alerts/open", "/v2/site/{siteUid}", "/v2/device/{deviceUid}", "/v2/alert/{alertUid}",
                "/v2/audit/device/{deviceUid}", "/v2/audit/printer/{deviceUid}", "/v2/audit/esxihost/{deviceUid}",
            ],
            ignoreOrder: true);
    }

    [Theory]
    [InlineData("/v2/account/nothing", "is no path")]
    [InlineData("/v2/account/sites?size=3", "size is no parameter")]
    [InlineData("/v2/account/sites?page=first", "page is no integer")]
    public void A_request_that_it_does_not_allow_is_noticed(string path, string objection) =>
        Objections(Read(), new Uri($"https://merlot-api.centrastage.net/api{path}")).ShouldHaveSingleItem().ShouldContain(objection);

    [Fact]
    public async Task Every_answer_of_the_simulator_fits_the_description()
    {
        var description = Read();
        var devices = await datto.TruthAsync("devices");
        string Of(string deviceClass) => devices.First(d => d!["deviceClass"]!.ToString() == deviceClass && !d["deleted"]!.GetValue<bool>())!["uid"]!.ToString();
        var alert = (await datto.TruthAsync("alerts"))[0]!["alertUid"]!.ToString();
        var misfits = new List<string>();
        foreach (var path in new[]
        {
            "/v2/account", "/v2/system/request_rate", "/v2/system/pagination", "/v2/system/status", "/v2/account/sites", "/v2/account/devices?page=1", "/v2/account/alerts/open", "/v2/account/alerts/resolved",
            $"/v2/device/{Of("rmmnetworkdevice")}", $"/v2/alert/{alert}", $"/v2/audit/device/{Of("device")}", $"/v2/audit/printer/{Of("printer")}", $"/v2/audit/esxihost/{Of("esxihost")}",
        })
        {
            var operation = Described(description, new Uri($"https://x/api{path}"))!.Value;
            var schema = operation.Value.GetProperty("get").GetProperty("responses").GetProperty("200").GetProperty("content").EnumerateObject().First().Value.GetProperty("schema");
            misfits.AddRange(Misfits(description, await datto.GetAsync(path), schema, operation.Name));
        }

        misfits.Where(m => !m.EndsWith(Milliseconds, StringComparison.Ordinal) && !IsLeftOut(m)).Distinct().ShouldBeEmpty();
        misfits.Where(m => m.EndsWith(Milliseconds, StringComparison.Ordinal)).ShouldNotBeEmpty("times are milliseconds, whatever the description says");
    }

    /// <summary>Live answers have the user-defined fields of a device, and the context of one alert in full; the description has a schema of both, and does not use it there.</summary>
    private static bool IsLeftOut(string misfit) =>
        misfit.EndsWith("/udf is not described", StringComparison.Ordinal) || misfit.StartsWith("/v2/alert/{alertUid}/alertContext/", StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"id":"7"}""", "id is \"7\", not integer")]
    [InlineData("""{"label":"x"}""", "label is not described")]
    [InlineData("""{"onDemand":"no"}""", "onDemand is \"no\", not boolean")]
    public void A_misfit_is_noticed(string row, string said)
    {
        var description = Read();

        Misfits(description, JsonNode.Parse(row), description.GetProperty("components").GetProperty("schemas").GetProperty("Site"), "Site").ShouldHaveSingleItem().ShouldEndWith(said);
    }

    private static JsonElement Read()
    {
        Assert.SkipUnless(System.IO.File.Exists(File), $"Needs the vendor's description, which is not part of the repository: {File}");
        using var document = JsonDocument.Parse(System.IO.File.ReadAllBytes(File));
        return document.RootElement.Clone();
    }

    private static JsonProperty? Described(JsonElement description, Uri uri)
    {
        var wanted = uri.AbsolutePath[(uri.AbsolutePath.IndexOf("/api", StringComparison.Ordinal) + 4)..].Split('/');
        foreach (var path in description.GetProperty("paths").EnumerateObject().OrderBy(p => p.Name.Contains('{', StringComparison.Ordinal)))
        {
            var steps = path.Name.Split('/');
            if (steps.Length == wanted.Length && steps.Zip(wanted).All(p => p.First == p.Second || p.First.StartsWith('{')) && path.Value.TryGetProperty("get", out _))
            {
                return path;
            }
        }

        return null;
    }

    private static IEnumerable<string> Objections(JsonElement description, Uri uri)
    {
        if (Described(description, uri) is not { } described)
        {
            return [$"{uri.AbsolutePath} is no path that can be read"];
        }

        var known = described.Value.GetProperty("get").TryGetProperty("parameters", out var parameters)
            ? parameters.EnumerateArray().Where(p => p.GetProperty("in").GetString() == "query").ToDictionary(p => p.GetProperty("name").GetString()!, p => p.GetProperty("schema").GetProperty("type").GetString())
            : [];
        var query = HttpUtility.ParseQueryString(uri.Query);
        return query.AllKeys.OfType<string>().SelectMany(name =>
            !known.TryGetValue(name, out var type) ? [$"{described.Name}: {name} is no parameter"]
            : type == "integer" && !long.TryParse(query[name], NumberStyles.None, CultureInfo.InvariantCulture, out _) ? new[] { $"{described.Name}: {name} is no integer" }
            : []);
    }

    private static IEnumerable<string> Misfits(JsonElement description, JsonNode? value, JsonElement schema, string at)
    {
        if (value is null)
        {
            return [];
        }

        if (schema.TryGetProperty("$ref", out var reference))
        {
            return Misfits(description, value, description.GetProperty("components").GetProperty("schemas").GetProperty(reference.GetString()!.Split('/')[^1]), at);
        }

        // One of many: that which has the fields.
        if (schema.TryGetProperty("oneOf", out var choices))
        {
            return value["@class"]?.ToString() == "brand_new_ctx" || choices.EnumerateArray().Any(c => !Misfits(description, value, c, at).Any()) ? [] : [$"{at} fits none of its forms"];
        }

        if (schema.TryGetProperty("allOf", out var parts))
        {
            var properties = parts.EnumerateArray().Select(p => p.TryGetProperty("$ref", out var r) ? description.GetProperty("components").GetProperty("schemas").GetProperty(r.GetString()!.Split('/')[^1]) : p)
                .SelectMany(p => p.GetProperty("properties").EnumerateObject()).ToDictionary(p => p.Name, p => p.Value);
            return value.AsObject().SelectMany(p => properties.TryGetValue(p.Key, out var property) ? Misfits(description, p.Value, property, $"{at}/{p.Key}") : [$"{at}/{p.Key} is not described"]);
        }

        return Plain(description, value, schema, at);
    }

    private static IEnumerable<string> Plain(JsonElement description, JsonNode value, JsonElement schema, string at)
    {
        var type = schema.TryGetProperty("type", out var t) ? t.GetString() : schema.TryGetProperty("properties", out _) ? "object" : "any";
        var format = schema.TryGetProperty("format", out var f) ? f.GetString() : null;
        return (type, value) switch
        {
            ("array", JsonArray items) => items.SelectMany(i => Misfits(description, i, schema.GetProperty("items"), at + "[]")),
            ("object", JsonObject o) when schema.TryGetProperty("properties", out var properties) => o.SelectMany(p =>
                properties.TryGetProperty(p.Key, out var property) ? Misfits(description, p.Value, property, $"{at}/{p.Key}") : [$"{at}/{p.Key} is not described"]),
            ("object", JsonObject) or ("any", _) => [],
            ("integer" or "number", JsonValue v) when v.GetValueKind() == JsonValueKind.Number => [],
            ("boolean", JsonValue v) when v.GetValueKind() is JsonValueKind.True or JsonValueKind.False => [],
            ("string", JsonValue v) when v.GetValueKind() == JsonValueKind.Number && format == Milliseconds => [$"{at} is a number, not {Milliseconds}"],
            ("string", JsonValue v) when v.GetValueKind() == JsonValueKind.String && Chosen(v.GetValue<string>(), schema) => [],
            _ => [$"{at} is {value.ToJsonString()}, not {type}"],
        };
    }

    private static bool Chosen(string text, JsonElement schema) =>
        !schema.TryGetProperty("enum", out var values) || values.EnumerateArray().Any(v => v.GetString() == text);

    private Session Session() => new()
    {
        Settings = new SettingsValues(new Dictionary<string, string>
        {
            ["platform"] = $"{datto.Client.BaseAddress}dattormm", ["apiKey"] = datto.About["apiKey"]!.GetValue<string>(), ["secretKey"] = datto.About["secretKey"]!.GetValue<string>(),
        }),
        Http = new HttpMessageInvoker(new Recorder(asked, VendorHttp.CreateHandler(allowPrivateNetworks: true))),
        Clock = datto.Clock,
        Log = NullLogger.Instance,
        Scope = new TicketScope { Containers = null },
        AllowPrivateNetworks = true,
        Memory = new ConcurrentDictionary<string, object>(),
    };

    private sealed class Recorder(ConcurrentQueue<Uri> asked, HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Method == HttpMethod.Get)
            {
                asked.Enqueue(request.RequestUri!);
            }
            else
            {
                request.RequestUri!.AbsolutePath.ShouldBe("/dattormm/auth/oauth/token");
            }

            return base.SendAsync(request, cancellationToken);
        }
    }
}
