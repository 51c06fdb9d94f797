using System.Collections.Concurrent;
using System.Globalization;
using MSPortal.Core.Contracts;

namespace MSPortal.Core.Sync;

/// <summary>The budgets of this process: one per integration and limit, or one for all that share a limit's scope.</summary>
/// <remarks>Servers on one database divide every budget: who works on an integration has most of it, the others the rest for what people and webhooks ask of them.</remarks>
public sealed class Budgets(TimeProvider clock)
{
    private const double OfWhoWorks = 0.75;

    /// <summary>By holder, then by limit.</summary>
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<string, LimitBudget>> budgets = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> work = new(StringComparer.Ordinal);
    private DateTimeOffset? emptyAt;
    private volatile int servers = 1;

    /// <summary>How many are remembered.</summary>
    internal int Count => budgets.Values.Sum(b => b.Count);

    /// <summary>So many servers live on the database, this one among them.</summary>
    public void Divide(int among)
    {
        if (servers != Math.Max(1, among))
        {
            servers = Math.Max(1, among);
            Settle(budgets.Values);
        }
    }

    /// <summary>Somebody may have spent of the budgets just before: nothing is in hand at that time, and budgets fill up from then on.</summary>
    public void BeginEmpty(DateTimeOffset at) => emptyAt = at;

    /// <summary>The integration is this process's to work on until the answer is disposed.</summary>
    internal IDisposable WorkOn(long integrationId)
    {
        var owner = OwnerOf(integrationId);
        work.AddOrUpdate(owner, 1, (_, count) => count + 1);
        Settle(owner);
        return new Work(this, owner);
    }

    internal static string OwnerOf(long integrationId) => string.Create(CultureInfo.InvariantCulture, $"integration {integrationId}");

    /// <param name="owner">The integration; what it does not share with others is its own. Null: nobody yet, so that nothing new is remembered for it.</param>
    internal IReadOnlyList<LimitBudget> Of(IConnector connector, SettingsValues? settings, string? owner) =>
        [.. connector.Limits.Select((limit, i) => Of(limit, string.Create(CultureInfo.InvariantCulture, $"{connector.Info.Id}/{i}"), settings, owner))];

    private LimitBudget Of(RateLimit limit, string name, SettingsValues? settings, string? owner)
    {
        if (settings is not null && limit.ScopeOf?.Invoke(settings) is { } chosen)
        {
            var holder = $"settings {chosen}";
            // Whatever somebody types into a form is not worth remembering.
            return owner is not null ? Kept(holder, name, limit, null)
                : budgets.GetValueOrDefault(holder)?.GetValueOrDefault(name) ?? Of(limit, null);
        }

        return limit.Scope is { } shared ? Kept($"scope {shared}", name, limit, null)
            : owner is not null ? Kept(owner, name, limit, owner)
            : Of(limit, null);
    }

    private LimitBudget Kept(string holder, string name, RateLimit limit, string? owner) =>
        budgets.GetOrAdd(holder, _ => new(StringComparer.Ordinal)).GetOrAdd(name, _ => Of(limit, owner));

    /// <param name="owner">Whose it is alone; null: shared, so that nobody's work on one integration makes it more.</param>
    private LimitBudget Of(RateLimit limit, string? owner) => new(limit, clock, () => Share(owner), emptyAt);

    private double Share(string? owner) => servers switch
    {
        1 => 1,
        var all when owner is null => 1.0 / all,
        _ when work.GetValueOrDefault(owner) > 0 => OfWhoWorks,
        var all => (1 - OfWhoWorks) / (all - 1),
    };

    private void Leave(string owner)
    {
        if (work.AddOrUpdate(owner, 0, (_, count) => count - 1) == 0)
        {
            work.TryRemove(KeyValuePair.Create(owner, 0));
        }

        Settle(owner);
    }

    private void Settle(string owner)
    {
        if (servers > 1 && budgets.TryGetValue(owner, out var own))
        {
            Settle([own]);
        }
    }

    private static void Settle(IEnumerable<ConcurrentDictionary<string, LimitBudget>> held)
    {
        foreach (var budget in held.SelectMany(h => h.Values))
        {
            budget.Settle();
        }
    }

    private sealed class Work(Budgets budgets, string owner) : IDisposable
    {
        private Budgets? budgets = budgets;

        public void Dispose() => Interlocked.Exchange(ref budgets, null)?.Leave(owner);
    }
}

/// <summary>One limit for one holder: a single budget, or one for every part that the limit counts on its own.</summary>
internal sealed class LimitBudget(RateLimit limit, TimeProvider clock, Func<double> share, DateTimeOffset? emptyAt)
{
    private const string Whole = "";

    private readonly ConcurrentDictionary<string, RateBudget> parts = new(StringComparer.Ordinal);

    /// <summary>Null when the limit is not about this request.</summary>
    public RateBudget? For(HttpRequestMessage request) =>
        limit.Part is not { } part ? Of(Whole) : part(request) is { } name ? Of(name) : null;

    /// <summary>Whether the request does nothing but ask how much is used.</summary>
    public bool Asks(HttpRequestMessage request) => limit.Asks?.Invoke(request) is true;

    /// <summary>Notes what the vendor says about the budget that the request came out of.</summary>
    public void Learn(HttpRequestMessage request, HttpResponseMessage response)
    {
        if (limit.Usage?.Invoke(response) is { } usage)
        {
            For(request)?.Learn(usage);
        }
    }

    /// <summary>This process's part of it has changed.</summary>
    public void Settle()
    {
        foreach (var budget in parts.Values)
        {
            budget.Settle();
        }
    }

    /// <summary>A pause of which nobody knows the part holds all of them.</summary>
    public void Block(TimeSpan pause)
    {
        if (limit.Part is null)
        {
            Of(Whole).Block(pause);
        }

        foreach (var budget in parts.Values)
        {
            budget.Block(pause);
        }
    }

    private RateBudget Of(string name) => parts.GetOrAdd(name, _ => new RateBudget(limit, clock, share, emptyAt));
}

/// <summary>What a run's requests cost, counted where they are sent.</summary>
internal sealed class RunMeter
{
    private readonly Lock gate = new();
    private RunCounts counts = new();

    public void Called() => Add(new RunCounts { ApiCalls = 1 });

    public void Waited(TimeSpan wait) => Add(new RunCounts { RateLimitWaits = 1, RateLimitWait = wait });

    /// <summary>What came together since the last time.</summary>
    public RunCounts Take()
    {
        lock (gate)
        {
            var taken = counts;
            counts = new RunCounts();
            return taken;
        }
    }

    private void Add(RunCounts more)
    {
        lock (gate)
        {
            counts += more;
        }
    }
}
