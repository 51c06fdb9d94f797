using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Histories.Portal;
using MSPortal.Histories.Vendors;
using MSPortal.Storage;
using MSPortal.Storage.Model;

namespace MSPortal.Histories.Judgement;

/// <param name="Payload">As it is stored.</param>
/// <param name="ConfirmedAt">When the portal says that it last had the vendor's word.</param>
/// <param name="Client">Whose it is, where clients are kept apart.</param>
internal sealed record ShownRecord(string Payload, DateTimeOffset ConfirmedAt, string Client);

/// <summary>What people see of an integration at a moment, and how the history page describes it.</summary>
internal sealed record Shown(
    IReadOnlyList<StreamState> Streams,
    IReadOnlyDictionary<DataType, IReadOnlyDictionary<string, ShownRecord>> Records,
    IReadOnlySet<(DataType Type, string Id)> Quarantined,
    IReadOnlyList<RunRow> Runs,
    IReadOnlyDictionary<string, PartitionStatus> Clients,
    string? Mismatch)
{
    public static async Task<Shown> ReadAsync(PortalDatabase database, ISyncStore store, long integrationId, long sinceRun)
    {
        var streams = await store.StreamsAsync(Databases.Tenant, integrationId, default);
        await using var db = database.Open(Databases.Tenant);
        var ledger = (await db.Ledger.AsNoTracking()
            .Where(l => l.IntegrationId == integrationId && l.State == LedgerState.Kept)
            .Select(l => new { l.DataType, l.Partition, l.Generation, l.ExternalId, l.ConfirmedAt }).ToListAsync()).ToLookup(l => (l.DataType, l.Partition, l.Generation));
        var records = new Dictionary<DataType, Dictionary<string, ShownRecord>>();
        string? mismatch = null;
        foreach (var stream in streams)
        {
            var (type, client, live) = (stream.Key.DataType, stream.Key.Partition, stream.Progress.LiveGeneration);
            var known = ledger[(type, client, live)].ToDictionary(l => l.ExternalId, l => l.ConfirmedAt);
            var rows = await RecordRows.Of(db, type).AsNoTracking().Where(r => r.IntegrationId == integrationId && r.Partition == client && r.Generation == live)
                .Select(r => new { r.ExternalId, r.Payload }).ToListAsync();
            mismatch ??= rows.Count != known.Count || rows.Exists(r => !known.ContainsKey(r.ExternalId))
                ? $"{type.Slug()}: the list has {Words(rows.Select(r => r.ExternalId))}, the ledger {Words(known.Keys)}."
                : null;
            var all = records.TryGetValue(type, out var others) ? others : records[type] = [];
            rows.ForEach(r => all[ClientIds.Of(client, r.ExternalId)] = new ShownRecord(r.Payload, known.GetValueOrDefault(r.ExternalId), client));
        }

        var kept = await db.Quarantine.AsNoTracking().Where(q => q.IntegrationId == integrationId).Select(q => new { q.DataType, q.Partition, q.ExternalId }).ToListAsync();
        var runs = await db.Runs.AsNoTracking().Where(r => r.IntegrationId == integrationId && r.Id > sinceRun).OrderBy(r => r.Id).ToListAsync();
        var clients = await db.Partitions.AsNoTracking().Where(p => p.IntegrationId == integrationId).ToDictionaryAsync(p => p.Partition, p => p.Status);
        return new Shown(
            streams, records.ToDictionary(r => r.Key, r => (IReadOnlyDictionary<string, ShownRecord>)r.Value),
            kept.Select(q => (q.DataType, ClientIds.Of(q.Partition, q.ExternalId ?? ""))).ToHashSet(), runs, clients, mismatch);
    }

    public static string Words(IEnumerable<string> ids) => string.Join(' ', ids.OrderBy(i => i.Length).ThenBy(i => i, StringComparer.Ordinal).DefaultIfEmpty("nothing"));
}
