using System.Runtime.CompilerServices;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Connectors.Autotask;

/// <summary>How each kind of record is read.</summary>
internal static class AutotaskStreams
{
    /// <summary>Neither costs nor private things: no home address, no gender, no hire date.</summary>
    private static readonly string[] ResourceFields = ["id", "email", "firstName", "isActive", "lastName", "licenseType", "title", "userName"];

    private static readonly string[] TimeEntryFields =
        ["id", "billingCodeID", "dateWorked", "endDateTime", "hoursWorked", "internalNotes", "isNonBillable", "lastModifiedDateTime", "resourceID", "startDateTime", "summaryNotes", "ticketID"];

    /// <summary>For questions that bring no rows to map.</summary>
    public static AutotaskEntity PlainTickets { get; } = new("Tickets", "tickets", AutotaskPermissions.Tickets, _ => throw new InvalidOperationException("Nothing is mapped here."));

    public static Task<AutotaskEntity> TicketsAsync(AutotaskClient client, CancellationToken ct) => TicketsAsync(client, null, ct);

    /// <param name="texts">Takes what each ticket itself says, by its id.</param>
    public static async Task<AutotaskEntity> TicketsAsync(AutotaskClient client, Dictionary<string, IReadOnlyList<TicketNote>>? texts, CancellationToken ct)
    {
        var zone = await client.ZoneAsync(ct);
        var people = await PeopleAsync(client, ct);
        var sites = await AutotaskPlaces.OfAsync(client, ct);
        var lists = await AutotaskNames.PicklistsAsync(client, "Tickets", AutotaskPermissions.Reference, ct);
        return new AutotaskEntity("Tickets", "tickets", AutotaskPermissions.Tickets, row =>
        {
            var ticket = AutotaskMapping.Ticket(row, lists, people, sites, zone.TicketUrl);
            texts?[ticket.ExternalId] = [.. AutotaskMapping.OwnTexts(row, people)];
            return ticket;
        })
        {
            ChangedBy = ["lastActivityDate", "lastTrackedModificationDateTime"],
            Relearn = async token =>
            {
                var newer = await AutotaskNames.RelearnAsync(client, "Tickets", lists, AutotaskPermissions.Reference, token);
                lists = newer ?? lists;
                return newer is not null;
            },
            Complete = (rows, token) => WithContactsAsync(client, rows, token),
        };
    }

    public static async Task<AutotaskEntity> CompaniesAsync(AutotaskClient client, CancellationToken ct)
    {
        var lists = await AutotaskNames.PicklistsAsync(client, "Companies", AutotaskPermissions.Companies, ct);
        var countries = await AutotaskNames.TableAsync(client, "Countries", AutotaskPermissions.Companies, ["displayName"], row => row.Text("displayName"), ct);
        return new AutotaskEntity("Companies", "companies", AutotaskPermissions.Companies, row => AutotaskMapping.Company(row, lists, countries))
        {
            ChangedBy = ["lastActivityDate", "lastTrackedModifiedDateTime"],
            LeastId = 0,   // The MSP's own company.
        };
    }

    public static async Task<AutotaskEntity> ContactsAsync(AutotaskClient client, CancellationToken ct)
    {
        var sites = await AutotaskPlaces.OfAsync(client, ct);
        return new AutotaskEntity("Contacts", "contacts", AutotaskPermissions.Contacts, row => AutotaskMapping.Contact(row, sites)) { ChangedBy = ["lastActivityDate", "lastModifiedDate"] };
    }

    public static async Task<AutotaskEntity> ResourcesAsync(AutotaskClient client, CancellationToken ct)
    {
        var lists = await AutotaskNames.PicklistsAsync(client, "Resources", AutotaskPermissions.Users, ct);
        return new AutotaskEntity("Resources", "resources", AutotaskPermissions.Users, row => AutotaskMapping.Resource(row, lists)) { Fields = ResourceFields };
    }

    public static async Task<AutotaskEntity> DevicesAsync(AutotaskClient client, CancellationToken ct)
    {
        var lists = await AutotaskNames.PicklistsAsync(client, "ConfigurationItems", AutotaskPermissions.Devices, ct);
        var types = await AutotaskNames.TableAsync(client, "ConfigurationItemTypes", AutotaskPermissions.Devices, ["name"], row => row.Text("name"), ct);
        var sites = await AutotaskPlaces.OfAsync(client, ct);
        return new AutotaskEntity("ConfigurationItems", "configuration items", AutotaskPermissions.Devices, row => AutotaskMapping.Device(row, lists, types, sites)) { ChangedBy = ["lastModifiedTime"] };
    }

    /// <summary>Everything, or what changed since; the change time is the only filter, so that rows leaving a scope are seen to leave it.</summary>
    public static async IAsyncEnumerable<Page> Read(
        Session session, Func<AutotaskClient, CancellationToken, Task<AutotaskEntity>> entity, ReadRequest request, [EnumeratorCancellation] CancellationToken ct)
    {
        var client = new AutotaskClient(session);
        var known = await entity(client, ct);
        await foreach (var page in AutotaskPass.ReadAsync(client, known, _ => Changes(known, request), request, ct))
        {
            yield return page;
        }
    }

    public static async Task<AutotaskEntity> TimeEntriesAsync(AutotaskClient client, CancellationToken ct)
    {
        var people = await PeopleAsync(client, ct);
        var works = await AutotaskNames.TableAsync(client, "BillingCodes", AutotaskPermissions.TimeEntries, ["name"], row => row.Text("name"), ct);
        return new AutotaskEntity("TimeEntries", "time entries", AutotaskPermissions.TimeEntries, row => AutotaskMapping.TimeEntry(row, people, works))
        {
            ChangedBy = ["lastModifiedDateTime"],
            Fields = TimeEntryFields,
            Condition = AutotaskQuery.Exists("ticketID"),   // What the staff does besides (leave, meetings) is nobody's business here.
        };
    }

    /// <summary>Tickets with their notes: asked for together, since one call per ticket would be most of the budget.</summary>
    public static async IAsyncEnumerable<Page> ReadTickets(Session session, ReadRequest request, [EnumeratorCancellation] CancellationToken ct)
    {
        if (session.Scope.SelectsNothing)
        {
            yield return new Page([], Cursor.Start) { Complete = true };
            yield break;
        }

        var client = new AutotaskClient(session);
        var texts = new Dictionary<string, IReadOnlyList<TicketNote>>(StringComparer.Ordinal);
        var tickets = await TicketsAsync(client, texts, ct);
        await foreach (var page in AutotaskPass.ReadAsync(client, tickets, at => request is { Pass: PassKind.Incremental, Since: not null } ? Changes(tickets, request) : InScope(session.Scope, at), request, ct))
        {
            yield return page with { Children = await AutotaskNotes.OfAsync(client, page.Rows, texts, ct) };
            texts.Clear();
        }
    }

    public static async Task<IReadOnlyList<ReadResult>> ReadByIdsAsync(
        Session session, Func<AutotaskClient, CancellationToken, Task<AutotaskEntity>> entity, IReadOnlyList<string> ids, CancellationToken ct)
    {
        var client = new AutotaskClient(session);
        return await AutotaskByIds.ReadAsync(client, await entity(client, ct), ids, ct);
    }

    /// <summary>Open tickets and those completed within the history, in the chosen queues.</summary>
    public static IReadOnlyList<string> InScope(TicketScope scope, DateTimeOffset now)
    {
        var filters = new List<string>();
        if (scope.ClosedSince(now) is { } since)
        {
            // A completed ticket without a date counts by its last change, so changed ones come along; the engine keeps what belongs.
            filters.Add(AutotaskQuery.Or(
                AutotaskQuery.Is("status", "noteq", 5),
                AutotaskQuery.Is("completedDate", "gte", since),
                AutotaskQuery.ChangedSince(["lastActivityDate", "lastTrackedModificationDateTime"], since)));
        }

        if (Queues(scope) is { } queues)
        {
            filters.Add(queues);
        }

        return filters;
    }

    /// <summary>What a choice brings in, for Autotask to count; null when the choice is too long to be asked.</summary>
    public static IReadOnlyList<string>? Preview(TicketScope scope, DateTimeOffset now)
    {
        var filters = new List<string>();
        if (scope.ClosedSince(now) is { } since)
        {
            filters.Add(AutotaskQuery.Or(AutotaskQuery.Is("status", "noteq", 5), AutotaskQuery.Is("completedDate", "gte", since)));
        }

        var excluded = scope.ExcludedStatuses.Where(AutotaskQuery.IsNumber).ToList();
        if (excluded.Count > 0)
        {
            filters.Add(AutotaskQuery.In("status", excluded, "notIn"));
        }

        var groups = scope.ExcludedGroups.Where(AutotaskQuery.IsNumber).ToList();
        if (groups.Count > 0)
        {
            filters.Add(AutotaskQuery.In("ticketCategory", groups, "notIn"));
        }

        if (scope.Containers is null)
        {
            return filters;
        }

        return excluded.Count + groups.Count > AutotaskQuery.LongestList || Queues(scope) is not { } queues ? null : [.. filters, queues];
    }

    /// <summary>Null when there are too many for one filter: then all are read, and the engine keeps what belongs.</summary>
    public static string? Queues(TicketScope scope)
    {
        var queues = (scope.Containers ?? []).Where(AutotaskQuery.IsNumber).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        var none = queues.Remove(AutotaskMapping.NoQueue) ? AutotaskQuery.Exists("queueID", false) : null;
        return queues.Count > AutotaskQuery.LongestList ? null
            : queues.Count == 0 ? none
            : none is null ? AutotaskQuery.In("queueID", queues)
            : AutotaskQuery.Or(AutotaskQuery.In("queueID", queues), none);
    }

    private static IReadOnlyList<string> Changes(AutotaskEntity entity, ReadRequest request) =>
        request is { Pass: PassKind.Incremental, Since: { } since } ? [AutotaskQuery.ChangedSince(entity.ChangedBy, since)] : [];

    public static Task<IReadOnlyDictionary<string, string>> PeopleAsync(AutotaskClient client, CancellationToken ct) =>
        AutotaskNames.TableAsync(client, "Resources", AutotaskPermissions.Users, ["firstName", "lastName"], AutotaskNames.FullName, ct);

    private static async Task<IReadOnlyList<ExternalRecord>> WithContactsAsync(AutotaskClient client, IReadOnlyList<ExternalRecord> tickets, CancellationToken ct)
    {
        var contacts = await AutotaskNames.ContactsAsync(client, tickets.Cast<Ticket>().Select(t => t.ContactId), ct);
        return [.. tickets.Cast<Ticket>().Select(t => t.ContactId is { } id && contacts.TryGetValue(id, out var contact) ? t with { ContactName = contact.Name, ContactEmail = contact.Email } : t)];
    }
}
