namespace MSPortal.Histories.Clockwork;

/// <summary>Time that passes only when nobody has anything left to do: hours cost nothing, and the order of everything is the same every time.</summary>
internal sealed class VirtualClock(DateTimeOffset start) : TimeProvider
{
    private readonly PriorityQueue<(Alarm Alarm, long Version), (long Due, long Order)> due = new();
    private long now;
    private long order;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public DateTimeOffset Now => GetUtcNow();

    public override DateTimeOffset GetUtcNow() => start.AddTicks(Volatile.Read(ref now));

    public override long GetTimestamp() => Volatile.Read(ref now);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var alarm = new Alarm(this, callback, state);
        alarm.Change(dueTime, period);
        return alarm;
    }

    /// <summary>Jumps to the next thing that somebody waits for; false when nobody waits for anything.</summary>
    public bool FireNext()
    {
        while (due.TryDequeue(out var next, out var at))
        {
            if (next.Alarm.IsSet(next.Version))
            {
                Volatile.Write(ref now, Math.Max(now, at.Due));
                next.Alarm.Fire();
                return true;
            }
        }

        return false;
    }

    public async Task DelayAsync(TimeSpan time, CancellationToken ct = default)
    {
        if (time > TimeSpan.Zero)
        {
            // Task.Delay forgets parts of a millisecond, and what waits for a moment would wait for ever just before it.
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(time.TotalMilliseconds)), this, ct);
        }
    }

    private sealed class Alarm(VirtualClock clock, TimerCallback callback, object? state) : ITimer
    {
        private long version;
        private TimeSpan every;

        public bool IsSet(long asked) => asked == version;

        public void Fire()
        {
            version++;
            if (every > TimeSpan.Zero)
            {
                Change(every, every);
            }

            callback(state);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            version++;
            every = period;
            if (dueTime >= TimeSpan.Zero)
            {
                clock.due.Enqueue((this, version), (clock.now + dueTime.Ticks, clock.order++));
            }

            return true;
        }

        public void Dispose() => version++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
