using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Connectors.DattoRmm;

/// <summary>Datto RMM: the table of contents.</summary>
internal sealed class DattoRmmConnector : IConnector
{
    private static readonly TimeSpan Sweep = TimeSpan.FromHours(2);

    public ConnectorInfo Info { get; } = new("dattormm", "Datto RMM", ProviderCategory.Rmm, "D", "#0063a8", "connectors/dattormm")
    {
        Summary = "Sites, devices, their audits and open alerts of Datto RMM.",
    };

    public SettingsSchema Settings { get; } = SettingsSchema.Of<DattoRmmSettings>();

    public IReadOnlyList<RateLimit> Limits => DattoRmmBudget.Limits;

    public TicketSettingsShape? TicketSettings => null;

    public IReadOnlyList<StreamDefinition> Streams { get; } =
    [
        Listed(DattoRmmStreams.Sites, DataType.Companies, "Sites", Sweep) with { Required = true },
        Listed(DattoRmmStreams.Devices, DataType.Devices, "Devices", Sweep) with { Needs = [DataType.Companies] },
        new()
        {
            DataType = DataType.DeviceDetails,
            Label = "Device audits",
            Interval = TimeSpan.FromHours(1),
            CanReadChanges = false,
            Needs = [DataType.Devices],
            Permission = DattoRmmPermissions.Audits,
            Parent = DataType.Devices,
            FollowsParentTime = true,
            ReadChildren = DattoRmmAudits.ReadAsync,
        },
        Listed(DattoRmmStreams.Alerts, DataType.Alerts, "Open alerts", TimeSpan.FromMinutes(30)) with { Needs = [DataType.Devices], IsFleeting = true },
    ];

    public Task<TestReport> TestAsync(Session session, CancellationToken ct) => DattoRmmTest.RunAsync(session, Streams, Settings, ct);

    /// <summary>There are no tickets.</summary>
    public Task<int?> PreviewTicketsAsync(Session session, TicketScope scope, CancellationToken ct) => Task.FromResult<int?>(null);

    private static StreamDefinition Listed(DattoRmmList list, DataType type, string label, TimeSpan interval) => new()
    {
        DataType = type,
        Label = label,
        Interval = interval,
        CanReadChanges = false,
        Permission = list.Permission,
        Read = (session, request, ct) => DattoRmmPass.ReadAsync(new DattoRmmClient(session), list, request, ct),
        ReadByIds = (session, ids, ct) => DattoRmmByIds.ReadAsync(new DattoRmmClient(session), list, ids, ct),
    };
}
