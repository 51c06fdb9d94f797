using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Web.Hosting;

namespace MSPortal.Web.Features.Account;

/// <summary>What the set-up page asks for.</summary>
internal sealed record SetUp(string TenantName, string TimeZone, string DisplayName, string Email, string Password);

/// <summary>Signing in and out, and the first administrator; each leaves its audit entry.</summary>
internal sealed class Accounts(
    UserManager<PortalUser> users,
    SignInManager<PortalUser> signIn,
    IPasswordHasher<PortalUser> hasher,
    PortalDatabase database,
    FirstRun firstRun,
    TimeProvider clock,
    ILogger<Accounts> log)
{
    private const string Refused = "The e-mail address or the password is not right.";
    private const string Locked = "Too many wrong passwords. Wait ten minutes, or ask whoever runs the server for a sign-in link.";

    /// <summary>For how long after a one-time link its user may set a password without the old one.</summary>
    private static readonly TimeSpan LinkGrace = TimeSpan.FromMinutes(30);
    private static readonly SemaphoreSlim OneSetUp = new(1, 1);
    private static readonly PortalUser Nobody = new();

    /// <summary>Null when done; otherwise what is wrong. Only while there is no user.</summary>
    public async Task<string?> SetUpAsync(SetUp setUp, string? from, CancellationToken ct)
    {
        await OneSetUp.WaitAsync(ct);
        try
        {
            if (await firstRun.IsOverAsync(ct))
            {
                return "The portal has been set up already. Sign in instead.";
            }

            var tenantId = await FirstTenant.GetOrAddAsync(database, clock, ct);
            var user = Administrators.NewUser(tenantId, setUp.Email, setUp.DisplayName, clock.GetUtcNow());
            var made = await users.CreateAsync(user, setUp.Password);
            if (!made.Succeeded)
            {
                return Words(made);
            }

            await NameTenantAsync(tenantId, setUp, user, from, ct);
            await signIn.SignInAsync(user, isPersistent: false);
            return null;
        }
        finally
        {
            OneSetUp.Release();
        }
    }

    /// <summary>Null when signed in; otherwise what to tell the person, which never says whether the address is known.</summary>
    public async Task<string?> SignInAsync(string email, string password, bool remember, string? from, CancellationToken ct)
    {
        if (await users.FindByNameAsync(email.Trim()) is not { } user)
        {
            // As slow as a wrong password, so that the time does not tell either.
            hasher.VerifyHashedPassword(Nobody, UnknownHash.Value, password);
            log.LogInformation("Sign-in refused for an unknown address, from {From}.", from);
            return Refused;
        }

        var result = user.IsDisabled
            ? SignInResult.NotAllowed
            : await signIn.PasswordSignInAsync(user, password, remember, lockoutOnFailure: true);
        await AuditAsync(user, result.Succeeded ? "user.signed_in" : result.IsLockedOut ? "user.locked_out" : "user.sign_in_failed", from, ct);
        return result.Succeeded ? null : result.IsLockedOut ? Locked : Refused;
    }

    /// <summary>Signs in who a one-time link was made for, locked out or not.</summary>
    public async Task<bool> SignInByLinkAsync(Guid userId, string? from, CancellationToken ct)
    {
        if (await users.FindByIdAsync(userId.ToString()) is not { IsDisabled: false } user)
        {
            return false;
        }

        await users.SetLockoutEndDateAsync(user, null);
        await users.ResetAccessFailedCountAsync(user);
        await signIn.SignInWithClaimsAsync(user, isPersistent: false, [LinkClaim()]);
        await AuditAsync(user, "user.signed_in_by_link", from, ct);
        return true;
    }

    public async Task SignOutAsync(ClaimsPrincipal principal, string? from, CancellationToken ct)
    {
        if (await users.GetUserAsync(principal) is { } user)
        {
            await AuditAsync(user, "user.signed_out", from, ct);
        }

        await signIn.SignOutAsync();
    }

    /// <summary>Whether this session may set a password without the old one, since it came by a one-time link just now.</summary>
    public bool CameByLink(ClaimsPrincipal principal) =>
        long.TryParse(principal.FindFirstValue(PortalClaims.Link), NumberStyles.None, CultureInfo.InvariantCulture, out var at)
        && clock.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(at) < LinkGrace;

    /// <summary>Null when done. Other sessions of the user end within a minute.</summary>
    public async Task<string?> ChangePasswordAsync(ClaimsPrincipal principal, string? current, string next, string? from, CancellationToken ct)
    {
        if (await users.GetUserAsync(principal) is not { } user)
        {
            return "You are no longer signed in.";
        }

        var result = CameByLink(principal)
            ? await users.ResetPasswordAsync(user, await users.GeneratePasswordResetTokenAsync(user), next)
            : await users.ChangePasswordAsync(user, current ?? "", next);
        if (!result.Succeeded)
        {
            return Words(result);
        }

        await signIn.RefreshSignInAsync(user);
        await AuditAsync(user, "user.password_changed", from, ct);
        return null;
    }

    private async Task NameTenantAsync(long tenantId, SetUp setUp, PortalUser user, string? from, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        var tenant = await db.Tenants.FirstAsync(t => t.Id == tenantId, ct);
        (tenant.Name, tenant.TimeZone) = (setUp.TenantName.Trim(), setUp.TimeZone);
        db.Audit.Add(Entry(user, "portal.set_up", "tenant", tenant.Name, from));
        db.Audit.Add(Entry(user, "user.signed_in", "user", user.Email, from));
        await db.SaveChangesAsync(ct);
    }

    private async Task AuditAsync(PortalUser user, string action, string? from, CancellationToken ct)
    {
        await using var db = database.Open(user.TenantId);
        db.Audit.Add(Entry(user, action, "user", user.Email, from));
        await db.SaveChangesAsync(ct);
    }

    private AuditEntry Entry(PortalUser user, string action, string kind, string? name, string? from) => new()
    {
        TenantId = user.TenantId,
        At = clock.GetUtcNow(),
        Actor = user.Email ?? "?",
        UserId = user.Id,
        From = from,
        Action = action,
        SubjectKind = kind,
        SubjectId = kind == "user" ? user.Id.ToString() : null,
        SubjectName = name,
    };

    private Claim LinkClaim() => new(PortalClaims.Link, clock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));

    private static string Words(IdentityResult result) => string.Join(" ", result.Errors.Select(e => e.Description));

    private static class UnknownHash
    {
        public static readonly string Value = new PasswordHasher<PortalUser>().HashPassword(Nobody, Guid.NewGuid().ToString());
    }
}
