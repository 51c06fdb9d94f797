using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Core.Sync;
using MSPortal.Storage.Model;
using MSPortal.Storage.Secrets;

namespace MSPortal.Storage.Sync;

/// <summary>What there is to do and for whom, read without any lock.</summary>
internal sealed class DueWork(Turn turn, Vault vault)
{
    public async Task<IReadOnlyList<(long TenantId, long IntegrationId)>> DueAsync(DateTimeOffset now, CancellationToken ct)
    {
        await using var db = turn.Open(0);
        var streams = db.Streams.IgnoreQueryFilters().Where(s => s.Enabled);
        // Two questions, since each has an index of its own. What has to wait has to wait with a request, too.
        var due = streams.Where(s => s.DueAt <= now).Select(s => new { s.TenantId, s.IntegrationId });
        var requested = streams.Where(s => s.RequestedAt != null && (s.NotBefore == null || s.NotBefore <= now)).Select(s => new { s.TenantId, s.IntegrationId });
        var found = await Workable(db.Integrations.IgnoreQueryFilters())
            .Where(i => i.LeaseUntil == null || i.LeaseUntil <= now)
            .Join(due.Union(requested), i => new { i.TenantId, IntegrationId = i.Id }, s => s, (i, s) => new { i.TenantId, i.Id })
            .Distinct()
            .OrderBy(i => i.Id)
            .ToListAsync(ct);
        return found.ConvertAll(i => (i.TenantId, i.Id));
    }

    public async Task<DateTimeOffset?> NextDueAsync(long tenantId, long integrationId, CancellationToken ct)
    {
        await using var db = turn.Open(tenantId);
        var integration = await Workable(db.Integrations).Where(i => i.Id == integrationId).Select(i => new { i.LeaseUntil }).FirstOrDefaultAsync(ct);
        if (integration is null)
        {
            return null;
        }

        var streams = await db.Streams.Where(s => s.IntegrationId == integrationId && s.Enabled)
            .Select(s => new { s.DueAt, s.RequestedAt, s.NotBefore }).ToListAsync(ct);
        if (streams.Count == 0)
        {
            return null;
        }

        var next = streams.Min(s => s.RequestedAt is { } at ? Earlier(s.DueAt, Later(at, s.NotBefore)) : s.DueAt);
        return Later(next, integration.LeaseUntil > turn.Now ? integration.LeaseUntil : null);
    }

    public async Task<IntegrationState?> IntegrationAsync(long tenantId, long integrationId, CancellationToken ct)
    {
        await using var db = turn.Open(tenantId);
        if (await db.Integrations.AsNoTracking().FirstOrDefaultAsync(i => i.Id == integrationId, ct) is not { } row)
        {
            return null;
        }

        var zone = await db.Tenants.Where(t => t.Id == tenantId).Select(t => t.TimeZone).FirstOrDefaultAsync(ct);
        var choice = Scopes.Choice(row);
        // One without streams is being disconnected.
        var partitions = await db.Partitions.AsNoTracking().Where(p => p.IntegrationId == integrationId && db.Streams.Any(s => s.IntegrationId == integrationId && s.Partition == p.Partition))
            .OrderBy(p => p.Name).ThenBy(p => p.Partition).Select(p => new PartitionIdentity(p.Partition, p.Name, p.Detail)).ToListAsync(ct);
        return new IntegrationState
        {
            TenantId = tenantId,
            Id = row.Id,
            Provider = row.Provider,
            Name = row.Name,
            Status = row.Status,
            Settings = vault.Read(row),
            SettingsVersion = row.SettingsVersion,
            Scope = choice.Tickets,
            CompanyFilter = choice.Companies,
            AccountId = row.AccountId,
            Partitions = partitions,
            UnintelligibleRuns = row.UnintelligibleRuns,
            TimeZone = zone ?? "UTC",
        };
    }

    public async Task<IReadOnlyList<StreamState>> StreamsAsync(long tenantId, long integrationId, CancellationToken ct)
    {
        await using var db = turn.Open(tenantId);
        return [.. Ordered(await db.Streams.AsNoTracking().Where(s => s.IntegrationId == integrationId).ToListAsync(ct))];
    }

    public async Task<StreamState?> StreamAsync(StreamKey key, CancellationToken ct)
    {
        await using var db = turn.Open(key.TenantId);
        return (await db.Streams.AsNoTracking().FirstOrDefaultAsync(s => s.IntegrationId == key.IntegrationId && s.DataType == key.DataType && s.Partition == key.Partition, ct))?.State();
    }

    public async Task<ILookup<long, StreamState>> AllStreamsAsync(long tenantId, CancellationToken ct)
    {
        await using var db = turn.Open(tenantId);
        return Ordered(await db.Streams.AsNoTracking().ToListAsync(ct)).ToLookup(s => s.Key.IntegrationId);
    }

    private static IEnumerable<StreamState> Ordered(IEnumerable<StreamRow> rows) =>
        rows.OrderBy(r => r.DataType).ThenBy(r => r.Partition, StringComparer.Ordinal).Select(r => r.State());

    private static IQueryable<Integration> Workable(IQueryable<Integration> integrations) =>
        integrations.Where(i => (i.Status == IntegrationStatus.Active || i.Status == IntegrationStatus.Error) && i.Secrets != null);

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset? b) => b > a ? b.Value : a;
}
