using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.Extensions.Options;
using MSPortal.Web.Access;

namespace MSPortal.Web.Hosting;

/// <param name="Permission">Null: being signed in is enough.</param>
internal sealed record PermissionRequirement(string? Permission) : IAuthorizationRequirement;

/// <summary>Decides at every request, and at every move within a circuit, by what the person may do now.</summary>
internal sealed class PermissionGate(AccessBook book) : AuthorizationHandler<PermissionRequirement>
{
    protected override async Task HandleRequirementAsync(AuthorizationHandlerContext context, PermissionRequirement requirement)
    {
        var http = context.Resource as HttpContext;
        if (context.User.HasClaim(claim => claim.Type == ApiKeyAuthentication.KeyClaim) && IsForPeople(http, requirement))
        {
            return;
        }

        var access = await book.OfAsync(context.User, http?.RequestAborted ?? CancellationToken.None);
        if (requirement.Permission is { } permission ? access.May(permission) : access.IsActive)
        {
            context.Succeed(requirement);
        }
    }

    /// <summary>Pages are for people alone: a key has the API, where every endpoint says what it needs. What is not found below /api is told to keys as well.</summary>
    private static bool IsForPeople(HttpContext? http, PermissionRequirement requirement) =>
        http?.GetEndpoint()?.Metadata.GetMetadata<ComponentTypeMetadata>() is not null
        || (requirement.Permission is null && !(http is not null && Edge.IsForPrograms(http.Request)));
}

/// <summary>Every permission is a policy of the same name.</summary>
internal sealed class PermissionPolicies : IConfigureOptions<AuthorizationOptions>
{
    public void Configure(AuthorizationOptions options)
    {
        options.AddPolicy(SignedInAttribute.PolicyName, Policy(null));
        options.FallbackPolicy = Policy(null);
        foreach (var permission in Permissions.All)
        {
            options.AddPolicy(permission.Name, Policy(permission.Name));
        }
    }

    private static AuthorizationPolicy Policy(string? permission) =>
        new AuthorizationPolicyBuilder().RequireAuthenticatedUser().AddRequirements(new PermissionRequirement(permission)).Build();
}
