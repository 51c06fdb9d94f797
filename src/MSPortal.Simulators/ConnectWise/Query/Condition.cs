using MSPortal.Simulators.ConnectWise.Model;

namespace MSPortal.Simulators.ConnectWise.Query;

/// <summary>A condition that was understood: true, false, or (as in the vendor's database) unknown when a value is missing.</summary>
internal delegate bool? Test(Node row);

/// <summary>Where a condition looks: <c>board/name</c>, <c>_info/lastUpdated</c>.</summary>
internal sealed class FieldPath(IReadOnlyList<string> names, FieldType type)
{
    private Shape? lastShape;
    private int lastIndex;

    public FieldType Type => type;

    public object? Value(Node row)
    {
        object? value = First(row);
        for (var i = 1; i < names.Count; i++)
        {
            value = value is Node node ? node[names[i]] : null;
        }

        return value;
    }

    /// <exception cref="VendorException">No such field.</exception>
    public static FieldPath Resolve(string text, Shape shape)
    {
        var names = new List<string>();
        var type = FieldType.Any;
        Shape? at = shape;
        var parts = text.Split('/');
        if (parts is [var only] && shape.Find(only, StringComparison.OrdinalIgnoreCase) is null
            && shape.Find("_info", StringComparison.Ordinal) is not null
            && Shapes.Info.Find(only, StringComparison.OrdinalIgnoreCase) is not null)
        {
            parts = ["_info", only];
        }

        foreach (var part in parts)
        {
            if (at is null && type is not FieldType.Any)
            {
                throw Unknown(text);
            }

            var field = at?.Find(part, StringComparison.OrdinalIgnoreCase);
            if (at is not null && field is null)
            {
                throw Unknown(text);
            }

            names.Add(field?.Name ?? part);
            type = field?.Type ?? FieldType.Any;
            at = field?.Nested;
        }

        return new(names, type);
    }

    private object? First(Node row)
    {
        // A filter runs over a hundred thousand rows of very few shapes. The pair may be torn between threads, hence the check.
        var (shape, index) = (lastShape, lastIndex);
        if (!ReferenceEquals(shape, row.Shape) || index < 0 || index >= row.Values.Count || row.Shape.Fields[index].Name != names[0])
        {
            index = row.Shape.IndexOf(names[0]);
            (lastShape, lastIndex) = (row.Shape, index);
        }

        return index < 0 || ReferenceEquals(row.Raw(index), Node.Absent) ? null : row.Raw(index);
    }

    private static VendorException Unknown(string text) =>
        VendorException.Invalid("conditions", "InvalidField", $"{text} is not a field that can be filtered", text);
}
