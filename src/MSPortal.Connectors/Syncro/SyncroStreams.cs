using System.Globalization;
using System.Text.Json;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Connectors.Syncro;

/// <summary>How each kind of record is read.</summary>
internal static class SyncroStreams
{
    private const int CommentsPerPage = 100;

    /// <summary>Disabled customers are hidden unless they are asked for; their tickets are not.</summary>
    private const string Everyone = "include_disabled=true";

    public static SyncroList Companies { get; } =
        new("/customers", "customers", "customer", "customers", SyncroPermissions.Companies, SyncroMapping.Company) { DetailPermission = SyncroPermissions.CompanyDetails };

    public static SyncroList Contacts { get; } =
        new("/contacts", "contacts", "contact", "contacts", SyncroPermissions.Contacts, SyncroMapping.Contact) { DetailPermission = SyncroPermissions.Contacts };

    public static SyncroList Devices { get; } =
        new("/customer_assets", "assets", "asset", "assets", SyncroPermissions.Devices, SyncroMapping.Device) { DetailPermission = SyncroPermissions.DeviceDetails };

    public static SyncroList Users { get; } =
        new("/users", "users", "user", "technicians", SyncroPermissions.Users, (_, row) => SyncroMapping.User(row)) { DetailPermission = SyncroPermissions.Users };

    public static SyncroList Tickets(SyncroClient client) =>
        new("/tickets", "tickets", "ticket", "tickets", SyncroPermissions.Tickets, (element, row) => SyncroMapping.Ticket(element, row, client.Site))
        {
            DetailPermission = SyncroPermissions.TicketDetails,
            Children = FirstComments,
        };

    /// <summary>Time on tickets; one entry cannot be read alone.</summary>
    public static SyncroList Timers { get; } =
        new("/ticket_timers", "ticket_timers", "ticket_timer", "ticket timers", SyncroPermissions.Timers, (_, row) => SyncroMapping.Timer(row)) { DetailPermission = SyncroPermissions.Timers };

    /// <summary>A sweep: there is nothing that one could ask for changes by.</summary>
    public static IAsyncEnumerable<Page> Read(SyncroClient client, SyncroList list, ReadRequest request, CancellationToken ct) =>
        SyncroPass.ReadAsync(client, list, _ => [list == Companies ? Everyone : ""], request, ct);

    public static IAsyncEnumerable<Page> ReadTickets(SyncroClient client, ReadRequest request, CancellationToken ct) =>
        SyncroPass.ReadAsync(client, Tickets(client), startedAt => TicketQueries(client.Session.Scope, request, startedAt), request, ct);

    /// <summary>
    /// Changes by their time only. A complete read takes what changed within the history, which holds every ticket that was closed
    /// in it, and what is open however old it is.
    /// </summary>
    public static IReadOnlyList<string> TicketQueries(TicketScope scope, ReadRequest request, DateTimeOffset startedAt) =>
        request is { Pass: PassKind.Incremental, Since: { } since } ? [ChangedSince(since)]
        : scope.ClosedSince(startedAt) is { } history ? [ChangedSince(history), "status=Not%20Closed"]
        : [""];

    /// <summary>A ticket by its number, which is not its id.</summary>
    public static async Task<ReadResult> FindTicketAsync(Session session, string number, CancellationToken ct)
    {
        var client = new SyncroClient(session);
        var page = await SyncroLists.PageAsync(client, Tickets(client), $"number={Uri.EscapeDataString(number)}", 1, ct);
        // Who does not know the filter sends everything.
        return page.Rows.Values.OfType<Ticket>().FirstOrDefault(t => t.Number == number) is { } found ? new ReadResult.Present(found)
            : page is { Received: 1, Bad: [var bad] } ? new ReadResult.Bad(bad.ExternalId ?? number, bad)
            : new ReadResult.Gone(number);
    }

    /// <summary>All comments of a ticket: lists of tickets bring only the first, and the parameter for more is going away.</summary>
    public static async Task<ChildrenResult> ReadCommentsAsync(Session session, string ticketId, CancellationToken ct)
    {
        if (!long.TryParse(ticketId, NumberStyles.None, CultureInfo.InvariantCulture, out _))
        {
            return new ChildrenResult([], Complete: false);
        }

        var client = new SyncroClient(session);
        var list = Comments(ticketId);
        var query = string.Create(CultureInfo.InvariantCulture, $"sort_by=created_at&sort_direction=ASC&per_page={CommentsPerPage}");
        var comments = new Dictionary<string, ExternalRecord>(StringComparer.Ordinal);
        var bad = new List<BadRow>();
        var cursor = new SyncroCursor();
        for (var over = false; !over;)
        {
            Page page;
            try
            {
                (page, cursor, over) = await SyncroPass.TakeAsync(client, list, [query], PassKind.Full, cursor, ct);
            }
            catch (FaultException e) when (e.Data.Contains(SyncroErrors.RecordNotFound))
            {
                return new ChildrenResult([], Complete: false, ParentGone: true);
            }

            bad.AddRange(page.Bad);
            foreach (var comment in page.Rows)
            {
                comments[comment.ExternalId] = comment;
            }
        }

        return new ChildrenResult(SyncroMapping.MarkDescription([.. comments.Values.Cast<TicketNote>()]), Complete: cursor.Doubt is null && bad.All(b => b.ExternalId is not null)) { Bad = bad };
    }

    /// <summary>No entry can be asked for alone: the list is read again, to its end, before one counts as gone.</summary>
    public static async Task<IReadOnlyList<ReadResult>> ReadTimersByIdsAsync(SyncroClient client, IReadOnlyList<string> ids, CancellationToken ct)
    {
        var found = new Dictionary<string, ReadResult>(StringComparer.Ordinal);
        string? doubt = null;
        await foreach (var page in Read(client, Timers, new ReadRequest(PassKind.Full, Cursor.Start, null), ct))
        {
            foreach (var row in page.Rows)
            {
                found[row.ExternalId] = new ReadResult.Present(row);
            }

            foreach (var bad in page.Bad.Where(b => b.ExternalId is not null))
            {
                found[bad.ExternalId!] = new ReadResult.Bad(bad.ExternalId!, bad);
            }

            doubt ??= page.Doubt ?? (page.Bad.Any(b => b.ExternalId is null) ? "A ticket timer cannot be read." : null);
        }

        return [.. ids.Distinct(StringComparer.Ordinal).Select(id => found.GetValueOrDefault(id) ?? (doubt is null ? new ReadResult.Gone(id) : new ReadResult.Unknown(id, doubt)))];
    }

    public static SyncroList Comments(string ticketId) =>
        new($"/tickets/{ticketId}/comments", "comments", "comment", $"comments of ticket {ticketId}", SyncroPermissions.Comments, (_, row) => SyncroMapping.Comment(row, ticketId))
        {
            DetailPermission = SyncroPermissions.Comments,
        };

    /// <summary>The description comes with its ticket, hours before all comments can be read; whether there are more, a list does not say.</summary>
    private static ChildSet? FirstComments(JsonElement ticket, string id)
    {
        if (!ticket.TryGetProperty("comments", out var comments) || comments.ValueKind != JsonValueKind.Array || comments.GetArrayLength() == 0)
        {
            return null;
        }

        var rows = comments.EnumerateArray().Select(c => SyncroLists.Read(c, (_, row) => SyncroMapping.Comment(row, id)).Record).OfType<TicketNote>().DistinctBy(n => n.ExternalId).ToList();
        return new ChildSet(DataType.TicketNotes, id, new ChildrenResult(SyncroMapping.MarkDescription(rows), Complete: false));
    }

    /// <summary>Rounded down to whole seconds: one second is read twice rather than not at all. Dates alone are understood in different ways.</summary>
    private static string ChangedSince(DateTimeOffset time) =>
        $"since_updated_at={Uri.EscapeDataString(time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture))}";
}
