using System.Globalization;

namespace MSPortal.Simulators.ConnectWise.Model;

/// <summary>
/// A JSON object that never changes: an edit makes another one, so that a reader sees a record before or after it and never in between.
/// Values are long, decimal, bool, string, null, Node, or an array of these.
/// </summary>
internal sealed class Node(Shape shape, object?[] values)
{
    /// <summary>The property is not in the JSON at all, which this vendor does with many empty ones.</summary>
    public static readonly object Absent = new AbsentValue();

    public Shape Shape => shape;

    public IReadOnlyList<object?> Values => values;

    /// <summary>Every record begins with its id.</summary>
    public int Id => (int)(long)values[0]!;

    /// <returns>null for an absent property, too.</returns>
    public object? this[string name]
    {
        get
        {
            var index = shape.IndexOf(name);
            return index < 0 || ReferenceEquals(values[index], Absent) ? null : values[index];
        }
    }

    public string? Text(string name) => this[name] as string;

    public bool Flag(string name) => this[name] is true;

    public int Whole(string name) => this[name] is long number ? (int)number : 0;

    public Node? Child(string name) => this[name] as Node;

    /// <summary>The id of a reference, 0 when there is none.</summary>
    public int RefId(string name) => Child(name) is { } child && child["id"] is long id ? (int)id : 0;

    public object? Raw(int index) => values[index];

    public Node With(string name, object? value)
    {
        var index = shape.IndexOf(name);
        if (index < 0)
        {
            return new(shape.With(new(name, FieldType.Any, null)), [.. values, value]);
        }

        var copy = (object?[])values.Clone();
        copy[index] = value;
        return new(shape, copy);
    }

    public Node Without(string name) => shape.IndexOf(name) < 0 ? this : With(name, Absent);

    public static Node Empty(Shape shape)
    {
        var values = new object?[shape.Fields.Count];
        Array.Fill(values, Absent);
        return new(shape, values);
    }

    public static Node Of(Shape shape, params (string Name, object? Value)[] properties)
    {
        var values = new object?[shape.Fields.Count];
        Array.Fill(values, Absent);
        foreach (var (name, value) in properties)
        {
            values[shape.IndexOf(name)] = value is int number ? (long)number : value;
        }

        return new(shape, values);
    }

    private sealed class AbsentValue;
}

/// <summary>A link to a record's own place, written with its id only when it is served.</summary>
internal sealed record Href(string Before, string After)
{
    public string For(int id) => Before + id.ToString(CultureInfo.InvariantCulture) + After;
}
