using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using MSPortal.Core.Contracts;
using MSPortal.Core.Sync;

namespace MSPortal.Storage.Sync;

/// <summary>The one form in which parts of a row are kept as JSON, so that whoever writes a column and whoever reads it agree.</summary>
internal static class StoredJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
        Converters = { new JsonStringEnumConverter() },
    };

    public static string Write(TicketScope scope) => JsonSerializer.Serialize(scope, Options);

    public static TicketScope Scope(string json) => Read<TicketScope>(json);

    public static string Write(CompanyFilter filter) => JsonSerializer.Serialize(filter, Options);

    public static CompanyFilter Filter(string json) => Read<CompanyFilter>(json);

    public static string? Write(PassState? pass) => pass is null ? null : JsonSerializer.Serialize(pass, Options);

    public static PassState? Pass(string? json) => json is null ? null : Read<PassState>(json);

    public static string Write(IReadOnlyList<AreaResult> areas) => JsonSerializer.Serialize(areas, Options);

    public static IReadOnlyList<AreaResult> Areas(string? json) => json is null ? [] : Read<List<AreaResult>>(json);

    private static T Read<T>(string json) =>
        JsonSerializer.Deserialize<T>(json, Options) ?? throw new JsonException($"A stored {typeof(T).Name} is the JSON literal null.");
}
