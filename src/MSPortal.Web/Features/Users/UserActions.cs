using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Core.Ports;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Web.Access;
using MSPortal.Web.Features.Account;

namespace MSPortal.Web.Features.Users;

/// <summary>What is to be known of somebody; what is null stays as it is.</summary>
/// <param name="Companies">Those that they see; used when they see only assigned ones.</param>
/// <param name="ClientOf">Of somebody new: the company whose person they are.</param>
/// <param name="Reach">Of a client's person.</param>
public sealed record UserDetails(
    string? Name = null, Guid? RoleId = null, bool? SeesAssignedOnly = null, IReadOnlyList<Guid>? Companies = null, Guid? ClientOf = null, ReachChoice? Reach = null);

/// <summary>How much a client's person sees.</summary>
/// <param name="Reach">Null: as their role says.</param>
public sealed record ReachChoice(TicketReach? Reach);

/// <param name="Id">Null when nothing was changed.</param>
internal sealed record SavedUser(Guid? Id, IReadOnlyList<FieldError> Errors)
{
    public static SavedUser Wrong(string field, string sentence) => new(null, [new FieldError(field, sentence)]);
}

/// <summary>Adds, changes, disables and removes people. Each leaves its audit entry, and a change holds within seconds.</summary>
internal sealed class UserActions(PortalDatabase database, AccessBook access, TimeProvider clock)
{
    public const int LongestName = 100;

    private const int Attempts = 3;
    private const int LongestEmail = 200;

    /// <summary>Adds somebody, who cannot sign in before an invitation is sent.</summary>
    /// <param name="also">Written together with the person, or not at all.</param>
    /// <exception cref="ActionRefusedException">Who adds them may no longer do this.</exception>
    public async Task<SavedUser> AddAsync(string email, UserDetails details, PortalAccess by, Actor actor, CancellationToken ct, Func<PortalContext, PortalUser, Task>? also = null)
    {
        email = email.Trim();
        if (email.Length > LongestEmail || !new EmailAddressAttribute().IsValid(email))
        {
            return SavedUser.Wrong("email", email.Length == 0 ? "Give an e-mail address." : $"“{email}” is not an e-mail address.");
        }

        if (details.RoleId is null)
        {
            return SavedUser.Wrong("role", "Choose a role.");
        }

        await using var db = database.Open(actor.TenantId);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        by = await UserRules.BeginAsync(db, by, Permissions.WriteUsers, actor, ct);
        var user = Administrators.NewUser(actor.TenantId, email, email, clock.GetUtcNow());
        (user.RoleId, user.InvitedAt, user.SecurityStamp, user.CompanyId) = (Guid.Empty, null, Guid.NewGuid().ToString("N"), details.ClientOf);
        user.NormalizedUserName = user.NormalizedEmail = email.Normalize().ToUpperInvariant();
        if (await db.Users.AnyAsync(u => u.NormalizedEmail == user.NormalizedEmail || u.NormalizedUserName == user.NormalizedUserName, ct))
        {
            return SavedUser.Wrong("email", $"There is a user {email} already.");
        }

        db.Users.Add(user);
        if (await ApplyAsync(db, user, details, by, ct) is { } wrong)
        {
            return wrong;
        }

        if (also is not null)
        {
            await also(db, user);
        }

        Audit(db, actor, "user.added", user, null, await ToldAsync(db, user, ct));
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        access.Forget();
        return new SavedUser(user.Id, []);
    }

    /// <summary>Who has another role or sees other companies may do other things than when a link was made for them: it opens nothing any more.</summary>
    /// <param name="disabled">Together with the details, or not at all; null leaves it as it is.</param>
    /// <exception cref="KeyNotFoundException">There is no such person.</exception>
    /// <exception cref="ActionRefusedException">They may do more than who changes them, are the last administrator, or would change their own role.</exception>
    public Task<SavedUser> ChangeAsync(Guid id, UserDetails details, PortalAccess by, Actor actor, CancellationToken ct, bool? disabled = null) => DoAsync(id, by, actor, async (db, user, now) =>
    {
        var before = await ToldAsync(db, user, ct);
        var otherRole = (details.RoleId ?? user.RoleId, details.SeesAssignedOnly ?? user.SeesAssignedOnly) != (user.RoleId, user.SeesAssignedOnly);
        if (otherRole)
        {
            UserRules.NotToOneself(id, actor);
            await UserRules.LeaveAnAdministratorAsync(db, user, ct);
        }

        if (await ApplyAsync(db, user, details, now, ct) is { } wrong)
        {
            return wrong;
        }

        if (otherRole || db.ChangeTracker.Entries<UserCompany>().Any(c => c.State is EntityState.Added or EntityState.Deleted))
        {
            await OneTimeTokens.EndAllAsync(db, id, ct);
        }

        var after = await ToldAsync(db, user, ct);
        if (after != before)
        {
            Audit(db, actor, "user.changed", user, before, after);
        }

        if (disabled is { } off)
        {
            await DisableAsync(db, user, off, actor, ct);
        }

        return new SavedUser(id, []);
    }, ct);

    /// <summary>Who is disabled is signed out everywhere, and no link for them opens anything.</summary>
    /// <exception cref="KeyNotFoundException">There is no such person.</exception>
    /// <exception cref="ActionRefusedException">They may do more than who disables them, are the last administrator, or oneself.</exception>
    public Task SetDisabledAsync(Guid id, bool disabled, PortalAccess by, Actor actor, CancellationToken ct) => DoAsync(id, by, actor, async (db, user, _) =>
    {
        await DisableAsync(db, user, disabled, actor, ct);
        return new SavedUser(id, []);
    }, ct);

    /// <summary>For who has lost their authenticator or their passkey: they set one up again when they sign in next, and are signed out everywhere.</summary>
    /// <exception cref="KeyNotFoundException">There is no such person.</exception>
    /// <exception cref="ActionRefusedException">They may do more than who does it, or oneself.</exception>
    public Task ResetSecondFactorAsync(Guid id, PortalAccess by, Actor actor, CancellationToken ct) => DoAsync(id, by, actor, async (db, user, _) =>
    {
        UserRules.NotToOneself(id, actor);
        await SecondFactors.ForgetAsync(db, user, ct);
        Audit(db, actor, "user.second_factor_reset", user, null, null);
        return new SavedUser(id, []);
    }, ct);

    /// <summary>A client's person is not imported again either, until somebody allows it.</summary>
    /// <exception cref="KeyNotFoundException">There is no such person.</exception>
    /// <exception cref="ActionRefusedException">They may do more than who removes them, are the last administrator, or oneself.</exception>
    public Task RemoveAsync(Guid id, PortalAccess by, Actor actor, CancellationToken ct) => DoAsync(id, by, actor, async (db, user, _) =>
    {
        UserRules.NotToOneself(id, actor);
        await UserRules.LeaveAnAdministratorAsync(db, user, ct);
        Audit(db, actor, user.CompanyId is null ? "user.removed" : "user.access_removed", user, await ToldAsync(db, user, ct), null);
        await ContactAccess.BlockAsync(db, user, actor, clock.GetUtcNow(), ct);
        db.Users.Remove(user);
        return new SavedUser(id, []);
    }, ct);

    private async Task DisableAsync(PortalContext db, PortalUser user, bool disabled, Actor actor, CancellationToken ct)
    {
        if (user.IsDisabled == disabled && user.DisabledByContacts == false)
        {
            return;
        }

        if (!disabled && user.DisabledByContacts && await db.ContactLinks.AnyAsync(l => l.UserId == user.Id, ct))
        {
            throw new ActionRefusedException($"None of {user.DisplayName}'s contacts is active in your PSA. They are enabled by themselves as soon as one is.");
        }

        if (disabled)
        {
            UserRules.NotToOneself(user.Id, actor);
            await UserRules.LeaveAnAdministratorAsync(db, user, ct);
            await OneTimeTokens.EndAllAsync(db, user.Id, ct);
            user.SecurityStamp = Guid.NewGuid().ToString("N");
        }

        (user.IsDisabled, user.DisabledByContacts) = (disabled, false);
        Audit(db, actor, disabled ? "user.disabled" : "user.enabled", user, null, null);
    }

    /// <param name="change">Gets what the actor may do now.</param>
    private async Task<SavedUser> DoAsync(Guid id, PortalAccess by, Actor actor, Func<PortalContext, PortalUser, PortalAccess, Task<SavedUser>> change, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await OnceAsync(id, by, actor, change, ct);
            }
            catch (DbUpdateConcurrencyException) when (attempt < Attempts)
            {
                // They signed in, or chose a password, at this very moment.
            }
        }
    }

    private async Task<SavedUser> OnceAsync(Guid id, PortalAccess by, Actor actor, Func<PortalContext, PortalUser, PortalAccess, Task<SavedUser>> change, CancellationToken ct)
    {
        await using var db = database.Open(actor.TenantId);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var now = await UserRules.BeginAsync(db, by, Permissions.WriteUsers, actor, ct);
        var user = await UserRules.FindAsync(db, id, now, ct);
        var result = await change(db, user, now);
        if (result.Id is not null)
        {
            if (db.ChangeTracker.HasChanges())
            {
                // Identity writes every column of who it read before, and has to see that they are outdated.
                user.ConcurrencyStamp = Guid.NewGuid().ToString();
            }

            await db.SaveChangesAsync(ct);
            await transaction.CommitAsync(ct);
            access.Forget();
        }

        return result;
    }

    /// <summary>Null when all is well.</summary>
    private static async Task<SavedUser?> ApplyAsync(PortalContext db, PortalUser user, UserDetails details, PortalAccess by, CancellationToken ct)
    {
        if (details.Name is { } name)
        {
            if (name.Trim().Length > LongestName)
            {
                return SavedUser.Wrong("name", $"Give a name of at most {LongestName} characters.");
            }

            user.DisplayName = name.Trim() is { Length: > 0 } given ? given : user.Email!;
        }

        if (details.RoleId is { } role)
        {
            if (await UserRules.RoleProblemAsync(db, role, forClient: user.CompanyId is not null, by, ct) is { } problem)
            {
                return SavedUser.Wrong("role", problem);
            }

            user.RoleId = role;
        }

        if (user.CompanyId is not null)
        {
            user.Reach = details.Reach is { } chosen ? chosen.Reach : user.Reach;
            return details.SeesAssignedOnly is true || details.Companies is { Count: > 0 }
                ? SavedUser.Wrong("companies", "A company user sees their own company and no other can be assigned to them.")
                : null;
        }

        user.SeesAssignedOnly = details.SeesAssignedOnly ?? user.SeesAssignedOnly;
        return details.Companies is { } companies ? await AssignAsync(db, user, companies, ct) : null;
    }

    private static async Task<SavedUser?> AssignAsync(PortalContext db, PortalUser user, IReadOnlyList<Guid> companies, CancellationToken ct)
    {
        var wanted = companies.Distinct().ToList();
        if (await db.Companies.CountAsync(c => wanted.Contains(c.Id), ct) != wanted.Count)
        {
            return SavedUser.Wrong("companies", "One of the companies is not there any more.");
        }

        var now = await db.UserCompanies.Where(c => c.UserId == user.Id).ToListAsync(ct);
        db.UserCompanies.RemoveRange(now.Where(c => !wanted.Contains(c.CompanyId)));
        db.UserCompanies.AddRange(wanted.Except(now.Select(c => c.CompanyId)).Select(c => new UserCompany { TenantId = user.TenantId, UserId = user.Id, CompanyId = c }));
        return null;
    }

    private void Audit(PortalContext db, Actor actor, string action, PortalUser user, string? before, string? after)
    {
        var entry = AuditEntries.By(actor, clock.GetUtcNow(), action, "user", user.Id.ToString(), user.Email);
        (entry.Before, entry.After) = (before, after);
        db.Audit.Add(entry);
    }

    private static async Task<string> ToldAsync(PortalContext db, PortalUser user, CancellationToken ct)
    {
        var role = BuiltInRoles.All.Where(r => r.Id == user.RoleId).Select(r => r.Name).FirstOrDefault()
            ?? await db.PortalRoles.Where(r => r.Id == user.RoleId).Select(r => r.Name).FirstOrDefaultAsync(ct);
        if (user.CompanyId is { } of)
        {
            var company = await db.Companies.Where(c => c.Id == of).Select(c => c.Name).FirstOrDefaultAsync(ct);
            return JsonSerializer.Serialize(new { name = user.DisplayName, role, company, sees = user.Reach?.ToString().ToLowerInvariant() ?? "as the role says" });
        }

        await db.UserCompanies.Where(c => c.UserId == user.Id).LoadAsync(ct);
        var ids = db.UserCompanies.Local.Where(c => c.UserId == user.Id).Select(c => c.CompanyId).ToList();
        var companies = user.SeesAssignedOnly ? await db.Companies.Where(c => ids.Contains(c.Id)).OrderBy(c => c.NormalizedName).Select(c => c.Name).ToListAsync(ct) : null;
        return JsonSerializer.Serialize(new { name = user.DisplayName, role, companies });
    }
}
