using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using MSPortal.Storage.Model;

namespace MSPortal.Web.Hosting;

/// <summary>Who has a passkey has a second factor as who has an authenticator app: the password alone signs neither in.</summary>
internal sealed class PortalSignIn(
    UserManager<PortalUser> users,
    IHttpContextAccessor contexts,
    IUserClaimsPrincipalFactory<PortalUser> principals,
    IOptions<IdentityOptions> options,
    ILogger<SignInManager<PortalUser>> log,
    IAuthenticationSchemeProvider schemes,
    IUserConfirmation<PortalUser> confirmation)
    : SignInManager<PortalUser>(users, contexts, principals, options, log, schemes, confirmation)
{
    public override async Task<bool> IsTwoFactorEnabledAsync(PortalUser user) => await base.IsTwoFactorEnabledAsync(user) || (await UserManager.GetPasskeysAsync(user)).Count > 0;
}
