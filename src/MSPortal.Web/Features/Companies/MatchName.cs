using System.Text.RegularExpressions;
using MSPortal.Core.Model;

namespace MSPortal.Web.Features.Companies;

/// <summary>A company's name taken apart for matching: what is only spelling is evened out here, so that comparing is about meaning.</summary>
internal sealed partial class MatchName
{
    /// <summary>Spelled out on both sides; the keys are words that mean nothing else in a company's name.</summary>
    private static readonly Dictionary<string, string> Long = new(StringComparer.Ordinal)
    {
        ["intl"] = "international", ["int'l"] = "international", ["natl"] = "national", ["mfg"] = "manufacturing", ["mfr"] = "manufacturing",
        ["svc"] = "services", ["svcs"] = "services", ["service"] = "services", ["tech"] = "technology", ["technologies"] = "technology",
        ["assoc"] = "associates", ["assocs"] = "associates", ["assn"] = "association", ["bros"] = "brothers", ["univ"] = "university",
        ["dept"] = "department", ["mgmt"] = "management", ["mgt"] = "management", ["grp"] = "group", ["ctr"] = "center", ["centre"] = "center",
        ["eng"] = "engineering", ["engrg"] = "engineering", ["dist"] = "distribution", ["st"] = "saint", ["mt"] = "mount", ["ft"] = "fort",
        ["sys"] = "systems", ["system"] = "systems", ["soln"] = "solutions", ["solns"] = "solutions", ["solution"] = "solutions",
        ["hosp"] = "hospital", ["govt"] = "government", ["cty"] = "county", ["const"] = "construction", ["constr"] = "construction",
        ["ins"] = "insurance", ["pharma"] = "pharmaceuticals", ["labs"] = "laboratories", ["lab"] = "laboratories", ["hldgs"] = "holdings", ["holding"] = "holdings",
    };

    /// <summary>Words that say nothing, and legal forms in more than one word.</summary>
    private static readonly HashSet<string> Empty = ["and", "und", "et", "y", "of", "for", "ltda", "mbh", "ek", "eurl", "pvt", "de", "cv", "z", "oo"];

    private MatchName(string normalized, string[] tokens)
    {
        Normalized = normalized;
        Tokens = tokens;
        Compact = string.Concat(tokens);
        Sorted = string.Join(' ', tokens.Order(StringComparer.Ordinal));
        Initials = tokens.Length >= 3 ? string.Concat(tokens.Select(t => t[0])) : null;
    }

    /// <summary>As stored: without legal forms, punctuation, accents and case.</summary>
    public string Normalized { get; }

    /// <summary>Its words, abbreviations spelled out.</summary>
    public IReadOnlyList<string> Tokens { get; }

    /// <summary>The words in one, since some write NorthWind.</summary>
    public string Compact { get; }

    /// <summary>The words in alphabetical order, since some write the last name first.</summary>
    public string Sorted { get; }

    /// <summary>Of names of three words and more.</summary>
    public string? Initials { get; }

    public static MatchName Of(string name)
    {
        var domain = Domain().Match(name.Trim());
        var normalized = CompanyName.Normalize(domain.Success ? domain.Groups["name"].Value : name);
        var words = normalized.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var tokens = Array.FindAll(words, w => !Empty.Contains(w));
        return new MatchName(normalized, [.. (tokens.Length > 0 ? tokens : words).Select(w => Long.GetValueOrDefault(w, w))]);
    }

    /// <summary>The domain of a website that can only be this company's; null for none and for those that many share.</summary>
    public static string? DomainOf(string? website)
    {
        var host = Host().Match(website?.Trim().ToLowerInvariant() ?? "").Groups["host"].Value;
        return host.Length == 0 || Shared.Any(s => host == s || host.EndsWith("." + s, StringComparison.Ordinal)) ? null : host;
    }

    private static readonly string[] Shared = ["facebook.com", "linkedin.com", "instagram.com", "google.com", "gmail.com", "wixsite.com", "wordpress.com", "example.com"];

    [GeneratedRegex(@"^(https?://)?(www\.)?(?<name>[\p{L}\d-]{2,})\.(com|net|org|io|biz|info|eu|us|de|fr|nl|be|ch|at|it|es|dk|se|no|ca|au|nz|co\.uk|com\.au|co\.nz)/?$", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex Domain();

    [GeneratedRegex(@"^([a-z]+://)?(www\.)?(?<host>[\p{L}\d-]+(\.[\p{L}\d-]+)+)", RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex Host();
}
