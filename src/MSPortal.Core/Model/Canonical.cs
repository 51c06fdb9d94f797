using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;

namespace MSPortal.Core.Model;

/// <summary>The one form in which a record's content is stored and compared, so that an unchanged record is never rewritten.</summary>
public static class Canonical
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
        Converters = { new CleanText(), new UtcTime(), new JsonStringEnumConverter() },
    };

    /// <summary>The record's content as JSON: UTC times, no nulls, no NUL characters or lone surrogates.</summary>
    public static string Json(ExternalRecord record) => JsonSerializer.Serialize(record, record.GetType(), Options);

    /// <summary>A text as it stands within a record's.</summary>
    public static string Json(string text) => JsonSerializer.Serialize(text, Options);

    /// <summary>Reads back what <see cref="Json"/> wrote.</summary>
    public static T Read<T>(string json)
        where T : ExternalRecord =>
        JsonSerializer.Deserialize<T>(json, Options) ?? throw new JsonException("A stored record is the JSON literal null.");

    /// <summary>16 bytes of SHA-256 over the canonical JSON.</summary>
    public static byte[] Hash(string json) => Hash(Encoding.UTF8.GetBytes(json));

    /// <summary>The record's content as JSON, and its hash.</summary>
    public static (string Json, byte[] Hash) JsonAndHash(ExternalRecord record)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(record, record.GetType(), Options);
        return (Encoding.UTF8.GetString(json), Hash(json));
    }

    private static byte[] Hash(ReadOnlySpan<byte> json)
    {
        Span<byte> whole = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(json, whole);
        return whole[..16].ToArray();
    }

    /// <summary>Replaces NUL characters and lone surrogates with U+FFFD: PostgreSQL refuses the one, .NET's UTF-8 encoder the other.</summary>
    public static string Clean(string text)
    {
        if (IsClean(text))
        {
            return text;
        }

        var clean = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                clean.Append(c).Append(text[++i]);
            }
            else
            {
                clean.Append(c == '\0' || char.IsSurrogate(c) ? '\uFFFD' : c);
            }
        }

        return clean.ToString();
    }

    private static bool IsClean(string text) =>
        !text.AsSpan().Contains('\0') && !text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF');

    /// <summary>The same moment is the same text, whatever offset a vendor writes it with.</summary>
    private sealed class UtcTime : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDateTimeOffset();

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToUniversalTime());
    }

    private sealed class CleanText : JsonConverter<string>
    {
        public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetString();

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(Clean(value));

        public override string ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetString()!;

        public override void WriteAsPropertyName(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WritePropertyName(Clean(value));
    }
}
