using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using MSPortal.Storage;
using MSPortal.Storage.Model;

namespace MSPortal.Web.Features.Tickets;

/// <summary>Which ticket, by the vendor's id: that is in every index, MSPortal's own is not.</summary>
internal sealed record TicketKey(long IntegrationId, string Partition, string ExternalId);

/// <summary>A ticket and what it is ordered by.</summary>
internal sealed class TicketPlace<TOrder>
{
    public required TOrder Order { get; init; }
    public required string ExternalId { get; init; }
    public long IntegrationId { get; init; }
    public required string Partition { get; init; }

    public TicketKey Key => new(IntegrationId, Partition, ExternalId);
}

/// <summary>
/// Finds which tickets stand where in a list, with as many tickets as there may be: each part of a question (open or closed, one chosen value)
/// is a piece of one index in its order, and the database merges the pieces instead of sorting what it finds.
/// </summary>
internal sealed class TicketPlaces(PortalContext db, TicketQuestion question)
{
    /// <summary>More pieces cost more to plan than they save.</summary>
    private const int MostValues = 32;

    /// <summary>As in the index: longer texts would not fit into one.</summary>
    private const int SummaryOrder = 100;

    private readonly IQueryable<TicketRow> all = TicketSearch.Matching(db, question.Filter.Search).AsNoTracking();

    private bool IsSearch => !string.IsNullOrWhiteSpace(question.Filter.Search);

    public async Task<int> CountAsync(int cap, CancellationToken ct) => await CountAsync(await PiecesAsync(ct), cap, ct);

    public async Task<List<TicketKey>> PageAsync(TicketSort sort, int skip, int take, CancellationToken ct)
    {
        if (await TicketSections.OfAsync(db, question, sort, ct) is { } sections)
        {
            return await SectionsAsync(sections, skip, take, ct);
        }

#pragma warning disable CA1304, CA1311, MA0011 // It becomes lower() in the database.
        var pieces = await PiecesAsync(ct);
        return sort.By switch
        {
            TicketColumn.Opened => await IdsAsync(pieces, t => t.OpenedAt, sort.Descending, skip, take, ct),
            TicketColumn.Number => await IdsAsync(pieces, t => t.NumberOrder, sort.Descending, skip, take, ct),
            TicketColumn.Summary => await IdsAsync(pieces, t => t.Summary.Substring(0, SummaryOrder).ToLower(), sort.Descending, skip, take, ct),
            _ => await IdsAsync(pieces, t => t.VendorUpdatedAt, sort.Descending, skip, take, ct),
        };
#pragma warning restore CA1304, CA1311, MA0011
    }

    /// <summary>By number, from behind the place.</summary>
    public async Task<List<TicketPlace<long>>> BatchAsync((long Number, TicketKey Key)? after, int take, CancellationToken ct)
    {
        IEnumerable<IQueryable<TicketRow>> pieces = await PiecesAsync(ct);
        if (after is var (number, (integration, partition, id)))
        {
#pragma warning disable CA1309, CA1310, MA0074, MA0001 // The database compares, in the order of its index.
            pieces = pieces.Select(p => p.Where(t => t.NumberOrder >= number && (t.NumberOrder > number || string.Compare(t.ExternalId, id) > 0
                || (t.ExternalId == id && (t.IntegrationId > integration || (t.IntegrationId == integration && string.Compare(t.Partition, partition) > 0))))));
#pragma warning restore CA1309, CA1310, MA0074, MA0001
        }

        return await Merged([.. pieces], t => t.NumberOrder, descending: false, take).Take(take).ToListAsync(ct);
    }

    /// <summary>One section after the other, each the newest first.</summary>
    private async Task<List<TicketKey>> SectionsAsync(TicketSections sections, int skip, int take, CancellationToken ct)
    {
        var found = new List<TicketKey>();
        (var at, skip) = await sections.SkipAsync(skip, ct);
        for (; at < sections.All.Count && found.Count < take; at++)
        {
            var section = sections.All[at].Alternatives;
            List<IQueryable<TicketRow>> pieces = [.. question.States.SelectMany(closed => Pieces(closed, section))];
            if (skip > 0 && await CountAsync(pieces, skip, ct) is var count && count < skip)
            {
                skip -= count;
                continue;
            }

            found.AddRange(await IdsAsync(pieces, t => t.VendorUpdatedAt, descending: true, skip, take - found.Count, ct));
            skip = 0;
        }

        return found;
    }

    /// <summary>What a search finds is taken whole: its own index leads to the tickets.</summary>
    private async Task<List<IQueryable<TicketRow>>> PiecesAsync(CancellationToken ct)
    {
        if (IsSearch && question.States.Count == 2)
        {
            return [TicketWhere.Matching(question, all)];
        }

        var pieces = new List<IQueryable<TicketRow>>();
        foreach (var closed in question.States)
        {
            var chosen = await TicketChosen.OfAsync(db, question, closed, ct);
            pieces.AddRange(Pieces(closed, chosen.Count <= MostValues ? chosen : []));
        }

        return pieces;
    }

    private IEnumerable<IQueryable<TicketRow>> Pieces(bool closed, IReadOnlyList<Expression<Func<TicketRow, bool>>> alternatives)
    {
        var tickets = all.Where(t => t.IsClosed == closed);
        var pieces = alternatives.Count == 0 ? [tickets] : alternatives.Select(tickets.Where);
        return pieces.Select(p => TicketWhere.Matching(question, p));
    }

    private static Task<int> CountAsync(IReadOnlyList<IQueryable<TicketRow>> pieces, int cap, CancellationToken ct) =>
        pieces.Select(p => p.Select(Place(t => t.IsClosed))).Aggregate((one, other) => one.Concat(other)).Take(cap).CountAsync(ct);

    private async Task<List<TicketKey>> IdsAsync<TOrder>(
        IReadOnlyList<IQueryable<TicketRow>> pieces, Expression<Func<TicketRow, TOrder>> key, bool descending, int skip, int take, CancellationToken ct) =>
        (await Merged(pieces, key, descending, skip + take).Skip(skip).Take(take).ToListAsync(ct)).ConvertAll(p => p.Key);

    /// <summary>PostgreSQL merges only what is ordered already; SQLite does it by itself, and only when left alone.</summary>
    private IQueryable<TicketPlace<TOrder>> Merged<TOrder>(IReadOnlyList<IQueryable<TicketRow>> pieces, Expression<Func<TicketRow, TOrder>> key, bool descending, int most)
    {
        var places = pieces.Select(p => p.Select(Place(key)));
        if (pieces.Count > 1 && db.Database.IsNpgsql())
        {
            places = places.Select(p => Ordered(p, descending).Take(most));
        }

        return Ordered(places.Aggregate((one, other) => one.Concat(other)), descending);
    }

    private static IQueryable<TicketPlace<TOrder>> Ordered<TOrder>(IQueryable<TicketPlace<TOrder>> places, bool descending) => descending
        ? places.OrderByDescending(p => p.Order).ThenByDescending(p => p.ExternalId).ThenByDescending(p => p.IntegrationId).ThenByDescending(p => p.Partition)
        : places.OrderBy(p => p.Order).ThenBy(p => p.ExternalId).ThenBy(p => p.IntegrationId).ThenBy(p => p.Partition);

    private static Expression<Func<TicketRow, TicketPlace<TOrder>>> Place<TOrder>(Expression<Func<TicketRow, TOrder>> order)
    {
        var ticket = order.Parameters[0];
        MemberBinding Bind(string name, Expression value) => Expression.Bind(typeof(TicketPlace<TOrder>).GetProperty(name)!, value);
        var place = Expression.MemberInit(
            Expression.New(typeof(TicketPlace<TOrder>)),
            Bind(nameof(TicketPlace<>.Order), order.Body),
            Bind(nameof(TicketPlace<>.ExternalId), Expression.Property(ticket, nameof(TicketRow.ExternalId))),
            Bind(nameof(TicketPlace<>.IntegrationId), Expression.Property(ticket, nameof(TicketRow.IntegrationId))),
            Bind(nameof(TicketPlace<>.Partition), Expression.Property(ticket, nameof(TicketRow.Partition))));
        return Expression.Lambda<Func<TicketRow, TicketPlace<TOrder>>>(place, ticket);
    }
}
