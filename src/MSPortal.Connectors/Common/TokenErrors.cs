using System.Net;
using System.Text.Json;
using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.Common;

/// <summary>What it means when a token endpoint gives out no token (RFC 6749, 5.2).</summary>
internal static class TokenErrors
{
    public static FaultException Of(VendorResponse response, TokenRequest wanted, DateTimeOffset now)
    {
        var said = Error(response);
        var status = (int)response.Status;
        return response.Status switch
        {
            HttpStatusCode.TooManyRequests => new FaultException(new Fault.RateLimited(RetryAfter.Of(response, now))),
            HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed =>
                At(wanted.AddressField, new Fault.VendorDown($"{wanted.Address.IdnHost} does not sign programs in at {wanted.Address.AbsolutePath} (status {status}).")),
            HttpStatusCode.Forbidden when said is null && response.IsWebPage() => new FaultException(new Fault.VendorDown($"Something in front of {wanted.Vendor} refuses to sign us in (status 403 with a web page).")),
            _ when status is >= 500 or 408 => new FaultException(new Fault.VendorDown($"{wanted.Vendor} has trouble signing us in (status {status}).")),
            _ when status is >= 300 and < 400 =>
                At(wanted.AddressField, new Fault.VendorDown($"{wanted.Address.IdnHost} sends us on to another address. Secrets are never sent there; if it is right, enter it.")),
            _ when said is not null || response.Status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden =>
                At(wanted.SecretField, new Fault.AuthFailed(said is null ? $"{wanted.Vendor} refuses the {wanted.Credentials}." : $"{wanted.Vendor} refuses the {wanted.Credentials} ({said}).")),
            _ => At(wanted.AddressField, new Fault.BadData($"{wanted.Vendor} refused the sign-in (status {status}).")),
        };
    }

    /// <summary>The error's code alone: descriptions can repeat what was sent.</summary>
    private static string? Error(VendorResponse response)
    {
        using var json = response.TryJson();
        return json is { RootElement.ValueKind: JsonValueKind.Object } && json.RootElement.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.String
            && JsonText.Of(error) is { Length: > 0 and <= 40 } code && code.All(c => char.IsAsciiLetter(c) || c == '_')
            ? code
            : null;
    }

    private static FaultException At(string field, Fault fault) => new(fault) { Field = field };
}
