using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Web.Ui;

namespace MSPortal.Web.Features.Companies;

/// <summary>How an external company stands here.</summary>
public enum ImportState
{
    NotImported,
    Linked,
}

/// <summary>An external company as the import shows it.</summary>
/// <param name="Passes">It is neither deleted at the vendor nor left out by the company filter, so “import all” takes it.</param>
/// <param name="Namesake">A company of the same name without a link to this integration: probably this one.</param>
public sealed record ExternalCompanyItem(
    string ExternalId,
    string Name,
    string? Identifier,
    string? StatusName,
    string? TypeNames,
    string? City,
    string? Website,
    bool IsInactive,
    bool IsDeleted,
    bool Passes,
    ImportState State,
    CompanyChoice? Company,
    CompanyChoice? Namesake,
    int OpenTickets,
    int Tickets)
{
    public bool Equals(ExternalCompanyItem? other) => other?.ExternalId == ExternalId;

    public override int GetHashCode() => ExternalId.GetHashCode(StringComparison.Ordinal);
}

/// <param name="State">Null: all.</param>
/// <param name="IsNew">Only those that came after people had made their choice.</param>
public sealed record ExternalFilter(string? Search = null, string? Type = null, string? Status = null, ImportState? State = null, bool IsNew = false);

/// <summary>What the import lists: the live copy of an integration's companies, as of the last sync.</summary>
internal sealed class ExternalCompanyQueries(PortalDatabase database)
{
    /// <summary>Vendors' type lists are stored as one text.</summary>
    private const string TypeSeparator = ", ";

    /// <exception cref="CompanyProblemException">There is no such integration.</exception>
    public async Task<RecordPage<ExternalCompanyItem>> ListAsync(long tenantId, long integrationId, ExternalFilter filter, RecordQuery query, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        var integration = await IntegrationAsync(db, integrationId, ct);
        var live = await ExternalNames.LiveAsync(db, integrationId, DataType.Companies, ct);
        var rows = Filter(db, integration, live, filter);
        var total = await rows.Take(RecordCount.Cap + 1).CountAsync(ct);
        var page = await Sort(db, rows, query, await ExternalNames.LiveAsync(db, integrationId, DataType.Tickets, ct)).Skip(query.Skip).Take(query.Take).ToListAsync(ct);
        return new RecordPage<ExternalCompanyItem>(await DressAsync(db, integration, page, ct), total);
    }

    /// <summary>Everything that matches and can be imported, for “select all”; what would not pass is left for a person to tick.</summary>
    /// <exception cref="CompanyProblemException">There is no such integration.</exception>
    public async Task<IReadOnlyList<string>> ImportableAsync(long tenantId, long integrationId, ExternalFilter filter, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        var integration = await IntegrationAsync(db, integrationId, ct);
        var admitting = StoredChoice.Companies(integration.CompanyFilter);
        var live = await ExternalNames.LiveAsync(db, integrationId, DataType.Companies, ct);
        var rows = await Filter(db, integration, live, filter with { State = ImportState.NotImported })
            .Where(e => !e.IsDeleted).OrderBy(e => e.NormalizedName).Select(e => new { e.ExternalId, e.Payload }).ToListAsync(ct);
        return [.. rows.Where(r => CompanyImport.Admits(admitting, r.Payload)).Select(r => r.ExternalId)];
    }

    /// <summary>The MSP's own company, which no list of clients to import has; null when the vendor names none, or it is imported or blocked.</summary>
    /// <exception cref="CompanyProblemException">There is no such integration.</exception>
    public async Task<ExternalCompanyItem?> HouseAsync(long tenantId, long integrationId, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        var integration = await IntegrationAsync(db, integrationId, ct);
        var live = await ExternalNames.LiveAsync(db, integrationId, DataType.Companies, ct);
        var rows = await Filter(db, integration, live, new ExternalFilter()).Where(e => e.Payload.Contains(CompanyImport.House)).Take(1).ToListAsync(ct);
        return (await DressAsync(db, integration, rows, ct)).Find(e => e.State == ImportState.NotImported);
    }

    /// <summary>Tickets per external company of the integration.</summary>
    public async Task<IReadOnlyDictionary<string, TicketCount>> TicketsAsync(long tenantId, long integrationId, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        return await TicketCounts.OfAsync(db, integrationId, null, ct);
    }

    /// <summary>The types and statuses that occur, for the filters.</summary>
    public async Task<(IReadOnlyList<string> Types, IReadOnlyList<string> Statuses)> ChoicesAsync(long tenantId, long integrationId, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        var live = await ExternalNames.LiveAsync(db, integrationId, DataType.Companies, ct);
        var rows = db.ExternalCompanies.Where(e => e.IntegrationId == integrationId && e.Partition == "" && e.Generation == live);
        var types = await rows.Where(e => e.TypeNames != null && e.TypeNames != "").Select(e => e.TypeNames!).Distinct().ToListAsync(ct);
        var statuses = await rows.Where(e => e.StatusName != null && e.StatusName != "").Select(e => e.StatusName!).Distinct().OrderBy(s => s).ToListAsync(ct);
        return ([.. types.SelectMany(t => t.Split(TypeSeparator)).Distinct().Order(StringComparer.OrdinalIgnoreCase)], statuses);
    }

    private static async Task<Integration> IntegrationAsync(PortalContext db, long id, CancellationToken ct) =>
        await db.Integrations.AsNoTracking().FirstOrDefaultAsync(i => i.Id == id, ct) ?? throw CompanyProblemException.NoIntegration(id);

    public static IQueryable<ExternalCompanyRow> Filter(PortalContext db, Integration integration, int live, ExternalFilter filter)
    {
        var integrationId = integration.Id;
        var rows = db.ExternalCompanies.AsNoTracking().Where(e => e.IntegrationId == integrationId && e.Partition == "" && e.Generation == live);
        var links = db.CompanyLinks.Where(l => l.IntegrationId == integrationId && l.Partition == "").Select(l => l.ExternalId);
        var blocks = db.BlockedCompanies.Where(b => b.IntegrationId == integrationId && b.Partition == "").Select(b => b.ExternalId);
        // One that was blocked before its record went with that may still be stored.
        rows = filter.State switch
        {
            ImportState.NotImported => rows.Where(e => !e.Payload.Contains(CompanyImport.House) && !links.Contains(e.ExternalId) && !blocks.Contains(e.ExternalId)),
            ImportState.Linked => rows.Where(e => links.Contains(e.ExternalId)),
            _ => rows.Where(e => !blocks.Contains(e.ExternalId)),
        };
        if (filter.IsNew)
        {
            var after = NewCompanyMarks.Waiting(integration.CompanyFilter, live)?.After;
            rows = rows.Where(e => !e.IsDeleted && e.CreatedAt > after);
        }

        if (filter.Status is { Length: > 0 } status)
        {
            rows = rows.Where(e => e.StatusName == status);
        }

        if (filter.Type is { Length: > 0 } type)
        {
            var inner = TypeSeparator + type + TypeSeparator;
            rows = rows.Where(e => (TypeSeparator + e.TypeNames + TypeSeparator).Contains(inner));
        }

        return rows.Named(filter.Search);
    }

    private static IQueryable<ExternalCompanyRow> Sort(PortalContext db, IQueryable<ExternalCompanyRow> rows, RecordQuery query, int liveTickets)
    {
        var closed = false; // As a value: “not closed” would miss SQLite's index.
        var sorted = (query.SortBy, query.Descending) switch
        {
            (nameof(ExternalCompanyItem.StatusName), false) => rows.OrderBy(e => e.StatusName),
            (nameof(ExternalCompanyItem.StatusName), true) => rows.OrderByDescending(e => e.StatusName),
            (nameof(ExternalCompanyItem.TypeNames), false) => rows.OrderBy(e => e.TypeNames),
            (nameof(ExternalCompanyItem.TypeNames), true) => rows.OrderByDescending(e => e.TypeNames),
            (nameof(ExternalCompanyItem.OpenTickets), false) => rows.OrderBy(e => db.Tickets.Count(t =>
                t.IntegrationId == e.IntegrationId && t.CompanyId == e.ExternalId && t.IsClosed == closed && t.Generation == liveTickets)),
            (nameof(ExternalCompanyItem.OpenTickets), true) => rows.OrderByDescending(e => db.Tickets.Count(t =>
                t.IntegrationId == e.IntegrationId && t.CompanyId == e.ExternalId && t.IsClosed == closed && t.Generation == liveTickets)),
            (_, true) => rows.OrderByDescending(e => e.NormalizedName),
            _ => rows.OrderBy(e => e.NormalizedName),
        };
        return sorted.ThenBy(e => e.ExternalId);
    }

    private static async Task<List<ExternalCompanyItem>> DressAsync(PortalContext db, Integration integration, List<ExternalCompanyRow> page, CancellationToken ct)
    {
        var ids = page.ConvertAll(e => e.ExternalId);
        var normalized = page.Select(e => e.NormalizedName).Distinct().ToList();
        var owners = await (
            from link in db.CompanyLinks
            join company in db.Companies on link.CompanyId equals company.Id
            where link.IntegrationId == integration.Id && link.Partition == "" && ids.Contains(link.ExternalId)
            select new { link.ExternalId, company.Id, company.Name }).ToDictionaryAsync(o => o.ExternalId, o => new CompanyChoice(o.Id, o.Name), ct);
        var namesakes = (await db.Companies
                .Where(c => normalized.Contains(c.NormalizedName) && !db.CompanyLinks.Any(l => l.CompanyId == c.Id && l.IntegrationId == integration.Id))
                .OrderBy(c => c.Id).Select(c => new { c.NormalizedName, c.Id, c.Name }).ToListAsync(ct))
            .ToLookup(c => c.NormalizedName, c => new CompanyChoice(c.Id, c.Name));
        var tickets = await TicketCounts.OfAsync(db, integration.Id, ids, ct);
        var filter = StoredChoice.Companies(integration.CompanyFilter);
        return page.ConvertAll(e =>
        {
            var owner = owners.GetValueOrDefault(e.ExternalId);
            var state = owner is not null ? ImportState.Linked : ImportState.NotImported;
            var count = tickets.GetValueOrDefault(e.ExternalId);
            return new ExternalCompanyItem(
                e.ExternalId, e.Name, e.Identifier, e.StatusName, e.TypeNames, e.City, e.Website, e.IsInactive, e.IsDeleted,
                !e.IsDeleted && CompanyImport.Admits(filter, e.Payload), state, owner,
                state == ImportState.NotImported ? namesakes[e.NormalizedName].FirstOrDefault() : null, count?.Open ?? 0, count?.All ?? 0);
        });
    }
}
