using System.Text.Json;
using System.Text.Json.Serialization;

namespace MSPortal.Web.Features.Integrations;

/// <summary>Reads the JSON columns of an integration for display, where no lease or decrypting is wanted.</summary>
internal static class StoredText
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    /// <summary>Null when there is nothing, or nothing readable: what is shown must not fail for it.</summary>
    public static T? Read<T>(string? json)
        where T : class
    {
        try
        {
            return json is null ? null : JsonSerializer.Deserialize<T>(json, Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
