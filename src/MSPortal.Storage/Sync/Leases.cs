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

            integration.Fence++;
            integration.LeaseNode = node;
            integration.LeaseUntil = now + duration;
            await db.Runs
                .Where(r => r.IntegrationId == integrationId && r.Status == RunStatus.Running)
                .ExecuteUpdateAsync(
                    r => r.SetProperty(x => x.Status, RunStatus.Interrupted).SetProperty(x => x.EndedAt, now).SetProperty(x => x.Message, CutOff), ct);
            await Requests.SettleAsync(db, integration, now, ct);
            return new SyncLease(tenantId, integrationId, integration.Fence, node);
        },
        ct);

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
