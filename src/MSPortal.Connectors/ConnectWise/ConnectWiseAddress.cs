using System.Diagnostics.CodeAnalysis;

namespace MSPortal.Connectors.ConnectWise;

/// <summary>Which host a person means who pastes anything from a bare host name to the address of a ticket.</summary>
internal static class ConnectWiseAddress
{
    private static readonly string[] CloudDomains = [".myconnectwise.net", ".connectwisedev.com"];

    /// <summary>The address with host and port only; https unless http was written.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out Uri? address, out string error)
    {
        address = null;
        var entered = text?.Trim() ?? "";
        if (entered.Length == 0)
        {
            error = "Enter the API host, for example api-na.myconnectwise.net.";
            return false;
        }

        var full = entered.Contains("://", StringComparison.Ordinal) ? entered : $"https://{entered}";
        if (!Uri.TryCreate(full, UriKind.Absolute, out var uri) || uri.Host.Length == 0 || !uri.IsAbsoluteUri)
        {
            error = $"“{entered}” is not a host name. Example: api-na.myconnectwise.net.";
            return false;
        }

        error = Trouble(uri);
        if (error.Length > 0)
        {
            return false;
        }

        address = new UriBuilder(uri.Scheme, ApiHost(uri.IdnHost), uri.Port).Uri;
        return true;
    }

    public static bool IsCloud(Uri address) => CloudDomains.Any(d => address.Host.EndsWith(d, StringComparison.OrdinalIgnoreCase));

    /// <summary>The host of ConnectWise's own pages: in the cloud the API's without its “api-”, on-premises the same.</summary>
    public static string SiteHost(Uri address) =>
        IsCloud(address) && address.Host.StartsWith("api-", StringComparison.OrdinalIgnoreCase) ? address.Host[4..] : address.Host;

    private static string Trouble(Uri uri) =>
        uri.Scheme != Uri.UriSchemeHttps && uri.Scheme != Uri.UriSchemeHttp ? $"The API is reached by https, not by {uri.Scheme}."
        : uri.UserInfo.Length > 0 ? "Enter the host only, without a user name or password in front of it."
        : uri.HostNameType == UriHostNameType.Dns && !uri.Host.Contains('.', StringComparison.Ordinal) && uri.Host is not "localhost"
            ? $"“{uri.Host}” is not a full host name. Example: api-na.myconnectwise.net."
            : "";

    /// <summary>Calls to the pages' host are refused (“SSL is required”), so the API's host is taken for it.</summary>
    private static string ApiHost(string host) =>
        CloudDomains.Any(d => host.EndsWith(d, StringComparison.OrdinalIgnoreCase)) && !host.StartsWith("api-", StringComparison.OrdinalIgnoreCase)
            ? $"api-{host}"
            : host;
}
