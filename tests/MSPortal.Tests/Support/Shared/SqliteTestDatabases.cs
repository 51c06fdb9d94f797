using Microsoft.Data.Sqlite;

namespace MSPortal.Tests.Support;

internal static class SqliteTestDatabases
{
    private static readonly Lazy<string> Folder = new(() => Directory.CreateTempSubdirectory("msportal-tests-").FullName);

    public static TestDatabase Create()
    {
        // A folder of its own, since the database's log and shared memory lie beside it.
        var folder = Directory.CreateDirectory(Path.Combine(Folder.Value, Guid.NewGuid().ToString("N")));
        return new TestDatabase(DatabaseKind.Sqlite, Path.Combine(folder.FullName, "msportal.db"), () =>
        {
            // Pooled connections would keep the deleted file's space and handles.
            SqliteConnection.ClearAllPools();
            folder.Delete(recursive: true);
            return ValueTask.CompletedTask;
        });
    }

    public static TestDatabase Clone(string template)
    {
        var clone = Create();
        File.Copy(template, clone.Setting);
        return clone;
    }

    public static async Task SealAsync(string path)
    {
        SqliteConnection.ClearAllPools();
        await using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
        await using var reader = await command.ExecuteReaderAsync();
        if (await reader.ReadAsync() && reader.GetInt32(0) != 0)
        {
            throw new InvalidOperationException("The migration of the template left a connection open.");
        }
    }

    public static void RemoveFolder()
    {
        if (Folder.IsValueCreated && Directory.Exists(Folder.Value))
        {
            Directory.Delete(Folder.Value, recursive: true);
        }
    }
}
