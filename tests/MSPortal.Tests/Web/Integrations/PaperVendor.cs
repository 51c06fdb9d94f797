using System.ComponentModel.DataAnnotations;
using MSPortal.Core.Contracts;
using DataType = MSPortal.Core.Model.DataType;

namespace MSPortal.Tests.Web.Integrations;

/// <summary>A provider that exists on paper only: says what a test wants it to say.</summary>
internal sealed class PaperVendor : IConnector
{
    public static readonly VendorPermission Tickets = new("Tickets", "Read Tickets", "Admin → Roles → Tickets");

    public ConnectorInfo Info { get; set; } = new("paper", "Paper PSA", ProviderCategory.Psa, "PP", "#334455", "connectors/paper") { Summary = "Tickets on paper." };

    public SettingsSchema Settings { get; } = SettingsSchema.Of<PaperSettings>();

    public PartitionSupport? Partitions { get; set; }

    public IReadOnlyList<StreamDefinition> Streams { get; set; } =
    [
        Stream(DataType.Reference, "Boards and lists", TimeSpan.FromDays(1), new VendorPermission("Boards and lists", "Read Lists", "Admin → Roles → Lists")),
        Stream(DataType.Companies, "Companies", TimeSpan.FromHours(1), new VendorPermission("Companies", "Read Companies", "Admin → Roles → Companies")),
        Stream(DataType.Tickets, "Paper tickets", TimeSpan.FromMinutes(15), Tickets),
    ];

    public IReadOnlyList<RateLimit> Limits { get; } = [];

    public TicketSettingsShape? TicketSettings { get; set; } = new("Boards", "board");

    public WebhookSupport? Webhooks { get; set; }

    /// <summary>What the next test of a connection finds.</summary>
    public TestReport Report { get; set; } = Passing();

    public int? Preview { get; set; } = 1204;

    public static TestReport Passing(string account = "acme", params AreaResult[] areas) =>
        new() { Account = new AccountIdentity(account, "Acme IT", "7.1"), Areas = areas };

    public Task<TestReport> TestAsync(Session session, CancellationToken ct) => Task.FromResult(Report);

    public Task<int?> PreviewTicketsAsync(Session session, TicketScope scope, CancellationToken ct) => Task.FromResult(Preview);

    private static StreamDefinition Stream(DataType type, string label, TimeSpan interval, VendorPermission permission) => new()
    {
        DataType = type,
        Label = label,
        Interval = interval,
        MinInterval = TimeSpan.FromMinutes(5),
        Permission = permission,
        Required = type != DataType.Companies,
    };

    internal sealed record PaperSettings
    {
        [Display(Name = "Address", Order = 1), Required(ErrorMessage = "Enter the address.")]
        public string Address { get; init; } = "";

        [Secret, Display(Name = "Key", Order = 2), Required(ErrorMessage = "Enter the key.")]
        public string Key { get; init; } = "";
    }
}
