using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Storage.Model;
using MSPortal.Storage.Secrets;

namespace MSPortal.Storage.Integrations;

/// <summary>What people do to integrations, each in one transaction with its audit entry, and safe beside an engine at work.</summary>
public sealed class IntegrationStore(PortalDatabase database, Vault vault, TimeProvider clock) : IIntegrationStore
{
    public Task<long> CreateAsync(NewIntegration integration, Actor actor, CancellationToken ct)
    {
        vault.Prepare();
        return WriteTransaction.RunAsync(
            database,
            actor.TenantId,
            async db =>
            {
                var now = clock.GetUtcNow();
                await RefuseTwiceAsync(db, actor.TenantId, integration.Provider, integration.Account, ct);
                var row = NewRow(integration, actor, now);
                db.Integrations.Add(row);
                await db.SaveChangesAsync(ct); // Secrets are encrypted for the id that it gets here.
                vault.Store(row, integration.Settings, integration.SecretKeys);
                db.Streams.AddRange(integration.Streams.Select(s => StreamRow(row.TenantId, row.Id, s)));
                var after = new
                {
                    row.Provider,
                    row.Name,
                    Settings = Vault.Open(row),
                    row.AccountId,
                    row.AccountName,
                    DataTypes = integration.Streams.Where(s => s.Enabled).Select(s => s.DataType.Slug()),
                    integration.Scope,
                };
                db.Audit.Add(IntegrationEdit.Entry(actor, row.Id, row.Name, now, "integration.connected", null, after));
                return row.Id;
            },
            ct);
    }

    public async Task<string?> WhyNotTwiceAsync(long tenantId, string provider, AccountIdentity account, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        return await WhyNotTwiceAsync(db, provider, account, ct);
    }

    public Task ReconnectAsync(
        long integrationId, SettingsValues settings, IReadOnlySet<string> secretKeys, AccountIdentity? account, Actor actor, CancellationToken ct)
    {
        vault.Prepare();
        return EditAsync(integrationId, actor, Reconnect, ct);

        async Task Reconnect(IntegrationEdit edit)
        {
            var row = edit.Row;
            if (account is not null && row.AccountId is { } known && account.Id != known)
            {
                throw new ActionRefusedException(
                    $"These credentials belong to another account ({account.Name}). {row.Name} reads {row.AccountName ?? known}; connect the other one as a new integration.");
            }

            if (row.AccountId is null)
            {
                await RefuseTwiceAsync(edit.Db, actor.TenantId, row.Provider, account, ct);
            }

            var before = new { row.Status, Settings = Vault.Open(row), row.AccountName, row.KeyExpiresOn };
            await CutOff.InterruptAsync(edit, $"{edit.Actor.Name} reconnected the integration.", ct);
            CutOff.StartAfresh(edit);
            vault.Store(row, settings, secretKeys);
            row.SettingsVersion++;
            row.KeyExpiresOn = null; // Of the old key; whoever made the new one knows its date.
            (row.AccountId, row.AccountName, row.VendorVersion) =
                (account?.Id ?? row.AccountId, account?.Name ?? row.AccountName, account?.Version ?? row.VendorVersion);
            edit.SetStatus(IntegrationStatus.Active, null, null);
            edit.Audit("integration.reconnected", before, new { row.Status, Settings = Vault.Open(row), row.AccountName });
        }
    }

    public Task RenameAsync(long integrationId, string name, Actor actor, CancellationToken ct)
    {
        return EditAsync(integrationId, actor, Rename, ct);

        Task Rename(IntegrationEdit edit)
        {
            var (old, wanted) = (edit.Row.Name, name.Trim());
            if (wanted.Length == 0)
            {
                throw new ActionRefusedException("An integration needs a name.");
            }

            if (wanted != old)
            {
                edit.Row.Name = wanted;
                edit.Audit("integration.renamed", new { Name = old }, new { Name = wanted });
            }

            return Task.CompletedTask;
        }
    }

    public Task SetKeyExpiryAsync(long integrationId, DateOnly? on, Actor actor, CancellationToken ct)
    {
        return EditAsync(integrationId, actor, Set, ct);

        Task Set(IntegrationEdit edit)
        {
            if (edit.Row.KeyExpiresOn != on)
            {
                edit.Audit("integration.key_expiry_changed", new { edit.Row.KeyExpiresOn }, new { KeyExpiresOn = on });
                edit.Row.KeyExpiresOn = on;
            }

            return Task.CompletedTask;
        }
    }

    public Task SetStatusAsync(long integrationId, IntegrationStatus status, string? reason, Actor actor, CancellationToken ct) =>
        EditAsync(integrationId, actor, edit => StatusChange.RunAsync(edit, status, reason, ct), ct);

    public Task DisconnectAsync(long integrationId, Actor actor, CancellationToken ct) =>
        EditAsync(integrationId, actor, edit => StatusChange.DisconnectAsync(edit, ct), ct);

    public Task<RemovalPreview> PreviewRemovalAsync(long tenantId, long integrationId, CancellationToken ct) =>
        new Removal(database, clock).PreviewAsync(tenantId, integrationId, ct);

    public Task RemoveAsync(long integrationId, Actor actor, CancellationToken ct) => new Removal(database, clock).RunAsync(integrationId, actor, ct);

    public Task SetScopeAsync(long integrationId, TicketScope scope, Actor actor, CancellationToken ct) =>
        new ScopeChange(database, clock).RunAsync(integrationId, null, scope, actor, ct);

    public Task ChangeScopeAsync(long integrationId, TicketScope seen, TicketScope scope, Actor actor, CancellationToken ct) =>
        new ScopeChange(database, clock).RunAsync(integrationId, seen, scope, actor, ct);

    public Task<ScopePreview> PreviewScopeAsync(long tenantId, long integrationId, TicketScope scope, CancellationToken ct) =>
        new ScopeChange(database, clock).PreviewAsync(tenantId, integrationId, scope, ct);

    public Task<CompanyFilterPreview> PreviewCompanyFilterAsync(long tenantId, long integrationId, CompanyFilter filter, CancellationToken ct) =>
        new CompanyFilterChange(database, clock).PreviewAsync(tenantId, integrationId, filter, ct);

    public Task SetCompanyFilterAsync(long integrationId, CompanyFilter filter, Actor actor, CancellationToken ct) =>
        new CompanyFilterChange(database, clock).RunAsync(integrationId, filter, actor, ct);

    public Task SetStreamAsync(StreamKey key, bool enabled, TimeSpan interval, Actor actor, CancellationToken ct) =>
        EditAsync(Own(key, actor), actor, edit => StreamChange.SetAsync(edit, edit.Stream(key), enabled, interval, ct), ct);

    public Task<SyncRequestResult> RequestSyncAsync(SyncOrder order, TimeSpan? window, Actor actor, CancellationToken ct) =>
        new SyncRequests(database, vault, clock).RequestAsync(order, window, actor, ct);

    public Task<IReadOnlyList<PartitionState>> PartitionsAsync(long tenantId, long integrationId, CancellationToken ct) =>
        new ClientConnections(database, clock).ListAsync(tenantId, integrationId, ct);

    public Task ConnectPartitionAsync(long integrationId, NewPartition partition, Actor actor, CancellationToken ct) =>
        new ClientConnections(database, clock).ConnectAsync(integrationId, partition, actor, ct);

    public Task DisconnectPartitionAsync(long integrationId, string partition, Actor actor, CancellationToken ct) =>
        new ClientLeaving(database, clock).RunAsync(integrationId, partition, actor, ct);

    public Task DecideHeldAsync(StreamKey key, bool release, Actor actor, CancellationToken ct) =>
        EditAsync(Own(key, actor), actor, edit => StreamChange.DecideHeldAsync(edit, edit.Stream(key), release, ct), ct);

    private Task EditAsync(long integrationId, Actor actor, Func<IntegrationEdit, Task> change, CancellationToken ct) =>
        IntegrationEdit.RunAsync(database, clock, integrationId, actor, change, ct);

    private static long Own(StreamKey key, Actor actor) =>
        key.TenantId == actor.TenantId ? key.IntegrationId : throw IntegrationEdit.NotFound(key.IntegrationId);

    /// <summary>The same records twice would be two tickets for every one. Whoever asks holds the tenant until it is stored, so nobody else brings the account in meanwhile.</summary>
    private static async Task RefuseTwiceAsync(PortalContext db, long tenantId, string provider, AccountIdentity? account, CancellationToken ct)
    {
        if (account is null)
        {
            return;
        }

        await db.Tenants.Where(t => t.Id == tenantId).ExecuteUpdateAsync(t => t.SetProperty(x => x.Name, x => x.Name), ct);
        if (await WhyNotTwiceAsync(db, provider, account, ct) is { } refusal)
        {
            throw new ActionRefusedException(refusal);
        }
    }

    private static async Task<string?> WhyNotTwiceAsync(PortalContext db, string provider, AccountIdentity account, CancellationToken ct)
    {
        if (await db.Integrations.AsNoTracking().FirstOrDefaultAsync(i => i.Provider == provider && i.AccountId == account.Id, ct) is not { } known)
        {
            return null;
        }

        var instead = known.Status == IntegrationStatus.Disconnected ? " Reconnect that one; its data is still here." : "";
        return $"{account.Name} is connected already, as “{known.Name}”.{instead}";
    }

    private static Integration NewRow(NewIntegration integration, Actor actor, DateTimeOffset now) => new()
    {
        TenantId = actor.TenantId,
        Provider = integration.Provider,
        Name = integration.Name,
        Status = IntegrationStatus.Active,
        StatusSince = now,
        Settings = "{}",
        SettingsVersion = 1,
        Scope = StoredJson.Write(integration.Scope),
        CompanyFilter = StoredJson.Write(new CompanyFilter()),
        AccountId = integration.Account?.Id,
        AccountName = integration.Account?.Name,
        VendorVersion = integration.Account?.Version,
        CreatedAt = now,
    };

    internal static StreamRow StreamRow(long tenantId, long integrationId, NewStream stream) => new()
    {
        TenantId = tenantId,
        IntegrationId = integrationId,
        DataType = stream.DataType,
        Enabled = stream.Enabled,
        Interval = stream.Interval,
        ReconcileInterval = stream.ReconcileInterval,
        DueAt = stream.FirstDueAt,
        IncrementalDueAt = stream.FirstDueAt,
        FullDueAt = stream.FirstDueAt,
        DeniedPermission = stream.DeniedPermission,
    };
}
