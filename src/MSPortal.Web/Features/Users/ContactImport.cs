using System.Globalization;
using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Ports;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Web.Access;
using MSPortal.Web.Features.Account;

namespace MSPortal.Web.Features.Users;

/// <summary>
/// Makes company users of contacts. Each contact for itself: what cannot be is told, and keeps no other from being done. Nobody is invited by it, so nobody can sign in after it.
/// </summary>
internal sealed class ContactImport(PortalDatabase database, UserActions users, AccessBook access, TimeProvider clock)
{
    public const int MostRows = 5_000;

    /// <summary>Of a row that is worth another try.</summary>
    public const string Unanswered = "The database did not answer. Import it again later.";

    /// <returns>In the order of the choices.</returns>
    public async Task<IReadOnlyList<ContactOutcome>> ImportAsync(IReadOnlyList<ContactChoice> choices, PortalAccess by, Actor actor, CancellationToken ct)
    {
        var outcomes = new List<ContactOutcome>(choices.Count);
        foreach (var choice in choices)
        {
            outcomes.Add(await OneAsync(choice, by, actor, ct));
        }

        return outcomes;
    }

    /// <summary>Why a contact cannot come in, whatever role it would have; null when it can.</summary>
    public static string? Problem(ContactLine contact) => contact switch
    {
        { User: { } known } => $"Is {known} already.",
        { Status: ContactStatus.Removed } => "Access was removed. Allow it again first.",
        { IsInactive: true } => "Is inactive at the vendor.",
        { Company: null } => "Belongs to no company that is imported here.",
        _ => null,
    };

    private async Task<ContactOutcome> OneAsync(ContactChoice choice, PortalAccess by, Actor actor, CancellationToken ct)
    {
        var name = choice.Key.ExternalId;
        ContactOutcome Not(string problem) => new(choice.Key, name, null, false, problem);
        try
        {
            await using var db = database.Open(actor.TenantId);
            if (await ContactQueries.FindAsync(db, choice.Key, ct) is not { } contact)
            {
                return Not("The vendor has no such contact any more.");
            }

            name = contact.Name;
            if (Problem(contact) is { } problem)
            {
                return Not(problem);
            }

            if ((string.IsNullOrWhiteSpace(choice.Email) ? contact.Email : choice.Email.Trim()) is not { } email)
            {
                return Not("Has no e-mail address.");
            }

            var normalized = email.Normalize().ToUpperInvariant();
            var known = await db.Users.AsNoTracking().FirstOrDefaultAsync(u => u.TenantId == actor.TenantId && u.NormalizedEmail == normalized, ct);
            if (known?.CompanyId is not null)
            {
                return new ContactOutcome(choice.Key, name, await LinkAsync(contact, known.Id, choice.RoleId, by, actor, ct), true, null);
            }

            var details = new UserDetails(Short(name), choice.RoleId, ClientOf: contact.Company!.Id);
            var saved = await users.AddAsync(email, details, by, actor, ct, (within, user) => AddLinkAsync(within, contact, user, actor, ct));
            return saved.Id is { } id ? new ContactOutcome(choice.Key, name, id, false, null) : Not(string.Join(' ', saved.Errors.Select(e => e.Message)));
        }
        catch (Exception e) when (e is ActionRefusedException or KeyNotFoundException)
        {
            return Not(e.Message);
        }
        catch (DbUpdateException)
        {
            return Not("The database did not take it, perhaps because it was imported at the same time. Load the list again.");
        }
        catch (Exception e) when (PortalDatabase.IsTrouble(e))
        {
            return Not(Unanswered);
        }
    }

    /// <summary>One person whom two vendors know is one person here.</summary>
    /// <exception cref="ActionRefusedException">They are another company's, or another contact of the same vendor.</exception>
    private async Task<Guid> LinkAsync(ContactLine contact, Guid person, Guid role, PortalAccess by, Actor actor, CancellationToken ct)
    {
        await database.WriteAsync(actor.TenantId, db => LinkAsync(db, contact, person, role, by, actor, ct), ct);
        access.Forget();
        return person;
    }

    private async Task<bool> LinkAsync(PortalContext db, ContactLine contact, Guid person, Guid role, PortalAccess by, Actor actor, CancellationToken ct)
    {
        by = await UserRules.BeginAsync(db, by, Permissions.WriteUsers, actor, ct);
        var user = await UserRules.FindAsync(db, person, by, ct);
        if (user.CompanyId != contact.Company!.Id)
        {
            throw new ActionRefusedException($"{user.Email} is a company user of another company already.");
        }

        var others = db.ContactLinks.Where(l => l.UserId == person && l.IntegrationId == contact.Key.IntegrationId);
        if (await Contact.ActiveOf(db, others).AnyAsync(ct))
        {
            throw new ActionRefusedException($"Another contact has the address {user.Email} and is {user.DisplayName} already.");
        }

        await AddLinkAsync(db, contact, user, actor, ct);
        // An integration that was removed says nothing of anybody: who is tied to none any more is who they were.
        var theirs = db.ContactLinks.Where(l => l.UserId == person);
        if (await theirs.AnyAsync(ct) && !await Contact.ActiveOf(db, theirs).AnyAsync(ct))
        {
            await StartAfreshAsync(db, user, contact, role, by, actor, ct);
        }

        var entry = AuditEntries.By(actor, clock.GetUtcNow(), "user.linked", "user", user.Id.ToString(), user.Email);
        entry.After = System.Text.Json.JsonSerializer.Serialize(new { integration = contact.Integration, record = contact.Key.ExternalId, name = contact.Name });
        db.Audit.Add(entry);
        return true;
    }

    /// <summary>
    /// An address may have passed to somebody else. When none of an account's contacts is active any more, the next one with its address gets their own role, and is
    /// invited before they sign in: nothing of the old owner's opens it.
    /// </summary>
    private async Task StartAfreshAsync(PortalContext db, PortalUser user, ContactLine contact, Guid role, PortalAccess by, Actor actor, CancellationToken ct)
    {
        if (await UserRules.RoleProblemAsync(db, role, forClient: true, by, ct) is { } problem)
        {
            throw new ActionRefusedException(problem);
        }

        var entry = AuditEntries.By(actor, clock.GetUtcNow(), "user.begun_afresh", "user", user.Id.ToString(), user.Email);
        entry.Before = System.Text.Json.JsonSerializer.Serialize(new { name = user.DisplayName, role = user.RoleId, reach = user.Reach?.ToString() });
        await OneTimeTokens.EndAllAsync(db, user.Id, ct);
        await SecondFactors.ForgetAsync(db, user, ct);
        (user.PasswordHash, user.InvitedAt, user.Invitation, user.InvitationTrouble, user.LastSignInAt) = (null, null, null, null, null);
        (user.DisplayName, user.RoleId, user.Reach) = (Short(contact.Name), role, null);
        user.ConcurrencyStamp = Guid.NewGuid().ToString();
        entry.After = System.Text.Json.JsonSerializer.Serialize(new { name = user.DisplayName, role });
        db.Audit.Add(entry);
    }

    /// <summary>In its turn: access that was removed meanwhile stays removed, whichever way the contact came.</summary>
    private async Task AddLinkAsync(PortalContext db, ContactLine contact, PortalUser user, Actor actor, CancellationToken ct)
    {
        var key = contact.Key;
        var blocked = await db.BlockedContacts.FirstOrDefaultAsync(
            b => (b.IntegrationId == key.IntegrationId && b.Partition == key.Partition && b.ExternalId == key.ExternalId) || b.NormalizedEmail == user.NormalizedEmail, ct);
        if (blocked is not null)
        {
            throw new ActionRefusedException(string.Create(CultureInfo.InvariantCulture, $"Access was removed by {blocked.BlockedBy} on {blocked.BlockedAt.UtcDateTime:d MMM yyyy}. Allow it again first."));
        }

        db.ContactLinks.Add(new ContactLink
        {
            TenantId = actor.TenantId,
            IntegrationId = key.IntegrationId,
            Partition = key.Partition,
            ExternalId = key.ExternalId,
            UserId = user.Id,
            LinkedBy = actor.Name,
            LinkedAt = clock.GetUtcNow(),
        });
    }

    /// <summary>As long as a name here can be, without splitting a character.</summary>
    internal static string Short(string name) => name.Length <= UserActions.LongestName ? name
        : $"{name[..(char.IsHighSurrogate(name[UserActions.LongestName - 2]) ? UserActions.LongestName - 2 : UserActions.LongestName - 1)]}…";
}
