using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Connectors.Autotask;

/// <summary>Autotask PSA (Datto, Kaseya): the table of contents.</summary>
internal sealed class AutotaskConnector : IConnector
{
    public ConnectorInfo Info { get; } = new("autotask", "Autotask PSA", ProviderCategory.Psa, "AT", "#c8102e", "connectors/autotask")
    {
        Summary = "Tickets, time entries, organizations, contacts, resources, configuration items and queues of Autotask PSA.",
    };

    public SettingsSchema Settings { get; } = SettingsSchema.Of<AutotaskSettings>();

    public IReadOnlyList<RateLimit> Limits => AutotaskBudget.Limits;

    public TicketSettingsShape TicketSettings { get; } = new("Queues", "queue")
    {
        Options = [new(AutotaskMapping.Recurring, "Recurring tickets", "Also keep the tickets that Autotask makes by itself from recurring ticket templates.")],
        Groups = new(AutotaskReference.Category, "Ticket Categories", "ticket category", ByName: false),
    };

    public WebhookSupport Webhooks => AutotaskWebhooks.Support;

    public IReadOnlyList<StreamDefinition> Streams { get; } =
    [
        new()
        {
            DataType = DataType.Reference,
            Label = "Queues, statuses and other lists",
            Interval = TimeSpan.FromDays(1),
            CanReadChanges = false,
            Required = true,
            Permission = AutotaskPermissions.Reference,
            Read = (session, _, ct) => AutotaskReference.ReadAsync(new AutotaskClient(session), ct),
            ReadByIds = (session, ids, ct) => AutotaskReference.ReadByIdsAsync(new AutotaskClient(session), ids, ct),
        },
        Plain(DataType.Companies, "Companies", TimeSpan.FromHours(1), AutotaskPermissions.Companies, AutotaskStreams.CompaniesAsync) with { Required = true },
        Plain(DataType.Users, "Resources", TimeSpan.FromHours(2), AutotaskPermissions.Users, AutotaskStreams.ResourcesAsync) with { CanReadChanges = false },
        Plain(DataType.Tickets, "Tickets", TimeSpan.FromMinutes(10), AutotaskPermissions.Tickets, AutotaskStreams.TicketsAsync, DataType.Reference, DataType.Companies) with
        {
            Required = true,
            Read = AutotaskStreams.ReadTickets,
            FindByNumber = AutotaskByIds.FindTicketAsync,
        },
        new()
        {
            DataType = DataType.TicketNotes,
            Label = "Ticket notes",
            Interval = TimeSpan.FromHours(1),
            Needs = [DataType.Tickets],
            Permission = AutotaskPermissions.Notes,
            Parent = DataType.Tickets,
            ReadChildren = AutotaskNotes.ReadAsync,
        },
        Plain(DataType.TimeEntries, "Time entries", TimeSpan.FromMinutes(30), AutotaskPermissions.TimeEntries, AutotaskStreams.TimeEntriesAsync),
        Plain(DataType.Contacts, "Contacts", TimeSpan.FromHours(1), AutotaskPermissions.Contacts, AutotaskStreams.ContactsAsync, DataType.Companies),
        Plain(DataType.Devices, "Configuration items", TimeSpan.FromHours(4), AutotaskPermissions.Devices, AutotaskStreams.DevicesAsync, DataType.Companies),
    ];

    public Task<TestReport> TestAsync(Session session, CancellationToken ct) => AutotaskTest.RunAsync(session, Streams, Settings, ct);

    /// <summary>Open tickets and those completed within the history in the chosen queues, without the excluded statuses.</summary>
    public async Task<int?> PreviewTicketsAsync(Session session, TicketScope scope, CancellationToken ct)
    {
        if (scope.SelectsNothing)
        {
            return 0;
        }

        var client = new AutotaskClient(session);
        var filters = AutotaskStreams.Preview(scope, client.Session.Clock.GetUtcNow());
        return filters is null ? null : await AutotaskEntities.CountAsync(client, AutotaskStreams.PlainTickets, filters, ct);
    }

    private static StreamDefinition Plain(
        DataType type, string label, TimeSpan interval, VendorPermission permission, Func<AutotaskClient, CancellationToken, Task<AutotaskEntity>> entity, params DataType[] needs) => new()
    {
        DataType = type,
        Label = label,
        Interval = interval,
        Needs = needs,
        Permission = permission,
        Read = (session, request, ct) => AutotaskStreams.Read(session, entity, request, ct),
        ReadByIds = (session, ids, ct) => AutotaskStreams.ReadByIdsAsync(session, entity, ids, ct),
    };
}
