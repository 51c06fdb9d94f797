using System.Net.Http.Headers;
using MSPortal.Core.Contracts;
using MSPortal.Histories.Clockwork;

namespace MSPortal.Histories.Portal;

/// <summary>Counts at the vendor's door whether its budget is kept: requests per window, requests at once, silence after a 429.</summary>
internal sealed class BudgetWatch(IConnector connector, VirtualClock clock)
{
    private static readonly TimeSpan Unsaid = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(30);

    private readonly RateLimit limit = connector.Limits[0];
    private readonly Queue<(DateTimeOffset At, string Node)> calls = [];
    private readonly Dictionary<string, (DateTimeOffset From, DateTimeOffset Until)> quiet = [];
    private readonly Dictionary<(int Limit, string Part, string Node), int> underWay = [];

    public string? Violation { get; private set; }

    public long Calls { get; private set; }

    /// <summary>Two servers follow hints at the same time, and neither knows what the other spends.</summary>
    public bool EachForItself { get; set; }

    /// <param name="node">A process, a new name after every restart: one that has died has forgotten what it had spent.</param>
    public IDisposable Enter(string node, HttpRequestMessage request)
    {
        var now = clock.Now;
        Calls++;
        calls.Enqueue((now, node));
        while (calls.Peek().At <= now - limit.Window)
        {
            calls.Dequeue();
        }

        // A process begins with a tenth of the window in hand: each further one may have spent that much more.
        var processes = calls.Select(c => c.Node).Distinct().Count();
        var servers = EachForItself ? calls.Select(c => c.Node.Split('.')[0]).Distinct().Count() : 1;
        var most = (limit.Permits * servers) + ((processes - servers) * Math.Max(1, limit.Permits / 10));
        if (calls.Count > most)
        {
            Violation ??= $"{calls.Count} requests within {limit.Window.TotalSeconds:0} s by {processes} process(es); {most} are allowed.";
        }

        // What leaves in the very moment in which the refusal comes in has crossed it.
        if (quiet.TryGetValue(node, out var pause) && now > pause.From && now < pause.Until)
        {
            Violation ??= $"A request by {node} at {now:HH:mm:ss.fff} although the vendor wants none before {pause.Until:HH:mm:ss.fff}.";
        }

        var parts = connector.Limits.Select((l, i) => (i, Part: l.Part is { } part ? part(request) : "", node)).Where(p => p.Part is not null).Select(p => (p.i, p.Part!, p.node)).ToList();
        parts.ForEach(Enter);
        return new Place(this, parts);
    }

    private void Enter((int Limit, string Part, string Node) part)
    {
        underWay[part] = underWay.GetValueOrDefault(part) + 1;
        if (underWay[part] > connector.Limits[part.Limit].Concurrency)
        {
            Violation ??= $"{underWay[part]} requests at once by {part.Node}; {connector.Limits[part.Limit].Concurrency} are allowed{(part.Part.Length > 0 ? $" at {part.Part}" : "")}.";
        }
    }

    public void Refused(string node, RetryConditionHeaderValue? wish, DateTimeOffset? vendorTime)
    {
        var asked = wish?.Delta ?? (wish?.Date is { } date ? date - (vendorTime ?? clock.Now) : Unsaid);
        var pause = asked < Shortest ? Shortest : asked > Longest ? Longest : asked;
        // A second less, since a date has no fractions of one.
        var until = clock.Now + pause - Shortest;
        quiet[node] = quiet.TryGetValue(node, out var known) && known.Until > clock.Now
            ? (known.From, known.Until > until ? known.Until : until)
            : (clock.Now, until);
    }

    private sealed class Place(BudgetWatch watch, List<(int, string, string)> parts) : IDisposable
    {
        public void Dispose() => parts.ForEach(p => watch.underWay[p]--);
    }
}
