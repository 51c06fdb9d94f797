using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Model;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Web.Access;
using MSPortal.Web.Ui;

namespace MSPortal.Web.Features.Users;

/// <summary>Who there is.</summary>
internal sealed class UserQueries(PortalDatabase database)
{
    private const int Suggestions = 20;

    public async Task<RecordPage<UserLine>> ListAsync(long tenantId, UserFilter filter, RecordQuery query, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        var people = Filter(db.Users.AsNoTracking().Where(u => u.TenantId == tenantId), filter);
        var total = await people.Take(RecordCount.Cap + 1).CountAsync(ct);
        var page = await Sort(people, query).Skip(query.Skip).Take(query.Take).ToListAsync(ct);
        return new RecordPage<UserLine>(await DressAsync(db, page, ct), total);
    }

    /// <summary>Null when there is nobody with this id.</summary>
    public async Task<UserLine?> FindAsync(long tenantId, Guid id, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        return (await DressAsync(db, await db.Users.AsNoTracking().Where(u => u.TenantId == tenantId && u.Id == id).ToListAsync(ct), ct)).FirstOrDefault();
    }

    /// <summary>Companies whose name has the text somewhere, for assigning them.</summary>
    public async Task<IReadOnlyList<UserCompanyName>> CompaniesAsync(long tenantId, string? text, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        var wanted = CompanyName.Normalize(text ?? "");
        return await db.Companies.Where(c => c.NormalizedName.Contains(wanted)).OrderBy(c => c.NormalizedName).ThenBy(c => c.Id)
            .Take(Suggestions).Select(c => new UserCompanyName(c.Id, c.Name)).ToListAsync(ct);
    }

    /// <summary>Of those that are there.</summary>
    public async Task<IReadOnlyDictionary<Guid, string>> CompanyNamesAsync(long tenantId, IReadOnlyList<Guid> ids, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        return await db.Companies.Where(c => ids.Contains(c.Id)).ToDictionaryAsync(c => c.Id, c => c.Name, ct);
    }

    private static IQueryable<PortalUser> Filter(IQueryable<PortalUser> people, UserFilter filter)
    {
        if (filter.Search?.Trim().ToUpperInvariant() is { Length: > 0 } text)
        {
#pragma warning disable CA1304, CA1311, CA1862, MA0011 // It becomes upper() in the database.
            people = people.Where(u => u.NormalizedEmail!.Contains(text) || u.DisplayName.ToUpper().Contains(text));
#pragma warning restore CA1304, CA1311, CA1862, MA0011
        }

        if (filter.Clients is { } clients)
        {
            people = people.Where(u => (u.CompanyId != null) == clients);
        }

        return filter.Status switch
        {
            UserStatus.Disabled => people.Where(u => u.IsDisabled),
            UserStatus.NotInvited => people.Where(u => !u.IsDisabled && u.InvitedAt == null),
            UserStatus.Invited => people.Where(u => !u.IsDisabled && u.InvitedAt != null && u.PasswordHash == null && u.LastSignInAt == null),
            UserStatus.Active => people.Where(u => !u.IsDisabled && u.InvitedAt != null && (u.PasswordHash != null || u.LastSignInAt != null)),
            _ => people,
        };
    }

    private static IQueryable<PortalUser> Sort(IQueryable<PortalUser> people, RecordQuery query) => query.SortBy switch
    {
        nameof(UserLine.LastSignInAt) => By(people, u => u.LastSignInAt, query.Descending),
#pragma warning disable CA1304, CA1311, MA0011 // It becomes upper() in the database.
        _ => By(people, u => u.DisplayName.ToUpper(), query.Descending),
#pragma warning restore CA1304, CA1311, MA0011
    };

    private static IQueryable<PortalUser> By<TKey>(IQueryable<PortalUser> people, Expression<Func<PortalUser, TKey>> key, bool descending) =>
        (descending ? people.OrderByDescending(key) : people.OrderBy(key)).ThenBy(u => u.NormalizedEmail).ThenBy(u => u.Id);

    private static async Task<List<UserLine>> DressAsync(PortalContext db, List<PortalUser> people, CancellationToken ct)
    {
        var ids = people.ConvertAll(u => u.Id);
        var roles = await db.PortalRoles.ToDictionaryAsync(r => r.Id, r => (r.Name, r.Reach), ct);
        foreach (var (id, name, _, _) in BuiltInRoles.All)
        {
            roles[id] = (name, TicketReach.Own);
        }

        var companies = (await db.UserCompanies.Where(c => ids.Contains(c.UserId))
                .Join(db.Companies, c => c.CompanyId, c => c.Id, (assigned, company) => new { assigned.UserId, company.Id, company.Name, company.NormalizedName })
                .OrderBy(c => c.NormalizedName).ToListAsync(ct))
            .ToLookup(c => c.UserId, c => new UserCompanyName(c.Id, c.Name));
        var of = people.Select(u => u.CompanyId).OfType<Guid>().Distinct().ToList();
        var clients = await db.Companies.Where(c => of.Contains(c.Id)).ToDictionaryAsync(c => c.Id, c => new UserCompanyName(c.Id, c.Name), ct);
        var linked = (await db.ContactLinks.Where(l => ids.Contains(l.UserId)).Select(l => l.UserId).Distinct().ToListAsync(ct)).ToHashSet();
        var withPasskey = (await db.UserPasskeys.Where(p => ids.Contains(p.UserId)).Select(p => p.UserId).Distinct().ToListAsync(ct)).ToHashSet();
        return people.ConvertAll(u =>
        {
            var (role, reach) = roles.GetValueOrDefault(u.RoleId, ("No role", TicketReach.Own));
            return new UserLine(
                u.Id, u.DisplayName, u.Email ?? "", StatusOf(u), new UserRole(u.RoleId, role), u.SeesAssignedOnly ? [.. companies[u.Id]] : null,
                u.InvitedAt, u.Invitation, u.InvitationTrouble, u.LastSignInAt, u.TwoFactorEnabled || withPasskey.Contains(u.Id),
                u.CompanyId is { } client ? new ClientPlace(clients.GetValueOrDefault(client), u.Reach ?? reach, u.Reach, u.DisabledByContacts && linked.Contains(u.Id)) : null);
        });
    }

    private static UserStatus StatusOf(PortalUser user) => user switch
    {
        { IsDisabled: true } => UserStatus.Disabled,
        { InvitedAt: null } => UserStatus.NotInvited,
        { PasswordHash: null, LastSignInAt: null } => UserStatus.Invited,
        _ => UserStatus.Active,
    };
}
