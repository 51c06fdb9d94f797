using System.Globalization;
using System.Reflection;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using MSPortal.Storage.Model;

namespace MSPortal.Storage.Upkeep;

/// <summary>What a backup says of itself.</summary>
/// <param name="Version">Of the program that made it.</param>
/// <param name="Schema">The newest migration in it.</param>
/// <param name="TakenAt">When.</param>
public sealed record BackupManifest(string Product, string Version, string Schema, DateTimeOffset TakenAt);

/// <param name="ReplacedDatabase">Where the database that was replaced is kept; null when there was none.</param>
public sealed record RestoredBackup(BackupManifest Manifest, string? ReplacedDatabase);

/// <summary>Copies a SQLite database into one file while a server writes, and puts such a copy back; PostgreSQL has its own tools. The key file is never part of it.</summary>
public sealed class DatabaseBackup(PortalDatabase database, TimeProvider clock)
{
    private const string Product = "msportal";
    private const string ManifestTable = "msportal_backup";
    private const string UsePostgresTools = "This database is PostgreSQL: use pg_dump to back it up and pg_restore to restore it.";

    private string Current => database.Setting.Value;

    /// <exception cref="DatabaseRefusedException">It is PostgreSQL, the file exists, or the copy is not sound.</exception>
    public async Task<BackupManifest> BackupAsync(string file, CancellationToken ct)
    {
        RefusePostgres();
        if (File.Exists(file))
        {
            throw new DatabaseRefusedException($"{file} exists already. Choose another name; nothing was written.");
        }

        if (await database.CheckAsync(ct) is { } problem)
        {
            throw new DatabaseRefusedException(problem);
        }

        var partial = file + ".partial";
        File.Delete(partial);
        try
        {
            var manifest = await CopyAsync(partial, ct);
            File.Move(partial, file);
            return manifest;
        }
        finally
        {
            File.Delete(partial);
        }
    }

    /// <param name="file">A backup.</param>
    /// <param name="force">Also beside a living server, which goes on with the replaced database until it is started anew.</param>
    /// <param name="ct">Until the swap, nothing is changed.</param>
    /// <exception cref="DatabaseRefusedException">The file is not a sound backup or newer than this program, or the database is in use.</exception>
    public async Task<RestoredBackup> RestoreAsync(string file, bool force, CancellationToken ct)
    {
        RefusePostgres();
        var restoring = Current + ".restoring";
        await using var turn = await Migrating.LockFileAsync(Current + ".upgrade", ct);
        try
        {
            var manifest = await PrepareAsync(file, restoring, ct);
            var folded = await ReleaseAsync(force, ct);
            var kept = Keep(folded);
            File.Move(restoring, Current, overwrite: true);
            return new RestoredBackup(manifest, kept);
        }
        finally
        {
            File.Delete(restoring);
        }
    }

    private async Task<BackupManifest> CopyAsync(string partial, CancellationToken ct)
    {
        await using var source = await OpenAsync(Current, SqliteOpenMode.ReadOnly, ct);
        await using var copy = await OpenAsync(partial, SqliteOpenMode.ReadWriteCreate, ct);
        PortalFiles.OwnerOnly(partial);
        await Task.Run(() => source.BackupDatabase(copy), ct);
        var manifest = new BackupManifest(Product, Version(), await ScalarAsync(copy, Newest, null, ct) ?? "", clock.GetUtcNow());
        await ScalarAsync(copy, "PRAGMA journal_mode = DELETE", null, ct); // One file, with nothing beside it.
        await ScalarAsync(copy, $"CREATE TABLE {ManifestTable} (manifest TEXT NOT NULL)", null, ct);
        await ScalarAsync(copy, $"INSERT INTO {ManifestTable} VALUES ($value)", StoredJson.Write(manifest), ct);
        await RefuseDamagedAsync(copy, partial, ct);
        return manifest;
    }

    /// <summary>Checks a copy of the backup and makes a database of it, so that the swap itself can no longer fail.</summary>
    private async Task<BackupManifest> PrepareAsync(string file, string restoring, CancellationToken ct)
    {
        if (!File.Exists(file))
        {
            throw new DatabaseRefusedException($"There is no file {file}.");
        }

        File.Copy(file, restoring, overwrite: true);
        PortalFiles.OwnerOnly(restoring);
        try
        {
            await using var copy = await OpenAsync(restoring, SqliteOpenMode.ReadWrite, ct);
            var json = await ScalarAsync(copy, $"SELECT manifest FROM {ManifestTable}", null, ct);
            if (StoredJson.Read<BackupManifest>(json) is not { Product: Product } manifest)
            {
                throw new DatabaseRefusedException($"{file} is no backup of MSPortal.");
            }

            RefuseNewer(manifest);
            await RefuseDamagedAsync(copy, file, ct);
            // Whoever ran on that database does not run on this one.
            await ScalarAsync(copy, $"DROP TABLE {ManifestTable}; DELETE FROM nodes", null, ct);
            return manifest;
        }
        catch (SqliteException e)
        {
            throw new DatabaseRefusedException($"{file} is no backup of MSPortal: {e.Message}", e);
        }
    }

    private void RefuseNewer(BackupManifest manifest)
    {
        using var db = database.Open();
        if (!db.Database.GetMigrations().Contains(manifest.Schema))
        {
            throw new DatabaseRefusedException(
                $"The backup was made by a newer version of MSPortal ({manifest.Version}, {manifest.Schema}). Restore it with that version. Nothing was changed.");
        }
    }

    /// <summary>Sees that nobody uses the database; true when everything of it is in its one file.</summary>
    private async Task<bool> ReleaseAsync(bool force, CancellationToken ct)
    {
        if (!File.Exists(Current))
        {
            return true;
        }

        try
        {
            if (!force && await LivingServerAsync(ct) is { } node)
            {
                throw new DatabaseRefusedException($"A server is running on this database ({node}). Stop it first; nothing was changed.");
            }

            SqliteConnection.ClearAllPools();
            await using var current = await OpenAsync(Current, SqliteOpenMode.ReadWrite, ct);
            current.DefaultTimeout = 1;
            // Only who is alone with the database can leave write-ahead logging.
            return await ScalarAsync(current, "PRAGMA journal_mode = DELETE", null, ct) == "delete";
        }
        catch (SqliteException e) when (e.SqliteErrorCode is 5 or 6)
        {
            return force ? false : throw new DatabaseRefusedException("The database is in use. Stop whatever uses it first; nothing was changed.", e);
        }
        catch (SqliteException)
        {
            return false; // A damaged database is what a backup is for.
        }
    }

    private async Task<string?> LivingServerAsync(CancellationToken ct)
    {
        var since = clock.GetUtcNow() - Node.DeadAfter;
        await using var db = database.Open();
        var tables = await db.Database.SqlQuery<int>($"SELECT count(*) AS \"Value\" FROM sqlite_master WHERE name = 'nodes'").SingleAsync(ct);
        return tables == 0 ? null : await db.Nodes.Where(n => n.HeartbeatAt > since).Select(n => n.Name).FirstOrDefaultAsync(ct);
    }

    /// <summary>A copy stays beside the database; its log must not meet the restored file.</summary>
    private string? Keep(bool folded)
    {
        if (!File.Exists(Current))
        {
            return null;
        }

        var kept = string.Create(CultureInfo.InvariantCulture, $"{Current}.before-restore-{clock.GetUtcNow():yyyyMMdd'T'HHmmss'Z'}");
        File.Copy(Current, kept, overwrite: true);
        PortalFiles.OwnerOnly(kept);
        foreach (var suffix in (string[])["-wal", "-shm"])
        {
            if (File.Exists(Current + suffix))
            {
                if (!folded)
                {
                    File.Copy(Current + suffix, kept + suffix, overwrite: true);
                }

                File.Delete(Current + suffix);
            }
        }

        return kept;
    }

    private void RefusePostgres()
    {
        if (database.Kind == DatabaseKind.Postgres)
        {
            throw new DatabaseRefusedException(UsePostgresTools);
        }
    }

    private static async Task RefuseDamagedAsync(SqliteConnection copy, string file, CancellationToken ct)
    {
        if (await ScalarAsync(copy, "PRAGMA integrity_check", null, ct) is not "ok" and var finding)
        {
            throw new DatabaseRefusedException($"{file} is damaged: {finding}");
        }
    }

    private const string Newest = "SELECT \"MigrationId\" FROM \"__EFMigrationsHistory\" ORDER BY \"MigrationId\" DESC LIMIT 1";

    private static string Version() =>
        typeof(DatabaseBackup).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "?";

    private static async Task<SqliteConnection> OpenAsync(string path, SqliteOpenMode mode, CancellationToken ct)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false }.ConnectionString);
        await connection.OpenAsync(ct);
        return connection;
    }

    private static async Task<string?> ScalarAsync(SqliteConnection connection, string sql, string? value, CancellationToken ct)
    {
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Only statements of our own.
        command.CommandText = sql;
#pragma warning restore CA2100
        if (value is not null)
        {
            command.Parameters.AddWithValue("$value", value);
        }

        return await command.ExecuteScalarAsync(ct) as string;
    }
}
