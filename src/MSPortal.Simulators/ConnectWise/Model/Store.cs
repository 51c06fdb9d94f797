using System.Globalization;

namespace MSPortal.Simulators.ConnectWise.Model;

internal enum ChangeAction
{
    Added,
    Updated,
    Deleted,
}

/// <summary>A change that somebody may want to be called back for.</summary>
internal sealed record Change(Kind Kind, ChangeAction Action, Node Row, bool ByApi);

/// <summary>The vendor's database: one edit at a time, whole or not at all.</summary>
internal sealed class Store(World world, TimeProvider clock)
{
    private readonly Lock gate = new();
    private volatile World current = world;

    public World World => current;

    /// <summary>The vendor writes whole seconds in UTC.</summary>
    public string Now => Stamp(clock.GetUtcNow());

    /// <summary>What listeners hear after an edit, outside the lock.</summary>
    public Action<IReadOnlyList<Change>>? Changed { get; set; }

    public static string Stamp(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    /// <exception cref="VendorException">The edit breaks a rule of the vendor; nothing is changed.</exception>
    public T Edit<T>(Func<Draft, T> edit)
    {
        T result;
        List<Change> changes;
        lock (gate)
        {
            var draft = new Draft(current, Now);
            result = edit(draft);
            current = draft.Finish();
            changes = draft.Announced;
        }

        if (changes.Count > 0)
        {
            Changed?.Invoke(changes);
        }

        return result;
    }
}

/// <summary>An edit in the making: reads see what it already did.</summary>
internal sealed class Draft(World before, string now)
{
    private readonly Dictionary<Kind, Dictionary<int, Node?>> changes = [];

    public string Now => now;

    public World Before => before;

    public List<Change> Announced { get; } = [];

    public Node? Find(Kind kind, int id) =>
        changes.TryGetValue(kind, out var rows) && rows.TryGetValue(id, out var row) ? row : before[kind].Find(id);

    /// <summary>In the order of their ids.</summary>
    public IEnumerable<Node> All(Kind kind) => changes.TryGetValue(kind, out var rows)
        ? before[kind].Rows.Where(r => !rows.ContainsKey(r.Id)).Concat(rows.Values.OfType<Node>()).OrderBy(r => r.Id)
        : before[kind].Rows;

    public IEnumerable<Node> Below(Kind kind, int parent) => changes.TryGetValue(kind, out var rows)
        ? before[kind].Below(parent).Where(r => !rows.ContainsKey(r.Id))
            .Concat(rows.Values.OfType<Node>().Where(r => Kinds.Get(kind).ParentOf(r) == parent)).OrderBy(r => r.Id)
        : before[kind].Below(parent);

    public int NextId(Kind kind)
    {
        var last = changes.TryGetValue(kind, out var rows) && rows.Count > 0 ? rows.Keys.Max() : 0;
        return Math.Max(last, Math.Max(before[kind].LastId, Sibling(kind))) + 1;
    }

    public void Put(Kind kind, Node row) => Rows(kind)[row.Id] = row;

    public void Remove(Kind kind, int id) => Rows(kind)[id] = null;

    public void Announce(Kind kind, ChangeAction action, Node row, bool byApi = false) => Announced.Add(new(kind, action, row, byApi));

    public World Finish()
    {
        foreach (var (kind, rows) in changes.ToList())
        {
            Rename(kind, [.. rows.Values.OfType<Node>().Where(row => IsRenamed(kind, row))]);
        }

        return before.With(changes);
    }

    /// <summary>Service and project tickets share one row of numbers.</summary>
    private int Sibling(Kind kind) => kind switch
    {
        Kind.Tickets => before[Kind.ProjectTickets].LastId,
        Kind.ProjectTickets => before[Kind.Tickets].LastId,
        Kind.Notes => before[Kind.ProjectNotes].LastId,
        Kind.ProjectNotes => before[Kind.Notes].LastId,
        _ => 0,
    };

    private Dictionary<int, Node?> Rows(Kind kind)
    {
        if (!changes.TryGetValue(kind, out var rows))
        {
            changes[kind] = rows = [];
        }

        return rows;
    }

    private bool IsRenamed(Kind kind, Node row) =>
        before[kind].Find(row.Id) is { } old && !Same(References.To(kind, old), References.To(kind, row));

    private static bool Same(Node one, Node other) =>
        one.Shape.Fields.Where(f => f.Name != "_info").All(f => Equals(one[f.Name], other[f.Name]));

    /// <summary>A reference shows the name of today, so a rename is seen in every record that points there, without a new lastUpdated.</summary>
    private void Rename(Kind kind, IReadOnlyList<Node> renamed)
    {
        if (renamed.Count == 0)
        {
            return;
        }

        var references = renamed.ToDictionary(r => r.Id, r => References.To(kind, r));
        foreach (var (from, property) in Kinds.PointingAt(kind))
        {
            foreach (var row in All(from.Kind).Where(r => references.ContainsKey(r.RefId(property))).ToList())
            {
                Put(from.Kind, row.With(property, references[row.RefId(property)]));
            }

            foreach (var row in All(from.Kind).Where(r => r[property] is object?[] list && list.Any(n => n is Node node && references.ContainsKey(node.Id))).ToList())
            {
                Put(from.Kind, row.With(property, ((object?[])row[property]!).Select(n => n is Node node && references.TryGetValue(node.Id, out var to) ? to : n).ToArray()));
            }
        }
    }
}
