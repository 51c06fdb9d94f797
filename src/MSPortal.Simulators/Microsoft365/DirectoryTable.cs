using System.Text.Json.Nodes;

namespace MSPortal.Simulators.Microsoft365;

/// <summary>A user or a group with what became of it and when, so that a delta can tell; it leaves a mark even when it is gone.</summary>
internal sealed class DirectoryEntry(string id, long sequence, JsonObject data, long version)
{
    private Dictionary<string, long>? changed;

    public string Id => id;

    /// <summary>Lists and deltas go by this.</summary>
    public long Sequence => sequence;

    /// <summary>What was never set is absent; what was emptied is null.</summary>
    public JsonObject Data { get; private set; } = data;

    /// <summary>The version in which it was made, deleted or brought back.</summary>
    public long Turned { get; private set; } = version;

    /// <summary>In the bin since then.</summary>
    public DateTimeOffset? DeletedAt { get; private set; }

    /// <summary>Not even in the bin.</summary>
    public bool IsGone { get; private set; }

    public bool IsLive => DeletedAt is null && !IsGone;

    public void Put(string name, JsonNode? value, long at)
    {
        Data[name] = value;
        Touch(name, at);
    }

    /// <summary>The property was changed in place.</summary>
    public void Touch(string name, long at) => (changed ??= new(StringComparer.Ordinal))[name] = at;

    public void Bin(DateTimeOffset now, long at) => (DeletedAt, Turned) = (now, at);

    public void Restore(long at) => (DeletedAt, Turned) = (null, at);

    public void Erase(long at) => (DeletedAt, IsGone, Turned, Data, changed) = (null, true, at, [], null);

    /// <summary>Properties that changed after this version, of those that are watched.</summary>
    public IEnumerable<string> ChangedAfter(long at, IReadOnlyList<string> watched) =>
        changed is null ? [] : watched.Where(name => changed.TryGetValue(name, out var when) && when > at);
}

/// <summary>Users or groups in the order in which they were made.</summary>
internal sealed class DirectoryTable
{
    private readonly List<DirectoryEntry> entries = [];
    private readonly Dictionary<string, DirectoryEntry> byId = new(StringComparer.OrdinalIgnoreCase);

    public IEnumerable<DirectoryEntry> Live => entries.Where(e => e.IsLive);

    public IReadOnlyList<DirectoryEntry> All => entries;

    /// <summary>Living, in the bin, or gone.</summary>
    public DirectoryEntry? Find(string id) => byId.GetValueOrDefault(id);

    public DirectoryEntry Add(string id, JsonObject data, long version)
    {
        data["id"] = id;
        var entry = new DirectoryEntry(id, entries.Count + 1, data, version);
        byId.Add(id, entry);
        entries.Add(entry);
        return entry;
    }

    /// <summary>From the one after this sequence on.</summary>
    public IEnumerable<DirectoryEntry> After(long sequence)
    {
        for (var at = (int)sequence; at < entries.Count; at++)
        {
            yield return entries[at];
        }
    }
}
