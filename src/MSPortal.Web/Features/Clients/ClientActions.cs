using MSPortal.Core.Integrations;
using MSPortal.Core.Ports;

namespace MSPortal.Web.Features.Clients;

/// <summary>What became of one of many.</summary>
/// <param name="Problem">Why it is not connected, in one sentence; null when it is.</param>
public sealed record ClientAttempt(string ExternalId, string Name, string? Problem, bool NeedsConsent);

/// <summary>What people do with clients, the same on page, API and command line.</summary>
internal sealed class ClientActions(ClientQueries clients, ConnectingClients connecting)
{
    /// <summary>Asks the vendor anew; when it works, whatever was said of the connection ends.</summary>
    /// <exception cref="KeyNotFoundException">The integration has no such client.</exception>
    public async Task<ClientConnection> CheckAsync(long integrationId, string partition, Actor actor, CancellationToken ct)
    {
        var client = (await clients.ListAsync(actor.TenantId, integrationId, null, ct)).FirstOrDefault(c => c.Standing.Id == partition)
            ?? throw new KeyNotFoundException("There is no such client any more.");
        return await connecting.ConnectAsync(integrationId, client.Standing.Id, client.Company?.Id, actor, ct);
    }

    /// <summary>Connects everything that is linked to a company and not connected yet, one after the other, so that no vendor is stormed.</summary>
    /// <param name="begins">Told before each: which one, and how many there are.</param>
    public async Task<IReadOnlyList<ClientAttempt>> ConnectLinkedAsync(long integrationId, Actor actor, Action<int, int, string> begins, CancellationToken ct)
    {
        var waiting = await clients.LinkedCandidatesAsync(actor.TenantId, integrationId, ct);
        var attempts = new List<ClientAttempt>(waiting.Count);
        foreach (var candidate in waiting)
        {
            begins(attempts.Count + 1, waiting.Count, candidate.Name);
            var made = await connecting.ConnectAsync(integrationId, candidate.ExternalId, candidate.Company?.Id, actor, ct);
            attempts.Add(new ClientAttempt(candidate.ExternalId, candidate.Name, made.Problem, made.NeedsConsent));
        }

        return attempts;
    }
}
