using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace MSPortal.Simulators.ConnectWise.Model;

/// <summary>Records to and from the wire.</summary>
internal static class NodeJson
{
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Bytes(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var writer = new Utf8JsonWriter(buffer, Compact))
        {
            write(writer);
        }

        return buffer.WrittenSpan.ToArray();
    }

    public static byte[] Bytes(Node node, FieldChoice? fields = null) => Bytes(w => Write(w, node, fields));

    public static byte[] Bytes(IEnumerable<Node> nodes, FieldChoice? fields = null) => Bytes(w => Write(w, nodes, fields));

    public static void Write(Utf8JsonWriter writer, IEnumerable<Node> nodes, FieldChoice? fields = null)
    {
        writer.WriteStartArray();
        foreach (var node in nodes)
        {
            Write(writer, node, fields);
        }

        writer.WriteEndArray();
    }

    public static void Write(Utf8JsonWriter writer, Node node, FieldChoice? fields = null) =>
        WriteObject(writer, node, node.Raw(0) is long id ? (int)id : 0, fields);

    public static object? Read(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => ReadObject(element),
        JsonValueKind.Array => element.EnumerateArray().Select(Read).ToArray(),
        JsonValueKind.String => element.GetString(),
        JsonValueKind.Number => element.TryGetInt64(out var whole) ? (object)whole : element.GetDecimal(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    public static Node ReadObject(JsonElement element)
    {
        var properties = element.EnumerateObject().DistinctBy(p => p.Name, StringComparer.Ordinal).ToList();
        return new(
            new([.. properties.Select(p => new Field(p.Name, FieldType.Any, null))]),
            [.. properties.Select(p => Read(p.Value))]);
    }

    private static void WriteObject(Utf8JsonWriter writer, Node node, int id, FieldChoice? fields)
    {
        writer.WriteStartObject();
        for (var i = 0; i < node.Values.Count; i++)
        {
            var value = node.Raw(i);
            if (ReferenceEquals(value, Node.Absent) || (fields is not null && !fields.Has(node.Shape.Fields[i].Name)))
            {
                continue;
            }

            writer.WritePropertyName(node.Shape.Encoded[i]);
            WriteValue(writer, value, id, fields?.Below(node.Shape.Fields[i].Name));
        }

        writer.WriteEndObject();
    }

    public static void WriteValue(Utf8JsonWriter writer, object? value, int id, FieldChoice? fields)
    {
        switch (value)
        {
            case null: writer.WriteNullValue(); break;
            case string text: writer.WriteStringValue(text); break;
            case bool flag: writer.WriteBooleanValue(flag); break;
            case long number: writer.WriteNumberValue(number); break;
            case decimal number: writer.WriteNumberValue(number); break;
            case RawJson raw: writer.WriteRawValue(raw.Text, skipInputValidation: true); break;
            case Href link: writer.WriteStringValue(link.For(id)); break;
            case Node node: WriteObject(writer, node, id, fields); break;
            case object?[] items:
                writer.WriteStartArray();
                foreach (var item in items)
                {
                    WriteValue(writer, item, id, fields);
                }

                writer.WriteEndArray();
                break;
            default: throw new InvalidOperationException($"{value.GetType()} has no place in a record");
        }
    }
}

/// <summary>A value as it stands, right or wrong, for what no record could hold.</summary>
internal sealed record RawJson(string Text);

/// <summary>The vendor's <c>fields=id,status/name</c>; what does not exist is left out without a word.</summary>
internal sealed class FieldChoice
{
    private readonly Dictionary<string, FieldChoice?> chosen = new(StringComparer.OrdinalIgnoreCase);

    public static FieldChoice? Parse(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        var root = new FieldChoice();
        foreach (var path in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            root.Add(path.Split('/'), 0);
        }

        return root;
    }

    public bool Has(string name) => chosen.ContainsKey(name);

    /// <returns>null: everything below.</returns>
    public FieldChoice? Below(string name) => chosen.GetValueOrDefault(name);

    private void Add(string[] path, int at)
    {
        if (at == path.Length - 1)
        {
            chosen[path[at]] = null;
        }
        else if (!chosen.TryGetValue(path[at], out var below))
        {
            chosen[path[at]] = below = new();
            below.Add(path, at + 1);
        }
        else
        {
            below?.Add(path, at + 1);
        }
    }
}
