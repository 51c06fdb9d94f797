using System.Text.Json;
using System.Text.Json.Nodes;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Connectors.ConnectWiseAsio;

/// <summary>Answers in one spelling: <c>endpointID</c>, <c>EndpointID</c> and <c>endpointId</c> are the same field.</summary>
internal static class AsioJson
{
    private static readonly string[] Withheld = ["users", "description", "primarycontact", "softwarelicenses", "username"];

    /// <summary>A copy with the names of its fields in small letters; of two that become the same the first stays.</summary>
    public static JsonElement Lower(JsonElement element) => JsonSerializer.SerializeToElement(Copy(element));

    /// <summary>Maps one row of an answer in small letters; whatever is wrong with it stays with it.</summary>
    public static (T? Record, BadRow? Bad) Read<T>(JsonElement element, string idField, Func<JsonRow, T> map)
        where T : ExternalRecord =>
        JsonRow.Read(element, idField, row => Id(row, idField), map, e => RowSample.Of(e, Withheld));

    /// <summary>Ids are GUIDs, written large by some APIs and small by others.</summary>
    public static string? Id(JsonRow row, string field) => row.Text(field) is { } text ? IsId(text) ? text.ToLowerInvariant() : throw new FieldException(field, "is no id") : null;

    public static bool IsId(string text) => text.Length is > 0 and <= 64 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    /// <summary>The entries of a list in an answer; none when it is absent.</summary>
    public static IEnumerable<JsonElement> Items(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : [];

    private static JsonNode? Copy(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var copy = new JsonObject();
                foreach (var property in element.EnumerateObject())
                {
                    copy.TryAdd(property.Name.ToLowerInvariant(), Copy(property.Value));
                }

                return copy;
            case JsonValueKind.Array:
                return new JsonArray([.. element.EnumerateArray().Select(Copy)]);
            case JsonValueKind.Null or JsonValueKind.Undefined:
                return null;
            default:
                return JsonValue.Create(element.Clone());
        }
    }
}
