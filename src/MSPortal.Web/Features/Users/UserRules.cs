using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Ports;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Web.Access;

namespace MSPortal.Web.Features.Users;

/// <summary>What holds for everything that one person does to another.</summary>
internal static class UserRules
{
    /// <summary>The person, for changing.</summary>
    /// <exception cref="KeyNotFoundException">There is no such person.</exception>
    /// <exception cref="ActionRefusedException">They may do what the other may not: whoever could change them could become them.</exception>
    public static async Task<PortalUser> FindAsync(PortalContext db, Guid id, PortalAccess by, CancellationToken ct)
    {
        var user = await db.Users.FirstOrDefaultAsync(u => u.Id == id && u.TenantId == db.TenantId, ct) ?? throw new KeyNotFoundException("There is no such person.");
        return by.Covers(await AccessBook.OfRoleAsync(db, user.RoleId, ct))
            ? user
            : throw new ActionRefusedException($"{user.DisplayName} may do what you may not, so somebody else has to do this.");
    }

    /// <summary>Begins an action in its turn; the answer is what its actor may do now.</summary>
    /// <exception cref="ActionRefusedException">They are disabled or gone, or may no longer do this.</exception>
    public static async Task<PortalAccess> BeginAsync(PortalContext db, PortalAccess by, string permission, Actor actor, CancellationToken ct)
    {
        await QueueAsync(db, ct);
        return await AccessBook.ConfirmAsync(db, by, permission, actor, ct);
    }

    /// <summary>Changes of people of one tenant come one after the other, so that two of them cannot each take the other's administrator away.</summary>
    public static Task<int> QueueAsync(PortalContext db, CancellationToken ct) =>
        db.Tenants.Where(t => t.Id == db.TenantId).ExecuteUpdateAsync(u => u.SetProperty(t => t.Name, t => t.Name), ct);

    /// <summary>Somebody who can get in has to be left who may do everything.</summary>
    /// <exception cref="ActionRefusedException">Nobody is.</exception>
    public static async Task LeaveAnAdministratorAsync(PortalContext db, PortalUser user, CancellationToken ct)
    {
        if (user.RoleId == BuiltInRole.Administrator && !user.IsDisabled
            && !await db.Users.AnyAsync(u => u.TenantId == db.TenantId && u.Id != user.Id && u.RoleId == BuiltInRole.Administrator && !u.IsDisabled && !u.SeesAssignedOnly
                && u.InvitedAt != null && (u.PasswordHash != null || u.LastSignInAt != null), ct))
        {
            throw new ActionRefusedException($"{user.DisplayName} is the last administrator who can sign in. Make somebody else one first.");
        }
    }

    /// <summary>Why somebody cannot have this role, in a sentence; null when they can.</summary>
    /// <param name="forClient">They are a client's person.</param>
    public static async Task<string?> RoleProblemAsync(PortalContext db, Guid role, bool forClient, PortalAccess by, CancellationToken ct)
    {
        if (BuiltInRoles.Find(role) is null && !await db.PortalRoles.AnyAsync(r => r.Id == role, ct))
        {
            return "There is no such role.";
        }

        var grant = await AccessBook.RoleAsync(db, role, ct);
        return grant.IsForClients != forClient
            ? forClient ? "This role is for people who work here. Choose one for company users." : "This role is for clients' own people, who come from the contacts of a company."
            : by.Covers(grant.Permissions) ? null : "Nobody gives a role that may do more than they may themselves.";
    }

    /// <exception cref="ActionRefusedException">They do it to themselves.</exception>
    public static void NotToOneself(Guid id, Actor actor)
    {
        if (actor.UserId == id)
        {
            throw new ActionRefusedException("Nobody does this to themselves: ask somebody else who may.");
        }
    }
}
