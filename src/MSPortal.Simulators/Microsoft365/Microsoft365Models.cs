using System.Text.RegularExpressions;

namespace MSPortal.Simulators.Microsoft365;

/// <summary>A customer's directory, or the partner's own (number 0), as it is now.</summary>
/// <param name="Users">How many it was seeded with.</param>
/// <param name="HasPremium">Whether it may tell when people signed in.</param>
/// <param name="HasRelationship">Whether there is a relationship (GDAP) that is active.</param>
public sealed record Microsoft365Tenant(string Id, int Number, string DisplayName, string DefaultDomain, string InitialDomain, int Users, bool HasPremium, bool HasDevices, bool HasRelationship, Microsoft365Consent Consent);

/// <summary>One call to Graph or to the token endpoint, parts of a batch by themselves.</summary>
/// <param name="Tenant">The tenant's id; null: nobody knows.</param>
/// <param name="Units">What it cost; 0 where nothing is counted.</param>
public sealed record Microsoft365Call(int Number, string? Tenant, string? App, string Method, string Path, int Status, int Units, DateTimeOffset At);

/// <summary>What no document says, or says in two ways.</summary>
public sealed record Microsoft365Behaviour
{
    public int TokenSeconds { get; init; } = 3599;

    /// <summary>Rows of a delta's page, unless the caller prefers another number.</summary>
    public int DeltaPage { get; init; } = 200;

    /// <summary>So long a delta may rest.</summary>
    public int DeltaDays { get; init; } = 7;

    /// <summary>How a delta that rested too long is refused: <c>syncStateNotFound</c> (400), <c>resyncRequired</c> (410) or <c>gone</c> (410 with the address to start again from).</summary>
    public string ExpiredDelta { get; init; } = "syncStateNotFound";

    /// <summary>Whether a 429 says how long to wait.</summary>
    public bool RetryAfter { get; init; } = true;

    /// <summary>Resource units in ten seconds for an app in a tenant; null: by the tenant's size; 0: no limit.</summary>
    public int? ResourceUnits { get; init; }

    /// <summary>Calls for secure scores in a minute; null: 150; 0: no limit.</summary>
    public int? SecurityPerMinute { get; init; }

    /// <summary>Calls for reports in ten seconds; null: 5; 0: no limit.</summary>
    public int? ReportsPerTenSeconds { get; init; }
}

/// <summary>Something that happens right before the nth call that fits is answered.</summary>
internal sealed class BeforeHook(Regex path, int nth, Action act)
{
    private int seen;

    /// <returns>Whether it has had its turn.</returns>
    public bool Meets(string call)
    {
        if (!path.IsMatch(call) || ++seen < nth)
        {
            return false;
        }

        act();
        return true;
    }
}
