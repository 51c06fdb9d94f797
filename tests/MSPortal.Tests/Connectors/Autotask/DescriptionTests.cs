using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MSPortal.Core.Model;
using MSPortal.Core.Contracts;
using MSPortal.Tests.Support;
using MSPortal.Tests.Simulators.Autotask;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Connectors.Autotask;

/// <summary>Every request is one that the vendor's own description allows, and every row that the simulator serves fits it, where a copy lies beside the repository.</summary>
public sealed class DescriptionTests(RunningAutotask vendor) : IClassFixture<RunningAutotask>
{
    private static readonly string File = Path.Combine(Repository.Root, "..", "shared", "openapi", "autotask-v1.json");

    /// <summary>What the description, which is of 2020, does not have yet.</summary>
    private static readonly HashSet<string> Newer = new(StringComparer.OrdinalIgnoreCase) { "TicketNoteModel/createdByContactID" };

    [Fact]
    public async Task Every_request_of_the_connector_is_allowed_by_the_description()
    {
        using var description = Read();
        await using var bench = AutotaskBench.On(vendor);
        await bench.TestAsync();
        foreach (var type in bench.Connector.Streams.Where(s => s.Read is not null).Select(s => s.DataType))
        {
            await bench.ReadAsync(type);
            await bench.ReadAsync(type, PassKind.Incremental, bench.Vendor.Clock.GetUtcNow().AddDays(-30));
            await bench.ByIdsAsync(type, type == DataType.Reference ? "status:1" : "999999999");
        }

        await bench.Stream(DataType.TicketNotes).ReadChildren!(bench.Session(), (await bench.TruthIdsAsync("tickets"))[0], TestContext.Current.CancellationToken);
        await bench.Connector.PreviewTicketsAsync(bench.Session(), new TicketScope { Containers = ["0", "6"], ExcludedStatuses = ["7"], ExcludedGroups = ["1"] }, TestContext.Current.CancellationToken);

        bench.Seen.Select(r => r.Path.Split('/')[0]).Distinct().Count().ShouldBeGreaterThan(9);
        bench.Seen.SelectMany(r => Trouble(description.RootElement, r)).Distinct().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("GET", "Tickets/query", null, "search")]
    [InlineData("DELETE", "Tickets/7", null, "no DELETE")]
    [InlineData("POST", "Ticketz/query", "{}", "no path")]
    [InlineData("POST", "Tickets/query", """{"MaxRecords":"1"}""", "MaxRecords")]
    [InlineData("POST", "Tickets/query", """{"Sort":1}""", "Sort")]
    public void A_request_that_is_not_allowed_is_noticed(string method, string path, string? body, string words)
    {
        using var description = Read();
        var request = new AutotaskBench.Request(method, new Uri("https://webservices5.autotask.net/ATServicesRest/V1.0/" + path), body, new Dictionary<string, string>());

        string.Join(' ', Trouble(description.RootElement, request)).ShouldContain(words);
    }

    [Theory]
    [InlineData("Tickets", "TicketModel")]
    [InlineData("TicketNotes", "TicketNoteModel")]
    [InlineData("TimeEntries", "TimeEntryModel")]
    [InlineData("Companies", "CompanyModel")]
    [InlineData("Contacts", "ContactModel")]
    [InlineData("Resources", "ResourceModel")]
    [InlineData("ConfigurationItems", "ConfigurationItemModel")]
    [InlineData("ConfigurationItemTypes", "ConfigurationItemTypeModel")]
    [InlineData("TicketCategories", "TicketCategoryModel")]
    [InlineData("CompanyLocations", "CompanyLocationModel")]
    [InlineData("Countries", "CountryModel")]
    [InlineData("BillingCodes", "BillingCodeModel")]
    public async Task Rows_of_the_simulator_fit_the_description(string entity, string model)
    {
        using var description = Read();
        await using var bench = AutotaskBench.On(vendor);

        var rows = (await bench.Vendor.AskAsync(HttpMethod.Post, $"{entity}/query", """{"filter":[{"op":"gte","field":"id","value":0}]}"""))["items"]!.AsArray();

        rows.Count.ShouldBeGreaterThan(0);
        rows.SelectMany(r => Misfits(description.RootElement, r, model, model)).Distinct().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("ThresholdInformation", "ThresholdStatusResultModel")]
    [InlineData("Tickets/entityInformation/fields", "FieldInformationResultModel")]
    [InlineData("Companies/entityInformation/userDefinedFields", "UserDefinedFieldInformationResultModel")]
    public async Task What_the_simulator_says_about_itself_fits_the_description(string path, string model)
    {
        using var description = Read();
        await using var bench = AutotaskBench.On(vendor);
        var wanted = description.RootElement.GetProperty("definitions").TryGetProperty(model, out _) ? model : "FieldInformationResultModel";

        Misfits(description.RootElement, await bench.Vendor.AskAsync(HttpMethod.Get, path), wanted, model).Where(m => !m.Contains("Fields/", StringComparison.OrdinalIgnoreCase) || wanted == model).ShouldBeEmpty();
    }

    private static JsonDocument Read()
    {
        Assert.SkipUnless(System.IO.File.Exists(File), $"Needs the vendor's description, which is not part of the repository: {File}");
        return JsonDocument.Parse(System.IO.File.ReadAllBytes(File));
    }

    private static IEnumerable<string> Trouble(JsonElement description, AutotaskBench.Request request)
    {
        var path = "/V1.0/" + request.Path;
        var known = description.GetProperty("paths").EnumerateObject().Where(p => Fits(p.Name, path)).ToList();
        if (known.Count == 0)
        {
            return [$"{path}: no path"];
        }

        if (known.Select(p => p.Value.TryGetProperty(request.Method.ToLowerInvariant(), out var o) ? o : (JsonElement?)null).FirstOrDefault(o => o is not null) is not { } operation)
        {
            return [$"{path}: no {request.Method}"];
        }

        var parameters = operation.GetProperty("parameters").EnumerateArray().ToList();
        var given = System.Web.HttpUtility.ParseQueryString(request.Uri.Query).AllKeys.OfType<string>().ToList();
        var allowed = parameters.Where(p => p.GetProperty("in").GetString() == "query").Select(p => p.GetProperty("name").GetString()!).ToList();
        var required = parameters.Where(p => p.GetProperty("in").GetString() == "query" && p.GetProperty("required").GetBoolean()).Select(p => p.GetProperty("name").GetString()!);
        var body = parameters.FirstOrDefault(p => p.GetProperty("in").GetString() == "body");
        return
        [
            .. given.Except(allowed).Select(n => $"{path}: query {n} is not described"),
            .. required.Except(given).Select(n => $"{path}: query {n} is missing"),
            .. body.ValueKind == JsonValueKind.Undefined
                ? request.Body is null ? [] : new[] { $"{path}: a body is not described" }
                : Misfits(description, JsonNode.Parse(request.Body!), body.GetProperty("schema").GetProperty("$ref").GetString()!.Split('/')[^1], path),
        ];
    }

    private static bool Fits(string template, string path)
    {
        var (wanted, given) = (template.Split('/'), path.Split('/'));
        return wanted.Length == given.Length && wanted.Zip(given).All(p => p.First == p.Second || (p.First.StartsWith('{') && long.TryParse(p.Second, CultureInfo.InvariantCulture, out _)));
    }

    /// <summary>Names are Pascal case there and camel case on the wire; a filter's value is described as an object of the server's and is left out.</summary>
    private static IEnumerable<string> Misfits(JsonElement description, JsonNode? value, string model, string at)
    {
        if (value is null || model is "ValueItem" or "Object" or "RestUserAccessLevel" || !description.GetProperty("definitions").TryGetProperty(model, out var schema) || !schema.TryGetProperty("properties", out var properties))
        {
            return [];
        }

        var known = properties.EnumerateObject().GroupBy(p => p.Name, StringComparer.OrdinalIgnoreCase).ToDictionary(g => g.Key, g => g.First().Value, StringComparer.OrdinalIgnoreCase);
        return value is not JsonObject row
            ? [$"{at} is no object"]
            : row.Where(p => !Newer.Contains($"{model}/{p.Key}")).SelectMany(p => known.TryGetValue(p.Key, out var property) ? Misfits(description, p.Value, property, $"{at}/{p.Key}") : [$"{at}/{p.Key} is not described"]);
    }

    private static IEnumerable<string> Misfits(JsonElement description, JsonNode? value, JsonElement property, string at)
    {
        if (value is null)
        {
            return [];
        }

        if (property.TryGetProperty("$ref", out var reference))
        {
            return Misfits(description, value, reference.GetString()!.Split('/')[^1], at);
        }

        return (property.GetProperty("type").GetString(), value.GetValueKind()) switch
        {
            ("integer", JsonValueKind.Number) when value.ToJsonString().All(c => char.IsAsciiDigit(c) || c == '-') => [],
            ("number", JsonValueKind.Number) => [],
            ("boolean", JsonValueKind.True or JsonValueKind.False) => [],
            ("string", JsonValueKind.String) => property.TryGetProperty("format", out var format) && format.GetString() == "date-time"
                && !DateTimeOffset.TryParse(value.GetValue<string>(), CultureInfo.InvariantCulture, out _) ? [$"{at} is no time"] : [],
            ("array", JsonValueKind.Array) => value.AsArray().SelectMany(i => Misfits(description, i, property.GetProperty("items"), at)),
            ("object", JsonValueKind.Object) => [],
            var (type, _) => [$"{at} is no {type}"],
        };
    }
}
