using System.Globalization;
using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Model;
using MSPortal.Storage;
using MSPortal.Storage.Model;

namespace MSPortal.Web.Features.Tickets;

/// <summary>Tickets of one integration that are here and not shown until their company is imported; counted in one place, so that no page hides what another counts.</summary>
/// <param name="Unread">Those of the companies that have not been read themselves, so that nobody can import them yet.</param>
public sealed record WaitingTickets(int Tickets, int Companies, int Unread)
{
    public static WaitingTickets None { get; } = new(0, 0, 0);

    /// <summary>By integration. Blocked companies and those that the company filter left out wait for nobody.</summary>
    /// <param name="id">Null: all of the tenant's.</param>
    public static async Task<IReadOnlyDictionary<long, WaitingTickets>> ReadAsync(PortalContext db, long? id, CancellationToken ct)
    {
        // One pass over the tickets, whatever the database's statistics say; companies are few.
        var all = await TicketWhere.Live(db).Where(t => t.CompanyId != null && (id == null || t.IntegrationId == id))
            .GroupBy(t => new { t.IntegrationId, t.Partition, t.CompanyId })
            .Select(g => new { g.Key.IntegrationId, g.Key.Partition, CompanyId = g.Key.CompanyId!, Count = g.Count() }).ToListAsync(ct);
        if (all.Count == 0)
        {
            return new Dictionary<long, WaitingTickets>();
        }

        var settled = await KeysAsync(db.CompanyLinks.Select(l => new Key(l.IntegrationId, l.Partition, l.ExternalId)), ct);
        settled.UnionWith(await KeysAsync(db.BlockedCompanies.Select(b => new Key(b.IntegrationId, b.Partition, b.ExternalId)), ct));
        settled.UnionWith(await KeysAsync(LeftOut(db), ct));
        var known = await KeysAsync(TicketWhere.WaitingCompanies(db).Select(c => new Key(c.IntegrationId, c.Partition, c.ExternalId)), ct);
        return all.Select(c => (Key: new Key(c.IntegrationId, c.Partition, c.CompanyId), c.Count)).Where(c => !settled.Contains(c.Key))
            .GroupBy(c => c.Key.IntegrationId)
            .ToDictionary(g => g.Key, g => new WaitingTickets(g.Sum(c => c.Count), g.Count(), g.Count(c => !known.Contains(c.Key))));
    }

    /// <param name="of">Of which integration, where that is not plain.</param>
    public string Sentence(string? of = null) =>
        $"{Number(Tickets)} {(Tickets == 1 ? "ticket is" : "tickets are")} waiting for {Number(Companies)} {(Companies == 1 ? "company" : "companies")}"
        + $"{(of is null ? "" : $" of {of}")} to be imported{(Unread == 0 ? "" : $", of which {Number(Unread)} {(Unread == 1 ? "is" : "are")} not read yet")}.";

    private static IQueryable<Key> LeftOut(PortalContext db) =>
        from entry in db.Ledger
        where entry.DataType == DataType.Companies && entry.State == LedgerState.OutOfScope
            && db.Streams.Any(s => s.IntegrationId == entry.IntegrationId && s.DataType == DataType.Companies && s.Partition == entry.Partition && s.LiveGeneration == entry.Generation)
        select new Key(entry.IntegrationId, entry.Partition, entry.ExternalId);

    private static async Task<HashSet<Key>> KeysAsync(IQueryable<Key> keys, CancellationToken ct) => [.. await keys.ToListAsync(ct)];

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private sealed record Key(long IntegrationId, string Partition, string CompanyId);
}
