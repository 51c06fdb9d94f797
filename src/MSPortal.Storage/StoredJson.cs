using System.Text.Json;
using System.Text.Json.Serialization;

namespace MSPortal.Storage;

/// <summary>The one way in which columns hold JSON, so that whoever writes one and whoever reads it agree; nulls are written, since a default may be something else.</summary>
public static class StoredJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    public static string Write<T>(T value) => JsonSerializer.Serialize(value, Options);

    /// <summary>Null for an empty column.</summary>
    public static T? Read<T>(string? json)
        where T : class =>
        json is null ? null : JsonSerializer.Deserialize<T>(json, Options);
}
