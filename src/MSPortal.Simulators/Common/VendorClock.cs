namespace MSPortal.Simulators.Common;

/// <summary>The vendor's clock: it starts where the options say and runs on from there.</summary>
internal sealed class VendorClock(TimeProvider inner, DateTimeOffset? origin) : TimeProvider
{
    private readonly DateTimeOffset started = inner.GetUtcNow();
    private long shifted;

    public DateTimeOffset Origin => origin ?? started;

    public override DateTimeOffset GetUtcNow() => Origin + (inner.GetUtcNow() - started) + TimeSpan.FromTicks(Interlocked.Read(ref shifted));

    /// <summary>Days pass at this vendor alone.</summary>
    public void Shift(TimeSpan by) => Interlocked.Add(ref shifted, by.Ticks);

    public override long GetTimestamp() => inner.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        inner.CreateTimer(callback, state, dueTime, period);
}

/// <summary>The vendor's limit of calls per minute, when it is to be real.</summary>
internal sealed class RateGate(TimeProvider clock)
{
    private readonly Lock gate = new();
    private DateTimeOffset window;
    private int used;

    /// <summary>0: no limit.</summary>
    public int PerMinute { get; set; }

    /// <returns>How many seconds to wait; null: come in.</returns>
    public int? Refuse()
    {
        lock (gate)
        {
            var now = clock.GetUtcNow();
            if (now - window >= TimeSpan.FromMinutes(1))
            {
                (window, used) = (now, 0);
            }

            return PerMinute == 0 || ++used <= PerMinute ? null : Math.Max(1, (int)Math.Ceiling((window.AddMinutes(1) - now).TotalSeconds));
        }
    }
}
