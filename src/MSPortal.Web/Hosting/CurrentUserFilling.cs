using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.AspNetCore.Identity;
using MSPortal.Storage.Model;

namespace MSPortal.Web.Hosting;

/// <summary>Fills <see cref="CurrentUser"/> for a request, and notes the address for circuits that begin with it.</summary>
internal sealed class CurrentUserMiddleware(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context, CurrentUser user)
    {
        if (context.User.Identity is { IsAuthenticated: true })
        {
            var from = context.Connection.RemoteIpAddress is { } address ? (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString() : null;
            if (from is not null)
            {
                // A new principal: the signed-in one is written back to the cookie when it slides.
                context.User = new ClaimsPrincipal([.. context.User.Identities, new ClaimsIdentity([new Claim(PortalClaims.From, from)])]);
            }

            user.Become(context.User);
        }

        return next(context);
    }
}

/// <summary>Fills <see cref="CurrentUser"/> for a circuit before its first component is made.</summary>
internal sealed class CurrentUserCircuit(AuthenticationStateProvider authentication, CurrentUser user) : CircuitHandler
{
    public override async Task OnCircuitOpenedAsync(Circuit circuit, CancellationToken cancellationToken) =>
        user.Become((await authentication.GetAuthenticationStateAsync()).User);
}

/// <summary>Ends the circuits of someone who was disabled or whose password changed, within minutes.</summary>
internal sealed class CircuitRevalidation(ILoggerFactory log, IServiceScopeFactory scopes) : RevalidatingServerAuthenticationStateProvider(log)
{
    protected override TimeSpan RevalidationInterval => TimeSpan.FromMinutes(2);

    protected override async Task<bool> ValidateAuthenticationStateAsync(AuthenticationState authenticationState, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var signIn = scope.ServiceProvider.GetRequiredService<SignInManager<PortalUser>>();
        return await signIn.ValidateSecurityStampAsync(authenticationState.User) is { IsDisabled: false };
    }
}
