using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace MSPortal.Storage;

/// <summary>A write that is done whole or not at all, and queues for its turn where the database has one writer at a time.</summary>
internal static class WriteTransaction
{
    private const int Attempts = 3;

    /// <param name="work">Done once more, from the start, should the database have chosen it as the victim of a deadlock, or somebody else have written the same at the same moment.</param>
    public static Task<T> RunAsync<T>(PortalDatabase database, long tenantId, Func<PortalContext, Task<T>> work, CancellationToken ct) =>
        InTurnAsync(database, () => OnceAsync(database, tenantId, work, ct), ct);

    /// <param name="statement">A single one, which needs no transaction around it.</param>
    public static Task<T> StatementAsync<T>(PortalDatabase database, long tenantId, Func<PortalContext, Task<T>> statement, CancellationToken ct) => InTurnAsync(
        database,
        async () =>
        {
            await using var db = database.Open(tenantId);
            return await statement(db);
        },
        ct);

    private static async Task<T> InTurnAsync<T>(PortalDatabase database, Func<Task<T>> work, CancellationToken ct)
    {
        var queued = database.Kind == DatabaseKind.Sqlite;
        if (queued)
        {
            await database.WriteGate.WaitAsync(ct);
        }

        try
        {
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    return await work();
                }
                catch (Exception e) when (attempt < Attempts && IsOthers(e))
                {
                    // Nothing was written, and the other one has what it waited for, or is the one who wrote it.
                }
            }
        }
        finally
        {
            if (queued)
            {
                database.WriteGate.Release();
            }
        }
    }

    private static async Task<T> OnceAsync<T>(PortalDatabase database, long tenantId, Func<PortalContext, Task<T>> work, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        // On SQLite this takes the write lock at once, so nothing that was read can be outdated.
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var result = await work(db);
        await db.SaveChangesAsync(ct);
        // A commit that is called off on its way may have happened all the same, and nobody would know.
        await transaction.CommitAsync(CancellationToken.None);
        return result;
    }

    private static bool IsOthers(Exception e) =>
        e is PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.UniqueViolation } || (e.InnerException is { } inner && IsOthers(inner));
}
