using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Web;
using Microsoft.Extensions.Logging.Abstractions;
using MSPortal.Connectors.Common;
using MSPortal.Connectors.Syncro;
using MSPortal.Core.Contracts;
using MSPortal.Tests.Simulators.Syncro;
using MSPortal.Tests.Support;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Connectors.Syncro;

/// <summary>The connector asks only for what the vendor's own description knows, and the simulator answers as its examples do, where a copy of it lies beside the repository.</summary>
public sealed class DescriptionTests(RunningSyncro simulator) : IClassFixture<RunningSyncro>
{
    private static readonly string File = Path.Combine(Repository.Root, "..", "shared", "openapi", "syncro-v1.json");

    /// <summary>What the description leaves out or gets wrong.</summary>
    private static readonly string[] KnownErrors =
    [
        "/customer_assets: meta is not described",                 // Live accounts have it.
        "/contacts/{id}: longitude is not described",              // Written “longitud”.
        "/contacts/{id}: longitud is missing",
    ];

    private readonly List<Uri> asked = [];

    [Fact]
    public async Task Every_request_is_one_that_the_description_allows()
    {
        using var description = Read();
        var paths = description.RootElement.GetProperty("paths").EnumerateObject().ToList();

        await ReadEverythingAsync();

        asked.Select(u => u.AbsolutePath).Distinct().Count().ShouldBeGreaterThan(20);
        asked.SelectMany(uri => Objections(uri, paths)).Distinct().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("/tickets/settings/more", "is no path")]
    [InlineData("/tickets?updated_since=x", "updated_since is no parameter")]
    [InlineData("/tickets?page=first", "page is no integer")]
    [InlineData("/tickets?since_updated_at=yesterday", "since_updated_at is no date-time")]
    public void A_request_that_it_does_not_allow_is_noticed(string path, string objection)
    {
        using var description = Read();
        var paths = description.RootElement.GetProperty("paths").EnumerateObject().ToList();

        Objections(new Uri($"https://acme.syncromsp.com/api/v1{path}"), paths).ShouldHaveSingleItem().ShouldContain(objection);
    }

    [Fact]
    public async Task Every_answer_of_the_simulator_has_the_form_of_the_examples()
    {
        using var description = Read();
        var (ticket, customer, contact, asset, user) = (await FirstAsync("tickets"), await FirstAsync("customers"), await FirstAsync("contacts"), await FirstAsync("assets"), await FirstAsync("users"));
        (string Path, string Described)[] answers =
        [
            ("/me", "/me"), ("/users", "/users"), ($"/users/{user}", "/users/{id}"), ("/settings", "/settings"), ("/tickets/settings", "/tickets/settings"),
            ("/customers", "/customers"), ($"/customers/{customer}", "/customers/{id}"), ("/contacts", "/contacts"), ($"/contacts/{contact}", "/contacts/{id}"),
            ("/tickets", "/tickets"), ($"/tickets/{ticket}", "/tickets/{id}"), ($"/tickets/{ticket}/comments", "/tickets/{id}/comments"),
            ("/customer_assets", "/customer_assets"), ("/ticket_timers", "/ticket_timers"),
        ];

        var misfits = new List<string>();
        foreach (var (path, described) in answers)
        {
            misfits.AddRange(Misfits(await simulator.GetAsync(path), Example(description.RootElement, described), "").Select(m => $"{described}: {m}"));
        }

        (await simulator.GetAsync($"/customer_assets/{asset}"))["asset"]!["id"]!.GetValue<long>().ShouldBe(asset);   // Its description is no schema.
        misfits.Distinct().Except(KnownErrors).ShouldBeEmpty();
        KnownErrors.Except(misfits).ShouldBeEmpty();
    }

    private static JsonDocument Read()
    {
        Assert.SkipUnless(System.IO.File.Exists(File), $"Needs the vendor's description, which is not part of the repository: {File}");
        return JsonDocument.Parse(System.IO.File.ReadAllBytes(File));
    }

    /// <summary>All that the connector ever asks, of a vendor that answers.</summary>
    private async Task ReadEverythingAsync()
    {
        var connector = new SyncroConnector();
        var session = Session();
        (await connector.TestAsync(session, TestContext.Current.CancellationToken)).Passed.ShouldBeTrue();
        foreach (var stream in connector.Streams)
        {
            var ids = new List<string>();
            foreach (var pass in stream.Read is null ? [] : new[] { PassKind.Full, PassKind.Incremental })
            {
                await foreach (var page in stream.Read!(session, new ReadRequest(pass, Cursor.Start, RunningSyncro.Origin.AddDays(-20)), TestContext.Current.CancellationToken))
                {
                    page.Bad.ShouldBeEmpty();
                    page.Doubt.ShouldBeNull();
                    ids.AddRange(page.Rows.Select(r => r.ExternalId));
                }
            }

            if (stream.ReadByIds is { } readByIds)
            {
                (await readByIds(session, [.. ids.Take(3)], TestContext.Current.CancellationToken)).ShouldAllBe(r => r is ReadResult.Present);
            }

            if (stream.ReadChildren is { } readChildren)
            {
                (await readChildren(session, (await FirstAsync("tickets")).ToString(CultureInfo.InvariantCulture), TestContext.Current.CancellationToken)).Complete.ShouldBeTrue();
            }
        }

        (await connector.PreviewTicketsAsync(session, new TicketScope { Containers = null }, TestContext.Current.CancellationToken)).ShouldNotBeNull();
    }

    private async Task<long> FirstAsync(string kind) => RunningSyncro.Ids(await simulator.TruthAsync(kind))[0];

    private Session Session() => new()
    {
        Settings = new SettingsValues(new Dictionary<string, string> { ["subdomain"] = simulator.Client.BaseAddress!.ToString(), ["apiKey"] = simulator.ApiKey }),
        Http = new HttpMessageInvoker(new Recorder(asked, VendorHttp.CreateHandler(allowPrivateNetworks: true))),
        Clock = simulator.Clock,
        Log = NullLogger.Instance,
        Scope = new TicketScope { Containers = null },
        AllowPrivateNetworks = true,
        Memory = new ConcurrentDictionary<string, object>(),
    };

    private static IEnumerable<string> Objections(Uri uri, IReadOnlyList<JsonProperty> paths)
    {
        var path = uri.AbsolutePath["/api/v1".Length..];
        var described = paths.Where(p => Regex.IsMatch(path, $"^{Regex.Replace(p.Name, @"\{\w+\}", "[0-9]+", RegexOptions.None, TimeSpan.FromSeconds(1))}$", RegexOptions.None, TimeSpan.FromSeconds(1)) && p.Value.TryGetProperty("get", out _)).ToList();
        if (described.Count != 1)
        {
            return [$"{path} is no path that can be read"];
        }

        var known = described[0].Value.GetProperty("get").TryGetProperty("parameters", out var parameters)
            ? parameters.EnumerateArray().Where(p => p.GetProperty("in").GetString() == "query").ToDictionary(p => p.GetProperty("name").GetString()!, p => p.GetProperty("schema"))
            : [];
        var query = HttpUtility.ParseQueryString(uri.Query);
        return query.AllKeys.OfType<string>().SelectMany(name =>
            !known.TryGetValue(name, out var schema) ? [$"{described[0].Name}: {name} is no parameter"]
            : Fits(query[name]!, schema) is { } wanted ? new[] { $"{described[0].Name}: {name} is no {wanted}" }
            : []);
    }

    /// <summary>Null when it fits, otherwise what it should have been.</summary>
    private static string? Fits(string value, JsonElement schema)
    {
        var type = schema.GetProperty("type").GetString();
        var format = schema.TryGetProperty("format", out var f) ? f.GetString() : null;
        return type == "integer" && !long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out _) ? type
            : type == "boolean" && value is not ("true" or "false") ? type
            : format == "date-time" && !DateTimeOffset.TryParseExact(value, "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _) ? format
            : null;
    }

    private static JsonNode Example(JsonElement description, string path)
    {
        var content = description.GetProperty("paths").GetProperty(path).GetProperty("get").GetProperty("responses").GetProperty("200").GetProperty("content");
        var json = content.TryGetProperty("application/json", out var written) ? written : content.GetProperty("*/*");
        return json.TryGetProperty("example", out var example) ? JsonNode.Parse(example.GetRawText())!
            : json.TryGetProperty("examples", out var examples) ? JsonNode.Parse(examples.EnumerateObject().First().Value.GetProperty("value").GetRawText())!
            : Invent(json.GetProperty("schema"));
    }

    /// <summary>An example of a schema.</summary>
    private static JsonNode Invent(JsonElement schema) => schema.GetProperty("type").GetString() switch
    {
        "object" => new JsonObject(schema.GetProperty("properties").EnumerateObject().Select(p => KeyValuePair.Create(p.Name, (JsonNode?)Invent(p.Value)))),
        "integer" or "number" => 1,
        "boolean" => true,
        _ => "text",
    };

    /// <summary>Every field is one of the example's, every field of the example is there, and of its kind where both are something.</summary>
    private static IEnumerable<string> Misfits(JsonNode? value, JsonNode? example, string at) => (value, example) switch
    {
        _ when at.EndsWith("/properties/", StringComparison.Ordinal) => [],   // Each kind of asset has fields of its own.
        (JsonObject own, JsonObject known) when known.Count > 0 =>
            own.Where(p => !known.ContainsKey(p.Key)).Select(p => $"{at}{p.Key} is not described")
                .Concat(known.Where(p => !own.ContainsKey(p.Key)).Select(p => $"{at}{p.Key} is missing"))
                .Concat(own.Where(p => known.ContainsKey(p.Key)).SelectMany(p => Misfits(p.Value, known[p.Key], $"{at}{p.Key}/"))),
        (JsonObject, JsonObject) or (null, _) or (_, null) => [],
        (JsonArray own, JsonArray known) when own.Count == known.Count => own.Zip(known).SelectMany(pair => Misfits(pair.First, pair.Second, at)),
        (JsonArray own, JsonArray known) => known.Count == 0 ? [] : own.SelectMany(item => Misfits(item, known[0], at)),
        (JsonValue own, JsonValue known) when Kind(own) == Kind(known) => [],
        _ => [$"{at.TrimEnd('/')} is {value!.ToJsonString()}, not like {example!.ToJsonString()}"],
    };

    private static JsonValueKind Kind(JsonValue value) => value.GetValueKind() is var kind && kind == JsonValueKind.False ? JsonValueKind.True : kind;

    private sealed class Recorder(List<Uri> asked, HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Method.ShouldBe(HttpMethod.Get);
            asked.Add(request.RequestUri!);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
