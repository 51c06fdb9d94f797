namespace MSPortal.Simulators.Autotask;

internal enum ColumnType
{
    Long,
    Int,
    Text,
    Time,
    Flag,
    Number,
}

/// <summary>A column of an entity.</summary>
/// <param name="Picklist">The kind of record that its values are taken from; null: no picklist.</param>
/// <param name="Reference">The kind of record that it names by id.</param>
internal sealed record Column(string Name, ColumnType Type, string? Picklist, string? Reference)
{
    private static readonly HashSet<string> Unqueryable = new(StringComparer.Ordinal) { "creatorType", "lastActivityPersonType" };

    public bool IsQueryable => !Unqueryable.Contains(Name);

    public string DataType => Type switch
    {
        ColumnType.Long => "long",
        ColumnType.Int => "integer",
        ColumnType.Time => "datetime",
        ColumnType.Flag => "boolean",
        ColumnType.Number => "double",
        _ => "string",
    };

    /// <summary>Reads <c>name:type=picklist&gt;reference</c>.</summary>
    public static Column Parse(string text)
    {
        var (name, rest) = (text[..text.IndexOf(':', StringComparison.Ordinal)], text[(text.IndexOf(':', StringComparison.Ordinal) + 1)..]);
        var type = rest[0] switch { 'l' => ColumnType.Long, 'i' => ColumnType.Int, 'd' => ColumnType.Time, 'b' => ColumnType.Flag, 'n' => ColumnType.Number, _ => ColumnType.Text };
        return new(name, type, rest.Length > 1 && rest[1] == '=' ? rest[2..] : null, rest.Length > 1 && rest[1] == '>' ? rest[2..] : null);
    }
}

/// <summary>An entity as the vendor describes it.</summary>
/// <param name="Path">In addresses.</param>
/// <param name="Kind">In the world and at the control.</param>
/// <param name="Name">In messages and entityInformation.</param>
/// <param name="Area">The permission that it needs.</param>
internal sealed record AutotaskEntity(string Path, string Kind, string Name, string Area)
{
    public required IReadOnlyList<Column> Columns { get; init; }

    public bool HasUdfs { get; init; }

    /// <summary>Columns that a change moves.</summary>
    public IReadOnlyList<string> Stamps { get; init; } = [];

    /// <summary>The parent through which it is written, and the column that names it.</summary>
    public (string Path, string Kind, string Column, string Sub)? Parent { get; init; }

    public bool CanCreate { get; init; }

    public bool CanUpdate { get; init; }

    public bool CanDelete { get; init; }

    public IReadOnlyList<string> Required { get; init; } = [];

    public Column? Find(string name) => Columns.FirstOrDefault(c => string.Equals(c.Name, name, StringComparison.OrdinalIgnoreCase));
}
