using MSPortal.Core.Ports;
using MSPortal.Core.Sync;

namespace MSPortal.Core.Webhooks;

/// <summary>A record that hints are about.</summary>
internal sealed record HintedRecord(StreamKey Key, string ExternalId)
{
    public int Attempts { get; init; }
}

/// <summary>What one integration's deliveries ask for, each record once, in the order in which they were first hinted at. Not safe by itself: its owner holds a lock.</summary>
internal sealed class Lane(long integrationId)
{
    private readonly Dictionary<(StreamKey Key, string ExternalId), Waiting> waiting = [];
    private readonly LinkedList<(StreamKey Key, string ExternalId)> order = [];
    private readonly HashSet<(StreamKey Key, string ExternalId)> running = [];

    public long IntegrationId { get; } = integrationId;

    public int Workers { get; set; }

    public bool IsEmpty => waiting.Count == 0;

    /// <summary>A record that is being read is not read a second time beside it.</summary>
    public bool HasWork => order.Any(r => !running.Contains(r));

    /// <summary>Whether the record is a new one here.</summary>
    public bool Add(InboxEntry entry)
    {
        var record = (entry.Key, entry.ExternalId);
        if (waiting.TryGetValue(record, out var known))
        {
            known.Entries.Add(entry.Id);
            return false;
        }

        waiting[record] = new Waiting(entry.Attempts, [entry.Id]);
        order.AddLast(record);
        return true;
    }

    /// <summary>The next record that nobody reads; it keeps collecting hints until <see cref="Begin"/>.</summary>
    public HintedRecord? Next()
    {
        for (var node = order.First; node is not null; node = node.Next)
        {
            if (running.Add(node.Value))
            {
                order.Remove(node);
                return new HintedRecord(node.Value.Key, node.Value.ExternalId) { Attempts = waiting[node.Value].Attempts };
            }
        }

        return null;
    }

    public IReadOnlyList<long> Begin(HintedRecord record) => waiting.Remove((record.Key, record.ExternalId), out var known) ? [.. known.Entries] : [];

    public void End(HintedRecord record) => running.Remove((record.Key, record.ExternalId));

    /// <summary>Gives up everything that is not being read.</summary>
    public (int Records, List<long> Entries) Abandon()
    {
        var left = order.ToList();
        var entries = left.SelectMany(r => waiting[r].Entries).ToList();
        left.ForEach(r => waiting.Remove(r));
        order.Clear();
        return (left.Count, entries);
    }

    private sealed record Waiting(int Attempts, HashSet<long> Entries);
}
