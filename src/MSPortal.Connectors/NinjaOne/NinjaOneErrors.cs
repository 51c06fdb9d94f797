using System.Net;
using System.Text.Json;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.NinjaOne;

/// <summary>What NinjaOne's answers mean when they are not the data that was asked for; one place, so that every call agrees.</summary>
internal static class NinjaOneErrors
{
    private const int MessageLength = 300;

    /// <summary>No document says how errors look; these are the names under which they were seen.</summary>
    private static readonly string[] Names = ["errorMessage", "resultCode", "error_description", "error", "message"];

    /// <summary>The fault of a refused call.</summary>
    public static FaultException Of(VendorResponse response, VendorPermission permission, DateTimeOffset now, Func<string, string> scrub)
    {
        var said = Message(response, scrub);
        var status = (int)response.Status;
        return response.Status switch
        {
            HttpStatusCode.Unauthorized => At("clientSecret", new Fault.AuthFailed(Says("NinjaOne refuses the client app's token", said))),
            HttpStatusCode.Forbidden => new FaultException(new Fault.PermissionMissing(permission)),
            HttpStatusCode.NotFound => At("region", new Fault.VendorDown(Says($"NinjaOne does not know {response.Address.AbsolutePath} (404)", said))),
            HttpStatusCode.TooManyRequests => new FaultException(new Fault.RateLimited(RetryAfter.Of(response, now))),
            _ when status is >= 500 or 408 => new FaultException(new Fault.VendorDown(Says($"NinjaOne has trouble (status {status})", said))),
            _ when status is >= 300 and < 400 => At("region", new Fault.VendorDown(Redirect(response))),
            _ => new FaultException(new Fault.BadData(Says($"NinjaOne refused a request (status {status})", said), scrub(response.Sample()))),
        };
    }

    /// <summary>What NinjaOne's sign-in says in words of its own; null for what OAuth has words for.</summary>
    public static FaultException? OfSignIn(VendorResponse response)
    {
        var said = Message(response, text => text);
        return (int)response.Status is not (400 or 401 or 403) ? null
            : said.Contains("invalid_scope", StringComparison.OrdinalIgnoreCase)
                ? At("clientId", new Fault.AuthFailed("NinjaOne gives this client app no token with the scope Monitoring."))
            : said.Contains("unauthorized_client", StringComparison.OrdinalIgnoreCase) || said.Contains("unsupported_grant", StringComparison.OrdinalIgnoreCase)
                ? At("clientId", new Fault.AuthFailed("NinjaOne gives this client app no token for a program: its platform has to be “API Services (machine-to-machine)”."))
            : said.Contains("not exist", StringComparison.OrdinalIgnoreCase)
                ? At("clientId", new Fault.AuthFailed("NinjaOne does not know this Client ID in this region."))
            : null;
    }

    /// <summary>A 404 in the vendor's own words; a web page comes from somebody else.</summary>
    public static bool IsNotFound(VendorResponse response) => response.Status == HttpStatusCode.NotFound && !response.IsWebPage();

    /// <summary>The fault for an answer in which a list or a record should have been.</summary>
    public static FaultException NoData(VendorResponse response, Func<string, string> scrub)
    {
        var said = Message(response, scrub);
        var fault = response.NotJson("NinjaOne");
        using var json = response.TryJson();
        return new FaultException(new Fault.BadData(
            json is null ? fault.What : said.Length > 0 ? $"NinjaOne sent a message instead of data: {said}" : "NinjaOne sent something else than the data that was asked for.",
            scrub(fault.Sample ?? "")));
    }

    /// <summary>The vendor's own words; empty when it said nothing readable.</summary>
    public static string Message(VendorResponse response, Func<string, string> scrub)
    {
        using var json = response.TryJson();
        if (json is not { RootElement.ValueKind: JsonValueKind.Object })
        {
            return "";
        }

        var said = Names.Select(name => Text(json.RootElement, name)).OfType<string>().Distinct(StringComparer.Ordinal);
        return VendorResponse.Shorten(scrub(VendorResponse.OneLine(string.Join(": ", said))), MessageLength);
    }

    private static string? Text(JsonElement body, string name) =>
        body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && JsonText.Of(value) is { Length: > 0 } text ? text : null;

    private static string Redirect(VendorResponse response)
    {
        var target = response.Headers.Location is { IsAbsoluteUri: true } location && location.Host.Length > 0 ? location.IdnHost : "another page";
        return $"{response.Address.IdnHost} sends us on to {target} instead of answering. Secrets are never sent there; if it is right, enter it.";
    }

    private static string Says(string what, string said) => said.Length == 0 ? what + "." : $"{what}. It says: {said}";

    private static FaultException At(string field, Fault fault) => new(fault) { Field = field };
}
