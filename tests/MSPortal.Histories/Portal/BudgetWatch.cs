using System.Net.Http.Headers;
using MSPortal.Core.Contracts;
using MSPortal.Histories.Clockwork;

namespace MSPortal.Histories.Portal;

/// <summary>Counts at the vendor's door whether its budgets are kept: requests per window, requests at once, silence after a 429; each for every part that a limit counts on its own.</summary>
internal sealed class BudgetWatch(IConnector connector, VirtualClock clock)
{
    private static readonly TimeSpan Unsaid = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(30);

    private readonly Dictionary<(int Limit, string Part), Queue<(DateTimeOffset At, string Node)>> calls = [];
    private readonly Dictionary<(int Limit, string Part, string Node), (DateTimeOffset From, DateTimeOffset Until)> quiet = [];
    private readonly Dictionary<(int Limit, string Part, string Node), int> underWay = [];

    public string? Violation { get; private set; }

    public long Calls { get; private set; }

    /// <summary>Two servers follow hints at the same time, and neither knows what the other spends.</summary>
    public bool EachForItself { get; set; }

    /// <param name="node">A process, a new name after every restart: one that has died has forgotten what it had spent.</param>
    public IDisposable Enter(string node, HttpRequestMessage request)
    {
        Calls++;
        var parts = Parts(node, request);
        parts.ForEach(Enter);
        return new Place(this, parts);
    }

    public void Refused(string node, HttpRequestMessage request, RetryConditionHeaderValue? wish, DateTimeOffset? vendorTime)
    {
        var asked = wish?.Delta ?? (wish?.Date is { } date ? date - (vendorTime ?? clock.Now) : Unsaid);
        var pause = asked < Shortest ? Shortest : asked > Longest ? Longest : asked;
        // A second less, since a date has no fractions of one.
        var until = clock.Now + pause - Shortest;
        foreach (var part in Parts(node, request))
        {
            quiet[part] = quiet.TryGetValue(part, out var known) && known.Until > clock.Now
                ? (known.From, known.Until > until ? known.Until : until)
                : (clock.Now, until);
        }
    }

    /// <summary>The budgets that a request comes out of.</summary>
    private List<(int Limit, string Part, string Node)> Parts(string node, HttpRequestMessage request) =>
        [.. connector.Limits.Select((l, i) => (i, Part: l.Part is { } part ? part(request) : "")).Where(p => p.Part is not null).Select(p => (p.i, p.Part!, node))];

    private void Enter((int Limit, string Part, string Node) part)
    {
        var (limit, now) = (connector.Limits[part.Limit], clock.Now);
        var at = part.Part.Length > 0 ? $" at {part.Part}" : "";
        var known = calls.TryGetValue((part.Limit, part.Part), out var queue) ? queue : calls[(part.Limit, part.Part)] = [];
        known.Enqueue((now, part.Node));
        while (known.Peek().At <= now - limit.Window)
        {
            known.Dequeue();
        }

        // Each process keeps the budget on its own. It begins with a tenth of the window in hand, and has it again while another is at work: so much more with each change between them.
        var changes = known.Zip(known.Skip(1)).Count(c => c.First.Node != c.Second.Node);
        var servers = EachForItself ? known.Select(c => c.Node.Split('.')[0]).Distinct().Count() : 1;
        var (own, most) = (known.Count(c => c.Node == part.Node), (limit.Permits * servers) + (changes * Math.Max(1, limit.Permits / 10)));
        if (own > limit.Permits || known.Count > most)
        {
            Violation ??= $"{known.Count} requests within {limit.Window.TotalSeconds:0} s, {own} of them by {part.Node}{at}; {most} are allowed.";
        }

        // What leaves in the very moment in which the refusal comes in has crossed it.
        if (quiet.TryGetValue(part, out var pause) && now > pause.From && now < pause.Until)
        {
            Violation ??= $"A request by {part.Node} at {now:HH:mm:ss.fff}{at} although the vendor wants none before {pause.Until:HH:mm:ss.fff}.";
        }

        underWay[part] = underWay.GetValueOrDefault(part) + 1;
        if (underWay[part] > limit.Concurrency)
        {
            Violation ??= $"{underWay[part]} requests at once by {part.Node}; {limit.Concurrency} are allowed{at}.";
        }
    }

    private sealed class Place(BudgetWatch watch, List<(int, string, string)> parts) : IDisposable
    {
        public void Dispose() => parts.ForEach(p => watch.underWay[p]--);
    }
}
