using System.Security.Claims;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authentication;

namespace MSPortal.Web.Features.Account;

/// <summary>What the script of a page is told: what to ask the browser for, where to go on, or what is wrong.</summary>
/// <param name="Options">Those of WebAuthn's <c>create</c> or <c>get</c>, as JSON.</param>
internal sealed record PasskeyAnswer(JsonNode? Options = null, string? Location = null, string? Problem = null)
{
    public static PasskeyAnswer Ask(string options) => new(JsonNode.Parse(options));

    /// <param name="problem">Null when all is well.</param>
    public static PasskeyAnswer GoOn(string location, string? problem) => problem is null ? new(Location: location) : new(Problem: problem);
}

/// <summary>
/// What a browser was asked for, sealed and kept by the browser itself until it answers. Identity keeps this where it keeps who has just given their password,
/// and whoever cancels a passkey after their password must not have to begin again.
/// </summary>
internal static class PasskeyCeremony
{
    public const string Scheme = "msportal-passkey";

    /// <summary>As long as browsers wait.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    public static Task BeginAsync(HttpContext context, string purpose, string state) =>
        context.SignInAsync(Scheme, new ClaimsPrincipal(new ClaimsIdentity(Scheme)), new AuthenticationProperties(new Dictionary<string, string?> { [purpose] = state }));

    /// <summary>Null when nothing was asked for this purpose, or too long ago. The browser forgets it, so that its next answer needs another question.</summary>
    public static async Task<string?> EndAsync(HttpContext context, string purpose)
    {
        var asked = await context.AuthenticateAsync(Scheme);
        await context.SignOutAsync(Scheme);
        return asked.Properties is { Items: var items } && items.TryGetValue(purpose, out var state) ? state : null;
    }
}
