using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MSPortal.Simulators.Common;

/// <summary>An answer before it is written: as long as it is rows, a fault can still touch them.</summary>
internal sealed class JsonAnswer
{
    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };
    private static readonly JsonSerializerOptions Serializing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public int Status { get; set; } = 200;

    public string ContentType { get; set; } = "application/json; charset=utf-8";

    public Dictionary<string, string> Headers { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The records of a list, or the one of a single read.</summary>
    public IReadOnlyList<JsonObject>? Rows { get; set; }

    /// <summary>Writes what stands around the rows; null: an array and nothing else.</summary>
    public Action<Utf8JsonWriter, IReadOnlyList<JsonObject>>? Around { get; init; }

    /// <summary>The kind of the rows, for faults that delete what was served.</summary>
    public string? Kind { get; init; }

    public byte[] Body { get; set; } = [];

    /// <summary>What a fault writes in the place of a marker, for what is no JSON.</summary>
    public Dictionary<string, string> Raw { get; } = new(StringComparer.Ordinal);

    public static JsonAnswer List(IReadOnlyList<JsonObject> rows, string? kind = null, Action<Utf8JsonWriter, IReadOnlyList<JsonObject>>? around = null) =>
        new() { Rows = rows, Kind = kind, Around = around };

    /// <summary>One record, bare or inside what <paramref name="around"/> writes.</summary>
    public static JsonAnswer One(JsonObject row, string? kind = null, Action<Utf8JsonWriter, IReadOnlyList<JsonObject>>? around = null) =>
        new() { Rows = [row], Kind = kind, Around = around ?? ((writer, rows) => rows[0].WriteTo(writer)) };

    public static JsonAnswer Json(JsonNode? value, int status = 200) =>
        new() { Status = status, Body = Encoding.UTF8.GetBytes(value?.ToJsonString(Serializing) ?? "null") };

    public static JsonAnswer Text(int status, string text, string contentType) =>
        new() { Status = status, ContentType = contentType, Body = Encoding.UTF8.GetBytes(text) };

    public static JsonAnswer Html(int status, string text) =>
        Text(status, $"<!DOCTYPE html>\r\n<html><head><title>{text}</title></head>\r\n<body><h1>{text}</h1></body></html>\r\n", "text/html; charset=utf-8");

    public static JsonAnswer Nothing(int status) => new() { Status = status, ContentType = "" };

    public static void WriteArray(Utf8JsonWriter writer, IReadOnlyList<JsonObject> rows)
    {
        writer.WriteStartArray();
        foreach (var row in rows)
        {
            row.WriteTo(writer);
        }

        writer.WriteEndArray();
    }

    public byte[] Bytes()
    {
        if (Rows is not { } rows)
        {
            return Body;
        }

        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Writing))
        {
            (Around ?? WriteArray)(writer, rows);
        }

        if (Raw.Count == 0)
        {
            return stream.ToArray();
        }

        var text = Encoding.UTF8.GetString(stream.ToArray());
        foreach (var (marker, raw) in Raw)
        {
            text = text.Replace($"\"{marker}\"", raw, StringComparison.Ordinal);
        }

        return Encoding.UTF8.GetBytes(text);
    }
}
