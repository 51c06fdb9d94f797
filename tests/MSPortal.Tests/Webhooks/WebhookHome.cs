using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using MSPortal.Core.Contracts;
using MSPortal.Core.Integrations;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Core.Webhooks;
using MSPortal.Storage.Model;
using MSPortal.Tests.Sync.Support;
using DatabaseKind = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Webhooks;

/// <summary>A vendor in memory that signs with the endpoint's secret, and everything that takes its deliveries, on a real database and a clock that stands still.</summary>
internal sealed class WebhookHome : IAsyncDisposable
{
    public static readonly Uri PublicUrl = new("https://portal.example/msp");

    private readonly ConnectorRegistry registry;
    private readonly CancellationTokenSource stopping = new();
    private readonly Task running;

    private WebhookHome(EngineHome engine, IReadOnlyList<string>? registered)
    {
        Engine = engine;
        Registered = [.. registered ?? []];
        engine.Vendor.Webhooks = Support();
        registry = new ConnectorRegistry([engine.Vendor]);
        var sessions = engine.Sessions(registry);
        Endpoints = new Endpoints(Store, engine.Store, registry, Options, engine.Clock, NullLogger<Endpoints>.Instance);
        Reads = new RecordReads(engine.Store, engine.SingleReads());
        Inbox = new InboxWork(Store, Reads, Options, engine.Clock, NullLogger<InboxWork>.Instance);
        Door = new WebhookDoor(Endpoints, Store, sessions, Inbox, Options, engine.Clock, NullLogger<WebhookDoor>.Instance);
        Setup = new WebhookSetup(Store, engine.Store, registry, sessions, Endpoints, Options, engine.Clock, NullLogger<WebhookSetup>.Instance);
        running = Task.WhenAll(Door.RunAsync(stopping.Token), Inbox.RunAsync(stopping.Token));
    }

    public EngineHome Engine { get; }

    public FakeVendor Vendor => Engine.Vendor;

    /// <summary>Nobody looks through the inbox but the test.</summary>
    public WebhookOptions Options { get; } = new() { PublicUrl = PublicUrl, SweepEvery = TimeSpan.FromDays(40) };

    public IWebhookStore Store => Engine.Get<IWebhookStore>();

    public Endpoints Endpoints { get; }

    public RecordReads Reads { get; }

    public InboxWork Inbox { get; }

    public WebhookDoor Door { get; }

    public WebhookSetup Setup { get; }

    /// <summary>What the vendor has registered.</summary>
    public List<string> Registered { get; }

    /// <summary>What provisioning, checking and removing throw.</summary>
    public Fault? SetupFault { get; set; }

    /// <summary>Null: the vendor's key cannot be fetched.</summary>
    public bool KeyIsKnown { get; set; } = true;

    public StoredEndpoint Endpoint { get; private set; } = null!;

    /// <summary>Read once, webhooks on.</summary>
    public static async Task<WebhookHome> OpenAsync(DatabaseKind kind, int tickets = 5)
    {
        var home = new WebhookHome(await EngineHome.ReadAsync(kind, tickets, DataType.TicketNotes), null);
        await home.Setup.ProvisionAsync(home.Engine.Id, home.Engine.Ada, default);
        await home.LoadAsync();
        home.Vendor.Calls.Clear();
        return home;
    }

    /// <summary>As after a restart of the program: the same database and vendor, nothing remembered.</summary>
    public async Task<WebhookHome> RestartAsync()
    {
        await StopAsync();
        var next = new WebhookHome(Engine, Registered);
        await next.LoadAsync();
        return next;
    }

    public Task<DoorAnswer> DeliverAsync(string body, string? signature = null) =>
        Door.TakeAsync(Endpoint.Path, Delivery(body, signature ?? Endpoint.Secret), default);

    public static WebhookDelivery Delivery(string body, string signature) =>
        new(Encoding.UTF8.GetBytes(body), new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["X-Signature"] = signature }, "");

    /// <summary>Until everything that came in is followed.</summary>
    public Task IdleAsync() => Inbox.IdleAsync();

    public async Task<WebhookEndpointRow> RowAsync()
    {
        await using var db = Engine.Open();
        return await db.WebhookEndpoints.AsNoTracking().SingleAsync();
    }

    public async Task<List<WebhookInboxRow>> HintsAsync()
    {
        await using var db = Engine.Open();
        return await db.WebhookInbox.AsNoTracking().OrderBy(h => h.Id).ToListAsync();
    }

    public async Task StopAsync()
    {
        if (!stopping.IsCancellationRequested)
        {
            await stopping.CancelAsync();
            await running;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        stopping.Dispose();
        Inbox.Dispose();
        await Engine.DisposeAsync();
    }

    private async Task LoadAsync() => Endpoint = (await Store.EndpointAsync(Engine.Tenant, Engine.Id, default))!;

    private WebhookSupport Support() => new()
    {
        DataTypes = [DataType.Tickets],
        Read = (_, endpoint, delivery, _) => Task.FromResult(Read(endpoint, delivery)),
        Provision = (_, endpoint, _) =>
        {
            Try();
            Registered.Clear();
            Registered.Add(endpoint.Address.ToString());
            return Task.FromResult<string?>("known as 7");
        },
        Check = (_, endpoint, _) =>
        {
            Try();
            return Task.FromResult(Registered.Contains(endpoint.Address.ToString()) ? null : "The vendor has no webhook to this portal.");
        },
        Remove = (_, endpoint, _) =>
        {
            Try();
            Registered.Remove(endpoint.Address.ToString());
            return Task.CompletedTask;
        },
    };

    /// <summary>A body such as <c>3 updated</c>, one record per line.</summary>
    private WebhookVerdict Read(WebhookEndpoint endpoint, WebhookDelivery delivery)
    {
        if (!KeyIsKnown)
        {
            return new WebhookVerdict.Unsure();
        }

        if (delivery.Header("x-signature") != endpoint.Secret)
        {
            return new WebhookVerdict.Forged();
        }

        var lines = Encoding.UTF8.GetString(delivery.Body.Span).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(' '));
        return new WebhookVerdict.Genuine([.. lines.Where(l => l[0] != "-").Select(l => new WebhookHint(DataType.Tickets, l[0], l[1] == "deleted"))]) { SwitchedOff = lines.Any(l => l[0] == "-") };
    }

    private void Try()
    {
        if (SetupFault is { } fault)
        {
            throw new FaultException(fault);
        }
    }
}
