using System.Collections;
using System.Globalization;
using System.Security.Claims;
using System.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Ports;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Web.Access;
using QRCoder;

namespace MSPortal.Web.Features.Account;

/// <summary>What an authenticator app needs to know.</summary>
/// <param name="Key">In groups of four, to be typed.</param>
/// <param name="Address">The same as an address that apps understand.</param>
/// <param name="Picture">The address as a QR code: the path of an SVG with the size in <paramref name="Size"/> squares each way.</param>
internal sealed record AuthenticatorKey(string Key, Uri Address, string Picture, int Size);

/// <summary>The second factor: codes of an authenticator app, and recovery codes for when it is lost. Beside it, or instead, there are <see cref="Passkeys"/>.</summary>
internal sealed class SecondFactors(UserManager<PortalUser> users, SignInManager<PortalUser> signIn, PortalContext store, PortalDatabase database, AccessBook access, TimeProvider clock)
{
    /// <summary>Where Identity keeps the key of the app and the recovery codes.</summary>
    public const string Provider = "[AspNetUserStore]";

    private const string Key = "AuthenticatorKey";
    private const int RecoveryCodes = 10;

    /// <summary>Null when nobody is signed in.</summary>
    public Task<PortalUser?> FindAsync(ClaimsPrincipal principal) => users.GetUserAsync(principal);

    /// <summary>Takes it away with its recovery codes and their passkeys, and ends their sessions; the person is saved by whoever asks.</summary>
    public static async Task ForgetAsync(PortalContext db, PortalUser user, CancellationToken ct)
    {
        await db.UserTokens.Where(t => t.UserId == user.Id && t.LoginProvider == Provider).ExecuteDeleteAsync(ct);
        await db.UserPasskeys.Where(p => p.UserId == user.Id).ExecuteDeleteAsync(ct);
        (user.TwoFactorEnabled, user.SecurityStamp) = (false, Guid.NewGuid().ToString("N"));
    }

    /// <summary>A key that was shown and never set up is none any more: whoever saw it could set it up, or know what is.</summary>
    public static Task<int> EndPendingKeyAsync(PortalContext db, Guid userId, CancellationToken ct) =>
        db.UserTokens.Where(t => t.UserId == userId && t.LoginProvider == Provider && t.Name == Key && db.Users.Any(u => u.Id == userId && !u.TwoFactorEnabled)).ExecuteDeleteAsync(ct);

    /// <summary>The key that is to be set up; made when there is none yet.</summary>
    /// <param name="renew">The set-up begins: what was shown before is not set up any more.</param>
    public async Task<AuthenticatorKey> KeyAsync(PortalUser user, bool renew)
    {
        var key = renew ? null : await users.GetAuthenticatorKeyAsync(user);
        if (string.IsNullOrEmpty(key))
        {
            key = users.GenerateNewAuthenticatorKey();
            // Identity's own way of renewing it would end the person's sessions as well.
            await users.SetAuthenticationTokenAsync(user, Provider, Key, key);
        }

        var address = new Uri(string.Create(CultureInfo.InvariantCulture, $"otpauth://totp/MSPortal:{Uri.EscapeDataString(user.Email ?? "")}?secret={key}&issuer=MSPortal&digits=6&period=30"));
        using var code = QRCodeGenerator.GenerateQrCode(address.AbsoluteUri, QRCodeGenerator.ECCLevel.M);
        return new AuthenticatorKey(string.Join(' ', key.Chunk(4).Select(four => new string(four))).ToLowerInvariant(), address, Picture(code.ModuleMatrix), code.ModuleMatrix.Count);
    }

    public Task<int> RecoveryCodesLeftAsync(PortalUser user) => users.CountRecoveryCodesAsync(user);

    /// <summary>The recovery codes when the code is right, which are shown this once; null when it is not.</summary>
    /// <param name="password">Of whoever has another factor already, so that nobody adds a weaker one at a screen that its owner has left; null when it is the first.</param>
    public async Task<IReadOnlyList<string>?> TurnOnAsync(PortalUser user, string code, string? password, string? from, CancellationToken ct)
    {
        if (password is not null && !await IsProvedAsync(user, () => users.CheckPasswordAsync(user, password), from, ct))
        {
            return null;
        }

        if (user.TwoFactorEnabled || !await users.VerifyTwoFactorTokenAsync(user, users.Options.Tokens.AuthenticatorTokenProvider, Plain(code))
            || await users.GenerateNewTwoFactorRecoveryCodesAsync(user, RecoveryCodes) is not { } codes || !(await users.SetTwoFactorEnabledAsync(user, true)).Succeeded)
        {
            return null;
        }

        await signIn.RefreshSignInAsync(user);
        access.Forget();
        await AuditAsync(user, "user.second_factor_on", from, ct);
        return [.. codes];
    }

    /// <summary>New ones, shown this once; those before end. Null when the code is not right; wrong ones lock out as they do at the sign-in.</summary>
    public async Task<IReadOnlyList<string>?> RenewRecoveryCodesAsync(PortalUser user, string code, string? from, CancellationToken ct)
    {
        if (!user.TwoFactorEnabled || !await IsProvedAsync(user, () => users.VerifyTwoFactorTokenAsync(user, users.Options.Tokens.AuthenticatorTokenProvider, Plain(code)), from, ct) || await users.GenerateNewTwoFactorRecoveryCodesAsync(user, RecoveryCodes) is not { } codes)
        {
            return null;
        }

        await AuditAsync(user, "user.recovery_codes_renewed", from, ct);
        return [.. codes];
    }

    /// <summary>As typed from a screen: with spaces and hyphens.</summary>
    public static string Plain(string code) => code.Replace(" ", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal);

    private static string Picture(List<BitArray> rows)
    {
        var path = new StringBuilder();
        foreach (var (y, row) in rows.Index())
        {
            foreach (var x in Enumerable.Range(0, row.Count).Where(x => row[x]))
            {
                path.Append(CultureInfo.InvariantCulture, $"M{x} {y}h1v1h-1z");
            }
        }

        return path.ToString();
    }

    /// <summary>Whether somebody who is signed in is who they say. Wrong proofs lock out as they do at the sign-in.</summary>
    /// <param name="proof">Asks Identity; not while they are locked out.</param>
    public async Task<bool> IsProvedAsync(PortalUser user, Func<Task<bool>> proof, string? from, CancellationToken ct)
    {
        var lockedOut = await users.IsLockedOutAsync(user);
        if (!lockedOut)
        {
            if (await proof())
            {
                return true;
            }

            await store.WriteAsync(user, () => users.AccessFailedAsync(user), ct);
            lockedOut = await users.IsLockedOutAsync(user);
        }

        await AuditAsync(user, lockedOut ? Accounts.LockedOut : Accounts.Failed, from, ct);
        return false;
    }

    private async Task AuditAsync(PortalUser user, string action, string? from, CancellationToken ct)
    {
        await using var db = database.Open(user.TenantId);
        db.Audit.Add(AuditEntries.By(new Actor(user.TenantId, user.Email ?? "?", from, user.Id), clock.GetUtcNow(), action, "user", user.Id.ToString(), user.Email));
        await db.SaveChangesAsync(ct);
    }
}
