using System.Collections.Concurrent;
using MSPortal.Core.Sync;

namespace MSPortal.Web.Hosting;

/// <summary>What this node is doing: whether places are short, and which integrations it had better leave alone for a while.</summary>
internal sealed class NodeLoad(PortalOptions options, TimeProvider clock)
{
    private static readonly TimeSpan FirstRest = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(5);

    /// <summary>An integration that was called and still waits for a place is not called every second.</summary>
    private static readonly TimeSpan CallAgain = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<long, DateTimeOffset> called = new();
    private readonly ConcurrentDictionary<long, (TimeSpan Span, DateTimeOffset Until)> resting = new();
    private int running;
    private int waiting;

    /// <summary>Every place is taken and somebody waits for one.</summary>
    public bool OthersWait => Volatile.Read(ref waiting) > 0 && Volatile.Read(ref running) >= options.ParallelIntegrations;

    /// <summary>How many integrations had something to do and were worked on by nobody.</summary>
    public void Waiting(int count) => Volatile.Write(ref waiting, count);

    /// <summary>A place is taken until the answer is disposed of.</summary>
    public IDisposable Begin(long integrationId)
    {
        called.TryRemove(integrationId, out _);
        Interlocked.Increment(ref running);
        return new Place(this);
    }

    public void Called(long integrationId) => called[integrationId] = clock.GetUtcNow();

    public bool IsToBeCalled(long integrationId) => RestsUntil(integrationId) is null
        && !(called.TryGetValue(integrationId, out var at) && clock.GetUtcNow() - at < CallAgain);

    /// <summary>Null when nothing speaks against working on it.</summary>
    public DateTimeOffset? RestsUntil(long integrationId) =>
        resting.TryGetValue(integrationId, out var rest) && rest.Until > clock.GetUtcNow() ? rest.Until : null;

    /// <summary>An integration that is due but cannot be worked on (a database row or connector of a newer version) must not keep the node busy.</summary>
    /// <param name="integrationId">The one that had its turn.</param>
    /// <param name="end">How that ended.</param>
    /// <param name="stillDue">Whether it is due again already.</param>
    public void Ended(long integrationId, TurnEnd end, bool stillDue)
    {
        if (!stillDue || end is not (TurnEnd.Nothing or TurnEnd.Broken))
        {
            resting.TryRemove(integrationId, out _);
            return;
        }

        var now = clock.GetUtcNow();
        resting.AddOrUpdate(integrationId, _ => (FirstRest, now + FirstRest), (_, last) =>
        {
            var rest = last.Span * 2 < LongestRest ? last.Span * 2 : LongestRest;
            return (rest, now + rest);
        });
    }

    private sealed class Place(NodeLoad load) : IDisposable
    {
        private int taken = 1;

        public void Dispose() => Interlocked.Add(ref load.running, -Interlocked.Exchange(ref taken, 0));
    }
}
