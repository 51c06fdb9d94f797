using System.Globalization;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Connectors.Syncro;

/// <summary>Syncro (SyncroMSP, and RepairShopr under the same API): the table of contents.</summary>
internal sealed class SyncroConnector : IConnector
{
    private static readonly TimeSpan Sweep = TimeSpan.FromHours(4);

    public ConnectorInfo Info { get; } = new("syncro", "Syncro", ProviderCategory.Psa, "Sy", "#0e7c66", "connectors/syncro")
    {
        Summary = "Tickets, comments, time, customers, contacts, technicians and assets of Syncro.",
    };

    public SettingsSchema Settings { get; } = SettingsSchema.Of<SyncroSettings>();

    /// <summary>Syncro counts 180 requests a minute by the address that they come from: every Syncro integration of this server draws on one budget. A little is left to other programs.</summary>
    public IReadOnlyList<RateLimit> Limits { get; } = [new(170, TimeSpan.FromSeconds(60), Concurrency: 4, Scope: "this server")];

    public TicketSettingsShape? TicketSettings => null;

    public WebhookSupport Webhooks { get; } = SyncroWebhooks.Support;

    public IReadOnlyList<StreamDefinition> Streams { get; } =
    [
        new()
        {
            DataType = DataType.Reference,
            Label = "Statuses, types and priorities",
            Interval = TimeSpan.FromDays(1),
            CanReadChanges = false,
            Required = true,
            Permission = SyncroPermissions.Reference,
            Read = (session, _, ct) => SyncroReference.ReadAsync(new SyncroClient(session), ct),
            ReadByIds = (session, ids, ct) => SyncroReference.ReadByIdsAsync(new SyncroClient(session), ids, ct),
        },
        Swept(SyncroStreams.Companies, DataType.Companies, "Customers") with { Required = true },
        new()
        {
            DataType = DataType.Users,
            Label = "Technicians",
            Interval = Sweep,
            CanReadChanges = false,
            Permission = SyncroPermissions.Users,
            Read = (session, request, ct) => SyncroUsers.ReadAsync(new SyncroClient(session), request, ct),
            ReadByIds = (session, ids, ct) => SyncroByIds.ReadAsync(new SyncroClient(session), SyncroStreams.Users, ids, ct),
        },
        new()
        {
            DataType = DataType.Tickets,
            Label = "Tickets",
            Interval = TimeSpan.FromMinutes(5),
            Needs = [DataType.Reference, DataType.Companies],
            Required = true,
            Permission = SyncroPermissions.Tickets,
            Read = (session, request, ct) => SyncroStreams.ReadTickets(new SyncroClient(session), request, ct),
            ReadByIds = (session, ids, ct) =>
            {
                var client = new SyncroClient(session);
                return SyncroByIds.ReadAsync(client, SyncroStreams.Tickets(client), ids, ct);
            },
            FindByNumber = SyncroStreams.FindTicketAsync,
        },
        new()
        {
            DataType = DataType.TicketNotes,
            Label = "Ticket comments",
            Interval = TimeSpan.FromMinutes(5),
            Needs = [DataType.Tickets],
            Permission = SyncroPermissions.Comments,
            Parent = DataType.Tickets,
            ReadChildren = SyncroStreams.ReadCommentsAsync,
        },
        Swept(SyncroStreams.Contacts, DataType.Contacts, "Contacts") with { Needs = [DataType.Companies] },
        Swept(SyncroStreams.Devices, DataType.Devices, "Assets") with { Needs = [DataType.Companies] },
        Swept(SyncroStreams.Timers, DataType.TimeEntries, "Ticket timers") with
        {
            ReadByIds = (session, ids, ct) => SyncroStreams.ReadTimersByIdsAsync(new SyncroClient(session), ids, ct),
        },
    ];

    public Task<TestReport> TestAsync(Session session, CancellationToken ct) => SyncroTest.RunAsync(session, Streams, Settings, ct);

    /// <summary>Open tickets and those resolved within the history; unknown when statuses are left out, since Syncro counts one status at a time only.</summary>
    public async Task<int?> PreviewTicketsAsync(Session session, TicketScope scope, CancellationToken ct)
    {
        if (scope.ExcludedStatuses.Count > 0 || scope.ClosedStatuses.Count > 0)
        {
            return null;
        }

        var client = new SyncroClient(session);
        return scope.ClosedSince(session.Clock.GetUtcNow()) is { } since
            ? await CountAsync(client, "status=Not%20Closed", ct) + await CountAsync(client, $"status={SyncroMapping.ClosedStatus}&resolved_after={since.UtcDateTime.ToString("yyyy-MM-dd'T'HH'%3A'mm'%3A'ss'Z'", CultureInfo.InvariantCulture)}", ct)
            : await CountAsync(client, "", ct);
    }

    /// <summary>Syncro has no count: the first page says how long a page is and how many there are, the last how long it is itself.</summary>
    private static async Task<int> CountAsync(SyncroClient client, string query, CancellationToken ct)
    {
        var list = SyncroStreams.Tickets(client);
        var first = await SyncroLists.PageAsync(client, list, query, 1, ct);
        if (first.Entries is { } entries || first.Pages is not > 1)
        {
            return first.Entries ?? first.Received;
        }

        var last = await SyncroLists.PageAsync(client, list, query, first.Pages.Value, ct);
        return ((first.Pages.Value - 1) * first.Received) + last.Received;
    }

    private static StreamDefinition Swept(SyncroList list, DataType type, string label) => new()
    {
        DataType = type,
        Label = label,
        Interval = Sweep,
        CanReadChanges = false,
        Permission = list.Permission,
        Read = (session, request, ct) => SyncroStreams.Read(new SyncroClient(session), list, request, ct),
        ReadByIds = (session, ids, ct) => SyncroByIds.ReadAsync(new SyncroClient(session), list, ids, ct),
    };
}
