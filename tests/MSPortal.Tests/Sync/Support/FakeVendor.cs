using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Time.Testing;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Tests.Sync.Support;

/// <summary>A vendor held in memory, with a clock and faults of its own: pages by id, changes by time, single records by id.</summary>
internal sealed class FakeVendor(FakeTimeProvider clock) : IConnector
{
    private readonly Dictionary<PassKind, DateTimeOffset> marksBegun = [];

    private static readonly TicketSettingsShape Boards = new("Boards", "board");

    /// <summary>How far the vendor's clock is ahead of ours.</summary>
    public TimeSpan Skew { get; set; }

    public int PageSize { get; set; } = 10;

    /// <summary>Every call, such as <c>tickets full 20</c> (rows after id 20), <c>tickets ids 3,4</c>, <c>notes of 7</c>, <c>test</c>.</summary>
    public List<string> Calls { get; } = [];

    /// <summary>From when on changes were asked for, by the call.</summary>
    public List<DateTimeOffset> Since { get; } = [];

    /// <summary>Runs before a call is answered; may change the vendor, throw a fault, or never answer.</summary>
    public Func<string, CancellationToken, Task>? Before { get; set; }

    /// <summary>May change a page before it is given out.</summary>
    public Func<string, Page, Page>? Rewrite { get; set; }

    /// <summary>May change the notes of a ticket before they are given out.</summary>
    public Func<string, ChildrenResult, ChildrenResult>? RewriteNotes { get; set; }

    /// <summary>May change what single reads say.</summary>
    public Func<ReadResult, ReadResult>? RewriteResult { get; set; }

    public SortedDictionary<int, Entry> Companies { get; } = [];

    public SortedDictionary<int, Entry> Users { get; } = [];

    public SortedDictionary<int, Entry> Tickets { get; } = [];

    public SortedDictionary<int, Entry> Devices { get; } = [];

    public SortedDictionary<int, Entry> TimeEntries { get; } = [];

    /// <summary>Whether it has time entries at all.</summary>
    public bool KeepsTime { get; set; }

    /// <summary>See <see cref="StreamDefinition.FollowsParentTime"/>.</summary>
    public bool NotesFollowTime { get; set; }

    /// <summary>See <see cref="StreamDefinition.IsFleeting"/>.</summary>
    public bool TicketsAreFleeting { get; set; }

    /// <summary>See <see cref="StreamDefinition.FollowsBookmark"/>; of tickets.</summary>
    public bool FollowsBookmark { get; set; }

    /// <summary>Older bookmarks are not known any more.</summary>
    public DateTimeOffset KnowsBookmarksSince { get; set; }

    /// <summary>When the vendor says that a ticket went; told among the changes only.</summary>
    public SortedDictionary<int, DateTimeOffset> Removed { get; } = [];

    public Dictionary<string, SortedDictionary<int, TicketNote>> Notes { get; } = [];

    public TestReport Report { get; set; } = new() { Account = new AccountIdentity("acc", "Contoso") };

    public DateTimeOffset Now => clock.GetUtcNow() + Skew;

    public ConnectorInfo Info => new("fake", "Fake PSA", ProviderCategory.Psa, "F", "#000000", "fake") { Summary = "" };

    public SettingsSchema Settings => SettingsSchema.Of<Form>();

    public IReadOnlyList<RateLimit> Limits => [];

    public TicketSettingsShape? TicketSettings => Boards;

    public WebhookSupport? Webhooks { get; set; }

    public IReadOnlyList<StreamDefinition> Streams =>
    [
        Stream(DataType.Companies, Companies) with { Interval = TimeSpan.FromHours(1), Required = true },
        Stream(DataType.Users, Users) with { Interval = TimeSpan.FromHours(4), CanReadChanges = false },
        Stream(DataType.Tickets, Tickets) with { Needs = [DataType.Companies], Required = true, IsFleeting = TicketsAreFleeting, FollowsBookmark = FollowsBookmark },
        Stream(DataType.TicketNotes, []) with { Read = null, ReadByIds = null, Parent = DataType.Tickets, Needs = [DataType.Tickets], ReadChildren = ReadNotesAsync, FollowsParentTime = NotesFollowTime },
        Stream(DataType.Devices, Devices) with { Interval = TimeSpan.FromHours(4), ReadByIds = null },
        .. KeepsTime ? [Stream(DataType.TimeEntries, TimeEntries)] : Array.Empty<StreamDefinition>(),
    ];

    public Ticket AddTicket(int id, string summary = "", string board = "1") => (Ticket)Put(Tickets, id, new Ticket
    {
        ExternalId = Text(id), Number = Text(id), Summary = summary.Length > 0 ? summary : $"Ticket {id}", ContainerId = board, StatusId = "1", CompanyId = "1",
    });

    public void AddTickets(int count)
    {
        for (var id = 1; id <= count; id++)
        {
            AddTicket(id);
        }
    }

    public void AddCompany(int id, string? name = null) => Put(Companies, id, new ExternalCompany { ExternalId = Text(id), Name = name ?? $"Company {id}" });

    public void AddUser(int id) => Put(Users, id, new ExternalUser { ExternalId = Text(id), LastName = $"User {id}" });

    public void AddDevice(int id) => Put(Devices, id, new ExternalDevice { ExternalId = Text(id), Name = $"Device {id}" });

    public void AddTime(int id, int? ticket, decimal hours) => Put(TimeEntries, id, new TimeEntry
    {
        ExternalId = Text(id), TicketId = ticket is { } of ? Text(of) : null, UserName = "Kim", StartedAt = Now.AddHours(-1), EndedAt = Now, Hours = hours, Billable = true, WorkType = "Remote", Notes = $"Entry {id}",
    });

    public void AddNote(int ticket, int id, string text) =>
        (Notes.TryGetValue(Text(ticket), out var notes) ? notes : Notes[Text(ticket)] = [])[id] =
            new TicketNote { ExternalId = Text(id), TicketId = Text(ticket), Text = text };

    /// <param name="isTold">Whether the changes tell of it.</param>
    public void RemoveTicket(int id, bool isTold = true)
    {
        Tickets.Remove(id);
        if (isTold)
        {
            Removed[id] = Now;
        }
    }

    /// <param name="moves">Whether the vendor's change date moves along, as it does not for some changes.</param>
    public void Change(int id, Func<Ticket, Ticket> change, bool moves = true)
    {
        var old = Tickets[id];
        var changed = change((Ticket)old.Record);
        Tickets[id] = moves ? new Entry(changed with { VendorUpdatedAt = Now }, Now) : new Entry(changed, old.ChangedAt);
    }

    public IReadOnlyDictionary<string, ExternalRecord> Expected(DataType type) => type switch
    {
        DataType.TicketNotes => Notes.SelectMany(n => n.Value.Values).ToDictionary(n => n.ExternalId, n => (ExternalRecord)n),
        _ => Table(type).Values.ToDictionary(e => e.Record.ExternalId, e => e.Record),
    };

    public async Task<TestReport> TestAsync(Session session, CancellationToken ct)
    {
        await CallAsync("test", ct);
        return Report;
    }

    public Task<int?> PreviewTicketsAsync(Session session, TicketScope scope, CancellationToken ct) => Task.FromResult<int?>(Tickets.Count);

    private static string Text(int id) => id.ToString(CultureInfo.InvariantCulture);

    private SortedDictionary<int, Entry> Table(DataType type) => type switch
    {
        DataType.Companies => Companies,
        DataType.Users => Users,
        DataType.Tickets => Tickets,
        DataType.TimeEntries => TimeEntries,
        _ => Devices,
    };

    private ExternalRecord Put(SortedDictionary<int, Entry> table, int id, ExternalRecord record)
    {
        table[id] = new Entry(record with { VendorUpdatedAt = Now }, Now);
        return table[id].Record;
    }

    private StreamDefinition Stream(DataType type, SortedDictionary<int, Entry> table) => new()
    {
        DataType = type,
        Label = type.Label(),
        Interval = TimeSpan.FromMinutes(5),
        Permission = new VendorPermission(type.Label(), $"{type.Label()} inquire", "Security roles"),
        Read = (_, request, ct) => ReadAsync(type, table, request, ct),
        ReadByIds = (_, ids, ct) => ReadByIdsAsync(type, table, ids, ct),
    };

    private async IAsyncEnumerable<Page> ReadAsync(
        DataType type, SortedDictionary<int, Entry> table, ReadRequest request, [EnumeratorCancellation] CancellationToken ct)
    {
        var after = request.Cursor.Value is { } value ? int.Parse(value, CultureInfo.InvariantCulture) : 0;
        var marks = FollowsBookmark && type == DataType.Tickets;
        var mark = request.Cursor.IsStart ? marksBegun[request.Pass] = Now : marksBegun.GetValueOrDefault(request.Pass);
        if (marks && request.Pass == PassKind.Incremental)
        {
            var from = new DateTimeOffset(long.Parse(request.Bookmark ?? "0", CultureInfo.InvariantCulture), TimeSpan.Zero);
            request = request with { Since = from };
            if (from < KnowsBookmarksSince)
            {
                await CallAsync("tickets lost", ct);
                yield return new Page([], Cursor.Start) { StartOver = "The bookmark is not known any more." };
                yield break;
            }
        }

        for (var complete = false; !complete;)
        {
            var call = $"{type.Slug()} {(request.Pass == PassKind.Full ? "full" : "changes")} {after}";
            var time = Now;
            if (request.Since is { } since)
            {
                Since.Add(since);
            }

            await CallAsync(call, ct);
            var rest = table.Where(e => e.Key > after && !(e.Value.ChangedAt < request.Since)).ToList();
            var rows = rest.Take(PageSize).ToList();
            complete = rest.Count <= PageSize;
            after = rows.Count > 0 ? rows[^1].Key : after;
            var page = new Page([.. rows.Select(r => r.Value.Record)], new Cursor(Text(after))) { Complete = complete, VendorTime = time, Total = table.Count };
            if (marks && complete)
            {
                page = page with
                {
                    Bookmark = mark.Ticks.ToString(CultureInfo.InvariantCulture),
                    Deleted = request.Pass == PassKind.Full ? [] : [.. Removed.Where(r => r.Value >= request.Since).Select(r => Text(r.Key))],
                };
            }

            yield return Rewrite?.Invoke(call, page) ?? page;
        }
    }

    private async Task<IReadOnlyList<ReadResult>> ReadByIdsAsync(
        DataType type, SortedDictionary<int, Entry> table, IReadOnlyList<string> ids, CancellationToken ct)
    {
        await CallAsync($"{type.Slug()} ids {string.Join(',', ids)}", ct);
        var results = ids.Select(ReadResult (id) => table.TryGetValue(int.Parse(id, CultureInfo.InvariantCulture), out var entry)
            ? new ReadResult.Present(entry.Record)
            : new ReadResult.Gone(id));
        return [.. results.Select(r => RewriteResult?.Invoke(r) ?? r)];
    }

    private async Task<ChildrenResult> ReadNotesAsync(Session session, string ticket, CancellationToken ct)
    {
        await CallAsync($"notes of {ticket}", ct);
        if (!Tickets.ContainsKey(int.Parse(ticket, CultureInfo.InvariantCulture)))
        {
            return new ChildrenResult([], ParentGone: true);
        }

        var notes = new ChildrenResult([.. Notes.GetValueOrDefault(ticket, []).Values]);
        return RewriteNotes?.Invoke(ticket, notes) ?? notes;
    }

    private async Task CallAsync(string call, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        Calls.Add(call);
        if (Before is { } before)
        {
            await before(call, ct);
        }
    }

    /// <param name="ChangedAt">What the vendor goes by when asked for changes.</param>
    internal sealed record Entry(ExternalRecord Record, DateTimeOffset ChangedAt);

    private sealed record Form
    {
        [Secret]
        public string Key { get; set; } = "";
    }
}
