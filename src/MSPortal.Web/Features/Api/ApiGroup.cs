using MSPortal.Web.Hosting;

namespace MSPortal.Web.Features.Api;

/// <summary>Where a feature's endpoints begin: path, policy, tag and common answers are the same everywhere.</summary>
internal static class ApiGroup
{
    public const string Prefix = "/api/v1";

    /// <summary>Endpoints under <c>/api/v1</c>: reading is allowed to whoever may read; the others say Write or Manage themselves.</summary>
    /// <param name="app">Whose.</param>
    /// <param name="tag">Heading in the documentation.</param>
    public static RouteGroupBuilder MapApi(this WebApplication app, string tag)
    {
        var group = app.MapGroup(Prefix)
            .WithTags(tag)
            .RequireAuthorization(PortalPolicies.Read)
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status429TooManyRequests)
            .DisableAntiforgery();
        group.AddEndpointFilter(async (context, next) =>
            context.Arguments.OfType<ApiPaging>().SelectMany(p => p.Errors()).ToList() is { Count: > 0 } errors
                ? ApiProblems.Invalid(errors)
                : await next(context));
        return group;
    }
}
