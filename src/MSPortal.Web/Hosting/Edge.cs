using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using MSPortal.Core.Webhooks;

namespace MSPortal.Web.Hosting;

/// <summary>What stands between the network and the pages: proxies, https, headers, limits.</summary>
internal static class Edge
{
    private const string OwnForms = "form-action 'self'";
    private const string OwnScripts = "script-src 'self';";
    private const string ContentSecurityPolicy =
        $"default-src 'self'; {OwnScripts} style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; " +
        $"object-src 'none'; base-uri 'self'; {OwnForms}; frame-ancestors 'none'";

    /// <summary>Programs get statuses and problem documents, people get pages.</summary>
    public static bool IsForPrograms(HttpRequest request) =>
        request.Path.StartsWithSegments("/api", StringComparison.Ordinal)
        || request.Path.StartsWithSegments($"/{WebhookOptions.Folder}", StringComparison.Ordinal)
        || request.Path.StartsWithSegments("/openapi", StringComparison.Ordinal)
        || request.Path.StartsWithSegments("/metrics", StringComparison.Ordinal)
        || request.Path.StartsWithSegments("/health", StringComparison.Ordinal);

    /// <summary>The policy of every page, with further scripts for one that cannot do without.</summary>
    public static string WithScripts(string source) =>
        ContentSecurityPolicy.Replace(OwnScripts, $"{OwnScripts[..^1]} {source};", StringComparison.Ordinal);

    /// <summary>The policy of every page, for one whose form is answered by a redirect to another site.</summary>
    public static string WithFormTarget(string origin) => ContentSecurityPolicy.Replace(OwnForms, $"{OwnForms} {origin}", StringComparison.Ordinal);

    public static void AddEdge(this IServiceCollection services, PortalOptions options)
    {
        services.Configure<ForwardedHeadersOptions>(forwarded => Trust(forwarded, options.KnownProxies));
        services.AddHsts(hsts => hsts.MaxAge = TimeSpan.FromDays(365));
        services.AddSingleton(_ => new RequestLimits(options));
    }

    public static void UseEdge(this WebApplication app, PortalOptions options)
    {
        if (options.KnownProxies.Count > 0)
        {
            app.UseForwardedHeaders();
        }

        app.Use((context, next) =>
        {
            context.Response.OnStarting(() =>
            {
                Protect(context.Response.Headers);
                StayRelative(context);
                return Task.CompletedTask;
            });
            return next(context);
        });
        if (options.IsHttps)
        {
            app.UseHsts();
        }

        if (options.PublicUrl is { } publicUrl && (options.RedirectToHttps ?? options.IsHttps))
        {
            app.Use((context, next) => MustMove(context.Request) ? MoveAsync(context, publicUrl) : next(context));
        }
    }

    private static void Protect(IHeaderDictionary headers)
    {
        headers.XContentTypeOptions = "nosniff";
        if (headers["Referrer-Policy"].Count == 0)
        {
            headers["Referrer-Policy"] = "same-origin";
        }

        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
        headers.XFrameOptions = "DENY";

        // A page that needs another policy (a document viewer, say) sets its own before.
        if (headers.ContentSecurityPolicy.Count == 0)
        {
            headers.ContentSecurityPolicy = ContentSecurityPolicy;
        }
    }

    /// <summary>A redirect to ourselves names no host, so that a proxy that rewrites it cannot send people astray.</summary>
    private static void StayRelative(HttpContext context)
    {
        var own = $"{context.Request.Scheme}://{context.Request.Host}/";
        if (context.Response.Headers.Location.ToString() is { } location && location.StartsWith(own, StringComparison.Ordinal))
        {
            context.Response.Headers.Location = location[(own.Length - 1)..];
        }
    }

    /// <summary>Health checks and this machine's own requests come without TLS by nature.</summary>
    private static bool MustMove(HttpRequest request) =>
        !request.IsHttps
        && (!IsForPrograms(request) || request.Path.StartsWithSegments("/api", StringComparison.Ordinal))
        && request.Host.Host is not ("localhost" or "127.0.0.1" or "[::1]");

    private static Task MoveAsync(HttpContext context, Uri publicUrl)
    {
        context.Response.StatusCode = StatusCodes.Status308PermanentRedirect;
        context.Response.Headers.Location = publicUrl.GetLeftPart(UriPartial.Authority) + context.Request.PathBase + context.Request.Path + context.Request.QueryString;
        return Task.CompletedTask;
    }

    private static void Trust(ForwardedHeadersOptions forwarded, IReadOnlyList<string> proxies)
    {
        forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        foreach (var proxy in proxies)
        {
            if (IPAddress.TryParse(proxy, out var address))
            {
                forwarded.KnownProxies.Add(address);
            }
            else if (System.Net.IPNetwork.TryParse(proxy, out var network))
            {
                forwarded.KnownIPNetworks.Add(network);
            }
            else
            {
                throw new FormatException($"MSPORTAL_KNOWN_PROXIES has to list addresses or networks such as 10.0.0.0/8, not “{proxy}”.");
            }
        }
    }
}
