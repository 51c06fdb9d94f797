using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Ports;
using MSPortal.Storage;
using MSPortal.Storage.Model;

namespace MSPortal.Web.Features.Account;

/// <summary>Makes administrators of tenants that no set-up page makes: without a password, so that they come by a one-time link and choose their own.</summary>
internal sealed class Administrators(PortalDatabase database, SignInLinks links, TimeProvider clock)
{
    private const int LongestEmail = 200;

    /// <summary>An administrator whose name is the e-mail address.</summary>
    public static PortalUser NewUser(long tenantId, string email, string displayName, DateTimeOffset now) => new()
    {
        Id = Guid.NewGuid(),
        TenantId = tenantId,
        UserName = email.Trim(),
        Email = email.Trim(),
        EmailConfirmed = true,
        DisplayName = displayName.Trim(),
        LockoutEnabled = true,
        RoleId = BuiltInRole.Administrator,
        InvitedAt = now,
        CreatedAt = now,
    };

    /// <exception cref="ActionRefusedException">It is no address, or somebody on this installation has it.</exception>
    public async Task CheckAsync(string email, CancellationToken ct)
    {
        if (email.Trim().Length > LongestEmail || !new EmailAddressAttribute().IsValid(email.Trim()))
        {
            throw new ActionRefusedException($"“{email}” is not an e-mail address.");
        }

        var name = Normalized(email);
        await using var db = database.Open();
        if (await db.Users.IgnoreQueryFilters().AnyAsync(u => u.NormalizedUserName == name || u.NormalizedEmail == name, ct))
        {
            throw new ActionRefusedException($"There is a user {email.Trim()} already.");
        }
    }

    /// <returns>Path and query of the link that lets them in, to be put behind the portal's address.</returns>
    /// <exception cref="ActionRefusedException">It is no address, or somebody on this installation has it.</exception>
    public async Task<string> AddAsync(string email, string? displayName, Actor actor, CancellationToken ct)
    {
        await CheckAsync(email, ct);
        var now = clock.GetUtcNow();
        var user = NewUser(actor.TenantId, email, string.IsNullOrWhiteSpace(displayName) ? email : displayName, now);
        (user.NormalizedUserName, user.NormalizedEmail, user.SecurityStamp) = (Normalized(email), Normalized(email), Guid.NewGuid().ToString("N"));
        await using (var db = database.Open(actor.TenantId))
        {
            db.Users.Add(user);
            db.Audit.Add(AuditEntries.By(actor, now, "user.added", "user", user.Id.ToString(), user.Email));
            await db.SaveChangesAsync(ct);
        }

        return await links.CreateAsync(user.Id, null, ct, AccountRoutes.Password);
    }

    /// <summary>As Identity looks names up.</summary>
    private static string Normalized(string email) => email.Trim().Normalize().ToUpperInvariant();
}
