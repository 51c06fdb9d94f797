using System.Globalization;
using System.Runtime.CompilerServices;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Connectors.ConnectWise;

/// <summary>How each kind of record is read.</summary>
internal static class ConnectWiseStreams
{
    private const string InactiveMemory = "connectwise.inactive-company-statuses";
    private static readonly TimeSpan InactiveFresh = TimeSpan.FromHours(1);

    public static ConnectWiseList Contacts { get; } =
        new("/company/contacts", "contacts", ConnectWiseMapping.ContactFields, ConnectWisePermissions.Contacts, ConnectWiseMapping.Contact);

    public static ConnectWiseList Members { get; } =
        new("/system/members", "members", ConnectWiseMapping.MemberFields, ConnectWisePermissions.Users, ConnectWiseMapping.Member);

    public static ConnectWiseList Devices { get; } =
        new("/company/configurations", "configurations", ConnectWiseMapping.DeviceFields, ConnectWisePermissions.Devices, ConnectWiseMapping.Device);

    public static ConnectWiseList Tickets(ConnectWiseClient client)
    {
        var site = new UriBuilder(client.SiteAddress) { Host = ConnectWiseAddress.SiteHost(client.SiteAddress) }.Uri;
        var company = Uri.EscapeDataString(client.CompanyId);
        return new("/service/tickets", "tickets", ConnectWiseMapping.TicketFields, ConnectWisePermissions.Tickets, row => ConnectWiseMapping.Ticket(row, id =>
            $"{site}v4_6_release/services/system_io/router/openrecord.rails?locale=en_US&recordType=ServiceFv&recid={id}&companyName={company}"));
    }

    /// <summary>A company is inactive by its status, and only the list of statuses says which ones are.</summary>
    public static async Task<ConnectWiseList> CompaniesAsync(ConnectWiseClient client, CancellationToken ct)
    {
        var inactive = await InactiveStatusesAsync(client, ct);
        return Companies((id, name) => inactive is null
            ? name is not null && (name.Equals("Inactive", StringComparison.OrdinalIgnoreCase) || name.Equals("Not-Active", StringComparison.OrdinalIgnoreCase))
            : id is not null && inactive.Contains(id));
    }

    public static ConnectWiseList Companies(Func<string?, string?, bool> isInactiveStatus) =>
        new("/company/companies", "companies", ConnectWiseMapping.CompanyFields, ConnectWisePermissions.Companies, row => ConnectWiseMapping.Company(row, isInactiveStatus));

    /// <summary>Everything, or what changed since; the change time is the only filter, so that rows leaving a scope are seen to leave it.</summary>
    public static IAsyncEnumerable<Page> Read(ConnectWiseClient client, ConnectWiseList list, ReadRequest request, CancellationToken ct) =>
        ConnectWisePass.ReadAsync(client, list, _ => [Changes(request) ?? ""], request, ct);

    public static async IAsyncEnumerable<Page> ReadCompanies(Session session, ReadRequest request, [EnumeratorCancellation] CancellationToken ct)
    {
        var client = new ConnectWiseClient(session);
        await foreach (var page in Read(client, await CompaniesAsync(client, ct), request, ct))
        {
            yield return page;
        }
    }

    public static async IAsyncEnumerable<Page> ReadTickets(Session session, ReadRequest request, [EnumeratorCancellation] CancellationToken ct)
    {
        if (session.Scope.SelectsNothing)
        {
            yield return new Page([], Cursor.Start) { Complete = true };
            yield break;
        }

        var client = new ConnectWiseClient(session);
        await foreach (var page in ConnectWisePass.ReadAsync(client, Tickets(client), startedAt => TicketQueries(session.Scope, request, startedAt), request, ct))
        {
            yield return page;
        }
    }

    /// <summary>All notes of a ticket; complete only when the count agrees.</summary>
    public static async Task<ChildrenResult> ReadNotesAsync(Session session, string ticketId, CancellationToken ct)
    {
        var client = new ConnectWiseClient(session);
        if (!long.TryParse(ticketId, NumberStyles.None, CultureInfo.InvariantCulture, out _))
        {
            return new ChildrenResult([], Complete: false);
        }

        var discussion = new HashSet<string>(StringComparer.Ordinal);
        var list = Notes(ticketId, discussion);
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
            return new ChildrenResult([], Complete: false, ParentGone: true);
        }

        var marked = ConnectWiseMapping.MarkDescription([.. notes.Values.Cast<TicketNote>()], discussion);
        return new ChildrenResult(marked, Complete: cursor.Doubt is null && bad.All(b => b.ExternalId is not null)) { Bad = bad };
    }

    public static IReadOnlyList<string> TicketQueries(TicketScope scope, ReadRequest request, DateTimeOffset startedAt) =>
        request.Pass == PassKind.Incremental && Changes(request) is { } changes
            ? [changes]
            : ConnectWiseQuery.Tickets(scope, scope.ClosedSince(startedAt), "/service/tickets", ConnectWiseMapping.TicketFields, reserve: 40);

    private static string? Changes(ReadRequest request) =>
        request is { Pass: PassKind.Incremental, Since: { } since } ? $"lastUpdated>={ConnectWiseQuery.Time(since)}" : null;

    private static ConnectWiseList Notes(string ticketId, HashSet<string> discussion) =>
        new($"/service/tickets/{ticketId}/notes", $"notes of ticket {ticketId}", ConnectWiseMapping.NoteFields, ConnectWisePermissions.Notes, row =>
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

    private static async Task<IReadOnlySet<string>?> InactiveStatusesAsync(ConnectWiseClient client, CancellationToken ct)
    {
        var now = client.Session.Clock.GetUtcNow();
        if (client.Session.Memory.TryGetValue(InactiveMemory, out var known) && known is (DateTimeOffset at, IReadOnlySet<string> ids) && now - at < InactiveFresh)
        {
            return ids;
        }

        try
        {
            var list = ConnectWiseReferenceLists.Global.Single(l => l.Path == "/company/companies/statuses");
            var page = await ConnectWiseLists.PageAsync(client, list, null, 0, ct);
            IReadOnlySet<string> inactive = page.Rows.Values.OfType<ReferenceItem>().Where(s => s.IsInactive).Select(s => s.ItemId).ToHashSet(StringComparer.Ordinal);
            client.Session.Memory[InactiveMemory] = (now, inactive);
            return inactive;
        }
        catch (FaultException e) when (e.Fault is Fault.PermissionMissing)
        {
            return null;   // Table Setup is not needed for companies; ConnectWise's usual names have to do.
        }
    }
}
