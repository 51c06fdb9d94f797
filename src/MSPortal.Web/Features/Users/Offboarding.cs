using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Ports;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Web.Access;
using MSPortal.Web.Features.Account;

namespace MSPortal.Web.Features.Users;

/// <summary>
/// A client's person whose contacts are all inactive or gone at the vendors is disabled and signed out; one that is active again is enabled, unless somebody here disabled them.
/// A vendor's record is gone only when a sync has proved it, and an integration that was removed says nothing of anybody.
/// </summary>
internal sealed class Offboarding(PortalDatabase database, AccessBook access, TimeProvider clock)
{
    /// <summary>The answer is how many it changed.</summary>
    public async Task<int> SettleAsync(long tenantId, CancellationToken ct)
    {
        var actor = new Actor(tenantId, "MSPortal", null);
        List<Guid> wrong;
        await using (var db = database.Open(tenantId))
        {
            wrong = await Wrong(db).Select(u => u.Id).ToListAsync(ct);
        }

        var changed = 0;
        foreach (var id in wrong)
        {
            changed += await SettleOneAsync(id, actor, ct) ? 1 : 0;
        }

        if (changed > 0)
        {
            access.Forget();
        }

        return changed;
    }

    private Task<bool> SettleOneAsync(Guid id, Actor actor, CancellationToken ct) => database.WriteAsync(actor.TenantId, async db =>
    {
        await UserRules.QueueAsync(db, ct);
        if (!await Wrong(db).AnyAsync(u => u.Id == id, ct))
        {
            return false; // Somebody else settled it, or it settled itself.
        }

        var user = await db.Users.FirstAsync(u => u.Id == id, ct);

        if (!user.IsDisabled)
        {
            await OneTimeTokens.EndAllAsync(db, id, ct);
            user.SecurityStamp = Guid.NewGuid().ToString("N");
        }

        (user.IsDisabled, user.DisabledByContacts) = (!user.IsDisabled, !user.IsDisabled);
        // Identity writes every column of who it read before, and has to see that they are outdated.
        user.ConcurrencyStamp = Guid.NewGuid().ToString();
        db.Audit.Add(AuditEntries.By(actor, clock.GetUtcNow(), user.IsDisabled ? "user.disabled_by_contacts" : "user.enabled_by_contacts", "user", id.ToString(), user.Email));
        return true;
    }, ct);

    /// <summary>Those whose contacts say otherwise than how they stand; whom somebody disabled is left alone.</summary>
    private static IQueryable<PortalUser> Wrong(PortalContext db)
    {
        var active = Contact.Live(db).Where(c => !c.IsInactive);
        return db.Users.Where(u => u.TenantId == db.TenantId && u.CompanyId != null && (!u.IsDisabled || u.DisabledByContacts)
            && db.ContactLinks.Any(l => l.UserId == u.Id)
            && u.IsDisabled == db.ContactLinks.Any(l => l.UserId == u.Id && active.Any(c => c.IntegrationId == l.IntegrationId && c.Partition == l.Partition && c.ExternalId == l.ExternalId)));
    }
}
