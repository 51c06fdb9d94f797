using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Support;

public sealed class TestDatabaseTests
{
    [Theory, DatabaseData]
    public async Task Two_databases_share_nothing(DatabaseKind kind)
    {
        await using var first = await TestDatabase.CreateAsync(kind);
        await using var second = await TestDatabase.CreateAsync(kind);

        await ExecuteAsync(first, "CREATE TABLE note (text text); INSERT INTO note VALUES ('first')");
        await ExecuteAsync(second, "CREATE TABLE note (text text); INSERT INTO note VALUES ('second')");

        (await ReadAsync(first)).ShouldBe(["first"]);
        (await ReadAsync(second)).ShouldBe(["second"]);
    }

    [Theory, DatabaseData]
    public async Task A_template_is_migrated_once_and_its_copies_are_independent(DatabaseKind kind)
    {
        var migrations = 0;
        async Task MigrateAsync(string setting)
        {
            Interlocked.Increment(ref migrations);
            await ExecuteAsync(kind, setting, "CREATE TABLE note (text text); INSERT INTO note VALUES ('template')");
        }

        var copies = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => TestDatabase.CreateAsync(kind, nameof(TestDatabaseTests), MigrateAsync)));
        await ExecuteAsync(copies[0], "INSERT INTO note VALUES ('copy')");

        migrations.ShouldBe(1);
        (await ReadAsync(copies[0])).ShouldBe(["template", "copy"], ignoreOrder: true);
        (await ReadAsync(copies[3])).ShouldBe(["template"]);
        foreach (var copy in copies)
        {
            await copy.DisposeAsync();
        }
    }

    [Theory, DatabaseData]
    public async Task A_database_is_gone_after_its_test_even_when_it_is_still_open(DatabaseKind kind)
    {
        var database = await TestDatabase.CreateAsync(kind);
        await using var open = Connection(kind, database.Setting);
        await open.OpenAsync();

        await database.DisposeAsync();

        (await ExistsAsync(database)).ShouldBeFalse();
    }

    [Theory]
    [DatabaseData("a", 1)]
    [DatabaseData("b", 2)]
    public void The_arguments_of_the_attribute_follow_the_kind(DatabaseKind kind, string text, int number)
    {
        Enum.IsDefined(kind).ShouldBeTrue();
        (text, number).ShouldBeOneOf(("a", 1), ("b", 2));
    }

    private static async Task<bool> ExistsAsync(TestDatabase database)
    {
        if (database.Kind == DatabaseKind.Sqlite)
        {
            return File.Exists(database.Setting) || Directory.Exists(Path.GetDirectoryName(database.Setting));
        }

        await using var connection = new NpgsqlConnection(Dependency.Postgres());
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)", connection);
        command.Parameters.Add(new() { Value = new NpgsqlConnectionStringBuilder(database.Setting).Database! });
        return (bool)(await command.ExecuteScalarAsync())!;
    }

    private static Task ExecuteAsync(TestDatabase database, string sql) => ExecuteAsync(database.Kind, database.Setting, sql);

    private static async Task ExecuteAsync(DatabaseKind kind, string setting, string sql)
    {
        await using var connection = Connection(kind, setting);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<List<string>> ReadAsync(TestDatabase database)
    {
        await using var connection = Connection(database.Kind, database.Setting);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT text FROM note";
        await using var reader = await command.ExecuteReaderAsync();
        var texts = new List<string>();
        while (await reader.ReadAsync())
        {
            texts.Add(reader.GetString(0));
        }

        return texts;
    }

    private static DbConnection Connection(DatabaseKind kind, string setting) => kind == DatabaseKind.Sqlite
        ? new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = setting }.ToString())
        : new NpgsqlConnection(setting);
}
