using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Storage;
using MSPortal.Storage.Model;

namespace MSPortal.Web.Hosting;

/// <summary>Who does what the command line asks for: the server on this database while one lives, otherwise the command itself.</summary>
public sealed class LocalWork(PortalDatabase database, IntegrationRunner runner, TimeProvider clock)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);

    /// <summary>Whether a server's heartbeat is alive on this database.</summary>
    public async Task<bool> IsServerAliveAsync(CancellationToken ct)
    {
        var since = clock.GetUtcNow() - Node.DeadAfter;
        await using var db = database.Open();
        return await db.Nodes.AnyAsync(n => n.HeartbeatAt > since, ct);
    }

    /// <summary>Waits until the request has ended, and does its work here for as long as no server lives that would. Ctrl+C leaves everything to be taken up later.</summary>
    /// <returns>How the request ended; null when it, or its integration, was removed meanwhile.</returns>
    public async Task<RequestStatus?> RunAsync(long tenantId, long integrationId, long requestId, CancellationToken ct)
    {
        using var timer = new PeriodicTimer(LookEvery, clock);
        while (true)
        {
            var status = await StatusAsync(tenantId, requestId, ct);
            if (status is not (RequestStatus.Queued or RequestStatus.Running))
            {
                return status;
            }

            if (!await IsServerAliveAsync(ct))
            {
                await WorkAsync(tenantId, integrationId, requestId, ct);
            }

            await timer.WaitForNextTickAsync(ct);
        }
    }

    /// <summary>Waits until the request has ended, whoever does the work.</summary>
    public async Task<RequestStatus?> WaitAsync(long tenantId, long requestId, CancellationToken ct)
    {
        using var timer = new PeriodicTimer(LookEvery, clock);
        do
        {
            var status = await StatusAsync(tenantId, requestId, ct);
            if (status is not (RequestStatus.Queued or RequestStatus.Running))
            {
                return status;
            }
        }
        while (await timer.WaitForNextTickAsync(ct));
        return null;
    }

    /// <summary>One turn that is broken off as soon as the request has ended and what it left for later is read: what else is due is not what was asked for.</summary>
    private async Task WorkAsync(long tenantId, long integrationId, long requestId, CancellationToken ct)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var turn = runner.RunDueAsync(tenantId, integrationId, enough.Token);
        var ended = WaitForAllAsync(tenantId, requestId, enough.Token);
        try
        {
            await Task.WhenAny(turn, ended);
        }
        finally
        {
            await enough.CancelAsync();
            await turn;
            await ((Task)ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        ct.ThrowIfCancellationRequested();
    }

    /// <summary>A server reads the long tail (notes of each ticket of a first read) when it has time; without one, nobody would.</summary>
    private async Task WaitForAllAsync(long tenantId, long requestId, CancellationToken ct)
    {
        await WaitAsync(tenantId, requestId, ct);
        using var timer = new PeriodicTimer(LookEvery, clock);
        while (await IsTailLeftAsync(tenantId, requestId, ct))
        {
            await timer.WaitForNextTickAsync(ct);
        }
    }

    private async Task<bool> IsTailLeftAsync(long tenantId, long requestId, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await using var db = database.Open(tenantId);
        return await db.ChildQueue.AnyAsync(
            c => (c.NotBefore == null || c.NotBefore <= now)
                && db.Runs.Any(r => r.RequestId == requestId && r.IntegrationId == c.IntegrationId && r.DataType == c.DataType),
            ct);
    }

    /// <summary>Changes that are read between the slices of a first read end a request; whoever waits for it waits for the first read as well.</summary>
    internal async Task<RequestStatus?> StatusAsync(long tenantId, long requestId, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        var request = await db.SyncRequests.Where(r => r.Id == requestId).Select(r => new { r.Status, r.IntegrationId, r.DataTypes }).FirstOrDefaultAsync(ct);
        return request is { Status: RequestStatus.Succeeded or RequestStatus.Partial } && await IsFirstReadLeftAsync(db, request.IntegrationId, request.DataTypes.Split(','), ct)
            ? RequestStatus.Running
            : request?.Status;
    }

    /// <summary>Nothing that is off, refused, put off, held for a person or read record by record behind everything else: it may last for days.</summary>
    private async Task<bool> IsFirstReadLeftAsync(PortalContext db, long integrationId, string[] dataTypes, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var left = await db.Streams
            .Where(s => s.IntegrationId == integrationId && s.Enabled && s.DeniedPermission == null && s.LastFullAt == null && s.FullPass != null && s.FullDueAt <= now && (s.NotBefore == null || s.NotBefore <= now)
                && !db.ChildQueue.Any(c => c.IntegrationId == integrationId && c.DataType == s.DataType)
                && db.Integrations.Any(i => i.Id == integrationId && (i.Status == IntegrationStatus.Active || i.Status == IntegrationStatus.Error)))
            .Select(s => new { s.DataType, s.FullPass }).ToListAsync(ct);
        return left.Exists(s => dataTypes.Contains(s.DataType.Slug()) && StoredJson.Read<PassState>(s.FullPass) is not { Phase: PassPhase.Held, ReleasedBy: null });
    }
}
