using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Storage;
using MSPortal.Storage.Model;

namespace MSPortal.Web.Features.Companies;

/// <summary>What is to become of one external company.</summary>
/// <param name="CompanyId">Link it to this one; null makes a company of its own.</param>
/// <param name="CreateAnyway">Make one although a company of the same name stands there without a link to this integration.</param>
public sealed record ImportChoice(string ExternalId, Guid? CompanyId = null, bool CreateAnyway = false);

/// <summary>Takes external companies in: makes companies of them or links them to those that are there. One import is one operation.</summary>
internal sealed class CompanyImport(PortalDatabase database, TimeProvider clock, IEnumerable<IConnector> connectors)
{
    /// <summary>Imports what a person chose; the same again changes nothing.</summary>
    /// <exception cref="CompanyProblemException">There is no such integration.</exception>
    public Task<OperationResult> ImportAsync(long integrationId, IReadOnlyList<ImportChoice> choices, Actor actor, CancellationToken ct) =>
        RunAsync("companies.imported", integrationId, choices, actor, ct);

    /// <summary>Applies links that a person chose among proposals.</summary>
    /// <exception cref="CompanyProblemException">There is no such integration.</exception>
    public Task<OperationResult> ApplyMatchesAsync(long integrationId, IReadOnlyList<ImportChoice> links, Actor actor, CancellationToken ct) =>
        ApplyMatchesAsync(new Dictionary<long, IReadOnlyList<ImportChoice>> { [integrationId] = links }, actor, ct);

    /// <summary>The same for several integrations at once, as one operation with one undo.</summary>
    /// <exception cref="CompanyProblemException">There is no such integration.</exception>
    public Task<OperationResult> ApplyMatchesAsync(IReadOnlyDictionary<long, IReadOnlyList<ImportChoice>> links, Actor actor, CancellationToken ct) =>
        CompanyWork.RunAsync(database, clock, actor, async work =>
        {
            List<ImportRun> runs = [];
            foreach (var (integrationId, choices) in links.OrderBy(l => l.Key))
            {
                runs.Add(await LoadAsync(work, integrationId, choices, null, ct));
            }

            return await ImportRun.ApplyAsync(work, runs, "companies.matched", ct);
        }, ct);

    /// <summary>Imports everything that is neither linked, blocked, deleted at the vendor nor left out by the company filter.</summary>
    /// <exception cref="CompanyProblemException">There is no such integration.</exception>
    public Task<OperationResult> ImportAllAsync(long integrationId, Actor actor, CancellationToken ct) =>
        RunAsync("companies.imported", integrationId, null, actor, ct);

    /// <summary>Of those, what was stored later than a moment.</summary>
    /// <exception cref="CompanyProblemException">There is no such integration.</exception>
    public Task<OperationResult> ImportNewAsync(long integrationId, DateTimeOffset after, Actor actor, CancellationToken ct) => CompanyWork.RunAsync(
        database, clock, actor, async work => await ImportRun.ApplyAsync(work, [await LoadAsync(work, integrationId, null, after, ct)], "companies.imported", ct), ct);

    /// <summary>In the payload of the MSP's own company, and in no other.</summary>
    public const string House = "\"isHouse\":true";

    public static bool Admits(CompanyFilter filter, string payload) =>
        filter is { SkipInactive: false, ExcludedTypes.Count: 0, ExcludedStatuses.Count: 0 } || filter.Admits(Canonical.Read<ExternalCompany>(payload));

    /// <param name="choices">Null: all that pass.</param>
    private Task<OperationResult> RunAsync(string action, long integrationId, IReadOnlyList<ImportChoice>? choices, Actor actor, CancellationToken ct) =>
        CompanyWork.RunAsync(
            database, clock, actor, async work => await ImportRun.ApplyAsync(work, [await LoadAsync(work, integrationId, choices, null, ct)], action, ct), ct);

    private async Task<ImportRun> LoadAsync(CompanyWork work, long integrationId, IReadOnlyList<ImportChoice>? choices, DateTimeOffset? after, CancellationToken ct)
    {
        var integration = await work.Db.Integrations.FirstOrDefaultAsync(i => i.Id == integrationId, ct) ?? throw CompanyProblemException.NoIntegration(integrationId);
        var run = new ImportRun(work, integration, MayCreate(integration.Provider));
        await run.LoadAsync(choices, after, ct);
        return run;
    }

    /// <summary>Only a PSA says who the clients are; the others are mapped.</summary>
    public bool MayCreate(string provider) =>
        connectors.FirstOrDefault(c => string.Equals(c.Info.Id, provider, StringComparison.OrdinalIgnoreCase))?.Info.Category is null or ProviderCategory.Psa;
}
