using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Model;
using MSPortal.Storage;

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

        return await tickets.GroupBy(t => t.CompanyId!)
            .Select(g => new { Id = g.Key, Open = g.Count(t => !t.IsClosed), All = g.Count() })
            .ToDictionaryAsync(g => g.Id, g => new TicketCount(g.Open, g.All), ct);
    }
}
