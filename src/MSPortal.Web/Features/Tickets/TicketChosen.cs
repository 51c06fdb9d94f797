using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using MSPortal.Storage;
using MSPortal.Storage.Model;

namespace MSPortal.Web.Features.Tickets;

/// <summary>The values of the one filter that leads quickest to its open or closed tickets, each as a question of its own; none when no filter does.</summary>
internal static class TicketChosen
{
    public static async Task<IReadOnlyList<Expression<Func<TicketRow, bool>>>> OfAsync(PortalContext db, TicketQuestion question, bool closed, CancellationToken ct)
    {
        var filter = question.Filter;
        return filter switch
        {
            { Search.Length: > 0 } => [],
            { Companies.Count: > 0 } => Companies(question),
            { Assignees.Count: > 0 } => Each(filter.Assignees, Assignee),
            { Statuses.Count: > 0 } => Each(filter.Statuses, Status),
            { Stages.Count: > 0 } => await StagesAsync(db, question, closed, ct),
            { Priorities.Count: > 0 } => Each(filter.Priorities, p => t => t.Priority == p),
            { Containers.Count: > 0 } => Each(filter.Containers, Container),
            _ => [],
        };
    }

    public static Expression<Func<TicketRow, bool>> Assignee(string? name) => t => t.OwnerName == name;

    public static Expression<Func<TicketRow, bool>> Status(string? name) => t => t.StatusName == name;

    public static Expression<Func<TicketRow, bool>> Container(string? name) => t => t.ContainerName == name;

    private static List<Expression<Func<TicketRow, bool>>> Each<T>(IReadOnlyList<T> values, Func<T, Expression<Func<TicketRow, bool>>> question) =>
        [.. values.Distinct().Select(question)];

    private static List<Expression<Func<TicketRow, bool>>> Companies(TicketQuestion question)
    {
        List<Expression<Func<TicketRow, bool>>> chosen = Each([.. question.Links.Select(l => l.ExternalId)], id => t => t.CompanyId == id);
        if (question.Filter.Companies.Contains(null))
        {
            chosen.Add(t => t.CompanyId == null);
        }

        // A company without links has no tickets.
        return chosen.Count == 0 ? [t => false] : chosen;
    }

    /// <summary>The statuses that tickets have and that are in a chosen stage of any integration.</summary>
    private static async Task<IReadOnlyList<Expression<Func<TicketRow, bool>>>> StagesAsync(PortalContext db, TicketQuestion question, bool closed, CancellationToken ct)
    {
        var stages = question.Filter.Stages;
        var there = await TicketValues.DistinctAsync(db, "status_id", [closed], ct);
        var chosen = there.Where(id => question.Sources.Values.Any(s => stages.Contains(s.StageOf(id)))).ToList();
        var each = Each<string?>(chosen, id => t => t.StatusId == id);
        if (stages.Contains(null))
        {
            each.Add(t => t.StatusId == null);
        }

        return each.Count == 0 ? [t => false] : each;
    }
}

/// <summary>Which values a column of the tickets has, by leaps along its index instead of a walk over all tickets.</summary>
internal static class TicketValues
{
    /// <param name="column">One that has an index behind tenant and state.</param>
    public static async Task<IReadOnlyList<string>> DistinctAsync(PortalContext db, string column, IReadOnlyList<bool> states, CancellationToken ct)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (var closed in states)
        {
            const string Of = "FROM tickets WHERE tenant_id = {0} AND is_closed = {1}";
#pragma warning disable EF1002 // The column is our own text.
            found.UnionWith(await db.Database.SqlQueryRaw<string>(
                $"""
                 WITH RECURSIVE each(value) AS (
                     SELECT min({column}) {Of}
                     UNION ALL
                     SELECT (SELECT min({column}) {Of} AND {column} > each.value) FROM each WHERE each.value IS NOT NULL)
                 SELECT value AS "Value" FROM each WHERE value IS NOT NULL
                 """,
                db.TenantId,
                closed).ToListAsync(ct));
#pragma warning restore EF1002
        }

        return [.. found];
    }
}
