using System.Globalization;
using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Web.Ui;

namespace MSPortal.Web.Features.Tickets;

/// <summary>Lists of tickets: page, API and command line all ask here, so that nobody sees more than another.</summary>
internal sealed class TicketQueries(PortalDatabase database)
{
    /// <summary>One page in any order; counted up to the cap only.</summary>
    public async Task<RecordPage<TicketLine>> PageAsync(long tenantId, TicketFilter filter, TicketSort sort, int skip, int take, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        var sources = await TicketSource.ReadAsync(db, ct);
        var tickets = TicketWhere.Matching(db, filter, sources, await LinksAsync(db, filter, ct));
        var rows = await LinesAsync(db, sources, Ordered(db, tickets, sort).Skip(skip).Take(take), ct);
        var total = skip == 0 && rows.Count < take ? rows.Count : await tickets.Select(t => 1).Take(RecordCount.Cap + 1).CountAsync(ct);
        return new RecordPage<TicketLine>(rows, total);
    }

    /// <summary>For reading all, however many: ordered by number, each call goes on behind the last ticket, so that changes in between neither repeat nor skip one.</summary>
    /// <param name="after">A batch's <see cref="TicketBatch.Next"/>; null or empty begins.</param>
    /// <exception cref="FormatException">It is none of ours.</exception>
    public async Task<TicketBatch> BatchAsync(long tenantId, TicketFilter filter, string? after, int take, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        var sources = await TicketSource.ReadAsync(db, ct);
        var tickets = TicketWhere.Matching(db, filter, sources, await LinksAsync(db, filter, ct));
        if (!string.IsNullOrEmpty(after))
        {
            var (number, id) = ReadPlace(after);
            tickets = tickets.Where(t => t.NumberOrder >= number && (t.NumberOrder > number || t.Id.CompareTo(id) > 0));
        }

        var places = tickets.OrderBy(t => t.NumberOrder).ThenBy(t => t.Id).Take(take);
        var rows = await LinesAsync(db, sources, places, ct);
        return new TicketBatch(rows, rows.Count < take ? null : Place(rows[^1]));
    }

    /// <summary>Every ticket that the filter asks for, a batch at a time.</summary>
    public async IAsyncEnumerable<TicketLine> AllAsync(long tenantId, TicketFilter filter, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        string? next = null;
        do
        {
            var batch = await BatchAsync(tenantId, filter, next, 1_000, ct);
            foreach (var line in batch.Rows)
            {
                yield return line;
            }

            next = batch.Next;
        }
        while (next is not null);
    }

    /// <summary>Null when there is no such ticket or it may not be seen: the two must look alike.</summary>
    public async Task<TicketLine?> FindAsync(long tenantId, Guid id, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        return (await LinesAsync(db, await TicketSource.ReadAsync(db, ct), TicketWhere.Visible(db).Where(t => t.Id == id), ct)).FirstOrDefault();
    }

    private static async Task<IReadOnlyList<CompanyLink>> LinksAsync(PortalContext db, TicketFilter filter, CancellationToken ct)
    {
        var companies = filter.Companies.OfType<Guid>().ToList();
        return companies.Count == 0 ? [] : await db.CompanyLinks.AsNoTracking().Where(l => companies.Contains(l.CompanyId)).ToListAsync(ct);
    }

    private static async Task<List<TicketLine>> LinesAsync(
        PortalContext db, IReadOnlyDictionary<long, TicketSource> sources, IQueryable<TicketRow> tickets, CancellationToken ct)
    {
        var rows = await tickets.Select(t => new TicketRow
        {
            Id = t.Id,
            IntegrationId = t.IntegrationId,
            Partition = t.Partition,
            ExternalId = t.ExternalId,
            Payload = "",
            Number = t.Number,
            NumberOrder = t.NumberOrder,
            Summary = t.Summary,
            ContainerName = t.ContainerName,
            StatusId = t.StatusId,
            StatusName = t.StatusName,
            IsClosed = t.IsClosed,
            Priority = t.Priority,
            PriorityName = t.PriorityName,
            CompanyId = t.CompanyId,
            CompanyName = t.CompanyName,
            ContactName = t.ContactName,
            OwnerName = t.OwnerName,
            OpenedAt = t.OpenedAt,
            VendorUpdatedAt = t.VendorUpdatedAt,
            ClosedAt = t.ClosedAt,
        }).ToListAsync(ct);
        var companies = await CompaniesAsync(db, rows, ct);
        return
        [
            .. rows.Select(t =>
            {
                var source = sources.GetValueOrDefault(t.IntegrationId) ?? new TicketSource(t.IntegrationId, "", "", new TicketScope());
                var company = t.CompanyId is null ? default : companies.GetValueOrDefault((t.IntegrationId, t.Partition, t.CompanyId), (null, t.CompanyName));
                return new TicketLine(
                    t.Id, t.ExternalId, t.Number, t.Summary, company.Id, company.Name, t.StatusName, source.StageOf(t.StatusId), t.IsClosed, t.Priority,
                    t.PriorityName, t.ContainerName, t.OwnerName, t.ContactName, t.IntegrationId, source.Name, source.Provider, t.OpenedAt,
                    t.VendorUpdatedAt, t.ClosedAt, t.NumberOrder);
            }),
        ];
    }

    private static async Task<Dictionary<(long, string, string), (Guid? Id, string? Name)>> CompaniesAsync(
        PortalContext db, List<TicketRow> rows, CancellationToken ct)
    {
        var integrations = rows.Select(t => t.IntegrationId).Distinct().ToList();
        var external = rows.Select(t => t.CompanyId).OfType<string>().Distinct().ToList();
        var links = await db.CompanyLinks.Where(l => integrations.Contains(l.IntegrationId) && external.Contains(l.ExternalId))
            .Join(db.Companies, l => l.CompanyId, c => c.Id, (l, c) => new { l.IntegrationId, l.Partition, l.ExternalId, c.Id, c.Name }).ToListAsync(ct);
        return links.ToDictionary(l => (l.IntegrationId, l.Partition, l.ExternalId), l => ((Guid?)l.Id, (string?)l.Name));
    }

#pragma warning disable CA1304, CA1311, MA0011 // It becomes lower() in the database.
    private static IOrderedQueryable<TicketRow> Ordered(PortalContext db, IQueryable<TicketRow> tickets, TicketSort sort) => sort.By switch
    {
        TicketColumn.Updated => By(tickets, t => t.VendorUpdatedAt, sort).ThenBy(t => t.Id),
        TicketColumn.Opened => By(tickets, t => t.OpenedAt, sort).ThenBy(t => t.Id),
        TicketColumn.Number => By(tickets, t => t.NumberOrder, sort).ThenBy(t => t.Id),
        TicketColumn.Summary => Then(By(tickets, t => t.Summary.ToLower(), sort)),
        TicketColumn.Priority => Then(By(tickets.OrderBy(t => t.Priority == null), t => t.Priority, sort)),
        TicketColumn.Status => Then(By(tickets.OrderBy(t => t.StatusName == null), t => t.StatusName!.ToLower(), sort)),
        TicketColumn.Container => Then(By(tickets.OrderBy(t => t.ContainerName == null), t => t.ContainerName!.ToLower(), sort)),
        TicketColumn.Assignee => Then(By(tickets.OrderBy(t => t.OwnerName == null), t => t.OwnerName!.ToLower(), sort)),
        _ => Then(By(
            tickets.OrderBy(t => t.CompanyId == null),
            t => db.CompanyLinks.Where(l => l.IntegrationId == t.IntegrationId && l.Partition == t.Partition && l.ExternalId == t.CompanyId)
                .SelectMany(l => db.Companies.Where(c => c.Id == l.CompanyId)).Select(c => c.NormalizedName).FirstOrDefault(),
            sort)),
    };
#pragma warning restore CA1304, CA1311, MA0011

    private static IOrderedQueryable<TicketRow> By<TKey>(IQueryable<TicketRow> tickets, System.Linq.Expressions.Expression<Func<TicketRow, TKey>> key, TicketSort sort) =>
        sort.Descending ? tickets.OrderByDescending(key) : tickets.OrderBy(key);

    private static IOrderedQueryable<TicketRow> By<TKey>(IOrderedQueryable<TicketRow> tickets, System.Linq.Expressions.Expression<Func<TicketRow, TKey>> key, TicketSort sort) =>
        sort.Descending ? tickets.ThenByDescending(key) : tickets.ThenBy(key);

    private static IOrderedQueryable<TicketRow> Then(IOrderedQueryable<TicketRow> tickets) =>
        tickets.ThenByDescending(t => t.VendorUpdatedAt).ThenBy(t => t.Id);

    private static string Place(TicketLine last) => string.Create(CultureInfo.InvariantCulture, $"{last.NumberOrder}_{last.Id:N}");

    private static (long Number, Guid Id) ReadPlace(string after) =>
        after.Split('_') is [var number, var id]
        && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var order)
        && Guid.TryParseExact(id, "N", out var guid)
            ? (order, guid)
            : throw new FormatException("“after” has to be what the previous answer called “next”.");
}
