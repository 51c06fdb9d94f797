using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MSPortal.Web.Features.Api;

/// <summary>How the portal speaks JSON: the API and the command line's <c>--json</c> alike.</summary>
public static class ApiJson
{
    /// <summary>For the command line: indented, and with letters as they are, since people read it too.</summary>
    public static JsonSerializerOptions ForPeople { get; } = Made();

    public static void Configure(JsonSerializerOptions options)
    {
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow; // A mistyped field is not the same as none.
    }

    private static JsonSerializerOptions Made()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        Configure(options);
        return options;
    }
}
