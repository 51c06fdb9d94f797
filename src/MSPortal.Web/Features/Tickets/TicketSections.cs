using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Model;
using MSPortal.Storage;
using MSPortal.Storage.Model;

namespace MSPortal.Web.Features.Tickets;

/// <summary>Tickets that stand together in an order: those of one status, one person, one company.</summary>
/// <param name="Alternatives">They are the section's tickets together, and none twice.</param>
/// <param name="Companies">Of a section of companies: which.</param>
internal sealed record TicketSection(IReadOnlyList<Expression<Func<TicketRow, bool>>> Alternatives)
{
    public IReadOnlyList<CompanyKey> Companies { get; init; } = [];
}

internal sealed record CompanyKey(long IntegrationId, string Partition, string ExternalId);

/// <summary>The sections of an order by something that many tickets share, in their order; what is missing comes last both ways.</summary>
internal sealed class TicketSections(PortalContext db, TicketQuestion question, IReadOnlyList<TicketSection> all)
{
    public IReadOnlyList<TicketSection> All => all;

    /// <summary>Null when the order is by something of each ticket's own.</summary>
    public static async Task<TicketSections?> OfAsync(PortalContext db, TicketQuestion question, TicketSort sort, CancellationToken ct)
    {
        var filter = question.Filter;
        IReadOnlyList<TicketSection>? sections = sort.By switch
        {
            TicketColumn.Priority => Priorities(filter.Priorities, sort.Descending),
            TicketColumn.Status => await NamesAsync(db, question, "status_name", filter.Statuses, TicketChosen.Status, sort.Descending, ct),
            TicketColumn.Container => await NamesAsync(db, question, "container_name", filter.Containers, TicketChosen.Container, sort.Descending, ct),
            TicketColumn.Assignee => await NamesAsync(db, question, "owner_name", filter.Assignees, TicketChosen.Assignee, sort.Descending, ct),
            TicketColumn.Company => await CompaniesAsync(db, sort.Descending, ct),
            _ => null,
        };
        return sections is null ? null : new TicketSections(db, question, sections);
    }

    /// <summary>Passes over whole sections of companies, more at a time the further it goes: there are too many to ask about each.</summary>
    /// <returns>The first section that is not passed over, and how many of its tickets still are.</returns>
    public async Task<(int At, int Skip)> SkipAsync(int skip, CancellationToken ct)
    {
        var at = 0;
        for (var batch = 1; skip > 0 && at < all.Count && all[at].Companies.Count > 0; batch *= 2)
        {
            var counted = await CountAsync(all.Skip(at).Take(batch).SelectMany(s => s.Companies), ct);
            for (var end = Math.Min(at + batch, all.Count); at < end && all[at].Companies.Count > 0; at++)
            {
                var count = all[at].Companies.Sum(counted.GetValueOrDefault);
                if (count > skip)
                {
                    return (at, skip);
                }

                skip -= count;
            }
        }

        return (at, skip);
    }

    private async Task<Dictionary<CompanyKey, int>> CountAsync(IEnumerable<CompanyKey> companies, CancellationToken ct)
    {
        var ids = companies.Select(c => c.ExternalId).Distinct().ToList();
        var counted = new Dictionary<CompanyKey, int>();
        foreach (var closed in question.States)
        {
            var tickets = TicketSearch.Matching(db, question.Filter.Search).AsNoTracking().Where(t => t.IsClosed == closed && EF.Parameter(ids).Contains(t.CompanyId!));
            var counts = await TicketWhere.Matching(question, tickets).GroupBy(t => new { t.IntegrationId, t.Partition, t.CompanyId })
                .Select(g => new { g.Key.IntegrationId, g.Key.Partition, g.Key.CompanyId, Count = g.Count() }).ToListAsync(ct);
            foreach (var count in counts)
            {
                var key = new CompanyKey(count.IntegrationId, count.Partition, count.CompanyId!);
                counted[key] = counted.GetValueOrDefault(key) + count.Count;
            }
        }

        return counted;
    }

    private static List<TicketSection> Priorities(IReadOnlyList<PriorityLevel?> chosen, bool descending)
    {
        var levels = Enum.GetValues<PriorityLevel>().OrderBy(p => descending ? -(int)p : (int)p).Select(p => (PriorityLevel?)p).Append(null);
        return [.. levels.Where(p => chosen.Count == 0 || chosen.Contains(p)).Select(p => new TicketSection([t => t.Priority == p]))];
    }

    private static async Task<List<TicketSection>> NamesAsync(
        PortalContext db, TicketQuestion question, string column, IReadOnlyList<string?> chosen, Func<string?, Expression<Func<TicketRow, bool>>> named, bool descending, CancellationToken ct)
    {
        var names = (await TicketValues.DistinctAsync(db, column, question.States, ct)).Where(n => chosen.Count == 0 || chosen.Contains(n));
        var sections = InOrder(names.GroupBy(n => n, StringComparer.OrdinalIgnoreCase), g => g.Key, StringComparer.OrdinalIgnoreCase, descending)
            .Select(g => new TicketSection([.. g.Select(named)])).ToList();
        if (chosen.Count == 0 || chosen.Contains(null))
        {
            sections.Add(new TicketSection([named(null)]));
        }

        return sections;
    }

    private static async Task<List<TicketSection>> CompaniesAsync(PortalContext db, bool descending, CancellationToken ct)
    {
        var links = await db.CompanyLinks.Join(db.Companies, l => l.CompanyId, c => c.Id, (l, c) => new { c.NormalizedName, Key = new CompanyKey(l.IntegrationId, l.Partition, l.ExternalId) })
            .ToListAsync(ct);
        var sections = InOrder(links.GroupBy(l => l.NormalizedName, l => l.Key), g => g.Key, StringComparer.Ordinal, descending)
            .Select(g => new TicketSection([.. g.GroupBy(c => (c.IntegrationId, c.Partition), c => c.ExternalId).Select(ids => Companies(ids.Key, [.. ids]))]) { Companies = [.. g] }).ToList();
        sections.Add(new TicketSection([t => t.CompanyId == null]));
        return sections;
    }

    private static Expression<Func<TicketRow, bool>> Companies((long Integration, string Partition) of, List<string> ids)
    {
        var (integration, partition) = of;
        var id = ids[0];
        return ids.Count == 1
            ? t => t.CompanyId == id && t.IntegrationId == integration && t.Partition == partition
            : t => EF.Parameter(ids).Contains(t.CompanyId!) && t.IntegrationId == integration && t.Partition == partition;
    }

    private static IOrderedEnumerable<T> InOrder<T>(IEnumerable<T> sections, Func<T, string> name, StringComparer comparer, bool descending) =>
        descending ? sections.OrderByDescending(name, comparer) : sections.OrderBy(name, comparer);
}
