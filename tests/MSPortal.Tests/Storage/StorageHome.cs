using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using MSPortal.Core.Ports;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Tests.Support;
using DatabaseKind = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Storage;

/// <summary>A migrated database of a test's own with everything that stores, one tenant and a clock that stands still.</summary>
internal sealed class StorageHome : IAsyncDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly TestDatabase test;
    private readonly string folder;
    private ServiceProvider services;

    private StorageHome(TestDatabase test, string folder)
    {
        (this.test, this.folder) = (test, folder);
        services = Build();
    }

    public FakeTimeProvider Clock { get; } = new(Start);

    public string Folder => folder;

    public string Setting => test.Setting;

    public long Tenant { get; private set; }

    public Actor Ada => new(Tenant, "ada@example.com", "192.0.2.1");

    public PortalDatabase Database => Get<PortalDatabase>();

    public IServiceProvider Services => services;

    public static async Task<StorageHome> CreateAsync(DatabaseKind kind)
    {
        var database = await TestDatabase.CreateAsync(kind, "storage", MigrateAsync);
        var home = new StorageHome(database, Directory.CreateTempSubdirectory("msportal-storage-").FullName);
        home.Tenant = await home.AddTenantAsync("Contoso IT");
        return home;
    }

    public static async Task MigrateAsync(string setting) => await new PortalDatabase(Parse(setting)).MigrateAsync(CancellationToken.None);

    public static DatabaseSetting Parse(string setting) => DatabaseSetting.Parse(setting, Path.GetTempPath());

    public T Get<T>()
        where T : notnull => services.GetRequiredService<T>();

    public PortalContext Open(long? tenant = null) => Database.Open(tenant ?? Tenant);

    public async Task<long> AddTenantAsync(string name)
    {
        await using var db = Database.Open();
        var tenant = new Tenant { Name = name, CreatedAt = Start };
        db.Tenants.Add(tenant);
        await db.SaveChangesAsync();
        return tenant.Id;
    }

    /// <summary>Until the work waits for a lock on PostgreSQL, or is done; on SQLite whoever writes has locked out everyone else already.</summary>
    public async Task WaitingAsync(Task work)
    {
        await using var db = Open();
        while (test.Kind == DatabaseKind.PostgreSql && !work.IsCompleted
            && await db.Database.SqlQueryRaw<int>("SELECT count(*)::int AS \"Value\" FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'").SingleAsync() == 0)
        {
            await Task.Yield();
        }
    }

    /// <summary>As after a restart of the program; another key stands for a lost key file.</summary>
    public void Restart(bool loseKey = false)
    {
        services.Dispose();
        if (loseKey)
        {
            File.Delete(Path.Combine(folder, "msportal.key"));
        }

        services = Build();
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        await test.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private ServiceProvider Build() => new ServiceCollection()
        .AddLogging(log => log.SetMinimumLevel(LogLevel.Critical))
        .AddSingleton<TimeProvider>(Clock)
        .AddStorage(Parse(test.Setting), folder)
        .BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
}
