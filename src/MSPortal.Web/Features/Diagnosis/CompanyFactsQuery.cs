using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Diagnosis;
using MSPortal.Core.Model;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Web.Features.Companies;
using MSPortal.Web.Features.Tickets;

namespace MSPortal.Web.Features.Diagnosis;

/// <summary>Looks up what is known of external companies; concludes nothing.</summary>
internal static class CompanyFactsQuery
{
    private const int MostPerIntegration = 5;

    /// <param name="name">What the vendor's ticket calls it, for one that was never read.</param>
    public static async Task<CompanyFacts> ReadAsync(PortalContext db, long integration, string partition, string externalId, string? name, CancellationToken ct)
    {
        var row = await Live(db, integration).FirstOrDefaultAsync(c => c.Partition == partition && c.ExternalId == externalId, ct);
        var link = await db.CompanyLinks.Where(l => l.IntegrationId == integration && l.Partition == partition && l.ExternalId == externalId)
            .Join(db.Companies, l => l.CompanyId, c => c.Id, (l, c) => c.Name).FirstOrDefaultAsync(ct);
        var block = await db.BlockedCompanies.AsNoTracking()
            .FirstOrDefaultAsync(b => b.IntegrationId == integration && b.Partition == partition && b.ExternalId == externalId, ct);
        var tickets = TicketWhere.Live(db).Where(t => t.IntegrationId == integration && t.Partition == partition && t.CompanyId == externalId);
        var stored = 0;
        foreach (var closed in new[] { false, true })
        {
            stored += await tickets.CountAsync(t => t.IsClosed == closed, ct); // Apart, as the index has them.
        }

        return new CompanyFacts
        {
            ExternalId = externalId,
            Name = row?.Name ?? block?.Name ?? name ?? link ?? $"Company {externalId}",
            Place = row is not null ? CompanyPlace.Read : await PlaceAsync(db, integration, partition, externalId, ct),
            LinkedTo = link,
            BlockedBy = block?.BlockedBy,
            StoredTickets = stored,
            ShownTickets = link is not null && block is null ? stored : 0,
        };
    }

    /// <summary>Those that somebody may mean, by the vendor's id or by name.</summary>
    public static async Task<IReadOnlyList<(string ExternalId, string Partition)>> FindAsync(PortalContext db, long integration, string text, CancellationToken ct)
    {
        var exact = await db.Ledger.Where(l => l.IntegrationId == integration && l.DataType == DataType.Companies && l.ExternalId == text)
            .Select(l => new { l.ExternalId, l.Partition }).Distinct().ToListAsync(ct);
        if (exact.Count > 0)
        {
            return [.. exact.Select(e => (e.ExternalId, e.Partition))];
        }

        var ours = await db.Companies.Named(text).Join(db.CompanyLinks.Where(l => l.IntegrationId == integration), c => c.Id, l => l.CompanyId, (c, l) => new { c.Name, l.ExternalId, l.Partition })
            .Take(MostPerIntegration * 4).ToListAsync(ct);
        var theirs = await Live(db, integration).Named(text).Select(c => new { c.Name, c.ExternalId, c.Partition }).Take(MostPerIntegration * 4).ToListAsync(ct);
        var blocked = await db.BlockedCompanies.Where(b => b.IntegrationId == integration).Named(text).Select(b => new { b.Name, b.ExternalId, b.Partition })
            .Take(MostPerIntegration * 4).ToListAsync(ct);
        var all = ours.Concat(theirs).Concat(blocked).ToList();
        var wanted = CompanyName.Normalize(text);
        var same = all.Where(c => CompanyName.Normalize(c.Name) == wanted).ToList();
        return [.. (same.Count > 0 ? same : all).Select(c => (c.ExternalId, c.Partition)).Distinct().Take(MostPerIntegration)];
    }

    /// <summary>A company of ours that nothing of this integration is linked to; null when there is none of the name.</summary>
    public static async Task<CompanyFacts?> OursAsync(PortalContext db, string text, CancellationToken ct)
    {
        var names = await db.Companies.Named(text).Select(c => c.Name).Take(50).ToListAsync(ct);
        var wanted = CompanyName.Normalize(text);
        return (names.FirstOrDefault(n => CompanyName.Normalize(n) == wanted) ?? (names.Count == 1 ? names[0] : null)) is { } name
            ? new CompanyFacts { Name = name, Place = CompanyPlace.OursOnly }
            : null;
    }

    private static IQueryable<ExternalCompanyRow> Live(PortalContext db, long integration) => db.ExternalCompanies.AsNoTracking().Where(c => c.IntegrationId == integration
        && db.Streams.Any(s => s.IntegrationId == integration && s.DataType == DataType.Companies && s.Partition == c.Partition && s.LiveGeneration == c.Generation));

    private static async Task<CompanyPlace> PlaceAsync(PortalContext db, long integration, string partition, string externalId, CancellationToken ct)
    {
        var state = await db.Ledger.Where(l => l.IntegrationId == integration && l.DataType == DataType.Companies && l.Partition == partition && l.ExternalId == externalId
                && db.Streams.Any(s => s.IntegrationId == integration && s.DataType == DataType.Companies && s.Partition == partition && s.LiveGeneration == l.Generation))
            .Select(l => (LedgerState?)l.State).FirstOrDefaultAsync(ct);
        return state switch
        {
            LedgerState.OutOfScope => CompanyPlace.FilteredOut,
            LedgerState.Gone => CompanyPlace.Gone,
            _ when await db.Quarantine.AnyAsync(q => q.IntegrationId == integration && q.DataType == DataType.Companies && q.Partition == partition && q.ExternalId == externalId, ct) => CompanyPlace.Quarantined,
            _ => CompanyPlace.Unknown,
        };
    }
}
