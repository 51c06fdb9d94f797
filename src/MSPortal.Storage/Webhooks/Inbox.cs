using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Ports;
using MSPortal.Storage.Model;

namespace MSPortal.Storage.Webhooks;

/// <summary>The inbox: what deliveries hint at, until it is followed.</summary>
internal sealed class Inbox(PortalDatabase database)
{
    public async Task<IReadOnlyList<InboxEntry>> ReceiveAsync(IReadOnlyList<Received> received, DateTimeOffset now, DateTimeOffset claimedUntil, CancellationToken ct)
    {
        var entries = new List<InboxEntry>();
        foreach (var tenant in received.GroupBy(r => r.TenantId))
        {
            entries.AddRange(await WriteTransaction.RunAsync(database, tenant.Key, db => StoreAsync(db, [.. tenant], now, claimedUntil, ct), ct));
        }

        return entries;
    }

    public Task<IReadOnlyList<InboxEntry>> ClaimAsync(DateTimeOffset now, DateTimeOffset until, int limit, CancellationToken ct) => AnyAsync(
        now,
        () => WriteTransaction.RunAsync<IReadOnlyList<InboxEntry>>(
            database,
            0,
            async db =>
            {
                var rows = await Left(db, now).OrderBy(r => r.Id).Take(limit).AsNoTracking().ToListAsync(ct);
                var ids = rows.ConvertAll(r => r.Id);
                if (db.Database.IsNpgsql())
                {
                    // Two nodes that look at the same moment share the rows between them.
                    ids = await db.Database.SqlQueryRaw<long>(
                        "SELECT id AS \"Value\" FROM webhook_inbox WHERE id = ANY({0}) AND processed_at IS NULL AND claimed_until <= {1} FOR UPDATE SKIP LOCKED", ids, now).ToListAsync(ct);
                }

                await db.WebhookInbox.IgnoreQueryFilters().Where(r => EF.Parameter(ids).Contains(r.Id)).ExecuteUpdateAsync(r => r.SetProperty(x => x.ClaimedUntil, until), ct);
                var claimed = ids.ToHashSet();
                return [.. rows.Where(r => claimed.Contains(r.Id)).Select(Of)];
            },
            ct),
        ct);

    public Task FinishAsync(IReadOnlyList<(long EntryId, string Outcome)> done, DateTimeOffset now, CancellationToken ct) => WriteTransaction.RunAsync(
        database,
        0,
        async db =>
        {
            foreach (var outcome in done.GroupBy(d => d.Outcome, d => d.EntryId))
            {
                var ids = outcome.ToList();
                await db.WebhookInbox.IgnoreQueryFilters().Where(r => EF.Parameter(ids).Contains(r.Id))
                    .ExecuteUpdateAsync(r => r.SetProperty(x => x.ProcessedAt, now).SetProperty(x => x.Outcome, outcome.Key), ct);
            }

            return true;
        },
        ct);

    public Task PutBackAsync(IReadOnlyList<long> entryIds, DateTimeOffset at, bool attempted, CancellationToken ct) => WriteTransaction.RunAsync(
        database,
        0,
        async db =>
        {
            foreach (var ids in entryIds.Chunk(500).Select(c => c.ToList()))
            {
                await db.WebhookInbox.IgnoreQueryFilters().Where(r => EF.Parameter(ids).Contains(r.Id) && r.ProcessedAt == null)
                    .ExecuteUpdateAsync(r => r.SetProperty(x => x.ClaimedUntil, at).SetProperty(x => x.Attempts, x => x.Attempts + (attempted ? 1 : 0)), ct);
            }

            return true;
        },
        ct);

    private static async Task<IReadOnlyList<InboxEntry>> StoreAsync(
        PortalContext db, IReadOnlyList<Received> received, DateTimeOffset now, DateTimeOffset claimedUntil, CancellationToken ct)
    {
        var rows = received.SelectMany(r => r.Hints.Select(hint => new WebhookInboxRow
        {
            TenantId = r.TenantId,
            IntegrationId = r.IntegrationId,
            DataType = hint.DataType,
            ExternalId = hint.ExternalId,
            MaybeDeleted = hint.MaybeDeleted,
            ReceivedAt = now,
            ClaimedUntil = claimedUntil,
        })).ToList();
        db.WebhookInbox.AddRange(rows);
        await db.SaveChangesAsync(ct);
        // In the order of their ids, so that two nodes cannot wait for each other.
        foreach (var integration in received.GroupBy(r => r.IntegrationId).OrderBy(g => g.Key))
        {
            await CountAsync(db, integration.Key, [.. integration], now, ct);
        }

        return rows.ConvertAll(Of);
    }

    private static async Task CountAsync(PortalContext db, long integrationId, IReadOnlyList<Received> received, DateTimeOffset now, CancellationToken ct)
    {
        long Of(DeliveryKind kind) => received.LongCount(r => r.Kind == kind);
        var (accepted, forged, tooLarge, unsure) = (Of(DeliveryKind.Accepted), Of(DeliveryKind.Forged), Of(DeliveryKind.TooLarge), Of(DeliveryKind.Unsure));
        var last = accepted > 0 ? now : (DateTimeOffset?)null;
        var check = received.Min(r => r.CheckAt) ?? now.AddYears(100);
        await db.WebhookEndpoints.Where(e => e.IntegrationId == integrationId).ExecuteUpdateAsync(
            e => e.SetProperty(x => x.Accepted, x => x.Accepted + accepted)
                .SetProperty(x => x.Forged, x => x.Forged + forged)
                .SetProperty(x => x.TooLarge, x => x.TooLarge + tooLarge)
                .SetProperty(x => x.Unsure, x => x.Unsure + unsure)
                .SetProperty(x => x.LastReceivedAt, x => last ?? x.LastReceivedAt)
                .SetProperty(x => x.CheckDueAt, x => x.CheckDueAt > check ? check : x.CheckDueAt),
            ct);
    }

    /// <summary>Looks before it takes the write lock: most of the time there is nothing.</summary>
    private async Task<IReadOnlyList<InboxEntry>> AnyAsync(DateTimeOffset now, Func<Task<IReadOnlyList<InboxEntry>>> claim, CancellationToken ct)
    {
        await using var db = database.Open();
        return await Left(db, now).AnyAsync(ct) ? await claim() : [];
    }

    private static IQueryable<WebhookInboxRow> Left(PortalContext db, DateTimeOffset now) =>
        db.WebhookInbox.IgnoreQueryFilters().Where(r => r.ProcessedAt == null && r.ClaimedUntil <= now);

    private static InboxEntry Of(WebhookInboxRow row) =>
        new(row.Id, row.TenantId, row.IntegrationId, row.DataType, row.ExternalId, row.ReceivedAt, row.Attempts);
}
