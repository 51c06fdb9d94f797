using System.Globalization;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Connectors.Autotask;

/// <summary>What was said about tickets: their notes, and their own description and resolution, which Autotask keeps on the ticket.</summary>
internal static class AutotaskNotes
{
    /// <summary>All notes of one ticket.</summary>
    public static async Task<ChildrenResult> ReadAsync(Session session, string ticketId, CancellationToken ct)
    {
        if (!AutotaskQuery.IsNumber(ticketId))
        {
            return new ChildrenResult([], Complete: false);
        }

        var client = new AutotaskClient(session);
        var people = await AutotaskStreams.PeopleAsync(client, ct);
        using var ticket = await AutotaskByIds.ItemAsync(client, AutotaskStreams.PlainTickets, ticketId, ct);
        if (ticket is null)
        {
            return new ChildrenResult([], Complete: false, ParentGone: true);
        }

        var texts = AutotaskMapping.OwnTexts(new JsonRow(ticket.RootElement.GetProperty("item")), people);
        return (await ReadAsync(client, [ticketId], people, ct)).Of(ticketId, [.. texts]);
    }

    /// <summary>The notes of a page's tickets, as far as they are kept; none when they cannot be read now, since tickets never wait for notes.</summary>
    /// <param name="texts">What each ticket itself says.</param>
    public static async Task<IReadOnlyList<ChildSet>> OfAsync(
        AutotaskClient client, IReadOnlyList<ExternalRecord> rows, IReadOnlyDictionary<string, IReadOnlyList<TicketNote>> texts, CancellationToken ct)
    {
        var (scope, now) = (client.Session.Scope, client.Session.Clock.GetUtcNow());
        var tickets = rows.OfType<Ticket>().Where(t => scope.Judge(t, now) == ScopeVerdict.Kept).Select(t => t.ExternalId).ToList();
        var sets = new List<ChildSet>();
        try
        {
            var people = await AutotaskStreams.PeopleAsync(client, ct);
            foreach (var batch in tickets.Chunk(AutotaskQuery.LongestList))
            {
                var read = await ReadAsync(client, batch, people, ct);
                sets.AddRange(batch.Select(id => new ChildSet(DataType.TicketNotes, id, read.Of(id, texts.GetValueOrDefault(id, [])))));
            }
        }
        catch (FaultException e) when (e.Fault is not Fault.AuthFailed)
        {
            return sets;   // The others are read one by one later, which says what is wrong.
        }

        return sets;
    }

    private static async Task<Read> ReadAsync(AutotaskClient client, string[] tickets, IReadOnlyDictionary<string, string> people, CancellationToken ct)
    {
        var read = new Read();
        var entity = new AutotaskEntity("TicketNotes", "notes of tickets", AutotaskPermissions.Notes, row =>
        {
            read.Parents[row.NeedId("id")] = row.NeedId("ticketID");
            return AutotaskMapping.Note(row, people);
        })
        {
            Complete = (rows, token) => WithAuthorsAsync(client, rows, token),
        };
        var filter = tickets.Length == 1
            ? AutotaskQuery.Is("ticketID", "eq", long.Parse(tickets[0], CultureInfo.InvariantCulture))
            : AutotaskQuery.In("ticketID", tickets);
        var pass = new AutotaskPass(client, entity, [filter], PassKind.Incremental);
        var cursor = new AutotaskCursor();
        for (var over = false; !over;)
        {
            (var page, cursor, over) = await pass.TakeAsync(cursor, ct);
            read.Add(page);
        }

        read.Whole &= cursor.Doubt is null;
        return read;
    }

    private static async Task<IReadOnlyList<ExternalRecord>> WithAuthorsAsync(AutotaskClient client, IReadOnlyList<ExternalRecord> notes, CancellationToken ct)
    {
        static string? Author(TicketNote note) => note.Extra?.GetValueOrDefault("createdByContactID");
        var contacts = await AutotaskNames.ContactsAsync(client, notes.Cast<TicketNote>().Select(Author), ct);
        return [.. notes.Cast<TicketNote>().Select(n => Author(n) is { } id && contacts.TryGetValue(id, out var contact) ? n with { AuthorName = contact.Name } : n)];
    }

    /// <summary>Notes of several tickets, before they are given to each.</summary>
    private sealed class Read
    {
        private readonly Dictionary<string, TicketNote> notes = new(StringComparer.Ordinal);
        private readonly Dictionary<string, BadRow> bad = new(StringComparer.Ordinal);

        /// <summary>Note → ticket, of good and bad ones alike.</summary>
        public Dictionary<string, string> Parents { get; } = new(StringComparer.Ordinal);

        /// <summary>Whether every note came, and its ticket is known.</summary>
        public bool Whole { get; set; } = true;

        public void Add(Page page)
        {
            foreach (var note in page.Rows.Cast<TicketNote>())
            {
                notes[note.ExternalId] = note;
            }

            foreach (var row in page.Bad)
            {
                Whole &= row.ExternalId is not null && Parents.ContainsKey(row.ExternalId);
                bad[row.ExternalId ?? ""] = row;
            }
        }

        public ChildrenResult Of(string ticket, IReadOnlyList<TicketNote> texts)
        {
            List<BadRow> unread = [.. bad.Where(b => Parents.GetValueOrDefault(b.Key) == ticket).Select(b => b.Value)];
            return new ChildrenResult([.. texts, .. notes.Values.Where(n => n.TicketId == ticket)], Whole) { Bad = unread };
        }
    }
}
