using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Histories.Portal;
using MSPortal.Storage;
using MSPortal.Storage.Model;

namespace MSPortal.Histories.Judgement;

/// <param name="Payload">As it is stored.</param>
/// <param name="ConfirmedAt">When the portal says that it last had the vendor's word.</param>
internal sealed record ShownRecord(string Payload, DateTimeOffset ConfirmedAt);

/// <summary>What people see of an integration at a moment, and how the history page describes it.</summary>
internal sealed record Shown(
    IReadOnlyList<StreamState> Streams,
    IReadOnlyDictionary<DataType, IReadOnlyDictionary<string, ShownRecord>> Records,
    IReadOnlySet<(DataType Type, string Id)> Quarantined,
    IReadOnlyList<RunRow> Runs,
    string? Mismatch)
{
    public static async Task<Shown> ReadAsync(PortalDatabase database, ISyncStore store, long integrationId, long sinceRun)
    {
        var streams = await store.StreamsAsync(Databases.Tenant, integrationId, default);
        await using var db = database.Open(Databases.Tenant);
        var ledger = (await db.Ledger.AsNoTracking()
            .Where(l => l.IntegrationId == integrationId && l.State == LedgerState.Kept)
            .Select(l => new { l.DataType, l.Generation, l.ExternalId, l.ConfirmedAt }).ToListAsync()).ToLookup(l => (l.DataType, l.Generation));
        var records = new Dictionary<DataType, IReadOnlyDictionary<string, ShownRecord>>();
        string? mismatch = null;
        foreach (var stream in streams)
        {
            var (type, live) = (stream.Key.DataType, stream.Progress.LiveGeneration);
            var known = ledger[(type, live)].ToDictionary(l => l.ExternalId, l => l.ConfirmedAt);
            var rows = await Rows(db, type).AsNoTracking().Where(r => r.IntegrationId == integrationId && r.Generation == live)
                .Select(r => new { r.ExternalId, r.Payload }).ToListAsync();
            mismatch ??= rows.Count != known.Count || rows.Exists(r => !known.ContainsKey(r.ExternalId))
                ? $"{type.Slug()}: the list has {Words(rows.Select(r => r.ExternalId))}, the ledger {Words(known.Keys)}."
                : null;
            records[type] = rows.ToDictionary(r => r.ExternalId, r => new ShownRecord(r.Payload, known.GetValueOrDefault(r.ExternalId)));
        }

        var kept = await db.Quarantine.AsNoTracking().Where(q => q.IntegrationId == integrationId).Select(q => new { q.DataType, q.ExternalId }).ToListAsync();
        var runs = await db.Runs.AsNoTracking().Where(r => r.IntegrationId == integrationId && r.Id > sinceRun).OrderBy(r => r.Id).ToListAsync();
        return new Shown(streams, records, kept.Select(q => (q.DataType, q.ExternalId ?? "")).ToHashSet(), runs, mismatch);
    }

    public StreamState Stream(DataType type) => Streams.Single(s => s.Key.DataType == type);

    public static string Words(IEnumerable<string> ids) => string.Join(' ', ids.OrderBy(i => i.Length).ThenBy(i => i, StringComparer.Ordinal).DefaultIfEmpty("nothing"));

    private static IQueryable<RecordRow> Rows(PortalContext db, DataType type) => type switch
    {
        DataType.Tickets => db.Tickets,
        DataType.TicketNotes => db.TicketNotes,
        DataType.Companies => db.ExternalCompanies,
        DataType.Contacts => db.ExternalContacts,
        DataType.Users => db.ExternalUsers,
        DataType.Devices => db.ExternalDevices,
        _ => db.Reference,
    };
}
