using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Storage;

namespace MSPortal.Web.Features.Companies;

/// <summary>
/// Imports companies that are new at the vendor, where people want it so and have made the first import themselves.
/// New is what is stored after they said so: what they left out, unlinked or took back before stays theirs to decide.
/// </summary>
internal sealed class NewCompanies(PortalDatabase database, CompanyImport import)
{
    /// <summary>The complete read that was looked at last, by integration; a look more or less changes nothing.</summary>
    private readonly ConcurrentDictionary<long, DateTimeOffset> looked = new();

    /// <summary>To be called after the integration's turn; the answer is null when there was nothing to do.</summary>
    public async Task<OperationResult?> LookAsync(long tenantId, long integrationId, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        var stored = await db.Integrations.Where(i => i.Id == integrationId).Select(i => i.CompanyFilter).FirstOrDefaultAsync(ct);
        if (StoredJson.Read<CompanyFilter>(stored) is not { ImportNew: true } filter
            || await db.Streams.AsNoTracking().FirstOrDefaultAsync(s => s.IntegrationId == integrationId && s.DataType == DataType.Companies && s.Partition == "", ct)
                is not { LastCompleteAt: { } read } stream
            || looked.GetValueOrDefault(integrationId) == read
            || read < filter.NewFrom?.Since
            || !await db.CompanyLinks.AnyAsync(l => l.IntegrationId == integrationId, ct))
        {
            return null;
        }

        var live = db.ExternalCompanies.Where(e => e.IntegrationId == integrationId && e.Partition == "" && e.Generation == stream.LiveGeneration);
        var youngest = await live.MaxAsync(e => (DateTimeOffset?)e.CreatedAt, ct);
        // A copy that was read anew is young as a whole, and nothing of it is known to be new.
        var after = filter.NewFrom?.Generation == stream.LiveGeneration ? filter.NewFrom.After : null;
        var result = after is { } known && youngest > known
            ? await import.ImportNewAsync(integrationId, known, new Actor(tenantId, "MSPortal", null), ct)
            : null;
        var mark = new NewCompanyMark(filter.NewFrom?.Since ?? read, stream.LiveGeneration, youngest ?? read);
        var next = StoredJson.Write(filter with { NewFrom = mark });
        await db.Integrations.Where(i => i.Id == integrationId && i.CompanyFilter == stored).ExecuteUpdateAsync(set => set.SetProperty(i => i.CompanyFilter, next), ct);
        looked[integrationId] = read;
        return result?.OperationId is null ? null : result;
    }
}
