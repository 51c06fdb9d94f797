using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Model;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Web.Access;

namespace MSPortal.Web.Features.Tickets;

/// <summary>A filter with what it means at this moment: read first, so that the tickets themselves are asked for in a form that indexes answer.</summary>
/// <param name="Live">The copies that people see.</param>
/// <param name="Links">Those of the companies that the filter names.</param>
internal sealed record TicketQuestion(
    TicketFilter Filter, IReadOnlyDictionary<long, TicketSource> Sources, IReadOnlyList<LiveTickets> Live, IReadOnlyList<CompanyLink> Links)
{
    /// <summary>See <see cref="Sight.Client"/>.</summary>
    public ClientSight? Client { get; init; }

    /// <summary>Open and closed tickets stand apart in every index.</summary>
    public IReadOnlyList<bool> States => Filter.State switch
    {
        TicketState.Open => [false],
        TicketState.Closed => [true],
        _ => [false, true],
    };

    public static async Task<TicketQuestion> ReadAsync(PortalContext db, Sight sight, TicketFilter filter, CancellationToken ct)
    {
        var companies = filter.Companies.OfType<Guid>().ToList();
        return new TicketQuestion(
            filter,
            await TicketSource.ReadAsync(db, ct),
            await LiveAsync(db, sight, ct),
            companies.Count == 0 ? [] : await db.CompanyLinks.AsNoTracking().Where(l => companies.Contains(l.CompanyId)).ToListAsync(ct)) { Client = sight.Client };
    }

    private static async Task<IReadOnlyList<LiveTickets>> LiveAsync(PortalContext db, Sight sight, CancellationToken ct)
    {
        var linked = (await sight.Of(db.CompanyLinks)
                .Where(l => !db.BlockedCompanies.Any(b => b.IntegrationId == l.IntegrationId && b.Partition == l.Partition && b.ExternalId == l.ExternalId))
                .Select(l => new { l.IntegrationId, l.Partition, l.ExternalId }).ToListAsync(ct))
            .ToLookup(l => (l.IntegrationId, l.Partition), l => l.ExternalId);
        var streams = await db.Streams.Where(s => s.DataType == DataType.Tickets).Select(s => new { s.IntegrationId, s.Partition, s.LiveGeneration }).ToListAsync(ct);
        return streams.ConvertAll(s => new LiveTickets(s.IntegrationId, s.Partition, s.LiveGeneration, [.. linked[(s.IntegrationId, s.Partition)]], sight.Companies is null));
    }
}

/// <summary>The copy of an integration's tickets that people see.</summary>
/// <param name="Companies">The external companies whose tickets are shown.</param>
/// <param name="WithoutCompany">Whether those of no company are shown, too.</param>
internal sealed record LiveTickets(long IntegrationId, string Partition, int Generation, IReadOnlyList<string> Companies, bool WithoutCompany);
