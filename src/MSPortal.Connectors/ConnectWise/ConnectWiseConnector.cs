using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Connectors.ConnectWise;

/// <summary>ConnectWise PSA (formerly Manage): the table of contents.</summary>
internal sealed class ConnectWiseConnector : IConnector
{
    public ConnectorInfo Info { get; } = new("connectwise", "ConnectWise PSA", ProviderCategory.Psa, "CW", "#1d4f91", "connectors/connectwise")
    {
        Summary = "Tickets, time, companies, contacts, members, configurations and boards of ConnectWise PSA (Manage).",
    };

    public SettingsSchema Settings { get; } = SettingsSchema.Of<ConnectWiseSettings>();

    /// <summary>ConnectWise throttles above about 1,000 requests a minute; a tenth is left to other programs of the same MSP. More than a few at once gain nothing.</summary>
    public IReadOnlyList<RateLimit> Limits { get; } = [new(900, TimeSpan.FromSeconds(60), Concurrency: 8)];

    public TicketSettingsShape TicketSettings { get; } = new("Service Boards", "board")
    {
        Options = [new(ConnectWiseTickets.ProjectOption, "Project tickets", "Also keep the tickets of projects, on those of the selected boards that are project boards.")],
    };

    public WebhookSupport Webhooks => ConnectWiseWebhooks.Support;

    public IReadOnlyList<StreamDefinition> Streams { get; } =
    [
        new()
        {
            DataType = DataType.Reference,
            Label = "Boards, statuses and other lists",
            Interval = TimeSpan.FromDays(1),
            CanReadChanges = false,
            Required = true,
            Permission = ConnectWisePermissions.Reference,
            Read = (session, request, ct) => ConnectWiseReference.ReadAsync(new ConnectWiseClient(session), request, ct),
            ReadByIds = (session, ids, ct) => ConnectWiseReference.ReadByIdsAsync(new ConnectWiseClient(session), ids, ct),
        },
        new()
        {
            DataType = DataType.Companies,
            Label = "Companies",
            Interval = TimeSpan.FromHours(1),
            Required = true,
            Permission = ConnectWisePermissions.Companies,
            Read = ConnectWiseStreams.ReadCompanies,
            ReadByIds = async (session, ids, ct) =>
            {
                var client = new ConnectWiseClient(session);
                return await ConnectWiseByIds.ReadAsync(client, await ConnectWiseStreams.CompaniesAsync(client, ct), ids, ct);
            },
        },
        Plain(DataType.Users, "Members", TimeSpan.FromHours(2), ConnectWisePermissions.Users, ConnectWiseStreams.Members),
        new()
        {
            DataType = DataType.Tickets,
            Label = "Service tickets",
            Interval = TimeSpan.FromMinutes(15),
            Needs = [DataType.Reference, DataType.Companies],
            Required = true,
            Permission = ConnectWisePermissions.Tickets,
            Read = ConnectWiseTickets.ReadAsync,
            ReadByIds = ConnectWiseTickets.ReadByIdsAsync,
            FindByNumber = ConnectWiseTickets.FindAsync,
        },
        new()
        {
            DataType = DataType.TicketNotes,
            Label = "Ticket notes",
            Interval = TimeSpan.FromMinutes(15),
            Needs = [DataType.Tickets],
            Permission = ConnectWisePermissions.Notes,
            Parent = DataType.Tickets,
            ReadChildren = ConnectWiseTickets.ReadNotesAsync,
        },
        Plain(DataType.Contacts, "Contacts", TimeSpan.FromHours(1), ConnectWisePermissions.Contacts, ConnectWiseStreams.Contacts, DataType.Companies),
        Plain(DataType.TimeEntries, "Time entries", TimeSpan.FromHours(1), ConnectWisePermissions.Time, ConnectWiseStreams.Time),
        Plain(DataType.Devices, "Configurations", TimeSpan.FromHours(1), ConnectWisePermissions.Devices, ConnectWiseStreams.Devices, DataType.Companies),
    ];

    public Task<TestReport> TestAsync(Session session, CancellationToken ct) => ConnectWiseTest.RunAsync(session, Streams, Settings, ct);

    public async Task<int?> PreviewTicketsAsync(Session session, TicketScope scope, CancellationToken ct) =>
        scope.SelectsNothing ? 0 : await ConnectWiseTickets.PreviewAsync(session, scope, ct);

    private static StreamDefinition Plain(DataType type, string label, TimeSpan interval, VendorPermission permission, ConnectWiseList list, params DataType[] needs) => new()
    {
        DataType = type,
        Label = label,
        Interval = interval,
        Needs = needs,
        Permission = permission,
        Read = (session, request, ct) => ConnectWiseStreams.Read(new ConnectWiseClient(session), list, request, ct),
        ReadByIds = (session, ids, ct) => ConnectWiseByIds.ReadAsync(new ConnectWiseClient(session), list, ids, ct),
    };
}
