using System.Globalization;

namespace MSPortal.Simulators.Microsoft365;

/// <param name="Share">How much of the limit is used; more than 1: too much.</param>
/// <param name="Wait">Seconds to wait; 0: come in.</param>
internal sealed record ThrottleVerdict(double Share, int Wait, string Scope);

/// <summary>What callers may take, by workload: a bucket for each app and tenant that fills up all the time, and one for all that an app does.</summary>
internal sealed class GraphThrottle(Microsoft365Vendor vendor)
{
    private readonly Dictionary<string, (double Level, DateTimeOffset At)> buckets = new(StringComparer.Ordinal);

    public void Forget() => buckets.Clear();

    public ThrottleVerdict Take(string workload, int units, Tenant tenant, string app)
    {
        var limits = Limits(workload, tenant, app).Where(l => l.Capacity > 0).ToList();
        var now = vendor.Clock.GetUtcNow();
        var levels = limits.ConvertAll(l => Level(l, now));
        var short_ = limits.Zip(levels).Where(l => l.Second < units).ToList();
        for (var i = 0; i < limits.Count; i++)
        {
            // Who is refused is charged too, so that asking without a pause never helps.
            var left = short_.Count == 0 ? levels[i] - units : Math.Max(levels[i] - 1, -limits[i].Capacity / 10.0);
            buckets[limits[i].Key] = (left, now);
        }

        var used = limits.Select(l => (Limit: l, Share: 1 - (buckets[l.Key].Level / l.Capacity))).OrderByDescending(l => l.Share).FirstOrDefault();
        return short_.Count == 0
            ? new ThrottleVerdict(used.Limit is null ? 0 : used.Share, 0, used.Limit?.Scope ?? "")
            : new ThrottleVerdict(Math.Max(1, used.Share), short_.Max(l => Wait(l.First, units)), short_[0].First.Scope);
    }

    private int Wait(Limit limit, int units) => Math.Max(1, (int)Math.Ceiling((units - buckets[limit.Key].Level) * limit.Seconds / limit.Capacity));

    private double Level(Limit limit, DateTimeOffset now) => buckets.TryGetValue(limit.Key, out var bucket)
        ? Math.Min(limit.Capacity, bucket.Level + ((now - bucket.At).TotalSeconds * limit.Capacity / limit.Seconds))
        : limit.Capacity;

    private IEnumerable<Limit> Limits(string workload, Tenant tenant, string app)
    {
        Limit Both(string name, int capacity, int seconds) => new($"{workload}/{name}/{app}/{tenant.Id}", capacity, seconds, $"Tenant_Application/ReadWrite/{app}/{tenant.Id}");

        return workload switch
        {
            "identity" => [Both("units", vendor.Behaviour.ResourceUnits ?? tenant.SeededUsers switch { < 50 => 3_500, <= 500 => 5_000, _ => 8_000 }, 10), new Limit($"{workload}/{app}", 150_000, 20, $"Application/ReadWrite/{app}")],
            "security" => [Both("minute", vendor.Behaviour.SecurityPerMinute ?? 150, 60), Both("ten", 10_000, 600)],
            "intune" => [Both("any", 2_000, 20), new Limit($"{workload}/{tenant.Id}", 4_000, 20, string.Create(CultureInfo.InvariantCulture, $"Tenant/ReadWrite/{tenant.Id}"))],
            "reports" => [Both("any", vendor.Behaviour.ReportsPerTenSeconds ?? 5, 10)],
            "subscriptions" => [Both("any", 5_000, 20)],
            _ => [],
        };
    }

    private sealed record Limit(string Key, int Capacity, int Seconds, string Scope);
}
