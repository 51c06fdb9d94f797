using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Web.Features.Clients;
using MSPortal.Web.Ui;

namespace MSPortal.Web.Features.Integrations;

/// <summary>Runs: what goes on just now, and what was.</summary>
internal sealed class RunQueries(PortalDatabase database, TimeProvider clock)
{
    /// <summary>From how many records on “none any more” is odd.</summary>
    private const int Many = 10;

    private static readonly TimeSpan Recent = TimeSpan.FromDays(3);

    /// <summary>What goes on, by integration; small enough to be asked every second. Integrations where nothing goes on are not in it.</summary>
    public async Task<IReadOnlyDictionary<long, SyncActivity>> ActivityAsync(long tenantId, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        return await ActivityAsync(db, null, ct);
    }

    /// <summary>Newest first, a page of them.</summary>
    public async Task<RecordPage<RunSummary>> ListAsync(long tenantId, RunFilter filter, int skip, int take, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        var wanted = Filtered(db.Runs.AsNoTracking(), filter);
        var total = await wanted.Take(RecordCount.Cap + 1).CountAsync(ct);
        var rows = await wanted.OrderByDescending(r => r.StartedAt).ThenByDescending(r => r.Id).Skip(skip).Take(take).ToListAsync(ct);
        return new RecordPage<RunSummary>(await WithWarningsAsync(db, rows, ct), total);
    }

    /// <summary>What a complete read of so many records is going to cost, by what the last one of its kind did; null before there was any.</summary>
    public async Task<(long Calls, TimeSpan Time)?> EffortAsync(long tenantId, long integrationId, DataType type, int records, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        var complete = db.Runs.AsNoTracking().Where(r => r.IntegrationId == integrationId && r.Kind == PassKind.Full && r.Read > 0
            && r.EndedAt != null && (r.Status == RunStatus.Succeeded || r.Status == RunStatus.Partial));
        // Another data type tells how quick the vendor is, until this one has been read.
        var last = await complete.Where(r => r.DataType == type).OrderByDescending(r => r.Id).FirstOrDefaultAsync(ct)
            ?? await complete.OrderByDescending(r => r.Read).FirstOrDefaultAsync(ct);
        if (last is not { EndedAt: { } ended })
        {
            return null;
        }

        var share = records / (double)last.Read;
        return (Math.Max(1, (long)Math.Ceiling(last.ApiCalls * share)), (ended - last.StartedAt) * share);
    }

    /// <summary>Null when the tenant has no such run.</summary>
    public async Task<RunSummary?> FindAsync(long tenantId, long runId, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        var rows = await db.Runs.AsNoTracking().Where(r => r.Id == runId).ToListAsync(ct);
        return (await WithWarningsAsync(db, rows, ct)).SingleOrDefault();
    }

    /// <summary>A request with its runs; null when the tenant has no such request.</summary>
    public async Task<RequestSummary?> RequestAsync(long tenantId, long requestId, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        if (await db.SyncRequests.AsNoTracking().FirstOrDefaultAsync(r => r.Id == requestId, ct) is not { } request)
        {
            return null;
        }

        var rows = await db.Runs.AsNoTracking().Where(r => r.RequestId == requestId).OrderBy(r => r.Id).ToListAsync(ct);
        return new RequestSummary(
            request.Id, request.IntegrationId, request.Trigger, request.RequestedBy, request.RequestedAt, request.Status, request.EndedAt, await WithWarningsAsync(db, rows, ct));
    }

    public async Task<IReadOnlyDictionary<long, SyncActivity>> ActivityAsync(PortalContext db, long? integrationId, CancellationToken ct)
    {
        var rows = await db.Runs.AsNoTracking()
            .Where(r => (integrationId == null || r.IntegrationId == integrationId) && (r.Status == RunStatus.Running || r.Status == RunStatus.Waiting))
            .OrderBy(r => r.Id)
            .ToListAsync(ct);
        var now = clock.GetUtcNow();
        var queued = await db.Streams
            .Where(s => (integrationId == null || s.IntegrationId == integrationId) && s.Enabled && s.RequestedAt != null && s.RequestedAt <= now)
            .Select(s => s.IntegrationId).Distinct()
            .ToListAsync(ct);
        var clients = await ClientsAsync(db, rows, ct);
        return rows.Select(r => r.IntegrationId).Union(queued).ToDictionary(
            id => id,
            id => new SyncActivity([.. rows.Where(r => r.IntegrationId == id).Select(r => Summary(r, null, clients))], queued.Contains(id)));
    }

    /// <summary>The newest ended run of each data type and connection, of the last days.</summary>
    public async Task<ILookup<(long IntegrationId, DataType DataType), RunSummary>> LastAsync(PortalContext db, long? integrationId, CancellationToken ct)
    {
        var since = clock.GetUtcNow() - Recent;
        var newest = await db.Runs
            .Where(r => (integrationId == null || r.IntegrationId == integrationId) && r.StartedAt > since && r.EndedAt != null)
            .GroupBy(r => new { r.IntegrationId, r.DataType, r.Partition })
            .Select(g => g.Max(r => r.Id))
            .ToListAsync(ct);
        var rows = await db.Runs.AsNoTracking().Where(r => newest.Contains(r.Id)).ToListAsync(ct);
        return (await WithWarningsAsync(db, rows, ct)).ToLookup(r => (r.IntegrationId, r.DataType));
    }

    /// <summary>Requests sent to the vendors by runs that began since then.</summary>
    public async Task<IReadOnlyDictionary<(long IntegrationId, DataType DataType), long>> CallsAsync(long tenantId, DateTimeOffset since, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        var sums = await db.Runs.Where(r => r.StartedAt > since).GroupBy(r => new { r.IntegrationId, r.DataType })
            .Select(g => new { g.Key.IntegrationId, g.Key.DataType, Calls = g.Sum(r => r.ApiCalls) }).ToListAsync(ct);
        return sums.ToDictionary(s => (s.IntegrationId, s.DataType), s => s.Calls);
    }

    private static IQueryable<RunRow> Filtered(IQueryable<RunRow> runs, RunFilter filter)
    {
        if (filter.IntegrationId is { } integration)
        {
            runs = runs.Where(r => r.IntegrationId == integration);
        }

        if (filter.DataType is { } type)
        {
            runs = runs.Where(r => r.DataType == type);
        }

        if (filter.Status is { } status)
        {
            runs = runs.Where(r => r.Status == status);
        }

        if (filter.Partition is { } partition)
        {
            runs = runs.Where(r => r.Partition == partition);
        }

        return filter.RequestId is { } request ? runs.Where(r => r.RequestId == request) : runs;
    }

    /// <summary>A complete read that finds nothing where there used to be many is a success only in name; one that only ends what a run before it had read is not empty.</summary>
    private static async Task<IReadOnlyList<RunSummary>> WithWarningsAsync(PortalContext db, List<RunRow> rows, CancellationToken ct)
    {
        var summaries = new List<RunSummary>(rows.Count);
        var clients = await ClientsAsync(db, rows, ct);
        foreach (var row in rows)
        {
            var before = row is { Kind: PassKind.Full, Read: 0, EndedAt: not null, Status: RunStatus.Succeeded or RunStatus.Partial }
                ? await db.Runs.Where(r => r.IntegrationId == row.IntegrationId && r.DataType == row.DataType && r.Partition == row.Partition
                        && r.Kind == PassKind.Full && r.Id < row.Id && r.Read > 0)
                    .OrderByDescending(r => r.Id).Select(r => new { r.Read, r.Status }).FirstOrDefaultAsync(ct)
                : null;
            var isEmptied = before is { Read: >= Many, Status: RunStatus.Succeeded or RunStatus.Partial };
            summaries.Add(Summary(row, isEmptied ? $"The vendor answered with no records; the complete read before had {before!.Read:N0}." : null, clients));
        }

        return summaries;
    }

    /// <summary>What the clients are called whose connections were read.</summary>
    private static async Task<IReadOnlyDictionary<(long IntegrationId, string Partition), string>> ClientsAsync(PortalContext db, List<RunRow> rows, CancellationToken ct)
    {
        var integrations = rows.Where(r => r.Partition.Length > 0).Select(r => r.IntegrationId).Distinct().ToList();
        var clients = await ClientStanding.OfAsync(db, integrations, ct);
        return clients.SelectMany(g => g.Select(c => (Key: (g.Key, c.Id), c.Name))).ToDictionary(c => c.Key, c => c.Name);
    }

    private static RunSummary Summary(RunRow row, string? warning, IReadOnlyDictionary<(long IntegrationId, string Partition), string> clients) => new()
    {
        Partition = row.Partition,
        Client = row.Partition.Length == 0 ? null : clients.GetValueOrDefault((row.IntegrationId, row.Partition), row.Partition),
        Id = row.Id,
        IntegrationId = row.IntegrationId,
        DataType = row.DataType,
        Trigger = row.Trigger,
        Kind = row.Kind,
        Status = row.Status,
        StartedAt = row.StartedAt,
        EndedAt = row.EndedAt,
        Message = row.Message,
        FaultKind = row.FaultKind,
        RequestId = row.RequestId,
        Warning = warning,
        Counts = new RunCounts
        {
            Read = row.Read,
            Created = row.Created,
            Updated = row.Updated,
            Unchanged = row.Unchanged,
            Removed = row.Removed,
            LeftScope = row.LeftScope,
            Quarantined = row.Quarantined,
            Pages = row.Pages,
            ApiCalls = row.ApiCalls,
            RateLimitWaits = row.RateLimitWaits,
            RateLimitWait = row.RateLimitWait,
            Total = row.Total,
        },
    };
}
