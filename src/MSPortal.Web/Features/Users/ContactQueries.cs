using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Model;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Web.Access;
using MSPortal.Web.Ui;

namespace MSPortal.Web.Features.Users;

/// <summary>The people of the tenant's clients, as of the vendors' last sync.</summary>
internal sealed class ContactQueries(PortalDatabase database)
{
    private const int AtOnce = 500;

    /// <summary>By name; of imported companies, active at the vendor or imported here.</summary>
    public async Task<RecordPage<ContactLine>> ListAsync(long tenantId, ContactFilter filter, int skip, int take, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        var contacts = Filter(db, filter);
        var total = await contacts.Take(RecordCount.Cap + 1).CountAsync(ct);
        var rows = await Ordered(contacts).Skip(skip).Take(take).ToListAsync(ct);
        return new RecordPage<ContactLine>(await DressAsync(db, rows, ct), total);
    }

    /// <summary>All that the filter asks for, up to a limit.</summary>
    public async Task<IReadOnlyList<ContactLine>> AllAsync(long tenantId, ContactFilter filter, int most, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        return await DressAsync(db, await Ordered(Filter(db, filter)).Take(most).ToListAsync(ct), ct);
    }

    /// <summary>Every contact of an integration, whatever keeps it from being imported.</summary>
    public async Task<IReadOnlyList<ContactLine>> OfIntegrationAsync(long tenantId, long integrationId, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        return await DressAsync(db, await Ordered(Contact.Live(db).Where(c => c.IntegrationId == integrationId)).ToListAsync(ct), ct);
    }

    /// <summary>Null when the vendor has no such contact.</summary>
    public static async Task<ContactLine?> FindAsync(PortalContext db, ContactKey key, CancellationToken ct) => (await DressAsync(
        db, await Contact.Live(db).Where(c => c.IntegrationId == key.IntegrationId && c.Partition == key.Partition && c.ExternalId == key.ExternalId).ToListAsync(ct), ct)).FirstOrDefault();

    /// <summary>Integrations that read contacts.</summary>
    public async Task<IReadOnlyList<(long Id, string Name)>> SourcesAsync(long tenantId, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        var sources = await db.Integrations.Where(i => db.Streams.Any(s => s.IntegrationId == i.Id && s.DataType == DataType.Contacts))
            .OrderBy(i => i.Name).ThenBy(i => i.Id).Select(i => new { i.Id, i.Name }).ToListAsync(ct);
        return sources.ConvertAll(s => (s.Id, s.Name));
    }

    /// <summary>The vendor's kinds of contact by name; empty where it has none.</summary>
    public async Task<IReadOnlyList<(string Id, string Name)>> TypesAsync(long tenantId, long integrationId, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        var types = await Types(db).Where(r => r.IntegrationId == integrationId && !r.IsInactive).Select(r => new { r.ItemId, r.Name }).ToListAsync(ct);
        return [.. types.DistinctBy(t => t.ItemId).OrderBy(t => t.Name, StringComparer.OrdinalIgnoreCase).Select(t => (t.ItemId, t.Name))];
    }

    private static IOrderedQueryable<ExternalContactRow> Ordered(IQueryable<ExternalContactRow> contacts) =>
        contacts.OrderBy(c => c.LastName).ThenBy(c => c.FirstName).ThenBy(c => c.IntegrationId).ThenBy(c => c.ExternalId);

    private static IQueryable<ReferenceRow> Types(PortalContext db) => db.Reference.AsNoTracking().Where(r => r.Kind == ReferenceKinds.ContactType
        && db.Streams.Any(s => s.IntegrationId == r.IntegrationId && s.DataType == DataType.Reference && s.Partition == r.Partition && s.LiveGeneration == r.Generation));

    private static IQueryable<ExternalContactRow> Filter(PortalContext db, ContactFilter filter)
    {
        IQueryable<ContactLink> links = db.ContactLinks;
        IQueryable<BlockedContact> blocked = db.BlockedContacts;
        var companies = db.CompanyLinks.Where(l => filter.CompanyId == null || l.CompanyId == filter.CompanyId);
        var contacts = Contact.Live(db).Where(c => companies.Any(l => l.IntegrationId == c.IntegrationId && l.Partition == c.Partition && l.ExternalId == c.CompanyId)
            && (!c.IsInactive || links.Any(l => l.IntegrationId == c.IntegrationId && l.Partition == c.Partition && l.ExternalId == c.ExternalId)));
        contacts = filter.Status switch
        {
            ContactStatus.Imported => contacts.Where(c => links.Any(l => l.IntegrationId == c.IntegrationId && l.Partition == c.Partition && l.ExternalId == c.ExternalId)),
            ContactStatus.Removed => contacts.Where(c => blocked.Any(b => b.IntegrationId == c.IntegrationId && b.Partition == c.Partition && b.ExternalId == c.ExternalId)),
            ContactStatus.NotImported => contacts.Where(c => !links.Any(l => l.IntegrationId == c.IntegrationId && l.Partition == c.Partition && l.ExternalId == c.ExternalId)
                && !blocked.Any(b => b.IntegrationId == c.IntegrationId && b.Partition == c.Partition && b.ExternalId == c.ExternalId)),
            _ => contacts,
        };
        if (filter.IntegrationId is { } integration)
        {
            contacts = contacts.Where(c => c.IntegrationId == integration);
        }

        if (filter.Search?.Trim().ToUpperInvariant() is { Length: > 0 } text)
        {
            var named = db.Companies.Where(c => c.NormalizedName.Contains(CompanyName.Normalize(text)));
#pragma warning disable CA1304, CA1311, CA1862, MA0011 // It becomes upper() in the database.
            contacts = contacts.Where(c => (c.FirstName + " " + c.LastName).ToUpper().Contains(text) || c.Email!.ToUpper().Contains(text)
                || companies.Any(l => l.IntegrationId == c.IntegrationId && l.Partition == c.Partition && l.ExternalId == c.CompanyId && named.Any(n => n.Id == l.CompanyId)));
#pragma warning restore CA1304, CA1311, CA1862, MA0011
        }

        return contacts;
    }

    private static async Task<List<ContactLine>> DressAsync(PortalContext db, List<ExternalContactRow> rows, CancellationToken ct)
    {
        var integrations = await db.Integrations.ToDictionaryAsync(i => i.Id, i => i.Name, ct);
        var types = (await Types(db).Select(r => new { r.IntegrationId, r.ItemId, r.Name }).ToListAsync(ct)).DistinctBy(t => (t.IntegrationId, t.ItemId))
            .ToDictionary(t => (t.IntegrationId, t.ItemId), t => t.Name);
        var lines = new List<ContactLine>(rows.Count);
        foreach (var some in rows.Chunk(AtOnce))
        {
            var (ids, companyIds) = (some.Select(r => r.ExternalId).ToList(), some.Select(r => r.CompanyId).OfType<string>().Distinct().ToList());
            var people = (await db.ContactLinks.Where(l => EF.Parameter(ids).Contains(l.ExternalId))
                    .Join(db.Users, l => l.UserId, u => u.Id, (l, u) => new { l.IntegrationId, l.Partition, l.ExternalId, u.Id, u.DisplayName, u.Email }).ToListAsync(ct))
                .ToDictionary(l => new ContactKey(l.IntegrationId, l.ExternalId, l.Partition), l => new StaffPerson(l.Id, l.DisplayName, l.Email ?? ""));
            var removed = (await db.BlockedContacts.Where(b => EF.Parameter(ids).Contains(b.ExternalId)).ToListAsync(ct)).ConvertAll(b => new ContactKey(b.IntegrationId, b.ExternalId, b.Partition)).ToHashSet();
            var companies = (await db.CompanyLinks.Where(l => EF.Parameter(companyIds).Contains(l.ExternalId))
                    .Join(db.Companies, l => l.CompanyId, c => c.Id, (l, c) => new { l.IntegrationId, l.Partition, l.ExternalId, c.Id, c.Name }).ToListAsync(ct))
                .ToDictionary(l => (l.IntegrationId, l.Partition, l.ExternalId), l => new UserCompanyName(l.Id, l.Name));
            lines.AddRange(some.Select(row =>
            {
                var key = new ContactKey(row.IntegrationId, row.ExternalId, row.Partition);
                var (typeIds, user) = (Canonical.Read<ExternalContact>(row.Payload).TypeIds, people.GetValueOrDefault(key));
                return new ContactLine(
                    key, integrations.GetValueOrDefault(row.IntegrationId, ""), NameOf(row), string.IsNullOrWhiteSpace(row.Email) ? null : row.Email.Trim(),
                    row.CompanyId is null ? null : companies.GetValueOrDefault((row.IntegrationId, row.Partition, row.CompanyId)), typeIds,
                    [.. typeIds.Select(id => types.GetValueOrDefault((row.IntegrationId, id), id))], row.IsPrimary, row.IsInactive,
                    user is not null ? ContactStatus.Imported : removed.Contains(key) ? ContactStatus.Removed : ContactStatus.NotImported, user);
            }));
        }

        return lines;
    }

    private static string NameOf(ExternalContactRow row) =>
        string.Join(' ', new[] { row.FirstName, row.LastName }.Where(part => !string.IsNullOrWhiteSpace(part)).Select(part => part!.Trim())) is { Length: > 0 } name
            ? name
            : row.Email ?? row.ExternalId;
}
