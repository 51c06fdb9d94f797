using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Web;
using MSPortal.Tests.Support;
using Xunit;

namespace MSPortal.Tests.Simulators.HaloPsa;

/// <summary>The vendor's own description of its API, where a copy of it lies beside the repository.</summary>
internal sealed class Description
{
    /// <summary>Typed as flags, with a text that belongs to flags; programs in production send times, and so do we.</summary>
    private static readonly string[] WronglyTyped = ["lastupdatefromdate", "lastupdatetodate"];

    private readonly JsonElement root;
    private readonly JsonElement schemas;

    private Description(JsonElement root) => (this.root, schemas) = (root, root.GetProperty("components").GetProperty("schemas"));

    /// <summary>Skips the test where there is no copy.</summary>
    public static Description Require()
    {
        var path = Path.Combine(Repository.Root, "..", "shared", "openapi", "halo-v2.json");
        Assert.SkipUnless(File.Exists(path), $"Needs the vendor's description, which is not part of the repository: {path}");
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        return new Description(document.RootElement.Clone());
    }

    /// <summary>Why a request is not allowed; nothing when it is.</summary>
    public IEnumerable<string> Breaks(string method, Uri uri)
    {
        var path = uri.AbsolutePath["/api".Length..];
        if (Operation(method, path) is not { } operation)
        {
            yield return $"{method} {path} is not described";
            yield break;
        }

        var known = operation.TryGetProperty("parameters", out var parameters) ? parameters.EnumerateArray().Where(p => p.GetProperty("in").GetString() == "query").ToLookup(p => p.GetProperty("name").GetString()!) : null;
        var query = HttpUtility.ParseQueryString(uri.Query);
        foreach (var name in query.AllKeys.OfType<string>())
        {
            var type = known?[name].FirstOrDefault() is { ValueKind: JsonValueKind.Object } parameter ? parameter.GetProperty("schema").GetProperty("type").GetString() : null;
            if (type is null || !(Fits(type, query[name]!) || WronglyTyped.Contains(name)))
            {
                yield return $"{method} {path}: {name}={query[name]} is {(type is null ? "not described" : $"no {type}")}";
            }
        }
    }

    /// <summary>What in these rows is not as the schema says.</summary>
    public IEnumerable<string> Misfits(JsonArray rows, string schema) => rows.SelectMany(row => Misfits(row, schemas.GetProperty(schema), schema)).Distinct();

    private JsonElement? Operation(string method, string path)
    {
        var wanted = path.Split('/');
        foreach (var candidate in root.GetProperty("paths").EnumerateObject())
        {
            var described = candidate.Name.Split('/');
            if (described.Length == wanted.Length
                && described.Zip(wanted).All(p => p.First == "{id}" ? int.TryParse(p.Second, CultureInfo.InvariantCulture, out _) : p.First.Equals(p.Second, StringComparison.OrdinalIgnoreCase))
                && candidate.Value.TryGetProperty(method.ToLowerInvariant(), out var operation))
            {
                return operation;
            }
        }

        return null;
    }

    private static bool Fits(string type, string value) => type switch
    {
        "int" or "integer" => int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _),
        "bool" or "boolean" => value is "true" or "false",
        "double" => double.TryParse(value, CultureInfo.InvariantCulture, out _),
        _ => true,
    };

    private IEnumerable<string> Misfits(JsonNode? value, JsonElement schema, string at)
    {
        if (value is null)
        {
            return [];
        }

        if (schema.TryGetProperty("$ref", out var reference))
        {
            return Misfits(value, schemas.GetProperty(reference.GetString()!.Split('/')[^1]), at);
        }

        return (schema.TryGetProperty("type", out var type) ? type.GetString() : "any", value) switch
        {
            ("array", JsonArray items) => items.SelectMany(i => Misfits(i, schema.GetProperty("items"), at + "[]")),
            ("object", JsonObject o) when schema.TryGetProperty("properties", out var properties) => o.SelectMany(p =>
                properties.TryGetProperty(p.Key, out var property) ? Misfits(p.Value, property, $"{at}/{p.Key}") : [$"{at}/{p.Key} is not described"]),
            ("any", _) => [],
            ("integer", JsonValue v) when v.GetValueKind() == JsonValueKind.Number => [],
            ("number", JsonValue v) when v.GetValueKind() == JsonValueKind.Number => [],
            ("boolean", JsonValue v) when v.GetValueKind() is JsonValueKind.True or JsonValueKind.False => [],
            ("string", JsonValue v) when v.GetValueKind() == JsonValueKind.String && IsText(v.GetValue<string>(), schema) => [],
            _ => [$"{at} is {value.ToJsonString()}, not {type}"],
        };
    }

    private static bool IsText(string text, JsonElement schema) => !schema.TryGetProperty("format", out var format) || format.GetString() switch
    {
        "date-time" => DateTime.TryParse(text, CultureInfo.InvariantCulture, out _),
        "uuid" => Guid.TryParse(text, out _),
        _ => true,
    };
}
