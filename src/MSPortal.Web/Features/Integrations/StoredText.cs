using System.Text.Json;
using MSPortal.Storage;

namespace MSPortal.Web.Features.Integrations;

/// <summary>Reads the JSON columns of an integration for display, where no lease or decrypting is wanted.</summary>
internal static class StoredText
{
    /// <summary>Null when there is nothing, or nothing readable: what is shown must not fail for it.</summary>
    public static T? Read<T>(string? json)
        where T : class
    {
        try
        {
            return StoredJson.Read<T>(json);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
