using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Model;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Web.Access;

namespace MSPortal.Web.Features.Companies;

/// <summary>A type as an integration says it; it is changed there.</summary>
public sealed record SaidType(string Name, long IntegrationId, string IntegrationName);

/// <summary>A type that companies have.</summary>
/// <param name="Companies">How many.</param>
/// <param name="IsManual">People here gave it to some of them.</param>
/// <param name="SaidBy">Integrations that say it.</param>
public sealed record CompanyTypeItem(string Name, int Companies, bool IsManual, IReadOnlyList<string> SaidBy);

/// <summary>Which types there are, and who has them.</summary>
internal sealed class CompanyTypeQueries(PortalDatabase database)
{
    /// <summary>Vendors' type lists are stored as one text.</summary>
    private const string Separator = ", ";

    /// <summary>Every type that some company has which may be seen; a type that none has is none.</summary>
    public async Task<IReadOnlyList<CompanyTypeItem>> ListAsync(Sight sight, CancellationToken ct)
    {
        await using var db = database.Open(sight.TenantId);
        var seen = sight.Of(db.Companies);
        var manual = await (
            from typing in db.CompanyTypings
            join type in db.CompanyTypes on typing.TypeId equals type.Id
            where seen.Any(c => c.Id == typing.CompanyId)
            select new { type.Name, typing.CompanyId }).ToListAsync(ct);
        var live = db.Live<ExternalCompanyRow>(DataType.Companies);
        var said = await (
            from link in sight.Of(db.CompanyLinks)
            join row in live on new { link.IntegrationId, link.Partition, link.ExternalId } equals new { row.IntegrationId, row.Partition, row.ExternalId }
            join integration in db.Integrations on link.IntegrationId equals integration.Id
            where row.TypeNames != null && row.TypeNames != ""
            select new { link.CompanyId, integration.Name, row.TypeNames }).ToListAsync(ct);
        return
        [
            .. manual.Select(m => (Type: m.Name, m.CompanyId, By: (string?)null))
                .Concat(said.SelectMany(s => s.TypeNames!.Split(Separator).Select(type => (Type: type, s.CompanyId, By: (string?)s.Name))))
                .GroupBy(t => t.Type, TypeTable.Same)
                .Select(g => new CompanyTypeItem(
                    g.First().Type, g.Select(t => t.CompanyId).Distinct().Count(), g.Any(t => t.By is null), [.. g.Select(t => t.By).OfType<string>().Distinct().Order(TypeTable.Same)]))
                .OrderBy(t => t.Name, TypeTable.Same),
        ];
    }

    /// <summary>Companies that are of the type, whoever says so.</summary>
    public static IQueryable<Company> Of(PortalContext db, IQueryable<Company> companies, string type)
    {
        var (name, normalized) = (type.Trim(), TypeTable.Normalize(type.Trim()));
        var (exact, lower) = ($"{Separator}{name}{Separator}", $"{Separator}{name.ToLowerInvariant()}{Separator}");
        var live = db.Live<ExternalCompanyRow>(DataType.Companies);
#pragma warning disable CA1304, CA1311, CA1862, MA0011 // The database lowers the letters; it knows neither cultures nor comparisons.
        return companies.Where(c =>
            db.CompanyTypings.Any(t => t.CompanyId == c.Id && db.CompanyTypes.Any(x => x.Id == t.TypeId && x.NormalizedName == normalized))
            || db.CompanyLinks.Any(l => l.CompanyId == c.Id && live.Any(e =>
                e.IntegrationId == l.IntegrationId && e.Partition == l.Partition && e.ExternalId == l.ExternalId && e.TypeNames != null
                && ((Separator + e.TypeNames + Separator).Contains(exact) || (Separator + e.TypeNames + Separator).ToLower().Contains(lower)))));
#pragma warning restore CA1304, CA1311, CA1862, MA0011
    }

    /// <summary>What people gave to each of these companies.</summary>
    public static async Task<ILookup<Guid, string>> GivenAsync(PortalContext db, IReadOnlyCollection<Guid> ids, CancellationToken ct)
    {
        var given = await (
            from typing in db.CompanyTypings
            join type in db.CompanyTypes on typing.TypeId equals type.Id
            where ids.Contains(typing.CompanyId)
            select new { typing.CompanyId, type.Name }).ToListAsync(ct);
        return given.OrderBy(g => g.Name, TypeTable.Same).ToLookup(g => g.CompanyId, g => g.Name);
    }

    /// <summary>What integrations say of each of these companies, as they spell it.</summary>
    public static async Task<ILookup<Guid, SaidType>> SaidAsync(PortalContext db, IReadOnlyCollection<Guid> ids, CancellationToken ct)
    {
        var live = db.Live<ExternalCompanyRow>(DataType.Companies);
        var said = await (
            from link in db.CompanyLinks
            join row in live on new { link.IntegrationId, link.Partition, link.ExternalId } equals new { row.IntegrationId, row.Partition, row.ExternalId }
            join integration in db.Integrations on link.IntegrationId equals integration.Id
            where ids.Contains(link.CompanyId) && row.TypeNames != null && row.TypeNames != ""
            orderby link.Id
            select new { link.CompanyId, integration.Id, integration.Name, row.Payload }).ToListAsync(ct);
        return said
            .SelectMany(s => Canonical.Read<ExternalCompany>(s.Payload).TypeNames.Select(type => (s.CompanyId, Type: new SaidType(type, s.Id, s.Name)))).Distinct()
            .ToLookup(s => s.CompanyId, s => s.Type);
    }
}
