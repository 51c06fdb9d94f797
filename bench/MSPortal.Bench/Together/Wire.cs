using System.Collections.Concurrent;
using MSPortal.Core.Contracts;

namespace MSPortal.Bench.Together;

/// <summary>Stands between the portal and its vendors and notes what goes over the line.</summary>
internal sealed class Wire(HttpMessageHandler inner, TimeProvider clock) : DelegatingHandler(inner)
{
    private readonly ConcurrentDictionary<int, Line> lines = new();
    private int running;

    /// <summary>Whether anybody waits for a vendor at this moment.</summary>
    public bool IsBusy => Volatile.Read(ref running) > 0;

    public Line Of(Uri vendor) => lines.GetOrAdd(vendor.Port, _ => new Line());

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var line = Of(request.RequestUri!);
        line.Begin(clock.GetUtcNow());
        Interlocked.Increment(ref running);
        try
        {
            var answer = await base.SendAsync(request, cancellationToken);
            line.Add((int)answer.StatusCode);
            return answer;
        }
        finally
        {
            Interlocked.Decrement(ref running);
            line.End();
        }
    }
}

/// <summary>What went to one vendor.</summary>
internal sealed class Line
{
    private readonly Lock gate = new();
    private readonly List<DateTimeOffset> sent = [];
    private readonly SortedDictionary<int, int> statuses = [];
    private int running;

    public int Calls
    {
        get
        {
            lock (gate)
            {
                return sent.Count;
            }
        }
    }

    /// <summary>The most at once.</summary>
    public int Peak { get; private set; }

    /// <summary>Refused for being too many.</summary>
    public int Throttled
    {
        get
        {
            lock (gate)
            {
                return statuses.GetValueOrDefault(429);
            }
        }
    }

    public string Statuses
    {
        get
        {
            lock (gate)
            {
                return string.Join(", ", statuses.Select(s => $"{s.Value:N0} × {s.Key}"));
            }
        }
    }

    public void Begin(DateTimeOffset at)
    {
        lock (gate)
        {
            sent.Add(at);
            Peak = Math.Max(Peak, ++running);
        }
    }

    public void Add(int status)
    {
        lock (gate)
        {
            statuses[status] = statuses.GetValueOrDefault(status) + 1;
        }
    }

    public void End()
    {
        lock (gate)
        {
            running--;
        }
    }

    /// <summary>The most that were sent within any window of the limit.</summary>
    public int Most(RateLimit limit)
    {
        lock (gate)
        {
            var (first, most) = (0, 0);
            for (var last = 0; last < sent.Count; last++)
            {
                while (sent[last] - sent[first] >= limit.Window)
                {
                    first++;
                }

                most = Math.Max(most, last - first + 1);
            }

            return most;
        }
    }
}
