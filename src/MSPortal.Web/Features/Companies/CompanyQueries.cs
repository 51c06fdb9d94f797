using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Model;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Web.Access;
using MSPortal.Web.Ui;

namespace MSPortal.Web.Features.Companies;

/// <summary>One of a company's links, with what the external company is called just now.</summary>
/// <param name="ExternalName">Null when the vendor no longer has it.</param>
/// <param name="OpenTickets">Shown because of this link.</param>
public sealed record CompanyLinkItem(
    Guid CompanyId,
    long IntegrationId,
    string IntegrationName,
    string Provider,
    string Partition,
    string ExternalId,
    string? ExternalName,
    string LinkedBy,
    DateTimeOffset LinkedAt,
    int OpenTickets)
{
    public ExternalKey Key => new(IntegrationId, ExternalId, Partition);
}

/// <summary>A company as lists show it.</summary>
/// <param name="Types">Given by people here.</param>
/// <param name="SaidTypes">As its integrations say.</param>
/// <param name="Parent">Which company it belongs to; null also when that one may not be seen.</param>
public sealed record CompanyItem(
    Guid Id,
    string Name,
    bool IsActive,
    string? Phone,
    string? Website,
    string? City,
    DateTimeOffset CreatedAt,
    int OpenTickets,
    IReadOnlyList<CompanyLinkItem> Links,
    IReadOnlyList<string> Types,
    IReadOnlyList<SaidType> SaidTypes,
    CompanyChoice? Parent)
{
    public bool Equals(CompanyItem? other) => other?.Id == Id;

    public override int GetHashCode() => Id.GetHashCode();
}

/// <param name="IsActive">Null: both.</param>
/// <param name="IntegrationId">Only companies with a link to this one; null: all.</param>
/// <param name="Type">Only companies of this type, whether people gave it or an integration says it.</param>
public sealed record CompanyFilterChoice(string? Search = null, bool? IsActive = null, long? IntegrationId = null, string? Type = null);

/// <summary>A blocked external company.</summary>
public sealed record BlockedItem(long IntegrationId, string IntegrationName, string Partition, string ExternalId, string Name, string BlockedBy, DateTimeOffset BlockedAt)
{
    public ExternalKey Key => new(IntegrationId, ExternalId, Partition);
}

/// <summary>An integration that companies come from.</summary>
public sealed record CompanySource(long Id, string Name, string Provider);

/// <summary>What the companies page and the API show.</summary>
internal sealed class CompanyQueries(PortalDatabase database)
{
    public async Task<RecordPage<CompanyItem>> ListAsync(Sight sight, CompanyFilterChoice filter, RecordQuery query, CancellationToken ct)
    {
        await using var db = database.Open(sight.TenantId);
        var companies = sight.Of(Filter(db, filter));
        var total = await companies.Take(RecordCount.Cap + 1).CountAsync(ct);
        var page = await Sort(db, companies, query, closed: false).Skip(query.Skip).Take(query.Take).ToListAsync(ct);
        return new RecordPage<CompanyItem>(await DressAsync(db, sight, page, ct), total);
    }

    /// <summary>Those that belong to it, by name.</summary>
    public async Task<IReadOnlyList<string>> ChildrenAsync(long tenantId, Guid id, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        return await db.Companies.Where(c => db.CompanyParents.Any(p => p.CompanyId == c.Id && p.ParentId == id)).OrderBy(c => c.NormalizedName).Select(c => c.Name).ToListAsync(ct);
    }

    /// <summary>Every company that matches, whatever page it is on.</summary>
    public async Task<IReadOnlyList<Guid>> IdsAsync(Sight sight, CompanyFilterChoice filter, CancellationToken ct)
    {
        await using var db = database.Open(sight.TenantId);
        return await sight.Of(Filter(db, filter)).OrderBy(c => c.Id).Select(c => c.Id).ToListAsync(ct);
    }

    /// <summary>Null when there is no such company or it may not be seen.</summary>
    public async Task<CompanyItem?> FindAsync(Sight sight, Guid id, CancellationToken ct)
    {
        await using var db = database.Open(sight.TenantId);
        return (await DressAsync(db, sight, await sight.Of(db.Companies.AsNoTracking()).Where(c => c.Id == id).ToListAsync(ct), ct)).FirstOrDefault();
    }

    /// <summary>Companies whose name resembles what was typed, for choosing one.</summary>
    public async Task<IReadOnlyList<CompanyChoice>> SuggestAsync(long tenantId, string? text, int take, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        return await Filter(db, new CompanyFilterChoice(text, IsActive: true)).OrderBy(c => c.NormalizedName).ThenBy(c => c.Id).Take(take)
            .Select(c => new CompanyChoice(c.Id, c.Name)).ToListAsync(ct);
    }

    public async Task<RecordPage<CompanyLinkItem>> LinksAsync(long tenantId, long? integrationId, int skip, int take, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        var links = db.CompanyLinks.AsNoTracking().Where(l => integrationId == null || l.IntegrationId == integrationId);
        var total = await links.Take(RecordCount.Cap + 1).CountAsync(ct);
        return new RecordPage<CompanyLinkItem>(await DressAsync(db, await links.OrderBy(l => l.Id).Skip(skip).Take(take).ToListAsync(ct), ct), total);
    }

    public async Task<RecordPage<BlockedItem>> BlockedAsync(long tenantId, string? search, long? integrationId, int skip, int take, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        var blocked =
            from block in db.BlockedCompanies.AsNoTracking().Named(search)
            join integration in db.Integrations on block.IntegrationId equals integration.Id
            where integrationId == null || block.IntegrationId == integrationId
            orderby block.Name, block.ExternalId
            select new BlockedItem(block.IntegrationId, integration.Name, block.Partition, block.ExternalId, block.Name, block.BlockedBy, block.BlockedAt);
        return new RecordPage<BlockedItem>(await blocked.Skip(skip).Take(take).ToListAsync(ct), await blocked.Take(RecordCount.Cap + 1).CountAsync(ct));
    }

    public async Task<int> CountBlockedAsync(long tenantId, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        return await db.BlockedCompanies.CountAsync(b => db.Integrations.Any(i => i.Id == b.IntegrationId), ct);
    }

    /// <summary>Every integration that reads companies.</summary>
    public async Task<IReadOnlyList<CompanySource>> SourcesAsync(long tenantId, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        return await db.Integrations
            .Where(i => db.Streams.Any(s => s.IntegrationId == i.Id && s.DataType == DataType.Companies))
            .OrderBy(i => i.Name).ThenBy(i => i.Id)
            .Select(i => new CompanySource(i.Id, i.Name, i.Provider)).ToListAsync(ct);
    }

    private static IQueryable<Company> Filter(PortalContext db, CompanyFilterChoice filter)
    {
        var companies = db.Companies.AsNoTracking();
        if (filter.IsActive is { } active)
        {
            companies = companies.Where(c => c.IsActive == active);
        }

        if (filter.IntegrationId is { } integration)
        {
            companies = companies.Where(c => db.CompanyLinks.Any(l => l.CompanyId == c.Id && l.IntegrationId == integration));
        }

        if (!string.IsNullOrWhiteSpace(filter.Type))
        {
            companies = CompanyTypeQueries.Of(db, companies, filter.Type);
        }

        return companies.Named(filter.Search);
    }

    private static IQueryable<Company> Sort(PortalContext db, IQueryable<Company> companies, RecordQuery query, bool closed) => (query.SortBy, query.Descending) switch
    {
        (nameof(CompanyItem.OpenTickets), var down) => By(companies, c => db.CompanyLinks.Where(l => l.CompanyId == c.Id).SelectMany(l => db.Tickets.Where(t =>
            t.IntegrationId == l.IntegrationId && t.CompanyId == l.ExternalId && t.IsClosed == closed
            && db.Streams.Any(s => s.IntegrationId == t.IntegrationId && s.DataType == DataType.Tickets && s.Partition == t.Partition && s.LiveGeneration == t.Generation))).Count(), down),
        (nameof(CompanyItem.IsActive), var down) => By(companies, c => c.IsActive ? 0 : 1, down),
        (nameof(CompanyItem.City), var down) => By(companies, c => c.City, down),
        (nameof(CompanyItem.CreatedAt), var down) => By(companies, c => c.CreatedAt, down),
        (_, true) => companies.OrderByDescending(c => c.NormalizedName).ThenBy(c => c.Id),
        _ => companies.OrderBy(c => c.NormalizedName).ThenBy(c => c.Id),
    };

    private static IQueryable<Company> By<TKey>(IQueryable<Company> companies, System.Linq.Expressions.Expression<Func<Company, TKey>> key, bool descending) =>
        (descending ? companies.OrderByDescending(key) : companies.OrderBy(key)).ThenBy(c => c.NormalizedName).ThenBy(c => c.Id);

    private static async Task<List<CompanyItem>> DressAsync(PortalContext db, Sight sight, List<Company> companies, CancellationToken ct)
    {
        var ids = companies.ConvertAll(c => c.Id);
        var rows = await db.CompanyLinks.AsNoTracking().Where(l => ids.Contains(l.CompanyId)).OrderBy(l => l.Id).ToListAsync(ct);
        var links = (await DressAsync(db, rows, ct)).ToLookup(l => l.CompanyId);
        var (given, said) = (await CompanyTypeQueries.GivenAsync(db, ids, ct), await CompanyTypeQueries.SaidAsync(db, ids, ct));
        var parents = await CompanyFamilyQuery.ParentsAsync(db, sight, ids, ct);
        return companies.ConvertAll(c => new CompanyItem(
            c.Id, c.Name, c.IsActive, c.Phone, c.Website, c.City, c.CreatedAt, links[c.Id].Sum(l => l.OpenTickets), [.. links[c.Id]], [.. given[c.Id]], [.. said[c.Id]], parents.GetValueOrDefault(c.Id)));
    }

    private static async Task<List<CompanyLinkItem>> DressAsync(PortalContext db, List<CompanyLink> links, CancellationToken ct)
    {
        var names = await ExternalNames.OfAsync(db, links.ConvertAll(l => new ExternalKey(l.IntegrationId, l.ExternalId, l.Partition)), ct);
        var integrations = await db.Integrations.Select(i => new { i.Id, i.Name, i.Provider }).ToDictionaryAsync(i => i.Id, ct);
        var counts = new Dictionary<(long, string), TicketCount>();
        foreach (var group in links.GroupBy(l => l.IntegrationId))
        {
            foreach (var (id, count) in await TicketCounts.OfAsync(db, group.Key, [.. group.Select(l => l.ExternalId)], ct))
            {
                counts[(group.Key, id)] = count;
            }
        }

        return
        [
            .. links.Where(l => integrations.ContainsKey(l.IntegrationId)).Select(l => new CompanyLinkItem(
                l.CompanyId,
                l.IntegrationId,
                integrations[l.IntegrationId].Name,
                integrations[l.IntegrationId].Provider,
                l.Partition,
                l.ExternalId,
                names.GetValueOrDefault(new ExternalKey(l.IntegrationId, l.ExternalId, l.Partition)),
                l.LinkedBy,
                l.LinkedAt,
                counts.GetValueOrDefault((l.IntegrationId, l.ExternalId))?.Open ?? 0)),
        ];
    }
}

/// <summary>A company to choose.</summary>
public sealed record CompanyChoice(Guid Id, string Name)
{
    public override string ToString() => Name;
}
