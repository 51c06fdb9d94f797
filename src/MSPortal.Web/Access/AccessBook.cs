using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Globalization;
using System.Security.Claims;
using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Ports;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Web.Hosting;

namespace MSPortal.Web.Access;

/// <summary>
/// What each person may do now. It is asked of the database and not of the cookie, so that a role that was taken away is gone within seconds.
/// </summary>
internal sealed class AccessBook(PortalDatabase database, TimeProvider clock)
{
    /// <summary>A page asks many times; within this no change is seen that another node made.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(3);

    private readonly ConcurrentDictionary<Guid, (PortalAccess Access, long At)> known = new();

    /// <summary>Of an API key what its scopes say; of a person what the role says. Nothing for anybody else.</summary>
    public async ValueTask<PortalAccess> OfAsync(ClaimsPrincipal principal, CancellationToken ct)
    {
        if (principal.Identity is not { IsAuthenticated: true })
        {
            return PortalAccess.None;
        }

        if (principal.HasClaim(claim => claim.Type == ApiKeyAuthentication.KeyClaim))
        {
            return new PortalAccess(true, Permissions.Closed(principal.FindAll(PortalClaims.Scope).SelectMany(scope => Permissions.OfScope(scope.Value))));
        }

        return Guid.TryParse(principal.FindFirstValue(ClaimTypes.NameIdentifier), out var user)
            && long.TryParse(principal.FindFirstValue(PortalClaims.Tenant), NumberStyles.None, CultureInfo.InvariantCulture, out var tenant)
            ? OfSession(await OfPersonAsync(tenant, user, ct), principal)
            : PortalAccess.None;
    }

    /// <summary>
    /// What counts in an action: no more than the caller's copy says, which a circuit took when it began, and no more than the person may do as the action's transaction sees it.
    /// Programs and the command line have no such copy. The second factor was asked for when the copy was taken.
    /// </summary>
    /// <exception cref="ActionRefusedException">They are disabled or gone, or may no longer do this.</exception>
    public static async Task<PortalAccess> ConfirmAsync(PortalContext db, PortalAccess by, string permission, Actor actor, CancellationToken ct)
    {
        if (actor.UserId is not { } id)
        {
            return by;
        }

        var now = await ReadAsync(db, id, ct);
        return now.May(permission)
            ? by with { Permissions = by.Permissions.Intersect(now.Permissions).ToFrozenSet() }
            : throw new ActionRefusedException("You may no longer do this. Load the page again to see what you may do.");
    }

    /// <summary>Something about the people of this node's next request has changed.</summary>
    public void Forget() => known.Clear();

    /// <summary>What a role allows; nothing when there is no such role.</summary>
    public static async Task<FrozenSet<string>> OfRoleAsync(PortalContext db, Guid role, CancellationToken ct) => (await RoleAsync(db, role, ct)).Permissions;

    /// <summary>What a role allows and whom it is for; nothing, and nobody, when there is no such role.</summary>
    public static async Task<RoleGrant> RoleAsync(PortalContext db, Guid role, CancellationToken ct)
    {
        if (BuiltInRoles.Find(role) is { } permissions)
        {
            return new RoleGrant(permissions, role == BuiltInRole.CompanyUser, TicketReach.Own);
        }

        var own = await db.PortalRoles.Where(r => r.Id == role).Select(r => new { r.Permissions, r.IsForClients, r.Reach }).FirstOrDefaultAsync(ct);
        return own is null ? RoleGrant.None : new RoleGrant(Permissions.Closed(Permissions.OfStored(own.Permissions)), own.IsForClients, own.Reach);
    }

    /// <summary>People of the tenant who can sign in and may do this, without restriction to companies.</summary>
    public async Task<IReadOnlyList<PortalUser>> WhoMayAsync(long tenant, string permission, CancellationToken ct)
    {
        await using var db = database.Open(tenant);
        var people = await db.Users.AsNoTracking().Where(u => u.TenantId == tenant && !u.IsDisabled && u.InvitedAt != null && !u.SeesAssignedOnly && u.CompanyId == null && u.Email != null)
            .OrderBy(u => u.Email).ToListAsync(ct);
        var roles = new Dictionary<Guid, FrozenSet<string>>();
        foreach (var role in people.Select(p => p.RoleId).Distinct())
        {
            roles[role] = await OfRoleAsync(db, role, ct);
        }

        return [.. people.Where(p => roles[p.RoleId].Contains(permission))];
    }

    /// <summary>Who came by a one-time link came past the second factor for a while, as whoever runs the server wants it.</summary>
    private PortalAccess OfSession(PortalAccess access, ClaimsPrincipal principal) => !access.MustSetUpSecondFactor ? access
        : LinkSession.IsFresh(principal, clock.GetUtcNow()) ? access with { MustSetUpSecondFactor = false }
        : access with { Permissions = FrozenSet<string>.Empty };

    private async ValueTask<PortalAccess> OfPersonAsync(long tenant, Guid id, CancellationToken ct)
    {
        if (known.TryGetValue(id, out var kept) && clock.GetElapsedTime(kept.At) < Kept)
        {
            return kept.Access;
        }

        var at = clock.GetTimestamp();
        await using var db = database.Open(tenant);
        var access = await ReadAsync(db, id, ct);
        known[id] = (access, at);
        return access;
    }

    /// <summary>Of a person as this transaction sees them, whoever asks; nothing of who is disabled, not invited or of another tenant.</summary>
    public static async Task<PortalAccess> ReadAsync(PortalContext db, Guid id, CancellationToken ct)
    {
        var user = await db.Users.Where(u => u.Id == id && u.TenantId == db.TenantId && !u.IsDisabled && u.InvitedAt != null)
            .Select(u => new { u.RoleId, u.SeesAssignedOnly, HasSecondFactor = u.TwoFactorEnabled || db.UserPasskeys.Any(p => p.UserId == u.Id), u.CompanyId, u.Reach }).FirstOrDefaultAsync(ct);
        if (user is null)
        {
            return PortalAccess.None;
        }

        var role = await RoleAsync(db, user.RoleId, ct);
        if (user.CompanyId is { } company)
        {
            return await OfClientAsync(db, id, company, role, user.Reach ?? role.Reach, ct);
        }

        var access = user.SeesAssignedOnly || role.IsForClients ? await OfSomeCompaniesAsync(db, id, role, ct) : new PortalAccess(true, role.Permissions);
        return !user.HasSecondFactor && user.RoleId != BuiltInRole.CompanyUser && await SecondFactorRule.IsRequiredAsync(db, ct)
            ? access with { MustSetUpSecondFactor = true }
            : access;
    }

    /// <summary>What would show other companies as well is closed to them, whatever the role says.</summary>
    private static async Task<PortalAccess> OfSomeCompaniesAsync(PortalContext db, Guid id, RoleGrant role, CancellationToken ct)
    {
        var companies = await db.UserCompanies.Where(c => c.UserId == id).Select(c => c.CompanyId).ToListAsync(ct);
        return new PortalAccess(true, role.Permissions.Where(p => Permissions.Find(p) is { ByCompany: true }).ToFrozenSet(), companies.ToFrozenSet());
    }

    /// <summary>Whatever the role says, nothing that is for those who work here; and no company when none of their contacts belongs to theirs any more.</summary>
    private static async Task<PortalAccess> OfClientAsync(PortalContext db, Guid id, Guid company, RoleGrant role, TicketReach reach, CancellationToken ct)
    {
        var sight = await ClientSight.ReadAsync(db, id, company, reach, ct);
        return new PortalAccess(true, role.ForClients, (sight.Contacts.Count > 0 ? new[] { company } : []).ToFrozenSet(), Client: sight);
    }
}

/// <summary>What a role gives.</summary>
/// <param name="IsForClients">Only clients' own people may have it.</param>
/// <param name="Reach">Of a role for clients.</param>
internal sealed record RoleGrant(FrozenSet<string> Permissions, bool IsForClients, TicketReach Reach)
{
    public static readonly RoleGrant None = new(FrozenSet<string>.Empty, false, TicketReach.Own);

    /// <summary>What of it a client's person may use.</summary>
    public FrozenSet<string> ForClients => Permissions.Where(p => Access.Permissions.Find(p) is { ForClients: true }).ToFrozenSet();
}
