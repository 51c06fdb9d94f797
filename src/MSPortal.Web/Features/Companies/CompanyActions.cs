using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Storage;
using MSPortal.Storage.Integrations;
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
            var children = await work.Db.Companies.Where(c => work.Db.CompanyParents.Any(p => p.CompanyId == c.Id && p.ParentId == id)).OrderBy(c => c.NormalizedName).Select(c => c.Name).ToListAsync(ct);
            work.Db.CompanyLinks.RemoveRange(links);
            work.Db.Companies.Remove(company);
            await BlockAsync(work, [.. links.Select(Key).Select(key => (key, names.GetValueOrDefault(key) ?? company.Name))], ct);
            work.AuditCompany("company.deleted", id, company.Name, new { Company = CompanyWork.State(company), Links = states, Children = children }, null);
            return links.Count;
        },
        ct);

    /// <summary>Keeps external companies from being taken in, and keeps nothing of them but ids and dates; the answer is how many were not blocked before.</summary>
    /// <exception cref="CompanyProblemException">One is linked.</exception>
    public Task<int> BlockAsync(IReadOnlyCollection<ExternalKey> externals, Actor actor, CancellationToken ct) => CompanyWork.RunAsync(
        database,
        clock,
        actor,
        async work =>
        {
            var names = await ExternalNames.OfAsync(work.Db, externals, ct);
            foreach (var (source, _) in BySource(externals))
            {
                await Blocking.HoldAsync(work.Db, source.IntegrationId, ct); // Whoever links one of them waits, and then finds it blocked.
            }

            var blocks = await BlocksAsync(work.Db, externals, ct);
            var wanted = externals.Distinct().Where(key => !blocks.ContainsKey(key)).ToList();
            foreach (var key in wanted)
            {
                if (!names.TryGetValue(key, out var name))
                {
                    throw new CompanyProblemException($"The integration has no company {key.ExternalId}.", missing: true);
                }

                if (await work.Db.CompanyLinks.AnyAsync(l => l.IntegrationId == key.IntegrationId && l.Partition == key.Partition && l.ExternalId == key.ExternalId, ct))
                {
                    throw new CompanyProblemException($"“{name}” is linked to a company. Unlink it first.");
                }
            }

            await BlockAsync(work, wanted.ConvertAll(key => (key, names[key])), ct);
            return wanted.Count;
        },
        ct);

    /// <summary>Lets external companies in again: they are read anew, and are then as new as any other company that the vendor brings. The answer is how many were blocked.</summary>
    public Task<int> UnblockAsync(IReadOnlyCollection<ExternalKey> externals, Actor actor, CancellationToken ct) => CompanyWork.RunAsync(
        database,
        clock,
        actor,
        async work =>
        {
            var blocks = await BlocksAsync(work.Db, externals, ct);
            foreach (var (key, block) in blocks)
            {
                work.Db.BlockedCompanies.Remove(block);
                work.Audit("company.unblocked", "external_company", Id(key), block.Name, new { block.IntegrationId, block.Partition, block.ExternalId, block.BlockedBy }, null);
            }

            foreach (var (source, ids) in BySource(blocks.Keys))
            {
                await Blocking.ReadAgainAsync(work.Db, source.IntegrationId, source.Partition, ids, work.Now, ct);
            }

            return blocks.Count;
        },
        ct);

    private static ExternalKey Key(CompanyLink link) => new(link.IntegrationId, link.ExternalId, link.Partition);

    private static string Id(ExternalKey key) => key.Partition.Length == 0 ? $"{key.IntegrationId}/{key.ExternalId}" : $"{key.IntegrationId}/{key.Partition}/{key.ExternalId}";

    private static async Task BlockAsync(CompanyWork work, IReadOnlyCollection<(ExternalKey Key, string Name)> externals, CancellationToken ct)
    {
        var blocks = await BlocksAsync(work.Db, [.. externals.Select(e => e.Key)], ct);
        foreach (var (key, name) in externals.Where(e => !blocks.ContainsKey(e.Key)))
        {
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
        }

        foreach (var (source, ids) in BySource(externals.Select(e => e.Key)))
        {
            await Blocking.HideAsync(work.Db, source.IntegrationId, source.Partition, ids, ct);
        }
    }

    /// <summary>In one order, so that two that lock the same integrations wait for each other.</summary>
    private static IEnumerable<((long IntegrationId, string Partition) Source, IReadOnlyList<string> Ids)> BySource(IEnumerable<ExternalKey> keys) => keys
        .GroupBy(k => (k.IntegrationId, k.Partition), k => k.ExternalId)
        .OrderBy(g => g.Key.IntegrationId).ThenBy(g => g.Key.Partition, StringComparer.Ordinal)
        .Select(g => (g.Key, (IReadOnlyList<string>)[.. g]));

    private static async Task<Dictionary<ExternalKey, BlockedCompany>> BlocksAsync(PortalContext db, IReadOnlyCollection<ExternalKey> keys, CancellationToken ct)
    {
        var blocks = new Dictionary<ExternalKey, BlockedCompany>();
        foreach (var (source, ids) in BySource(keys))
        {
            var theirs = db.BlockedCompanies.Where(b => b.IntegrationId == source.IntegrationId && b.Partition == source.Partition && ids.Contains(b.ExternalId));
            foreach (var block in await theirs.ToListAsync(ct))
            {
                blocks.Add(new ExternalKey(block.IntegrationId, block.ExternalId, block.Partition), block);
            }
        }

        return blocks;
    }

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
