using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Ports;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Web.Access;

namespace MSPortal.Web.Features.Users;

/// <summary>
/// Makes people of a vendor's staff, or links them to people who are there. Each record for itself: what cannot be is told, and keeps no other from being done. Nobody is invited by it.
/// </summary>
internal sealed class StaffImport(PortalDatabase database, UserActions users, TimeProvider clock)
{
    public const int MostRows = 5_000;

    /// <param name="roleId">Of those who are made; who is linked keeps theirs.</param>
    /// <returns>In the order of the choices.</returns>
    public async Task<IReadOnlyList<StaffOutcome>> ImportAsync(IReadOnlyList<StaffChoice> choices, Guid? roleId, PortalAccess by, Actor actor, CancellationToken ct)
    {
        var outcomes = new List<StaffOutcome>(choices.Count);
        foreach (var choice in choices)
        {
            outcomes.Add(await OneAsync(choice, roleId, by, actor, ct));
        }

        return outcomes;
    }

    /// <summary>The person stays; the record can be imported again. False when nobody was linked.</summary>
    public async Task<bool> UnlinkAsync(StaffKey key, PortalAccess by, Actor actor, CancellationToken ct)
    {
        await using var db = database.Open(actor.TenantId);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        by = await UserRules.BeginAsync(db, by, Permissions.WriteUsers, actor, ct);
        if (await LinkOf(db, key).FirstOrDefaultAsync(ct) is not { } link)
        {
            return false;
        }

        var user = await UserRules.FindAsync(db, link.UserId, by, ct);
        db.UserLinks.Remove(link);
        db.Audit.Add(AuditEntries.By(actor, clock.GetUtcNow(), "user.unlinked", "user", user.Id.ToString(), user.Email));
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return true;
    }

    private async Task<StaffOutcome> OneAsync(StaffChoice choice, Guid? roleId, PortalAccess by, Actor actor, CancellationToken ct)
    {
        var name = choice.Key.ExternalId;
        try
        {
            await using var db = database.Open(actor.TenantId);
            if (await StaffQueries.FindAsync(db, choice.Key, ct) is not { } record)
            {
                return new StaffOutcome(choice.Key, name, StaffStatus.NotImported, "The vendor has no such record any more.");
            }

            name = record.Name;
            if (record.LinkedTo is { } known)
            {
                return new StaffOutcome(choice.Key, name, record.Status, $"It is linked to {known} already.");
            }

            var problem = choice.LinkTo is { } person ? await LinkAsync(db, record, person, by, actor, ct) : await MakeAsync(record, choice, roleId, by, actor, ct);
            return new StaffOutcome(choice.Key, name, problem is not null ? StaffStatus.NotImported : choice.LinkTo is null ? StaffStatus.Imported : StaffStatus.Linked, problem);
        }
        catch (Exception e) when (e is ActionRefusedException or KeyNotFoundException)
        {
            return new StaffOutcome(choice.Key, name, StaffStatus.NotImported, e.Message);
        }
        catch (DbUpdateException)
        {
            return new StaffOutcome(choice.Key, name, StaffStatus.NotImported, "The database did not take it, perhaps because somebody else has imported it at the same time. Load the list again.");
        }
        catch (Exception e) when (PortalDatabase.IsTrouble(e))
        {
            return new StaffOutcome(choice.Key, name, StaffStatus.NotImported, "The database did not answer. Import it again later.");
        }
    }

    /// <summary>The person and the link are there together or not at all.</summary>
    private async Task<string?> MakeAsync(StaffLine record, StaffChoice choice, Guid? roleId, PortalAccess by, Actor actor, CancellationToken ct)
    {
        if ((string.IsNullOrWhiteSpace(choice.Email) ? record.Email : choice.Email) is not { } email)
        {
            return "It has no e-mail address. Give one; it is kept here only.";
        }

        var saved = await users.AddAsync(email, new UserDetails(ContactImport.Short(record.Name), roleId), by, actor, ct, (db, user) =>
        {
            Link(db, record.Key, user, madeByImport: true, actor);
            return Task.CompletedTask;
        });
        return saved.Id is null ? string.Join(' ', saved.Errors.Select(e => e.Message)) : null;
    }

    private async Task<string?> LinkAsync(PortalContext db, StaffLine record, Guid person, PortalAccess by, Actor actor, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var user = await UserRules.FindAsync(db, person, await UserRules.BeginAsync(db, by, Permissions.WriteUsers, actor, ct), ct);
        if (user.CompanyId is not null)
        {
            return $"{user.Email} is a client's person, not one of your staff.";
        }

        Link(db, record.Key, user, madeByImport: false, actor);
        var entry = AuditEntries.By(actor, clock.GetUtcNow(), "user.linked", "user", user.Id.ToString(), user.Email);
        entry.After = System.Text.Json.JsonSerializer.Serialize(new { integration = record.Integration, record = record.Key.ExternalId, name = record.Name });
        db.Audit.Add(entry);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return null;
    }

    private void Link(PortalContext db, StaffKey key, PortalUser user, bool madeByImport, Actor actor) => db.UserLinks.Add(new UserLink
    {
        TenantId = actor.TenantId,
        IntegrationId = key.IntegrationId,
        Partition = key.Partition,
        ExternalId = key.ExternalId,
        UserId = user.Id,
        MadeByImport = madeByImport,
        LinkedBy = actor.Name,
        LinkedAt = clock.GetUtcNow(),
    });

    private static IQueryable<UserLink> LinkOf(PortalContext db, StaffKey key) =>
        db.UserLinks.Where(l => l.IntegrationId == key.IntegrationId && l.Partition == key.Partition && l.ExternalId == key.ExternalId);
}
