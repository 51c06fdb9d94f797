using System.Net;
using System.Text.Json;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.HaloPsa;

/// <summary>What Halo's answers mean when they are not the data that was asked for; one place, so that every call agrees.</summary>
internal static class HaloPsaErrors
{
    private const int MessageLength = 300;

    private static readonly string[] Names = ["error_description", "error", "Message", "message", "errorMessage", "ExceptionMessage"];

    /// <summary>The fault of a refused call.</summary>
    /// <param name="permission">What the call needs; null when it needs nothing but a valid token.</param>
    /// <param name="scrub">Takes secrets out of the vendor's words.</param>
    public static FaultException Of(VendorResponse response, VendorPermission? permission, DateTimeOffset now, Func<string, string> scrub)
    {
        var said = Message(response, scrub);
        var status = (int)response.Status;
        return response.Status switch
        {
            HttpStatusCode.Unauthorized =>
                At("clientSecret", new Fault.AuthFailed(Says("HaloPSA refuses the application's token", said))),
            HttpStatusCode.Forbidden when permission is not null => new FaultException(new Fault.PermissionMissing(permission)),
            HttpStatusCode.Forbidden =>
                At("clientId", new Fault.AuthFailed(Says("HaloPSA does not let this application in", said))),
            HttpStatusCode.NotFound =>
                At("haloUrl", new Fault.VendorDown(Says($"HaloPSA does not know {response.Address.AbsolutePath} (404)", said))),
            HttpStatusCode.TooManyRequests => new FaultException(new Fault.RateLimited(RetryAfter.Of(response, now))),
            _ when status is >= 500 or 408 => new FaultException(new Fault.VendorDown(Says($"HaloPSA has trouble (status {status})", said))),
            _ when status is >= 300 and < 400 => At("haloUrl", new Fault.VendorDown(Redirect(response))),
            _ => new FaultException(new Fault.BadData(Says($"HaloPSA refused a request (status {status})", said), scrub(response.Sample()))),
        };
    }

    /// <summary>A refused sign-in that is about neither id nor secret; null when it is.</summary>
    /// <param name="said">The sentence with the error's code of OAuth.</param>
    public static FaultException? OfSignIn(string said) =>
        said.Contains("invalid_request", StringComparison.Ordinal) ? At("tenant", new Fault.AuthFailed("HaloPSA does not know this tenant, or wants one to be named."))
        : said.Contains("unauthorized_client", StringComparison.Ordinal) || said.Contains("invalid_scope", StringComparison.Ordinal) || said.Contains("unsupported_grant", StringComparison.Ordinal)
            ? At("clientId", new Fault.AuthFailed("HaloPSA gives this application no token for a program."))
        : null;

    /// <summary>A plain 404 of Halo's own is empty; a web page comes from somebody else.</summary>
    public static bool IsNotFound(VendorResponse response) => response.Status == HttpStatusCode.NotFound && !response.IsWebPage();

    /// <summary>The fault for an answer in which a list or a record should have been.</summary>
    public static FaultException NoData(VendorResponse response, Func<string, string> scrub)
    {
        var said = Message(response, scrub);
        var fault = response.NotJson("HaloPSA");
        return new FaultException(new Fault.BadData(
            said.Length > 0 && response.TryJson() is not null ? $"HaloPSA sent a message instead of data: {said}" : fault.What,
            scrub(fault.Sample ?? "")));
    }

    /// <summary>The vendor's own words in any of the shapes in which it says them; empty when it said nothing readable.</summary>
    public static string Message(VendorResponse response, Func<string, string> scrub)
    {
        using var json = response.TryJson();
        return json is null ? "" : VendorResponse.Shorten(scrub(VendorResponse.OneLine(Words(json.RootElement))), MessageLength);
    }

    private static string Words(JsonElement body)
    {
        if (body.ValueKind == JsonValueKind.String)
        {
            return JsonText.Of(body);
        }

        if (body.ValueKind != JsonValueKind.Object)
        {
            return "";
        }

        var said = Names.Select(name => Text(body, name)).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        return said.Count > 0 ? string.Join(": ", said) : ModelState(body);
    }

    /// <summary>Validation errors: a map from field to sentences.</summary>
    private static string ModelState(JsonElement body) => string.Join("; ", body.EnumerateObject()
        .Where(p => p.Value.ValueKind == JsonValueKind.Array)
        .SelectMany(p => p.Value.EnumerateArray().Where(v => v.ValueKind == JsonValueKind.String).Select(v => $"{p.Name}: {JsonText.Of(v)}")));

    private static string? Text(JsonElement body, string name) =>
        body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && JsonText.Of(value) is { Length: > 0 } text ? text : null;

    private static string Redirect(VendorResponse response)
    {
        var target = response.Headers.Location is { IsAbsoluteUri: true } location && location.Host.Length > 0 ? location.IdnHost : "another page";
        return $"{response.Address.IdnHost} sends us on to {target} instead of answering. If Halo has moved, enter its new address.";
    }

    private static string Says(string what, string said) => said.Length == 0 ? what + "." : $"{what}. It says: {said}";

    private static FaultException At(string field, Fault fault) => new(fault) { Field = field };
}
