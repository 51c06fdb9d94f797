using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.ConnectWise;

/// <summary>What ConnectWise's answers mean when they are not the data that was asked for; one place, so that every call agrees.</summary>
internal static partial class ConnectWiseErrors
{
    /// <summary>Key in <see cref="Exception.Data"/>: the vendor itself says that the record in the address does not exist.</summary>
    public const string RecordNotFound = "connectwise.record-not-found";

    private const int MessageLength = 300;

    /// <summary>The fault of a refused call.</summary>
    /// <param name="permission">What the call needs; null when it needs nothing but a valid key.</param>
    /// <param name="scrub">Takes secrets out of the vendor's words.</param>
    public static FaultException Of(VendorResponse response, VendorPermission? permission, DateTimeOffset now, Func<string, string> scrub)
    {
        var said = Message(response, scrub);
        var status = (int)response.Status;
        return response.Status switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden when MentionsClientId(said) =>
                At("clientId", new Fault.AuthFailed(Says("ConnectWise does not accept the clientId", said))),
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden when MentionsSsl(said) =>
                At("apiUrl", new Fault.VendorDown(Says("This host is not the API's: it wants the API host (api-….myconnectwise.net) by https", said))),
            HttpStatusCode.Unauthorized or HttpStatusCode.NotFound when permission is not null && MentionsPermission(said) =>
                new FaultException(new Fault.PermissionMissing(permission)),
            HttpStatusCode.Unauthorized =>
                At("privateKey", new Fault.AuthFailed(Says("ConnectWise refuses the keys", said))),
            HttpStatusCode.Forbidden when permission is not null =>
                new FaultException(new Fault.PermissionMissing(permission)),
            HttpStatusCode.Forbidden =>
                At("privateKey", new Fault.AuthFailed(Says("ConnectWise does not let this key in", said))),
            HttpStatusCode.NotFound when IsRecordNotFound(response) =>
                NotFound(new Fault.VendorDown(Says($"ConnectWise does not know {response.Address.AbsolutePath} (404)", said))),
            HttpStatusCode.NotFound =>
                At("apiUrl", new Fault.VendorDown(Says($"ConnectWise does not know {response.Address.AbsolutePath} (404)", said))),
            HttpStatusCode.TooManyRequests =>
                new FaultException(new Fault.RateLimited(RetryAfter.Of(response, now) ?? Written(said))),
            _ when status is >= 500 or 408 =>
                new FaultException(new Fault.VendorDown(Says($"ConnectWise has trouble (status {status})", said))),
            _ when status is >= 300 and < 400 =>
                At("apiUrl", new Fault.VendorDown(Redirect(response))),
            _ => new FaultException(new Fault.BadData(Says($"ConnectWise refused a request (status {status})", said), scrub(response.Sample()))),
        };
    }

    /// <summary>Whether ConnectWise itself (not a proxy, not a wrong address) says that there is no such record.</summary>
    public static bool IsRecordNotFound(VendorResponse response)
    {
        if (response.Status != HttpStatusCode.NotFound)
        {
            return false;
        }

        using var json = response.TryJson();
        return json is not null && Text(json.RootElement, "code") is "NotFound";
    }

    /// <summary>The vendor's own words, cleaned and cut; empty when it said nothing readable.</summary>
    public static string Message(VendorResponse response, Func<string, string> scrub)
    {
        using var json = response.TryJson();
        if (json is null)
        {
            return "";
        }

        var message = Text(json.RootElement, "message");
        var code = Text(json.RootElement, "code") ?? Text(json.RootElement, "error");
        var details = Details(json.RootElement);
        var all = string.Join(": ", new[] { code, message, details }.Where(t => !string.IsNullOrWhiteSpace(t)));
        return VendorResponse.Shorten(scrub(VendorResponse.OneLine(all)), MessageLength);
    }

    private static string? Details(JsonElement body) =>
        body.ValueKind == JsonValueKind.Object && body.TryGetProperty("errors", out var errors) && errors.ValueKind == JsonValueKind.Array
            ? string.Join("; ", errors.EnumerateArray().Select(e => Text(e, "message")).Where(m => m is not null))
            : null;

    private static string? Text(JsonElement body, string name) =>
        body.ValueKind == JsonValueKind.Object && body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? JsonText.Of(value)
            : null;

    /// <summary>The 429's text carries the wait as well, should the header be lost on the way.</summary>
    private static TimeSpan? Written(string said) =>
        WaitInWords().Match(said) is { Success: true } match && int.TryParse(match.Groups["s"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? RetryAfter.Bound(TimeSpan.FromSeconds(seconds))
            : null;

    private static string Redirect(VendorResponse response)
    {
        var target = response.Headers.Location is { IsAbsoluteUri: true } location && location.Host.Length > 0 ? location.IdnHost : "another address";
        return $"{response.Address.IdnHost} sends us on to {target}. Keys are never sent to another host; if it is right, enter it as the API URL.";
    }

    private static string Says(string what, string said) => said.Length == 0 ? what + "." : $"{what}. It says: {said}";

    private static FaultException At(string field, Fault fault) => new(fault) { Field = field };

    private static FaultException NotFound(Fault fault)
    {
        var exception = new FaultException(fault);
        exception.Data[RecordNotFound] = true;
        return exception;
    }

    private static bool MentionsClientId(string said) => ClientIdWord().IsMatch(said);

    private static bool MentionsSsl(string said) => said.Contains("SSL is required", StringComparison.OrdinalIgnoreCase);

    private static bool MentionsPermission(string said) => said.Contains("permission", StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"client[\s_-]?id", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex ClientIdWord();

    [GeneratedRegex(@"in (?<s>\d{1,6}) second", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex WaitInWords();
}
