using System.Globalization;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Connectors.HaloPsa;

/// <summary>HaloPSA: the table of contents.</summary>
internal sealed class HaloPsaConnector : IConnector
{
    public ConnectorInfo Info { get; } = new("halopsa", "HaloPSA", ProviderCategory.Psa, "H", "#e0006d", "connectors/halopsa")
    {
        Summary = "Tickets, clients, users, agents, assets and ticket types of HaloPSA.",
    };

    public SettingsSchema Settings { get; } = SettingsSchema.Of<HaloPsaSettings>();

    /// <summary>Halo allows hosted instances 700 requests in 5 minutes; a tenth is left to other programs of the same MSP.</summary>
    public IReadOnlyList<RateLimit> Limits { get; } =
    [
        new(630, TimeSpan.FromMinutes(5), Concurrency: 4)
        {
            ScopeOf = settings => HaloPsaAddress.TryParse(settings["haloUrl"], out var address, out _) ? address.Authority.ToLowerInvariant() : null,
        },
    ];

    public TicketSettingsShape TicketSettings { get; } = new("Ticket Types", "ticket type") { Groups = new(ReferenceKinds.Team, "Teams", "team", ByName: true) };

    public WebhookSupport Webhooks => HaloPsaWebhooks.Support;

    public IReadOnlyList<StreamDefinition> Streams { get; } =
    [
        new()
        {
            DataType = DataType.Reference,
            Label = "Ticket types, statuses and other lists",
            Interval = TimeSpan.FromDays(1),
            CanReadChanges = false,
            Required = true,
            Permission = HaloPsaPermissions.Reference,
            Read = (session, _, ct) => HaloPsaReference.ReadAsync(new HaloPsaClient(session), ct),
            ReadByIds = (session, ids, ct) => HaloPsaReference.ReadByIdsAsync(new HaloPsaClient(session), ids, ct),
        },
        Plain(DataType.Companies, "Clients", TimeSpan.FromHours(4), HaloPsaPermissions.Companies, HaloPsaStreams.Companies) with { Required = true },
        Plain(DataType.Users, "Agents", TimeSpan.FromHours(2), HaloPsaPermissions.Users, HaloPsaStreams.Agents) with
        {
            CanReadChanges = false,
            Read = HaloPsaStreams.ReadAgents,
        },
        new()
        {
            DataType = DataType.Tickets,
            Label = "Tickets",
            Interval = TimeSpan.FromMinutes(15),
            Needs = [DataType.Reference, DataType.Companies],
            Required = true,
            Permission = HaloPsaPermissions.Tickets,
            Read = HaloPsaStreams.ReadTickets,
            ReadByIds = async (session, ids, ct) =>
            {
                var client = new HaloPsaClient(session);
                return await HaloPsaByIds.ReadAsync(client, await HaloPsaStreams.TicketsAsync(client, remember: true, ct), ids, ct);
            },
        },
        new()
        {
            DataType = DataType.TicketNotes,
            Label = "Actions",
            Interval = TimeSpan.FromMinutes(15),
            Needs = [DataType.Tickets],
            Permission = HaloPsaPermissions.Notes,
            Parent = DataType.Tickets,
            ReadChildren = HaloPsaStreams.ReadNotesAsync,
        },
        new()
        {
            DataType = DataType.TimeEntries,
            Label = "Time entries",
            Interval = TimeSpan.FromMinutes(15),
            ReconcileInterval = TimeSpan.FromDays(7),
            Needs = [DataType.Users],
            Permission = HaloPsaPermissions.Time,
            Read = HaloPsaTime.Read,
            ReadByIds = (session, ids, ct) => HaloPsaByIds.ReadAsync(new HaloPsaClient(session), HaloPsaTime.Today(session), ids, ct),
        },
        Plain(DataType.Contacts, "Users", TimeSpan.FromHours(4), HaloPsaPermissions.Contacts, HaloPsaStreams.Contacts, DataType.Companies),
        Plain(DataType.Devices, "Assets", TimeSpan.FromHours(4), HaloPsaPermissions.Devices, HaloPsaStreams.Devices, DataType.Companies) with
        {
            Read = HaloPsaStreams.ReadDevices,
        },
    ];

    public Task<TestReport> TestAsync(Session session, CancellationToken ct) => HaloPsaTest.RunAsync(session, Streams, Settings, ct);

    /// <summary>Open tickets and those closed within the history of the chosen types, without the excluded statuses; null when teams are left out.</summary>
    public async Task<int?> PreviewTicketsAsync(Session session, TicketScope scope, CancellationToken ct)
    {
        if (scope.SelectsNothing)
        {
            return 0;
        }

        if (scope.ExcludedGroups.Count > 0)
        {
            return null; // Its filter takes one team, and none that is to be left out.
        }

        var client = new HaloPsaClient(session);
        var list = HaloPsaStreams.Tickets(client, HaloPsaStatuses.Unknown);
        var excluded = scope.ExcludedStatuses.Where(s => long.TryParse(s, NumberStyles.None, CultureInfo.InvariantCulture, out _)).ToList();
        var total = 0;
        foreach (var query in HaloPsaStreams.Selected(scope, scope.ClosedSince(session.Clock.GetUtcNow())))
        {
            total += await HaloPsaLists.CountAsync(client, list, query, ct);
            total -= excluded.Count == 0 ? 0 : await HaloPsaLists.CountAsync(client, list, HaloPsaLists.Join(query, $"status={string.Join(',', excluded)}"), ct);
        }

        return Math.Max(0, total);
    }

    private static StreamDefinition Plain(DataType type, string label, TimeSpan interval, VendorPermission permission, HaloPsaList list, params DataType[] needs) => new()
    {
        DataType = type,
        Label = label,
        Interval = interval,
        Needs = needs,
        Permission = permission,
        Read = (session, request, ct) => HaloPsaStreams.Read(session, list, request, ct),
        ReadByIds = (session, ids, ct) => HaloPsaByIds.ReadAsync(new HaloPsaClient(session), list, ids, ct),
    };
}
