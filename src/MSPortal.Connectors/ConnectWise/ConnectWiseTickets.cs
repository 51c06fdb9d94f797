using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Connectors.ConnectWise;

/// <summary>Service tickets and, for those who chose them, project tickets: two collections with one sequence of ids, read as one stream.</summary>
internal static class ConnectWiseTickets
{
    public const string ProjectOption = "project";

    public static ConnectWiseList Service(ConnectWiseClient client) =>
        new("/service/tickets", "tickets", ConnectWiseMapping.TicketFields, ConnectWisePermissions.Tickets, row => ConnectWiseMapping.Ticket(row, Url(client)));

    public static ConnectWiseList Project(ConnectWiseClient client) =>
        new("/project/tickets", "project tickets", ConnectWiseMapping.ProjectTicketFields, ConnectWisePermissions.ProjectTickets, row => ConnectWiseMapping.Ticket(row, Url(client), ProjectOption))
        {
            NoteFields = ConnectWiseMapping.ProjectNoteFields,
        };

    public static async IAsyncEnumerable<Page> ReadAsync(Session session, ReadRequest request, [EnumeratorCancellation] CancellationToken ct)
    {
        if (session.Scope.SelectsNothing)
        {
            yield return new Page([], Cursor.Start) { Complete = true };
            yield break;
        }

        var client = new ConnectWiseClient(session);
        var lists = Lists(client, session.Scope);
        var place = Place.Read(request.Cursor);
        place = place.List < lists.Count ? place : new Place();
        while (place.List < lists.Count)
        {
            var (list, isLast) = (lists[place.List], place.List == lists.Count - 1);
            var inner = request with { Cursor = new Cursor(place.Inner) };
            await foreach (var page in ConnectWisePass.ReadAsync(client, list, startedAt => Queries(session.Scope, list, request, startedAt), inner, ct))
            {
                var over = page.Complete || page.Doubt is not null;
                place = new Place { List = over ? place.List + 1 : place.List, Inner = over ? null : page.Next.Value, Doubt = place.Doubt ?? page.Doubt };
                yield return over && isLast
                    ? page with { Complete = place.Doubt is null, Doubt = place.Doubt }
                    : page with { Complete = false, Doubt = null, Next = place.Write(), Total = lists.Count == 1 ? page.Total : null };
            }
        }
    }

    /// <summary>What is no service ticket may be a project ticket: only both together say that it is gone.</summary>
    public static async Task<IReadOnlyList<ReadResult>> ReadByIdsAsync(Session session, IReadOnlyList<string> ids, CancellationToken ct)
    {
        var client = new ConnectWiseClient(session);
        var results = (await ConnectWiseByIds.ReadAsync(client, Service(client), ids, ct)).ToDictionary(r => r.ExternalId, StringComparer.Ordinal);
        var missing = results.Values.OfType<ReadResult.Gone>().Select(r => r.ExternalId).ToList();
        if (missing.Count > 0 && WithProjects(session.Scope))
        {
            foreach (var result in await ConnectWiseByIds.ReadAsync(client, Project(client), missing, ct))
            {
                results[result.ExternalId] = result;
            }
        }

        return [.. results.Values];
    }

    /// <summary>Looks among service and project tickets, whether those are chosen or not.</summary>
    public static async Task<ReadResult> FindAsync(Session session, string number, CancellationToken ct)
    {
        if (!long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out _))
        {
            return new ReadResult.Gone(number);
        }

        var client = new ConnectWiseClient(session);
        var service = (await ConnectWiseByIds.ReadAsync(client, Service(client), [number], ct))[0];
        if (service is not ReadResult.Gone)
        {
            return service;
        }

        try
        {
            var project = (await ConnectWiseByIds.ReadAsync(client, Project(client), [number], ct))[0];
            return project is ReadResult.Unknown && !WithProjects(session.Scope) ? service : project;
        }
        catch (FaultException e) when (e.Fault is Fault.PermissionMissing && !WithProjects(session.Scope))
        {
            return service; // A key that needs no project tickets need not be permitted to read them.
        }
    }

    /// <summary>All notes of a ticket; complete only when the count agrees.</summary>
    public static async Task<ChildrenResult> ReadNotesAsync(Session session, string ticketId, CancellationToken ct)
    {
        if (!long.TryParse(ticketId, NumberStyles.None, CultureInfo.InvariantCulture, out _))
        {
            return new ChildrenResult([], Complete: false);
        }

        var client = new ConnectWiseClient(session);
        foreach (var list in Lists(client, session.Scope))
        {
            if (await ReadNotesAsync(client, list, ticketId, ct) is { } notes)
            {
                return notes;
            }
        }

        return new ChildrenResult([], Complete: false, ParentGone: true);
    }

    /// <summary>Open tickets and those closed within the history on the chosen boards, without the excluded statuses.</summary>
    public static async Task<int> PreviewAsync(Session session, TicketScope scope, CancellationToken ct)
    {
        var client = new ConnectWiseClient(session);
        var excluded = scope.ExcludedStatuses.Where(s => long.TryParse(s, NumberStyles.None, CultureInfo.InvariantCulture, out _)).ToList();
        var total = 0;
        foreach (var list in Lists(client, scope))
        {
            foreach (var condition in ConnectWiseQuery.TicketPreview(scope, client.Session.Clock.GetUtcNow(), list.Path))
            {
                total += await ConnectWiseLists.CountAsync(client, list, condition, ct);
                foreach (var batch in ConnectWiseQuery.Batches(excluded, c => ConnectWiseClient.Length(list.Path + "/count", ConnectWiseQuery.Of(ConnectWiseQuery.And(condition, c), null)), "status/id"))
                {
                    total -= await ConnectWiseLists.CountAsync(client, list, ConnectWiseQuery.And(condition, ConnectWiseQuery.In("status/id", batch)), ct);
                }
            }
        }

        return Math.Max(0, total);
    }

    public static IReadOnlyList<string> Queries(TicketScope scope, ConnectWiseList list, ReadRequest request, DateTimeOffset startedAt) =>
        request.Pass == PassKind.Incremental && ConnectWiseStreams.Changes(request) is { } changes
            ? [changes]
            : ConnectWiseQuery.Tickets(scope, scope.ClosedSince(startedAt), list.Path, list.Fields, reserve: 40);

    private static bool WithProjects(TicketScope scope) => scope.Options.Contains(ProjectOption);

    private static IReadOnlyList<ConnectWiseList> Lists(ConnectWiseClient client, TicketScope scope) =>
        WithProjects(scope) ? [Service(client), Project(client)] : [Service(client)];

    private static Func<string, string> Url(ConnectWiseClient client)
    {
        var site = new UriBuilder(client.SiteAddress) { Host = ConnectWiseAddress.SiteHost(client.SiteAddress) }.Uri;
        var company = Uri.EscapeDataString(client.CompanyId);
        return id => $"{site}v4_6_release/services/system_io/router/openrecord.rails?locale=en_US&recordType=ServiceFv&recid={id}&companyName={company}";
    }

    /// <summary>Null when this collection has no such ticket.</summary>
    private static async Task<ChildrenResult?> ReadNotesAsync(ConnectWiseClient client, ConnectWiseList tickets, string ticketId, CancellationToken ct)
    {
        var discussion = new HashSet<string>(StringComparer.Ordinal);
        var list = Notes(tickets, ticketId, discussion);
        var notes = new Dictionary<string, ExternalRecord>(StringComparer.Ordinal);
        var bad = new List<BadRow>();
        var cursor = new ConnectWiseCursor();
        try
        {
            for (var over = false; !over;)
            {
                (var page, cursor, over) = await ConnectWisePass.TakeAsync(client, list, [""], PassKind.Incremental, cursor, ct);
                bad.AddRange(page.Bad);
                foreach (var note in page.Rows)
                {
                    notes[note.ExternalId] = note;
                }
            }
        }
        catch (FaultException e) when (e.Fault is Fault.VendorDown && e.Data.Contains(ConnectWiseErrors.RecordNotFound))
        {
            return null;
        }

        var marked = ConnectWiseMapping.MarkDescription([.. notes.Values.Cast<TicketNote>()], discussion);
        return new ChildrenResult(marked, Complete: cursor.Doubt is null && bad.All(b => b.ExternalId is not null)) { Bad = bad };
    }

    private static ConnectWiseList Notes(ConnectWiseList tickets, string ticketId, HashSet<string> discussion) =>
        new($"{tickets.Path}/{ticketId}/notes", $"notes of ticket {ticketId}", tickets.NoteFields, ConnectWisePermissions.Notes, row =>
        {
            var note = ConnectWiseMapping.Note(row, ticketId);
            if (row.Flag("detailDescriptionFlag") is true)
            {
                discussion.Add(note.ExternalId);
            }

            return note;
        })
        {
            HasChangeTime = false,
        };

    /// <summary>Which collection, and where in it.</summary>
    private sealed record Place
    {
        [JsonPropertyName("l")]
        public int List { get; init; }

        [JsonPropertyName("in")]
        public string? Inner { get; init; }

        [JsonPropertyName("d")]
        public string? Doubt { get; init; }

        public static Place Read(Cursor cursor) => CursorJson.Read<Place>(cursor) ?? new();

        public Cursor Write() => CursorJson.Write(this);
    }
}
