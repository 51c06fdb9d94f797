namespace MSPortal.Simulators.ConnectWise.Model;

/// <summary>All rows of a kind at one moment, in the order of their ids and, for what hangs below something, in the order of the parents.</summary>
internal sealed class Table
{
    private readonly KindInfo kind;
    private readonly Lazy<(long[] Keys, Node[] Rows)> byParent;

    public Table(KindInfo kind, Node[] rows)
    {
        this.kind = kind;
        Rows = rows;
        Ids = Array.ConvertAll(rows, r => r.Id);
        byParent = new(SortByParent);
    }

    public Node[] Rows { get; }

    private int[] Ids { get; }

    public int LastId => Ids.Length == 0 ? 0 : Ids[^1];

    public Node? Find(int id) => Array.BinarySearch(Ids, id) is >= 0 and var at ? Rows[at] : null;

    /// <summary>Where the ids above this one begin.</summary>
    public int After(int id) => Array.BinarySearch(Ids, id) is >= 0 and var at ? at + 1 : ~Array.BinarySearch(Ids, id);

    public ArraySegment<Node> Below(int parent)
    {
        var (keys, rows) = byParent.Value;
        var from = LowerBound(keys, (long)parent << 32);
        return new(rows, from, LowerBound(keys, (long)(parent + 1) << 32) - from);
    }

    /// <param name="changes">A null row is gone.</param>
    public Table With(IReadOnlyDictionary<int, Node?> changes)
    {
        var added = changes.Where(c => c.Value is not null).OrderBy(c => c.Key).Select(c => c.Value!).ToArray();
        var merged = new List<Node>(Rows.Length + added.Length);
        var next = 0;
        foreach (var row in Rows)
        {
            for (; next < added.Length && added[next].Id < row.Id; next++)
            {
                merged.Add(added[next]);
            }

            if (!changes.ContainsKey(row.Id))
            {
                merged.Add(row);
            }
        }

        merged.AddRange(added[next..]);
        return new(kind, [.. merged]);
    }

    private static int LowerBound(long[] keys, long key) => Array.BinarySearch(keys, key) is >= 0 and var at ? at : ~Array.BinarySearch(keys, key);

    private (long[] Keys, Node[] Rows) SortByParent()
    {
        var keys = Array.ConvertAll(Rows, r => ((long)kind.ParentOf(r) << 32) | (uint)r.Id);
        var rows = (Node[])Rows.Clone();
        if (!IsSorted(keys))
        {
            Array.Sort(keys, rows);
        }

        return (keys, rows);
    }

    private static bool IsSorted(long[] keys)
    {
        for (var i = 1; i < keys.Length; i++)
        {
            if (keys[i - 1] > keys[i])
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>Everything the vendor knows at one moment; a reader keeps the one it began with.</summary>
internal sealed class World(IReadOnlyList<Table> tables)
{
    public Table this[Kind kind] => tables[(int)kind];

    public static World Of(IReadOnlyDictionary<Kind, List<Node>> rows) =>
        new([.. Enum.GetValues<Kind>().Select(k => new Table(Kinds.Get(k), rows.TryGetValue(k, out var list) ? [.. list] : []))]);

    public World With(IReadOnlyDictionary<Kind, Dictionary<int, Node?>> changes) =>
        new([.. tables.Select((t, i) => changes.TryGetValue((Kind)i, out var rows) && rows.Count > 0 ? t.With(rows) : t)]);
}
