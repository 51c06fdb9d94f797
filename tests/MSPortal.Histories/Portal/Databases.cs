using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Histories.Clockwork;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using Npgsql;

namespace MSPortal.Histories.Portal;

/// <summary>Migrated databases for thousands of histories: copies of one file, or one database that is emptied each time.</summary>
/// <param name="postgres">A connection string of a maintenance database; null for SQLite.</param>
internal sealed class Databases(string? postgres) : IDisposable
{
    /// <summary>Our tenant and its neighbour, whose integration and records nobody may touch.</summary>
    public const long Tenant = 1;
    public const long Neighbour = 2;

    private static readonly DateTimeOffset Made = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly string folder = Directory.CreateDirectory(Path.Combine(
        Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), $"msportal-histories-{Guid.NewGuid():N}")).FullName;

    private readonly ConcurrentBag<PortalDatabase> free = [];
    private readonly List<string> made = [];
    private readonly Lock gate = new();
    private string? template;
    private int count;

    public PortalDatabase Take() => postgres is null ? Copy() : free.TryTake(out var database) ? Emptied(database) : Emptied(New());

    public void GiveBack(PortalDatabase database)
    {
        if (postgres is not null)
        {
            free.Add(database);
            return;
        }

        using (var connection = new SqliteConnection(database.ConnectionString))
        {
            SqliteConnection.ClearPool(connection);
        }

        foreach (var ending in new[] { "", "-wal", "-shm" })
        {
            File.Delete(database.Setting.Value + ending);
        }
    }

    public void Dispose()
    {
        if (postgres is not null)
        {
            NpgsqlConnection.ClearAllPools();
            made.ForEach(name => Maintain($"DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }

        Directory.Delete(folder, recursive: true);
    }

    private PortalDatabase Copy()
    {
        lock (gate)
        {
            template ??= Template();
        }

        var path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{Interlocked.Increment(ref count)}.db"));
        File.Copy(template, path);
        return new PortalDatabase(new DatabaseSetting(Storage.DatabaseKind.Sqlite, path));
    }

    private string Template()
    {
        var path = Path.Combine(folder, "template.db");
        var database = new PortalDatabase(new DatabaseSetting(Storage.DatabaseKind.Sqlite, path));
        Pump.AtOnce(() => database.MigrateAsync(CancellationToken.None));
        Pump.AtOnce(() => FillAsync(database));
        using var connection = new SqliteConnection(database.ConnectionString);
        connection.Open();
        using (var command = connection.CreateCommand())
        {
            command.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
            command.ExecuteNonQuery();
        }

        SqliteConnection.ClearPool(connection);
        return path;
    }

    private PortalDatabase New()
    {
        var name = $"msportal_histories_{Guid.NewGuid():N}";
        Maintain($"CREATE DATABASE {name}");
        lock (gate)
        {
            made.Add(name);
        }

        var setting = new NpgsqlConnectionStringBuilder(postgres) { Database = name, MaxPoolSize = 10 }.ConnectionString;
        var database = new PortalDatabase(new DatabaseSetting(Storage.DatabaseKind.Postgres, setting));
        Pump.AtOnce(() => database.MigrateAsync(CancellationToken.None));
        return database;
    }

    private static PortalDatabase Emptied(PortalDatabase database)
    {
        Pump.AtOnce(async () =>
        {
            await using var db = database.Open();
            var tables = db.Model.GetEntityTypes().Select(t => t.GetTableName()).OfType<string>().Distinct().ToList();
#pragma warning disable EF1002, EF1003 // Names of our own tables.
            await db.Database.ExecuteSqlRawAsync($"TRUNCATE {string.Join(", ", tables.Select(t => $"\"{t}\""))} RESTART IDENTITY CASCADE");
#pragma warning restore EF1002, EF1003
            await FillAsync(database);
        });
        return database;
    }

    private void Maintain(string sql)
    {
        using var connection = new NpgsqlConnection(postgres);
        connection.Open();
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    private static async Task FillAsync(PortalDatabase database)
    {
        await using var db = database.Open();
        foreach (var name in new[] { "Contoso IT", "Fabrikam IT" })
        {
            db.Tenants.Add(new Tenant { Name = name, CreatedAt = Made });
            await db.SaveChangesAsync();
        }

        var integration = new Integration
        {
            TenantId = Neighbour, Provider = "model", Name = "Fabrikam PSA", Status = IntegrationStatus.Paused, StatusSince = Made,
            Settings = "{}", Scope = "{}", CompanyFilter = "{}", CreatedAt = Made,
        };
        db.Integrations.Add(integration);
        await db.SaveChangesAsync();
        db.Streams.Add(new StreamRow
        {
            TenantId = Neighbour, IntegrationId = integration.Id, DataType = DataType.Tickets, Enabled = true, Interval = TimeSpan.FromMinutes(15),
            ReconcileInterval = TimeSpan.FromDays(1), DueAt = Made, IncrementalDueAt = Made, FullDueAt = Made,
        });
        var stored = new Ticket { ExternalId = "1", Number = "1", Summary = "The neighbour's" };
        var json = Canonical.Json(stored);
        db.Tickets.Add(new TicketRow
        {
            Id = RecordId.For(integration.Id, DataType.Tickets, "1"), TenantId = Neighbour, IntegrationId = integration.Id, ExternalId = "1", Generation = 1,
            Payload = json, Number = "1", Summary = stored.Summary, CreatedAt = Made, ChangedAt = Made,
        });
        db.Ledger.Add(new LedgerRow
        {
            TenantId = Neighbour, IntegrationId = integration.Id, DataType = DataType.Tickets, Generation = 1, ExternalId = "1", State = LedgerState.Kept,
            Hash = Canonical.Hash(json), ReadSequence = 1, ConfirmedAt = Made,
        });
        await db.SaveChangesAsync();
    }
}
