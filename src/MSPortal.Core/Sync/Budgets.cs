using System.Collections.Concurrent;
using System.Globalization;
using MSPortal.Core.Contracts;

namespace MSPortal.Core.Sync;

/// <summary>The budgets of this process: one per integration and limit, or one for all that share a limit's scope.</summary>
public sealed class Budgets(TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, LimitBudget> budgets = new(StringComparer.Ordinal);

    /// <summary>How many are remembered.</summary>
    internal int Count => budgets.Count;

    /// <param name="owner">The integration; what it does not share with others is its own. Null: nobody yet, so that nothing new is remembered for it.</param>
    internal IReadOnlyList<LimitBudget> Of(IConnector connector, SettingsValues? settings, string? owner) =>
        [.. connector.Limits.Select((limit, i) => Of(limit, string.Create(CultureInfo.InvariantCulture, $"{connector.Info.Id}/{i}"), settings, owner))];

    private LimitBudget Of(RateLimit limit, string name, SettingsValues? settings, string? owner)
    {
        if (settings is not null && limit.ScopeOf?.Invoke(settings) is { } chosen)
        {
            var key = $"{name}/settings {chosen}";
            // Whatever somebody types into a form is not worth remembering.
            return owner is not null ? budgets.GetOrAdd(key, _ => new LimitBudget(limit, clock))
                : budgets.TryGetValue(key, out var known) ? known
                : new LimitBudget(limit, clock);
        }

        return (limit.Scope is { } shared ? $"scope {shared}" : owner) is { } holder
            ? budgets.GetOrAdd($"{name}/{holder}", _ => new LimitBudget(limit, clock))
            : new LimitBudget(limit, clock);
    }
}

/// <summary>One limit for one holder: a single budget, or one for every part that the limit counts on its own.</summary>
internal sealed class LimitBudget(RateLimit limit, TimeProvider clock)
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

    private RateBudget Of(string name) => parts.GetOrAdd(name, _ => new RateBudget(limit, clock));
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
