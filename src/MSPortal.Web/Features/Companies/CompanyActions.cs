using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Storage;
using MSPortal.Storage.Model;

namespace MSPortal.Web.Features.Companies;

/// <summary>What people do to companies themselves; page, API and command line all come here, and each change leaves its audit entry.</summary>
internal sealed class CompanyActions(PortalDatabase database, TimeProvider clock)
{
    /// <exception cref="CompanyProblemException">The name is missing, too long or taken.</exception>
    public Task<Guid> CreateAsync(CompanyInput input, Actor actor, CancellationToken ct) => CompanyWork.RunAsync(
        database,
        clock,
        actor,
        async work =>
        {
            var name = CompanyInput.CleanName(input.Name);
            await RefuseTakenAsync(work.Db, name, except: null, ct);
            var company = work.NewCompany(name);
            Apply(company, input with { Name = null });
            return work.Add(company).Id;
        },
        ct);

    /// <summary>Renames, (de)activates and corrects; what is null stays.</summary>
    /// <exception cref="CompanyProblemException">There is no such company, or the name will not do.</exception>
    public Task<bool> ChangeAsync(Guid id, CompanyInput input, Actor actor, CancellationToken ct) => CompanyWork.RunAsync(
        database,
        clock,
        actor,
        async work =>
        {
            var company = await work.HoldAsync(id, ct);
            var before = CompanyWork.State(company);
            if (input.Name is not null)
            {
                var name = CompanyInput.CleanName(input.Name);
                await RefuseTakenAsync(work.Db, name, except: id, ct);
                (company.Name, company.NormalizedName) = (name, CompanyName.Normalize(name));
            }

            Apply(company, input);
            var after = CompanyWork.State(company);
            if (after != before)
            {
                work.AuditCompany(Action(before, after), id, after.Name, before, after);
            }

            return after != before;
        },
        ct);

    public Task<bool> RenameAsync(Guid id, string name, Actor actor, CancellationToken ct) =>
        ChangeAsync(id, new CompanyInput { Name = name }, actor, ct);

    public Task<bool> SetActiveAsync(Guid id, bool active, Actor actor, CancellationToken ct) =>
        ChangeAsync(id, new CompanyInput { IsActive = active }, actor, ct);

    /// <summary>Takes the company and its links away, and blocks its external companies from coming back by themselves; the answer is how many.</summary>
    /// <exception cref="CompanyProblemException">There is no such company.</exception>
    public Task<int> DeleteAsync(Guid id, Actor actor, CancellationToken ct) => CompanyWork.RunAsync(
        database,
        clock,
        actor,
        async work =>
        {
            // Held before its links are read: a link that is being made is waited for, and a later one finds no company.
            var company = await work.HoldAsync(id, ct);
            var links = await work.Db.CompanyLinks.Where(l => l.CompanyId == id).ToListAsync(ct);
            var names = await ExternalNames.OfAsync(work.Db, [.. links.Select(Key)], ct);
            var states = links.Select(l => CompanyWork.State(l, company.Name, names.GetValueOrDefault(Key(l)))).ToList();
            work.Db.CompanyLinks.RemoveRange(links);
            work.Db.Companies.Remove(company);
            foreach (var key in links.Select(Key))
            {
                await BlockOneAsync(work, key, names.GetValueOrDefault(key) ?? company.Name, ct);
            }

            work.AuditCompany("company.deleted", id, company.Name, new { Company = CompanyWork.State(company), Links = states }, null);
            return links.Count;
        },
        ct);

    /// <summary>Keeps external companies from being taken in; the answer is how many were not blocked before.</summary>
    /// <exception cref="CompanyProblemException">One is linked.</exception>
    public Task<int> BlockAsync(IReadOnlyCollection<ExternalKey> externals, Actor actor, CancellationToken ct) => CompanyWork.RunAsync(
        database,
        clock,
        actor,
        async work =>
        {
            var names = await ExternalNames.OfAsync(work.Db, externals, ct);
            var blocked = 0;
            foreach (var key in externals.Distinct())
            {
                if (!names.TryGetValue(key, out var name))
                {
                    throw new CompanyProblemException($"The integration has no company {key.ExternalId}.", missing: true);
                }

                if (await work.Db.CompanyLinks.AnyAsync(l => l.IntegrationId == key.IntegrationId && l.Partition == key.Partition && l.ExternalId == key.ExternalId, ct))
                {
                    throw new CompanyProblemException($"“{name}” is linked to a company. Unlink it first.");
                }

                blocked += await BlockOneAsync(work, key, name, ct) ? 1 : 0;
            }

            return blocked;
        },
        ct);

    /// <summary>Lets external companies in again; it imports nothing by itself. The answer is how many were blocked.</summary>
    public Task<int> UnblockAsync(IReadOnlyCollection<ExternalKey> externals, Actor actor, CancellationToken ct) => CompanyWork.RunAsync(
        database,
        clock,
        actor,
        async work =>
        {
            var unblocked = 0;
            foreach (var key in externals.Distinct())
            {
                if (await FindBlockAsync(work.Db, key, ct) is { } block)
                {
                    work.Db.BlockedCompanies.Remove(block);
                    work.Audit("company.unblocked", "external_company", Id(key), block.Name, new { block.IntegrationId, block.Partition, block.ExternalId, block.BlockedBy }, null);
                    unblocked++;
                }
            }

            return unblocked;
        },
        ct);

    private static ExternalKey Key(CompanyLink link) => new(link.IntegrationId, link.ExternalId, link.Partition);

    private static string Id(ExternalKey key) => key.Partition.Length == 0 ? $"{key.IntegrationId}/{key.ExternalId}" : $"{key.IntegrationId}/{key.Partition}/{key.ExternalId}";

    private static async Task<bool> BlockOneAsync(CompanyWork work, ExternalKey key, string name, CancellationToken ct)
    {
        if (await FindBlockAsync(work.Db, key, ct) is not null)
        {
            return false;
        }

        work.Db.BlockedCompanies.Add(new BlockedCompany
        {
            TenantId = work.Actor.TenantId,
            IntegrationId = key.IntegrationId,
            Partition = key.Partition,
            ExternalId = key.ExternalId,
            Name = name,
            BlockedBy = work.Actor.Name,
            BlockedAt = work.Now,
        });
        work.Audit("company.blocked", "external_company", Id(key), name, null, key);
        return true;
    }

    private static Task<BlockedCompany?> FindBlockAsync(PortalContext db, ExternalKey key, CancellationToken ct) =>
        db.BlockedCompanies.FirstOrDefaultAsync(b => b.IntegrationId == key.IntegrationId && b.Partition == key.Partition && b.ExternalId == key.ExternalId, ct);

    private static string Action(CompanyState before, CompanyState after) =>
        before.Name != after.Name ? "company.renamed"
        : before.IsActive == after.IsActive ? "company.changed"
        : after.IsActive ? "company.activated"
        : "company.deactivated";

    private static void Apply(Company company, CompanyInput input)
    {
        company.IsActive = input.IsActive ?? company.IsActive;
        company.Phone = input.Phone is null ? company.Phone : CompanyInput.CleanText(input.Phone);
        company.Website = input.Website is null ? company.Website : CompanyInput.CleanText(input.Website);
        company.City = input.City is null ? company.City : CompanyInput.CleanText(input.City);
    }

    /// <summary>Whoever types a name that exists has not seen the other one.</summary>
    private static async Task RefuseTakenAsync(PortalContext db, string name, Guid? except, CancellationToken ct)
    {
        var normalized = CompanyName.Normalize(name);
        var similar = await db.Companies.Where(c => c.NormalizedName == normalized && c.Id != except).Select(c => c.Name).ToListAsync(ct);
        if (similar.Any(other => string.Equals(other, name, StringComparison.OrdinalIgnoreCase)))
        {
            throw new CompanyProblemException($"There is a company named “{name}” already.");
        }
    }
}
