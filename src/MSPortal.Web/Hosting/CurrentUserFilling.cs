using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.AspNetCore.Identity;
using MSPortal.Storage.Model;
using MSPortal.Web.Access;
using MSPortal.Web.Features.Account;

namespace MSPortal.Web.Hosting;

/// <summary>Fills <see cref="CurrentUser"/> for a request, and notes the address for circuits that begin with it.</summary>
internal sealed class CurrentUserMiddleware(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext context, CurrentUser user, AccessBook book)
    {
        if (context.User.Identity is { IsAuthenticated: true })
        {
            var from = context.Connection.RemoteIpAddress is { } address ? (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString() : null;
            if (from is not null)
            {
                // A new principal: the signed-in one is written back to the cookie when it slides.
                context.User = new ClaimsPrincipal([.. context.User.Identities, new ClaimsIdentity([new Claim(PortalClaims.From, from)])]);
            }

            user.Become(context.User, await book.OfAsync(context.User, context.RequestAborted));
        }

        await next(context);
    }
}

/// <summary>Leads people to the set-up of their second factor, and to nothing else, while they have none and need one.</summary>
internal sealed class SecondFactorMiddleware(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context, CurrentUser user)
    {
        var endpoint = context.GetEndpoint();
        var needed = user.Access.MustSetUpSecondFactor
            && endpoint?.Metadata.GetMetadata<ComponentTypeMetadata>() is { Type: var page } && page != typeof(SecondFactorPage)
            && endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null;
        if (!needed)
        {
            return next(context);
        }

        context.Response.Redirect(AccountRoutes.SecondFactor);
        return Task.CompletedTask;
    }
}

/// <summary>Fills <see cref="CurrentUser"/> for a circuit before its first component is made.</summary>
internal sealed class CurrentUserCircuit(AuthenticationStateProvider authentication, CurrentUser user, AccessBook book) : CircuitHandler
{
    public override async Task OnCircuitOpenedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        var principal = (await authentication.GetAuthenticationStateAsync()).User;
        user.Become(principal, await book.OfAsync(principal, cancellationToken));
    }
}

/// <summary>Ends the circuits of someone who was disabled, whose password changed or who may do other things than when the circuit began, within seconds.</summary>
internal sealed class CircuitRevalidation(ILoggerFactory log, IServiceScopeFactory scopes, CurrentUser user, AccessBook book) : RevalidatingServerAuthenticationStateProvider(log)
{
    protected override TimeSpan RevalidationInterval => TimeSpan.FromSeconds(15);

    protected override async Task<bool> ValidateAuthenticationStateAsync(AuthenticationState authenticationState, CancellationToken cancellationToken)
    {
        if (!user.Access.Equals(await book.OfAsync(authenticationState.User, cancellationToken)))
        {
            return false;
        }

        await using var scope = scopes.CreateAsyncScope();
        var signIn = scope.ServiceProvider.GetRequiredService<SignInManager<PortalUser>>();
        return await signIn.ValidateSecurityStampAsync(authenticationState.User) is { IsDisabled: false };
    }
}
