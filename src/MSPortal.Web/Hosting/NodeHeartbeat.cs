using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Sync;
using MSPortal.Storage;
using MSPortal.Storage.Model;

namespace MSPortal.Web.Hosting;

/// <summary>This process's name on the database.</summary>
internal static class NodeName
{
    /// <summary>Unique per process, so that a restarted server is not mistaken for the one before.</summary>
    public static string Value { get; } = $"{Environment.MachineName}-{Environment.ProcessId}-{Guid.NewGuid().ToString("N")[..6]}";

    /// <summary>Whether it is known to be gone: a process of this machine that is not there any more, or had this one's number before.</summary>
    public static bool IsGone(string name)
    {
        var parts = name.Split('-');
        if (name == Value || parts.Length < 3 || string.Join('-', parts[..^2]) != Environment.MachineName || !int.TryParse(parts[^2], NumberStyles.None, CultureInfo.InvariantCulture, out var id))
        {
            return false;
        }

        try
        {
            using var process = Process.GetProcessById(id);
            return id == Environment.ProcessId || process.HasExited;
        }
        catch (ArgumentException)
        {
            return true;
        }
    }
}

/// <summary>Says every ten seconds that a server lives on this database, so that the command line leaves the work to it and servers divide the vendors' budgets.</summary>
internal sealed partial class NodeHeartbeat(PortalDatabase database, Budgets budgets, TimeProvider clock, ILogger<NodeHeartbeat> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Stopped = Node.DeadAfter + TimeSpan.FromSeconds(1);

    /// <summary>Longer than the longest window of a vendor, a day: whoever stopped within it may have used its budget up.</summary>
    private static readonly TimeSpan Forgotten = TimeSpan.FromHours(25);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        var (some, living) = await OthersAsync(cancellationToken);
        await BeatAsync(cancellationToken);
        if (some)
        {
            budgets.BeginEmpty(living ? clock.GetUtcNow() + (2 * Every) : clock.GetUtcNow());
        }

        await base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        var stopped = clock.GetUtcNow() - Stopped;
        await using var db = database.Open();
        // Dead, and remembered for a while: the next server must know that somebody spent of the budgets.
        await db.Nodes.Where(n => n.Name == NodeName.Value).ExecuteUpdateAsync(u => u.SetProperty(n => n.HeartbeatAt, stopped), cancellationToken);
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

    /// <summary>Whether others were here lately, and whether some live, who need time to notice this one.</summary>
    private async Task<(bool Some, bool Living)> OthersAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await using var db = database.Open();
        var lately = await db.Nodes.Where(n => n.HeartbeatAt > now - Forgotten).ToListAsync(ct);
        // Or who was killed would have a part for another half minute.
        foreach (var gone in lately.Where(n => n.HeartbeatAt > now - Node.DeadAfter && NodeName.IsGone(n.Name)))
        {
            gone.HeartbeatAt = now - Stopped;
        }

        await db.SaveChangesAsync(ct);
        return (lately.Count > 0, lately.Exists(n => n.Name != NodeName.Value && n.HeartbeatAt > now - Node.DeadAfter));
    }

    private async Task BeatAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await using var db = database.Open();
        await WriteAsync(db, now, ct);
        budgets.Divide(await db.Nodes.CountAsync(n => n.HeartbeatAt > now - Node.DeadAfter, ct));
    }

    private static async Task WriteAsync(PortalContext db, DateTimeOffset now, CancellationToken ct)
    {
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
