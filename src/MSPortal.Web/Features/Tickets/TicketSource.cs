using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Storage;

namespace MSPortal.Web.Features.Tickets;

/// <summary>What tickets need to know of the integration that they come from.</summary>
internal sealed record TicketSource(long Id, string Name, string Provider, TicketScope Scope)
{
    public static async Task<IReadOnlyDictionary<long, TicketSource>> ReadAsync(PortalContext db, CancellationToken ct) =>
        (await db.Integrations.Select(i => new { i.Id, i.Name, i.Provider, i.Scope }).ToListAsync(ct))
            .ToDictionary(i => i.Id, i => new TicketSource(i.Id, i.Name, i.Provider, StoredChoice.Tickets(i.Scope)));

    public TicketStage? StageOf(string? statusId) => statusId is not null && Scope.Stages.TryGetValue(statusId, out var stage) ? stage : null;
}
