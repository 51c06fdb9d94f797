using System.Globalization;
using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Sync;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Storage.Secrets;
using MSPortal.Storage.Sync;

namespace MSPortal.Bench.Speed;

/// <summary>One integration that has been read, many times over with all that is kept of it, as if each had been at work for weeks: none is new, and what is due is spread over its interval.</summary>
internal sealed class Clones(PortalDatabase database, Vault vault, long template)
{
    /// <summary>Integrations of one MSP.</summary>
    private const int PerTenant = 10;

    private const int Batch = 500;

    private readonly Random dice = new(1);

    /// <param name="count">With the first one.</param>
    public async Task MakeAsync(int count, CancellationToken ct)
    {
        await using var db = database.Open(1);
        var first = await db.Integrations.AsNoTracking().SingleAsync(i => i.Id == template, ct);
        var streams = await db.Streams.AsNoTracking().Where(s => s.IntegrationId == template).ToListAsync(ct);
        var tenants = await TenantsAsync(count, ct);
        for (var made = 1; made < count; made += Batch)
        {
            await SomeAsync(first, streams, [.. Enumerable.Range(made, Math.Min(Batch, count - made)).Select(n => tenants[n / PerTenant])], ct);
        }

        db.Database.SetCommandTimeout(TimeSpan.FromHours(1));
        foreach (var table in db.Model.GetEntityTypes().Where(e => e.ClrType == typeof(LedgerRow) || e.ClrType.IsSubclassOf(typeof(RecordRow))))
        {
            var columns = table.GetProperties().Select(p => p.GetColumnName()).ToList();
            var values = columns.Select(c => c is "integration_id" ? "i.id" : c is "tenant_id" ? "i.tenant_id" : $"t.\"{c}\"");
#pragma warning disable EF1002 // Names of the model.
            await db.Database.ExecuteSqlRawAsync(
                $"INSERT INTO {table.GetTableName()} ({string.Join(", ", columns.Select(c => $"\"{c}\""))}) SELECT {string.Join(", ", values)} FROM {table.GetTableName()} t JOIN integrations i ON i.id <> t.integration_id WHERE t.integration_id = {{0}}",
                [template],
                ct);
#pragma warning restore EF1002
        }

        await SpreadAsync(streams, ct); // At the end, so that nothing has come due meanwhile.
    }

    private async Task<List<long>> TenantsAsync(int count, CancellationToken ct)
    {
        await using var db = database.Open();
        var tenants = Enumerable.Range(1, count / PerTenant).Select(n => new Tenant { Name = string.Create(CultureInfo.InvariantCulture, $"MSP {n}"), CreatedAt = DateTimeOffset.UtcNow }).ToList();
        db.Tenants.AddRange(tenants);
        await db.SaveChangesAsync(ct);
        return [1, .. tenants.Select(t => t.Id)];
    }

    private async Task SomeAsync(Integration first, List<StreamRow> streams, List<long> tenants, CancellationToken ct)
    {
        await using var db = database.Open();
        var settings = vault.Read(first)!;
        var secret = settings.All.Keys.Except(Vault.Open(first).Keys).ToHashSet();
        var made = tenants.ConvertAll(tenant => new Integration
        {
            TenantId = tenant,
            Provider = first.Provider,
            Name = first.Name,
            Status = first.Status,
            StatusSince = first.StatusSince,
            Settings = first.Settings,
            SettingsVersion = first.SettingsVersion,
            Scope = first.Scope,
            CompanyFilter = first.CompanyFilter,
            AccountId = first.AccountId,
            AccountName = first.AccountName,
            Areas = first.Areas,
            AreasCheckedAt = first.AreasCheckedAt,
            CreatedAt = first.CreatedAt,
        });
        db.Integrations.AddRange(made);
        await db.SaveChangesAsync(ct);
        foreach (var integration in made)
        {
            vault.Store(integration, settings, secret);
            foreach (var stream in streams)
            {
                var row = new StreamRow { TenantId = integration.TenantId, IntegrationId = integration.Id, DataType = stream.DataType, Enabled = stream.Enabled, Interval = stream.Interval, ReconcileInterval = stream.ReconcileInterval, ReadSequence = stream.ReadSequence };
                row.Set(stream.Progress());
                db.Streams.Add(row);
            }
        }

        await db.SaveChangesAsync(ct);
    }

    /// <summary>Each stream is somewhere in its interval; daily work is where the schedule puts it.</summary>
    private async Task SpreadAsync(List<StreamRow> streams, CancellationToken ct)
    {
        var now = DateTimeOffset.UtcNow;
        var first = streams.ToDictionary(s => s.DataType);
        await using var db = database.Open();
        foreach (var integrations in (await db.Integrations.IgnoreQueryFilters().OrderBy(i => i.Id).Select(i => i.Id).ToListAsync(ct)).Chunk(Batch))
        {
            foreach (var row in await db.Streams.IgnoreQueryFilters().Where(s => integrations.Contains(s.IntegrationId)).OrderBy(s => s.IntegrationId).ThenBy(s => s.DataType).ToListAsync(ct))
            {
                var was = first[row.DataType];
                row.IncrementalDueAt = Next(row, "incremental", was.IncrementalDueAt, row.Interval, now);
                row.FullDueAt = Next(row, "full", was.FullDueAt, was.FullDueAt - was.LastFullAt < row.ReconcileInterval * 0.85 ? row.Interval : row.ReconcileInterval, now);
                row.DueAt = was.DueAt == was.FullDueAt ? row.FullDueAt : row.IncrementalDueAt < row.FullDueAt ? row.IncrementalDueAt : row.FullDueAt;
            }

            await db.SaveChangesAsync(ct);
            db.ChangeTracker.Clear();
        }
    }

    private DateTimeOffset Next(StreamRow row, string purpose, DateTimeOffset was, TimeSpan interval, DateTimeOffset now) =>
        was > now.AddYears(1) ? was
        : interval < TimeSpan.FromDays(1) ? now + (interval * dice.NextDouble())
        : Schedule.Next(row.Key(), purpose, now - (TimeSpan.FromDays(1) * dice.NextDouble()), interval, "UTC");
}
