using System.Text.Json;
using System.Text.Json.Serialization;
using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.Common;

/// <summary>Places in a pass as short JSON, in which what is usual is left out.</summary>
internal static class CursorJson
{
    private static readonly JsonSerializerOptions Options = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault };

    /// <summary>Null for a fresh start, and for text that is none of ours.</summary>
    public static T? Read<T>(Cursor cursor)
        where T : class
    {
        try
        {
            return cursor.Value is { } json ? JsonSerializer.Deserialize<T>(json, Options) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static Cursor Write<T>(T place)
        where T : class => new(JsonSerializer.Serialize(place, Options));
}
