using System.Text.Json;
using MSPortal.Connectors.Common;

namespace MSPortal.Connectors.ConnectWise;

/// <summary>What of a callback is of interest: which record, whose account, and with which key it says it is signed. Names differ in case from version to version.</summary>
internal sealed record ConnectWiseDelivery(string? Type, long Id, string? Action, string? CompanyId, string? KeyUrl)
{
    /// <summary>Null when it is not even JSON.</summary>
    public static ConnectWiseDelivery? Of(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = VendorJson.Parse(body);
            return json.RootElement.ValueKind != JsonValueKind.Object ? null : new(
                Text(json.RootElement, "Type"),
                Find(json.RootElement, "ID") is { ValueKind: JsonValueKind.Number } id && id.TryGetInt64(out var number) ? number : 0,
                Text(json.RootElement, "Action"),
                Text(json.RootElement, "CompanyId"),
                Find(json.RootElement, "Metadata") is { ValueKind: JsonValueKind.Object } metadata ? Text(metadata, "key_url") : null);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement element, string name) => Find(element, name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    private static JsonElement? Find(JsonElement element, string name)
    {
        foreach (var property in element.EnumerateObject())
        {
            if (property.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return property.Value;
            }
        }

        return null;
    }
}
