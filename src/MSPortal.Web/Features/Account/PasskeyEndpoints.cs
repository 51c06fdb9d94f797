using Microsoft.AspNetCore.Mvc;
using MSPortal.Web.Access;
using MSPortal.Web.Hosting;

namespace MSPortal.Web.Features.Account;

/// <summary>Between the script that asks browsers for passkeys and the portal. A form field makes the framework check the antiforgery token.</summary>
internal static class PasskeyEndpoints
{
    public static void Map(WebApplication app)
    {
        app.MapPost(AccountRoutes.PasskeySignInOptions, AskAsync).AllowAnonymous().WithMetadata(new SignInLimitAttribute()).ExcludeFromDescription();
        app.MapPost(AccountRoutes.PasskeySignIn, SignInAsync).AllowAnonymous().WithMetadata(new SignInLimitAttribute()).ExcludeFromDescription();
        app.MapPost(AccountRoutes.PasskeyOptions, OfferAsync).NeedsSignIn().WithMetadata(new SignInLimitAttribute()).ExcludeFromDescription();
        app.MapPost(AccountRoutes.Passkeys, AddAsync).NeedsSignIn().ExcludeFromDescription();
        app.MapPost(AccountRoutes.PasskeyRename, RenameAsync).NeedsSignIn().ExcludeFromDescription();
        app.MapPost(AccountRoutes.PasskeyRemove, RemoveAsync).NeedsSignIn().ExcludeFromDescription();
    }

    /// <summary>It changes nothing but what this browser is asked, so it needs no token.</summary>
    private static Task<PasskeyAnswer> AskAsync(bool? second, PasskeySignIn passkeys, HttpContext context) => passkeys.AskAsync(second is true, context);

    private static async Task<PasskeyAnswer> SignInAsync(
        [FromForm] string? credential, [FromForm(Name = AccountRoutes.RememberField)] bool? remember, string? returnUrl, PasskeySignIn passkeys, HttpContext context, CancellationToken ct) =>
        PasskeyAnswer.GoOn(AccountRoutes.Local(returnUrl), await passkeys.SignInAsync(credential, remember is true, context, ct));

    private static async Task<PasskeyAnswer> OfferAsync([FromForm] string? password, Passkeys passkeys, SecondFactors factors, HttpContext context, CancellationToken ct) =>
        await factors.FindAsync(context.User) is { } user ? await passkeys.OfferAsync(user, password, context, ct) : new PasskeyAnswer(Location: AccountRoutes.SignIn);

    private static async Task<PasskeyAnswer> AddAsync([FromForm] string? credential, [FromForm] string? name, Passkeys passkeys, SecondFactors factors, HttpContext context, CancellationToken ct) =>
        await factors.FindAsync(context.User) is { } user
            ? PasskeyAnswer.GoOn(AccountRoutes.SecondFactor, await passkeys.AddAsync(user, credential, name, context, ct))
            : new PasskeyAnswer(Location: AccountRoutes.SignIn);

    private static async Task<IResult> RenameAsync([FromForm] string? id, [FromForm] string? name, Passkeys passkeys, SecondFactors factors, HttpContext context, CancellationToken ct)
    {
        if (await factors.FindAsync(context.User) is { } user)
        {
            await passkeys.RenameAsync(user, id, name, AccountEndpoints.From(context), ct);
        }

        return Results.LocalRedirect(AccountRoutes.SecondFactor);
    }

    private static async Task<IResult> RemoveAsync([FromForm] string? id, Passkeys passkeys, SecondFactors factors, HttpContext context, CancellationToken ct)
    {
        var refused = await factors.FindAsync(context.User) is { } user && !await passkeys.RemoveAsync(user, id, AccountEndpoints.From(context), ct);
        return Results.LocalRedirect(refused ? $"{AccountRoutes.SecondFactor}?problem={AccountRoutes.LastFactor}" : AccountRoutes.SecondFactor);
    }
}
