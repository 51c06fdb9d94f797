using System.Globalization;
using System.Threading.RateLimiting;

namespace MSPortal.Web.Hosting;

/// <summary>Limits the posts of a page to what a person types.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class SignInLimitAttribute : Attribute;

/// <summary>How often one program may ask, and one address try to sign in. The framework's own middleware keeps a timer, and with it the whole portal, beyond the portal's end.</summary>
internal sealed class RequestLimits(PortalOptions options) : IDisposable
{
    private const string TooMany =
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Too many attempts</title><link rel=\"stylesheet\" href=\"/app.css\">" +
        "<body class=\"plain\"><main><h1>Too many attempts</h1><p>Wait a minute, then <a href=\"/signin\">try again</a>.</p></main></body></html>";

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
            await context.Response.WriteAsync(TooMany, context.RequestAborted);
        }
    }

    public void Dispose() => limiter.Dispose();

    /// <summary>One program's zeal must not slow the others; people are counted only where they prove who they are.</summary>
    private static RateLimitPartition<(string Kind, string Key)> Partition(HttpContext context, int perMinute) =>
        HttpMethods.IsPost(context.Request.Method) && context.GetEndpoint()?.Metadata.GetMetadata<SignInLimitAttribute>() is not null
            ? Limited("address", context.Connection.RemoteIpAddress?.ToString() ?? "", AttemptsPerMinute)
        : context.User.FindFirst(ApiKeyAuthentication.KeyClaim)?.Value is { } key
            ? Limited("key", key, perMinute)
            : RateLimitPartition.GetNoLimiter(("", ""));

    private static RateLimitPartition<(string Kind, string Key)> Limited(string kind, string key, int permits) =>
        RateLimitPartition.GetFixedWindowLimiter((kind, key), _ => new FixedWindowRateLimiterOptions { PermitLimit = permits, Window = Window });
}
