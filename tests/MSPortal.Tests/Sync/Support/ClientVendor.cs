using System.Runtime.CompilerServices;
using Microsoft.Extensions.Time.Testing;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Tests.Sync.Support;

/// <summary>A vendor held in memory that keeps clients apart: each is connected, tested, refused and read on its own.</summary>
internal sealed class ClientVendor(FakeTimeProvider clock) : IConnector
{
    /// <summary>Every call, such as <c>licenses of a</c>, <c>cloud_users ids of a</c>, <c>test of a</c>, <c>test of </c> for the whole.</summary>
    public List<string> Calls { get; } = [];

    /// <summary>Runs before a call is answered.</summary>
    public Func<string, Task>? Before { get; set; }

    /// <summary>What a call is answered with instead, by the call.</summary>
    public Dictionary<string, Fault> Faults { get; } = [];

    /// <summary>Clients that have not agreed (any more), by their id; the empty one stands for the credentials themselves.</summary>
    public HashSet<string> Refused { get; } = [];

    /// <summary>What a client's permissions do not cover.</summary>
    public HashSet<(string Client, DataType Type)> Denied { get; } = [];

    public SortedDictionary<(string Client, DataType Type, string Id), ExternalRecord> Records { get; } = [];

    public ConnectorInfo Info => new("clients", "Fake Cloud", ProviderCategory.Cloud, "C", "#000000", "fake") { Summary = "" };

    public SettingsSchema Settings => SettingsSchema.Of<Form>();

    public IReadOnlyList<RateLimit> Limits => [new RateLimit(10_000, TimeSpan.FromMinutes(1), 10)];

    public TicketSettingsShape? TicketSettings => null;

    public PartitionSupport? Partitions => new()
    {
        Word = "tenant",
        IdHelp = "Its letter.",
        Find = (_, entered, _) => Task.FromResult(new AccountIdentity(entered, entered)),
        ConsentAddress = (_, back, state, client) => new Uri($"https://vendor.test/agree?back={back}&state={state}&client={client}"),
        ReadConsent = query => new ConsentAnswer(query.GetValueOrDefault("state"), query.GetValueOrDefault("client"), null),
    };

    public IReadOnlyList<StreamDefinition> Streams =>
    [
        Stream(DataType.Companies) with { Interval = TimeSpan.FromHours(1), Required = true, Read = ReadCompaniesAsync },
        Stream(DataType.Licenses) with { PerPartition = true },
        Stream(DataType.CloudUsers) with { PerPartition = true, Needs = [DataType.Licenses], Required = true },
        Stream(DataType.SecurityScores) with { PerPartition = true, KeepsHistory = true, ReadByIds = null },
    ];

    public void Add(string client, params ExternalRecord[] records)
    {
        foreach (var record in records)
        {
            var type = record switch
            {
                CloudLicense => DataType.Licenses,
                CloudUser => DataType.CloudUsers,
                _ => DataType.SecurityScores,
            };
            Records[(client, type, record.ExternalId)] = record;
        }
    }

    public static CloudLicense License(string id) => new() { ExternalId = id, PartNumber = id, Name = $"License {id}", Enabled = 5, Used = 3 };

    public static CloudUser User(string id) => new() { ExternalId = id, PrincipalName = $"{id}@client.example", DisplayName = $"User {id}", IsEnabled = true };

    public static SecurityScore Score(int day) =>
        new() { ExternalId = $"day-{day:000}", At = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddDays(day), Score = day + 0.25m, Highest = 120.5m };

    public async Task<TestReport> TestAsync(Session session, CancellationToken ct)
    {
        await CallAsync(session, $"test of {session.Partition}", ct);
        if (Refused.Contains("") || Refused.Contains(session.Partition))
        {
            var problem = new TestProblem(null, $"{Name(session.Partition)} refuses.", "Ask it to agree.", new Fault.AuthFailed("no")) { NeedsConsent = !Refused.Contains("") };
            return new TestReport { Problem = problem };
        }

        var areas = Streams.Where(s => s.PerPartition == session.Partition.Length > 0)
            .Select(s => new AreaResult(s.DataType, Denied.Contains((session.Partition, s.DataType)) ? AreaOutcome.NotPermitted : AreaOutcome.Granted, s.Permission, false));
        return new TestReport { Account = new AccountIdentity(session.Partition.Length > 0 ? session.Partition : "msp", Name(session.Partition)) { Detail = $"{session.Partition}.example" }, Areas = [.. areas] };
    }

    public Task<int?> PreviewTicketsAsync(Session session, TicketScope scope, CancellationToken ct) => Task.FromResult<int?>(null);

    public static string Name(string client) => client.Length > 0 ? $"Client {client.ToUpperInvariant()}" : "The MSP";

    private StreamDefinition Stream(DataType type) => new()
    {
        DataType = type,
        Label = type.Label(),
        Interval = TimeSpan.FromMinutes(30),
        ReconcileInterval = TimeSpan.FromDays(1),
        CanReadChanges = false,
        Permission = new VendorPermission(type.Label(), $"{type.Label()} read", "Permissions"),
        Read = (session, _, ct) => ReadAsync(session, type, ct),
        ReadByIds = (session, ids, ct) => ReadByIdsAsync(session, type, ids, ct),
    };

    private async IAsyncEnumerable<Page> ReadCompaniesAsync(Session session, ReadRequest request, [EnumeratorCancellation] CancellationToken ct)
    {
        await AskAsync(session, DataType.Companies, "companies of ", ct);
        yield return new Page([.. session.Partitions.Select(p => new ExternalCompany { ExternalId = p.Id, Name = p.Name })], new Cursor("end")) { Complete = true, VendorTime = clock.GetUtcNow() };
    }

    private async IAsyncEnumerable<Page> ReadAsync(Session session, DataType type, [EnumeratorCancellation] CancellationToken ct)
    {
        await AskAsync(session, type, $"{type.Slug()} of {session.Partition}", ct);
        var rows = Records.Where(r => r.Key.Client == session.Partition && r.Key.Type == type).Select(r => r.Value).ToList();
        yield return new Page(rows, new Cursor("end")) { Complete = true, VendorTime = clock.GetUtcNow() };
    }

    private async Task<IReadOnlyList<ReadResult>> ReadByIdsAsync(Session session, DataType type, IReadOnlyList<string> ids, CancellationToken ct)
    {
        await AskAsync(session, type, $"{type.Slug()} ids of {session.Partition}", ct);
        return
        [
            .. ids.Select(ReadResult (id) => type == DataType.Companies && session.Partitions.FirstOrDefault(p => p.Id == id) is { } client
                ? new ReadResult.Present(new ExternalCompany { ExternalId = id, Name = client.Name })
                : Records.TryGetValue((session.Partition, type, id), out var record) ? new ReadResult.Present(record)
                : new ReadResult.Gone(id)),
        ];
    }

    private async Task AskAsync(Session session, DataType type, string call, CancellationToken ct)
    {
        await CallAsync(session, call, ct);
        if (Refused.Contains("") || Refused.Contains(session.Partition))
        {
            throw new FaultException(new Fault.AuthFailed("The token is refused."));
        }

        if (Denied.Contains((session.Partition, type)))
        {
            throw new FaultException(new Fault.PermissionMissing(Stream(type).Permission));
        }
    }

    private async Task CallAsync(Session session, string call, CancellationToken ct)
    {
        // Through the budget, like every request of a real one.
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://vendor.test/");
        using var answer = await session.Http.SendAsync(request, ct);
        Calls.Add(call);
        if (Before is { } before)
        {
            await before(call);
        }

        if (Faults.TryGetValue(call, out var fault))
        {
            throw new FaultException(fault);
        }
    }

    private sealed record Form
    {
        [Secret]
        public string Key { get; set; } = "";
    }
}
