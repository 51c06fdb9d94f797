using MSPortal.Histories.Clockwork;

namespace MSPortal.Histories.Vendors.Simulated;

/// <summary>The history's clock as the vendor has it.</summary>
internal sealed class SkewedClock(VirtualClock clock) : TimeProvider
{
    public TimeSpan By { get; set; }

    public override DateTimeOffset GetUtcNow() => clock.GetUtcNow() + By;

    public override long TimestampFrequency => clock.TimestampFrequency;

    public override long GetTimestamp() => clock.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => clock.CreateTimer(callback, state, dueTime, period);
}
