using System.Collections.Concurrent;

namespace MSPortal.Simulators.Autotask;

/// <summary>The vendor's two limits: requests per hour of the whole database, whoever makes them, and three at once per integration and endpoint.</summary>
internal sealed class AutotaskLimits(TimeProvider clock)
{
    private const int MostThreads = 3;

    private readonly Queue<DateTimeOffset> used = [];
    private readonly ConcurrentDictionary<string, int> threads = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, int> peaks = new(StringComparer.OrdinalIgnoreCase);

    public int Threshold { get; set; } = 10_000;

    public int Minutes { get; set; } = 60;

    /// <summary>Endpoint → the most that were under way at once.</summary>
    public IReadOnlyDictionary<string, int> Peaks => peaks;

    public int Used
    {
        get
        {
            lock (used)
            {
                while (used.TryPeek(out var oldest) && clock.GetUtcNow() - oldest >= TimeSpan.FromMinutes(Minutes))
                {
                    used.Dequeue();
                }

                return used.Count;
            }
        }
    }

    /// <summary>Requests of this caller, or (several) of other integrations of the same database.</summary>
    public void Count(int requests = 1)
    {
        lock (used)
        {
            for (var i = 0; i < requests; i++)
            {
                used.Enqueue(clock.GetUtcNow());
            }
        }
    }

    /// <summary>Forgets what was used.</summary>
    public void Reset()
    {
        lock (used)
        {
            used.Clear();
        }

        peaks.Clear();
    }

    /// <returns>Whether a slot was free; the caller leaves in any case.</returns>
    public bool Enter(string endpoint)
    {
        var now = threads.AddOrUpdate(endpoint, 1, (_, n) => n + 1);
        peaks.AddOrUpdate(endpoint, now, (_, most) => Math.Max(most, now));
        return now <= MostThreads;
    }

    public void Leave(string endpoint) => threads.AddOrUpdate(endpoint, 0, (_, n) => n - 1);

    /// <summary>Calls become slower long before they are refused.</summary>
    public TimeSpan Latency => Used * 4 >= Threshold * 3 ? TimeSpan.FromSeconds(1) : Used * 2 >= Threshold ? TimeSpan.FromSeconds(0.5) : TimeSpan.Zero;
}
