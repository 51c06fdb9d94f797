using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Ports;
using MSPortal.Storage;
using MSPortal.Storage.Model;

namespace MSPortal.Web.Features.Companies;

/// <summary>A place of a company, as people here wrote it down.</summary>
public sealed record LocationItem(Guid Id, string Name, string? AddressLine1, string? AddressLine2, string? City, string? Country, bool IsPrimary);

/// <param name="IsPrimary">At most one of a company's is; another loses it.</param>
public sealed record LocationInput(string? Name, string? AddressLine1 = null, string? AddressLine2 = null, string? City = null, string? Country = null, bool IsPrimary = false);

/// <summary>Locations of companies: what people write down, since no integration reads them.</summary>
internal sealed class CompanyPlaces(PortalDatabase database, TimeProvider clock)
{
    private const int Most = 200;

    /// <summary>The primary one first.</summary>
    public static async Task<IReadOnlyList<LocationItem>> OfAsync(PortalContext db, Guid companyId, CancellationToken ct) =>
        (await db.CompanyLocations.AsNoTracking().Where(l => l.CompanyId == companyId).ToListAsync(ct)).ConvertAll(Item)
            .OrderBy(l => l.IsPrimary ? 0 : 1).ThenBy(l => l.Name, StringComparer.OrdinalIgnoreCase).ToList();

    public async Task<IReadOnlyList<LocationItem>> ListAsync(long tenantId, Guid companyId, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        return await OfAsync(db, companyId, ct);
    }

    /// <summary>Writes one down, or corrects it; the answer is its id.</summary>
    /// <exception cref="CompanyProblemException">There is no such company or location, or it has no name.</exception>
    public Task<Guid> SaveAsync(Guid companyId, Guid? id, LocationInput input, Actor actor, CancellationToken ct) => CompanyWork.RunAsync(
        database,
        clock,
        actor,
        async work =>
        {
            var company = await work.HoldAsync(companyId, ct);
            var all = await work.Db.CompanyLocations.Where(l => l.CompanyId == companyId).ToListAsync(ct);
            var row = id is null ? null : Find(all, id.Value);
            var before = row is null ? null : Item(row);
            if (row is null && all.Count >= Most)
            {
                throw new CompanyProblemException($"A company has at most {Most} locations.");
            }

            row ??= Add(work, companyId);
            Apply(row, input);
            foreach (var other in all.Where(l => row.IsPrimary && l.IsPrimary && l.Id != row.Id))
            {
                var was = Item(other);
                other.IsPrimary = false;
                work.AuditCompany("company.location_changed", companyId, company.Name, was, Item(other));
            }

            if (Item(row) != before)
            {
                work.AuditCompany(before is null ? "company.location_added" : "company.location_changed", companyId, company.Name, before, Item(row));
            }

            return row.Id;
        },
        ct);

    /// <exception cref="CompanyProblemException">There is no such company or location.</exception>
    public Task<bool> RemoveAsync(Guid companyId, Guid id, Actor actor, CancellationToken ct) => CompanyWork.RunAsync(
        database,
        clock,
        actor,
        async work =>
        {
            var company = await work.HoldAsync(companyId, ct);
            var row = Find(await work.Db.CompanyLocations.Where(l => l.CompanyId == companyId).ToListAsync(ct), id);
            work.Db.CompanyLocations.Remove(row);
            work.AuditCompany("company.location_removed", companyId, company.Name, Item(row), null);
            return true;
        },
        ct);

    private static CompanyLocation Add(CompanyWork work, Guid companyId)
    {
        var row = new CompanyLocation { Id = Guid.CreateVersion7(work.Now), TenantId = work.Actor.TenantId, CompanyId = companyId, Name = "" };
        work.Db.CompanyLocations.Add(row);
        return row;
    }

    private static void Apply(CompanyLocation row, LocationInput input)
    {
        row.Name = CompanyInput.CleanText(input.Name) ?? throw new CompanyProblemException("A location needs a name.", field: "name");
        (row.AddressLine1, row.AddressLine2) = (CompanyInput.CleanText(input.AddressLine1), CompanyInput.CleanText(input.AddressLine2));
        (row.City, row.Country, row.IsPrimary) = (CompanyInput.CleanText(input.City), CompanyInput.CleanText(input.Country), input.IsPrimary);
    }

    private static CompanyLocation Find(List<CompanyLocation> all, Guid id) => all.Find(l => l.Id == id) ?? throw new CompanyProblemException("There is no such location.", missing: true);

    private static LocationItem Item(CompanyLocation l) => new(l.Id, l.Name, l.AddressLine1, l.AddressLine2, l.City, l.Country, l.IsPrimary);
}
