using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Model;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Web.Ui;

namespace MSPortal.Web.Features.Users;

/// <summary>The staff of the tenant's vendors, as of their last sync.</summary>
internal sealed class StaffQueries(PortalDatabase database)
{
    /// <summary>More are no choice any more.</summary>
    private const int MostPeople = 1_000;

    /// <summary>By name. Accounts of programs are no people; who is inactive at the vendor shows only when linked.</summary>
    public async Task<RecordPage<StaffLine>> ListAsync(long tenantId, StaffFilter filter, int skip, int take, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        var staff = Filter(db, filter);
        var total = await staff.Take(RecordCount.Cap + 1).CountAsync(ct);
        var rows = await staff.OrderBy(u => u.LastName).ThenBy(u => u.FirstName).ThenBy(u => u.IntegrationId).ThenBy(u => u.ExternalId).Skip(skip).Take(take).ToListAsync(ct);
        return new RecordPage<StaffLine>(await DressAsync(db, rows, ct), total);
    }

    /// <summary>Every record that nobody is linked to, and that the filter asks for.</summary>
    public async Task<IReadOnlyList<StaffLine>> UnlinkedAsync(long tenantId, StaffFilter filter, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        var rows = await Filter(db, filter with { UnlinkedOnly = true }).OrderBy(u => u.LastName).ThenBy(u => u.FirstName).ThenBy(u => u.IntegrationId).ThenBy(u => u.ExternalId).ToListAsync(ct);
        return await DressAsync(db, rows, ct);
    }

    /// <summary>Null when the vendor has no such record.</summary>
    public static async Task<StaffLine?> FindAsync(PortalContext db, StaffKey key, CancellationToken ct) => (await DressAsync(
        db, await Live(db).Where(u => u.IntegrationId == key.IntegrationId && u.Partition == key.Partition && u.ExternalId == key.ExternalId).ToListAsync(ct), ct)).FirstOrDefault();

    /// <summary>Integrations that have staff.</summary>
    public async Task<IReadOnlyList<(long Id, string Name)>> SourcesAsync(long tenantId, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        var sources = await db.Integrations.Where(i => db.Streams.Any(s => s.IntegrationId == i.Id && s.DataType == DataType.Users))
            .OrderBy(i => i.Name).ThenBy(i => i.Id).Select(i => new { i.Id, i.Name }).ToListAsync(ct);
        return sources.ConvertAll(s => (s.Id, s.Name));
    }

    /// <summary>Whom a record can be linked to, by name.</summary>
    public async Task<IReadOnlyList<StaffPerson>> PeopleAsync(long tenantId, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        return await db.Users.Where(u => u.TenantId == tenantId && u.CompanyId == null && u.RoleId != BuiltInRole.CompanyUser && u.Email != null)
            .OrderBy(u => u.DisplayName).ThenBy(u => u.Id).Take(MostPeople).Select(u => new StaffPerson(u.Id, u.DisplayName, u.Email!)).ToListAsync(ct);
    }

    private static IQueryable<ExternalUserRow> Live(PortalContext db) => db.Live<ExternalUserRow>(DataType.Users);

    private static IQueryable<ExternalUserRow> Filter(PortalContext db, StaffFilter filter)
    {
        IQueryable<UserLink> links = db.UserLinks;
        var staff = Live(db).Where(u => links.Any(l => l.IntegrationId == u.IntegrationId && l.Partition == u.Partition && l.ExternalId == u.ExternalId) || (!u.IsInactive && !u.IsApiUser));
        if (filter.UnlinkedOnly)
        {
            staff = staff.Where(u => !links.Any(l => l.IntegrationId == u.IntegrationId && l.Partition == u.Partition && l.ExternalId == u.ExternalId));
        }

        if (filter.IntegrationId is { } integration)
        {
            staff = staff.Where(u => u.IntegrationId == integration);
        }

        if (filter.Search?.Trim().ToUpperInvariant() is { Length: > 0 } text)
        {
#pragma warning disable CA1304, CA1311, CA1862, MA0011 // It becomes upper() in the database.
            staff = staff.Where(u => (u.FirstName + " " + u.LastName).ToUpper().Contains(text) || u.Email!.ToUpper().Contains(text) || u.Identifier!.ToUpper().Contains(text));
#pragma warning restore CA1304, CA1311, CA1862, MA0011
        }

        return staff;
    }

    private static async Task<List<StaffLine>> DressAsync(PortalContext db, List<ExternalUserRow> rows, CancellationToken ct)
    {
        var integrations = await db.Integrations.ToDictionaryAsync(i => i.Id, i => i.Name, ct);
        var synced = (await db.Streams.Where(s => s.DataType == DataType.Users).Select(s => new { s.IntegrationId, s.Partition, s.LastCompleteAt }).ToListAsync(ct))
            .ToDictionary(s => (s.IntegrationId, s.Partition), s => s.LastCompleteAt);
        var ids = rows.ConvertAll(r => r.ExternalId);
        var links = (await db.UserLinks.Where(l => EF.Parameter(ids).Contains(l.ExternalId))
                .Join(db.Users, l => l.UserId, u => u.Id, (l, u) => new { l.IntegrationId, l.Partition, l.ExternalId, l.MadeByImport, u.Id, u.DisplayName, u.Email }).ToListAsync(ct))
            .ToDictionary(l => new StaffKey(l.IntegrationId, l.ExternalId, l.Partition));
        return rows.ConvertAll(row =>
        {
            var (key, user) = (new StaffKey(row.IntegrationId, row.ExternalId, row.Partition), Canonical.Read<ExternalUser>(row.Payload));
            var link = links.GetValueOrDefault(key);
            return new StaffLine(
                key, integrations.GetValueOrDefault(row.IntegrationId, ""), NameOf(row), string.IsNullOrWhiteSpace(row.Email) ? null : row.Email.Trim(), user.Title, row.IsInactive,
                link is null ? StaffStatus.NotImported : link.MadeByImport ? StaffStatus.Imported : StaffStatus.Linked,
                link is null ? null : new StaffPerson(link.Id, link.DisplayName, link.Email ?? ""), synced.GetValueOrDefault((row.IntegrationId, row.Partition)));
        });
    }

    private static string NameOf(ExternalUserRow row) =>
        string.Join(' ', new[] { row.FirstName, row.LastName }.Where(part => !string.IsNullOrWhiteSpace(part)).Select(part => part!.Trim())) is { Length: > 0 } name
            ? name
            : row.Identifier ?? row.Email ?? row.ExternalId;
}
