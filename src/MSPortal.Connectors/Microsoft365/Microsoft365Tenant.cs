using System.Diagnostics.CodeAnalysis;

namespace MSPortal.Connectors.Microsoft365;

/// <summary>How people name a tenant: by its id, by a domain of it, and by what they paste instead.</summary>
internal static class Microsoft365Tenant
{
    public const string Wanted = "Enter the tenant's ID (Entra admin center → Overview) or a domain of it, such as contoso.onmicrosoft.com.";

    /// <summary>Names that stand for any tenant, and so for none.</summary>
    private static readonly string[] Anyone = ["common", "organizations", "consumers"];

    /// <summary>An id or a domain in small letters; of an e-mail address or a web address it is the domain.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out string? tenant)
    {
        var entered = (text ?? "").Trim().Trim('{', '}').ToLowerInvariant();
        if (Uri.TryCreate(entered, UriKind.Absolute, out var uri) && uri.Host.Length > 0 && entered.Contains("://", StringComparison.Ordinal))
        {
            entered = uri.IdnHost;
        }

        entered = entered[(entered.LastIndexOf('@') + 1)..].TrimEnd('.');
        tenant = IsId(entered) || IsDomain(entered) ? entered : null;
        return tenant is not null;
    }

    public static bool IsId(string text) => Guid.TryParseExact(text, "D", out _);

    private static bool IsDomain(string text) =>
        text.Length <= 253 && text.Contains('.', StringComparison.Ordinal) && !Anyone.Contains(text)
        && text.Split('.').All(label => label.Length is > 0 and <= 63 && label.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'));
}
