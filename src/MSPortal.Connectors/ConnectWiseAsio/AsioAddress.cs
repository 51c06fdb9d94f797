using System.Diagnostics.CodeAnalysis;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;

namespace MSPortal.Connectors.ConnectWiseAsio;

/// <summary>Which host an environment has; another address is for tests alone.</summary>
internal static class AsioAddress
{
    public const string Wanted = "Enter the environment of your ConnectWise platform: NA, EU or AU.";

    private static readonly Dictionary<string, string> Environments = new(StringComparer.OrdinalIgnoreCase)
    {
        ["NA"] = "openapi.service.itsupport247.net",
        ["US"] = "openapi.service.itsupport247.net",
        ["EU"] = "openapi.service.euplatform.connectwise.com",
        ["AU"] = "openapi.service.auplatform.connectwise.com",
    };

    /// <summary>The address with host and port only; https unless http was written.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out Uri? address, out string error)
    {
        address = null;
        var entered = text?.Trim() ?? "";
        var host = Environments.GetValueOrDefault(entered, entered);
        var full = host.Contains("://", StringComparison.Ordinal) ? host : $"https://{host}";
        if (entered.Length == 0 || !Uri.TryCreate(full, UriKind.Absolute, out var uri) || uri.Host.Length == 0)
        {
            error = Wanted;
            return false;
        }

        error = (uri.Scheme != Uri.UriSchemeHttps && uri.Scheme != Uri.UriSchemeHttp) || uri.UserInfo.Length > 0 || !IsFull(uri) ? $"“{uri.Host}” is no environment of ConnectWise. {Wanted}" : "";
        address = error.Length == 0 ? new UriBuilder(uri.Scheme, uri.IdnHost, uri.Port).Uri : null;
        return address is not null;
    }

    /// <summary>Secrets go to the platform's three hosts, and elsewhere only where private networks are allowed.</summary>
    /// <exception cref="FaultException">The address may not be used here.</exception>
    public static Uri Allowed(Uri address, bool allowPrivate) =>
        allowPrivate || (address.Scheme == Uri.UriSchemeHttps && address.IsDefaultPort && Environments.ContainsValue(address.IdnHost.ToLowerInvariant()))
            ? address
            : throw new FaultException(new Fault.VendorDown($"{address.IdnHost} is no host of the ConnectWise platform. {Wanted}")) { Field = "environment" };

    /// <summary>What people call the environment; the host where it is none.</summary>
    public static string Name(Uri address) =>
        Environments.FirstOrDefault(e => e.Value.Equals(address.IdnHost, StringComparison.OrdinalIgnoreCase)).Key ?? address.IdnHost;

    private static bool IsFull(Uri uri) => uri.HostNameType != UriHostNameType.Dns || uri.Host.Contains('.', StringComparison.Ordinal) || uri.Host is "localhost";
}
