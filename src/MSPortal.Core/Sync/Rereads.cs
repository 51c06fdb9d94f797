using MSPortal.Core.Ports;

namespace MSPortal.Core.Sync;

/// <summary>Queues parents whose children are to be read once more although nothing told of a change: all when someone asks for everything, the open ones by and by.</summary>
internal sealed class Rereads(Workplace place, StreamState stream)
{
    private static readonly TimeSpan Night = TimeSpan.FromDays(1);

    /// <summary>Before the wish is taken up: broken off in the middle, it is still there and all is queued once more.</summary>
    public Task QueueAllAsync(CancellationToken ct) => QueueAsync(new ParentChoice(), ct);

    /// <summary>The shares of the nights since the last time; the first time nothing, since everything is being read anyway.</summary>
    public async Task QueueAsync(CancellationToken ct)
    {
        var progress = stream.Progress;
        var definition = place.Connector.Streams.First(d => d.DataType == stream.Key.DataType);
        // Where the parent tells of every change of its children, nothing is read without one.
        var shares = progress.LastFullAt is { } last && !definition.FollowsParentTime ? SharesSince(last) : [];
        if (shares.Count > 0)
        {
            await QueueAsync(new ParentChoice(OpenOnly: true, id => shares.Contains(Share(id))), ct);
        }

        var due = Schedule.Next(stream.Key, "full", place.Now, Night, place.Integration.TimeZone);
        var next = progress with { LastFullAt = place.Now, FullDueAt = due };
        await place.Store.SaveProgressAsync(place.Lease, stream.Key, Due.Fix(next, definition), ct);
    }

    private async Task QueueAsync(ParentChoice choice, CancellationToken ct)
    {
        string? after = null;
        do
        {
            ct.ThrowIfCancellationRequested();
            after = await place.Store.QueueChildrenAsync(place.Lease, stream.Key, choice, after, place.Options.QueueBatch, ct);
        }
        while (after is not null);
    }

    private HashSet<int> SharesSince(DateTimeOffset last)
    {
        var (from, to, nights) = (Day(last), Day(place.Now), place.Options.RereadNights);
        return [.. Enumerable.Range(Math.Max(from + 1, to - nights + 1), Math.Clamp(to - from, 0, nights)).Select(day => day % nights)];
    }

    /// <summary>Always the same for the same parent.</summary>
    private int Share(string id) => (int)(id.Aggregate(17u, (hash, c) => unchecked((hash * 31) + c)) % (uint)place.Options.RereadNights);

    private static int Day(DateTimeOffset at) => (int)(at - DateTimeOffset.UnixEpoch).TotalDays;
}
