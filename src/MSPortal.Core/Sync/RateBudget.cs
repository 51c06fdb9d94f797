using MSPortal.Core.Contracts;

namespace MSPortal.Core.Sync;

/// <summary>A vendor's published budget, kept before it is hit: a token bucket and a cap on what is under way, given out by priority.</summary>
/// <remarks>
/// Bucket and refill together never exceed the permits in any window, wherever the window begins. Of a budget that several servers share each has
/// a part; together they never exceed it either, because what a part grows by is not in the bucket yet, and what it shrinks by is taken out of it.
/// </remarks>
public sealed class RateBudget : IDisposable
{
    private readonly Lock gate = new();
    private readonly PriorityQueue<Waiter, (WorkPriority, long)> queue = new();
    private readonly TimeProvider clock;
    private readonly RateLimit limit;
    private readonly Func<double> share;
    private readonly ITimer timer;
    private double part;
    private double capacity;
    private double perSecond;
    private int places;
    private double tokens;
    private long refilledAt;
    private long arrivals;
    private int running;
    private DateTimeOffset blockedUntil = DateTimeOffset.MinValue;
    private VendorCount? count;

    /// <param name="share">The part of the limit that is this process's, above 0 and at most 1; null: all of it.</param>
    /// <param name="emptyAt">When the bucket is empty and begins to fill; null: it is full now.</param>
    public RateBudget(RateLimit limit, TimeProvider clock, Func<double>? share = null, DateTimeOffset? emptyAt = null)
    {
        (this.limit, this.clock, this.share) = (limit, clock, share ?? (() => 1));
        Measure(this.share());
        tokens = emptyAt is null ? capacity : 0;
        refilledAt = clock.GetTimestamp() + (emptyAt is { } empty ? (long)((empty - clock.GetUtcNow()).TotalSeconds * clock.TimestampFrequency) : 0);
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
        var waiter = new Waiter(priority, patience);
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

    /// <summary>What the vendor counts, everyone's requests included: near its end requests are spread, and background work leaves the rest to people.</summary>
    public void Learn(BudgetUsage usage)
    {
        lock (gate)
        {
            Refill();
            count = usage.Permits > 0 ? new VendorCount(usage, limit, clock) : null;
            tokens = Math.Min(tokens, Math.Max(1, capacity * Pace()));
        }

        Pump();
    }

    /// <summary>The fault for a pause that lasts longer than the caller has patience for; null when there is none.</summary>
    public Fault.RateLimited? Refusal(WorkPriority priority, TimeSpan patience)
    {
        lock (gate)
        {
            var blocked = blockedUntil - clock.GetUtcNow();
            var kept = count?.Wait(priority) ?? TimeSpan.Zero;
            return blocked > patience ? new Fault.RateLimited(blocked)
                : kept > patience ? new Fault.RateLimited(kept) { Kept = true }
                : null;
        }
    }

    /// <summary>This process's part has changed. Who does not use the bucket for a while must not fill it by a part that is another's meanwhile.</summary>
    public void Settle() => Pump();

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

                if (running >= places)
                {
                    return;
                }

                if (Wait(next.Priority) is { } wait && wait > TimeSpan.Zero)
                {
                    timer.Change(wait, Timeout.InfiniteTimeSpan);
                    return;
                }

                queue.Dequeue();
                if (next.Turn.TrySetResult())
                {
                    tokens--;
                    running++;
                    count?.Sent();
                }
            }
        }
    }

    private void RefuseImpatient()
    {
        foreach (var (waiter, _) in queue.UnorderedItems)
        {
            if (Refusal(waiter.Priority, waiter.Patience) is { } refusal)
            {
                waiter.Turn.TrySetException(new FaultException(refusal));
            }
        }
    }

    private TimeSpan Wait(WorkPriority priority)
    {
        var blocked = blockedUntil - clock.GetUtcNow();
        var kept = count?.Wait(priority) ?? TimeSpan.Zero;
        var empty = tokens >= 1 ? TimeSpan.Zero : TimeSpan.FromSeconds((1 - tokens) / (perSecond * Pace())) + TimeSpan.FromMilliseconds(1) + Later();
        return new[] { blocked, kept, empty }.Max();
    }

    private double Pace() => count?.Pace() ?? 1;

    /// <summary>How long it is until the bucket begins to fill.</summary>
    private TimeSpan Later() => clock.GetElapsedTime(refilledAt) is { Ticks: < 0 } early ? -early : TimeSpan.Zero;

    /// <summary>When the part has changed since, the time until now counts by the slower of both.</summary>
    private void Refill()
    {
        var (now, before) = (clock.GetTimestamp(), perSecond);
        if (share() is var next && next != part)
        {
            Measure(next);
            tokens = Math.Min(capacity, tokens);
        }

        if (now > refilledAt)
        {
            tokens = Math.Min(capacity, tokens + (clock.GetElapsedTime(refilledAt, now).TotalSeconds * Math.Min(before, perSecond) * Pace()));
            refilledAt = now;
        }
    }

    private void Measure(double next)
    {
        part = next;
        var permits = Math.Max(1, Math.Floor(limit.Permits * next));
        capacity = Math.Max(1, Math.Floor(permits / 10));
        perSecond = Math.Max(permits - capacity, 0.5) / limit.Window.TotalSeconds;
        places = Math.Max(1, (int)(limit.Concurrency * next));
    }

    private void Release()
    {
        lock (gate)
        {
            running--;
        }

        Pump();
    }

    private sealed class Waiter(WorkPriority priority, TimeSpan patience)
    {
        public WorkPriority Priority { get; } = priority;

        public TimeSpan Patience { get; } = patience;

        public TaskCompletionSource Turn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Place(RateBudget budget) : IDisposable
    {
        private RateBudget? budget = budget;

        public void Dispose() => Interlocked.Exchange(ref budget, null)?.Release();
    }
}
