using System.Text.Json;
using System.Text.RegularExpressions;

namespace MSPortal.Connectors.Syncro;

/// <summary>What Syncro sends along that nobody may see: keys to the customers' portal, the user's token, and free fields that hold passwords.</summary>
internal static partial class SyncroSecrets
{
    /// <summary>By these captions one can tell which of the MSP's own fields are better not kept.</summary>
    private static readonly string[] Captions = ["password", "passwort", "passphrase", "secret", "token", "api key", "apikey", "credential", "pin code", "license key", "product key"];

    /// <summary>Never part of a kept sample, wherever they stand.</summary>
    private static readonly HashSet<string> Withheld = new(StringComparer.OrdinalIgnoreCase)
    {
        "user_token", "online_profile_url", "portal_key", "properties", "notes", "rmm_store", "pdf_url", "params",
    };

    public static bool IsSecret(string caption) => Captions.Any(c => caption.Contains(c, StringComparison.OrdinalIgnoreCase));

    /// <summary>Takes the portal's keys and the user's token out of a text of unknown form.</summary>
    public static string Remove(string text) => Written().Replace(text, "${name}•••");

    /// <summary>A row as it may be kept for looking into.</summary>
    public static string Sample(JsonElement row)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            Write(writer, row);
        }

        return Remove(System.Text.Encoding.UTF8.GetString(stream.ToArray()));
    }

    private static void Write(Utf8JsonWriter writer, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var property in value.EnumerateObject().Where(p => !Withheld.Contains(p.Name)).DistinctBy(p => p.Name))
                {
                    writer.WritePropertyName(property.Name);
                    Write(writer, property.Value);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in value.EnumerateArray())
                {
                    Write(writer, item);
                }

                writer.WriteEndArray();
                break;
            default:
                writer.WriteRawValue(value.GetRawText(), skipInputValidation: true);
                break;
        }
    }

    [GeneratedRegex("""(?<name>portal_key["'\s]*[=:]["'\s]*|user_token["'\s]*[=:]["'\s]*|api_key["'\s]*[=:]["'\s]*)[^"'&\s,}<]+""", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex Written();
}
