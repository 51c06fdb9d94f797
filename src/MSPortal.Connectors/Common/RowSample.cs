using System.Text.Json;
using System.Text.Json.Nodes;

namespace MSPortal.Connectors.Common;

/// <summary>What is kept of a row that could not be understood: its start, without the fields in which people or programs write what nobody else should see.</summary>
internal static class RowSample
{
    private const int Length = 4000;

    private static readonly string[] Secrets = ["password", "secret", "token", "credential", "apikey", "productkey", "licensekey"];

    /// <param name="withheld">Fields at any depth, whatever their case; those whose name speaks of a secret are left out anyway.</param>
    public static string Of(JsonElement element, params IReadOnlyCollection<string> withheld)
    {
        try
        {
            return VendorResponse.Shorten(Plain(element, withheld)?.ToJsonString() ?? "null", Length - 1);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            return "";   // Names that are no text.
        }
    }

    private static JsonNode? Plain(JsonElement element, IReadOnlyCollection<string> withheld) => element.ValueKind switch
    {
        JsonValueKind.Object => new JsonObject(element.EnumerateObject().DistinctBy(p => p.Name, StringComparer.Ordinal).Where(p => !IsSecret(p.Name, withheld)).Select(p => KeyValuePair.Create(p.Name, Plain(p.Value, withheld)))),
        JsonValueKind.Array => new JsonArray([.. element.EnumerateArray().Select(e => Plain(e, withheld))]),
        JsonValueKind.Null or JsonValueKind.Undefined => null,
        _ => JsonValue.Create(element),
    };

    private static bool IsSecret(string name, IReadOnlyCollection<string> withheld) =>
        withheld.Contains(name, StringComparer.OrdinalIgnoreCase) || Secrets.Any(s => name.Contains(s, StringComparison.OrdinalIgnoreCase));
}
