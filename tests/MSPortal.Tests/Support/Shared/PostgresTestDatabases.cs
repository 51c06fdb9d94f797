using Npgsql;

namespace MSPortal.Tests.Support;

internal static class PostgresTestDatabases
{
    private static readonly Lazy<NpgsqlDataSource> Maintenance = new(() => NpgsqlDataSource.Create(Dependency.Postgres()));

    /// <param name="template">The setting of the database to copy; null for an empty one.</param>
    public static async Task<TestDatabase> CreateAsync(string? template)
    {
        var name = $"msportal_test_{Guid.NewGuid():N}";
        var source = template is null ? "template1" : new NpgsqlConnectionStringBuilder(template).Database;
        var setting = new NpgsqlConnectionStringBuilder(Dependency.Postgres())
        {
            Database = name,
            MaxPoolSize = 20, // Several tests share one server's connections.
            IncludeErrorDetail = true,
        }.ToString();
        await ExecuteAsync($"CREATE DATABASE {name} TEMPLATE {source}{await StrategyAsync()}");
        return new TestDatabase(DatabaseKind.PostgreSql, setting, async () =>
        {
            await using (var connection = new NpgsqlConnection(setting))
            {
                NpgsqlConnection.ClearPool(connection);
            }

            await ExecuteAsync($"DROP DATABASE IF EXISTS {name} WITH (FORCE)");
        });
    }

    public static async Task SealAsync(string setting)
    {
        await using (var connection = new NpgsqlConnection(setting))
        {
            NpgsqlConnection.ClearPool(connection);
        }

        var name = new NpgsqlConnectionStringBuilder(setting).Database;
        await ExecuteAsync($"ALTER DATABASE {name} ALLOW_CONNECTIONS false");
        await ExecuteAsync($"SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = '{name}'");
    }

    public static async Task CloseAsync()
    {
        if (Maintenance.IsValueCreated)
        {
            await Maintenance.Value.DisposeAsync();
        }
    }

    /// <summary>Copying files beats logging every page by a third on a server that never syncs; before version 15 there was no choice.</summary>
    private static async Task<string> StrategyAsync()
    {
        await using var connection = await Maintenance.Value.OpenConnectionAsync();
        return connection.PostgreSqlVersion.Major >= 15 ? " STRATEGY FILE_COPY" : "";
    }

    // Names are made here and never come from outside.
    private static async Task ExecuteAsync(string sql)
    {
        await using var command = Maintenance.Value.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
