using System.Collections.Concurrent;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;

namespace MSPortal.Tests.Web.Diagnosis;

/// <summary>A vendor that says of each ticket what a test wants it to say, and notes what it was asked.</summary>
internal sealed class ScriptedPsa : IConnector
{
    public const string Id = "scripted";

    /// <summary>By number; what is not in it does not exist.</summary>
    public ConcurrentDictionary<string, Func<ReadResult>> Says { get; } = [];

    public ConcurrentQueue<string> Asked { get; } = [];

    public ConnectorInfo Info { get; } = new(Id, "Scripted PSA", ProviderCategory.Psa, "S", "#334455", "scripted") { Summary = "" };

    public SettingsSchema Settings { get; } = SettingsSchema.Of<Form>();

    public IReadOnlyList<RateLimit> Limits => [];

    public TicketSettingsShape? TicketSettings { get; } = new("Boards", "board") { Options = [new TicketOption("project", "Project tickets", "")] };

    public IReadOnlyList<StreamDefinition> Streams =>
    [
        Stream(DataType.Reference, "Boards and lists"),
        Stream(DataType.Companies, "Companies"),
        Stream(DataType.Tickets, "Tickets") with { ReadByIds = AnswerAsync },
        Stream(DataType.Devices, "Devices") with { Required = false },
    ];

    public Task<TestReport> TestAsync(Session session, CancellationToken ct) => Task.FromResult(new TestReport { Account = new AccountIdentity("acc", "Acme") });

    public Task<int?> PreviewTicketsAsync(Session session, TicketScope scope, CancellationToken ct) => Task.FromResult<int?>(null);

    private Task<IReadOnlyList<ReadResult>> AnswerAsync(Session session, IReadOnlyList<string> ids, CancellationToken ct)
    {
        foreach (var id in ids)
        {
            Asked.Enqueue(id);
        }

        return Task.FromResult<IReadOnlyList<ReadResult>>([.. ids.Select(id => Says.TryGetValue(id, out var say) ? say() : new ReadResult.Gone(id))]);
    }

    private static StreamDefinition Stream(DataType type, string label) => new()
    {
        DataType = type,
        Label = label,
        Interval = TimeSpan.FromMinutes(15),
        Required = true,
        Permission = new VendorPermission(label, $"Read {label}", $"Admin → Roles → {label}"),
    };

    private sealed record Form
    {
        [Secret]
        public string Key { get; set; } = "";
    }
}
