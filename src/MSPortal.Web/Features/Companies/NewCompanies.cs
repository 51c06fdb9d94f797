using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Storage;

namespace MSPortal.Web.Features.Companies;

/// <summary>Imports companies that are new at the vendor, where people want it so and have made the first import themselves.</summary>
internal sealed class NewCompanies(PortalDatabase database, CompanyImport import)
{
    /// <summary>The complete read that was looked at last, by integration; a look more or less changes nothing.</summary>
    private readonly ConcurrentDictionary<long, DateTimeOffset> looked = new();

    /// <summary>To be called after the integration's turn; the answer is null when there was nothing to do.</summary>
    public async Task<OperationResult?> LookAsync(long tenantId, long integrationId, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        var stored = await db.Integrations.Where(i => i.Id == integrationId).Select(i => i.CompanyFilter).FirstOrDefaultAsync(ct);
        if (StoredJson.Read<CompanyFilter>(stored) is not { ImportNew: true }
            || await db.Streams.Where(s => s.IntegrationId == integrationId && s.DataType == DataType.Companies && s.Partition == "").Select(s => s.LastCompleteAt).FirstOrDefaultAsync(ct) is not { } read
            || looked.GetValueOrDefault(integrationId) == read
            || !await db.CompanyLinks.AnyAsync(l => l.IntegrationId == integrationId, ct))
        {
            return null;
        }

        var result = await import.ImportAllAsync(integrationId, new Actor(tenantId, "MSPortal", null), ct);
        looked[integrationId] = read;
        return result.OperationId is null ? null : result;
    }
}
