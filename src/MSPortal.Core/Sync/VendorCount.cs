using MSPortal.Core.Contracts;

namespace MSPortal.Core.Sync;

/// <summary>What the vendor counted last, carried forward: what it counted leaves its window bit by bit, what we sent since is on top.</summary>
/// <remarks>A count that is older than the window is worth nothing. Until then each reading is a guess that the next one puts right.</remarks>
internal sealed class VendorCount(BudgetUsage usage, RateLimit limit, TimeProvider clock)
{
    private const double SlowestPace = 0.05;

    /// <summary>How soon a vendor that has to be asked for its count is worth another question.</summary>
    private static readonly TimeSpan NextQuestion = TimeSpan.FromMinutes(5);

    private readonly long readAt = clock.GetTimestamp();
    private int sent;

    /// <summary>One more of ours.</summary>
    public void Sent() => sent++;

    /// <summary>How much of the usual pace is left: all of it up to the limit's mark, next to nothing at the end.</summary>
    public double Pace()
    {
        var used = Used() / usage.Permits;
        return used <= limit.SlowFrom ? 1 : Math.Max(SlowestPace, (1 - used) / Math.Max(1 - limit.SlowFrom, SlowestPace));
    }

    /// <summary>How long work of this priority leaves the rest to others.</summary>
    public TimeSpan Wait(WorkPriority priority)
    {
        var most = usage.Permits * (priority == WorkPriority.Interactive ? 1 : Math.Min(1, limit.BackgroundStopsAt));
        var age = clock.GetElapsedTime(readAt);
        if (priority != WorkPriority.Interactive && limit.Asks is not null && usage.Used + sent >= most && age < limit.Window)
        {
            // When others' requests leave the window is a guess: only a new count lets it go on.
            var rest = limit.Window - age;
            return rest < NextQuestion ? rest : NextQuestion;
        }

        if (Used() < most)
        {
            return TimeSpan.Zero;
        }

        var until = sent < most ? limit.Window * (1 - ((most - sent) / usage.Used)) : limit.Window;
        return until - age + TimeSpan.FromMilliseconds(1);
    }

    private double Used()
    {
        var left = 1 - (clock.GetElapsedTime(readAt) / limit.Window);
        return left <= 0 ? 0 : (usage.Used * left) + sent;
    }
}
