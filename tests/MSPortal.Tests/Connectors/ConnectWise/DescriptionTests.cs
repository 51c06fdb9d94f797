using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Web;
using Microsoft.Extensions.Logging.Abstractions;
using MSPortal.Connectors.Common;
using MSPortal.Connectors.ConnectWise;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Tests.Simulators.ConnectWise;
using MSPortal.Tests.Support;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Connectors.ConnectWise;

/// <summary>The connector asks only for places, parameters and fields that the vendor's own description knows, where a copy of it lies beside the repository.</summary>
public sealed class DescriptionTests(RunningSimulator simulator) : IClassFixture<RunningSimulator>
{
    private static readonly string Folder = Path.Combine(Repository.Root, "..", "shared", "openapi");

    private readonly List<Uri> asked = [];

    [Fact]
    public async Task Every_request_is_one_that_the_description_allows()
    {
        using var description = Description.Read();

        await ReadEverythingAsync();

        asked.Select(u => Below(u)).Distinct().Count().ShouldBeGreaterThan(40);
        asked.SelectMany(description.Objections).Distinct().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("/service/nothing", "is no place")]
    [InlineData("/service/tickets?since=1", "since is no parameter")]
    [InlineData("/service/tickets?pageSize=all", "pageSize is no integer")]
    [InlineData("/service/tickets?fields=id,board/label", "board/label is no field")]
    [InlineData("/company/configurations?fields=id,password", "password is no field")]
    public void A_request_that_it_does_not_allow_is_noticed(string path, string objection)
    {
        using var description = Description.Read();

        description.Objections(new Uri($"https://api-na.myconnectwise.net/v2025_1/apis/3.0{path}")).ShouldHaveSingleItem().ShouldContain(objection);
    }

    private static string Below(Uri uri) => uri.AbsolutePath.Split("/apis/3.0")[^1];

    /// <summary>All that the connector ever asks, of a vendor that answers.</summary>
    private async Task ReadEverythingAsync()
    {
        var connector = new ConnectWiseConnector();
        var session = Session();
        (await connector.TestAsync(session, TestContext.Current.CancellationToken)).Passed.ShouldBeTrue();
        foreach (var stream in connector.Streams)
        {
            var ids = new List<string>();
            foreach (var pass in stream.Read is null ? [] : new[] { PassKind.Full, PassKind.Incremental })
            {
                await foreach (var page in stream.Read!(session, new ReadRequest(pass, Cursor.Start, RunningSimulator.Origin.AddDays(-20)), TestContext.Current.CancellationToken))
                {
                    page.Bad.ShouldBeEmpty();
                    page.Doubt.ShouldBeNull();
                    ids.AddRange(page.Rows.Select(r => r.ExternalId));
                }
            }

            if (stream.ReadByIds is { } readByIds && stream.DataType != DataType.Reference)
            {
                await readByIds(session, [.. ids.Take(3), "999999"], TestContext.Current.CancellationToken);
            }
        }

        foreach (var kind in new[] { "tickets", "projectTickets" })
        {
            var ticket = (await simulator.TruthAsync(kind))[0]!["id"]!.ToJsonString();
            await connector.Streams.Single(s => s.DataType == DataType.TicketNotes).ReadChildren!(session, ticket, TestContext.Current.CancellationToken);
        }

        await connector.PreviewTicketsAsync(session, session.Scope with { ExcludedStatuses = ["1"] }, TestContext.Current.CancellationToken);
    }

    private Session Session() => new()
    {
        Settings = new SettingsValues(new[] { "apiUrl", "companyId", "publicKey", "privateKey", "clientId" }.ToDictionary(k => k, k => simulator.About[k]!.GetValue<string>())),
        Http = new HttpMessageInvoker(new Recorder(asked, VendorHttp.CreateHandler(allowPrivateNetworks: true))),
        Clock = TimeProvider.System,
        Log = NullLogger.Instance,
        Scope = new TicketScope { Containers = ["1", "2", "3", "4", "5", "6"], Options = [ConnectWiseTickets.ProjectOption] },
        AllowPrivateNetworks = true,
        Memory = new ConcurrentDictionary<string, object>(),
    };

    /// <summary>The newest description of what is read, and an older list of places and schemas for what it leaves out.</summary>
    private sealed class Description(JsonDocument newest, JsonDocument older, HashSet<string> places) : IDisposable
    {
        private static readonly string[] ListParameters = ["conditions", "childConditions", "customFieldConditions", "orderBy", "fields", "page", "pageSize", "pageId"];

        /// <summary>Places without a described answer, and what they answer with.</summary>
        private static readonly Dictionary<string, string> OlderSchemas = new(StringComparer.Ordinal) { ["/company/configurations"] = "CompanyConfiguration" };

        public static Description Read()
        {
            string Need(string file)
            {
                var path = Path.Combine(Folder, file);
                Assert.SkipUnless(File.Exists(path), $"Needs the vendor's description, which is not part of the repository: {path}");
                return path;
            }

            var places = File.ReadLines(Need("connectwise-2025.1-endpoints.tsv")).Select(l => l.Split('\t')).Where(c => c[0] == "Get").Select(c => c[1]).ToHashSet(StringComparer.Ordinal);
            return new(
                JsonDocument.Parse(File.ReadAllBytes(Need("connectwise-2026.4-get.json"))),
                JsonDocument.Parse(File.ReadAllBytes(Need("connectwise-2025.1-schemas.json"))),
                places);
        }

        public IEnumerable<string> Objections(Uri uri)
        {
            var path = Below(uri);
            if (path.StartsWith("/login/companyinfo/", StringComparison.Ordinal))
            {
                return [];   // Outside the API, and described nowhere but in the guide.
            }

            var operation = newest.RootElement.GetProperty("paths").EnumerateObject().FirstOrDefault(p => Matches(p.Name, path) && p.Value.TryGetProperty("get", out _));
            var isDescribed = operation.Value.ValueKind == JsonValueKind.Object;
            if (!isDescribed && !places.Any(p => Matches(p, path)))
            {
                return [$"{path} is no place that can be read"];
            }

            var known = isDescribed
                ? operation.Value.GetProperty("get").GetProperty("parameters").EnumerateArray().Where(p => p.GetProperty("in").GetString() == "query").ToDictionary(p => p.GetProperty("name").GetString()!, p => p.GetProperty("schema").GetProperty("type").GetString()!)
                : ListParameters.ToDictionary(p => p, p => p.StartsWith("page", StringComparison.Ordinal) ? "integer" : "string");
            var query = HttpUtility.ParseQueryString(uri.Query);
            var parameters = query.AllKeys.OfType<string>().SelectMany(name =>
                !known.TryGetValue(name, out var type) ? [$"{path}: {name} is no parameter"]
                : type == "integer" && !long.TryParse(query[name], NumberStyles.None, CultureInfo.InvariantCulture, out _) ? new[] { $"{path}: {name} is no integer" }
                : []);
            var fields = (query["fields"] ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries);
            return Schema(operation, path) is { } schema
                ? parameters.Concat(fields.Where(f => !Has(schema.Schema, f.Split('/'), schema.All)).Select(f => $"{path}: {f} is no field"))
                : parameters;
        }

        public void Dispose()
        {
            newest.Dispose();
            older.Dispose();
        }

        /// <summary>Step by step: some templates hold patterns of their own, cut in the middle.</summary>
        private static bool Matches(string template, string path)
        {
            var (steps, given) = (template.Split('/'), path.Split('/'));
            return steps.Length == given.Length && steps.Zip(given).All(s => s.First.StartsWith('{') ? s.Second.All(char.IsAsciiDigit) : s.First == s.Second);
        }

        private (JsonElement Schema, JsonElement All)? Schema(JsonProperty operation, string path)
        {
            if (operation.Value.ValueKind != JsonValueKind.Object)
            {
                var all = older.RootElement.GetProperty("components").GetProperty("schemas");
                return OlderSchemas.FirstOrDefault(s => path.StartsWith(s.Key, StringComparison.Ordinal)).Value is { } name ? (all.GetProperty(name), all) : null;
            }

            var content = operation.Value.GetProperty("get").GetProperty("responses").GetProperty("200").GetProperty("content").EnumerateObject().First().Value.GetProperty("schema");
            return (content.TryGetProperty("items", out var items) ? items : content, newest.RootElement.GetProperty("components").GetProperty("schemas"));
        }

        private static bool Has(JsonElement schema, string[] steps, JsonElement all)
        {
            if (schema.TryGetProperty("$ref", out var reference))
            {
                schema = all.GetProperty(reference.GetString()!.Split('/')[^1]);
            }

            return steps.Length == 0
                || (schema.TryGetProperty("properties", out var properties) && properties.TryGetProperty(steps[0], out var next) && Has(next, [.. steps.Skip(1)], all));
        }
    }

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
