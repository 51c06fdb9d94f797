using System.Collections.Frozen;
using System.Text.Json;

namespace MSPortal.Simulators.ConnectWise.Model;

internal enum FieldType
{
    Whole,
    Number,
    Flag,
    Text,
    Date,
    Nested,
    Rows,
    Numbers,
    Texts,
    Any,
}

internal sealed record Field(string Name, FieldType Type, Shape? Nested);

/// <summary>The property names that many records share, so that a hundred thousand tickets do not each carry eighty names.</summary>
internal sealed class Shape
{
    private readonly FrozenDictionary<string, int> indexes;

    public Shape(IReadOnlyList<Field> fields)
    {
        Fields = fields;
        indexes = fields.Select((f, i) => (f.Name, i)).ToFrozenDictionary(p => p.Name, p => p.i, StringComparer.Ordinal);
        Encoded = [.. fields.Select(f => JsonEncodedText.Encode(f.Name))];
    }

    public IReadOnlyList<Field> Fields { get; }

    public JsonEncodedText[] Encoded { get; }

    /// <returns>-1 when there is no such property.</returns>
    public int IndexOf(string name) => indexes.GetValueOrDefault(name, -1);

    public Field? Find(string name, StringComparison comparison) => Fields.FirstOrDefault(f => string.Equals(f.Name, name, comparison));

    public Shape With(Field field) => new([.. Fields, field]);

    /// <summary>
    /// Reads "id:i name:s board:&amp; types:[&amp;]": i whole, n number, b flag, s text, d date, o anything, [i], [s];
    /// &amp; a reference, &amp;c company, &amp;m member, &amp;t status, &amp;p priority, &amp;k ticket, [x:…] rows of a named shape.
    /// </summary>
    public static Shape Parse(string text) =>
        new([.. text.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries).Select(ParseField)]);

    private static Field ParseField(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var (name, type) = (text[..colon], text[(colon + 1)..]);
        return type switch
        {
            "i" => new(name, FieldType.Whole, null),
            "n" => new(name, FieldType.Number, null),
            "b" => new(name, FieldType.Flag, null),
            "s" => new(name, FieldType.Text, null),
            "d" => new(name, FieldType.Date, null),
            "o" => new(name, FieldType.Any, null),
            "info" => new(name, FieldType.Nested, Shapes.Info),
            "[i]" => new(name, FieldType.Numbers, null),
            "[s]" => new(name, FieldType.Texts, null),
            ['[', ..] => new(name, FieldType.Rows, Shapes.Named(type[1..^1])),
            _ => new(name, FieldType.Nested, Shapes.Named(type)),
        };
    }
}
