using System.Globalization;
using System.Security.Claims;

namespace MSPortal.Web.Access;

/// <summary>A session that a one-time link began: for a while it needs neither the old password nor a second factor.</summary>
internal static class LinkSession
{
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(30);

    public static Claim ClaimAt(DateTimeOffset now) => new(PortalClaims.Link, now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));

    public static bool IsFresh(ClaimsPrincipal principal, DateTimeOffset now) =>
        long.TryParse(principal.FindFirstValue(PortalClaims.Link), NumberStyles.None, CultureInfo.InvariantCulture, out var at)
        && now - DateTimeOffset.FromUnixTimeSeconds(at) < Grace;
}
