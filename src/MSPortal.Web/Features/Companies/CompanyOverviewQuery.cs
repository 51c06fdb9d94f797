using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Web.Access;

namespace MSPortal.Web.Features.Companies;

/// <summary>One client, whichever tools know what of it.</summary>
internal sealed class CompanyOverviewQuery(PortalDatabase database, CompanyQueries companies, TimeProvider clock)
{
    private const int First = 10;

    /// <summary>What each external company has of its own; the order in which it is shown.</summary>
    private static readonly DataType[] Told = [DataType.Tickets, DataType.Contacts, DataType.Devices];

    /// <summary>Null when there is no such company or it may not be seen.</summary>
    public async Task<CompanyOverview?> FindAsync(Sight sight, Guid id, CancellationToken ct)
    {
        if (sight.Client is not null || await companies.FindAsync(sight, id, ct) is not { } company)
        {
            return null;
        }

        await using var db = database.Open(sight.TenantId);
        var streams = await db.Streams.AsNoTracking().ToListAsync(ct);
        var seen = company.Links.Where(l => !db.BlockedCompanies.Any(b => b.IntegrationId == l.IntegrationId && b.Partition == l.Partition && b.ExternalId == l.ExternalId)).ToList();
        var (tickets, devices) = (await TicketsAsync(db, seen, streams, ct), await sight.Devices(db).Where(d => d.CompanyId == id).OrderBy(d => d.SortName).ThenBy(d => d.Id)
            .Select(d => new CompanyDevice(d.Id, d.Name, d.Type, d.OsName, d.IsOnline, d.LastSeenAt)).ToListAsync(ct));
        var people = await PeopleAsync(db, seen, streams, ct);
        return new CompanyOverview(
            company, await ToolsAsync(db, company.Links, streams, ct), tickets, new(devices.Count, [.. devices.Take(First)]),
            devices.GroupBy(d => d.Type).OrderByDescending(g => g.Count()).ToDictionary(g => g.Key, g => g.Count()), devices.Count(d => d.IsOnline == false),
            new(people.Count, [.. people.Take(First)]), await CompanyFamilyQuery.RelativesAsync(db, sight, id, ct), await CompanyPlaces.OfAsync(db, id, ct));
    }

    private static StreamRow? Stream(List<StreamRow> streams, CompanyLinkItem link, DataType type) =>
        streams.Find(s => s.IntegrationId == link.IntegrationId && s.DataType == type && s.Partition == link.Partition);

    private static async Task<CompanySome<CompanyTicket>> TicketsAsync(PortalContext db, List<CompanyLinkItem> links, List<StreamRow> streams, CancellationToken ct)
    {
        var (total, newest) = (0, new List<TicketRow>());
        foreach (var link in links)
        {
            if (Stream(streams, link, DataType.Tickets) is { LiveGeneration: var live })
            {
                var open = Tickets(db, link, live).Where(t => !t.IsClosed);
                total += await open.CountAsync(ct);
                newest.AddRange(await open.OrderByDescending(t => t.VendorUpdatedAt).ThenBy(t => t.ExternalId).Take(First).ToListAsync(ct));
            }
        }

        return new(total, [.. newest.OrderByDescending(t => t.VendorUpdatedAt).Take(First).Select(t => new CompanyTicket(t.Id, t.Number, t.Summary, t.StatusName, t.Priority, t.OwnerName, t.VendorUpdatedAt))]);
    }

    /// <summary>By name, primary ones first; whom several tools know by the same address is one.</summary>
    private static async Task<List<CompanyPerson>> PeopleAsync(PortalContext db, List<CompanyLinkItem> links, List<StreamRow> streams, CancellationToken ct)
    {
        var found = new List<(string Tool, ExternalContact Contact, int Namesake)>();
        foreach (var link in links)
        {
            if (Stream(streams, link, DataType.Contacts) is { LiveGeneration: var live })
            {
                var contacts = (await Contacts(db, link, live).Where(c => !c.IsInactive).OrderBy(c => c.ExternalId).Select(c => c.Payload).ToListAsync(ct)).ConvertAll(Canonical.Read<ExternalContact>);
                // Two of one tool that share an address (info@…) are two.
                found.AddRange(contacts.GroupBy(c => c.Email?.ToUpperInvariant() ?? c.ExternalId).SelectMany(g => g.Select((c, n) => (link.IntegrationName, c, n))));
            }
        }

        return
        [
            .. found.GroupBy(f => (f.Contact.Email?.ToUpperInvariant() ?? $"{f.Tool} {f.Contact.ExternalId}", f.Namesake)).Select(g => new CompanyPerson(
                    Name(g.First().Contact), Any(g, c => c.Title), Any(g, c => c.Email), Any(g, c => c.Phone), g.Any(f => f.Contact.IsPrimary), [.. g.Select(f => f.Tool).Distinct()]))
                .OrderBy(p => p.IsPrimary ? 0 : 1).ThenBy(p => p.Name, StringComparer.CurrentCultureIgnoreCase),
        ];
    }

    private static string Name(ExternalContact contact) =>
        string.Join(' ', new[] { contact.FirstName, contact.LastName }.Where(n => !string.IsNullOrEmpty(n))) is { Length: > 0 } name ? name : contact.Email ?? "(no name)";

    private static string? Any(IEnumerable<(string Tool, ExternalContact Contact, int Namesake)> found, Func<ExternalContact, string?> value) =>
        found.Select(f => value(f.Contact)).FirstOrDefault(v => !string.IsNullOrEmpty(v));

    private async Task<IReadOnlyList<CompanyTool>> ToolsAsync(PortalContext db, IReadOnlyList<CompanyLinkItem> links, List<StreamRow> streams, CancellationToken ct)
    {
        var ids = links.Select(l => l.IntegrationId).Distinct().ToList();
        var states = await db.Integrations.Where(i => ids.Contains(i.Id)).ToDictionaryAsync(i => i.Id, i => i.Status, ct);
        var tools = new List<CompanyTool>(links.Count);
        foreach (var link in links)
        {
            var data = new List<CompanyData>();
            foreach (var type in Told)
            {
                if (Stream(streams, link, type) is { } stream)
                {
                    var freshness = stream.LastCompleteAt is { } at ? Health.Of(at, stream.Interval, clock.GetUtcNow()) : Freshness.Never;
                    data.Add(new CompanyData(type, freshness, stream.LastCompleteAt, await CountAsync(db, link, type, stream.LiveGeneration, ct)));
                }
            }

            tools.Add(new CompanyTool(link, states[link.IntegrationId], data));
        }

        return tools;
    }

    private static Task<int> CountAsync(PortalContext db, CompanyLinkItem link, DataType type, int live, CancellationToken ct) => type switch
    {
        DataType.Tickets => Tickets(db, link, live).CountAsync(ct),
        DataType.Contacts => Contacts(db, link, live).CountAsync(ct),
        _ => db.ExternalDevices.CountAsync(d => d.IntegrationId == link.IntegrationId && d.Partition == link.Partition && d.Generation == live && d.CompanyId == link.ExternalId, ct),
    };

    private static IQueryable<TicketRow> Tickets(PortalContext db, CompanyLinkItem link, int live) => db.Tickets.AsNoTracking()
        .Where(t => t.IntegrationId == link.IntegrationId && t.Partition == link.Partition && t.Generation == live && t.CompanyId == link.ExternalId);

    private static IQueryable<ExternalContactRow> Contacts(PortalContext db, CompanyLinkItem link, int live) => db.ExternalContacts.AsNoTracking()
        .Where(c => c.IntegrationId == link.IntegrationId && c.Partition == link.Partition && c.Generation == live && c.CompanyId == link.ExternalId);
}
