using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Ports;
using MSPortal.Storage;
using MSPortal.Storage.Model;

namespace MSPortal.Web.Features.Companies;

/// <summary>Which company belongs to which; it is only ever a person who says so.</summary>
internal sealed class CompanyFamily(PortalDatabase database, TimeProvider clock)
{
    /// <summary>Puts a company under another, or under none; false when it is so already.</summary>
    /// <exception cref="CompanyProblemException">One of them does not exist, or the two would end up in a circle.</exception>
    public Task<bool> SetParentAsync(Guid id, Guid? parentId, Actor actor, CancellationToken ct) => CompanyWork.RunAsync(
        database,
        clock,
        actor,
        async work =>
        {
            var company = await work.HoldAsync(id, ct);
            var parent = parentId is { } wanted ? await HoldUpwardsAsync(work, company, wanted, ct) : null;
            var row = await work.Db.CompanyParents.FirstOrDefaultAsync(p => p.CompanyId == id, ct);
            if (row?.ParentId == parentId)
            {
                return false;
            }

            var before = row is null ? null : await work.Db.Companies.FirstOrDefaultAsync(c => c.Id == row.ParentId, ct);
            if (row is not null)
            {
                work.Db.CompanyParents.Remove(row);
                await work.Db.SaveChangesAsync(ct); // Its place is free before another takes it.
            }

            if (parent is not null)
            {
                work.Db.CompanyParents.Add(new CompanyParent { TenantId = actor.TenantId, CompanyId = id, ParentId = parent.Id });
            }

            work.AuditCompany("company.parent_changed", id, company.Name, State(before), State(parent));
            return true;
        },
        ct);

    /// <summary>
    /// Holds the new parent and all above it: whoever would close the circle from the other side at this moment has to hold one of them, too, and then finds what was done here.
    /// </summary>
    private static async Task<Company> HoldUpwardsAsync(CompanyWork work, Company company, Guid parentId, CancellationToken ct)
    {
        var parent = parentId == company.Id
            ? throw new CompanyProblemException("A company is not its own parent.", field: "parentId")
            : await work.HoldAsync(parentId, ct);
        for (var above = await AboveAsync(work, parentId, ct); above is { } next; above = await AboveAsync(work, next, ct))
        {
            if (next == company.Id)
            {
                throw new CompanyProblemException($"“{parent.Name}” belongs to “{company.Name}” already, so it cannot be its parent.");
            }

            await work.HoldAsync([next], ct);
        }

        return parent;
    }

    private static Task<Guid?> AboveAsync(CompanyWork work, Guid id, CancellationToken ct) =>
        work.Db.CompanyParents.Where(p => p.CompanyId == id).Select(p => (Guid?)p.ParentId).FirstOrDefaultAsync(ct);

    private static object? State(Company? parent) => parent is null ? null : new { ParentId = parent.Id, Parent = parent.Name };
}
