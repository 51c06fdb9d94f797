using System.Collections.Concurrent;
using Xunit;

[assembly: AssemblyFixture(typeof(MSPortal.Tests.Support.TestDatabaseTemplates))]

namespace MSPortal.Tests.Support;

/// <summary>Keeps the migrated templates of this process and removes them after its last test.</summary>
public sealed class TestDatabaseTemplates : IAsyncDisposable
{
    private static readonly ConcurrentDictionary<(DatabaseKind, string), Lazy<Task<TestDatabase>>> Templates = new();

    internal static async Task<TestDatabase> CloneAsync(DatabaseKind kind, string name, Func<string, Task> migrate)
    {
        var template = await Templates.GetOrAdd((kind, name), _ => new(() => MigrateAsync(kind, migrate))).Value;
        return kind == DatabaseKind.Sqlite
            ? SqliteTestDatabases.Clone(template.Setting)
            : await PostgresTestDatabases.CreateAsync(template.Setting);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var template in Templates.Values.Where(t => t is { IsValueCreated: true, Value.IsCompletedSuccessfully: true }))
        {
            await (await template.Value).DisposeAsync();
        }

        Templates.Clear();
        await PostgresTestDatabases.CloseAsync();
        SqliteTestDatabases.RemoveFolder();
    }

    private static async Task<TestDatabase> MigrateAsync(DatabaseKind kind, Func<string, Task> migrate)
    {
        var template = await TestDatabase.CreateAsync(kind);
        try
        {
            await migrate(template.Setting);
            await SealAsync(template);
            return template;
        }
        catch
        {
            await template.DisposeAsync();
            throw;
        }
    }

    /// <summary>A template can only be copied whole when nobody has it open and nothing of it lies in a log beside it.</summary>
    private static Task SealAsync(TestDatabase template) => template.Kind == DatabaseKind.Sqlite
        ? SqliteTestDatabases.SealAsync(template.Setting)
        : PostgresTestDatabases.SealAsync(template.Setting);
}
