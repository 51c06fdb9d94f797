using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Storage.Model;

namespace MSPortal.Storage.Sync;

/// <summary>Runs, the requests that they answer, and the progress that goes with them.</summary>
internal sealed class Runs(Turn turn)
{
    public Task<bool> TakeRequestAsync(SyncLease lease, StreamKey key, PendingRequest request, StreamProgress progress, CancellationToken ct) => turn.WriteAsync(
        lease,
        async (db, integration) =>
        {
            var stream = await turn.StreamAsync(db, key, ct);
            if (stream.Request() != request)
            {
                return false;
            }

            stream.ClearRequest();
            stream.Set(progress);
            await db.SaveChangesAsync(ct);
            await db.SyncRequests.Where(r => r.Id == request.RequestId && r.IntegrationId == key.IntegrationId && r.Status == RequestStatus.Queued)
                .ExecuteUpdateAsync(r => r.SetProperty(x => x.Status, RequestStatus.Running).SetProperty(x => x.StartedAt, turn.Now), ct);
            await Requests.SettleAsync(db, integration, turn.Now, ct);
            return true;
        },
        ct);

    public Task SaveProgressAsync(SyncLease lease, StreamKey key, StreamProgress progress, CancellationToken ct) => turn.WriteAsync(
        lease,
        async (db, _) => (await turn.StreamAsync(db, key, ct)).Set(progress),
        ct);

    public Task<long> BeginAsync(SyncLease lease, RunStart start, CancellationToken ct) => turn.WriteAsync(
        lease,
        async (db, _) =>
        {
            var run = new RunRow
            {
                TenantId = start.Key.TenantId,
                IntegrationId = start.Key.IntegrationId,
                DataType = start.Key.DataType,
                Partition = start.Key.Partition,
                Trigger = start.Trigger,
                Kind = start.Kind,
                RequestId = start.RequestId,
                Status = RunStatus.Running,
                StartedAt = start.StartedAt,
                HeartbeatAt = turn.Now,
                Fence = lease.Fence,
            };
            db.Runs.Add(run);
            await db.SaveChangesAsync(ct);
            return run.Id;
        },
        ct);

    public Task UpdateAsync(SyncLease lease, RunUpdate update, CancellationToken ct) => turn.WriteAsync(
        lease,
        async (db, integration) =>
        {
            var stream = await turn.StreamAsync(db, update.Key, ct);
            var run = await FindAsync(db, update.Key, update.RunId, ct);
            var goesOn = update.Status is RunStatus.Running or RunStatus.Waiting;
            run.Status = update.Status;
            run.HeartbeatAt = update.At;
            run.Fence = lease.Fence;
            run.EndedAt = goesOn ? null : update.At;
            run.Message = StreamMapping.Clean(update.Message);
            run.FaultKind = update.FaultKind;
            Add(run, update.Counts);
            if (update.Progress is { } progress)
            {
                stream.Set(progress);
            }

            await db.SaveChangesAsync(ct);
            if (!goesOn)
            {
                await Requests.SettleAsync(db, integration, turn.Now, ct);
            }
        },
        ct);

    public static async Task<RunRow> FindAsync(PortalContext db, StreamKey key, long runId, CancellationToken ct) =>
        await db.Runs.FirstOrDefaultAsync(r => r.Id == runId && r.IntegrationId == key.IntegrationId && r.DataType == key.DataType, ct)
        ?? throw new InvalidOperationException($"Integration {key.IntegrationId} has no run {runId} of {key.DataType}.");

    public static void Add(RunRow run, RunCounts counts)
    {
        run.Read += counts.Read;
        run.Created += counts.Created;
        run.Updated += counts.Updated;
        run.Unchanged += counts.Unchanged;
        run.Removed += counts.Removed;
        run.LeftScope += counts.LeftScope;
        run.Quarantined += counts.Quarantined;
        run.Pages += counts.Pages;
        run.ApiCalls += counts.ApiCalls;
        run.RateLimitWaits += counts.RateLimitWaits;
        run.RateLimitWait += counts.RateLimitWait;
        run.Total = counts.Total ?? run.Total;
    }
}
