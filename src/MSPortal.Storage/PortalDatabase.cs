using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace MSPortal.Storage;

/// <summary>A database that this program must not touch or cannot reach; the message is for the operator.</summary>
public sealed class DatabaseRefusedException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The database: opens contexts for a tenant, upgrades the schema, says whether it is well.</summary>
public sealed class PortalDatabase
{
    private readonly DbContextOptions options;

    public PortalDatabase(DatabaseSetting setting)
    {
        Setting = setting;
        if (setting.Kind == DatabaseKind.Sqlite)
        {
            if (Path.GetDirectoryName(setting.Value) is { Length: > 0 } folder)
            {
                PortalFiles.CreateFolder(folder);
            }

            ConnectionString = new SqliteConnectionStringBuilder { DataSource = setting.Value, DefaultTimeout = 30 }.ConnectionString;
            options = new DbContextOptionsBuilder<SqlitePortalContext>()
                .UseSqlite(ConnectionString)
                .AddInterceptors(new SqlitePragmas())
                .Options;
        }
        else
        {
            ConnectionString = setting.Value;
            options = new DbContextOptionsBuilder<PostgresPortalContext>().UseNpgsql(ConnectionString).Options;
        }
    }

    public DatabaseSetting Setting { get; }

    public DatabaseKind Kind => Setting.Kind;

    public string ConnectionString { get; }

    /// <summary>SQLite has one writer at a time; queueing for it here is quicker and fairer than its own retries.</summary>
    internal SemaphoreSlim WriteGate { get; } = new(1, 1);

    /// <summary>A context that sees this tenant's rows only; 0 sees none of anyone's.</summary>
    public PortalContext Open(long tenantId = 0)
    {
        PortalContext context = Kind == DatabaseKind.Sqlite
            ? new SqlitePortalContext((DbContextOptions<SqlitePortalContext>)options)
            : new PostgresPortalContext((DbContextOptions<PostgresPortalContext>)options);
        context.TenantId = tenantId;
        return context;
    }

    /// <summary>A write that is done whole or not at all: what it throws rolls everything back, and what it has changed is saved at its end.</summary>
    /// <param name="tenantId">Whose rows it sees.</param>
    /// <param name="work">Done again, from the start, should the database have chosen it as the victim of a deadlock.</param>
    /// <param name="ct">Leaves everything as it was.</param>
    public Task<T> WriteAsync<T>(long tenantId, Func<PortalContext, Task<T>> work, CancellationToken ct) => WriteTransaction.RunAsync(this, tenantId, work, ct);

    /// <summary>Brings the schema up to this program's version; several processes may ask at once.</summary>
    /// <exception cref="DatabaseRefusedException">The database is newer than this program, or cannot be reached.</exception>
    public async Task MigrateAsync(CancellationToken ct)
    {
        try
        {
            await Migrating.RunAsync(this, ct);
        }
        catch (Exception e) when (Cause(e) is { } cause)
        {
            throw new DatabaseRefusedException($"The database cannot be used: {cause.Message}", e);
        }
    }

    /// <summary>Null when the database answers and is at this program's version; otherwise what is wrong, in one sentence.</summary>
    public async Task<string?> CheckAsync(CancellationToken ct)
    {
        try
        {
            await using var context = Open();
            var applied = (await context.Database.GetAppliedMigrationsAsync(ct)).ToHashSet();
            return applied.SetEquals(context.Database.GetMigrations()) ? null : "The database is not at this program's version.";
        }
        catch (DbException e)
        {
            return $"The database does not answer: {e.Message}";
        }
    }

    /// <summary>Whether the database did not take something, or did not answer; what was done before it is done.</summary>
    public static bool IsTrouble(Exception e) => e is DbUpdateException or TimeoutException || Cause(e) is not null;

    /// <summary>What the database's driver said, which EF Core wraps when it may pass by itself.</summary>
    private static DbException? Cause(Exception e) => e as DbException ?? (e as InvalidOperationException)?.InnerException as DbException;

    private sealed class SqlitePragmas : DbConnectionInterceptor
    {
        private const string Pragmas = "PRAGMA busy_timeout = 30000; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16000; PRAGMA wal_autocheckpoint = 10000;";

        public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
        {
            using var command = connection.CreateCommand();
            command.CommandText = Pragmas;
            command.ExecuteNonQuery();
        }

        public override async Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = Pragmas;
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}
