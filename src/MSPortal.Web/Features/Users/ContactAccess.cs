using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Ports;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Web.Access;

namespace MSPortal.Web.Features.Users;

/// <summary>A contact whose access somebody removed.</summary>
public sealed record RemovedAccess(ContactKey Key, string Integration, string Name, string Email, string RemovedBy, DateTimeOffset RemovedAt);

/// <summary>Whose access was removed, so that they are not imported again, and how that is taken back.</summary>
internal sealed class ContactAccess(PortalDatabase database, TimeProvider clock)
{
    /// <summary>The newest first.</summary>
    public async Task<IReadOnlyList<RemovedAccess>> ListAsync(long tenantId, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        var blocked = await db.BlockedContacts.AsNoTracking().OrderByDescending(b => b.BlockedAt).ThenBy(b => b.Name).ToListAsync(ct);
        var integrations = await db.Integrations.ToDictionaryAsync(i => i.Id, i => i.Name, ct);
        return blocked.ConvertAll(b => new RemovedAccess(
            new ContactKey(b.IntegrationId, b.ExternalId, b.Partition), integrations.GetValueOrDefault(b.IntegrationId, "Removed integration"), b.Name, b.NormalizedEmail.ToLowerInvariant(), b.BlockedBy, b.BlockedAt));
    }

    /// <summary>They can be imported again; nothing is imported by it. False when their access was not removed.</summary>
    /// <exception cref="ActionRefusedException">The actor may no longer do this.</exception>
    public Task<bool> AllowAsync(ContactKey key, PortalAccess by, Actor actor, CancellationToken ct) => database.WriteAsync(actor.TenantId, async db =>
    {
        await UserRules.BeginAsync(db, by, Permissions.WriteUsers, actor, ct);
        if (await db.BlockedContacts.FirstOrDefaultAsync(b => b.IntegrationId == key.IntegrationId && b.Partition == key.Partition && b.ExternalId == key.ExternalId, ct) is not { } blocked)
        {
            return false;
        }

        // Whoever is known to several vendors was removed once, and is allowed once.
        var all = await db.BlockedContacts.Where(b => b.NormalizedEmail == blocked.NormalizedEmail).ToListAsync(ct);
        db.BlockedContacts.RemoveRange(all);
        var entry = AuditEntries.By(actor, clock.GetUtcNow(), "contact.access_allowed", "contact", $"{key.IntegrationId}/{key.ExternalId}", blocked.Name);
        entry.Before = System.Text.Json.JsonSerializer.Serialize(all.Select(b => new { integration = b.IntegrationId, record = b.ExternalId }));
        db.Audit.Add(entry);
        return true;
    }, ct);

    /// <summary>Within the transaction that takes the person away; nothing for who works here.</summary>
    public static async Task BlockAsync(PortalContext db, PortalUser user, Actor actor, DateTimeOffset now, CancellationToken ct)
    {
        if (user.CompanyId is null)
        {
            return;
        }

        var keys = await db.ContactLinks.Where(l => l.UserId == user.Id).Select(l => new { l.IntegrationId, l.Partition, l.ExternalId }).ToListAsync(ct);
        if (keys.Count == 0)
        {
            // Their integration was removed; another one may bring their address.
            keys.Add(new { IntegrationId = 0L, Partition = "", ExternalId = user.Id.ToString() });
        }

        foreach (var link in keys)
        {
            if (!await db.BlockedContacts.AnyAsync(b => b.IntegrationId == link.IntegrationId && b.Partition == link.Partition && b.ExternalId == link.ExternalId, ct))
            {
                db.BlockedContacts.Add(new BlockedContact
                {
                    TenantId = user.TenantId,
                    IntegrationId = link.IntegrationId,
                    Partition = link.Partition,
                    ExternalId = link.ExternalId,
                    Name = user.DisplayName,
                    NormalizedEmail = user.NormalizedEmail!,
                    BlockedBy = actor.Name,
                    BlockedAt = now,
                });
            }
        }
    }
}
