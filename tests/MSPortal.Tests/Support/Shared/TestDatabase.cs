namespace MSPortal.Tests.Support;

public enum DatabaseKind
{
    Sqlite,
    PostgreSql,
}

/// <summary>A database that belongs to one test and goes with it.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private readonly Func<ValueTask> drop;

    internal TestDatabase(DatabaseKind kind, string setting, Func<ValueTask> drop) =>
        (Kind, Setting, this.drop) = (kind, setting, drop);

    public DatabaseKind Kind { get; }

    /// <summary>What <c>--database</c> takes: a SQLite path or an Npgsql connection string.</summary>
    public string Setting { get; }

    /// <summary>An empty database; on SQLite a path without a file.</summary>
    public static Task<TestDatabase> CreateAsync(DatabaseKind kind) => kind switch
    {
        DatabaseKind.Sqlite => Task.FromResult(SqliteTestDatabases.Create()),
        DatabaseKind.PostgreSql => PostgresTestDatabases.CreateAsync(template: null),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>A copy of a database that was migrated once in this process, because hundreds of migrations would be most of a test run.</summary>
    /// <param name="templateName">One name per way of migrating: the first caller's <paramref name="migrate"/> serves all.</param>
    /// <param name="migrate">Takes a <see cref="Setting"/>; whatever it opens it must close.</param>
    public static Task<TestDatabase> CreateAsync(DatabaseKind kind, string templateName, Func<string, Task> migrate) =>
        TestDatabaseTemplates.CloneAsync(kind, templateName, migrate);

    public ValueTask DisposeAsync() => drop();
}
