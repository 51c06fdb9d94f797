using Microsoft.AspNetCore.Http.HttpResults;
using MSPortal.Storage.Model;
using MSPortal.Web.Access;
using MSPortal.Web.Features.Api;

namespace MSPortal.Web.Features.Users;

/// <param name="Name">What people call it.</param>
/// <param name="Permissions">Such as <c>read_tickets</c>; what each includes is added by itself.</param>
/// <param name="ClientReach">Makes it a role for clients' own people: own, location or company says which of their company's tickets they see.</param>
internal sealed record RoleInput(string? Name, IReadOnlyList<string>? Permissions, TicketReach? ClientReach = null);

/// <summary>Roles for programs.</summary>
internal static class RoleEndpoints
{
    private const string One = "/roles/{id:guid}";

    public static void Map(WebApplication app)
    {
        var api = app.MapApi("Users").ExplainWhoIsMissing();
        api.MapGet("/roles", ListAsync).Needs(Permissions.ReadUsers).WithSummary("Roles with what each may do, those built in first.");
        api.MapPost("/roles", CreateAsync).Needs(Permissions.ManageUsers).WithSummary("Makes a role.")
            .Produces<RoleLine>(201).ProducesValidationProblem().ProducesProblem(409);
        api.MapPut(One, ChangeAsync).Needs(Permissions.ManageUsers).WithSummary("Changes a role's name and permissions.")
            .Produces<RoleLine>().ProducesValidationProblem().ProducesProblem(404).ProducesProblem(409);
        api.MapDelete(One, RemoveAsync).Needs(Permissions.ManageUsers).WithSummary("Removes a role that nobody has.")
            .Produces(204).ProducesProblem(404).ProducesProblem(409);
    }

    private static async Task<ApiList<RoleLine>> ListAsync([AsParameters] ApiPaging paging, Roles roles, CurrentUser user, CancellationToken ct) =>
        ApiLists.Of(await roles.ListAsync(user.TenantId, ct), paging);

    private static async Task<IResult> CreateAsync(RoleInput input, Roles roles, CurrentUser user, CancellationToken ct)
    {
        var saved = await roles.SaveAsync(null, input.Name ?? "", input.Permissions ?? [], user.Access, user.Actor, ct, input.ClientReach);
        return saved.Id is { } id ? TypedResults.Created($"{ApiGroup.Prefix}/roles/{id}", await OneAsync(roles, user, id, ct)) : ApiProblems.Invalid(saved.Errors);
    }

    private static async Task<IResult> ChangeAsync(Guid id, RoleInput input, Roles roles, CurrentUser user, CancellationToken ct)
    {
        var saved = await roles.SaveAsync(id, input.Name ?? "", input.Permissions ?? [], user.Access, user.Actor, ct, input.ClientReach);
        return saved.Id is null ? ApiProblems.Invalid(saved.Errors) : TypedResults.Ok(await OneAsync(roles, user, id, ct));
    }

    private static async Task<NoContent> RemoveAsync(Guid id, Roles roles, CurrentUser user, CancellationToken ct)
    {
        await roles.RemoveAsync(id, user.Access, user.Actor, ct);
        return TypedResults.NoContent();
    }

    private static async Task<RoleLine> OneAsync(Roles roles, CurrentUser user, Guid id, CancellationToken ct) =>
        (await roles.ListAsync(user.TenantId, ct)).First(r => r.Id == id);
}
