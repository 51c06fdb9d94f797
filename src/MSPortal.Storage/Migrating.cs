using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace MSPortal.Storage;

/// <summary>Upgrades the schema exactly once, however many processes start at the same moment and however the last one ended.</summary>
internal static class Migrating
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    public static async Task RunAsync(PortalDatabase database, CancellationToken ct)
    {
        await using var context = database.Open();
        await using var turn = database.Kind == DatabaseKind.Postgres
            ? await LockServerAsync(context, database.ConnectionString, ct)
            : await LockFileAsync(database.Setting.Value + ".upgrade", ct);
        var applied = await AppliedAsync(context, ct);
        RefuseNewer(context, applied);
        if (database.Kind == DatabaseKind.Sqlite)
        {
            await PrepareFileAsync(context, database.Setting.Value, ct);
        }

        if (context.Database.GetMigrations().Except(applied, StringComparer.Ordinal).Any())
        {
            // Ours is the turn: a lock of EF's own that a killed process left behind would be waited for for ever.
            await context.Database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS \"__EFMigrationsLock\"", ct);
            await context.Database.MigrateAsync(ct);
        }
    }

    public static async Task<List<string>> AppliedAsync(PortalContext context, CancellationToken ct) =>
        await context.Database.CanConnectAsync(ct) ? [.. await context.Database.GetAppliedMigrationsAsync(ct)] : [];

    public static void RefuseNewer(PortalContext context, List<string> applied)
    {
        var known = context.Database.GetMigrations().ToHashSet(StringComparer.Ordinal);
        if (applied.FindAll(m => !known.Contains(m)) is { Count: > 0 } unknown)
        {
            throw new DatabaseRefusedException(
                $"The database was upgraded by a newer version of MSPortal (it has {unknown[^1]}). Start that version, or restore a backup. Nothing was changed.");
        }
    }

    private static async Task PrepareFileAsync(PortalContext context, string path, CancellationToken ct)
    {
        await context.Database.OpenConnectionAsync(ct);
        await context.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = WAL", ct);
        PortalFiles.OwnerOnly(path);
    }

    /// <summary>EF's lock on PostgreSQL ends with each migration; this one with the connection.</summary>
    private static async Task<IAsyncDisposable> LockServerAsync(PortalContext context, string connectionString, CancellationToken ct)
    {
        if (!await context.Database.CanConnectAsync(ct))
        {
            await CreateAsync(context, ct);
        }

        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        try
        {
            await connection.OpenAsync(ct);
            await using var command = new NpgsqlCommand("SELECT pg_advisory_lock(7246771)", connection) { CommandTimeout = 0 };
            await command.ExecuteNonQueryAsync(ct);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private static async Task CreateAsync(PortalContext context, CancellationToken ct)
    {
        try
        {
            await context.GetService<IRelationalDatabaseCreator>().CreateAsync(ct);
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.DuplicateDatabase or PostgresErrorCodes.UniqueViolation)
        {
            // Another process was quicker.
        }
    }

    /// <summary>The file stays: who had opened one that is then deleted would hold a lock that nobody else sees. It is only read, since another account may have made it.</summary>
    public static async Task<IAsyncDisposable> LockFileAsync(string path, CancellationToken ct)
    {
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.Read, FileShare.None, 1);
            }
            catch (IOException e) when (IsTaken(e))
            {
                await Task.Delay(Poll, TimeProvider.System, ct);
            }
        }
    }

    /// <summary>What .NET makes of a sharing violation: Windows' own number, or EAGAIN as Linux and macOS count it.</summary>
    private static bool IsTaken(IOException e) => (e.HResult & 0xFFFF) is 32 or 11 or 35;
}

/// <summary>Files that hold clients' data or keys belong to the account that runs the portal alone.</summary>
internal static class PortalFiles
{
    public const UnixFileMode OwnerReadWrite = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static void OwnerOnly(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, OwnerReadWrite);
        }
    }

    /// <summary>Makes the folder, and only then for its owner alone: an existing one is the operator's business.</summary>
    public static void CreateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else if (!Directory.Exists(path))
        {
            Directory.CreateDirectory(path, OwnerReadWrite | UnixFileMode.UserExecute);
        }
    }
}
