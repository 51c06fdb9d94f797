using Microsoft.EntityFrameworkCore;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Web.Ui;

namespace MSPortal.Web.Features.Companies;

/// <summary>A link as the mapping shows it.</summary>
/// <param name="Name">Null when the vendor no longer has it.</param>
public sealed record MappedLink(ExternalKey Key, string? Name)
{
    public string Label => Name ?? Key.ExternalId;
}

/// <summary>A company and what it is linked to, in every integration.</summary>
public sealed record MappingRow(Guid Id, string Name, bool IsActive, IReadOnlyList<MappedLink> Links)
{
    public IEnumerable<MappedLink> In(long integrationId) => Links.Where(l => l.Key.IntegrationId == integrationId);
}

/// <param name="Missing">Only companies without a link to one of these; empty: all companies.</param>
public sealed record MappingFilter(string? Search, IReadOnlyCollection<long> Missing);

/// <summary>The mapping grid: companies by integrations, read in pieces as somebody scrolls.</summary>
internal sealed class MappingQueries(PortalDatabase database)
{
    public async Task<RecordPage<MappingRow>> ListAsync(long tenantId, MappingFilter filter, int skip, int take, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        var companies = db.Companies.AsNoTracking().Named(filter.Search);
        if (filter.Missing.Count > 0)
        {
            var wanted = filter.Missing.Count;
            companies = companies.Where(c =>
                db.CompanyLinks.Where(l => l.CompanyId == c.Id && filter.Missing.Contains(l.IntegrationId)).Select(l => l.IntegrationId).Distinct().Count() < wanted);
        }

        var total = await companies.CountAsync(ct);
        var page = await companies.OrderBy(c => c.NormalizedName).ThenBy(c => c.Id).Skip(skip).Take(take).ToListAsync(ct);
        return new RecordPage<MappingRow>(await DressAsync(db, page, ct), total);
    }

    private static async Task<List<MappingRow>> DressAsync(PortalContext db, List<Company> page, CancellationToken ct)
    {
        var ids = page.ConvertAll(c => c.Id);
        var links = await db.CompanyLinks.AsNoTracking().Where(l => ids.Contains(l.CompanyId)).OrderBy(l => l.Id)
            .Select(l => new { l.CompanyId, Key = new ExternalKey(l.IntegrationId, l.ExternalId, l.Partition) }).ToListAsync(ct);
        var names = await ExternalNames.OfAsync(db, links.ConvertAll(l => l.Key), ct);
        var linked = links.ToLookup(l => l.CompanyId, l => new MappedLink(l.Key, names.GetValueOrDefault(l.Key)));
        return page.ConvertAll(c => new MappingRow(c.Id, c.Name, c.IsActive, [.. linked[c.Id]]));
    }
}
