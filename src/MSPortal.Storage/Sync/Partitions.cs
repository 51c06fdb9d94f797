using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Core.Sync;
using MSPortal.Storage.Model;

namespace MSPortal.Storage.Sync;

/// <summary>How the connection of one client stands, and what that means for its data types.</summary>
internal sealed class Partitions(Turn turn)
{
    /// <summary>What a data type's fault is called that waits because its client's connection is refused.</summary>
    public const string Refused = "AuthFailed";

    public async Task SetAsync(
        SyncLease lease, string partition, PartitionStatus status, string? reason, string? whatToDo, DateTimeOffset? notBefore, CancellationToken ct)
    {
        if (status == PartitionStatus.Connected && await IsConnectedAsync(lease, partition, ct))
        {
            return;
        }

        await turn.WriteAsync(
            lease,
            async (db, integration) =>
            {
                if (await db.Partitions.FirstOrDefaultAsync(p => p.IntegrationId == integration.Id && p.Partition == partition, ct) is not { } row)
                {
                    return;
                }

                Put(row, status, StreamMapping.Clean(reason), StreamMapping.Clean(whatToDo), turn.Now);
                foreach (var stream in await db.Streams.Where(s => s.IntegrationId == integration.Id && s.Partition == partition).ToListAsync(ct))
                {
                    if (status == PartitionStatus.Connected)
                    {
                        GoOn(stream, turn.Now);
                    }
                    else
                    {
                        Wait(stream, row.StatusReason, notBefore, turn.Now);
                    }
                }
            },
            ct);
    }

    public static void Put(PartitionRow row, PartitionStatus status, string? reason, string? whatToDo, DateTimeOffset now)
    {
        row.StatusSince = row.Status == status ? row.StatusSince : now;
        (row.Status, row.StatusReason, row.StatusAdvice) = (status, reason, whatToDo);
    }

    /// <summary>Asked after every run that went well, so it takes no lock.</summary>
    private async Task<bool> IsConnectedAsync(SyncLease lease, string partition, CancellationToken ct)
    {
        await using var db = turn.Open(lease.TenantId);
        return await db.Partitions.AnyAsync(p => p.IntegrationId == lease.IntegrationId && p.Partition == partition && p.Status == PartitionStatus.Connected, ct);
    }

    /// <summary>A missing permission has a sentence and a time of its own. Whom somebody waits for, or what is in the middle of a read, finds out by itself and ends what is open.</summary>
    private static void Wait(StreamRow stream, string? reason, DateTimeOffset? notBefore, DateTimeOffset now)
    {
        if (stream.DeniedPermission is not null)
        {
            return;
        }

        (stream.FaultKind, stream.FaultSentence, stream.FaultSince) = (Refused, reason, stream.FaultSince ?? now);
        if (notBefore is { } time && stream.RequestedAt is null && !IsOpen(stream.IncrementalPass) && !IsOpen(stream.FullPass))
        {
            (stream.NotBefore, stream.DueAt) = (time, stream.DueAt > time ? stream.DueAt : time);
        }
    }

    private static void GoOn(StreamRow stream, DateTimeOffset now)
    {
        if (stream.DeniedPermission is not null)
        {
            // Who agrees anew agrees to what is asked for today: the permission is checked now, not next week.
            (stream.NotBefore, stream.DueAt) = (now, now);
        }
        else if (stream.FaultKind == Refused)
        {
            (stream.FaultKind, stream.FaultSentence, stream.FaultSince) = (null, null, null);
            (stream.NotBefore, stream.DueAt) = (null, now);
        }
    }

    private static bool IsOpen(string? pass) => StoredJson.Read<PassState>(pass) is { } open && (open.RunId != 0 || open.RequestId is not null);
}
