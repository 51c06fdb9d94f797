namespace MSPortal.Simulators.DattoRmm;

/// <summary>What the limit says to a call.</summary>
internal enum DattoRmmVerdict
{
    Welcome,
    TooMany,
    Blocked,
}

/// <summary>So many reads of the whole account in any minute; who goes on all the same is shut out for a while.</summary>
internal sealed class DattoRmmLimits(TimeProvider clock)
{
    public const double CutOff = 0.9;

    public static readonly TimeSpan Window = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan BlockTime = TimeSpan.FromMinutes(5);

    /// <summary>Refused so often within one window, a caller is blocked.</summary>
    private const int Patience = 20;

    private readonly Queue<DateTimeOffset> taken = new();
    private readonly Queue<DateTimeOffset> refused = new();
    private DateTimeOffset blockedUntil = DateTimeOffset.MinValue;

    /// <summary>0: no limit.</summary>
    public int Permits { get; set; } = 600;

    public int Used => Trim(taken).Count;

    /// <summary>Seconds until a place is free.</summary>
    public int Wait => taken.TryPeek(out var oldest) ? Math.Max(1, (int)Math.Ceiling((oldest + Window - clock.GetUtcNow()).TotalSeconds)) : 1;

    public int BlockedFor => Math.Max(1, (int)Math.Ceiling((blockedUntil - clock.GetUtcNow()).TotalSeconds));

    public bool IsNearEnd => Permits > 0 && Used >= Permits * CutOff;

    /// <summary>Another program of the same account asks so often.</summary>
    public void Others(int requests)
    {
        for (var i = 0; i < requests; i++)
        {
            taken.Enqueue(clock.GetUtcNow());
        }
    }

    public DattoRmmVerdict Take()
    {
        var now = clock.GetUtcNow();
        if (now < blockedUntil)
        {
            return DattoRmmVerdict.Blocked;
        }

        if (Permits == 0 || Trim(taken).Count < Permits)
        {
            taken.Enqueue(now);
            return DattoRmmVerdict.Welcome;
        }

        Trim(refused).Enqueue(now);
        if (refused.Count < Patience)
        {
            return DattoRmmVerdict.TooMany;
        }

        (blockedUntil, _) = (now + BlockTime, refused.TryDequeue(out _));
        return DattoRmmVerdict.Blocked;
    }

    private Queue<DateTimeOffset> Trim(Queue<DateTimeOffset> times)
    {
        while (times.TryPeek(out var oldest) && clock.GetUtcNow() - oldest >= Window)
        {
            times.Dequeue();
        }

        return times;
    }
}
