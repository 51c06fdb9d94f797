using System.Text.Json;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.DattoRmm;

/// <summary>What Datto RMM allows, and what we allow ourselves of it.</summary>
internal static class DattoRmmBudget
{
    /// <summary>The question how much of the account's limit is used.</summary>
    public const string Question = "/v2/system/request_rate";

    private const string AuditPath = "/v2/audit/";

    /// <summary>
    /// 600 reads in any minute of the whole account, all its users and keys together; from nine tenths on each answer takes a second more, so that a tenth is left to others.
    /// Audits are one request per device: a first import of a large account spreads over days rather than eat what is there for everyone.
    /// </summary>
    public static IReadOnlyList<RateLimit> Limits { get; } =
    [
        new(20_000, TimeSpan.FromDays(1), Concurrency: 3) { ScopeOf = Key, Part = Audit },
        new(540, TimeSpan.FromSeconds(60), Concurrency: 6) { ScopeOf = Key, Usage = Usage, Asks = IsQuestion, SlowFrom = 0.9 },
    ];

    /// <summary>Which account a key belongs to no setting says: who enters the same key shares, and what other keys use the vendor counts.</summary>
    public static string? Key(SettingsValues settings) =>
        settings["apiKey"] is { Length: > 0 } key && DattoRmmAddress.TryParse(settings["platform"], out var address, out _) ? $"{address.Authority} {key}" : null;

    /// <summary>What Datto RMM counts, everyone's requests included; null for any other answer.</summary>
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
            return Number(json.RootElement, "accountCount") is { } used and >= 0 && Number(json.RootElement, "accountRateLimit") is { } permits and > 0
                ? new BudgetUsage(used, permits)
                : null;
        }
        catch (Exception e) when (e is JsonException or IOException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string? Audit(HttpRequestMessage request) =>
        request.RequestUri?.AbsolutePath.Contains(AuditPath, StringComparison.OrdinalIgnoreCase) is true ? "audits" : null;

    private static bool IsQuestion(HttpRequestMessage request) => request.RequestUri?.AbsolutePath.EndsWith(Question, StringComparison.OrdinalIgnoreCase) is true;

    private static int? Number(JsonElement body, string name) =>
        body.ValueKind == JsonValueKind.Object && body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number : null;
}
