using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Core.Integrations;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Storage.Secrets;
using MSPortal.Web.Features.Clients;
using MSPortal.Web.Features.Tickets;

namespace MSPortal.Web.Features.Integrations;

/// <summary>Integrations as people see them; page, API and command line all ask here, so that they say the same.</summary>
internal sealed class IntegrationQueries(PortalDatabase database, ISyncStore sync, ConnectorRegistry connectors, RunQueries runs, Vault vault, TimeProvider clock)
{
    /// <summary>All of the tenant's, by name.</summary>
    public async Task<IReadOnlyList<IntegrationSummary>> ListAsync(long tenantId, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        var rows = await db.Integrations.AsNoTracking().OrderBy(i => i.Name).ThenBy(i => i.Id).ToListAsync(ct);
        return Summaries(rows, await sync.AllStreamsAsync(tenantId, ct), await SurroundingsAsync(db, null, rows, ct));
    }

    /// <summary>The same without what has to be counted: small enough to be asked every minute.</summary>
    public async Task<IReadOnlyList<IntegrationSummary>> StandingsAsync(long tenantId, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        var rows = await db.Integrations.AsNoTracking().OrderBy(i => i.Id).ToListAsync(ct);
        return Summaries(rows, await sync.AllStreamsAsync(tenantId, ct), Surroundings.None with { Clients = await ClientsAsync(db, rows, ct) });
    }

    /// <summary>Null when the tenant has no such integration.</summary>
    public async Task<IntegrationDetail?> DetailAsync(long tenantId, long integrationId, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        if (await db.Integrations.AsNoTracking().FirstOrDefaultAsync(i => i.Id == integrationId, ct) is not { } row)
        {
            return null;
        }

        var surroundings = await SurroundingsAsync(db, integrationId, [row], ct);
        var summary = Summary(row, await sync.StreamsAsync(tenantId, integrationId, ct), surroundings);
        var state = await sync.IntegrationAsync(tenantId, integrationId, ct);
        return new IntegrationDetail
        {
            Summary = summary,
            AccountId = row.AccountId,
            Settings = Masked(row),
            HasCredentials = row.Secrets is not null && !vault.IsUnreadable(row),
            Areas = StoredText.Read<List<AreaResult>>(row.Areas) ?? [],
            AreasCheckedAt = row.AreasCheckedAt,
            Scope = state?.Scope ?? new(),
            CompanyFilter = state?.CompanyFilter ?? new(),
            CreatedAt = row.CreatedAt,
        };
    }

    /// <summary>Boards, statuses and company lists of one integration, as last read.</summary>
    public async Task<ChoiceLists> ChoicesAsync(long tenantId, long integrationId, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        var stream = await db.Streams.AsNoTracking().FirstOrDefaultAsync(s => s.IntegrationId == integrationId && s.DataType == DataType.Reference, ct);
        if (stream is null)
        {
            return new ChoiceLists(null, [], [], [], []);
        }

        var row = await db.Integrations.Where(i => i.Id == integrationId).Select(i => new { i.Provider, i.Scope }).FirstOrDefaultAsync(ct);
        var groups = row is null ? null : connectors.Find(row.Provider)?.TicketSettings?.Groups;
        string[] kinds = [ReferenceKinds.Container, ReferenceKinds.Status, ReferenceKinds.CompanyStatus, ReferenceKinds.CompanyType, .. groups is null ? Array.Empty<string>() : [groups.Kind]];
        var items = await db.Reference.AsNoTracking()
            .Where(r => r.IntegrationId == integrationId && r.Generation == stream.LiveGeneration && kinds.Contains(r.Kind))
            .ToListAsync(ct);
        IReadOnlyList<Choice> Of(string kind) =>
            [.. items.Where(i => i.Kind == kind).OrderBy(i => i.Name, StringComparer.CurrentCultureIgnoreCase).Select(i => new Choice(i.ItemId, i.Name, i.IsInactive))];
        return new ChoiceLists(
            stream.LastCompleteAt,
            Of(ReferenceKinds.Container),
            [
                .. items.Where(i => i.Kind == ReferenceKinds.Status)
                    .OrderBy(i => i.SortOrder ?? int.MaxValue).ThenBy(i => i.Name, StringComparer.CurrentCultureIgnoreCase)
                    .Select(i => new StatusChoice(i.ItemId, i.Name, i.ContainerId, i.IsClosed, i.IsInactive, i.SortOrder)),
            ],
            Of(ReferenceKinds.CompanyStatus),
            Of(ReferenceKinds.CompanyType))
        {
            Groups = groups is null ? [] : WithLeftOut(groups.ByName ? [.. Of(groups.Kind).Select(c => c with { Id = c.Name }).DistinctBy(c => c.Id)] : Of(groups.Kind), row!.Scope),
        };
    }

    /// <summary>A group that is left out and is in no list any more (renamed, deleted) can be taken in again all the same.</summary>
    private static IReadOnlyList<Choice> WithLeftOut(IReadOnlyList<Choice> groups, string scope) =>
        [.. groups, .. StoredChoice.Tickets(scope).ExcludedGroups.Where(id => groups.All(g => g.Id != id)).Select(id => new Choice(id, id, IsInactive: true))];

    private Dictionary<string, string> Masked(Integration row)
    {
        var values = StoredText.Read<Dictionary<string, string>>(row.Settings) ?? [];
        foreach (var field in connectors.Find(row.Provider)?.Settings.Fields.Where(f => f.Secret && row.Secrets is not null) ?? [])
        {
            values[field.Key] = SettingsSchema.Mask;
        }

        return values;
    }

    private List<IntegrationSummary> Summaries(List<Integration> rows, ILookup<long, StreamState> streams, Surroundings around) =>
        rows.ConvertAll(row => Summary(row, [.. streams[row.Id]], around));

    private IntegrationSummary Summary(Integration row, IReadOnlyList<StreamState> states, Surroundings around)
    {
        var summary = Stored(row, states, around);
        return !vault.IsUnreadable(row) ? summary : summary with
        {
            Condition = IntegrationCondition.Disconnected,
            Reason = Concerns.Unreadable.Reason,
            WhatToDo = Concerns.Unreadable.WhatToDo,
            NextSyncAt = null,
            Streams = [.. summary.Streams.Select(s => s with { NextAt = null })],
        };
    }

    private IntegrationSummary Stored(Integration row, IReadOnlyList<StreamState> states, Surroundings around)
    {
        var now = clock.GetUtcNow();
        var connector = connectors.Find(row.Provider);
        var clients = around.Clients[row.Id].ToList();
        var streams = StreamSummaries.Of(row.Id, connector, states, clients, around.Counts, now);
        var concerns = Concerns.Of(connector, states, streams, StoredText.Read<TicketScope>(row.Scope) ?? new(), now, clients);
        var condition = Concerns.ConditionOf(row.Status, concerns);
        var first = condition == IntegrationCondition.NeedsAttention ? concerns[0] : null;
        var scheduled = row.Status is IntegrationStatus.Active or IntegrationStatus.Error && row.Secrets is not null;
        return new IntegrationSummary
        {
            Id = row.Id,
            Name = row.Name,
            Provider = row.Provider,
            Info = connector?.Info,
            Condition = condition,
            Reason = condition == IntegrationCondition.Active ? null : first?.Sentence ?? row.StatusReason ?? Concerns.Usual(condition).Reason,
            WhatToDo = condition == IntegrationCondition.Active ? null : first is null ? row.StatusAdvice ?? Concerns.Usual(condition).WhatToDo : first.WhatToDo,
            StatusSince = row.StatusSince,
            Concerns = concerns,
            LastSyncAt = states.Max(s => s.Progress.LastCompleteAt),
            NextSyncAt = scheduled ? streams.Min(s => s.NextAt) : null,
            AccountName = row.AccountName,
            VendorVersion = row.VendorVersion,
            KeyExpiresOn = row.KeyExpiresOn,
            KeyDaysLeft = KeyExpiry.DaysLeft(row.KeyExpiresOn, now),
            WindowUntil = row.ManualWindowUntil > now ? row.ManualWindowUntil : null,
            Streams = scheduled ? streams : [.. streams.Select(s => s with { NextAt = null })],
            Activity = around.Activity.GetValueOrDefault(row.Id, SyncActivity.None),
            LinkedCompanies = around.Links.GetValueOrDefault(row.Id),
            Clients = connector?.Partitions is null ? null : clients,
            HeldBack = around.HeldBack.GetValueOrDefault(row.Id, WaitingTickets.None),
            WizardStep = row.WizardStep,
        };
    }

    private Task<ILookup<long, ClientStanding>> ClientsAsync(PortalContext db, IEnumerable<Integration> rows, CancellationToken ct) =>
        ClientStanding.OfAsync(db, [.. rows.Where(r => connectors.Find(r.Provider)?.Partitions is not null).Select(r => r.Id)], ct);

    private async Task<Surroundings> SurroundingsAsync(PortalContext db, long? id, IEnumerable<Integration> rows, CancellationToken ct)
    {
        var quarantined = await db.Quarantine.Where(q => id == null || q.IntegrationId == id)
            .GroupBy(q => new { q.IntegrationId, q.DataType })
            .Select(g => new { g.Key.IntegrationId, g.Key.DataType, Count = g.Count() })
            .ToListAsync(ct);
        var waiting = await db.ChildQueue.Where(c => id == null || c.IntegrationId == id)
            .GroupBy(c => new { c.IntegrationId, c.DataType })
            .Select(g => new { g.Key.IntegrationId, g.Key.DataType, Count = g.Count() })
            .ToListAsync(ct);
        var links = await db.CompanyLinks.Where(l => id == null || l.IntegrationId == id)
            .GroupBy(l => l.IntegrationId).Select(g => new { g.Key, Count = g.Count() })
            .ToDictionaryAsync(g => g.Key, g => g.Count, ct);
        var counts = new StreamCounts(
            quarantined.ToDictionary(q => (q.IntegrationId, q.DataType), q => q.Count),
            waiting.ToDictionary(w => (w.IntegrationId, w.DataType), w => w.Count),
            await runs.LastAsync(db, id, ct));
        return new Surroundings(counts, await runs.ActivityAsync(db, id, ct), links, await WaitingTickets.ReadAsync(db, id, ct), await ClientsAsync(db, rows, ct));
    }

    private sealed record Surroundings(
        StreamCounts Counts,
        IReadOnlyDictionary<long, SyncActivity> Activity,
        Dictionary<long, int> Links,
        IReadOnlyDictionary<long, WaitingTickets> HeldBack,
        ILookup<long, ClientStanding> Clients)
    {
        public static Surroundings None { get; } = new(
            StreamCounts.None, new Dictionary<long, SyncActivity>(), [], new Dictionary<long, WaitingTickets>(), Array.Empty<ClientStanding>().ToLookup(_ => 0L));
    }
}
