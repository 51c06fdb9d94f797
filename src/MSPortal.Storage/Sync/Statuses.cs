using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Core.Sync;
using MSPortal.Storage.Model;

namespace MSPortal.Storage.Sync;

/// <summary>How an integration stands, and what its key may read.</summary>
internal sealed class Statuses(Turn turn)
{
    public Task SetAsync(
        SyncLease lease, IntegrationStatus status, string? reason, string? whatToDo, int unintelligibleRuns, CancellationToken ct) => turn.WriteAsync(
        lease,
        async (db, integration) =>
        {
            integration.StatusSince = integration.Status == status ? integration.StatusSince : turn.Now;
            integration.Status = status;
            integration.StatusReason = StreamMapping.Clean(reason);
            integration.StatusAdvice = StreamMapping.Clean(whatToDo);
            integration.UnintelligibleRuns = unintelligibleRuns;
            await Requests.SettleAsync(db, integration, turn.Now, ct);
        },
        ct);

    public Task RecordAreasAsync(long tenantId, long integrationId, string partition, AccountIdentity? account, IReadOnlyList<AreaResult> areas, DateTimeOffset at, CancellationToken ct) => turn.WriteAsync(
        tenantId,
        async db =>
        {
            if (await turn.IntegrationAsync(db, tenantId, integrationId, ct) is not { } integration)
            {
                return false;
            }

            if (partition.Length == 0)
            {
                await RecordAsync(db, integration, account, areas, at, ct);
            }
            else if (await db.Partitions.FirstOrDefaultAsync(p => p.IntegrationId == integrationId && p.Partition == partition, ct) is { } row)
            {
                Record(row, account, areas);
            }

            foreach (var stream in await db.Streams.Where(s => s.IntegrationId == integrationId && s.Partition == partition).ToListAsync(ct))
            {
                Apply(stream, [.. areas.Where(a => a.DataType == stream.DataType)], at);
            }

            return true;
        },
        ct);

    private static async Task RecordAsync(
        PortalContext db, Integration integration, AccountIdentity? account, IReadOnlyList<AreaResult> areas, DateTimeOffset at, CancellationToken ct)
    {
        integration.Areas = StreamMapping.Clean(StoredJson.Write(areas));
        integration.AreasCheckedAt = at;
        if (integration.AccountId is null && account is not null
            && !await db.Integrations.AnyAsync(i => i.Provider == integration.Provider && i.AccountId == account.Id, ct))
        {
            // It was stored without a test; from now on a reconnect has to be this account.
            (integration.AccountId, integration.AccountName, integration.VendorVersion) = (account.Id, account.Name, account.Version);
        }
    }

    private static void Record(PartitionRow row, AccountIdentity? account, IReadOnlyList<AreaResult> areas)
    {
        row.Areas = StreamMapping.Clean(StoredJson.Write(areas));
        if (account?.Id == row.Partition)
        {
            (row.Name, row.Detail) = (StreamMapping.Clean(account.Name)!, StreamMapping.Clean(account.Detail));
        }
    }

    private static void Apply(StreamRow stream, List<AreaResult> areas, DateTimeOffset at)
    {
        if (areas.Find(a => a.Outcome == AreaOutcome.NotPermitted) is { } denied)
        {
            stream.DeniedPermission = StreamMapping.Clean(denied.Permission.Name);
        }
        else if (stream.DeniedPermission is not null && areas.Exists(a => a.Outcome is AreaOutcome.Granted or AreaOutcome.GrantedNoData))
        {
            (stream.DeniedPermission, stream.NotBefore) = (null, null);
            (stream.FaultKind, stream.FaultSentence, stream.FaultSince) = (null, null, null);
            (stream.IncrementalDueAt, stream.DueAt) = (at, at);
        }
    }
}
