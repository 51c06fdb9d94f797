using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Core.Sync;
using MSPortal.Storage.Model;

namespace MSPortal.Storage.Sync;

/// <summary>When a sync request is over, and how it ended: as soon as nothing that still can go on belongs to it.</summary>
internal static class Requests
{
    /// <summary>Ends the open requests of an integration that nothing is left of; to be called when runs and streams are saved.</summary>
    public static async Task SettleAsync(PortalContext db, Integration integration, DateTimeOffset now, CancellationToken ct)
    {
        var open = await db.SyncRequests
            .Where(r => r.IntegrationId == integration.Id && (r.Status == RequestStatus.Queued || r.Status == RequestStatus.Running))
            .ToListAsync(ct);
        if (open.Count == 0)
        {
            return;
        }

        var streams = await db.Streams.Where(s => s.IntegrationId == integration.Id).ToListAsync(ct);
        foreach (var request in open.Where(r => !streams.Any(s => IsPending(integration, s, r.Id, now))))
        {
            await EndAsync(db, integration, request, now, ct);
        }

        await db.SaveChangesAsync(ct);
    }

    private static async Task EndAsync(PortalContext db, Integration integration, SyncRequestRow request, DateTimeOffset now, CancellationToken ct)
    {
        var runs = await db.Runs.Where(r => r.RequestId == request.Id).OrderBy(r => r.Id)
            .Select(r => new Ended(r.DataType, r.Partition, r.Status, r.FaultKind)).ToListAsync(ct);
        if (runs.Exists(r => r.Status == RunStatus.Running))
        {
            return;
        }

        // An attempt that was cut off is made good by the one after it.
        var last = runs.GroupBy(r => (r.DataType, r.Partition)).Select(g => g.Last()).ToList();
        if (last.Exists(r => r.FaultKind == Partitions.Refused))
        {
            var refused = await db.Partitions.Where(p => p.IntegrationId == integration.Id && p.Status != PartitionStatus.Connected).Select(p => p.Partition).ToListAsync(ct);
            last = last.ConvertAll(r => r with { IsRefusedClient = r.FaultKind == Partitions.Refused && refused.Contains(r.Partition) });
        }

        request.Status = Status(last);
        request.EndedAt = now;
        if (request is { Trigger: SyncTrigger.Manual, Status: RequestStatus.Succeeded or RequestStatus.Partial } && last.TrueForAll(IsDone))
        {
            integration.ManualWindowUntil = now + await ManualWindow.ReadAsync(db, ct);
        }
    }

    /// <summary>A read in doubt has failed: nothing can be concluded from it. What still waits goes on for a newer request, or not at all.</summary>
    private static RequestStatus Status(List<Ended> runs) =>
        runs.Count == 0 || runs.TrueForAll(r => r.Status is RunStatus.Cancelled or RunStatus.Waiting) ? RequestStatus.Cancelled
        : runs.TrueForAll(r => r.Status == RunStatus.Succeeded) ? RequestStatus.Succeeded
        : runs.Exists(r => !IsDone(r) && r.Status is RunStatus.Failed or RunStatus.Interrupted or RunStatus.Partial) || !runs.Exists(r => r.Status is RunStatus.Succeeded or RunStatus.Partial)
            ? RequestStatus.Failed
        : RequestStatus.Partial;

    /// <summary>It brought what it could: a data type that the key may not read, a client that has to agree first, or removals that wait for a person, are no reason to try again at once.</summary>
    private static bool IsDone(Ended run) => run.IsRefusedClient || run.FaultKind is "PermissionMissing" or "Held" || (run.FaultKind is null && run.Status is RunStatus.Succeeded or RunStatus.Partial);

    /// <summary>A data type that is off, or not asked about before next week, would hold a request open for ever.</summary>
    private static bool IsPending(Integration integration, StreamRow stream, long request, DateTimeOffset now) =>
        integration.Status is IntegrationStatus.Active or IntegrationStatus.Error
        && stream.Enabled
        && (stream.DeniedPermission is null || stream.NotBefore is null || stream.NotBefore <= now)
        && (stream.RequestId == request
            || StoredJson.Read<PassState>(stream.IncrementalPass)?.RequestId == request
            || (StoredJson.Read<PassState>(stream.FullPass) is { } full && full.RequestId == request && full is not { Phase: PassPhase.Held, ReleasedBy: null }));

    private sealed record Ended(Core.Model.DataType DataType, string Partition, RunStatus Status, string? FaultKind)
    {
        public bool IsRefusedClient { get; init; }
    }
}
