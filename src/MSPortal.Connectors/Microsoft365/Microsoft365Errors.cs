using System.Net;
using System.Text;
using System.Text.Json;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.Microsoft365;

/// <summary>What Graph's answers mean when they are not the data that was asked for; one place, so that every call agrees.</summary>
internal static class Microsoft365Errors
{
    private const int MessageLength = 300;

    /// <summary>Said of a place in a list that Graph has thrown away.</summary>
    private static readonly string[] Lost = ["syncstate", "resync", "expiredpagetoken"];

    /// <summary>The fault of a refused call.</summary>
    public static FaultException Of(VendorResponse response, VendorPermission permission, DateTimeOffset now, Func<string, string> scrub)
    {
        var said = Message(response, scrub);
        var status = (int)response.Status;
        return response.Status switch
        {
            HttpStatusCode.Unauthorized => At("clientSecret", new Fault.AuthFailed(Says("Microsoft Graph refuses the token of this app", said))),
            HttpStatusCode.Forbidden when response.IsWebPage() => new FaultException(new Fault.VendorDown("Something in front of Microsoft Graph refuses us (status 403 with a web page).")),
            HttpStatusCode.Forbidden => new FaultException(new Fault.PermissionMissing(permission)),
            HttpStatusCode.NotFound => At("cloud", new Fault.VendorDown(Says($"Microsoft Graph does not know {response.Address.AbsolutePath} (404)", said))),
            HttpStatusCode.TooManyRequests => new FaultException(new Fault.RateLimited(RetryAfter.Of(response, now))),
            // Throttling wears these, too, and then says how long.
            HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout when RetryAfter.Of(response, now) is { } pause => new FaultException(new Fault.RateLimited(pause)),
            _ when status is >= 500 or 408 => new FaultException(new Fault.VendorDown(Says($"Microsoft Graph has trouble (status {status})", said))),
            _ when status is >= 300 and < 400 => At("cloud", new Fault.VendorDown(Redirect(response))),
            _ => new FaultException(new Fault.BadData(Says($"Microsoft Graph refused a request (status {status})", said), Sample(response, scrub))),
        };
    }

    /// <summary>Graph's own plain word that there is no such record; a web page comes from somebody else, and a path that it does not know is no record.</summary>
    public static bool IsNotFound(VendorResponse response) =>
        response.Status == HttpStatusCode.NotFound && Code(response) is { } code && code.EndsWith("NotFound", StringComparison.OrdinalIgnoreCase);

    /// <summary>This part of Graph is not for this app, or not in this cloud; said by Graph itself.</summary>
    public static bool IsNotThere(VendorResponse response) =>
        response.Status is HttpStatusCode.Forbidden or HttpStatusCode.NotFound or HttpStatusCode.NotImplemented or HttpStatusCode.BadRequest && Code(response) is not null;

    /// <summary>The place from which a list was to go on is not known any more: reading begins anew.</summary>
    /// <param name="isKept">It is a link that Graph itself gave out: whatever it does not understand about it will not get better.</param>
    public static bool IsLost(VendorResponse response, bool isKept = false) =>
        response.Status == HttpStatusCode.Gone
        || (response.Status is HttpStatusCode.BadRequest or HttpStatusCode.NotFound && Code(response) is { } code && (isKept || Lost.Any(l => code.Contains(l, StringComparison.OrdinalIgnoreCase))));

    /// <summary>The fault for an answer in which data should have been.</summary>
    public static FaultException NoData(VendorResponse response, Func<string, string> scrub)
    {
        var said = Message(response, scrub);
        var fault = response.NotJson("Microsoft Graph");
        using var json = response.TryJson();
        return new FaultException(new Fault.BadData(
            json is null ? fault.What : said.Length > 0 ? $"Microsoft Graph sent a message instead of data: {said}" : "Microsoft Graph sent something else than the data that was asked for.",
            Sample(response, scrub)));
    }

    /// <summary>The vendor's own words; empty when it said nothing readable.</summary>
    public static string Message(VendorResponse response, Func<string, string> scrub)
    {
        var said = string.Join(": ", new[] { Text(response, "code"), Text(response, "message") }.OfType<string>());
        return VendorResponse.Shorten(scrub(VendorResponse.OneLine(said)), MessageLength);
    }

    /// <summary>The start of the body, from which secrets go before it is cut: half a token is one, too.</summary>
    private static string Sample(VendorResponse response, Func<string, string> scrub) =>
        VendorResponse.Shorten(scrub(VendorResponse.OneLine(Encoding.UTF8.GetString(response.Body.AsSpan(0, Math.Min(response.Body.Length, 32_768))))), 500);

    private static string? Code(VendorResponse response) => Text(response, "code");

    private static string? Text(VendorResponse response, string name)
    {
        using var json = response.TryJson();
        return json is { RootElement.ValueKind: JsonValueKind.Object } && json.RootElement.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.Object
            && error.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && JsonText.Of(value) is { Length: > 0 } text
            ? text
            : null;
    }

    private static string Redirect(VendorResponse response)
    {
        var target = response.Headers.Location is { IsAbsoluteUri: true } location && location.Host.Length > 0 ? location.IdnHost : "another page";
        return $"{response.Address.IdnHost} sends us on to {target} instead of answering. Secrets are never sent there.";
    }

    private static string Says(string what, string said) => said.Length == 0 ? what + "." : $"{what}. It says: {said}";

    private static FaultException At(string field, Fault fault) => new(fault) { Field = field };
}
