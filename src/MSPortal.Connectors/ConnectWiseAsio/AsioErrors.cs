using System.Net;
using System.Text.Json;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.ConnectWiseAsio;

/// <summary>What the platform's answers mean when they are not the data that was asked for; one place, so that every call agrees.</summary>
internal static class AsioErrors
{
    private const int MessageLength = 300;

    /// <summary>Every API of the platform has a shape of its own.</summary>
    private static readonly string[] Names = ["message", "description", "error_description", "error", "code"];

    /// <summary>The fault of a refused call.</summary>
    public static FaultException Of(VendorResponse response, VendorPermission permission, DateTimeOffset now, Func<string, string> scrub)
    {
        var said = Message(response, scrub);
        var status = (int)response.Status;
        return response.Status switch
        {
            HttpStatusCode.Unauthorized => At("clientSecret", new Fault.AuthFailed(Says("ConnectWise refuses the token of this API credential", said))),
            HttpStatusCode.Forbidden => new FaultException(new Fault.PermissionMissing(permission)),
            HttpStatusCode.NotFound => At("environment", new Fault.VendorDown(Says($"ConnectWise does not know {response.Address.AbsolutePath} (404)", said))),
            HttpStatusCode.TooManyRequests or HttpStatusCode.Locked => new FaultException(new Fault.RateLimited(RetryAfter.Of(response, now))),
            _ when status is >= 500 or 408 => new FaultException(new Fault.VendorDown(Says($"ConnectWise has trouble (status {status})", said))),
            _ when status is >= 300 and < 400 => At("environment", new Fault.VendorDown(Redirect(response))),
            _ => new FaultException(new Fault.BadData(Says($"ConnectWise refused a request (status {status})", said), scrub(response.Sample()))),
        };
    }

    /// <summary>What a refused token means: 423 is too many of them, a scope that the key lacks is a missing permission; the rest OAuth has words for.</summary>
    public static FaultException? OfSignIn(VendorResponse response, VendorPermission permission, DateTimeOffset now) =>
        response.Status == HttpStatusCode.Locked ? new FaultException(new Fault.RateLimited(RetryAfter.Of(response, now)))
        : (int)response.Status is 400 or 401 or 403 && Message(response, text => text).Contains("scope", StringComparison.OrdinalIgnoreCase) ? new FaultException(new Fault.PermissionMissing(permission))
        : null;

    /// <summary>The platform's own “resource not found”, which is also how it says that there is nothing; a web page comes from somebody else.</summary>
    public static bool IsNotFound(VendorResponse response) =>
        response.Status == HttpStatusCode.NotFound && Message(response, text => text).Replace("_", " ", StringComparison.Ordinal).Contains("not found", StringComparison.OrdinalIgnoreCase);

    /// <summary>The fault for an answer in which data should have been.</summary>
    public static FaultException NoData(VendorResponse response, Func<string, string> scrub)
    {
        var said = Message(response, scrub);
        var fault = response.NotJson("ConnectWise");
        using var json = response.TryJson();
        return new FaultException(new Fault.BadData(
            json is null ? fault.What : said.Length > 0 ? $"ConnectWise sent a message instead of data: {said}" : "ConnectWise sent something else than the data that was asked for.",
            scrub(fault.Sample ?? "")));
    }

    /// <summary>The vendor's own words in any of the shapes in which it says them; empty when it said nothing readable.</summary>
    public static string Message(VendorResponse response, Func<string, string> scrub)
    {
        using var json = response.TryJson();
        var body = json?.RootElement is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() > 0 ? list[0] : json?.RootElement;
        if (body is not { ValueKind: JsonValueKind.Object } told)
        {
            return "";
        }

        var said = Names.Select(name => Text(told, name)).OfType<string>().Distinct(StringComparer.Ordinal);
        return VendorResponse.Shorten(scrub(VendorResponse.OneLine(string.Join(": ", said))), MessageLength);
    }

    private static string? Text(JsonElement body, string name) =>
        body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && JsonText.Of(value) is { Length: > 0 } text ? text : null;

    private static string Redirect(VendorResponse response)
    {
        var target = response.Headers.Location is { IsAbsoluteUri: true } location && location.Host.Length > 0 ? location.IdnHost : "another page";
        return $"{response.Address.IdnHost} sends us on to {target} instead of answering. Secrets are never sent there.";
    }

    private static string Says(string what, string said) => said.Length == 0 ? what + "." : $"{what}. It says: {said}";

    private static FaultException At(string field, Fault fault) => new(fault) { Field = field };
}
