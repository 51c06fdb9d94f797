using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Storage.Bulk;
using MSPortal.Storage.Model;

namespace MSPortal.Storage.Sync;

/// <summary>
/// Write transactions of the engine. Rows are locked in one order everywhere (integration, parent stream, child stream, then the rest),
/// so that no two of them can wait for each other, and whoever holds a stream is the only one to write its records.
/// </summary>
internal sealed class Turn(PortalDatabase database, TimeProvider clock)
{
    public Dialect Dialect { get; } = Dialect.Of(database.Kind);

    public DateTimeOffset Now => clock.GetUtcNow();

    public PortalContext Open(long tenantId) => database.Open(tenantId);

    public Task<T> WriteAsync<T>(long tenantId, Func<PortalContext, Task<T>> work, CancellationToken ct) =>
        WriteTransaction.RunAsync(database, tenantId, work, ct);

    /// <summary>A write that only the holder of the lease may do.</summary>
    /// <exception cref="FencedOffException">Someone else has taken over; nothing is written.</exception>
    public Task<T> WriteAsync<T>(SyncLease lease, Func<PortalContext, Integration, Task<T>> work, CancellationToken ct) => WriteAsync(
        lease.TenantId,
        async db =>
        {
            var integration = await IntegrationAsync(db, lease.TenantId, lease.IntegrationId, ct);
            return integration?.Fence == lease.Fence ? await work(db, integration) : throw new FencedOffException(lease);
        },
        ct);

    public Task WriteAsync(SyncLease lease, Func<PortalContext, Integration, Task> work, CancellationToken ct) => WriteAsync(
        lease,
        async (db, integration) =>
        {
            await work(db, integration);
            return true;
        },
        ct);

    /// <summary>The integration's row, locked until the transaction ends.</summary>
    public async Task<Integration?> IntegrationAsync(PortalContext db, long tenantId, long integrationId, CancellationToken ct)
    {
#pragma warning disable EF1002 // The lock is our own text.
        var rows = await db.Integrations
            .FromSqlRaw($"SELECT * FROM integrations WHERE id = {{0}} AND tenant_id = {{1}}{Dialect.RowLock}", integrationId, tenantId)
            .IgnoreQueryFilters().ToListAsync(ct);
#pragma warning restore EF1002
        return rows.SingleOrDefault();
    }

    /// <summary>The stream's row, locked until the transaction ends.</summary>
    /// <exception cref="InvalidOperationException">There is no such stream (any more).</exception>
    public async Task<StreamRow> StreamAsync(PortalContext db, StreamKey key, CancellationToken ct) =>
        await FindStreamAsync(db, key, ct) ?? throw None(key);

    /// <summary>In one statement, which is a transaction: it is asked for before every single read.</summary>
    /// <exception cref="InvalidOperationException">There is no such stream (any more).</exception>
    public Task<long> NextReadSequenceAsync(StreamKey key, CancellationToken ct) => WriteTransaction.StatementAsync(
        database,
        key.TenantId,
        async db => await db.Database.SqlQuery<long>(
                $"UPDATE streams SET read_sequence = read_sequence + 1 WHERE integration_id = {key.IntegrationId} AND data_type = {key.DataType.Slug()} AND partition = {key.Partition} AND tenant_id = {key.TenantId} RETURNING read_sequence AS \"Value\"")
            .ToListAsync(ct) is [var next] ? next : throw None(key),
        ct);

    public async Task<StreamRow?> FindStreamAsync(PortalContext db, StreamKey key, CancellationToken ct)
    {
#pragma warning disable EF1002 // The lock is our own text.
        var rows = await db.Streams
            .FromSqlRaw(
                $"SELECT * FROM streams WHERE integration_id = {{0}} AND data_type = {{1}} AND partition = {{2}} AND tenant_id = {{3}}{Dialect.RowLock}",
                key.IntegrationId,
                key.DataType.Slug(),
                key.Partition,
                key.TenantId)
            .IgnoreQueryFilters().ToListAsync(ct);
#pragma warning restore EF1002
        return rows.SingleOrDefault();
    }

    private static InvalidOperationException None(StreamKey key) => new($"Integration {key.IntegrationId} has no stream of {key.DataType}.");
}
