using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Connectors.NinjaOne;

/// <summary>NinjaOne: the table of contents.</summary>
internal sealed class NinjaOneConnector : IConnector
{
    public ConnectorInfo Info { get; } = new("ninjaone", "NinjaOne", ProviderCategory.Rmm, "N", "#00678a", "connectors/ninjaone")
    {
        Summary = "Organizations, devices and active alerts of NinjaOne.",
    };

    public SettingsSchema Settings { get; } = SettingsSchema.Of<NinjaOneSettings>();

    /// <summary>NinjaOne publishes no limit: two requests a second and four at once are what nobody has complained about.</summary>
    public IReadOnlyList<RateLimit> Limits { get; } = [new(120, TimeSpan.FromMinutes(1), Concurrency: 4)];

    public TicketSettingsShape? TicketSettings => null;

    public WebhookSupport Webhooks => NinjaOneWebhooks.Support;

    public IReadOnlyList<StreamDefinition> Streams { get; } =
    [
        new()
        {
            DataType = DataType.Companies,
            Label = "Organizations",
            Interval = TimeSpan.FromDays(1),
            MinInterval = TimeSpan.FromMinutes(30),
            CanReadChanges = false,
            Required = true,
            Permission = NinjaOnePermissions.Companies,
            Read = NinjaOneStreams.ReadCompanies,
            ReadByIds = (session, ids, ct) => NinjaOneByIds.ReadAsync(new NinjaOneClient(session), NinjaOneStreams.Companies, ids, ct),
        },
        new()
        {
            DataType = DataType.Devices,
            Label = "Devices",
            Interval = TimeSpan.FromDays(1),
            MinInterval = TimeSpan.FromMinutes(30),
            CanReadChanges = false,
            Needs = [DataType.Companies],
            Required = true,
            Permission = NinjaOnePermissions.Devices,
            Read = NinjaOneStreams.ReadDevices,
            ReadByIds = NinjaOneStreams.ReadDevicesByIdsAsync,
        },
        new()
        {
            DataType = DataType.Alerts,
            Label = "Alerts",
            Interval = TimeSpan.FromMinutes(30),
            MinInterval = TimeSpan.FromMinutes(5),
            CanReadChanges = false,
            IsFleeting = true,
            Needs = [DataType.Devices],
            Permission = NinjaOnePermissions.Alerts,
            Read = NinjaOneAlerts.ReadAsync,
            ReadByIds = NinjaOneAlerts.ReadByIdsAsync,
        },
    ];

    public Task<TestReport> TestAsync(Session session, CancellationToken ct) => NinjaOneTest.RunAsync(session, Streams, Settings, ct);

    public Task<int?> PreviewTicketsAsync(Session session, TicketScope scope, CancellationToken ct) => Task.FromResult<int?>(null);
}
