using System.Globalization;
using System.Text.Json.Nodes;
using System.Web;
using Xunit;

namespace MSPortal.Tests.Support;

/// <summary>A vendor's own description of its API in YAML or JSON, where a copy of it lies beside the repository.</summary>
internal sealed class OpenApi(JsonNode root)
{
    private readonly JsonObject paths = root["paths"]!.AsObject();

    /// <summary>Skips the test where there is no copy.</summary>
    public static OpenApi Require(string file)
    {
        var path = Path.Combine(Repository.Root, "..", "shared", "openapi", file);
        Assert.SkipUnless(File.Exists(path), $"Needs the vendor's description, which is not part of the repository: {path}");
        return new OpenApi(file.EndsWith(".json", StringComparison.Ordinal) ? JsonNode.Parse(File.ReadAllBytes(path))! : Yaml.Read(path));
    }

    /// <summary>Why a request is not allowed; nothing when it is.</summary>
    public IEnumerable<string> Breaks(string method, Uri uri)
    {
        var path = uri.AbsolutePath;
        if (Operation(method, path) is not { } operation)
        {
            yield return $"{method} {path} is not described";
            yield break;
        }

        var known = (operation["parameters"] as JsonArray ?? []).Select(Resolve).Where(p => (string?)p["in"] == "query").ToLookup(p => (string)p["name"]!);
        var query = HttpUtility.ParseQueryString(uri.Query);
        foreach (var name in query.AllKeys.OfType<string>())
        {
            var parameter = known[name].FirstOrDefault();
            var type = (string?)parameter?["schema"]?["type"];
            if (parameter is null)
            {
                yield return $"{method} {path}: {name} is no parameter";
            }
            else if (type == "integer" && !long.TryParse(query[name], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _))
            {
                yield return $"{method} {path}: {name}={query[name]} is no integer";
            }
        }
    }

    /// <summary>What in an answer is not as the operation's schema says.</summary>
    public IEnumerable<string> Misfits(string method, string path, JsonNode? answer)
    {
        var responses = Operation(method, path)!["responses"]!;
        var schema = (responses["200"] ?? responses["default"])!["content"]!.AsObject().First().Value!["schema"]!;
        return Misfits(answer, schema, "").Distinct();
    }

    public IEnumerable<string> MisfitsOf(string schema, JsonNode? value) => Misfits(value, root["components"]!["schemas"]![schema]!, schema).Distinct();

    private JsonNode? Operation(string method, string path)
    {
        var wanted = path.Split('/');
        return paths.Select(p => (Described: p.Key.Split('/'), p.Value))
            .Where(p => p.Described.Length == wanted.Length && p.Described.Zip(wanted).All(s => s.First.StartsWith('{') || s.First == s.Second))
            .OrderBy(p => p.Described.Count(s => s.StartsWith('{')))
            .Select(p => p.Value![method.ToLowerInvariant()]).FirstOrDefault(o => o is not null);
    }

    private JsonNode Resolve(JsonNode? node)
    {
        while ((string?)node!["$ref"] is { } reference)
        {
            node = reference.Split('/').Skip(1).Aggregate(root, (at, step) => at[step]!);
        }

        return node;
    }

    /// <summary>Its own, and those of what it is made of.</summary>
    private IEnumerable<KeyValuePair<string, JsonNode?>> Properties(JsonNode? described)
    {
        var schema = Resolve(described);
        return (schema["properties"] as JsonObject ?? []).Concat((schema["allOf"] as JsonArray ?? []).SelectMany(Properties));
    }

    private IEnumerable<string> Misfits(JsonNode? value, JsonNode described, string at)
    {
        var schema = Resolve(described);
        if (value is null)
        {
            return (bool?)described["x-nullable"] is false ? [$"{at} is null"] : [];
        }

        if (schema["allOf"] is JsonArray parts)
        {
            var properties = parts.SelectMany(Properties).GroupBy(p => p.Key).Select(g => KeyValuePair.Create(g.Key, g.First().Value?.DeepClone()));
            schema = new JsonObject { ["type"] = "object", ["properties"] = new JsonObject(properties) };
        }

        return ((string?)schema["type"] ?? (schema["properties"] is null ? "any" : "object"), value) switch
        {
            ("array", JsonArray items) => items.SelectMany(i => Misfits(i, schema["items"]!, at + "[]")),
            ("object", JsonObject o) when schema["properties"] is JsonObject known => o.SelectMany(p =>
                known[p.Key] is { } property ? Misfits(p.Value, property, $"{at}/{p.Key}")
                : schema["discriminator"] is not null ? [] : [$"{at}/{p.Key} is not described"]),
            ("object", JsonObject) or ("any", _) => [],
            ("integer", JsonValue v) when v.GetValueKind() == System.Text.Json.JsonValueKind.Number && decimal.Parse(v.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture) % 1 == 0 => [],
            ("number", JsonValue v) when v.GetValueKind() == System.Text.Json.JsonValueKind.Number => [],
            ("boolean", JsonValue v) when v.GetValueKind() is System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False => [],
            ("string", JsonValue v) when v.GetValueKind() == System.Text.Json.JsonValueKind.String => IsText(v.GetValue<string>(), schema) ? [] : [$"{at} is {value.ToJsonString()}, not {schema["format"] ?? schema["enum"]?.ToJsonString()}"],
            (var type, _) => [$"{at} is {value.ToJsonString()}, not {type}"],
        };
    }

    private static bool IsText(string text, JsonNode schema) =>
        (schema["enum"] is not JsonArray allowed || allowed.Any(a => (string?)a == text))
        && (string?)schema["format"] switch
        {
            "uuid" => Guid.TryParse(text, out _),
            "date-time" => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _),
            _ => true,
        };
}
