using Microsoft.AspNetCore.Mvc;
using MSPortal.Web.Access;
using MSPortal.Web.Hosting;

namespace MSPortal.Web.Features.Account;

/// <summary>What sets or clears the cookie without a page of its own.</summary>
internal static class AccountEndpoints
{
    public static void Map(WebApplication app)
    {
        app.MapGet(AccountRoutes.Link, LinkAsync).AllowAnonymous().WithMetadata(new SignInLimitAttribute()).ExcludeFromDescription();
        app.MapPost(AccountRoutes.SignOut, SignOutAsync).NeedsSignIn().ExcludeFromDescription();
    }

    public static string? From(HttpContext context) => context.Connection.RemoteIpAddress?.MapToIPv4OrSame().ToString();

    private static async Task<IResult> LinkAsync(string? token, string? returnUrl, SignInLinks links, Accounts accounts, HttpContext context, CancellationToken ct) =>
        await links.RedeemAsync(token, ct) is { } userId && await accounts.SignInByLinkAsync(userId, From(context), ct)
            ? Results.LocalRedirect(AccountRoutes.Local(returnUrl))
            : Results.LocalRedirect($"{AccountRoutes.SignIn}?problem=link");

    /// <summary>The form field makes the framework check the antiforgery token.</summary>
    private static async Task<IResult> SignOutAsync([FromForm] string? returnUrl, Accounts accounts, HttpContext context, CancellationToken ct)
    {
        await accounts.SignOutAsync(context.User, From(context), ct);
        return Results.LocalRedirect(returnUrl is null ? AccountRoutes.SignIn : AccountRoutes.Local(returnUrl));
    }

    private static System.Net.IPAddress MapToIPv4OrSame(this System.Net.IPAddress address) =>
        address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
