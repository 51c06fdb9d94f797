using System.Collections.Concurrent;
using System.Globalization;
using MSPortal.Core.Contracts;

namespace MSPortal.Core.Sync;

/// <summary>The budgets of this process: one per integration and limit, or one for all that share a limit's scope.</summary>
public sealed class Budgets(TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, RateBudget> budgets = new(StringComparer.Ordinal);

    /// <summary>How many are remembered.</summary>
    internal int Count => budgets.Count;

    /// <param name="owner">The integration; what it does not share with others is its own. Null: nobody yet, so that its own part is forgotten afterwards.</param>
    public IReadOnlyList<RateBudget> Of(IConnector connector, string? owner) =>
    [
        .. connector.Limits.Select((limit, i) => (limit.Scope ?? owner) is { } holder
            ? budgets.GetOrAdd(string.Create(CultureInfo.InvariantCulture, $"{connector.Info.Id}/{i}/{holder}"), _ => new RateBudget(limit, clock))
            : new RateBudget(limit, clock)),
    ];
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
