using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Web.Access;

namespace MSPortal.Web.Features.Tickets;

/// <summary>Which tickets may be seen at all, and which of them a filter asks for, as one question to the database.</summary>
internal static class TicketWhere
{
    /// <summary>Live tickets of linked companies and those without a company; a blocked company's tickets never. For single tickets.</summary>
    public static IQueryable<TicketRow> Visible(PortalContext db, Sight sight)
    {
        var (links, all) = (sight.Of(db.CompanyLinks), sight.Companies is null);
        return InReach(sight.Client, Live(db).Where(t => (t.CompanyId == null && all)
            || (links.Any(l => l.IntegrationId == t.IntegrationId && l.Partition == t.Partition && l.ExternalId == t.CompanyId)
                && !db.BlockedCompanies.Any(b => b.IntegrationId == t.IntegrationId && b.Partition == t.Partition && b.ExternalId == t.CompanyId))));
    }

    /// <summary>Of their company's tickets those that a client's person sees.</summary>
    private static IQueryable<TicketRow> InReach(ClientSight? client, IQueryable<TicketRow> tickets)
    {
        if (client is null || (client is { Reach: TicketReach.Company, Contacts.Count: > 0 }))
        {
            return tickets;
        }

        var seen = client.Contacts.GroupBy(c => (c.IntegrationId, c.Partition)).Select(OfContacts);
        return tickets.Where(Any(t => false, client.Reach == TicketReach.Location ? seen.Concat(client.Contacts.Where(c => c.Site is not null).Select(AtSite)) : seen));
    }

    private static Expression<Func<TicketRow, bool>> OfContacts(IGrouping<(long IntegrationId, string Partition), ClientContact> contacts)
    {
        var (integration, partition) = contacts.Key;
        var ids = contacts.Select(c => c.ExternalId).ToList();
        return t => t.IntegrationId == integration && t.Partition == partition && ids.Contains(t.ContactId!);
    }

    private static Expression<Func<TicketRow, bool>> AtSite(ClientContact contact)
    {
        var (integration, partition, _, company, site) = contact;
        return t => t.IntegrationId == integration && t.Partition == partition && t.CompanyId == company && t.SiteName == site;
    }

    /// <summary>Companies that were read and that nobody has linked or blocked: their tickets are held back.</summary>
    public static IQueryable<ExternalCompanyRow> WaitingCompanies(PortalContext db) =>
        db.ExternalCompanies.AsNoTracking().Where(c =>
            db.Streams.Any(s => s.IntegrationId == c.IntegrationId && s.DataType == DataType.Companies && s.Partition == c.Partition && s.LiveGeneration == c.Generation)
            && !db.CompanyLinks.Any(l => l.IntegrationId == c.IntegrationId && l.Partition == c.Partition && l.ExternalId == c.ExternalId)
            && !db.BlockedCompanies.Any(b => b.IntegrationId == c.IntegrationId && b.Partition == c.Partition && b.ExternalId == c.ExternalId));

    public static IQueryable<TicketRow> Live(PortalContext db) => db.Live<TicketRow>(DataType.Tickets);

    /// <summary>Of these tickets those that may be seen and that the filter asks for, but for open and closed.</summary>
    public static IQueryable<TicketRow> Matching(TicketQuestion question, IQueryable<TicketRow> from)
    {
        var filter = question.Filter;
        var tickets = Times(InReach(question.Client, from.Where(Any(t => false, question.Live.Select(Seen)))), filter);
        if (filter.Statuses.Count > 0)
        {
            tickets = tickets.Where(t => filter.Statuses.Contains(t.StatusName!));
        }

        if (filter.Stages.Count > 0)
        {
            tickets = tickets.Where(InStage(filter.Stages, question.Sources.Values));
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
            var ids = question.Sources.Values.Where(s => filter.Providers.Contains(s.Provider, StringComparer.OrdinalIgnoreCase)).Select(s => s.Id).ToList();
            tickets = tickets.Where(t => ids.Contains(t.IntegrationId));
        }

        return filter.Companies.Count == 0 ? tickets : tickets.Where(OfCompanies(filter.Companies.Contains(null), question.Links));
    }

    /// <summary>“No company” is the empty id among those that are shown: as one question it is no temptation to go through the tickets company by company.</summary>
    private static Expression<Func<TicketRow, bool>> Seen(LiveTickets copy)
    {
        var (integration, partition, generation, companies, withoutCompany) = copy;
        List<string> shown = withoutCompany ? [.. companies, ""] : [.. companies];
        return t => t.IntegrationId == integration && t.Partition == partition && t.Generation == generation && EF.Parameter(shown).Contains(t.CompanyId ?? "");
    }

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

    /// <summary>By the vendors' ids, for which there is an index; whether a ticket is seen is asked of the links as they are then.</summary>
    private static Expression<Func<TicketRow, bool>> OfCompanies(bool none, IReadOnlyList<CompanyLink> links) => Any(
        t => none && t.CompanyId == null,
        links.GroupBy(l => (l.IntegrationId, l.Partition)).Select(group =>
        {
            var (integration, partition) = group.Key;
            var ids = group.Select(l => l.ExternalId).ToList();
            return (Expression<Func<TicketRow, bool>>)(t => t.IntegrationId == integration && t.Partition == partition && ids.Contains(t.CompanyId!));
        }));

    /// <summary>Stages are each integration's own, so the question is one alternative per integration.</summary>
    private static Expression<Func<TicketRow, bool>> InStage(IReadOnlyList<TicketStage?> stages, IEnumerable<TicketSource> sources) => Any(
        t => false,
        sources.SelectMany(source =>
        {
            var id = source.Id;
            var inside = source.Scope.Stages.Where(s => stages.Contains(s.Value)).Select(s => s.Key).ToList();
            var known = source.Scope.Stages.Keys.ToList();
            var alternatives = new List<Expression<Func<TicketRow, bool>>> { t => t.IntegrationId == id && inside.Contains(t.StatusId!) };
            if (stages.Contains(null))
            {
                alternatives.Add(t => t.IntegrationId == id && (t.StatusId == null || !known.Contains(t.StatusId)));
            }

            return alternatives;
        }));

    private static Expression<Func<TicketRow, bool>> Any(Expression<Func<TicketRow, bool>> first, IEnumerable<Expression<Func<TicketRow, bool>>> others)
    {
        var ticket = first.Parameters[0];
        return Expression.Lambda<Func<TicketRow, bool>>(others.Aggregate(first.Body, (any, one) => Expression.OrElse(any, With(one, ticket))), ticket);
    }

    private static Expression With(Expression<Func<TicketRow, bool>> expression, ParameterExpression parameter) =>
        new Replacement(expression.Parameters[0], parameter).Visit(expression.Body);

    private sealed class Replacement(ParameterExpression old, ParameterExpression replacement) : ExpressionVisitor
    {
        protected override Expression VisitParameter(ParameterExpression node) => node == old ? replacement : node;
    }
}
