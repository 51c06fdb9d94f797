using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Ports;
using MSPortal.Storage;
using MSPortal.Storage.Model;

namespace MSPortal.Web.Features.Companies;

/// <summary>Takes an operation back as its audit entry tells it, and leaves alone what people have changed since.</summary>
internal sealed class CompanyUndo(PortalDatabase database, TimeProvider clock)
{
    /// <summary>What audit entries of operations are about.</summary>
    public const string Kind = "company_operation";
    private const string Undone = "companies.undone";

    /// <exception cref="CompanyProblemException">There is no such operation, or it was taken back already.</exception>
    public Task<OperationResult> UndoAsync(Guid operationId, Actor actor, CancellationToken ct) =>
        CompanyWork.RunAsync(database, clock, actor, async work =>
        {
            var id = operationId.ToString();
            var entries = work.Db.Audit.AsNoTracking().Where(a => a.SubjectKind == Kind && a.SubjectId == id);
            var done = await entries.FirstOrDefaultAsync(a => a.Action != Undone, ct) ?? throw new CompanyProblemException("There is no such operation.", missing: true);
            var undoing = new Undoing(work, CompanyWork.ReadOperation(done.After!));
            var companies = await undoing.HoldAsync(ct);
            if (await entries.AnyAsync(a => a.Action == Undone, ct)) // Asked once nobody else can be at it.
            {
                throw new CompanyProblemException("This has been undone already.");
            }

            await undoing.RunAsync(companies, ct);
            work.Audit(Undone, Kind, id, done.SubjectName, undoing.Before, undoing.After);
            return new OperationResult(operationId, undoing.Rows);
        }, ct);

    private sealed class Undoing(CompanyWork work, OperationRecord operation)
    {
        private readonly List<LinkState> removed = [];
        private readonly List<LinkState> restored = [];
        private readonly List<CompanyState> deleted = [];
        private readonly List<TypesState> types = [];
        private HashSet<Guid> dressed = [];

        public List<RowResult> Rows { get; } = [];

        /// <summary>What is gone by the undo.</summary>
        public OperationRecord Before => new() { Created = deleted, Linked = removed };

        /// <summary>What is back by it.</summary>
        public OperationRecord After => new() { Linked = restored, Types = types };

        public Task<Dictionary<Guid, Company>> HoldAsync(CancellationToken ct) =>
            work.HoldAsync([.. operation.Linked.Concat(operation.Unlinked).Select(l => l.CompanyId).Concat(operation.Types.Select(t => t.CompanyId)).Distinct()], ct);

        public async Task RunAsync(Dictionary<Guid, Company> companies, CancellationToken ct)
        {
            var ids = companies.Keys.ToList();
            var links = (await work.Db.CompanyLinks.Where(l => ids.Contains(l.CompanyId)).ToListAsync(ct)).ToDictionary(l => l.Id);
            var created = operation.Created.ToDictionary(c => c.Id);
            dressed = await DressedAsync([.. created.Keys], ct);
            foreach (var link in operation.Linked)
            {
                Remove(link, companies.GetValueOrDefault(link.CompanyId), created.GetValueOrDefault(link.CompanyId), links);
            }

            await work.Db.SaveChangesAsync(ct); // A swapped link's place is free before the old one takes it.
            foreach (var link in operation.Unlinked)
            {
                await RestoreAsync(link, companies.GetValueOrDefault(link.CompanyId), ct);
            }

            if (operation.Types.Count > 0)
            {
                RestoreTypes(await TypeTable.LoadAsync(work.Db, [.. operation.Types.Select(t => t.CompanyId)], ct));
            }
        }

        /// <summary>Whoever says more of a company than the import knew has made it their own.</summary>
        private async Task<HashSet<Guid>> DressedAsync(List<Guid> ids, CancellationToken ct) =>
        [
            .. await work.Db.CompanyTypings.Where(t => ids.Contains(t.CompanyId)).Select(t => t.CompanyId).ToListAsync(ct),
            .. await work.Db.CompanyLocations.Where(l => ids.Contains(l.CompanyId)).Select(l => l.CompanyId).ToListAsync(ct),
            .. await work.Db.CompanyParents.Where(p => ids.Contains(p.CompanyId)).Select(p => p.CompanyId).ToListAsync(ct),
            .. await work.Db.CompanyParents.Where(p => ids.Contains(p.ParentId)).Select(p => p.ParentId).ToListAsync(ct),
        ];

        private void RestoreTypes(TypeTable table)
        {
            var companies = table.Companies.ToDictionary(c => c.Id);
            foreach (var state in operation.Types)
            {
                var why = !companies.TryGetValue(state.CompanyId, out var company) ? "It does not exist any more."
                    : table.Of(company.Id).SequenceEqual(state.After, TypeTable.Same) ? null
                    : "Its types have been changed since.";
                if (why is null && table.Set(work, company!, state.Before) is { } restoredTypes)
                {
                    types.Add(restoredTypes);
                }

                Rows.Add(new RowResult("", state.CompanyName, why is null ? RowOutcome.Changed : RowOutcome.Skipped, why, state.CompanyId, state.CompanyName));
            }
        }

        private void Remove(LinkState link, Company? company, CompanyState? made, Dictionary<long, CompanyLink> links)
        {
            if (company is null || !links.TryGetValue(link.Id, out var row))
            {
                Keep(link, "Its link has been changed since.");
            }
            else if (made is not null && IsTouched(company, made, links.Values))
            {
                Keep(link, $"“{company.Name}” has been changed since, so it stays.");
            }
            else
            {
                work.Db.CompanyLinks.Remove(row);
                removed.Add(link);
                work.AuditCompany("company.unlinked", company.Id, company.Name, link, null);
                if (made is not null)
                {
                    work.Db.Companies.Remove(company);
                    deleted.Add(made);
                    work.AuditCompany("company.deleted", company.Id, company.Name, made, null);
                }

                Rows.Add(Row(link, made is null ? RowOutcome.Unlinked : RowOutcome.Deleted, null));
            }
        }

        private bool IsTouched(Company company, CompanyState made, IEnumerable<CompanyLink> links) =>
            dressed.Contains(company.Id) || CompanyWork.State(company) != made || links.Any(l => l.CompanyId == company.Id && operation.Linked.All(o => o.Id != l.Id));

        private async Task RestoreAsync(LinkState link, Company? company, CancellationToken ct)
        {
            var key = new ExternalKey(link.IntegrationId, link.ExternalId, link.Partition);
            if (company is null)
            {
                Keep(link, "Its company does not exist any more.");
            }
            else if (await work.Db.CompanyLinks.AnyAsync(l => l.IntegrationId == key.IntegrationId && l.Partition == key.Partition && l.ExternalId == key.ExternalId, ct))
            {
                Keep(link, "It has been linked anew since.");
            }
            else if (await work.Db.BlockedCompanies.AnyAsync(b => b.IntegrationId == key.IntegrationId && b.Partition == key.Partition && b.ExternalId == key.ExternalId, ct))
            {
                Keep(link, "It has been blocked since.");
            }
            else
            {
                work.Add(company.Id, key);
                restored.Add(link);
                work.AuditCompany("company.linked", company.Id, company.Name, null, link);
                Rows.Add(Row(link, RowOutcome.Linked, null));
            }
        }

        private void Keep(LinkState link, string why) => Rows.Add(Row(link, RowOutcome.Skipped, why));

        private static RowResult Row(LinkState link, RowOutcome outcome, string? reason) =>
            new(link.ExternalId, link.ExternalName ?? link.ExternalId, outcome, reason, link.CompanyId, link.CompanyName);
    }
}
