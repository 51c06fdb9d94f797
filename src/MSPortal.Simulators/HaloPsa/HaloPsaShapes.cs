using System.Globalization;
using System.Text.Json.Nodes;
using MSPortal.Simulators.Common;

namespace MSPortal.Simulators.HaloPsa;

/// <summary>How a stored row is served: lists leave things out unless asked, and some numbers and times wear odd clothes.</summary>
internal static class HaloPsaShapes
{
    /// <summary>Names that tickets in lists only carry when they are asked for.</summary>
    private static readonly (string Property, string Parameter)[] OnRequest =
        [("status_name", "includestatus"), ("tickettype_name", "includetickettype"), ("agent_name", "includeagent")];

    public static JsonObject InList(string kind, JsonObject row, VendorRequest request)
    {
        switch (kind)
        {
            case "tickets":
                var without = OnRequest.Where(o => !HaloPsaLists.IsTrue(request, o.Parameter)).Select(o => o.Property).ToHashSet(StringComparer.Ordinal);
                return without.Count == 0 ? row : new JsonObject(row.Where(p => !without.Contains(p.Key)).Select(Copy));
            case "assets":
                var fields = HaloPsaLists.IsTrue(request, "includeassetfields") && request.Query("assettype_id") is { Length: > 0 };
                var users = HaloPsaLists.IsTrue(request, "includeuser");
                return fields && users ? row : new JsonObject(row.Where(p => (fields || p.Key != "fields") && (users || p.Key != "users")).Select(Copy));
            default:
                return row;
        }
    }

    /// <param name="details">Whether the caller asked for them.</param>
    public static JsonObject Single(string kind, JsonObject row, bool details)
    {
        if (kind == "assets" && !details)
        {
            return new JsonObject(row.Where(p => p.Key is not ("fields" or "users")).Select(Copy));
        }

        if (kind != "tickets")
        {
            return row;
        }

        // The change time has another name in the other verb's answer.
        return new JsonObject(row.Select(p => p.Key == "last_update" ? KeyValuePair.Create("lastupdate", p.Value?.DeepClone()) : Copy(p)));
    }

    /// <summary>UTC without saying so; some times have fractions, and a few a Z.</summary>
    public static string Stamp(DateTimeOffset time, long variety = 0) => time.UtcDateTime.ToString(
        (variety % 10) switch
        {
            3 => "yyyy-MM-dd'T'HH:mm:ss.fff",
            6 => "yyyy-MM-dd'T'HH:mm:ss.fffffff",
            8 => "yyyy-MM-dd'T'HH:mm:ss'Z'",
            _ => "yyyy-MM-dd'T'HH:mm:ss",
        },
        CultureInfo.InvariantCulture);

    /// <summary>Never.</summary>
    public const string Never = "1900-01-01T00:00:00";

    private static KeyValuePair<string, JsonNode?> Copy(KeyValuePair<string, JsonNode?> property) => KeyValuePair.Create(property.Key, property.Value?.DeepClone());
}
