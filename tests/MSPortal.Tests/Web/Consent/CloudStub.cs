using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Tests.Web.Consent;

/// <summary>A vendor that keeps clients apart and asks nobody anything: who has agreed and who is listed is what the test says.</summary>
internal sealed class CloudStub : IConnector
{
    public const string Provider = "stubcloud";

    /// <summary>Clients whose administrator has agreed, by their id.</summary>
    public ConcurrentDictionary<string, bool> Agreed { get; } = [];

    /// <summary>What the integration's own stream of companies lists besides those that are connected.</summary>
    public IReadOnlyList<string> Listed { get; set; } = [];

    /// <summary>What happens elsewhere while a client's connection is tested.</summary>
    public Func<Task> Meanwhile { get; set; } = () => Task.CompletedTask;

    public ConnectorInfo Info => new(Provider, "Stub Cloud", ProviderCategory.Cloud, "SC", "#224466", "connectors/stub") { Summary = "Clients apart." };

    public SettingsSchema Settings { get; } = SettingsSchema.Of<Form>();

    public IReadOnlyList<RateLimit> Limits => [];

    public TicketSettingsShape? TicketSettings => null;

    public PartitionSupport? Partitions { get; } = new()
    {
        Word = "tenant",
        IdHelp = "Its id, or a domain of it.",
        Find = (_, entered, _) => entered.Contains("nowhere", StringComparison.Ordinal)
            ? throw new FaultException(new Fault.VendorDown($"There is no tenant “{entered}”."))
            : Task.FromResult(new AccountIdentity(entered.Replace(".example", "", StringComparison.Ordinal), entered)),
        ConsentAddress = (_, back, state, partition) => new Uri($"https://login.stub.example/agree?redirect_uri={Uri.EscapeDataString(back.AbsoluteUri)}&state={state}&tenant={partition}"),
        ReadConsent = query => new ConsentAnswer(
            query.GetValueOrDefault("state"), query.GetValueOrDefault("tenant"), query.ContainsKey("error") ? "The administrator has not agreed." : null),
    };

    public IReadOnlyList<StreamDefinition> Streams =>
    [
        Stream(DataType.Companies, "Tenants") with { Read = ReadAsync },
        Stream(DataType.CloudUsers, "People") with { PerPartition = true, Read = ReadAsync },
        Stream(DataType.Licenses, "Licences") with { PerPartition = true, Read = ReadAsync },
    ];

    public async Task<TestReport> TestAsync(Session session, CancellationToken ct)
    {
        await (session.Partition.Length == 0 ? Task.CompletedTask : Meanwhile());
        return session.Partition switch
        {
            "" => new TestReport { Account = new AccountIdentity("msp", "The MSP"), Areas = [] },
            var client when Agreed.ContainsKey(client) => new TestReport { Account = new AccountIdentity(client, Name(client)) { Detail = $"{client}.example" }, Areas = [] },
            var client => new TestReport { Problem = new TestProblem(null, $"{client} has not agreed.", "Ask its administrator.", new Fault.AuthFailed("no")) { NeedsConsent = true } },
        };
    }

    public Task<int?> PreviewTicketsAsync(Session session, TicketScope scope, CancellationToken ct) => Task.FromResult<int?>(null);

    public static string Name(string client) => $"Client {client}";

    private static StreamDefinition Stream(DataType type, string label) => new()
    {
        DataType = type,
        Label = label,
        Interval = TimeSpan.FromHours(6),
        CanReadChanges = false,
        Permission = new VendorPermission($"{label} and what belongs to them", $"{label}.Read", "Application → Permissions"),
    };

    private async IAsyncEnumerable<Page> ReadAsync(Session session, ReadRequest request, [EnumeratorCancellation] CancellationToken ct)
    {
        await Task.CompletedTask;
        var companies = session.Partition.Length > 0 ? [] : Listed.Union(session.Partitions.Select(p => p.Id)).Select(ExternalRecord (id) => new ExternalCompany { ExternalId = id, Name = Name(id) });
        yield return new Page([.. companies], new Cursor("end")) { Complete = true };
    }

    private sealed record Form
    {
        [Secret]
        public string Key { get; init; } = "";
    }
}
