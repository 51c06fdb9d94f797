using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Core.Integrations;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Storage;
using MSPortal.Storage.Model;

namespace MSPortal.Web.Features.Integrations;

/// <summary>Integrations as people see them; page, API and command line all ask here, so that they say the same.</summary>
internal sealed class IntegrationQueries(PortalDatabase database, ISyncStore sync, ConnectorRegistry connectors, RunQueries runs, TimeProvider clock)
{
    /// <summary>All of the tenant's, by name.</summary>
    public async Task<IReadOnlyList<IntegrationSummary>> ListAsync(long tenantId, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        var rows = await db.Integrations.AsNoTracking().OrderBy(i => i.Name).ThenBy(i => i.Id).ToListAsync(ct);
        var surroundings = await SurroundingsAsync(db, null, ct);
        var summaries = new List<IntegrationSummary>();
        foreach (var row in rows)
        {
            summaries.Add(Summary(row, await sync.StreamsAsync(tenantId, row.Id, ct), surroundings));
        }

        return summaries;
    }

    /// <summary>Null when the tenant has no such integration.</summary>
    public async Task<IntegrationDetail?> DetailAsync(long tenantId, long integrationId, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        if (await db.Integrations.AsNoTracking().FirstOrDefaultAsync(i => i.Id == integrationId, ct) is not { } row)
        {
            return null;
        }

        var surroundings = await SurroundingsAsync(db, integrationId, ct);
        var summary = Summary(row, await sync.StreamsAsync(tenantId, integrationId, ct), surroundings);
        var state = await sync.IntegrationAsync(tenantId, integrationId, ct);
        var unreadable = row.Secrets is not null && state is { Settings: null };
        return new IntegrationDetail
        {
            Summary = unreadable ? Unreadable(summary) : summary,
            AccountId = row.AccountId,
            Settings = Masked(row),
            HasCredentials = row.Secrets is not null && !unreadable,
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

        string[] kinds = [ReferenceKinds.Container, ReferenceKinds.Status, ReferenceKinds.CompanyStatus, ReferenceKinds.CompanyType];
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
            Of(ReferenceKinds.CompanyType));
    }

    private static IntegrationSummary Unreadable(IntegrationSummary summary) => summary with
    {
        Condition = IntegrationCondition.Disconnected,
        Reason = "The stored credentials can no longer be read, because the key that protects them is lost.",
        WhatToDo = "Reconnect with the same account; nothing else is lost.",
    };

    private Dictionary<string, string> Masked(Integration row)
    {
        var values = StoredText.Read<Dictionary<string, string>>(row.Settings) ?? [];
        foreach (var field in connectors.Find(row.Provider)?.Settings.Fields.Where(f => f.Secret && row.Secrets is not null) ?? [])
        {
            values[field.Key] = SettingsSchema.Mask;
        }

        return values;
    }

    private IntegrationSummary Summary(Integration row, IReadOnlyList<StreamState> states, Surroundings around)
    {
        var now = clock.GetUtcNow();
        var connector = connectors.Find(row.Provider);
        var streams = StreamSummaries.Of(row.Id, connector, states, around.Quarantined, around.LastRuns, now);
        var concerns = Concerns.Of(connector, states, streams, StoredText.Read<TicketScope>(row.Scope) ?? new(), now);
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
            WindowUntil = row.ManualWindowUntil > now ? row.ManualWindowUntil : null,
            Streams = scheduled ? streams : [.. streams.Select(s => s with { NextAt = null })],
            Activity = around.Activity.GetValueOrDefault(row.Id, SyncActivity.None),
            LinkedCompanies = around.Links.GetValueOrDefault(row.Id),
            HeldBackTickets = around.HeldBack.GetValueOrDefault(row.Id).Tickets,
            HeldBackCompanies = around.HeldBack.GetValueOrDefault(row.Id).Companies,
            WizardStep = row.WizardStep,
        };
    }

    private async Task<Surroundings> SurroundingsAsync(PortalContext db, long? id, CancellationToken ct)
    {
        var quarantined = await db.Quarantine.Where(q => id == null || q.IntegrationId == id)
            .GroupBy(q => new { q.IntegrationId, q.DataType })
            .Select(g => new { g.Key.IntegrationId, g.Key.DataType, Count = g.Count() })
            .ToListAsync(ct);
        var links = await db.CompanyLinks.Where(l => id == null || l.IntegrationId == id)
            .GroupBy(l => l.IntegrationId).Select(g => new { g.Key, Count = g.Count() })
            .ToDictionaryAsync(g => g.Key, g => g.Count, ct);
        return new Surroundings(
            quarantined.ToDictionary(q => (q.IntegrationId, q.DataType), q => q.Count),
            await runs.LastAsync(db, id, ct),
            await runs.ActivityAsync(db, id, ct),
            links,
            await HeldBackAsync(db, id, ct));
    }

    /// <summary>Tickets of companies that could be imported and are not; those of blocked ones wait for nobody.</summary>
    private static async Task<Dictionary<long, (int Tickets, int Companies)>> HeldBackAsync(PortalContext db, long? id, CancellationToken ct)
    {
        var waiting =
            from stream in db.Streams
            where stream.DataType == DataType.Tickets && (id == null || stream.IntegrationId == id)
            join ticket in db.Tickets on
                new { stream.IntegrationId, stream.Partition, Generation = stream.LiveGeneration } equals
                new { ticket.IntegrationId, ticket.Partition, ticket.Generation }
            where ticket.CompanyId != null
                && !db.CompanyLinks.Any(l => l.IntegrationId == ticket.IntegrationId && l.Partition == ticket.Partition && l.ExternalId == ticket.CompanyId)
                && !db.BlockedCompanies.Any(b => b.IntegrationId == ticket.IntegrationId && b.Partition == ticket.Partition && b.ExternalId == ticket.CompanyId)
                && db.ExternalCompanies.Any(c => c.IntegrationId == ticket.IntegrationId && c.Partition == ticket.Partition && c.ExternalId == ticket.CompanyId)
            group ticket by new { ticket.IntegrationId, ticket.CompanyId } into company
            select new { company.Key.IntegrationId, Tickets = company.Count() };
        var companies = await waiting.ToListAsync(ct);
        return companies.GroupBy(c => c.IntegrationId).ToDictionary(g => g.Key, g => (g.Sum(c => c.Tickets), g.Count()));
    }

    private sealed record Surroundings(
        IReadOnlyDictionary<(long IntegrationId, DataType DataType), int> Quarantined,
        IReadOnlyDictionary<(long IntegrationId, DataType DataType), RunSummary> LastRuns,
        IReadOnlyDictionary<long, SyncActivity> Activity,
        Dictionary<long, int> Links,
        Dictionary<long, (int Tickets, int Companies)> HeldBack);
}
