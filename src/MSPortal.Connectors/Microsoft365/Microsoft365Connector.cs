using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Connectors.Microsoft365;

/// <summary>Microsoft 365 by Microsoft Graph: the table of contents.</summary>
internal sealed class Microsoft365Connector : IConnector
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Daily = TimeSpan.FromDays(1);

    public ConnectorInfo Info { get; } = new("microsoft365", "Microsoft 365", ProviderCategory.Cloud, "M", "#0067b8", "connectors/microsoft365")
    {
        Summary = "Users, groups, licences, domains and Secure Score of your clients' tenants.",
    };

    public SettingsSchema Settings { get; } = SettingsSchema.Of<Microsoft365Settings>();

    public IReadOnlyList<RateLimit> Limits => Microsoft365Budget.Limits;

    public TicketSettingsShape? TicketSettings => null;

    public PartitionSupport Partitions => Microsoft365Partitions.Support;

    public IReadOnlyList<StreamDefinition> Streams { get; } =
    [
        new()
        {
            DataType = DataType.Companies,
            Label = "Clients",
            Interval = Daily,
            MinInterval = Hour,
            CanReadChanges = false,
            Required = true,
            Permission = Microsoft365Permissions.Customers,
            Read = Microsoft365Companies.ReadAsync,
            ReadByIds = Microsoft365Companies.ReadByIdsAsync,
        },
        Followed(DataType.CloudUsers, "Users", Microsoft365Directory.Users),
        Followed(DataType.CloudGroups, "Groups", Microsoft365Directory.Groups),
        Listed(DataType.Licenses, "Licences"),
        Listed(DataType.Domains, "Domains"),
        Listed(DataType.SecurityScores, "Secure Score") with
        {
            CanReadChanges = true,
            KeepsHistory = true,
            // A day's score is sometimes worked out late.
            Overlap = TimeSpan.FromDays(3),
            ReconcileInterval = TimeSpan.FromDays(7),
            Read = (session, request, ct) => Microsoft365Lists.ReadScoresAsync(new Microsoft365Client(session), request, ct),
        },
        Listed(DataType.SecurityControls, "Secure Score controls"),
    ];

    public static Microsoft365Kind Kind(DataType type) => type switch
    {
        DataType.CloudUsers => Microsoft365Kinds.Users,
        DataType.CloudGroups => Microsoft365Kinds.Groups,
        DataType.Licenses => Microsoft365Kinds.Licenses,
        DataType.Domains => Microsoft365Kinds.Domains,
        DataType.SecurityScores => Microsoft365Kinds.Scores,
        DataType.SecurityControls => Microsoft365Kinds.Controls,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not read of tenants."),
    };

    public Task<TestReport> TestAsync(Session session, CancellationToken ct) => Microsoft365Test.RunAsync(session, Streams, Settings, ct);

    public Task<int?> PreviewTicketsAsync(Session session, TicketScope scope, CancellationToken ct) => Task.FromResult<int?>(null);

    private static StreamDefinition Followed(DataType type, string label, Microsoft365Directory directory) => Listed(type, label) with
    {
        Interval = TimeSpan.FromHours(6),
        MinInterval = TimeSpan.FromMinutes(15),
        CanReadChanges = true,
        FollowsBookmark = true,
        Read = directory.ReadAsync,
    };

    private static StreamDefinition Listed(DataType type, string label) => new()
    {
        DataType = type,
        Label = label,
        Interval = Daily,
        MinInterval = Hour,
        CanReadChanges = false,
        PerPartition = true,
        Permission = Kind(type).Permission,
        Read = (session, request, ct) => Microsoft365Lists.ReadAsync(new Microsoft365Client(session), Kind(type), request, ct),
        ReadByIds = (session, ids, ct) => Microsoft365Lists.ReadByIdsAsync(new Microsoft365Client(session), Kind(type), ids, ct),
    };
}
