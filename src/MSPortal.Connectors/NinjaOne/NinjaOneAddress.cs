using System.Diagnostics.CodeAnalysis;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.NinjaOne;

/// <summary>Which host a person means who names a region or pastes the address of any page of NinjaOne.</summary>
internal static class NinjaOneAddress
{
    public const string Wanted = "Enter the region of your NinjaOne (US, US2, EU, CA, OC, FED) or its address, for example eu.ninjarmm.com.";

    private static readonly Dictionary<string, string> Regions = new(StringComparer.OrdinalIgnoreCase)
    {
        ["US"] = "app.ninjarmm.com",
        ["APP"] = "app.ninjarmm.com",
        ["US2"] = "us2.ninjarmm.com",
        ["EU"] = "eu.ninjarmm.com",
        ["CA"] = "ca.ninjarmm.com",
        ["OC"] = "oc.ninjarmm.com",
        ["FED"] = "fed.ninjarmm.com",
    };

    /// <summary>The address with host and port only; https unless http was written.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out Uri? address, out string error)
    {
        address = null;
        var entered = text?.Trim() ?? "";
        if (entered.Length == 0)
        {
            error = Wanted;
            return false;
        }

        var host = Regions.GetValueOrDefault(entered, entered);
        var full = host.Contains("://", StringComparison.Ordinal) ? host : $"https://{host}";
        if (!Uri.TryCreate(full, UriKind.Absolute, out var uri) || uri.Host.Length == 0)
        {
            error = $"“{entered}” is neither a region nor an address. {Wanted}";
            return false;
        }

        error = Trouble(uri);
        if (error.Length > 0)
        {
            return false;
        }

        address = new UriBuilder(uri.Scheme, uri.IdnHost, uri.Port).Uri;
        return true;
    }

    /// <exception cref="FaultException">The address may not be used here.</exception>
    public static Uri Allowed(Uri address, bool allowPrivate)
    {
        var why = allowPrivate ? null
            : address.Scheme == Uri.UriSchemeHttp ? "NinjaOne must be reached by https: over http everyone on the way could read the secret."
            : PrivateNetwork.IsPrivateName(address.IdnHost) ? NetworkFault.PrivateAddress(address.IdnHost)
            : null;
        return why is null ? address : throw new FaultException(new Fault.VendorDown(why)) { Field = "region" };
    }

    /// <summary>What people call the region that a host is of; its own name where it is no region's.</summary>
    public static string Name(Uri address) =>
        Regions.FirstOrDefault(r => r.Value.Equals(address.IdnHost, StringComparison.OrdinalIgnoreCase)).Key is { } region ? $"NinjaOne {region} ({address.IdnHost})" : address.IdnHost;

    private static string Trouble(Uri uri) =>
        uri.Scheme != Uri.UriSchemeHttps && uri.Scheme != Uri.UriSchemeHttp ? $"NinjaOne is reached by https, not by {uri.Scheme}."
        : uri.UserInfo.Length > 0 ? "Enter the host only, without a user name or password in front of it."
        : uri.HostNameType == UriHostNameType.Dns && !uri.Host.Contains('.', StringComparison.Ordinal) && uri.Host is not "localhost"
            ? $"“{uri.Host}” is no region of NinjaOne. {Wanted}"
            : "";
}
