using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Core.Diagnosis;
using MSPortal.Core.Integrations;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Storage.Secrets;
using MSPortal.Web.Access;
using MSPortal.Web.Features.Integrations;
using MSPortal.Web.Features.Tickets;

namespace MSPortal.Web.Features.Diagnosis;

/// <summary>Looks up how an integration stands; concludes nothing.</summary>
internal sealed class IntegrationFactsQuery(ISyncStore sync, ConnectorRegistry connectors, Vault vault, TimeProvider clock)
{
    /// <param name="whole">Also counts what is shown and held back, which reads all tickets.</param>
    public async Task<IntegrationFacts> ReadAsync(PortalContext db, Integration row, bool whole, CancellationToken ct)
    {
        var connector = connectors.Find(row.Provider);
        var facts = new IntegrationFacts
        {
            Now = clock.GetUtcNow(),
            Name = row.Name,
            HasConnector = connector is not null,
            HasCredentials = row.Secrets is not null,
            CredentialsReadable = !vault.IsUnreadable(row),
            Status = row.Status,
            Reason = row.StatusReason,
            Advice = row.StatusAdvice,
            StatusSince = row.StatusSince,
            AccountName = row.AccountName,
            KeyExpiresOn = row.KeyExpiresOn,
            Scope = StoredChoice.Tickets(row.Scope),
            Shape = connector?.TicketSettings,
            Streams = await StreamsAsync(db, row, ct),
        };
        return whole ? await CountedAsync(db, row.Id, facts, ct) : facts;
    }

    private async Task<IReadOnlyList<StreamFacts>> StreamsAsync(PortalContext db, Integration row, CancellationToken ct)
    {
        var states = await sync.StreamsAsync(row.TenantId, row.Id, ct);
        var aside = await db.Quarantine.Where(q => q.IntegrationId == row.Id).GroupBy(q => q.DataType)
            .Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, ct);
        var connected = (await db.Partitions.Where(p => p.IntegrationId == row.Id && p.Status == PartitionStatus.Connected).Select(p => p.Partition).ToListAsync(ct)).ToHashSet(StringComparer.Ordinal);
        var now = clock.GetUtcNow();
        var runs = row.Status is IntegrationStatus.Active or IntegrationStatus.Error;
        return
        [
            .. from definition in connectors.Find(row.Provider)?.Streams ?? []
               from state in Worst(definition, [.. states.Where(s => s.Key.DataType == definition.DataType)], connected, now)
               select new StreamFacts(
                   state, definition.Label, definition.Required, definition.Permission, runs ? Next(state) : null, aside.GetValueOrDefault(definition.DataType)),
        ];
    }

    /// <summary>Where clients are read one by one, the one that is furthest behind stands for all; those that refuse us count only when nobody else is left.</summary>
    private static IEnumerable<StreamState> Worst(StreamDefinition definition, IReadOnlyList<StreamState> parts, HashSet<string> connected, DateTimeOffset now) => !definition.PerPartition
        ? parts
        : parts.OrderByDescending(s => connected.Contains(s.Key.Partition)).ThenByDescending(s => s.Progress.DeniedPermission is null)
            .ThenByDescending(s => Health.IsOverdue(s.Progress, s.Interval, now)).ThenByDescending(s => s.Progress.LastCompleteAt is not null).ThenBy(s => s.Progress.LastCompleteAt)
            .ThenBy(s => s.Key.Partition, StringComparer.Ordinal).Take(1);

    private static DateTimeOffset? Next(StreamState state) =>
        !state.Enabled || state.Progress.DeniedPermission is not null ? null
        : state.Progress.NotBefore > state.Progress.DueAt ? state.Progress.NotBefore
        : state.Progress.DueAt;

    private static async Task<IntegrationFacts> CountedAsync(PortalContext db, long id, IntegrationFacts facts, CancellationToken ct) => facts with
    {
        LinkedCompanies = await db.CompanyLinks.CountAsync(l => l.IntegrationId == id, ct),
        UnlinkedCompanies = await TicketWhere.WaitingCompanies(db).CountAsync(c => c.IntegrationId == id, ct),
        WaitingTickets = (await WaitingTickets.ReadAsync(db, id, ct)).GetValueOrDefault(id, WaitingTickets.None).Tickets,
        ShownTickets = await TicketWhere.Visible(db, Sight.Whole(db.TenantId)).CountAsync(t => t.IntegrationId == id, ct),
    };
}
