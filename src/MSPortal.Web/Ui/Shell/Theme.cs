using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using MSPortal.Storage.Model;

namespace MSPortal.Web.Ui.Shell;

/// <summary>Light, dark, or as the person's system says, and what that comes to at the moment.</summary>
/// <param name="Choice"><c>light</c>, <c>dark</c> or <c>system</c>.</param>
/// <param name="IsDark">What is shown.</param>
public sealed record Theme(string Choice, bool IsDark)
{
    /// <summary>Written by the browser, so that the first rendering is right and does not flash.</summary>
    public const string ChoiceCookie = "msportal-theme";
    public const string SchemeCookie = "msportal-scheme";

    public static Theme System { get; } = new("system", false);

    public static Theme Of(HttpContext context)
    {
        var chosen = context.Request.Cookies[ChoiceCookie] ?? context.User.FindFirstValue(PortalClaims.Theme);
        return chosen switch
        {
            "light" => new Theme("light", false),
            "dark" => new Theme("dark", true),
            _ => new Theme("system", context.Request.Cookies[SchemeCookie] == "dark"),
        };
    }
}

/// <summary>Keeps a person's choice with them, so that it follows them to another browser.</summary>
internal sealed class ThemeChoices(IServiceScopeFactory scopes)
{
    public async Task KeepAsync(Guid userId, string choice)
    {
        // Once more when somebody else changed the person at this very moment; a theme is not worth more.
        if (!await OnceAsync(userId, choice))
        {
            await OnceAsync(userId, choice);
        }
    }

    /// <summary>False when it could not be written.</summary>
    private async Task<bool> OnceAsync(Guid userId, string choice)
    {
        await using var scope = scopes.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<PortalUser>>();
        if (await users.FindByIdAsync(userId.ToString()) is not { } user)
        {
            return true;
        }

        var before = (await users.GetClaimsAsync(user)).Where(c => c.Type == PortalClaims.Theme).ToList();
        return (await users.RemoveClaimsAsync(user, before)).Succeeded && (await users.AddClaimAsync(user, new Claim(PortalClaims.Theme, choice))).Succeeded;
    }
}
