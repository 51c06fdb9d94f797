using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.Autotask;

/// <summary>What Autotask's answers mean when they are not the data that was asked for; one place, so that every call agrees.</summary>
internal static partial class AutotaskErrors
{
    private const int MessageLength = 300;

    /// <summary>A slot is free again a little after the answer of the call that had it.</summary>
    private static readonly TimeSpan ThreadPause = TimeSpan.FromSeconds(5);

    /// <summary>What most clients wait when the budget of the whole database is used up and Autotask does not say how long.</summary>
    private static readonly TimeSpan QuotaPause = TimeSpan.FromMinutes(1);

    /// <summary>The fault of a refused call.</summary>
    /// <param name="permission">What the call needs; null when it needs nothing but valid credentials.</param>
    /// <param name="scrub">Takes secrets out of the vendor's words.</param>
    public static FaultException Of(VendorResponse response, VendorPermission? permission, DateTimeOffset now, Func<string, string> scrub)
    {
        var said = Said(response, scrub);
        var status = (int)response.Status;
        return response.Status switch
        {
            _ when MentionsThreads(said) => new(new Fault.RateLimited(RetryAfter.Of(response, now) ?? ThreadPause)),
            _ when status == 429 || MentionsQuota(said) => new(new Fault.RateLimited(RetryAfter.Of(response, now) ?? QuotaPause)),
            HttpStatusCode.Unauthorized => At("secret", new Fault.AuthFailed(Says("Autotask refuses the credentials: the secret or the integration code is wrong, or the API user is locked or inactive", said))),
            _ when status >= 400 && MentionsCode(said) => At("integrationCode", new Fault.AuthFailed(Says("Autotask does not accept the integration code", said))),
            HttpStatusCode.Forbidden when permission is not null => new(new Fault.PermissionMissing(permission)),
            HttpStatusCode.Forbidden => At("secret", new Fault.AuthFailed(Says("Autotask does not let this API user in", said))),
            _ when status >= 400 && permission is not null && MentionsPermission(said) => new(new Fault.PermissionMissing(permission)),
            HttpStatusCode.NotFound => At("apiUrl", new Fault.VendorDown(Says($"Autotask does not know {response.Address.AbsolutePath} (404)", said))),
            HttpStatusCode.InternalServerError when IsValidation(said) => Refused(response, said, scrub),
            _ when status is >= 500 or 408 => new(new Fault.VendorDown(Says($"Autotask has trouble (status {status})", said))),
            _ when status is >= 300 and < 400 => At("apiUrl", new Fault.VendorDown($"{response.Address.IdnHost} sends us on to another address. Secrets are never sent there.")),
            _ => Refused(response, said, scrub),
        };
    }

    /// <summary>The vendor's own words, cleaned and cut; empty when it said nothing readable.</summary>
    public static string Said(VendorResponse response, Func<string, string> scrub)
    {
        using var json = response.TryJson();
        if (json is not { RootElement.ValueKind: JsonValueKind.Object })
        {
            return "";
        }

        var all = json.RootElement.EnumerateObject()
            .Where(p => p.Name.Equals("errors", StringComparison.OrdinalIgnoreCase) || p.Name.Equals("message", StringComparison.OrdinalIgnoreCase))
            .SelectMany(p => p.Value.ValueKind == JsonValueKind.Array ? p.Value.EnumerateArray() : Enumerable.Repeat(p.Value, 1))
            .Select(Words).OfType<string>();
        return VendorResponse.Shorten(scrub(VendorResponse.OneLine(string.Join("; ", all))), MessageLength);
    }

    private static string? Words(JsonElement error) => error.ValueKind switch
    {
        JsonValueKind.String => JsonText.Of(error),
        JsonValueKind.Object when error.TryGetProperty("message", out var message) && message.ValueKind == JsonValueKind.String => JsonText.Of(message),
        _ => null,
    };

    private static FaultException Refused(VendorResponse response, string said, Func<string, string> scrub) =>
        new(new Fault.BadData(Says($"Autotask refused a request (status {(int)response.Status})", said), scrub(response.Sample())));

    private static string Says(string what, string said) => said.Length == 0 ? what + "." : $"{what}. It says: {said}";

    private static FaultException At(string field, Fault fault) => new(fault) { Field = field };

    private static bool MentionsThreads(string said) => ThreadWords().IsMatch(said);

    private static bool MentionsQuota(string said) => QuotaWords().IsMatch(said);

    private static bool MentionsCode(string said) => CodeWords().IsMatch(said);

    private static bool MentionsPermission(string said) => said.Contains("permission", StringComparison.OrdinalIgnoreCase);

    /// <summary>Autotask says 500 both for a request that it does not like and for trouble of its own; only its words tell them apart.</summary>
    private static bool IsValidation(string said) => said.Length > 0 && !TroubleWords().IsMatch(said) && ValidationWords().IsMatch(said);

    [GeneratedRegex(@"thread threshold|Itgenatr005", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex ThreadWords();

    [GeneratedRegex(@"request(s)? (threshold|limit|quota)|(exceeded|maximum) .{0,40}requests", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex QuotaWords();

    [GeneratedRegex(@"integration\s?code", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex CodeWords();

    [GeneratedRegex(@"time(d)?[\s-]?out|deadlock|unexpected|unavailable|try again|internal (server )?error", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex TroubleWords();

    [GeneratedRegex(@"\b(value|reference|field|filter|property|entity|query|required|invalid|missing|picklist)", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex ValidationWords();
}
