using Microsoft.Extensions.Logging;
using MSPortal.Core.Contracts;
using MSPortal.Core.Integrations;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Core.Webhooks;
using MSPortal.Histories.Clockwork;

namespace MSPortal.Histories.Portal;

/// <summary>With what a process takes webhooks: everything but the web server, and the timer that looks through the inbox.</summary>
internal sealed class Reception
{
    private readonly Action start;

    public Reception(ISyncStore store, IWebhookStore webhooks, IConnector connector, Sessions sessions, SyncOptions own, VirtualClock clock, ILoggerFactory logs)
    {
        var registry = new ConnectorRegistry([connector]);
        var endpoints = new Endpoints(webhooks, store, registry, Options, clock, logs.CreateLogger<Endpoints>());
        var reads = new RecordReads(store, new SingleReads(store, registry, sessions, own, clock, logs.CreateLogger<SingleReads>()));
        var inbox = new InboxWork(webhooks, reads, Options, clock, logs.CreateLogger<InboxWork>());
        Door = new WebhookDoor(endpoints, webhooks, sessions, inbox, Options, clock, logs.CreateLogger<WebhookDoor>());
        Setup = new WebhookSetup(webhooks, store, registry, sessions, endpoints, Options, clock, logs.CreateLogger<WebhookSetup>());
        Sweep = () => inbox.SweepOnceAsync(default);
        start = () => _ = Task.WhenAll(Door.RunAsync(default), inbox.RunAsync(default));
    }

    /// <summary>The history looks through the inbox itself, as often as a server does, but only when there is something to be found.</summary>
    public static WebhookOptions Options { get; } = new() { PublicUrl = new Uri("https://portal.example/msp"), SweepEvery = TimeSpan.FromDays(40) };

    public WebhookDoor Door { get; }

    public WebhookSetup Setup { get; }

    /// <summary>Takes the hints that nobody works on.</summary>
    public Func<Task> Sweep { get; }

    /// <summary>From here on; it ends with the process, and with nothing else.</summary>
    public void Start() => start();
}
