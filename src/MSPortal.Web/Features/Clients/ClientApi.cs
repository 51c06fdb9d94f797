using Microsoft.AspNetCore.Http.HttpResults;
using MSPortal.Core.Contracts;
using MSPortal.Core.Integrations;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Web.Access;
using MSPortal.Web.Features.Api;
using MSPortal.Web.Features.Integrations;

namespace MSPortal.Web.Features.Clients;

/// <summary>Clients that are connected on their own, for programs.</summary>
internal static class ClientApi
{
    private const string All = "/integrations/{id:long}/clients";
    private const string One = All + "/{partition}";

    public static void Map(WebApplication app)
    {
        var api = app.MapApi("Clients");
        api.MapGet(All, ListAsync).Needs(Permissions.ReadIntegrations).WithSummary("Clients that are connected on their own, with how each stands.")
            .Produces<ApiList<ClientResource>>().ProducesProblem(404).ProducesProblem(409);
        api.MapPost(All, ConnectAsync).Needs(Permissions.ManageIntegrations)
            .WithSummary("Tests and connects a client whose administrator has agreed before; 409 says why not, and whether consent is missing.")
            .Produces<ClientResource>(201).ProducesValidationProblem().ProducesProblem(404).ProducesProblem(409);
        api.MapDelete(One, DisconnectAsync).Needs(Permissions.ManageIntegrations).WithSummary("Ends a client's connection and deletes everything read through it; the company's link stays.")
            .Produces(204).ProducesProblem(404);
        api.MapPost(One + "/check", CheckAsync).Needs(Permissions.ManageIntegrations).WithSummary("Asks the vendor anew; a connection that works again is read at once, and 409 says why it does not.")
            .Produces<ClientResource>().ProducesProblem(404).ProducesProblem(409);
    }

    private static async Task<IResult> ListAsync(long id, [AsParameters] ApiPaging paging, ClientQueries clients, CurrentUser user, CancellationToken ct) =>
        await RefusalAsync(id, clients, user, ct) ?? TypedResults.Ok(ApiLists.Of([.. (await clients.ListAsync(user.TenantId, id, null, ct)).Select(ClientResource.Of)], paging));

    private static async Task<IResult> ConnectAsync(
        long id, NewClientInput input, ClientQueries clients, ConnectingClients connecting, CurrentUser user, CancellationToken ct)
    {
        if (await RefusalAsync(id, clients, user, ct) is { } refusal)
        {
            return refusal;
        }

        if (string.IsNullOrWhiteSpace(input.Client) || input.Client.Trim().Length > 200)
        {
            return ApiProblems.Invalid(new FieldError("client", "Say which client: its id at the vendor, or what else its help names."));
        }

        var made = await connecting.ConnectAsync(id, input.Client, input.CompanyId, user.Actor, ct);
        return made is { Succeeded: true, Partition: { } client } && await FindAsync(id, client.Id, clients, user, ct) is { } resource
            ? TypedResults.Created($"{ApiGroup.Prefix}/integrations/{IntegrationCommands.Number(id)}/clients/{Uri.EscapeDataString(client.Id)}", resource)
            : Failed(made);
    }

    private static async Task<IResult> CheckAsync(long id, string partition, ClientQueries clients, ClientActions actions, CurrentUser user, CancellationToken ct)
    {
        if (await FindAsync(id, partition, clients, user, ct) is null)
        {
            return Missing(id, partition);
        }

        var made = await actions.CheckAsync(id, partition, user.Actor, ct);
        return made.Succeeded && await FindAsync(id, partition, clients, user, ct) is { } resource ? TypedResults.Ok(resource) : Failed(made);
    }

    private static async Task<IResult> DisconnectAsync(long id, string partition, ClientQueries clients, IIntegrationStore store, CurrentUser user, CancellationToken ct)
    {
        if (await FindAsync(id, partition, clients, user, ct) is null)
        {
            return Missing(id, partition);
        }

        await store.DisconnectPartitionAsync(id, partition, user.Actor, ct);
        return TypedResults.NoContent();
    }

    /// <summary>Null when clients of this integration can be spoken of.</summary>
    public static async Task<IResult?> RefusalAsync(long id, ClientQueries clients, CurrentUser user, CancellationToken ct) =>
        await clients.SourceAsync(user.TenantId, id, ct) is not null ? null
        : await clients.NameAsync(user.TenantId, id, ct) is { } name ? ApiProblems.Conflict($"{name} reads all clients through one connection.")
        : IntegrationApi.Missing(id);

    private static async Task<ClientResource?> FindAsync(long id, string partition, ClientQueries clients, CurrentUser user, CancellationToken ct) =>
        (await clients.ListAsync(user.TenantId, id, null, ct)).FirstOrDefault(c => c.Standing.Id == partition) is { } line ? ClientResource.Of(line) : null;

    private static ProblemHttpResult Failed(ClientConnection made) => TypedResults.Problem(
        made.Problem ?? "The client was disconnected meanwhile.", statusCode: StatusCodes.Status409Conflict, extensions: new Dictionary<string, object?> { ["needsConsent"] = made.NeedsConsent });

    private static ProblemHttpResult Missing(long id, string partition) => ApiProblems.NotFound($"There is no integration {IntegrationCommands.Number(id)} with a client “{partition}”.");
}

/// <summary>A client's connection for programs.</summary>
/// <param name="Id">The vendor's id of it.</param>
/// <param name="Detail">What else people know it by, such as its main domain.</param>
/// <param name="Reason">Why it does not work, in one sentence; null when it does.</param>
/// <param name="CompanyId">The company that it is linked to.</param>
/// <param name="Freshness">The worst of its data types.</param>
/// <param name="NotPermitted">Data types that its consent does not cover.</param>
internal sealed record ClientResource(
    string Id,
    string Name,
    string? Detail,
    PartitionStatus Status,
    string? Reason,
    string? WhatToDo,
    DateTimeOffset StatusSince,
    Guid? CompanyId,
    string? CompanyName,
    Freshness Freshness,
    DateTimeOffset? LastCompleteAt,
    IReadOnlyList<string> NotPermitted,
    DateTimeOffset ConnectedAt,
    string ConnectedBy)
{
    public static ClientResource Of(ClientLine line) => new(
        line.Standing.Id, line.Standing.Name, line.Standing.Detail, line.Standing.Status, line.Standing.Reason, line.Standing.WhatToDo, line.Standing.Since,
        line.Company?.Id, line.Company?.Name, line.Freshness, line.LastCompleteAt, line.NotPermitted, line.ConnectedAt, line.ConnectedBy);
}

/// <param name="Client">Its id at the vendor, or a domain of it where the vendor knows those.</param>
/// <param name="CompanyId">Whose data it is; null leaves the link to a person.</param>
internal sealed record NewClientInput(string? Client, Guid? CompanyId = null);
