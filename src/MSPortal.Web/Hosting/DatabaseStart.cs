using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Integrations;
using MSPortal.Core.Ports;
using MSPortal.Storage;
using MSPortal.Storage.Integrations;
using MSPortal.Storage.Model;

namespace MSPortal.Web.Hosting;

/// <summary>Upgrades the database before anything else starts, gives integrations what their connectors have learned, and makes the first tenant and the operator's API key.</summary>
internal sealed class DatabaseStart(PortalDatabase database, ConnectorRegistry connectors, PortalOptions options, TimeProvider clock) : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        await database.MigrateAsync(cancellationToken);
        var now = clock.GetUtcNow();
        await LaterDataTypes.AddAsync(
            database,
            connectors.All.ToDictionary(c => c.Info.Id, c => (IReadOnlyList<NewStream>)[.. c.Streams.Select(s => NewStream.Of(s, now))], StringComparer.Ordinal),
            cancellationToken);
        if (options.BootstrapApiKey is { } key)
        {
            await BootstrapAsync(key, cancellationToken);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>A key is made once: one that a person revoked stays revoked, whatever the environment still says.</summary>
    private async Task BootstrapAsync(string key, CancellationToken ct)
    {
        if (key.Length < ApiKeySecret.ShortestOwn)
        {
            throw new FormatException($"MSPORTAL_BOOTSTRAP_API_KEY needs at least {ApiKeySecret.ShortestOwn} characters; anyone who guesses it owns the portal.");
        }

        var tenant = await FirstTenant.GetOrAddAsync(database, clock, ct);
        await using var db = database.Open(tenant);
        var hash = ApiKeySecret.Hash(key);
        if (await db.ApiKeys.AnyAsync(k => k.Hash == hash, ct))
        {
            return;
        }

        var now = clock.GetUtcNow();
        db.ApiKeys.Add(new ApiKey
        {
            TenantId = tenant,
            Name = "Bootstrap",
            Prefix = ApiKeySecret.Prefix(key),
            Hash = hash,
            Scopes = "read write manage",
            CreatedBy = "environment",
            CreatedAt = now,
        });
        db.Audit.Add(new AuditEntry { TenantId = tenant, At = now, Actor = "environment", Action = "api_key.created", SubjectKind = "api_key", SubjectName = "Bootstrap" });
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException)
        {
            // Another node that started at the same moment may have made it.
            await using var after = database.Open(tenant);
            if (!await after.ApiKeys.AnyAsync(k => k.Hash == hash, ct))
            {
                throw;
            }
        }
    }
}

/// <summary>A self-hosted portal starts with one tenant; whoever needs it first makes it, and the set-up page names it.</summary>
public static class FirstTenant
{
    /// <summary>What it is called until a person names it.</summary>
    public const string Unnamed = "My MSP";

    public static async Task<long> GetOrAddAsync(PortalDatabase database, TimeProvider clock, CancellationToken ct)
    {
        await using var db = database.Open();
        if (await FindAsync(db, ct) is { } there)
        {
            return there.Id;
        }

        // Several nodes may start on an empty database: one makes it, and the others wait and find it. On SQLite the transaction itself is the lock.
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (database.Kind == DatabaseKind.Postgres)
        {
            await db.Database.ExecuteSqlRawAsync("LOCK TABLE tenants IN SHARE ROW EXCLUSIVE MODE", ct);
        }

        if (await FindAsync(db, ct) is { } first)
        {
            return first.Id;
        }

        var tenant = new Tenant { Name = Unnamed, CreatedAt = clock.GetUtcNow() };
        db.Tenants.Add(tenant);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return tenant.Id;
    }

    private static Task<Tenant?> FindAsync(PortalContext db, CancellationToken ct) => db.Tenants.OrderBy(t => t.Id).FirstOrDefaultAsync(ct);
}
