using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Web.Access;
using MSPortal.Web.Hosting;

namespace MSPortal.Web.Features.Account;

/// <summary>What the set-up page asks for.</summary>
internal sealed record SetUp(string TenantName, string TimeZone, string DisplayName, string Email, string Password);

/// <summary>Whom an invitation is for.</summary>
/// <param name="IsNew">They have no password yet.</param>
internal sealed record Guest(string Name, string Email, string Tenant, bool IsNew);

/// <param name="Problem">What to tell the person, which never says whether the address is known.</param>
/// <param name="AwaitsCode">The password was right, and their code or passkey is still to come.</param>
internal sealed record SignInAnswer(string? Problem, bool AwaitsCode = false);

/// <summary>By what somebody who has given their password can go on.</summary>
/// <param name="App">The code of an authenticator app, or a recovery code.</param>
internal sealed record SecondStep(bool App, bool Passkey);

/// <summary>Signing in and out, and the first administrator; each leaves its audit entry.</summary>
internal sealed class Accounts(
    UserManager<PortalUser> users,
    SignInManager<PortalUser> signIn,
    IPasswordHasher<PortalUser> hasher,
    PortalDatabase database,
    FirstRun firstRun,
    InvitationLinks invitations,
    PortalContext store,
    TimeProvider clock,
    ILogger<Accounts> log)
{
    public const string Failed = "user.sign_in_failed";
    public const string LockedOut = "user.locked_out";
    public const string SignedInByPasskey = "user.signed_in_by_passkey";
    public const string TooLate = "It took too long. Sign in again from the start.";

    private const string SignedIn = "user.signed_in";
    private const string SignedInByLink = "user.signed_in_by_link";
    private const string Refused = "The e-mail address or the password is not right.";
    private const string Locked = "Too many wrong passwords. Wait ten minutes, or ask whoever runs the server for a sign-in link.";

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
            user.LastSignInAt = clock.GetUtcNow();
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

    public async Task<SignInAnswer> SignInAsync(string email, string password, bool remember, string? from, CancellationToken ct)
    {
        if (await users.FindByNameAsync(email.Trim()) is not { } user)
        {
            // As slow as a wrong password, so that the time does not tell either.
            hasher.VerifyHashedPassword(Nobody, UnknownHash.Value, password);
            log.LogInformation("Sign-in refused for an unknown address, from {From}.", from);
            return new SignInAnswer(Refused);
        }

        var result = !MayComeIn(user)
            ? SignInResult.NotAllowed
            : await signIn.PasswordSignInAsync(user, password, remember, lockoutOnFailure: true);
        if (result.RequiresTwoFactor)
        {
            return new SignInAnswer(null, AwaitsCode: true);
        }

        return new SignInAnswer(await EndedAsync(user, result, Refused, from, ct));
    }

    /// <summary>Who has just given their password here and is still to prove their second factor; null for nobody.</summary>
    public async Task<PortalUser?> AwaitedAsync() => await signIn.GetTwoFactorAuthenticationUserAsync() is { } user && MayComeIn(user) ? user : null;

    /// <summary>Null when nobody has just given their password here.</summary>
    public async Task<SecondStep?> SecondStepAsync() =>
        await AwaitedAsync() is { } user ? new SecondStep(user.TwoFactorEnabled, (await users.GetPasskeysAsync(user)).Count > 0) : null;

    /// <summary>Null when signed in; otherwise what is wrong. Wrong codes lock out as wrong passwords do.</summary>
    public async Task<string?> SignInByCodeAsync(string code, bool isRecovery, bool remember, string? from, CancellationToken ct)
    {
        // Who has passkeys only may have been shown the key of an app that they never set up.
        if (await AwaitedAsync() is not { TwoFactorEnabled: true } user)
        {
            return TooLate;
        }

        var plain = isRecovery ? code.Trim() : SecondFactors.Plain(code);
        var result = isRecovery ? await SignInByRecoveryCodeAsync(user, plain, ct) : await signIn.TwoFactorAuthenticatorSignInAsync(plain, remember, rememberClient: false);
        if (isRecovery && result.Succeeded)
        {
            await AuditAsync(user, "user.recovery_code_used", from, ct);
        }

        return await EndedAsync(user, result, "The code is not right.", from, ct);
    }

    /// <summary>Signs in who a one-time link was made for, locked out or not.</summary>
    public async Task<bool> SignInByLinkAsync(Guid userId, string? from, CancellationToken ct)
    {
        if (await users.FindByIdAsync(userId.ToString()) is not { } user || !MayComeIn(user))
        {
            return false;
        }

        await users.SetLockoutEndDateAsync(user, null);
        await users.ResetAccessFailedCountAsync(user);
        await signIn.SignInWithClaimsAsync(user, isPersistent: false, [LinkSession.ClaimAt(clock.GetUtcNow())]);
        await AuditAsync(user, SignedInByLink, from, ct);
        return true;
    }

    /// <summary>Null when the invitation has ended.</summary>
    public async Task<Guest?> GuestAsync(string? token, CancellationToken ct)
    {
        if (await invitations.PeekAsync(token, ct) is not { } id || await users.FindByIdAsync(id.ToString()) is not { Email: { } email } user || !MayComeIn(user))
        {
            return null;
        }

        await using var db = database.Open(user.TenantId);
        var tenant = await db.Tenants.Where(t => t.Id == user.TenantId).Select(t => t.Name).FirstAsync(ct);
        return new Guest(user.DisplayName, email, tenant, user.PasswordHash is null);
    }

    /// <summary>Null when the invited person has a password and is signed in (or has to, with their code); otherwise what is wrong. A password that cannot be leaves the invitation as it is.</summary>
    public async Task<string?> AcceptAsync(string? token, string password, string? from, CancellationToken ct)
    {
        const string Ended = "This link was used already or is too old. Ask for a new one.";
        if (await invitations.PeekAsync(token, ct) is not { } id || await users.FindByIdAsync(id.ToString()) is not { } user || !MayComeIn(user))
        {
            return Ended;
        }

        foreach (var validator in users.PasswordValidators)
        {
            if (await validator.ValidateAsync(users, user, password) is { Succeeded: false } weak)
            {
                return Words(weak);
            }
        }

        if (await invitations.RedeemAsync(token, ct) is null)
        {
            return Ended;
        }

        var set = await store.WriteAsync(user, () => ResetPasswordAsync(user, password), ct);
        if (!set.Succeeded)
        {
            return Words(set);
        }

        await EndHandedOutAsync(user, ct);
        await users.SetLockoutEndDateAsync(user, null);
        await AuditAsync(user, "user.invitation_accepted", from, ct);
        if (!await signIn.IsTwoFactorEnabledAsync(user))
        {
            // Whoever reads somebody's mail does not come past their second factor.
            await signIn.SignInAsync(user, isPersistent: false);
            await AuditAsync(user, SignedIn, from, ct);
        }

        return null;
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
    public bool CameByLink(ClaimsPrincipal principal) => LinkSession.IsFresh(principal, clock.GetUtcNow());

    /// <summary>Null when done. Other sessions of the user end within a minute.</summary>
    public async Task<string?> ChangePasswordAsync(ClaimsPrincipal principal, string? current, string next, string? from, CancellationToken ct)
    {
        if (await users.GetUserAsync(principal) is not { } user)
        {
            return "You are no longer signed in.";
        }

        var byLink = CameByLink(principal);
        var result = await store.WriteAsync(user, () => byLink ? ResetPasswordAsync(user, next) : users.ChangePasswordAsync(user, current ?? "", next), ct);
        if (!result.Succeeded)
        {
            return Words(result);
        }

        await EndHandedOutAsync(user, ct);
        await signIn.RefreshSignInAsync(user);
        await AuditAsync(user, "user.password_changed", from, ct);
        return null;
    }

    private async Task<IdentityResult> ResetPasswordAsync(PortalUser user, string password) =>
        await users.ResetPasswordAsync(user, await users.GeneratePasswordResetTokenAsync(user), password);

    /// <summary>Whoever had got hold of the account has nothing left of it: no link, and no key that they have seen and that could still be set up.</summary>
    private async Task EndHandedOutAsync(PortalUser user, CancellationToken ct)
    {
        await using var db = database.Open(user.TenantId);
        await OneTimeTokens.EndAllAsync(db, user.Id, ct);
        await SecondFactors.EndPendingKeyAsync(db, user.Id, ct);
    }

    /// <summary>Identity itself neither counts wrong recovery codes nor asks whether somebody is locked out.</summary>
    private async Task<SignInResult> SignInByRecoveryCodeAsync(PortalUser user, string code, CancellationToken ct)
    {
        if (await users.IsLockedOutAsync(user))
        {
            return SignInResult.LockedOut;
        }

        var result = await signIn.TwoFactorRecoveryCodeSignInAsync(code);
        if (!result.Succeeded)
        {
            await store.WriteAsync(user, () => users.AccessFailedAsync(user), ct);
        }

        return !result.Succeeded && await users.IsLockedOutAsync(user) ? SignInResult.LockedOut : result;
    }

    /// <summary>Null when signed in.</summary>
    public async Task<string?> EndedAsync(PortalUser user, SignInResult result, string refusal, string? from, CancellationToken ct, string signedIn = SignedIn)
    {
        await AuditAsync(user, result.Succeeded ? signedIn : result.IsLockedOut ? LockedOut : Failed, from, ct);
        return result.Succeeded ? null : result.IsLockedOut ? Locked : refusal;
    }

    public static bool MayComeIn(PortalUser user) => user is { IsDisabled: false, InvitedAt: not null };

    private async Task NameTenantAsync(long tenantId, SetUp setUp, PortalUser user, string? from, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        var tenant = await db.Tenants.FirstAsync(t => t.Id == tenantId, ct);
        (tenant.Name, tenant.TimeZone) = (setUp.TenantName.Trim(), setUp.TimeZone);
        db.Audit.Add(Entry(user, "portal.set_up", "tenant", tenant.Name, from));
        db.Audit.Add(Entry(user, SignedIn, "user", user.Email, from));
        await db.SaveChangesAsync(ct);
    }

    private async Task AuditAsync(PortalUser user, string action, string? from, CancellationToken ct)
    {
        await using var db = database.Open(user.TenantId);
        db.Audit.Add(Entry(user, action, "user", user.Email, from));
        await db.SaveChangesAsync(ct);
        if (action is SignedIn or SignedInByLink or SignedInByPasskey)
        {
            var (now, stamp) = (clock.GetUtcNow(), Guid.NewGuid().ToString());
            await db.Users.Where(u => u.Id == user.Id).ExecuteUpdateAsync(u => u.SetProperty(x => x.LastSignInAt, now).SetProperty(x => x.ConcurrencyStamp, stamp), ct);
        }
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

    private static string Words(IdentityResult result) => string.Join(" ", result.Errors.Select(e => e.Description));

    private static class UnknownHash
    {
        public static readonly string Value = new PasswordHasher<PortalUser>().HashPassword(Nobody, Guid.NewGuid().ToString());
    }
}
