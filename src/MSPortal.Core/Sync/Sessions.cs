using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using MSPortal.Core.Contracts;
using MSPortal.Core.Integrations;

namespace MSPortal.Core.Sync;

/// <summary>Makes what a connector needs to talk to one account: every request of it goes through the integration's budget.</summary>
/// <param name="transport">Shared by all: follows no redirects (they would carry credentials elsewhere), keeps no cookies, refuses private addresses unless allowed.</param>
/// <param name="allowPrivateNetworks">Whether <c>http</c> and private addresses are allowed.</param>
public sealed class Sessions(
    ConnectorRegistry connectors,
    Budgets budgets,
    HttpMessageHandler transport,
    SyncOptions options,
    TimeProvider clock,
    ILoggerFactory logs,
    bool allowPrivateNetworks = false)
{
    private readonly ConcurrentDictionary<long, Remembered> memories = new();

    /// <exception cref="InvalidOperationException">The integration has no credentials.</exception>
    public Session For(IntegrationState integration, WorkPriority priority) => For(integration, priority, new RunMeter(), "");

    /// <summary>For settings that are not stored yet; nothing of it is remembered.</summary>
    /// <param name="of">The integration whose account it is, when there is one: its budget counts for tests, too.</param>
    public Session ForTest(IConnector connector, SettingsValues settings, IntegrationState? of = null) =>
        Make(connector, settings, of is null ? null : Budgets.OwnerOf(of.Id), WorkPriority.Interactive, new RunMeter()) with { Memory = new() };

    /// <summary>For one client's connection.</summary>
    /// <exception cref="InvalidOperationException">The integration has no credentials.</exception>
    public Session ForPartition(IntegrationState integration, WorkPriority priority, string partition) => For(integration, priority, new RunMeter(), partition);

    internal Session For(IntegrationState integration, WorkPriority priority, RunMeter meter, string partition)
    {
        var settings = integration.Settings ?? throw new InvalidOperationException($"Integration {integration.Id} has no credentials.");
        var memory = memories.AddOrUpdate(
            integration.Id,
            _ => new Remembered(integration.SettingsVersion, new()),
            (_, known) => known.Version == integration.SettingsVersion ? known : new Remembered(integration.SettingsVersion, new()));
        return Make(connectors.Get(integration.Provider), settings, Budgets.OwnerOf(integration.Id), priority, meter) with
        {
            Scope = integration.Scope,
            Partition = partition,
            Partitions = integration.Partitions,
            Memory = memory.Values,
        };
    }

    /// <summary>While this process works on an integration, most of what its vendor permits is this process's.</summary>
    internal IDisposable WorkOn(long integrationId) => budgets.WorkOn(integrationId);

    /// <summary>The vendor asked for a pause in words of its own; the budget keeps it like one that it heard itself.</summary>
    internal void Pause(IntegrationState integration, TimeSpan pause)
    {
        foreach (var budget in budgets.Of(connectors.Get(integration.Provider), integration.Settings, Budgets.OwnerOf(integration.Id)))
        {
            budget.Block(pause);
        }
    }

    private Session Make(IConnector connector, SettingsValues settings, string? owner, WorkPriority priority, RunMeter meter) => new()
    {
        Settings = settings,
        Http = new HttpMessageInvoker(
            new BudgetHandler(transport, budgets.Of(connector, settings, owner), priority, meter, clock, options), disposeHandler: true),
        Clock = clock,
        Log = logs.CreateLogger($"MSPortal.Connectors.{connector.Info.Id}"),
        Scope = new TicketScope(),
        AllowPrivateNetworks = allowPrivateNetworks,
        Memory = [],
    };

    private sealed record Remembered(int Version, ConcurrentDictionary<string, object> Values);
}
