using System.Reflection;
using Microsoft.EntityFrameworkCore;
using MSPortal.Storage;
using MSPortal.Storage.Model;

namespace MSPortal.Web.Hosting;

/// <summary>This process's name on the database.</summary>
internal static class NodeName
{
    /// <summary>Unique per process, so that a restarted server is not mistaken for the one before.</summary>
    public static string Value { get; } = $"{Environment.MachineName}-{Environment.ProcessId}-{Guid.NewGuid().ToString("N")[..6]}";
}

/// <summary>Says every ten seconds that a server lives on this database, so that the command line leaves the work to it.</summary>
internal sealed partial class NodeHeartbeat(PortalDatabase database, TimeProvider clock, ILogger<NodeHeartbeat> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Forgotten = TimeSpan.FromHours(1);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await BeatAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await using var db = database.Open();
        await db.Nodes.Where(n => n.Name == NodeName.Value).ExecuteDeleteAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await BeatAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                NotHeard(log, e);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The heartbeat of this node could not be written; it is tried again in ten seconds.")]
    private static partial void NotHeard(ILogger log, Exception e);

    private async Task BeatAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await using var db = database.Open();
        if (await db.Nodes.Where(n => n.Name == NodeName.Value).ExecuteUpdateAsync(u => u.SetProperty(n => n.HeartbeatAt, now), ct) > 0)
        {
            return;
        }

        var version = typeof(NodeHeartbeat).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "?";
        await db.Nodes.Where(n => n.HeartbeatAt < now - Forgotten).ExecuteDeleteAsync(ct);
        db.Nodes.Add(new Node { Name = NodeName.Value, Version = version, StartedAt = now, HeartbeatAt = now });
        await db.SaveChangesAsync(ct);
    }
}
