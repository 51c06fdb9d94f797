using MSPortal.Core.Contracts;
using MSPortal.Tests.Web.Integrations;

namespace MSPortal.Tests.Web.Cloud;

/// <summary>A provider that keeps clients apart and exists on paper only.</summary>
internal sealed class CloudVendor : IConnector
{
    private readonly PaperVendor paper = new();

    public ConnectorInfo Info { get; } = new("sky", "Sky 365", ProviderCategory.Cloud, "SK", "#335577", "connectors/sky") { Summary = "People in the sky." };

    public SettingsSchema Settings => paper.Settings;

    public IReadOnlyList<StreamDefinition> Streams => [];

    public IReadOnlyList<RateLimit> Limits => [];

    public TicketSettingsShape? TicketSettings => null;

    public PartitionSupport? Partitions { get; } = new()
    {
        Word = "tenant",
        IdHelp = "Its id.",
        Find = (_, entered, _) => Task.FromResult(new AccountIdentity(entered, entered)),
        ConsentAddress = (_, back, _, _) => back,
        ReadConsent = _ => new ConsentAnswer(null, null, null),
    };

    public Task<TestReport> TestAsync(Session session, CancellationToken ct) => paper.TestAsync(session, ct);

    public Task<int?> PreviewTicketsAsync(Session session, TicketScope scope, CancellationToken ct) => Task.FromResult<int?>(null);
}
