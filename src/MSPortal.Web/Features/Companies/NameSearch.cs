using MSPortal.Core.Model;
using MSPortal.Storage.Model;

namespace MSPortal.Web.Features.Companies;

/// <summary>Finds companies by a part of their name, as typed or without accents and punctuation.</summary>
internal static class NameSearch
{
#pragma warning disable CA1304, CA1311, CA1862, MA0011 // The database lowers the letters; it knows neither cultures nor comparisons.
    public static IQueryable<Company> Named(this IQueryable<Company> companies, string? search) => Parts(search) is var (text, normalized)
        ? companies.Where(c => c.Name.ToLower().Contains(text) || (normalized != "" && c.NormalizedName.Contains(normalized)))
        : companies;

    public static IQueryable<BlockedCompany> Named(this IQueryable<BlockedCompany> blocked, string? search) => Parts(search) is var (text, _)
        ? blocked.Where(b => b.Name.ToLower().Contains(text) || b.ExternalId == text)
        : blocked;

    public static IQueryable<ExternalCompanyRow> Named(this IQueryable<ExternalCompanyRow> rows, string? search) => Parts(search) is var (text, normalized)
        ? rows.Where(e => e.Name.ToLower().Contains(text) || (normalized != "" && e.NormalizedName.Contains(normalized))
            || (e.Identifier != null && e.Identifier.ToLower().Contains(text)) || e.ExternalId == text)
        : rows;
#pragma warning restore CA1304, CA1311, CA1862, MA0011

    private static (string Text, string Normalized)? Parts(string? search) =>
        Canonical.Clean(search ?? "").Trim().ToLowerInvariant() is { Length: > 0 } text ? (text, CompanyName.Normalize(text)) : null;
}
