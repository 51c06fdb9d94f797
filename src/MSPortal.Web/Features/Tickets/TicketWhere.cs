using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Storage;
using MSPortal.Storage.Model;

namespace MSPortal.Web.Features.Tickets;

/// <summary>Which tickets may be seen at all, and which of them a filter asks for, as one question to the database.</summary>
internal static class TicketWhere
{
    /// <summary>Live tickets of linked companies and those without a company; a blocked company's tickets never.</summary>
    public static IQueryable<TicketRow> Visible(PortalContext db, string? search = null) =>
        Live(db, TicketSearch.Matching(db, search).AsNoTracking()).Where(t => t.CompanyId == null
            || (db.CompanyLinks.Any(l => l.IntegrationId == t.IntegrationId && l.Partition == t.Partition && l.ExternalId == t.CompanyId)
                && !db.BlockedCompanies.Any(b => b.IntegrationId == t.IntegrationId && b.Partition == t.Partition && b.ExternalId == t.CompanyId)));

    /// <summary>Those of a company that is known here and that nobody has linked or blocked.</summary>
    public static IQueryable<TicketRow> Waiting(PortalContext db) =>
        Live(db, db.Tickets.AsNoTracking()).Where(t => t.CompanyId != null
            && !db.CompanyLinks.Any(l => l.IntegrationId == t.IntegrationId && l.Partition == t.Partition && l.ExternalId == t.CompanyId)
            && !db.BlockedCompanies.Any(b => b.IntegrationId == t.IntegrationId && b.Partition == t.Partition && b.ExternalId == t.CompanyId)
            && db.ExternalCompanies.Any(c => c.IntegrationId == t.IntegrationId && c.Partition == t.Partition && c.ExternalId == t.CompanyId
                && db.Streams.Any(s => s.IntegrationId == c.IntegrationId && s.DataType == DataType.Companies && s.Partition == c.Partition && s.LiveGeneration == c.Generation)));

    public static IQueryable<TicketRow> Matching(PortalContext db, TicketFilter filter, IReadOnlyDictionary<long, TicketSource> sources)
    {
        var tickets = Visible(db, filter.Search);
        tickets = filter.State switch
        {
            TicketState.Open => tickets.Where(t => !t.IsClosed),
            TicketState.Closed => tickets.Where(t => t.IsClosed),
            _ => tickets,
        };
        tickets = Times(tickets, filter);
        if (filter.Statuses.Count > 0)
        {
            tickets = tickets.Where(t => filter.Statuses.Contains(t.StatusName!));
        }

        if (filter.Stages.Count > 0)
        {
            tickets = tickets.Where(InStage(filter.Stages, sources.Values));
        }

        if (filter.Priorities.Count > 0)
        {
            tickets = tickets.Where(t => filter.Priorities.Contains(t.Priority));
        }

        if (filter.Containers.Count > 0)
        {
            tickets = tickets.Where(t => filter.Containers.Contains(t.ContainerName!));
        }

        if (filter.Assignees.Count > 0)
        {
            tickets = tickets.Where(t => filter.Assignees.Contains(t.OwnerName));
        }

        if (filter.Integrations.Count > 0)
        {
            tickets = tickets.Where(t => filter.Integrations.Contains(t.IntegrationId));
        }

        if (filter.Providers.Count > 0)
        {
            var ids = sources.Values.Where(s => filter.Providers.Contains(s.Provider, StringComparer.OrdinalIgnoreCase)).Select(s => s.Id).ToList();
            tickets = tickets.Where(t => ids.Contains(t.IntegrationId));
        }

        return filter.Companies.Count == 0 ? tickets : OfCompanies(db, tickets, filter.Companies);
    }

    private static IQueryable<TicketRow> Live(PortalContext db, IQueryable<TicketRow> tickets) =>
        tickets.Where(t => db.Streams.Any(s =>
            s.IntegrationId == t.IntegrationId && s.DataType == DataType.Tickets && s.Partition == t.Partition && s.LiveGeneration == t.Generation));

    private static IQueryable<TicketRow> Times(IQueryable<TicketRow> tickets, TicketFilter filter)
    {
        if (filter.UpdatedFrom is { } updatedFrom)
        {
            tickets = tickets.Where(t => t.VendorUpdatedAt >= updatedFrom);
        }

        if (filter.UpdatedBefore is { } updatedBefore)
        {
            tickets = tickets.Where(t => t.VendorUpdatedAt < updatedBefore);
        }

        if (filter.OpenedFrom is { } openedFrom)
        {
            tickets = tickets.Where(t => t.OpenedAt >= openedFrom);
        }

        return filter.OpenedBefore is { } openedBefore ? tickets.Where(t => t.OpenedAt < openedBefore) : tickets;
    }

    private static IQueryable<TicketRow> OfCompanies(PortalContext db, IQueryable<TicketRow> tickets, IReadOnlyList<Guid?> companies)
    {
        var none = companies.Contains(null);
        var ids = companies.OfType<Guid>().ToList();
        return tickets.Where(t => (none && t.CompanyId == null)
            || db.CompanyLinks.Any(l => l.IntegrationId == t.IntegrationId && l.Partition == t.Partition && l.ExternalId == t.CompanyId && ids.Contains(l.CompanyId)));
    }

    /// <summary>Stages are each integration's own, so the question is one alternative per integration.</summary>
    private static Expression<Func<TicketRow, bool>> InStage(IReadOnlyList<TicketStage?> stages, IEnumerable<TicketSource> sources)
    {
        Expression<Func<TicketRow, bool>> any = t => false;
        var ticket = any.Parameters[0];
        var body = any.Body;
        foreach (var source in sources)
        {
            var id = source.Id;
            var inside = source.Scope.Stages.Where(s => stages.Contains(s.Value)).Select(s => s.Key).ToList();
            Expression<Func<TicketRow, bool>> one = t => t.IntegrationId == id && inside.Contains(t.StatusId!);
            body = Expression.OrElse(body, With(one, ticket));
            if (stages.Contains(null))
            {
                var known = source.Scope.Stages.Keys.ToList();
                Expression<Func<TicketRow, bool>> without = t => t.IntegrationId == id && (t.StatusId == null || !known.Contains(t.StatusId));
                body = Expression.OrElse(body, With(without, ticket));
            }
        }

        return Expression.Lambda<Func<TicketRow, bool>>(body, ticket);
    }

    private static Expression With(Expression<Func<TicketRow, bool>> expression, ParameterExpression parameter) =>
        new Replacement(expression.Parameters[0], parameter).Visit(expression.Body);

    private sealed class Replacement(ParameterExpression old, ParameterExpression replacement) : ExpressionVisitor
    {
        protected override Expression VisitParameter(ParameterExpression node) => node == old ? replacement : node;
    }
}
