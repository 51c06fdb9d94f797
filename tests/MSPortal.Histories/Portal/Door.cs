using System.Net;
using System.Text;
using MSPortal.Histories.Clockwork;
using MSPortal.Histories.Plan;
using MSPortal.Histories.Vendors;

namespace MSPortal.Histories.Portal;

/// <summary>The network between the portal's processes and the vendor: latency, everything that can be wrong on the way, and a guard who counts.</summary>
internal sealed class Door(IVendorWorld vendor, VirtualClock clock, long seed)
{
    private static readonly AsyncLocal<TimeSpan?> Slow = new();

    private readonly List<(Break Fault, int Seen, int Hits)> faults = [];
    private readonly Dice dice = new(seed ^ 0x0D0012);

    public BudgetWatch Watch { get; } = new(vendor.Connector, clock);

    /// <summary>When something went wrong that a run may fail of; too many requests is no such thing.</summary>
    public List<(DateTimeOffset From, DateTimeOffset To)> Troubles { get; } = [];

    /// <summary>How often each kind of fault met a request, or began to be the vendor's way.</summary>
    public Dictionary<FaultKind, int> Struck { get; } = [];

    public void Break(Break fault) => faults.Add((fault, 0, 0));

    public void Heal() => faults.Clear();

    /// <summary>What is asked from here on in this flow takes so long.</summary>
    public static void TakeYourTime(TimeSpan time) => Slow.Value = time;

    public async Task<HttpResponseMessage> SendAsync(string node, HttpRequestMessage request, CancellationToken ct)
    {
        var fault = Strike(vendor.Of(request));
        var latency = Slow.Value ?? TimeSpan.FromMilliseconds(20 + (dice.Below(10) * dice.Below(10) * 15));
        using var place = Watch.Enter(node, request);
        using var inside = vendor.Enter(request);
        await clock.DelayAsync(latency / 2, ct);
        if (fault is { Kind: FaultKind.Timeout })
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, clock, ct);
        }

        HttpResponseMessage answer;
        try
        {
            answer = Instead(fault) ?? await vendor.AnswerAsync(request, fault, ct);
        }
        finally
        {
            await clock.DelayAsync(latency / 2, ct);
        }

        answer = fault is { Kind: FaultKind.Truncated } ? Cut(answer) : answer;
        if (fault is { Kind: FaultKind.Slow })
        {
            await clock.DelayAsync(TimeSpan.FromSeconds(20 + (fault.Variant % 12 * 10)), ct);
        }

        Note(node, request, answer);
        return answer;
    }

    private void Note(string node, HttpRequestMessage request, HttpResponseMessage answer)
    {
        if (answer.StatusCode == HttpStatusCode.TooManyRequests)
        {
            Watch.Refused(node, request, answer.Headers.RetryAfter, answer.Headers.Date);
        }
        else if (!answer.IsSuccessStatusCode)
        {
            Troubles.Add((clock.Now, clock.Now));
        }
    }

    public void Count(FaultKind kind) => Struck[kind] = Struck.GetValueOrDefault(kind) + 1;

    private Break? Strike(Where where)
    {
        for (var i = 0; i < faults.Count; i++)
        {
            var (fault, seen, hits) = faults[i];
            if (fault.Where is not Where.Anywhere && fault.Where != where)
            {
                continue;
            }

            var strikes = seen >= fault.Skip && hits < fault.Times;
            faults[i] = (fault, seen + 1, hits + (strikes ? 1 : 0));
            if (strikes)
            {
                Count(fault.Kind);
                if (fault.Kind is not FaultKind.TooMany)
                {
                    Troubles.Add((clock.Now, clock.Now));
                }

                return fault;
            }
        }

        return null;
    }

    private HttpResponseMessage? Instead(Break? fault)
    {
        switch (fault?.Kind)
        {
            case FaultKind.Reset:
                throw new HttpRequestException(HttpRequestError.ConnectionError, "The connection was reset.");
            case FaultKind.Status500: return Say(500, "{\"error\":\"oops\"}");
            case FaultKind.Status502: return Say(502, "<html>Bad gateway</html>");
            case FaultKind.Status503: return Say(503, "");
            case FaultKind.WebPage: return Say(200, "<!doctype html><html><body>Down for maintenance</body></html>");
            case FaultKind.TooMany:
                var answer = Say(429, "{\"error\":\"too many\"}");
                var wait = (fault.Variant % 6) switch { 0 => "5", 1 => (clock.Now + TimeSpan.FromSeconds(40)).ToString("R"), 2 => null, 3 => "0", 4 => "86400", _ => "soon" };
                if (wait is not null)
                {
                    answer.Headers.TryAddWithoutValidation("Retry-After", wait);
                }

                answer.Headers.Date = clock.Now;
                return answer;
            default: return null;
        }
    }

    private static HttpResponseMessage Say(int status, string body) =>
        new((HttpStatusCode)status) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };

    private static HttpResponseMessage Cut(HttpResponseMessage answer)
    {
        var bytes = Pump.AtOnce(() => answer.Content.ReadAsByteArrayAsync());
        answer.Content = new ByteArrayContent(bytes[..(bytes.Length / 2)]);
        return answer;
    }
}
