using Microsoft.Extensions.Logging;
using MSPortal.Connectors.Common;
using MSPortal.Core.Contracts;
using MSPortal.Core.Integrations;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Histories.Clockwork;

namespace MSPortal.Histories.Portal;

/// <summary>The process has ended in the middle of what it did.</summary>
internal sealed class ProcessDiedException() : Exception("The process has died here.");

/// <summary>What a history does to a process of the portal while it works.</summary>
internal interface IFate
{
    /// <summary>A call is about to be made, or was answered; may throw, or take its time.</summary>
    Task PassAsync(Process process, string what);

    void Stored(string call, object?[] arguments, object? result);

    /// <summary>The database refused a call.</summary>
    void Failed();
}

/// <summary>One process of the portal: the real engine with its own budgets and memory; after a death another one takes its place.</summary>
internal sealed class Process
{
    private readonly IFate fate;
    private readonly VirtualClock clock;
    private readonly Func<IWebhookStore, IConnector, Reception> reception;

    public Process(string name, int life, ISyncStore store, IIntegrationStore integrations, IConnector connector, Door door, SyncOptions options, VirtualClock clock, ILoggerFactory logs, IFate fate, int servers)
    {
        (Name, Life, this.fate, this.clock) = (name, life, fate, clock);
        var registry = new ConnectorRegistry([connector]);
        var own = options with { Node = Id };
        var transport = new DeadlineHandler(clock, new Transport(this, door));
        var budgets = new Budgets(clock);
        budgets.Divide(servers);
        if (life > 1)
        {
            budgets.BeginEmpty(clock.Now); // As a server that finds the traces of another.
        }

        var sessions = new Sessions(registry, budgets, transport, own, clock, logs, allowPrivateNetworks: true);
        Store = Gate.Of(store, PassAsync);
        Runner = new IntegrationRunner(Store, registry, sessions, own, clock, logs.CreateLogger<IntegrationRunner>());
        Reads = new SingleReads(Store, registry, sessions, own, clock, logs.CreateLogger<SingleReads>());
        Connecting = new Connecting(registry, sessions, Store, Gate.Of(integrations), clock);
        Clients = new ConnectingClients(registry, sessions, Store, Gate.Of(integrations), clock);
        reception = (webhooks, hinted) => new Reception(Store, Gate.Of(webhooks, PassAsync), hinted, sessions, own, clock, logs);
    }

    public string Name { get; }

    public int Life { get; }

    public string Id => $"{Name}.{Life}";

    public ISyncStore Store { get; }

    public IntegrationRunner Runner { get; }

    public SingleReads Reads { get; }

    public Connecting Connecting { get; }

    public ConnectingClients Clients { get; }

    /// <summary>Null where a history has no webhooks.</summary>
    public Reception? Reception { get; private set; }

    public bool IsDead { get; private set; }

    public TimeSpan Away { get; private set; }

    public DateTimeOffset FrozenUntil { get; set; }

    /// <summary>The next call to the database fails.</summary>
    public bool DatabaseFails { get; set; }

    public void Receive(IWebhookStore webhooks, IConnector hinted) => Reception = reception(webhooks, hinted);

    public void Die(TimeSpan away) => (IsDead, Away) = (true, away);

    /// <summary>Nothing goes on in a process that stands still, and a dead one does nothing any more.</summary>
    public async Task StandAsync()
    {
        while (clock.Now < FrozenUntil)
        {
            await clock.DelayAsync(FrozenUntil - clock.Now);
        }

        ThrowIfDead();
    }

    public void ThrowIfDead()
    {
        if (IsDead)
        {
            throw new ProcessDiedException();
        }
    }

    private async Task PassAsync(string call, object?[] arguments, object? result, bool made)
    {
        if (made)
        {
            fate.Stored(call, arguments, result);
        }

        await StandAsync();
        await fate.PassAsync(this, made ? $"< {call} {result}" : $"> {call}");
        await StandAsync();
        if (!made && DatabaseFails)
        {
            DatabaseFails = false;
            fate.Failed();
            throw new IOException("The database does not answer.");
        }
    }

    private sealed class Transport(Process process, Door door) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await process.StandAsync();
            await process.fate.PassAsync(process, $"> {request.RequestUri!.PathAndQuery}");
            await process.StandAsync();
            try
            {
                var answer = await door.SendAsync(process.Id, request, cancellationToken);
                await process.StandAsync();
                await process.fate.PassAsync(process, $"< {(int)answer.StatusCode}");
                await process.StandAsync();
                return answer;
            }
            catch (Exception e) when (e is not ProcessDiedException)
            {
                await process.StandAsync();
                throw;
            }
        }
    }
}
