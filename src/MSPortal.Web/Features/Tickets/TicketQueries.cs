using System.Globalization;
using System.Text;
using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Web.Access;
using MSPortal.Web.Ui;

namespace MSPortal.Web.Features.Tickets;

/// <summary>Lists of tickets: page, API and command line all ask here, so that nobody sees more than another.</summary>
internal sealed class TicketQueries(PortalDatabase database)
{
    /// <summary>One page in any order; counted up to the cap only.</summary>
    public async Task<RecordPage<TicketLine>> PageAsync(Sight sight, TicketFilter filter, TicketSort sort, int skip, int take, CancellationToken ct)
    {
        await using var db = database.Open(sight.TenantId);
        var question = await TicketQuestion.ReadAsync(db, sight, filter, ct);
        var places = new TicketPlaces(db, question);
        var rows = await LinesAsync(db, question, await places.PageAsync(sort, skip, take, ct), ct);
        var total = skip == 0 && rows.Count < take ? rows.Count : await places.CountAsync(RecordCount.Cap + 1, ct);
        return new RecordPage<TicketLine>(rows, total);
    }

    /// <summary>For reading all, however many: ordered by number, each call goes on behind the last ticket, so that changes in between neither repeat nor skip one.</summary>
    /// <param name="after">A batch's <see cref="TicketBatch.Next"/>; null or empty begins.</param>
    /// <exception cref="FormatException">It is none of ours.</exception>
    public async Task<TicketBatch> BatchAsync(Sight sight, TicketFilter filter, string? after, int take, CancellationToken ct)
    {
        await using var db = database.Open(sight.TenantId);
        var question = await TicketQuestion.ReadAsync(db, sight, filter, ct);
        var places = await new TicketPlaces(db, question).BatchAsync(string.IsNullOrEmpty(after) ? null : ReadPlace(after), take, ct);
        var rows = await LinesAsync(db, question, [.. places.Select(p => p.Key)], ct);
        return new TicketBatch(rows, places.Count < take ? null : Place(places[^1].Order, places[^1].Key));
    }

    /// <summary>Every ticket that the filter asks for, a batch at a time.</summary>
    public async IAsyncEnumerable<TicketLine> AllAsync(Sight sight, TicketFilter filter, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        string? next = null;
        do
        {
            var batch = await BatchAsync(sight, filter, next, 1_000, ct);
            foreach (var line in batch.Rows)
            {
                yield return line;
            }

            next = batch.Next;
        }
        while (next is not null);
    }

    /// <summary>Null when there is no such ticket or it may not be seen: the two must look alike.</summary>
    public async Task<TicketLine?> FindAsync(Sight sight, Guid id, CancellationToken ct)
    {
        await using var db = database.Open(sight.TenantId);
        var key = await TicketWhere.Visible(db, sight).Where(t => t.Id == id).Select(t => new TicketKey(t.IntegrationId, t.Partition, t.ExternalId)).FirstOrDefaultAsync(ct);
        return key is null ? null : (await LinesAsync(db, await TicketQuestion.ReadAsync(db, sight, TicketFilter.Everything, ct), [key], ct)).FirstOrDefault();
    }

    /// <summary>In the order of the keys; one that is gone or hidden since is left out.</summary>
    private static async Task<List<TicketLine>> LinesAsync(PortalContext db, TicketQuestion question, List<TicketKey> keys, CancellationToken ct)
    {
        var rows = new List<TicketRow>(keys.Count);
        foreach (var of in keys.GroupBy(k => (k.IntegrationId, k.Partition), k => k.ExternalId))
        {
            var (integration, partition) = of.Key;
            List<string> ids = [.. of];
            rows.AddRange(await RowsAsync(question, db.Tickets.AsNoTracking().Where(t => t.IntegrationId == integration && t.Partition == partition && EF.Parameter(ids).Contains(t.ExternalId)), ct));
        }

        var companies = await CompaniesAsync(db, rows, ct);
        var lines = rows.ToDictionary(t => new TicketKey(t.IntegrationId, t.Partition, t.ExternalId), t => Line(t, question.Sources.GetValueOrDefault(t.IntegrationId), companies));
        return [.. keys.Select(lines.GetValueOrDefault).OfType<TicketLine>()];
    }

    private static TicketLine Line(TicketRow t, TicketSource? of, Dictionary<(long, string, string), (Guid? Id, string? Name)> companies)
    {
        var source = of ?? new TicketSource(t.IntegrationId, "", "", new TicketScope());
        var company = t.CompanyId is null ? default : companies.GetValueOrDefault((t.IntegrationId, t.Partition, t.CompanyId), (null, t.CompanyName));
        return new TicketLine(
            t.Id, t.ExternalId, t.Number, t.Summary, company.Id, company.Name, t.StatusName, source.StageOf(t.StatusId), t.IsClosed, t.Priority,
            t.PriorityName, t.ContainerName, t.OwnerName, t.ContactName, t.IntegrationId, source.Name, source.Provider, t.OpenedAt,
            t.VendorUpdatedAt, t.ClosedAt, t.NumberOrder);
    }

    /// <summary>Without the payloads, which nobody sees in a list.</summary>
    private static Task<List<TicketRow>> RowsAsync(TicketQuestion question, IQueryable<TicketRow> tickets, CancellationToken ct) =>
        TicketWhere.Matching(question with { Filter = TicketFilter.Everything }, tickets).Select(t => new TicketRow
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

    private static async Task<Dictionary<(long, string, string), (Guid? Id, string? Name)>> CompaniesAsync(
        PortalContext db, List<TicketRow> rows, CancellationToken ct)
    {
        var integrations = rows.Select(t => t.IntegrationId).Distinct().ToList();
        var external = rows.Select(t => t.CompanyId).OfType<string>().Distinct().ToList();
        var links = await db.CompanyLinks.Where(l => integrations.Contains(l.IntegrationId) && external.Contains(l.ExternalId))
            .Join(db.Companies, l => l.CompanyId, c => c.Id, (l, c) => new { l.IntegrationId, l.Partition, l.ExternalId, c.Id, c.Name }).ToListAsync(ct);
        return links.ToDictionary(l => (l.IntegrationId, l.Partition, l.ExternalId), l => ((Guid?)l.Id, (string?)l.Name));
    }

    private static string Place(long number, TicketKey key) => string.Create(
        CultureInfo.InvariantCulture, $"{number}_{key.IntegrationId}_{Hex(key.Partition)}_{Hex(key.ExternalId)}");

    private static (long Number, TicketKey Key) ReadPlace(string after)
    {
        try
        {
            return after.Split('_') is [var number, var integration, var partition, var id]
                ? (Whole(number), new TicketKey(Whole(integration), Text(partition), Text(id)))
                : throw new FormatException();
        }
        catch (FormatException e)
        {
            throw new FormatException("“after” has to be what the previous answer called “next”.", e);
        }
    }

    private static string Hex(string text) => Convert.ToHexString(Encoding.UTF8.GetBytes(text));

    private static string Text(string hex) => Canonical.Clean(Encoding.UTF8.GetString(Convert.FromHexString(hex)));

    private static long Whole(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw new FormatException();
}
