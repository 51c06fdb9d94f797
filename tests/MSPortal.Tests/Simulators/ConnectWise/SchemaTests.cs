using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MSPortal.Tests.Support;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Simulators.ConnectWise;

/// <summary>What is served fits the vendor's own description of its records, where a copy of that lies beside the repository.</summary>
public sealed class SchemaTests(RunningSimulator simulator) : IClassFixture<RunningSimulator>
{
    private const string Newest = "connectwise-2026.4-get.json";
    private const string Older = "connectwise-2025.1-schemas.json";

    private static readonly string Folder = Path.Combine(Repository.Root, "..", "shared", "openapi");

    [Theory]
    [InlineData("service/tickets", Newest, "Ticket")]
    [InlineData("project/tickets", Newest, "ProjectTicket")]
    [InlineData("time/entries", Newest, "TimeEntry")]
    [InlineData("company/companies", Newest, "Company")]
    [InlineData("company/companies/statuses", Newest, "CompanyStatus")]
    [InlineData("company/companies/types", Newest, "CompanyType")]
    [InlineData("company/contacts", Newest, "Contact")]
    [InlineData("company/contacts/types", Newest, "ContactType")]
    [InlineData("system/members", Newest, "Member")]
    [InlineData("system/info/members", Older, "MemberInfo")]
    [InlineData("service/boards", Newest, "Board")]
    [InlineData("service/info/boards", Newest, "BoardInfo")]
    [InlineData("service/boards/1/statuses", Newest, "BoardStatus")]
    [InlineData("service/boards/1/types", Newest, "BoardType")]
    [InlineData("service/boards/1/subtypes", Newest, "BoardSubType")]
    [InlineData("service/boards/1/items", Newest, "BoardItem")]
    [InlineData("service/boards/1/teams", Newest, "BoardTeam")]
    [InlineData("service/priorities", Newest, "Priority")]
    [InlineData("service/sources", Newest, "Source")]
    [InlineData("company/configurations", Older, "CompanyConfiguration")]
    [InlineData("company/configurations/types", Older, "ConfigurationType")]
    [InlineData("company/configurations/statuses", Older, "ConfigurationStatus")]
    public async Task Records_fit_the_vendors_description(string path, string file, string schema)
    {
        var rows = await simulator.ListAsync(path + "?pageSize=1000");
        Fit(rows, file, schema);
    }

    [Fact]
    public async Task Notes_links_and_errors_fit_too()
    {
        var tickets = RunningSimulator.Ids(await simulator.TruthAsync("tickets"));
        Fit(await simulator.ListAsync($"service/tickets/{tickets[0]}/notes"), Newest, "ServiceNote");
        Fit(await simulator.ListAsync($"service/tickets/{tickets[0]}/allNotes"), Older, "ServiceTicketNote");
        var linked = (await Task.WhenAll(tickets.Select(t => simulator.ListAsync($"service/tickets/{t}/configurations")))).SelectMany(l => l).Select(n => n!.DeepClone()).ToArray();
        Fit(new JsonArray(linked), Newest, "ConfigurationReference");
        Fit(new JsonArray(await RunningSimulator.ReadAsync(await simulator.GetAsync("system/info"))), Older, "Info");
        using var bad = await simulator.GetAsync("service/tickets?conditions=x");
        Fit(new JsonArray(await RunningSimulator.ReadAsync(bad, null)), Older, "ErrorResponseMessage");
    }

    [Theory]
    [InlineData("""{"id":"7"}""", "id")]
    [InlineData("""{"id":1,"status":{"id":1,"label":"x"}}""", "label")]
    [InlineData("""{"id":1,"closedFlag":"no"}""", "closedFlag")]
    [InlineData("""{"id":1,"severity":"Huge"}""", "severity")]
    [InlineData("""{"id":1,"requiredDate":"yesterday"}""", "requiredDate")]
    public void A_misfit_is_noticed(string row, string named)
    {
        Require(Newest);
        var misfit = Should.Throw<ShouldAssertException>(() => Fit(new JsonArray(JsonNode.Parse(row)), Newest, "Ticket"));
        misfit.Message.ShouldContain(named);
    }

    private static void Fit(JsonArray rows, string file, string schema)
    {
        var path = Require(file);
        rows.Count.ShouldBeGreaterThan(0);
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        var schemas = document.RootElement.GetProperty("components").GetProperty("schemas");
        rows.SelectMany(row => Misfits(row, schemas.GetProperty(schema), schemas, schema)).Distinct().ShouldBeEmpty();
    }

    private static string Require(string file)
    {
        var path = Path.Combine(Folder, file);
        Assert.SkipUnless(File.Exists(path), $"Needs the vendor's description, which is not part of the repository: {path}");
        return path;
    }

    private static IEnumerable<string> Misfits(JsonNode? value, JsonElement schema, JsonElement schemas, string at)
    {
        if (value is null)
        {
            return []; // Any property may be empty: what is nullable is not said reliably.
        }

        if (schema.TryGetProperty("$ref", out var reference))
        {
            return Misfits(value, schemas.GetProperty(reference.GetString()!.Split('/')[^1]), schemas, at);
        }

        return (schema.TryGetProperty("type", out var type) ? type.GetString() : "any") switch
        {
            "array" when value is JsonArray items => items.SelectMany(i => Misfits(i, schema.GetProperty("items"), schemas, at + "[]")),
            "object" when value is JsonObject o && schema.TryGetProperty("properties", out var properties) => o.SelectMany(p =>
                properties.TryGetProperty(p.Key, out var property) ? Misfits(p.Value, property, schemas, $"{at}/{p.Key}") : [$"{at}/{p.Key} is not described"]),
            "object" when value is JsonObject o && schema.TryGetProperty("additionalProperties", out var all) && all.ValueKind is JsonValueKind.Object =>
                o.SelectMany(p => Misfits(p.Value, all, schemas, $"{at}/{p.Key}")),
            "object" when value is JsonObject || !schema.TryGetProperty("properties", out _) => [], // "object" also stands for any value.
            "any" => [],
            { } name when value is JsonValue single && IsScalar(single, name, schema) => [],
            _ => [$"{at} is {value.ToJsonString()}, not {type}"],
        };
    }

    private static bool IsScalar(JsonValue value, string type, JsonElement schema) => (type, value.GetValueKind()) switch
    {
        ("integer", JsonValueKind.Number) => value.TryGetValue<long>(out _),
        ("number", JsonValueKind.Number) => true,
        ("boolean", JsonValueKind.True or JsonValueKind.False) => true,
        ("string", JsonValueKind.String) => IsText(value.GetValue<string>(), schema),
        _ => false,
    };

    private static bool IsText(string text, JsonElement schema)
    {
        if (schema.TryGetProperty("enum", out var known) && known.EnumerateArray().All(k => k.GetString() != text))
        {
            return false;
        }

        return !schema.TryGetProperty("format", out var format) || format.GetString() switch
        {
            "date-time" => DateTime.TryParseExact(text, "yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out _),
            "uuid" => Guid.TryParse(text, out _),
            _ => true,
        };
    }
}
