using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Integrations;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Storage;
using MSPortal.Storage.Secrets;
using MSPortal.Web.Access;
using MSPortal.Web.Features.Integrations;

namespace MSPortal.Web.Features.Tickets;

/// <summary>Where tickets come from and what keeps them from being seen.</summary>
internal sealed class TicketOriginQueries(PortalDatabase database, ConnectorRegistry connectors, Vault vault)
{
    /// <summary>One entry per integration that can read tickets, by name.</summary>
    public async Task<IReadOnlyList<TicketOrigin>> ReadAsync(Sight sight, CancellationToken ct)
    {
        await using var db = database.Open(sight.TenantId);
        var rows = await db.Integrations.AsNoTracking()
            .Join(db.Streams.Where(s => s.DataType == DataType.Tickets), i => i.Id, s => s.IntegrationId, (i, s) => new { Integration = i, Stream = s })
            .ToListAsync(ct);
        if (sight.Client is not null)
        {
            var theirs = await sight.Of(db.CompanyLinks).Select(l => l.IntegrationId).Distinct().ToListAsync(ct);
            rows.RemoveAll(r => !theirs.Contains(r.Integration.Id));
        }

        if (rows.Count == 0)
        {
            return [];
        }

        var linked = (await db.CompanyLinks.Select(l => l.IntegrationId).Distinct().ToListAsync(ct)).ToHashSet();
        // What waits belongs to companies that nobody has assigned to them.
        var waiting = sight.Companies is null ? await WaitingTickets.ReadAsync(db, null, ct) : new Dictionary<long, WaitingTickets>();
        var runs = await db.Runs.Where(r => r.DataType == DataType.Tickets && (r.Status == RunStatus.Running || r.Status == RunStatus.Waiting))
            .OrderBy(r => r.Id).Select(r => new { r.IntegrationId, r.Read, r.Total }).ToListAsync(ct);
        return
        [
            .. rows.Select(row =>
            {
                var (integration, stream) = (row.Integration, row.Stream);
                var unreadable = vault.IsUnreadable(integration);
                var shape = connectors.Find(integration.Provider)?.TicketSettings;
                var run = runs.LastOrDefault(r => r.IntegrationId == integration.Id);
                return new TicketOrigin
                {
                    Id = integration.Id,
                    Name = integration.Name,
                    Provider = integration.Provider,
                    ContainerLabel = shape?.ContainerLabel,
                    ContainerWord = shape?.ContainerWord,
                    Status = unreadable ? IntegrationStatus.Disconnected : integration.Status,
                    StatusReason = unreadable ? Concerns.Unreadable.Reason : integration.StatusReason,
                    StatusAdvice = unreadable ? Concerns.Unreadable.WhatToDo : integration.StatusAdvice,
                    Enabled = stream.Enabled,
                    DeniedPermission = stream.DeniedPermission,
                    PermissionPlace = connectors.Stream(integration.Provider, DataType.Tickets)?.Permission.Where,
                    SelectsNothing = StoredChoice.Tickets(integration.Scope).SelectsNothing,
                    Interval = stream.Interval,
                    LastCompleteAt = stream.LastCompleteAt,
                    Trouble = stream.FaultSentence,
                    IsReading = run is not null,
                    Read = run?.Read ?? 0,
                    Total = run?.Total,
                    HasCompany = linked.Contains(integration.Id),
                    Waiting = waiting.GetValueOrDefault(integration.Id, WaitingTickets.None),
                };
            }).OrderBy(o => o.Name, StringComparer.CurrentCultureIgnoreCase),
        ];
    }
}
