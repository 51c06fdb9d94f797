using System.Text.Json;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.Autotask;

/// <summary>Autotask's two limits: requests per hour of the whole database, and three at once per endpoint.</summary>
internal static class AutotaskBudget
{
    public const string Path = "ThresholdInformation";

    private const string Root = "/v1.0/";

    /// <summary>
    /// Of 10,000 an hour a quarter is left to others even when Autotask does not say what they use; from half of them on it answers
    /// more slowly. Two at once per endpoint, since a slot stays taken for a moment after its answer.
    /// </summary>
    public static IReadOnlyList<RateLimit> Limits { get; } =
    [
        new(7_500, TimeSpan.FromHours(1), Concurrency: 6) { ScopeOf = AutotaskSettings.Database, Usage = Usage, Asks = IsQuestion, SlowFrom = 0.5, BackgroundStopsAt = 0.75 },
        new(7_500, TimeSpan.FromHours(1), Concurrency: 2) { ScopeOf = AutotaskSettings.Database, Part = Endpoint },
    ];

    /// <summary>The endpoint whose slots a request takes; null for the question for the zone, which takes none.</summary>
    public static string? Endpoint(HttpRequestMessage request)
    {
        var path = request.RequestUri?.AbsolutePath ?? "";
        var at = path.IndexOf(Root, StringComparison.OrdinalIgnoreCase);
        var endpoint = at < 0 ? "" : path[(at + Root.Length)..].Split('/')[0].ToLowerInvariant();
        return endpoint is "" or "zoneinformation" ? null : endpoint;
    }

    /// <summary>What Autotask counts, everyone's requests included; null for any other answer.</summary>
    public static BudgetUsage? Usage(HttpResponseMessage response)
    {
        if (!response.IsSuccessStatusCode || response.RequestMessage is not { } request || !IsQuestion(request))
        {
            return null;
        }

        try
        {
            using var body = new MemoryStream();
            response.Content.CopyTo(body, null, CancellationToken.None);   // A copy: the answer's own stream can be read only once.
            using var json = VendorJson.Parse(body.GetBuffer().AsMemory(0, (int)body.Length));
            return Number(json.RootElement, "currentTimeframeRequestCount") is { } used && Number(json.RootElement, "externalRequestThreshold") is { } permits and > 0
                ? new BudgetUsage(used, permits)
                : null;
        }
        catch (Exception e) when (e is JsonException or IOException or InvalidOperationException)
        {
            return null;
        }
    }

    private static bool IsQuestion(HttpRequestMessage request) => request.RequestUri?.AbsolutePath.EndsWith("/" + Path, StringComparison.OrdinalIgnoreCase) is true;

    private static int? Number(JsonElement body, string name) =>
        body.ValueKind == JsonValueKind.Object && body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number : null;
}
