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

        if (known.Count > limit.Permits)
        {
            Violation ??= $"{known.Count} requests within {limit.Window.TotalSeconds:0} s, {known.Count(c => c.Node == part.Node)} of them by {part.Node}{at}; {limit.Permits} are allowed.";
        }

        // What leaves in the very moment in which the refusal comes in has crossed it.
        if (quiet.TryGetValue(part, out var pause) && now > pause.From && now < pause.Until)
        {
            Violation ??= $"A request by {part.Node} at {now:HH:mm:ss.fff}{at} although the vendor wants none before {pause.Until:HH:mm:ss.fff}.";
        }

        underWay[part] = underWay.GetValueOrDefault(part) + 1;
        var atOnce = underWay.Where(p => p.Key.Limit == part.Limit && p.Key.Part == part.Part).Sum(p => p.Value);
        if (atOnce > limit.Concurrency)
        {
            Violation ??= $"{atOnce} requests at once, {underWay[part]} of them by {part.Node}; {limit.Concurrency} are allowed{at}.";
        }
    }

    private sealed class Place(BudgetWatch watch, List<(int, string, string)> parts) : IDisposable
    {
        public void Dispose() => parts.ForEach(p => watch.underWay[p]--);
    }
}
