using System.Globalization;
using System.Security.Claims;
using MSPortal.Core.Ports;
using MSPortal.Web.Access;

namespace MSPortal.Web;

/// <summary>
/// Who asks, in whose tenant: one per request and one per circuit, filled before any page, endpoint or feature runs.
/// </summary>
public sealed class CurrentUser
{
    private Actor? actor;

    /// <summary>False on the few pages that need no sign-in.</summary>
    public bool IsSignedIn => actor is not null;

    /// <summary>For the audit log and every store that asks for one.</summary>
    /// <exception cref="InvalidOperationException">Nobody is signed in; pages and endpoints behind sign-in never see it.</exception>
    public Actor Actor => actor ?? throw new InvalidOperationException("Nobody is signed in.");

    public long TenantId => Actor.TenantId;

    /// <summary>E-mail of a person, name of an API key.</summary>
    public string Name => Actor.Name;

    /// <summary>What to call a person in the shell.</summary>
    public string DisplayName { get; private set; } = "";

    /// <summary>Null for an API key.</summary>
    public Guid? UserId => Actor.UserId;

    /// <summary>The address that the request came from.</summary>
    public string? From => Actor.From;

    /// <summary>The tenant's zone, in which people read times.</summary>
    public TimeZoneInfo TimeZone { get; private set; } = TimeZoneInfo.Utc;

    /// <summary>What they may do, as of the request or of the beginning of the circuit, which ends when it changes.</summary>
    public PortalAccess Access { get; private set; } = PortalAccess.None;

    /// <summary>Whose tickets and companies they see.</summary>
    public Sight Sight => new(TenantId, Access.Companies?.ToList(), Access.Client);

    /// <summary>A client's own person, who sees nothing of how the portal is run.</summary>
    public bool IsClient => Access.Client is not null;

    public bool May(string permission) => Access.May(permission);

    /// <summary>Whether the page at this address lets them in; what is not a page of ours does.</summary>
    public bool MayOpen(string href) => PageNeeds.Of(href) is not { } permission || May(permission);

    /// <summary>The same as <see cref="Actor"/>, for callers that wait for it.</summary>
    public Task<Actor> ActorAsync(CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return Task.FromResult(Actor);
    }

    internal void Become(ClaimsPrincipal principal, PortalAccess access)
    {
        if (principal.Identity is not { IsAuthenticated: true }
            || !long.TryParse(principal.FindFirstValue(PortalClaims.Tenant), NumberStyles.None, CultureInfo.InvariantCulture, out var tenant))
        {
            return;
        }

        Access = access;
        var user = Guid.TryParse(principal.FindFirstValue(ClaimTypes.NameIdentifier), out var id) ? id : (Guid?)null;
        actor = new Actor(tenant, principal.Identity.Name ?? "?", principal.FindFirstValue(PortalClaims.From), user);
        DisplayName = principal.FindFirstValue(PortalClaims.DisplayName) is { Length: > 0 } name ? name : actor.Name;
        TimeZone = TimeZoneInfo.TryFindSystemTimeZoneById(principal.FindFirstValue(PortalClaims.Zone) ?? "UTC", out var zone) ? zone : TimeZoneInfo.Utc;
    }
}

/// <summary>What a signed-in principal carries besides the usual.</summary>
internal static class PortalClaims
{
    public const string Tenant = "tenant";
    public const string DisplayName = "display_name";
    public const string Zone = "zone";
    public const string Theme = "theme";

    /// <summary>Of an API key; people have a role.</summary>
    public const string Scope = "scope";

    /// <summary>Where the request came from; added to each request, since a circuit has no request to ask.</summary>
    public const string From = "from";

    /// <summary>Unix seconds at which a one-time link was used, see <see cref="LinkSession"/>.</summary>
    public const string Link = "link";
}
