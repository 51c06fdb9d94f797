using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Storage.Model;

namespace MSPortal.Storage.Integrations;

/// <summary>Which companies are taken in: those that no longer pass leave at once, and a full read brings those that now do. Links stay; they are a person's work.</summary>
internal sealed class CompanyFilterChange(PortalDatabase database, TimeProvider clock)
{
    public async Task RunAsync(long integrationId, CompanyFilter filter, Actor actor, CancellationToken ct)
    {
        var streams = await StoreAsync(integrationId, filter, actor, ct);
        // Also when nothing was changed: the last hiding may have been broken off, and saving once more is how a person mends that.
        await Leaving.ThroughAsync(streams, DataType.Companies, (stream, generation, after) => IntegrationEdit.RunAsync(
            database,
            clock,
            integrationId,
            actor,
            // Someone has changed the filter again: theirs counts.
            edit => filter.AdmitsLike(edit.CompanyFilter) ? HideAsync(edit, filter, stream.Partition, generation, after) : Task.FromResult<string?>(null),
            // The filter is stored: whoever asked may leave, the companies go all the same.
            CancellationToken.None));
    }

    public async Task<CompanyFilterPreview> PreviewAsync(long tenantId, long integrationId, CompanyFilter filter, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        if (!await db.Integrations.AnyAsync(i => i.Id == integrationId, ct))
        {
            throw IntegrationEdit.NotFound(integrationId);
        }

        var streams = await db.Streams.AsNoTracking().Where(s => s.IntegrationId == integrationId).ToListAsync(ct);
        var links = (await db.CompanyLinks.Where(l => l.IntegrationId == integrationId).Select(l => new { l.Partition, l.ExternalId }).ToListAsync(ct))
            .Select(l => (l.Partition, l.ExternalId)).ToHashSet();
        long companies = 0, linked = 0, tickets = 0;
        foreach (var stream in streams.Where(s => s.DataType == DataType.Companies))
        {
            var rows = await db.ExternalCompanies
                .Where(c => c.IntegrationId == integrationId && c.Partition == stream.Partition && c.Generation == stream.LiveGeneration)
                .Select(c => new { c.ExternalId, c.Payload }).ToListAsync(ct);
            var gone = rows.Where(r => !filter.Admits(Canonical.Read<ExternalCompany>(r.Payload))).Select(r => r.ExternalId).ToList();
            var unlinked = gone.Where(id => !links.Contains((stream.Partition, id))).ToList();
            companies += gone.Count;
            linked += gone.Count - unlinked.Count;
            if (streams.Find(s => s.DataType == DataType.Tickets && s.Partition == stream.Partition) is { } theirs)
            {
                tickets += await db.Tickets.LongCountAsync(
                    t => t.IntegrationId == integrationId && t.Partition == stream.Partition && t.Generation == theirs.LiveGeneration && EF.Parameter(unlinked).Contains(t.CompanyId!), ct);
            }
        }

        return new CompanyFilterPreview(companies, linked, tickets);
    }

    private Task<IReadOnlyList<StreamRow>> StoreAsync(
        long integrationId, CompanyFilter filter, Actor actor, CancellationToken ct) =>
        IntegrationEdit.RunAsync<IReadOnlyList<StreamRow>>(
            database,
            clock,
            integrationId,
            actor,
            async edit =>
            {
                var readsAnew = !filter.AdmitsLike(edit.CompanyFilter);
                if (!readsAnew && filter.ImportNew == edit.CompanyFilter.ImportNew)
                {
                    return edit.Streams;
                }

                edit.Audit("integration.company_filter_changed", edit.CompanyFilter with { NewFrom = null }, filter with { NewFrom = null });
                // A company that only a wider filter lets in is not new.
                edit.Row.CompanyFilter = StoredJson.Write(filter with { NewFrom = readsAnew ? new NewCompanyMark(edit.Now) : edit.CompanyFilter.NewFrom });
                if (!readsAnew)
                {
                    return edit.Streams;
                }

                await CutOff.InterruptAsync(edit, $"{edit.Actor.Name} changed the company filter.", ct);
                foreach (var stream in edit.Streams.Where(s => s.DataType == DataType.Companies))
                {
                    Wish.Full(stream, edit.Now);
                }

                return edit.Streams;
            },
            ct);

    private static async Task<string?> HideAsync(
        IntegrationEdit edit, CompanyFilter filter, string partition, int generation, string? after)
    {
        var ct = CancellationToken.None;
        var sequence = await Leaving.NextSequenceAsync(edit.Db, edit.Id, DataType.Companies, ct);
        var rows = await edit.Db.ExternalCompanies
            .Where(c => c.IntegrationId == edit.Id && c.Partition == partition && c.Generation == generation)
            .NextBatch(after)
            .Select(c => new { c.ExternalId, c.Payload }).ToListAsync(ct);
        var gone = rows.Where(r => !filter.Admits(Canonical.Read<ExternalCompany>(r.Payload))).Select(r => (r.ExternalId, "CompanyFilter")).ToList();
        await Leaving.RemoveAsync<ExternalCompanyRow>(edit.Db, edit.Id, sequence, DataType.Companies, partition, generation, gone, ct);
        return rows.Count == Leaving.Batch ? rows[^1].ExternalId : null;
    }
}
