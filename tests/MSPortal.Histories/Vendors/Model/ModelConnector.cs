using System.ComponentModel.DataAnnotations;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using DataType = MSPortal.Core.Model.DataType;

namespace MSPortal.Histories.Vendors.Model;

/// <summary>Speaks the model vendor's API by the same contract as every real connector.</summary>
internal sealed class ModelConnector(IReadOnlyList<DataType> types) : IConnector
{
    public const int PageSize = 5;

    /// <summary>Small enough to be felt in a history.</summary>
    public static readonly RateLimit Limit = new(60, TimeSpan.FromMinutes(1), Concurrency: 2);

    private static readonly IReadOnlyList<StreamDefinition> All =
    [
        Stream(DataType.Reference, TimeSpan.FromHours(8)) with { CanReadChanges = false },
        Stream(DataType.Companies, TimeSpan.FromHours(1)) with { Required = true },
        Stream(DataType.Tickets, TimeSpan.FromMinutes(15)) with { Required = true, Needs = [DataType.Companies] },
        Stream(DataType.TicketNotes, TimeSpan.FromMinutes(30)) with
        {
            Read = null, ReadByIds = null, Parent = DataType.Tickets, Needs = [DataType.Tickets], ReadChildren = ModelReads.NotesAsync,
        },
        Stream(DataType.Devices, TimeSpan.FromHours(1)) with { ReadByIds = null },
    ];

    public ConnectorInfo Info { get; } = new("model", "Model PSA", ProviderCategory.Psa, "M", "#000000", "model") { Summary = "" };

    public SettingsSchema Settings { get; } = SettingsSchema.Of<Form>();

    public IReadOnlyList<StreamDefinition> Streams { get; } = [.. All.Where(s => types.Contains(s.DataType))];

    public IReadOnlyList<RateLimit> Limits { get; } = [Limit];

    public WebhookSupport? Webhooks => ModelHooks.Support;

    public TicketSettingsShape? TicketSettings { get; } = new("Boards", "board");

    public async Task<TestReport> TestAsync(Session session, CancellationToken ct)
    {
        try
        {
            using var json = await ModelReads.GetAsync(session, DataType.Reference, "account", ct);
            var account = json.RootElement;
            return new TestReport
            {
                Account = new AccountIdentity(account.GetProperty("id").GetString()!, account.GetProperty("name").GetString()!),
                Areas =
                [
                    .. Streams.Where(s => s.Parent is null).Select(s => new AreaResult(
                        s.DataType,
                        s.DataType == DataType.Tickets && !account.GetProperty("tickets").GetBoolean() ? AreaOutcome.NotPermitted : AreaOutcome.Granted,
                        s.Permission,
                        s.Required)),
                ],
            };
        }
        catch (FaultException e) when (e.Fault is Fault.AuthFailed)
        {
            return new TestReport { Problem = new TestProblem("key", e.Fault.Sentence, "Enter a valid key.", e.Fault) };
        }
    }

    public Task<int?> PreviewTicketsAsync(Session session, TicketScope scope, CancellationToken ct) => Task.FromResult<int?>(null);

    public static VendorPermission Permission(DataType type) => new(type.Label(), $"read {type.Slug()}", "Settings");

    private static StreamDefinition Stream(DataType type, TimeSpan interval) => new()
    {
        DataType = type,
        Label = type.Label(),
        Interval = interval,
        Permission = Permission(type),
        Read = (session, request, ct) => ModelReads.PagesAsync(session, type, request, ct),
        ReadByIds = (session, ids, ct) => ModelReads.SomeAsync(session, type, ids, ct),
    };

    private sealed record Form
    {
        [Required, Destination]
        public string Address { get; set; } = "";

        [Required, Secret]
        public string Key { get; set; } = "";
    }
}
