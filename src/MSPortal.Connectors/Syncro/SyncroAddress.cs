using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace MSPortal.Connectors.Syncro;

/// <summary>Which account a person means who pastes anything from a bare subdomain to the address of a ticket.</summary>
internal static partial class SyncroAddress
{
    private const string Example = "Enter the first part of your Syncro address: acme in acme.syncromsp.com.";

    /// <summary>RepairShopr is the same product under its older name.</summary>
    private static readonly string[] Domains = ["syncromsp.com", "repairshopr.com"];

    /// <summary>The address with host and port only; https unless http was written.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out Uri? address, out string error)
    {
        address = null;
        error = Example;
        var entered = text?.Trim().TrimEnd('.') ?? "";
        if (entered.Length == 0)
        {
            return false;
        }

        if (!entered.Any(c => c is '.' or ':' or '/'))
        {
            if (!Label().IsMatch(entered))
            {
                error = $"“{entered}” is not a subdomain. {Example}";
                return false;
            }

            entered = $"{entered}.{Domains[0]}";
        }

        var full = entered.Contains("://", StringComparison.Ordinal) ? entered : $"https://{entered}";
        if (!Uri.TryCreate(full, UriKind.Absolute, out var uri) || uri.Host.Length == 0)
        {
            error = $"“{entered}” is not an address. {Example}";
            return false;
        }

        error = Trouble(uri);
        if (error.Length > 0)
        {
            return false;
        }

        address = new UriBuilder(uri.Scheme, uri.IdnHost.ToLowerInvariant(), uri.Port).Uri;
        return true;
    }

    /// <summary>Whether it is a host of the vendor's own, so that a key sent there reaches nobody else.</summary>
    public static bool IsVendors(Uri address) => Domains.Any(d => address.Host.EndsWith($".{d}", StringComparison.OrdinalIgnoreCase));

    private static string Trouble(Uri uri) =>
        uri.Scheme != Uri.UriSchemeHttps && uri.Scheme != Uri.UriSchemeHttp ? $"Syncro is reached by https, not by {uri.Scheme}. {Example}"
        : uri.UserInfo.Length > 0 ? $"Leave out what stands in front of the “@”. {Example}"
        : Domains.Any(d => uri.Host.Equals(d, StringComparison.OrdinalIgnoreCase) || uri.Host.Equals($"www.{d}", StringComparison.OrdinalIgnoreCase))
            ? $"“{uri.Host}” is Syncro's own site. {Example}"
        : "";

    [GeneratedRegex("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex Label();
}
