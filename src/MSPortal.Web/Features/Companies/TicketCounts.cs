using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Model;
using MSPortal.Storage;
using MSPortal.Storage.Model;

namespace MSPortal.Web.Features.Companies;

/// <summary>How many tickets an external company brings.</summary>
public sealed record TicketCount(int Open, int All);

/// <summary>What linking shows and unlinking hides, said before either is done.</summary>
internal static class TicketCounts
{
    /// <param name="externalIds">Null: of all external companies of the integration.</param>
    public static async Task<Dictionary<string, TicketCount>> OfAsync(PortalContext db, long integrationId, IReadOnlyCollection<string>? externalIds, CancellationToken ct)
    {
        var live = await ExternalNames.LiveAsync(db, integrationId, DataType.Tickets, ct);
        var tickets = db.Tickets.Where(t => t.IntegrationId == integrationId && t.Generation == live && t.CompanyId != null);
        if (externalIds is not null)
        {
            tickets = tickets.Where(t => externalIds.Contains(t.CompanyId!));
        }

        var open = await CountAsync(tickets, closed: false, ct);
        var closed = await CountAsync(tickets, closed: true, ct);
        return open.Keys.Union(closed.Keys).ToDictionary(id => id, id => new TicketCount(open.GetValueOrDefault(id), open.GetValueOrDefault(id) + closed.GetValueOrDefault(id)));
    }

    /// <summary>Open and closed apart, as the index has them.</summary>
    private static Task<Dictionary<string, int>> CountAsync(IQueryable<TicketRow> tickets, bool closed, CancellationToken ct) =>
        tickets.Where(t => t.IsClosed == closed).GroupBy(t => t.CompanyId!).Select(g => new { Id = g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Id, g => g.Count, ct);
}
