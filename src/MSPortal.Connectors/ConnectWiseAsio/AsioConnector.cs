using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Connectors.ConnectWiseAsio;

/// <summary>ConnectWise RMM on the Asio platform: the table of contents.</summary>
internal sealed class AsioConnector : IConnector
{
    private static readonly TimeSpan Daily = TimeSpan.FromDays(1);

    public ConnectorInfo Info { get; } = new("cwasio", "ConnectWise RMM (Asio)", ProviderCategory.Rmm, "CR", "#1b5fb4", "connectors/cwasio")
    {
        Summary = "Companies and devices of ConnectWise RMM on the Asio platform.",
    };

    public SettingsSchema Settings { get; } = SettingsSchema.Of<AsioSettings>();

    /// <summary>
    /// The platform counts each operation on its own; its example says 35, and not in which time. Details, one request a device, have what is
    /// left of a day's patience: 2,000.
    /// </summary>
    public IReadOnlyList<RateLimit> Limits { get; } =
    [
        new(30, TimeSpan.FromMinutes(1), Concurrency: 3) { Part = Operation },
        new(2000, Daily, Concurrency: 3) { Part = request => Operation(request) == "details" ? "details" : null },
    ];

    public TicketSettingsShape? TicketSettings => null;

    public IReadOnlyList<StreamDefinition> Streams { get; } =
    [
        new()
        {
            DataType = DataType.Companies,
            Label = "Companies",
            Interval = Daily,
            MinInterval = TimeSpan.FromHours(1),
            CanReadChanges = false,
            Required = true,
            Permission = AsioPermissions.Companies,
            Read = AsioCompanies.ReadAsync,
            ReadByIds = AsioCompanies.ReadByIdsAsync,
        },
        new()
        {
            DataType = DataType.Devices,
            Label = "Devices",
            Interval = Daily,
            MinInterval = TimeSpan.FromHours(1),
            CanReadChanges = false,
            Needs = [DataType.Companies],
            Required = true,
            Permission = AsioPermissions.Devices,
            Read = AsioDevices.ReadAsync,
            ReadByIds = AsioDevices.ReadByIdsAsync,
        },
        new()
        {
            DataType = DataType.DeviceDetails,
            Label = "Device details",
            Interval = Daily,
            MinInterval = TimeSpan.FromHours(1),
            Needs = [DataType.Devices],
            Permission = AsioPermissions.Devices,
            Parent = DataType.Devices,
            FollowsParentTime = true,
            ReadChildren = AsioDetails.ReadAsync,
        },
    ];

    public Task<TestReport> TestAsync(Session session, CancellationToken ct) => AsioTest.RunAsync(session, Streams, Settings, ct);

    public Task<int?> PreviewTicketsAsync(Session session, TicketScope scope, CancellationToken ct) => Task.FromResult<int?>(null);

    /// <summary>Which operation of the platform a request is, by its path without ids.</summary>
    private static string Operation(HttpRequestMessage request) => request.RequestUri!.AbsolutePath.Split('/') switch
    {
        [.., "endpoints", _] => "details",
        [.., "endpoints"] => "devices",
        [.., "companies", _] => "company",
        [.., var last] => last,
        _ => "",
    };
}
