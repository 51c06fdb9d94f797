using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Web.Access;
using MSPortal.Web.Features.Account;

namespace MSPortal.Web.Hosting;

/// <summary>How people and programs prove who they are.</summary>
internal static class SignIn
{
    public const string MetricsPolicy = "metrics";

    /// <summary>Chooses between cookie and API key by what the request carries.</summary>
    private const string Either = "portal";

    public static void AddSignIn(this IServiceCollection services, PortalOptions options)
    {
        services.AddIdentityCore<PortalUser>(Configure)
            .AddEntityFrameworkStores<PortalContext>()
            .AddSignInManager<PortalSignIn>()
            .AddClaimsPrincipalFactory<PortalPrincipalFactory>()
            .AddDefaultTokenProviders()
            .AddTokenProvider<AuthenticatorCodes>(TokenOptions.DefaultAuthenticatorProvider);
        var authentication = services.AddAuthentication(Either);
        authentication.AddPolicyScheme(Either, null, policy => policy.ForwardDefaultSelector = context =>
            context.Request.Headers.ContainsKey(HeaderNames.Authorization) ? ApiKeyAuthentication.SchemeName : IdentityConstants.ApplicationScheme);
        authentication.AddScheme<AuthenticationSchemeOptions, ApiKeyAuthentication>(ApiKeyAuthentication.SchemeName, null);
        authentication.AddIdentityCookies();
        authentication.AddCookie(PasskeyCeremony.Scheme, cookie =>
        {
            Configure(cookie.Cookie, PasskeyCeremony.Scheme, options);
            cookie.ExpireTimeSpan = PasskeyCeremony.Lifetime;
            cookie.SlidingExpiration = false;
        });
        services.ConfigureApplicationCookie(cookie => Configure(cookie, options));
        services.Configure<IdentityPasskeyOptions>(passkeys => Configure(passkeys, options));
        services.Configure<SecurityStampValidatorOptions>(stamp =>
        {
            stamp.ValidationInterval = TimeSpan.FromMinutes(1);
            stamp.OnRefreshingPrincipal = KeepLinkAsync;
        });
        services.AddAuthorizationBuilder().AddPolicy(MetricsPolicy, policy => policy.RequireAssertion(MayReadMetricsAsync));
        services.AddSingleton<IConfigureOptions<AuthorizationOptions>, PermissionPolicies>();
        services.AddSingleton<IAuthorizationHandler, PermissionGate>();
        services.AddCascadingAuthenticationState();
        services.AddScoped<AuthenticationStateProvider, CircuitRevalidation>();
        services.AddScoped<CurrentUser>();
        services.AddScoped<CircuitHandler, CurrentUserCircuit>();
        services.AddScoped<Accounts>();
        services.AddScoped<SecondFactors>();
        services.AddScoped<Passkeys>();
        services.AddScoped<PasskeySignIn>();
        services.AddScoped<Ui.UiClock>();
        services.AddSingleton<Ui.Shell.ThemeChoices>();
        services.AddSingleton<FirstRun>();
    }

    private static void Configure(IdentityOptions identity)
    {
        // Length is what makes a password strong; rules of composition only make it predictable.
        identity.Password.RequiredLength = 12;
        identity.Password.RequiredUniqueChars = 5;
        identity.Password.RequireDigit = false;
        identity.Password.RequireLowercase = false;
        identity.Password.RequireUppercase = false;
        identity.Password.RequireNonAlphanumeric = false;
        identity.Lockout.MaxFailedAccessAttempts = 5;
        identity.Lockout.DefaultLockoutTimeSpan = TimeSpan.FromMinutes(10);
        identity.User.RequireUniqueEmail = true;
        identity.User.AllowedUserNameCharacters = ""; // The name is the e-mail address, whatever letters it has.
        identity.Stores.SchemaVersion = IdentitySchemaVersions.Version3;
    }

    /// <summary>Each has to verify its user, so that it counts as both factors, and to be found without a name being typed.</summary>
    private static void Configure(IdentityPasskeyOptions passkeys, PortalOptions options)
    {
        passkeys.ServerDomain = options.PublicUrl?.IdnHost;
        passkeys.AuthenticatorTimeout = PasskeyCeremony.Lifetime;
        passkeys.UserVerificationRequirement = "required";
        passkeys.ResidentKeyRequirement = "required";
        passkeys.ValidateOrigin = origin => ValueTask.FromResult(!origin.CrossOrigin && IsOurs(origin, options.PublicUrl));
    }

    /// <summary>Identity itself compares what the browser says with what the browser says. A scheme that only an unknown proxy saw is not compared: browsers use passkeys on secure addresses alone.</summary>
    private static bool IsOurs(PasskeyOriginValidationContext origin, Uri? publicUrl) =>
        Uri.TryCreate(origin.Origin, UriKind.Absolute, out var said)
        && (publicUrl is null
            ? string.Equals(said.Authority, origin.HttpContext.Request.Host.Value, StringComparison.OrdinalIgnoreCase)
            : (said.Scheme, said.IdnHost, said.Port) == (publicUrl.Scheme, publicUrl.IdnHost, publicUrl.Port));

    private static void Configure(CookieBuilder cookie, string name, PortalOptions options)
    {
        cookie.Name = name;
        cookie.HttpOnly = true;
        cookie.SameSite = Microsoft.AspNetCore.Http.SameSiteMode.Lax;
        cookie.SecurePolicy = options.IsHttps ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
    }

    private static void Configure(CookieAuthenticationOptions cookie, PortalOptions options)
    {
        Configure(cookie.Cookie, "msportal", options);
        cookie.ExpireTimeSpan = TimeSpan.FromDays(14);
        cookie.SlidingExpiration = true;
        cookie.LoginPath = AccountRoutes.SignIn;
        cookie.AccessDeniedPath = AccountRoutes.Denied;
        cookie.ReturnUrlParameter = "returnUrl";
        cookie.Events.OnRedirectToLogin = context => AnswerAsync(context, StatusCodes.Status401Unauthorized);
        cookie.Events.OnRedirectToAccessDenied = context => AnswerAsync(context, StatusCodes.Status403Forbidden);
    }

    /// <summary>How a session began outlives the renewal of its principal.</summary>
    private static Task KeepLinkAsync(SecurityStampRefreshingPrincipalContext context)
    {
        if (context.CurrentPrincipal?.FindFirst(PortalClaims.Link) is { } link && context.NewPrincipal?.Identity is ClaimsIdentity identity)
        {
            identity.AddClaim(link.Clone());
        }

        return Task.CompletedTask;
    }

    /// <summary>Programs get a status, people a page.</summary>
    private static Task AnswerAsync(RedirectContext<CookieAuthenticationOptions> context, int status)
    {
        if (Edge.IsForPrograms(context.Request))
        {
            context.Response.StatusCode = status;
            if (status == StatusCodes.Status401Unauthorized)
            {
                context.Response.Headers.WWWAuthenticate = "Bearer";
            }
        }
        else
        {
            // Relative, so that no proxy's idea of the host gets into it.
            context.Response.Redirect(new Uri(context.RedirectUri).PathAndQuery);
        }

        return Task.CompletedTask;
    }

    /// <summary>A scraper on this machine, or who may see integrations; a forwarded request is not from this machine, whatever its connection says.</summary>
    private static async Task<bool> MayReadMetricsAsync(AuthorizationHandlerContext context)
    {
        if (context.Resource is not HttpContext http)
        {
            return false;
        }

        var isLocal = http.Connection.RemoteIpAddress is { } from
            && System.Net.IPAddress.IsLoopback(from)
            && !http.Request.Headers.ContainsKey("X-Forwarded-For")
            && !http.Request.Headers.ContainsKey("X-Original-For")
            && !http.Request.Headers.ContainsKey("Forwarded");
        return isLocal || (await http.RequestServices.GetRequiredService<AccessBook>().OfAsync(context.User, http.RequestAborted)).May(Permissions.ReadIntegrations);
    }
}
