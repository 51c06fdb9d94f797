using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Core.Integrations;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Web.Features.Companies;
using MSPortal.Web.Ui;

namespace MSPortal.Web.Features.Clients;

/// <summary>A client that is connected on its own.</summary>
/// <param name="Company">Whose connection it is; null while nobody has said so.</param>
/// <param name="Freshness">The worst of its data types.</param>
/// <param name="LastCompleteAt">The oldest newest complete read of them; null while one was never read.</param>
/// <param name="NotPermitted">Data types that its consent does not cover.</param>
public sealed record ClientLine(
    ClientStanding Standing, CompanyChoice? Company, Freshness Freshness, DateTimeOffset? LastCompleteAt, IReadOnlyList<string> NotPermitted, DateTimeOffset ConnectedAt, string ConnectedBy);

/// <summary>A client that the vendor lists and that is not connected yet.</summary>
/// <param name="Company">What it is linked to; null when to nothing.</param>
public sealed record ClientCandidate(string ExternalId, string Name, string? Identifier, CompanyChoice? Company);

/// <summary>An integration that reads clients one by one.</summary>
/// <param name="Word">What the vendor calls one, in lower case.</param>
/// <param name="IdHelp">What a person may enter to name one.</param>
public sealed record ClientSource(long Id, string Name, string Vendor, string Word, string IdHelp);

/// <summary>Clients as page, API and command line show them.</summary>
internal sealed class ClientQueries(PortalDatabase database, ConnectorRegistry connectors, TimeProvider clock)
{
    /// <summary>Null when there is no such integration, or when one connection reads all its clients.</summary>
    public async Task<ClientSource?> SourceAsync(long tenantId, long integrationId, CancellationToken ct) =>
        (await SourcesAsync(tenantId, ct)).FirstOrDefault(s => s.Id == integrationId);

    /// <summary>What people call an integration, however it reads clients; null when there is none.</summary>
    public async Task<string?> NameAsync(long tenantId, long integrationId, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        return await db.Integrations.Where(i => i.Id == integrationId).Select(i => i.Name).FirstOrDefaultAsync(ct);
    }

    /// <summary>All that read clients one by one, by name.</summary>
    public async Task<IReadOnlyList<ClientSource>> SourcesAsync(long tenantId, CancellationToken ct)
    {
        var providers = connectors.All.Where(c => c.Partitions is not null).Select(c => c.Info.Id).ToList();
        if (providers.Count == 0)
        {
            return [];
        }

        await using var db = database.Open(tenantId);
        var rows = await db.Integrations.Where(i => providers.Contains(i.Provider)).OrderBy(i => i.Name).ThenBy(i => i.Id).Select(i => new { i.Id, i.Name, i.Provider }).ToListAsync(ct);
        return rows.ConvertAll(i => Of(i.Id, i.Name, connectors.Get(i.Provider)));
    }

    /// <summary>By name.</summary>
    /// <param name="companyId">Only those that are linked to this company; null: all.</param>
    public async Task<IReadOnlyList<ClientLine>> ListAsync(long tenantId, long integrationId, Guid? companyId, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        var rows = await db.Partitions.AsNoTracking().Where(p => p.IntegrationId == integrationId).ToDictionaryAsync(p => p.Partition, StringComparer.Ordinal, ct);
        var streams = (await db.Streams.AsNoTracking().Where(s => s.IntegrationId == integrationId && s.Partition != "" && s.Enabled).ToListAsync(ct)).ToLookup(s => s.Partition, StringComparer.Ordinal);
        var companies = await LinkedAsync(db, integrationId, [.. rows.Keys], ct);
        var labels = await LabelsAsync(db, integrationId, ct);
        return
        [
            .. from standing in (await ClientStanding.OfAsync(db, [integrationId], ct))[integrationId]
               let row = rows.GetValueOrDefault(standing.Id)
               let company = companies.GetValueOrDefault(standing.Id)
               where row is not null && (companyId is null || company?.Id == companyId)
               select Line(standing, row, company, [.. streams[standing.Id]], labels),
        ];
    }

    /// <summary>What the vendor lists and nobody has connected yet, a page of it.</summary>
    public async Task<RecordPage<ClientCandidate>> CandidatesAsync(long tenantId, long integrationId, string? search, RecordQuery query, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        var wanted = (await CandidatesAsync(db, integrationId, ct)).Named(search);
        var page = await wanted.OrderBy(e => e.NormalizedName).ThenBy(e => e.ExternalId).Skip(query.Skip).Take(query.Take).ToListAsync(ct);
        return new RecordPage<ClientCandidate>(await DressAsync(db, integrationId, page, ct), await wanted.Take(RecordCount.Cap + 1).CountAsync(ct));
    }

    /// <summary>Those of them that are linked to a company, by name.</summary>
    public async Task<IReadOnlyList<ClientCandidate>> LinkedCandidatesAsync(long tenantId, long integrationId, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        var linked = (await CandidatesAsync(db, integrationId, ct)).Where(e => db.CompanyLinks.Any(l => l.IntegrationId == integrationId && l.Partition == "" && l.ExternalId == e.ExternalId));
        return await DressAsync(db, integrationId, await linked.OrderBy(e => e.NormalizedName).ThenBy(e => e.ExternalId).ToListAsync(ct), ct);
    }

    private static async Task<IQueryable<ExternalCompanyRow>> CandidatesAsync(PortalContext db, long integrationId, CancellationToken ct)
    {
        var live = await ExternalNames.LiveAsync(db, integrationId, DataType.Companies, ct);
        return db.ExternalCompanies.AsNoTracking().Where(e => e.IntegrationId == integrationId && e.Partition == "" && e.Generation == live && !e.IsDeleted
            && !db.Partitions.Any(p => p.IntegrationId == integrationId && p.Partition == e.ExternalId)
            && !db.BlockedCompanies.Any(b => b.IntegrationId == integrationId && b.Partition == "" && b.ExternalId == e.ExternalId));
    }

    private static async Task<List<ClientCandidate>> DressAsync(PortalContext db, long integrationId, List<ExternalCompanyRow> rows, CancellationToken ct)
    {
        var companies = await LinkedAsync(db, integrationId, rows.ConvertAll(e => e.ExternalId), ct);
        return rows.ConvertAll(e => new ClientCandidate(e.ExternalId, e.Name, e.Identifier, companies.GetValueOrDefault(e.ExternalId)));
    }

    private static Task<Dictionary<string, CompanyChoice>> LinkedAsync(PortalContext db, long integrationId, List<string> ids, CancellationToken ct) => (
        from link in db.CompanyLinks
        join company in db.Companies on link.CompanyId equals company.Id
        where link.IntegrationId == integrationId && link.Partition == "" && ids.Contains(link.ExternalId)
        select new { link.ExternalId, company.Id, company.Name }).ToDictionaryAsync(c => c.ExternalId, c => new CompanyChoice(c.Id, c.Name), StringComparer.Ordinal, ct);

    private async Task<Dictionary<DataType, string>> LabelsAsync(PortalContext db, long integrationId, CancellationToken ct)
    {
        var provider = await db.Integrations.Where(i => i.Id == integrationId).Select(i => i.Provider).FirstOrDefaultAsync(ct);
        return (provider is null ? null : connectors.Find(provider))?.Streams.ToDictionary(s => s.DataType, s => s.Label) ?? [];
    }

    private ClientLine Line(ClientStanding standing, PartitionRow row, CompanyChoice? company, List<StreamRow> streams, Dictionary<DataType, string> labels)
    {
        var now = clock.GetUtcNow();
        var read = streams.FindAll(s => s.DeniedPermission is null);
        return new ClientLine(
            standing, company,
            read.Count == 0 ? Freshness.Never : read.Max(s => s.LastCompleteAt is { } at ? Health.Of(at, s.Interval, now) : Freshness.Never),
            read.Exists(s => s.LastCompleteAt is null) ? null : read.Min(s => s.LastCompleteAt),
            [.. streams.Where(s => s.DeniedPermission is not null).Select(s => labels.GetValueOrDefault(s.DataType, s.DataType.Label()))],
            row.ConnectedAt, row.ConnectedBy);
    }

    private static ClientSource Of(long id, string name, IConnector connector) => new(id, name, connector.Info.Name, connector.Partitions!.Word, connector.Partitions.IdHelp);
}
