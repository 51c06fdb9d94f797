using System.Globalization;
using System.Threading.RateLimiting;

namespace MSPortal.Web.Hosting;

/// <summary>Limits the posts of a page to what a person types.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class SignInLimitAttribute : Attribute
{
    /// <summary>Looking at the page counts as well: its address is a secret, or has a vendor asked.</summary>
    public bool Reads { get; init; }
}

/// <summary>How often one program may ask, and one address try to sign in. The framework's own middleware keeps a timer, and with it the whole portal, beyond the portal's end.</summary>
internal sealed class RequestLimits(PortalOptions options) : IDisposable
{
    private const string TooMany =
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Too many attempts</title><link rel=\"stylesheet\" href=\"/app.css\">" +
        "<body class=\"plain\"><main><h1>Too many attempts</h1><p>Wait a minute, then <a href=\"{0}\">try again</a>.</p></main></body></html>";

    private const int AttemptsPerMinute = 20;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly PartitionedRateLimiter<HttpContext> limiter = PartitionedRateLimiter.Create<HttpContext, (string Kind, string Key)>(context => Partition(context, options.ApiRequestsPerMinute));

    /// <summary>After authentication and routing, since both say who is counted.</summary>
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        using var lease = limiter.AttemptAcquire(context);
        if (lease.IsAcquired)
        {
            await next(context);
            return;
        }

        var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : Window;
        context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
        context.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        if (!Edge.IsForPrograms(context.Request))
        {
            context.Response.ContentType = "text/html; charset=utf-8";
            // Whoever has only a link has no sign-in to go back to.
            var again = Limit(context) is { Reads: true } ? "" : "/signin";
            await context.Response.WriteAsync(TooMany.Replace("{0}", again, StringComparison.Ordinal), context.RequestAborted);
        }
    }

    public void Dispose() => limiter.Dispose();

    /// <summary>One program's zeal must not slow the others; people are counted only where they prove who they are.</summary>
    private static RateLimitPartition<(string Kind, string Key)> Partition(HttpContext context, int perMinute) =>
        Limit(context) is { } limit && (limit.Reads || HttpMethods.IsPost(context.Request.Method))
            ? Limited("address", context.Connection.RemoteIpAddress?.ToString() ?? "", AttemptsPerMinute)
        : context.User.FindFirst(ApiKeyAuthentication.KeyClaim)?.Value is { } key
            ? Limited("key", key, perMinute)
            : RateLimitPartition.GetNoLimiter(("", ""));

    private static SignInLimitAttribute? Limit(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<SignInLimitAttribute>();

    private static RateLimitPartition<(string Kind, string Key)> Limited(string kind, string key, int permits) =>
        RateLimitPartition.GetFixedWindowLimiter((kind, key), _ => new FixedWindowRateLimiterOptions { PermitLimit = permits, Window = Window });
}
