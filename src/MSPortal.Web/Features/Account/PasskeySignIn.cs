using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using MSPortal.Storage;
using MSPortal.Storage.Model;

namespace MSPortal.Web.Features.Account;

/// <summary>Signing in by passkey: alone, since it is both factors, or after the password where it is the second.</summary>
/// <remarks>Identity's own <c>PasskeySignInAsync</c> asks neither whether somebody is locked out or disabled, nor remembers them.</remarks>
internal sealed class PasskeySignIn(
    UserManager<PortalUser> users,
    SignInManager<PortalUser> signIn,
    IPasskeyHandler<PortalUser> handler,
    Accounts accounts,
    PortalContext store,
    TimeProvider clock,
    ILogger<PasskeySignIn> log)
{
    private const string SigningIn = "sign-in";
    private const string Refused = "This passkey does not open the portal, or no longer. Sign in with your password, or ask an administrator.";

    /// <summary>What to ask the browser for.</summary>
    /// <param name="second">Somebody has just given their password: one of theirs and no other.</param>
    public async Task<PasskeyAnswer> AskAsync(bool second, HttpContext context)
    {
        var user = second ? await accounts.AwaitedAsync() : null;
        if (second && user is null)
        {
            return new PasskeyAnswer(Problem: Accounts.TooLate);
        }

        var question = await handler.MakeRequestOptionsAsync(user, context);
        await PasskeyCeremony.BeginAsync(context, SigningIn, question.AssertionState ?? "");
        return PasskeyAnswer.Ask(question.RequestOptionsJson);
    }

    /// <summary>Null when signed in; otherwise what is wrong, which never says whether the passkey is known.</summary>
    /// <param name="credential">What the browser has answered, as JSON.</param>
    public async Task<string?> SignInAsync(string? credential, bool remember, HttpContext context, CancellationToken ct)
    {
        if (await PasskeyCeremony.EndAsync(context, SigningIn) is not { } state || string.IsNullOrEmpty(credential))
        {
            return "It took too long. Try again.";
        }

        var from = AccountEndpoints.From(context);
        var proof = await handler.PerformAssertionAsync(new PasskeyAssertionContext { HttpContext = context, CredentialJson = credential, AssertionState = state });
        if (!proof.Succeeded)
        {
            log.LogInformation("Sign-in by passkey refused, from {From}: {Why}", from, proof.Failure.Message);
            return await accounts.AwaitedAsync() is { } awaited ? await accounts.EndedAsync(awaited, SignInResult.Failed, Refused, from, ct) : Refused;
        }

        var user = proof.User;
        var result = !Accounts.MayComeIn(user) ? SignInResult.NotAllowed
            : await users.IsLockedOutAsync(user) ? SignInResult.LockedOut
            // Taken last: what changes afterwards ends the session that begins here.
            : (await store.WriteAsync(user, () => users.ResetAccessFailedCountAsync(user), ct)).Succeeded && await TakeAsync(user, proof.Passkey, ct) ? SignInResult.Success
            : SignInResult.Failed;
        if (result.Succeeded)
        {
            await signIn.SignInAsync(user, remember, authenticationMethod: "passkey");
            await context.SignOutAsync(IdentityConstants.TwoFactorUserIdScheme);
        }

        return await accounts.EndedAsync(user, result, Refused, from, ct, Accounts.SignedInByPasskey);
    }

    /// <summary>Keeps the authenticator's counter. False when the passkey was taken away at this very moment, which Identity would add again.</summary>
    private async Task<bool> TakeAsync(PortalUser user, UserPasskeyInfo used, CancellationToken ct)
    {
        if (await store.UserPasskeys.FirstOrDefaultAsync(p => p.UserId == user.Id && p.CredentialId == used.CredentialId, ct) is not { } stored)
        {
            return false;
        }

        (stored.Data.SignCount, stored.Data.IsBackedUp) = (used.SignCount, used.IsBackedUp);
        store.Entry(stored).Property(Passkey.LastUsedAt).CurrentValue = clock.GetUtcNow();
        try
        {
            await store.SaveChangesAsync(ct);
            return true;
        }
        catch (DbUpdateConcurrencyException)
        {
            return false;
        }
    }
}
