using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Sync;
using MSPortal.Storage.Model;

namespace MSPortal.Storage.Sync;

/// <summary>Who works on an integration: one process at a time, under a number that only grows.</summary>
internal sealed class Leases(Turn turn)
{
    private const string CutOff = "The process that ran it ended or lost its lease; the next run goes on from there.";

    public Task<SyncLease?> TryTakeAsync(long tenantId, long integrationId, string node, TimeSpan duration, CancellationToken ct) => turn.WriteAsync(
        tenantId,
        async db =>
        {
            var now = turn.Now;
            var integration = await turn.IntegrationAsync(db, tenantId, integrationId, ct);
            if (integration is null || integration.LeaseUntil > now)
            {
                return null;
            }

            integration.LeaseNode = node;
            integration.LeaseUntil = now + duration;
            await InterruptAsync(db, integration, now, ct);
            return new SyncLease(tenantId, integrationId, integration.Fence, node);
        },
        ct);

    /// <summary>Ends what a fallen process left running where nobody takes over, since a person or a fault has stopped the integration.</summary>
    public async Task SweepAsync(CancellationToken ct)
    {
        foreach (var (tenantId, integrationId) in await LeftAsync(ct))
        {
            await turn.WriteAsync(
                tenantId,
                async db =>
                {
                    var now = turn.Now;
                    if (await turn.IntegrationAsync(db, tenantId, integrationId, ct) is not { } integration || integration.LeaseUntil > now)
                    {
                        return false;
                    }

                    (integration.LeaseNode, integration.LeaseUntil) = (null, null);
                    await InterruptAsync(db, integration, now, ct);
                    return true;
                },
                ct);
        }
    }

    private async Task<List<(long TenantId, long IntegrationId)>> LeftAsync(CancellationToken ct)
    {
        var now = turn.Now;
        await using var db = turn.Open(0);
        var left = await db.Integrations.IgnoreQueryFilters()
            .Where(i => (i.LeaseUntil == null || i.LeaseUntil <= now) && db.Runs.Any(r => r.IntegrationId == i.Id && r.Status == RunStatus.Running))
            .Select(i => new { i.TenantId, i.Id })
            .ToListAsync(ct);
        return left.ConvertAll(i => (i.TenantId, i.Id));
    }

    /// <summary>Whoever worked on it until now can write no more, and what it had running has ended.</summary>
    private static async Task InterruptAsync(PortalContext db, Integration integration, DateTimeOffset now, CancellationToken ct)
    {
        integration.Fence++;
        await db.Runs
            .Where(r => r.IntegrationId == integration.Id && r.Status == RunStatus.Running)
            .ExecuteUpdateAsync(
                r => r.SetProperty(x => x.Status, RunStatus.Interrupted).SetProperty(x => x.EndedAt, now).SetProperty(x => x.Message, CutOff), ct);
        await Requests.SettleAsync(db, integration, now, ct);
    }

    public Task RenewAsync(SyncLease lease, TimeSpan duration, CancellationToken ct) => turn.WriteAsync(
        lease,
        async (db, integration) =>
        {
            var now = turn.Now;
            integration.LeaseUntil = now + duration;
            await db.SaveChangesAsync(ct);
            await db.Runs
                .Where(r => r.IntegrationId == lease.IntegrationId && r.Status == RunStatus.Running && r.Fence == lease.Fence)
                .ExecuteUpdateAsync(r => r.SetProperty(x => x.HeartbeatAt, now), ct);
        },
        ct);

    public Task ReleaseAsync(SyncLease lease, CancellationToken ct) => turn.WriteAsync(
        lease,
        async (db, integration) =>
        {
            (integration.LeaseNode, integration.LeaseUntil) = (null, null);
            await Requests.SettleAsync(db, integration, turn.Now, ct);
        },
        ct);
}
