using System.Text.Json;

namespace MSPortal.Web.Features.Settings;

/// <summary>One value that a change touched.</summary>
internal sealed record AuditChange(string What, string? Before, string? After);

/// <summary>Audit entries as people read them.</summary>
internal static class AuditWords
{
    /// <summary>“integration.renamed” → “Integration renamed”.</summary>
    public static string Action(string action)
    {
        var words = action.Replace('.', ' ').Replace('_', ' ');
        return words.Length == 0 ? words
            : words.StartsWith("api ", StringComparison.Ordinal) ? "API" + words[3..]
            : char.ToUpperInvariant(words[0]) + words[1..];
    }

    /// <summary>Before and after side by side, value by value; what did not change is left out.</summary>
    public static IReadOnlyList<AuditChange> Changes(string? before, string? after)
    {
        var (old, now) = (Values(before), Values(after));
        return
        [
            .. old.Keys.Union(now.Keys)
                .Select(key => new AuditChange(key, old.GetValueOrDefault(key), now.GetValueOrDefault(key)))
                .Where(change => change.Before != change.After),
        ];
    }

    private static Dictionary<string, string> Values(string? json)
    {
        var values = new Dictionary<string, string>();
        if (json is null)
        {
            return values;
        }

        try
        {
            using var document = JsonDocument.Parse(json);
            Collect(document.RootElement, "", values);
        }
        catch (JsonException)
        {
            values["value"] = json;
        }

        return values;
    }

    /// <summary>Objects become “outer · inner”; lists stay together, since order and company of their items matter.</summary>
    private static void Collect(JsonElement element, string path, Dictionary<string, string> values)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in element.EnumerateObject())
                {
                    Collect(property.Value, path.Length == 0 ? property.Name : $"{path} · {property.Name}", values);
                }

                break;
            case JsonValueKind.Null:
                break;
            case JsonValueKind.Array:
                values[Name(path)] = string.Join(", ", element.EnumerateArray().Select(Text));
                break;
            default:
                values[Name(path)] = Text(element);
                break;
        }
    }

    private static string Name(string path) => path.Length == 0 ? "value" : path;

    private static string Text(JsonElement element) => element.ValueKind == JsonValueKind.String ? element.GetString()! : element.GetRawText();
}
