using MSPortal.Core.Ports;
using MSPortal.Web.Hosting;

namespace MSPortal.Web.Features.Api;

/// <summary>Where a feature's endpoints begin: path, policy, tag and common answers are the same everywhere.</summary>
internal static class ApiGroup
{
    public const string Prefix = "/api/v1";

    /// <summary>Endpoints under <c>/api/v1</c>; each says itself which permission it needs.</summary>
    /// <param name="app">Whose.</param>
    /// <param name="tag">Heading in the documentation.</param>
    public static RouteGroupBuilder MapApi(this WebApplication app, string tag)
    {
        var group = app.MapGroup(Prefix)
            .WithTags(tag)
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status429TooManyRequests)
            .DisableAntiforgery();
        group.AddEndpointFilter(RefuseAsync);
        return group;
    }

    /// <summary>A page that cannot be is refused before the endpoint runs; what cannot be done as things stand becomes a 409.</summary>
    private static async ValueTask<object?> RefuseAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        if (IsForeign(context.HttpContext))
        {
            return ApiProblems.Foreign();
        }

        if (context.Arguments.OfType<ApiPaging>().SelectMany(p => p.Errors()).ToList() is { Count: > 0 } errors)
        {
            return ApiProblems.Invalid(errors);
        }

        try
        {
            return await next(context);
        }
        catch (ActionRefusedException e)
        {
            return ApiProblems.Conflict(e.Message);
        }
    }

    /// <summary>
    /// A browser adds a signed-in person's cookie to what another site's page sends, too. It says where such a request comes from; a key is never added by itself.
    /// </summary>
    private static bool IsForeign(HttpContext http)
    {
        var request = http.Request;
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || http.User.HasClaim(claim => claim.Type == ApiKeyAuthentication.KeyClaim))
        {
            return false;
        }

        return request.Headers["Sec-Fetch-Site"].ToString() is { Length: > 0 } site
            ? site is not ("same-origin" or "none")
            : request.Headers.Origin.ToString() is { Length: > 0 } origin
                && !(Uri.TryCreate(origin, UriKind.Absolute, out var from) && string.Equals(from.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase));
    }
}
