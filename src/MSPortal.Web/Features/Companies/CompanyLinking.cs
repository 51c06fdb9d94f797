using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Ports;
using MSPortal.Storage;
using MSPortal.Storage.Integrations;
using MSPortal.Storage.Model;

namespace MSPortal.Web.Features.Companies;

/// <summary>Single links: made, taken away, exchanged. Each is an operation with an undo, since a link shows data.</summary>
internal sealed class CompanyLinking(PortalDatabase database, TimeProvider clock)
{
    /// <summary>Links an external company; linking it to where it is already changes nothing.</summary>
    /// <exception cref="CompanyProblemException">One of the two does not exist, it belongs to another company, or it is blocked.</exception>
    public Task<OperationResult> LinkAsync(Guid companyId, ExternalKey external, Actor actor, CancellationToken ct) =>
        CompanyWork.RunAsync(database, clock, actor, async work =>
        {
            var company = await work.HoldAsync(companyId, ct);
            var name = await NameAsync(work, external, ct);
            if (await FindAsync(work.Db, external, ct) is { } existing)
            {
                return existing.CompanyId == companyId
                    ? new OperationResult(null, [new RowResult(external.ExternalId, name, RowOutcome.Skipped, "It is linked already.", companyId, company.Name)])
                    : throw new CompanyProblemException($"“{name}” is linked to “{await CompanyNameAsync(work, existing.CompanyId, ct)}” already. Unlink it there first.");
            }

            return await RecordAsync(work, "companies.linked", company.Name, [], [(work.Add(companyId, external), company.Name, name)], ct);
        }, ct);

    /// <summary>Takes a link away; the tickets that came with it are hidden at once.</summary>
    /// <exception cref="CompanyProblemException">There is no such link.</exception>
    public Task<OperationResult> UnlinkAsync(ExternalKey external, Actor actor, CancellationToken ct) =>
        CompanyWork.RunAsync(database, clock, actor, async work =>
        {
            var link = await FindAsync(work.Db, external, ct) ?? throw new CompanyProblemException("It is not linked (any more).", missing: true);
            var companyName = await CompanyNameAsync(work, link.CompanyId, ct);
            var names = await ExternalNames.OfAsync(work.Db, [external], ct);
            work.Db.CompanyLinks.Remove(link);
            return await RecordAsync(work, "companies.unlinked", companyName, [CompanyWork.State(link, companyName, names.GetValueOrDefault(external))], [], ct);
        }, ct);

    /// <summary>Puts another external company of the same integration in a link's place, in one step.</summary>
    /// <exception cref="CompanyProblemException">There is no such link, or the other one cannot be linked.</exception>
    public Task<OperationResult> SwapAsync(ExternalKey from, ExternalKey to, Actor actor, CancellationToken ct) =>
        CompanyWork.RunAsync(database, clock, actor, async work =>
        {
            if (from.IntegrationId != to.IntegrationId)
            {
                throw new CompanyProblemException("Only companies of the same integration are exchanged.");
            }

            var link = await FindAsync(work.Db, from, ct) ?? throw new CompanyProblemException("It is not linked (any more).", missing: true);
            var company = await work.HoldAsync(link.CompanyId, ct);
            var name = await NameAsync(work, to, ct);
            if (await FindAsync(work.Db, to, ct) is { } existing)
            {
                throw new CompanyProblemException($"“{name}” is linked to “{await CompanyNameAsync(work, existing.CompanyId, ct)}” already. Unlink it there first.");
            }

            var names = await ExternalNames.OfAsync(work.Db, [from], ct);
            var before = CompanyWork.State(link, company.Name, names.GetValueOrDefault(from));
            work.Db.CompanyLinks.Remove(link);
            return await RecordAsync(work, "companies.swapped", company.Name, [before], [(work.Add(company.Id, to), company.Name, name)], ct);
        }, ct);

    private static async Task<OperationResult> RecordAsync(
        CompanyWork work,
        string action,
        string subject,
        IReadOnlyList<LinkState> unlinked,
        IReadOnlyList<(CompanyLink Link, string CompanyName, string ExternalName)> made,
        CancellationToken ct)
    {
        await work.Db.SaveChangesAsync(ct); // Gives the links their ids, which the undo needs.
        var linked = made.Select(l => CompanyWork.State(l.Link, l.CompanyName, l.ExternalName)).ToList();
        foreach (var link in unlinked)
        {
            work.AuditCompany("company.unlinked", link.CompanyId, link.CompanyName, link, null);
        }

        foreach (var link in linked)
        {
            work.AuditCompany("company.linked", link.CompanyId, link.CompanyName, null, link);
        }

        var id = Guid.CreateVersion7(work.Now);
        work.Audit(action, CompanyUndo.Kind, id.ToString(), subject, null, new OperationRecord { Linked = linked, Unlinked = unlinked });
        return new OperationResult(id, [.. unlinked.Select(l => Row(l, RowOutcome.Unlinked)), .. linked.Select(l => Row(l, RowOutcome.Linked))]);
    }

    private static RowResult Row(LinkState link, RowOutcome outcome) =>
        new(link.ExternalId, link.ExternalName ?? link.ExternalId, outcome, null, link.CompanyId, link.CompanyName);

    private static async Task<string> NameAsync(CompanyWork work, ExternalKey external, CancellationToken ct)
    {
        if (!await work.Db.Integrations.AnyAsync(i => i.Id == external.IntegrationId, ct))
        {
            throw CompanyProblemException.NoIntegration(external.IntegrationId);
        }

        await Blocking.HoldAsync(work.Db, external.IntegrationId, ct);
        if (await work.Db.BlockedCompanies.FirstOrDefaultAsync(b => b.IntegrationId == external.IntegrationId && b.Partition == external.Partition && b.ExternalId == external.ExternalId, ct) is { } block)
        {
            throw new CompanyProblemException($"“{block.Name}” is blocked. Unblock it first.");
        }

        return (await ExternalNames.OfAsync(work.Db, [external], ct)).GetValueOrDefault(external)
            ?? throw new CompanyProblemException($"The integration has no company {external.ExternalId}.", missing: true);
    }

    private static Task<CompanyLink?> FindAsync(PortalContext db, ExternalKey external, CancellationToken ct) =>
        db.CompanyLinks.FirstOrDefaultAsync(l => l.IntegrationId == external.IntegrationId && l.Partition == external.Partition && l.ExternalId == external.ExternalId, ct);

    private static async Task<string> CompanyNameAsync(CompanyWork work, Guid id, CancellationToken ct) =>
        await work.Db.Companies.Where(c => c.Id == id).Select(c => c.Name).FirstOrDefaultAsync(ct) ?? "?";
}
