using System.Net;
using System.Text.Json;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.DattoRmm;

/// <summary>What Datto RMM's answers mean when they are not the data that was asked for; one place, so that every call agrees.</summary>
internal static class DattoRmmErrors
{
    /// <summary>A caller who goes on after 429 is shut out for a while.</summary>
    public static readonly TimeSpan Block = TimeSpan.FromMinutes(5);

    private const int MessageLength = 300;

    private static readonly string[] Spoken = ["error", "message"];

    private static readonly string[] BlockWords = ["rate limit", "blocked", "too many requests", "throttl"];

    /// <summary>The fault of a refused call.</summary>
    /// <param name="permission">What the call needs; null when it needs nothing but a valid key.</param>
    /// <param name="scrub">Takes secrets out of the vendor's words.</param>
    public static FaultException Of(VendorResponse response, VendorPermission? permission, DateTimeOffset now, Func<string, string> scrub)
    {
        var said = Message(response, scrub);
        var status = (int)response.Status;
        return response.Status switch
        {
            HttpStatusCode.Unauthorized => At("secretKey", new Fault.AuthFailed(Says("Datto RMM refuses the key's token", said))),
            HttpStatusCode.Forbidden => Forbidden(response, permission, said, now),
            HttpStatusCode.NotFound when response.IsWebPage() => At("platform", new Fault.VendorDown($"There is no Datto RMM API at {response.Address.IdnHost} (404).")),
            HttpStatusCode.NotFound => new(new Fault.VendorDown(Says($"Datto RMM does not know {response.Address.AbsolutePath} (404)", said))),
            HttpStatusCode.Conflict => new(new Fault.VendorDown("Datto RMM is busy with another change of the same thing (409).")),
            HttpStatusCode.TooManyRequests => new(new Fault.RateLimited(RetryAfter.Of(response, now))),
            _ when status is >= 500 or 408 => new(new Fault.VendorDown(Says($"Datto RMM has trouble (status {status})", said))),
            _ when status is >= 300 and < 400 => At("platform", new Fault.VendorDown($"{response.Address.IdnHost} sends us on to another address instead of answering.")),
            _ => new(new Fault.BadData(Says($"Datto RMM refused a request (status {status})", said), scrub(response.Sample()))),
        };
    }

    /// <summary>Whether Datto RMM itself says that there is no such record.</summary>
    public static bool IsNotFound(VendorResponse response)
    {
        if (response.Status != HttpStatusCode.NotFound)
        {
            return false;
        }

        using var json = response.TryJson();
        return json is { RootElement.ValueKind: JsonValueKind.Object } && json.RootElement.TryGetProperty("status", out var status)
            && status.ValueKind == JsonValueKind.Number && status.TryGetInt32(out var code) && code == (int)HttpStatusCode.NotFound;
    }

    /// <summary>The fault for an answer in which data should have been.</summary>
    public static FaultException NoData(VendorResponse response, Func<string, string> scrub)
    {
        var fault = response.NotJson("Datto RMM");
        using var json = response.TryJson();
        return new FaultException(new Fault.BadData(json is null ? fault.What : "Datto RMM sent something else than the data that was asked for.", scrub(fault.Sample ?? "")));
    }

    /// <summary>Its own words, cleaned and cut; descriptions of token errors are left out, since they repeat the token.</summary>
    private static string Message(VendorResponse response, Func<string, string> scrub)
    {
        using var json = response.TryJson();
        if (json is not { RootElement.ValueKind: JsonValueKind.Object })
        {
            return "";
        }

        var words = Spoken
            .Select(name => json.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? JsonText.Of(value) : "")
            .Where(text => text.Length > 0)
            .Distinct(StringComparer.Ordinal);
        return VendorResponse.Shorten(scrub(VendorResponse.OneLine(string.Join(": ", words))), MessageLength);
    }

    /// <summary>A blocked address gets no token either, and its keys are right; null when it is something else.</summary>
    public static FaultException? OfSignIn(VendorResponse response, DateTimeOffset now) =>
        response.Status == HttpStatusCode.Forbidden && Forbidden(response, null, Message(response, text => text), now) is { Fault: Fault.RateLimited } blocked ? blocked : null;

    /// <summary>A blocked address and a missing permission are both 403: the one is told by its words, or by saying how long.</summary>
    private static FaultException Forbidden(VendorResponse response, VendorPermission? permission, string said, DateTimeOffset now)
    {
        var wait = RetryAfter.Of(response, now);
        return wait is not null || BlockWords.Any(w => said.Contains(w, StringComparison.OrdinalIgnoreCase)) ? new(new Fault.RateLimited(wait > Block ? wait : Block))
            : response.IsWebPage() ? new(new Fault.VendorDown("Something in front of Datto RMM refuses the request (status 403 with a web page)."))
            : permission is not null ? new(new Fault.PermissionMissing(permission))
            : new(new Fault.VendorDown("Datto RMM lets nobody in from here (403): either it has blocked this server's address for a while, or the key's user may not use the API."));
    }

    private static string Says(string what, string said) => said.Length == 0 ? what + "." : $"{what}. It says: {said}";

    private static FaultException At(string field, Fault fault) => new(fault) { Field = field };
}
