using System.Diagnostics.CodeAnalysis;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.HaloPsa;

/// <summary>Which hosts a person means who pastes anything from a bare host name to the address of a ticket.</summary>
internal static class HaloPsaAddress
{
    /// <summary>The address with host and port only; https unless http was written.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out Uri? address, out string error)
    {
        address = null;
        if (!TryRead(text, out var uri, out error))
        {
            return false;
        }

        address = new UriBuilder(uri.Scheme, uri.IdnHost, uri.Port).Uri;
        return true;
    }

    /// <summary>The Authorisation Server with its path and no slash at the end; Halo's usual path unless another was written.</summary>
    public static bool TryParseAuth(string? text, [NotNullWhen(true)] out Uri? address, out string error)
    {
        address = null;
        if (!TryRead(text, out var uri, out error))
        {
            return false;
        }

        var path = uri.AbsolutePath.TrimEnd('/');
        path = path.EndsWith("/token", StringComparison.OrdinalIgnoreCase) ? path[..^"/token".Length] : path;
        address = new UriBuilder(uri.Scheme, uri.IdnHost, uri.Port, path.Length == 0 ? "/auth" : path).Uri;
        return true;
    }

    /// <exception cref="FaultException">The address may not be used here; the field says which setting.</exception>
    public static Uri Allowed(Uri address, string field, bool allowPrivate)
    {
        var why = allowPrivate ? null
            : address.Scheme == Uri.UriSchemeHttp ? "Halo must be reached by https: over http everyone on the way could read the secret."
            : PrivateNetwork.IsPrivateName(address.IdnHost) ? NetworkFault.PrivateAddress(address.IdnHost)
            : null;
        return why is null ? address : throw new FaultException(new Fault.VendorDown(why)) { Field = field };
    }

    private static bool TryRead(string? text, [NotNullWhen(true)] out Uri? uri, out string error)
    {
        uri = null;
        var entered = text?.Trim() ?? "";
        if (entered.Length == 0)
        {
            error = "Enter the address of your Halo, for example acme.halopsa.com.";
            return false;
        }

        var full = entered.Contains("://", StringComparison.Ordinal) ? entered : $"https://{entered}";
        if (!Uri.TryCreate(full, UriKind.Absolute, out uri) || uri.Host.Length == 0)
        {
            error = $"“{entered}” is not a host name. Example: acme.halopsa.com.";
            return false;
        }

        error = Trouble(uri);
        return error.Length == 0;
    }

    private static string Trouble(Uri uri) =>
        uri.Scheme != Uri.UriSchemeHttps && uri.Scheme != Uri.UriSchemeHttp ? $"Halo is reached by https, not by {uri.Scheme}."
        : uri.UserInfo.Length > 0 ? "Enter the host only, without a user name or password in front of it."
        : uri.HostNameType == UriHostNameType.Dns && !uri.Host.Contains('.', StringComparison.Ordinal) && uri.Host is not "localhost"
            ? $"“{uri.Host}” is not a full host name. Example: acme.halopsa.com."
            : "";
}
