using System.Globalization;
using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.Microsoft365;

/// <summary>What Microsoft allows one app in one tenant; every tenant counts on its own.</summary>
internal static class Microsoft365Budget
{
    /// <summary>The quota of a tenant with fewer than 50 users, which is the smallest: resource units in ten seconds.</summary>
    private const int SmallQuota = 3500;

    private static readonly HttpRequestOptionsKey<string> Tenant = new("Microsoft365.Tenant");

    /// <summary>
    /// The directory counts resource units, of which a request of ours costs at most three: 300 requests in ten seconds take a quarter of the smallest
    /// quota. Secure Score allows 150 a minute, four at once. How often tokens may be asked for is published nowhere.
    /// </summary>
    public static IReadOnlyList<RateLimit> Limits { get; } =
    [
        new(300, TimeSpan.FromSeconds(10), Concurrency: 4) { Part = request => IsSecurity(request) || IsSignIn(request) ? null : Of(request), Usage = Usage, SlowFrom = 0.8 },
        new(120, TimeSpan.FromMinutes(1), Concurrency: 4) { Part = request => IsSecurity(request) ? Of(request) : null },
        new(60, TimeSpan.FromMinutes(1), Concurrency: 2) { Part = request => IsSignIn(request) ? request.RequestUri!.AbsolutePath : null },
    ];

    /// <summary>Says whose budget a request comes out of.</summary>
    public static void Mark(HttpRequestMessage request, string tenant) => request.Options.Set(Tenant, tenant);

    private static string Of(HttpRequestMessage request) => request.Options.TryGetValue(Tenant, out var tenant) ? tenant : "";

    private static bool IsSecurity(HttpRequestMessage request) => request.RequestUri!.AbsolutePath.StartsWith($"{Microsoft365Client.Root}security/", StringComparison.OrdinalIgnoreCase);

    private static bool IsSignIn(HttpRequestMessage request) => !request.RequestUri!.AbsolutePath.StartsWith(Microsoft365Client.Root, StringComparison.OrdinalIgnoreCase);

    /// <summary>Told from eight tenths of the quota on, others' requests of the same app included; the quota itself is not told.</summary>
    private static BudgetUsage? Usage(HttpResponseMessage response) =>
        response.Headers.TryGetValues("x-ms-throttle-limit-percentage", out var values)
        && double.TryParse(values.FirstOrDefault(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var share) && share is > 0 and < 10
            ? new BudgetUsage((int)(share * SmallQuota), SmallQuota)
            : null;
}
