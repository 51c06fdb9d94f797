using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Model;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Web.Access;

namespace MSPortal.Web.Features.Companies;

/// <summary>A company that an integration says to be the parent; it becomes that only when somebody adopts it.</summary>
public sealed record SaidParent(CompanyChoice Company, IReadOnlyList<string> SaidBy);

/// <summary>Which companies belong to a company.</summary>
/// <param name="Children">By name.</param>
/// <param name="Said">What integrations say.</param>
public sealed record CompanyRelatives(IReadOnlyList<CompanyChoice> Children, IReadOnlyList<SaidParent> Said);

/// <summary>Parents and children, of those that may be seen.</summary>
internal static class CompanyFamilyQuery
{
    public static async Task<Dictionary<Guid, CompanyChoice>> ParentsAsync(PortalContext db, Sight sight, IReadOnlyCollection<Guid> ids, CancellationToken ct)
    {
        var parents = await (
            from row in db.CompanyParents
            join parent in sight.Of(db.Companies) on row.ParentId equals parent.Id
            where ids.Contains(row.CompanyId)
            select new { row.CompanyId, parent.Id, parent.Name }).ToListAsync(ct);
        return parents.ToDictionary(p => p.CompanyId, p => new CompanyChoice(p.Id, p.Name));
    }

    public static async Task<CompanyRelatives> RelativesAsync(PortalContext db, Sight sight, Guid id, CancellationToken ct)
    {
        var children = await sight.Of(db.Companies).Where(c => db.CompanyParents.Any(p => p.CompanyId == c.Id && p.ParentId == id))
            .OrderBy(c => c.NormalizedName).ThenBy(c => c.Id).Select(c => new CompanyChoice(c.Id, c.Name)).ToListAsync(ct);
        var live = db.Live<ExternalCompanyRow>(DataType.Companies);
        var rows = await (
            from link in db.CompanyLinks
            join row in live on new { link.IntegrationId, link.Partition, link.ExternalId } equals new { row.IntegrationId, row.Partition, row.ExternalId }
            join integration in db.Integrations on link.IntegrationId equals integration.Id
            where link.CompanyId == id
            orderby link.Id
            select new { row.IntegrationId, row.Partition, integration.Name, row.Payload }).ToListAsync(ct);
        var said = new List<(CompanyChoice Company, string By)>();
        foreach (var row in rows)
        {
            if (Canonical.Read<ExternalCompany>(row.Payload).ParentCompanyId is { } above && await LinkedAsync(db, sight, new ExternalKey(row.IntegrationId, above, row.Partition), ct) is { } parent && parent.Id != id)
            {
                said.Add((parent, row.Name));
            }
        }

        return new CompanyRelatives(children, [.. said.GroupBy(s => s.Company).Select(g => new SaidParent(g.Key, [.. g.Select(s => s.By).Distinct()]))]);
    }

    private static Task<CompanyChoice?> LinkedAsync(PortalContext db, Sight sight, ExternalKey key, CancellationToken ct) => (
        from link in db.CompanyLinks
        join company in sight.Of(db.Companies) on link.CompanyId equals company.Id
        where link.IntegrationId == key.IntegrationId && link.Partition == key.Partition && link.ExternalId == key.ExternalId
        select new CompanyChoice(company.Id, company.Name)).FirstOrDefaultAsync(ct);
}
