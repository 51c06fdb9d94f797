using MSPortal.Web.Hosting;

namespace MSPortal.Web.Features.Clients;

/// <summary>What pages have in common whose address is a secret and whose reader nobody knows: kept nowhere, listed nowhere, told to nobody.</summary>
internal static class OutsidePage
{
    private const string Cookie = "msportal-connect";

    /// <summary>A visitor may have to find somebody else who may agree.</summary>
    private static readonly TimeSpan CookieLife = TimeSpan.FromDays(1);

    /// <param name="leadsTo">Where the page's form ends up; null: here.</param>
    public static void Protect(HttpContext context, Uri? leadsTo = null)
    {
        var headers = context.Response.Headers;
        (headers.CacheControl, headers.Pragma) = ("no-cache, no-store", "no-cache");
        headers["Referrer-Policy"] = "no-referrer";
        headers["X-Robots-Tag"] = "noindex, nofollow";
        if (leadsTo is not null)
        {
            headers.ContentSecurityPolicy = Edge.WithFormTarget(leadsTo.GetLeftPart(UriPartial.Authority));
        }
    }

    /// <summary>What this browser was sent away with, and by which link.</summary>
    public static (string? State, string? Token) Begun(HttpContext context) =>
        context.Request.Cookies[Cookie]?.Split('.') is [var state, var token] ? (state, token) : (null, null);

    public static void Begin(HttpContext context, PortalOptions options, string state, string token) =>
        context.Response.Cookies.Append(Cookie, $"{state}.{token}", Of(options));

    /// <summary>Lax, since the vendor sends them back from another site.</summary>
    private static CookieOptions Of(PortalOptions options) => new()
    {
        Path = ConsentLinks.Path,
        HttpOnly = true,
        SameSite = SameSiteMode.Lax,
        Secure = options.IsHttps,
        MaxAge = CookieLife,
        IsEssential = true,
    };
}
