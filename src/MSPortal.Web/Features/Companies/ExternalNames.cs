using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Model;
using MSPortal.Storage;

namespace MSPortal.Web.Features.Companies;

/// <summary>What external companies are called at their vendor just now.</summary>
internal static class ExternalNames
{
    public static async Task<Dictionary<ExternalKey, string>> OfAsync(PortalContext db, IReadOnlyCollection<ExternalKey> keys, CancellationToken ct)
    {
        var names = new Dictionary<ExternalKey, string>();
        foreach (var integration in keys.GroupBy(k => k.IntegrationId))
        {
            var id = integration.Key;
            var ids = integration.Select(k => k.ExternalId).Distinct().ToList();
            var live = await LiveAsync(db, id, DataType.Companies, ct);
            var rows = await db.ExternalCompanies
                .Where(e => e.IntegrationId == id && e.Generation == live && ids.Contains(e.ExternalId))
                .Select(e => new { e.Partition, e.ExternalId, e.Name })
                .ToListAsync(ct);
            foreach (var row in rows)
            {
                names[new ExternalKey(id, row.ExternalId, row.Partition)] = row.Name;
            }
        }

        return names;
    }

    /// <summary>The generation that is shown.</summary>
    public static async Task<int> LiveAsync(PortalContext db, long integrationId, DataType type, CancellationToken ct) =>
        await db.Streams.Where(s => s.IntegrationId == integrationId && s.DataType == type && s.Partition == "")
            .Select(s => (int?)s.LiveGeneration).FirstOrDefaultAsync(ct) ?? 1;
}
