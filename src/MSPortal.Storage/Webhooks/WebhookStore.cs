using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Ports;
using MSPortal.Storage.Integrations;
using MSPortal.Storage.Model;
using MSPortal.Storage.Secrets;

namespace MSPortal.Storage.Webhooks;

/// <summary>Endpoints and inbox of webhooks on either database.</summary>
public sealed class WebhookStore(PortalDatabase database, Vault vault, TimeProvider clock) : IWebhookStore
{
    private readonly Inbox inbox = new(database);

    public async Task<StoredEndpoint?> EndpointAsync(string pathHash, CancellationToken ct)
    {
        await using var db = database.Open();
        var row = await db.WebhookEndpoints.IgnoreQueryFilters().AsNoTracking().FirstOrDefaultAsync(e => e.PathHash == pathHash, ct);
        return row is null ? null : Of(row);
    }

    public async Task<StoredEndpoint?> EndpointAsync(long tenantId, long integrationId, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        var row = await db.WebhookEndpoints.AsNoTracking().FirstOrDefaultAsync(e => e.IntegrationId == integrationId, ct);
        return row is null ? null : Of(row);
    }

    public async Task<StoredEndpoint> CreateAsync(long integrationId, Actor actor, CancellationToken ct)
    {
        vault.Prepare();
        return await IntegrationEdit.RunAsync(
            database,
            clock,
            integrationId,
            actor,
            async edit =>
            {
                var row = await edit.Db.WebhookEndpoints.FirstOrDefaultAsync(e => e.IntegrationId == integrationId, ct);
                if (row is not null && Of(row) is { } there)
                {
                    return there;
                }

                // One whose secrets cannot be read any more is made anew: the vendor gets a new address.
                var secrets = EndpointSecrets.New();
                if (row is null)
                {
                    row = new WebhookEndpointRow
                    {
                        IntegrationId = integrationId,
                        TenantId = actor.TenantId,
                        PathHash = "",
                        Secrets = [],
                        CreatedAt = edit.Now,
                        CreatedBy = actor.Name,
                    };
                    edit.Db.WebhookEndpoints.Add(row);
                }

                row.PathHash = secrets.PathHash;
                row.Secrets = vault.Protect(actor.TenantId, integrationId, secrets.Bytes());
                row.CheckDueAt = edit.Now.AddDays(1);
                edit.Audit("integration.webhooks_enabled", null, null);
                return Of(row, secrets);
            },
            ct);
    }

    public Task DeleteAsync(long integrationId, Actor actor, CancellationToken ct) => IntegrationEdit.RunAsync(
        database,
        clock,
        integrationId,
        actor,
        async edit =>
        {
            if (await edit.Db.WebhookEndpoints.Where(e => e.IntegrationId == integrationId).ExecuteDeleteAsync(ct) > 0)
            {
                edit.Audit("integration.webhooks_disabled", null, null);
            }
        },
        ct);

    public Task RecordAsync(StoredEndpoint endpoint, EndpointCheck check, CancellationToken ct) => WriteTransaction.RunAsync(
        database,
        endpoint.TenantId,
        async db =>
        {
            if (await db.WebhookEndpoints.FirstOrDefaultAsync(e => e.IntegrationId == endpoint.IntegrationId && e.PathHash == endpoint.PathHash, ct) is { } row)
            {
                row.CheckedAt = check.At;
                row.CheckDueAt = check.NextAt;
                row.Trouble = check.Trouble;
                row.State = check.State ?? row.State;
            }

            return true;
        },
        ct);

    public async Task<IReadOnlyList<StoredEndpoint>> TakeDueChecksAsync(DateTimeOffset now, DateTimeOffset again, CancellationToken ct)
    {
        List<WebhookEndpointRow> due;
        await using (var db = database.Open())
        {
            due = await db.WebhookEndpoints.IgnoreQueryFilters().AsNoTracking().Where(e => e.CheckDueAt <= now).OrderBy(e => e.CheckDueAt).ToListAsync(ct);
        }

        var taken = new List<StoredEndpoint>();
        foreach (var row in due)
        {
            // Whoever moves the time on has it; a process that dies meanwhile costs one check.
            var moved = await WriteTransaction.RunAsync(
                database,
                row.TenantId,
                db => db.WebhookEndpoints.Where(e => e.IntegrationId == row.IntegrationId && e.CheckDueAt == row.CheckDueAt)
                    .ExecuteUpdateAsync(e => e.SetProperty(x => x.CheckDueAt, again), ct),
                ct);
            if (moved == 1 && Of(row) is { } endpoint)
            {
                taken.Add(endpoint);
            }
        }

        return taken;
    }

    public Task CheckSoonAsync(DateTimeOffset uncheckedSince, DateTimeOffset now, CancellationToken ct) => WriteTransaction.RunAsync(
        database,
        0,
        db => db.WebhookEndpoints.IgnoreQueryFilters().Where(e => e.CheckDueAt > now && (e.CheckedAt == null || e.CheckedAt < uncheckedSince))
            .ExecuteUpdateAsync(e => e.SetProperty(x => x.CheckDueAt, now), ct),
        ct);

    public Task<IReadOnlyList<InboxEntry>> ReceiveAsync(IReadOnlyList<Received> received, DateTimeOffset now, DateTimeOffset claimedUntil, CancellationToken ct) =>
        inbox.ReceiveAsync(received, now, claimedUntil, ct);

    public Task<IReadOnlyList<InboxEntry>> ClaimAsync(DateTimeOffset now, DateTimeOffset until, int limit, CancellationToken ct) => inbox.ClaimAsync(now, until, limit, ct);

    public Task FinishAsync(IReadOnlyList<(long EntryId, string Outcome)> done, DateTimeOffset now, CancellationToken ct) => inbox.FinishAsync(done, now, ct);

    public Task PutBackAsync(IReadOnlyList<long> entryIds, DateTimeOffset at, bool attempted, CancellationToken ct) => inbox.PutBackAsync(entryIds, at, attempted, ct);

    private StoredEndpoint? Of(WebhookEndpointRow row) =>
        vault.Unprotect(row.TenantId, row.IntegrationId, row.Secrets) is { } bytes ? Of(row, EndpointSecrets.Of(bytes)) : null;

    private static StoredEndpoint Of(WebhookEndpointRow row, EndpointSecrets secrets) =>
        new(row.TenantId, row.IntegrationId, secrets.Path, row.PathHash, secrets.Key, row.State, row.Trouble, row.CheckedAt);
}
