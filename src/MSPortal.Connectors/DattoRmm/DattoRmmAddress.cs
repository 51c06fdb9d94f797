using System.Diagnostics.CodeAnalysis;

namespace MSPortal.Connectors.DattoRmm;

/// <summary>Which platform a person means who enters its name, or pastes the address at which they use Datto RMM.</summary>
internal static class DattoRmmAddress
{
    public static readonly IReadOnlyList<string> Platforms = ["pinotage", "merlot", "concord", "vidal", "zinfandel", "syrah"];

    private const string Example = "Enter the platform: Pinotage, Merlot, Concord, Vidal, Zinfandel or Syrah; it is in the address at which you use Datto RMM.";
    private const string ApiDomain = "centrastage.net";

    /// <summary>Other addresses of the vendor's own, in which a platform's name is found.</summary>
    private static readonly string[] Domains = [ApiDomain, "rmm.datto.com"];

    /// <summary>The root of the platform, without a slash at the end: tokens are given below it, and the API is there.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out Uri? address, out string error)
    {
        address = null;
        error = Example;
        var entered = text?.Trim().TrimEnd('/', '.') ?? "";
        if (entered.Length == 0)
        {
            return false;
        }

        if (Named(entered) is { } platform)
        {
            address = Api(platform);
            return true;
        }

        if (!entered.Any(c => c is '.' or ':' or '/'))
        {
            error = $"“{entered}” is no platform of Datto RMM's. {Example}";
            return false;
        }

        var full = entered.Contains("://", StringComparison.Ordinal) ? entered : $"https://{entered}";
        if (!Uri.TryCreate(full, UriKind.Absolute, out var uri) || uri.Host.Length == 0)
        {
            error = $"“{entered}” is not an address. {Example}";
            return false;
        }

        return TryRead(uri, out address, out error);
    }

    /// <summary>Whether it is a host of the vendor's own, so that a key sent there reaches nobody else.</summary>
    public static bool IsVendors(Uri address) => Platforms.Any(p => address.Host.Equals($"{p}-api.{ApiDomain}", StringComparison.OrdinalIgnoreCase));

    private static bool TryRead(Uri uri, [NotNullWhen(true)] out Uri? address, out string error)
    {
        address = null;
        if (Domains.Any(d => uri.Host.Equals(d, StringComparison.OrdinalIgnoreCase) || uri.Host.EndsWith($".{d}", StringComparison.OrdinalIgnoreCase)))
        {
            var label = uri.Host.Split('.')[0].ToLowerInvariant();
            var platform = Platforms.FirstOrDefault(p => label == p || label == $"{p}-api" || label == $"{p}csm" || label == $"{p}rmm" || label == $"{p}-ui");
            error = $"{uri.Host} names no platform. {Example}";
            address = platform is null ? null : Api(platform);
            return address is not null;
        }

        error = uri.Scheme != Uri.UriSchemeHttps && uri.Scheme != Uri.UriSchemeHttp ? $"Datto RMM is reached by https, not by {uri.Scheme}. {Example}"
            : uri.UserInfo.Length > 0 ? $"Leave out what stands in front of the “@”. {Example}"
            : "";
        if (error.Length > 0)
        {
            return false;
        }

        address = new UriBuilder(uri.Scheme, uri.IdnHost.ToLowerInvariant(), uri.Port, uri.AbsolutePath.TrimEnd('/')).Uri;
        return true;
    }

    private static string? Named(string text) => Platforms.FirstOrDefault(p => p.Equals(text, StringComparison.OrdinalIgnoreCase));

    private static Uri Api(string platform) => new($"https://{platform}-api.{ApiDomain}/");
}
