using MSPortal.Core.Contracts;

namespace MSPortal.Core.Sync;

/// <summary>A vendor's published budget, kept before it is hit: a token bucket and a cap on what is under way, given out by priority.</summary>
/// <remarks>Bucket and refill together never exceed the permits in any window, wherever the window begins.</remarks>
public sealed class RateBudget : IDisposable
{
    private readonly Lock gate = new();
    private readonly PriorityQueue<Waiter, (WorkPriority, long)> queue = new();
    private readonly TimeProvider clock;
    private readonly RateLimit limit;
    private readonly double capacity;
    private readonly double perSecond;
    private readonly ITimer timer;
    private double tokens;
    private long refilledAt;
    private long arrivals;
    private int running;
    private DateTimeOffset blockedUntil = DateTimeOffset.MinValue;

    public RateBudget(RateLimit limit, TimeProvider clock)
    {
        (this.limit, this.clock) = (limit, clock);
        capacity = Math.Max(1, Math.Floor(limit.Permits / 10.0));
        perSecond = Math.Max(limit.Permits - capacity, 0.5) / limit.Window.TotalSeconds;
        tokens = capacity;
        refilledAt = clock.GetTimestamp();
        timer = clock.CreateTimer(_ => Pump(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Until when the vendor wants no request; in the past when it does not mind.</summary>
    public DateTimeOffset BlockedUntil
    {
        get
        {
            lock (gate)
            {
                return blockedUntil;
            }
        }
    }

    /// <summary>The right to send one request; disposing the answer gives the place to the next.</summary>
    public Task<IDisposable> AcquireAsync(WorkPriority priority, CancellationToken ct) => AcquireAsync(priority, TimeSpan.MaxValue, ct);

    /// <param name="patience">A pause that lasts longer than this, also one that begins while the call waits, is not waited out.</param>
    /// <exception cref="FaultException">The pause is longer.</exception>
    public async Task<IDisposable> AcquireAsync(WorkPriority priority, TimeSpan patience, CancellationToken ct)
    {
        var waiter = new Waiter(patience);
        lock (gate)
        {
            queue.Enqueue(waiter, (priority, arrivals++));
        }

        await using var cancelled = ct.Register(() => waiter.Turn.TrySetCanceled(ct));
        Pump();
        await waiter.Turn.Task;
        return new Place(this);
    }

    /// <summary>The vendor asked for a pause: nothing is sent before it is over, whoever waits.</summary>
    public void Block(TimeSpan pause)
    {
        lock (gate)
        {
            var until = clock.GetUtcNow() + pause;
            blockedUntil = until > blockedUntil ? until : blockedUntil;
            tokens = Math.Min(tokens, 1);
        }

        Pump();
    }

    public void Dispose() => timer.Dispose();

    private void Pump()
    {
        lock (gate)
        {
            Refill();
            RefuseImpatient();
            while (queue.TryPeek(out var next, out _))
            {
                if (next.Turn.Task.IsCompleted)
                {
                    queue.Dequeue();
                    continue;
                }

                if (running >= limit.Concurrency)
                {
                    return;
                }

                if (Wait() is { } wait && wait > TimeSpan.Zero)
                {
                    timer.Change(wait, Timeout.InfiniteTimeSpan);
                    return;
                }

                queue.Dequeue();
                if (next.Turn.TrySetResult())
                {
                    tokens--;
                    running++;
                }
            }
        }
    }

    private void RefuseImpatient()
    {
        var blocked = blockedUntil - clock.GetUtcNow();
        foreach (var (waiter, _) in queue.UnorderedItems)
        {
            if (blocked > waiter.Patience)
            {
                waiter.Turn.TrySetException(new FaultException(new Fault.RateLimited(blocked)));
            }
        }
    }

    private TimeSpan Wait()
    {
        var blocked = blockedUntil - clock.GetUtcNow();
        var empty = tokens >= 1 ? TimeSpan.Zero : TimeSpan.FromSeconds((1 - tokens) / perSecond) + TimeSpan.FromMilliseconds(1);
        return blocked > empty ? blocked : empty;
    }

    private void Refill()
    {
        var now = clock.GetTimestamp();
        tokens = Math.Min(capacity, tokens + (clock.GetElapsedTime(refilledAt, now).TotalSeconds * perSecond));
        refilledAt = now;
    }

    private void Release()
    {
        lock (gate)
        {
            running--;
        }

        Pump();
    }

    private sealed class Waiter(TimeSpan patience)
    {
        public TimeSpan Patience { get; } = patience;

        public TaskCompletionSource Turn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Place(RateBudget budget) : IDisposable
    {
        private RateBudget? budget = budget;

        public void Dispose() => Interlocked.Exchange(ref budget, null)?.Release();
    }
}
