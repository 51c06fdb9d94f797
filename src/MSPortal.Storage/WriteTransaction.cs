using Microsoft.EntityFrameworkCore;

namespace MSPortal.Storage;

/// <summary>A write that is done whole or not at all, and queues for its turn where the database has one writer at a time.</summary>
internal static class WriteTransaction
{
    public static async Task<T> RunAsync<T>(PortalDatabase database, long tenantId, Func<PortalContext, Task<T>> work, CancellationToken ct)
    {
        var queued = database.Kind == DatabaseKind.Sqlite;
        if (queued)
        {
            await database.WriteGate.WaitAsync(ct);
        }

        try
        {
            await using var db = database.Open(tenantId);
            // On SQLite this takes the write lock at once, so nothing that was read can be outdated.
            await using var transaction = await db.Database.BeginTransactionAsync(ct);
            var result = await work(db);
            await db.SaveChangesAsync(ct);
            await transaction.CommitAsync(ct);
            return result;
        }
        finally
        {
            if (queued)
            {
                database.WriteGate.Release();
            }
        }
    }
}
