using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using MSPortal.Core.Contracts;
using MSPortal.Storage.Model;
using MSPortal.Web.Access;
using MSPortal.Web.Features.Api;
using MSPortal.Web.Ui;

namespace MSPortal.Web.Features.Users;

/// <param name="Email">What they sign in with.</param>
/// <param name="RoleId">One of <c>/roles</c>.</param>
/// <param name="SeesAssignedOnly">Sees the companies in <c>companies</c> and no others.</param>
/// <param name="Companies">Ids of companies.</param>
/// <param name="Invite">Sends the invitation at once; without it they cannot sign in yet.</param>
internal sealed record NewUserInput(string? Email, string? Name, Guid? RoleId, bool SeesAssignedOnly = false, IReadOnlyList<Guid>? Companies = null, bool Invite = true);

/// <summary>What is not sent stays.</summary>
/// <param name="Reach">Of a company user: own, location, company, or role for what their role says.</param>
internal sealed record UserChangeInput(string? Name, Guid? RoleId, bool? SeesAssignedOnly, IReadOnlyList<Guid>? Companies, bool? Disabled, string? Reach = null);

/// <summary>Somebody new.</summary>
/// <param name="Invitation">Null when none was asked for.</param>
internal sealed record NewUserAnswer(UserLine User, SentInvitation? Invitation);

/// <summary>People for programs: what the page can do, with the same refusals.</summary>
internal static class UserEndpoints
{
    private const string One = "/users/{id:guid}";

    public static void Map(WebApplication app)
    {
        var api = app.MapApi("Users").ExplainWhoIsMissing();
        api.MapGet("/users", ListAsync).Needs(Permissions.ReadUsers).WithSummary("People by name, with role, status and companies.").ProducesValidationProblem();
        api.MapGet(One, GetAsync).Needs(Permissions.ReadUsers).WithSummary("One person.").ProducesProblem(404);
        api.MapPost("/users", CreateAsync).Needs(Permissions.WriteUsers).WithSummary("Adds somebody and invites them.")
            .Produces<NewUserAnswer>(201).ProducesValidationProblem().ProducesProblem(409);
        api.MapPatch(One, ChangeAsync).Needs(Permissions.WriteUsers).WithSummary("Changes name, role or companies, disables or enables.")
            .Produces<UserLine>().ProducesValidationProblem().ProducesProblem(404).ProducesProblem(409);
        api.MapPost(One + "/invitation", InviteAsync).Needs(Permissions.WriteUsers).WithSummary("Sends the link by which they choose a password; an earlier one ends.")
            .Produces<SentInvitation>().ProducesProblem(404).ProducesProblem(409);
        api.MapPost(One + "/reset-second-factor", ResetSecondFactorAsync).Needs(Permissions.WriteUsers).WithSummary("Takes their second factor and their passkeys away; they set one up when they sign in next.")
            .Produces(204).ProducesProblem(404).ProducesProblem(409);
        api.MapDelete(One, RemoveAsync).Needs(Permissions.WriteUsers).WithSummary("Removes somebody; what they did stays in the audit log. A company user is not imported again until that is allowed.")
            .Produces(204).ProducesProblem(404).ProducesProblem(409);
    }

    /// <summary>Whoever, or whichever role, is not there is a 404.</summary>
    public static RouteGroupBuilder ExplainWhoIsMissing(this RouteGroupBuilder api) => api.AddEndpointFilter(async (context, next) =>
    {
        try
        {
            return await next(context);
        }
        catch (KeyNotFoundException e)
        {
            return ApiProblems.NotFound(e.Message);
        }
    });

    private static async Task<Results<Ok<ApiList<UserLine>>, ProblemHttpResult>> ListAsync(
        [AsParameters] ApiPaging paging,
        [Description("Part of the name or address.")] string? search,
        [Description("active, invited, notInvited or disabled.")] string? status,
        [Description("Only clients' people (true), or only those who work here (false).")] bool? companyUsers,
        UserQueries users,
        CurrentUser user,
        CancellationToken ct)
    {
        var wanted = Enum.GetValues<UserStatus>().Where(s => s.ToString().Equals(status, StringComparison.OrdinalIgnoreCase)).Select(s => (UserStatus?)s).FirstOrDefault();
        return status is not null && wanted is null
            ? ApiProblems.Invalid(new FieldError("status", $"“{status}” is no status; use active, invited, notInvited or disabled."))
            : TypedResults.Ok(ApiLists.Of(await users.ListAsync(user.TenantId, new UserFilter(search, wanted, companyUsers), new RecordQuery(paging.Skip, paging.Take, null, false), ct), paging));
    }

    private static async Task<Results<Ok<UserLine>, ProblemHttpResult>> GetAsync(Guid id, UserQueries users, CurrentUser user, CancellationToken ct) =>
        await users.FindAsync(user.TenantId, id, ct) is { } line ? TypedResults.Ok(line) : ApiProblems.NotFound("There is no such person.");

    private static async Task<IResult> CreateAsync(NewUserInput input, UserActions actions, Invitations invitations, UserQueries users, CurrentUser user, CancellationToken ct)
    {
        var details = new UserDetails(input.Name, input.RoleId, input.SeesAssignedOnly, input.Companies);
        var added = await actions.AddAsync(input.Email ?? "", details, user.Access, user.Actor, ct);
        if (added.Id is not { } id)
        {
            return ApiProblems.Invalid(added.Errors.Select(e => e.Field == "role" ? e with { Field = "roleId" } : e));
        }

        var invitation = input.Invite ? await invitations.SendAsync(id, user.Access, user.Actor, ct) : null;
        return TypedResults.Created($"{ApiGroup.Prefix}/users/{id}", new NewUserAnswer((await users.FindAsync(user.TenantId, id, ct))!, invitation));
    }

    private static async Task<IResult> ChangeAsync(Guid id, UserChangeInput input, UserActions actions, UserQueries users, CurrentUser user, CancellationToken ct)
    {
        if (input.Reach is { } text && ReachOf(text) is null)
        {
            return ApiProblems.Invalid(new FieldError("reach", $"“{text}” is none of own, location, company and role."));
        }

        var details = new UserDetails(input.Name, input.RoleId, input.SeesAssignedOnly, input.Companies, Reach: input.Reach is { } reach ? ReachOf(reach) : null);
        var saved = await actions.ChangeAsync(id, details, user.Access, user.Actor, ct, input.Disabled);
        if (saved.Id is null)
        {
            return ApiProblems.Invalid(saved.Errors.Select(e => e.Field == "role" ? e with { Field = "roleId" } : e));
        }

        return TypedResults.Ok(await users.FindAsync(user.TenantId, id, ct));
    }

    private static ReachChoice? ReachOf(string text) => text.Equals("role", StringComparison.OrdinalIgnoreCase)
        ? new ReachChoice(null)
        : Enum.GetValues<TicketReach>().Where(r => r.ToString().Equals(text, StringComparison.OrdinalIgnoreCase)).Select(r => new ReachChoice(r)).FirstOrDefault();

    private static async Task<Ok<SentInvitation>> InviteAsync(Guid id, Invitations invitations, CurrentUser user, CancellationToken ct) =>
        TypedResults.Ok(await invitations.SendAsync(id, user.Access, user.Actor, ct));

    private static async Task<NoContent> ResetSecondFactorAsync(Guid id, UserActions actions, CurrentUser user, CancellationToken ct)
    {
        await actions.ResetSecondFactorAsync(id, user.Access, user.Actor, ct);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> RemoveAsync(Guid id, UserActions actions, CurrentUser user, CancellationToken ct)
    {
        await actions.RemoveAsync(id, user.Access, user.Actor, ct);
        return TypedResults.NoContent();
    }
}
