using System.Globalization;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using MSPortal.Storage;
using MSPortal.Storage.Model;

namespace MSPortal.Web.Hosting;

/// <summary>Bearer API keys: looked up by hash, refused when revoked.</summary>
internal sealed partial class ApiKeyAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory log,
    UrlEncoder encoder,
    PortalDatabase database,
    TimeProvider clock)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, log, encoder)
{
    public const string SchemeName = "api-key";

    /// <summary>Marks a principal as a program's, and says which key.</summary>
    public const string KeyClaim = "api_key";

    private const string Bearer = "Bearer ";

    /// <summary>“Last used” is for people who tidy up, not for accounting; a write per request would be a waste.</summary>
    private static readonly TimeSpan Coarse = TimeSpan.FromMinutes(5);

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
        {
            return AuthenticateResult.NoResult();
        }

        var hash = ApiKeySecret.Hash(header[Bearer.Length..].Trim());
        await using var db = database.Open();
        var key = await db.ApiKeys.IgnoreQueryFilters([PortalContext.TenantFilter]).AsNoTracking()
            .FirstOrDefaultAsync(k => k.Hash == hash && k.RevokedAt == null, Context.RequestAborted);
        if (key is null)
        {
            return AuthenticateResult.Fail("Unknown or revoked API key.");
        }

        await NoteUseAsync(db, key);
        return AuthenticateResult.Success(new AuthenticationTicket(Principal(key), SchemeName));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status401Unauthorized;
        Response.Headers.WWWAuthenticate = "Bearer";
        return Task.CompletedTask;
    }

    private static ClaimsPrincipal Principal(ApiKey key) => new(new ClaimsIdentity(
        [
            new Claim(ClaimTypes.Name, key.Name),
            new Claim(KeyClaim, key.Id.ToString(CultureInfo.InvariantCulture)),
            new Claim(PortalClaims.Tenant, key.TenantId.ToString(CultureInfo.InvariantCulture)),
            .. key.Scopes.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(scope => new Claim(PortalClaims.Scope, scope)),
        ],
        SchemeName));

    private async Task NoteUseAsync(PortalContext db, ApiKey key)
    {
        var now = clock.GetUtcNow();
        if (key.LastUsedAt is { } last && now - last < Coarse)
        {
            return;
        }

        db.TenantId = key.TenantId;
        try
        {
            await db.ApiKeys.Where(k => k.Id == key.Id).ExecuteUpdateAsync(u => u.SetProperty(k => k.LastUsedAt, now), Context.RequestAborted);
        }
        catch (Exception e) when (PortalDatabase.IsTrouble(e))
        {
            // Who only reads is served also when the disk is full.
            NotNoted(Logger, e);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "That an API key was used could not be noted.")]
    private static partial void NotNoted(ILogger log, Exception e);
}
