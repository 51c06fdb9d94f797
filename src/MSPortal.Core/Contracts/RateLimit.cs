namespace MSPortal.Core.Contracts;

/// <summary>A vendor's published budget.</summary>
/// <param name="Permits">Requests per window.</param>
/// <param name="Window">Length of the window.</param>
/// <param name="Concurrency">Requests under way at once.</param>
/// <param name="Scope">Whose budget it is: integrations with the same scope value share one bucket; null: each integration has its own.</param>
public sealed record RateLimit(int Permits, TimeSpan Window, int Concurrency, string? Scope = null)
{
    /// <summary>Who shares the bucket when the settings say so (the same vendor database, the same server); null: <see cref="Scope"/> decides.</summary>
    public Func<SettingsValues, string?>? ScopeOf { get; init; }

    /// <summary>Requests with the same answer share the limit, which then holds for each part on its own (an endpoint); null: not a request that it is about.</summary>
    public Func<HttpRequestMessage, string?>? Part { get; init; }

    /// <summary>Reads the vendor's own count of what is used, by others too, off an answer (headers, or the body, which is buffered by then); null when the answer does not say. Never throws.</summary>
    public Func<HttpResponseMessage, BudgetUsage?>? Usage { get; init; }

    /// <summary>The request that does nothing but ask for the vendor's count; null where any answer brings it.</summary>
    /// <remarks>It is sent even while background work is stopped, which stays stopped until it brings a lower count.</remarks>
    public Func<HttpRequestMessage, bool>? Asks { get; init; }

    /// <summary>From this fraction of the vendor's count on, requests are spread over what is left.</summary>
    public double SlowFrom { get; init; } = 1;

    /// <summary>From this fraction of the vendor's count on, only what a person waits for is sent.</summary>
    public double BackgroundStopsAt { get; init; } = 1;
}

/// <summary>What a vendor says about its budget: everyone's requests in its window, and how many it permits.</summary>
public sealed record BudgetUsage(int Used, int Permits);
