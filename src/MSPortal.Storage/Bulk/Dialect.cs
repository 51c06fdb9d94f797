using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;

namespace MSPortal.Storage.Bulk;

/// <summary>What the two databases say differently, in one file each.</summary>
internal abstract class Dialect
{
    private static readonly Dialect Sqlite = new SqliteDialect();
    private static readonly Dialect Postgres = new PostgresDialect();

    private readonly ConcurrentDictionary<Type, object> tables = new();

    /// <summary>Ends a query whose rows nobody else may change before the transaction ends.</summary>
    public abstract string RowLock { get; }

    /// <summary>One of each for the process: what it compiles for a table costs more than a thousand rows.</summary>
    public static Dialect Of(DatabaseKind kind) => kind == DatabaseKind.Sqlite ? Sqlite : Postgres;

    /// <summary>Inserts the rows, or gives those that exist by their key all values but that of their creation; part of the context's transaction.</summary>
    public Task UpsertAsync<TRow>(PortalContext db, IReadOnlyList<TRow> rows, CancellationToken ct)
        where TRow : class =>
        rows.Count == 0
            ? Task.CompletedTask
            : UpsertAsync(db, (BulkTable<TRow>)tables.GetOrAdd(typeof(TRow), _ => BulkTable<TRow>.Of(db.Model)), rows, ct);

    protected abstract Task UpsertAsync<TRow>(PortalContext db, BulkTable<TRow> table, IReadOnlyList<TRow> rows, CancellationToken ct)
        where TRow : class;
}
