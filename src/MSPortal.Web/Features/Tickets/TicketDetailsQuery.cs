using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Web.Access;

namespace MSPortal.Web.Features.Tickets;

/// <summary>One ticket with its notes, under the same rules of sight as the lists.</summary>
internal sealed class TicketDetailsQuery(PortalDatabase database, TicketQueries tickets)
{
    /// <summary>Null when there is no such ticket or it may not be seen: the two must look alike.</summary>
    public async Task<TicketDetails?> FindAsync(Sight sight, Guid id, CancellationToken ct)
    {
        if (await tickets.FindAsync(sight, id, ct) is not { } line)
        {
            return null;
        }

        await using var db = database.Open(sight.TenantId);
        if (await TicketWhere.Visible(db, sight).FirstOrDefaultAsync(t => t.Id == id, ct) is not { } row)
        {
            return null;
        }

        var ticket = Canonical.Read<Ticket>(row.Payload);
        var (state, permission) = await NotesStateAsync(db, row, ct);
        var details = new TicketDetails
        {
            Line = line,
            Ticket = ticket,
            Key = new StreamKey(sight.TenantId, row.IntegrationId, DataType.Tickets, row.Partition),
            ConfirmedAt = await ConfirmedAtAsync(db, row, ct),
            Unreadable = await UnreadableAsync(db, row, ct),
            Status = await db.Integrations.Where(i => i.Id == row.IntegrationId).Select(i => i.Status).FirstAsync(ct),
            Notes = await NotesAsync(db, row, ct),
            TimeEntries = await TimeAsync(db, row, ct),
            NotesState = state,
            NotesPermission = permission,
            Parent = await RelatedAsync(db, sight, row, ticket.ParentTicketId, ct),
            MergedInto = await RelatedAsync(db, sight, row, ticket.MergedIntoId, ct),
        };
        return sight.Client is null ? details : details.ForClients();
    }

    /// <summary>A vendor's answer about this id, whether it changed anything or not.</summary>
    private static async Task<DateTimeOffset?> ConfirmedAtAsync(PortalContext db, TicketRow row, CancellationToken ct) =>
        await db.Ledger.Where(l => l.IntegrationId == row.IntegrationId && l.DataType == DataType.Tickets && l.Partition == row.Partition
                && l.Generation == row.Generation && l.ExternalId == row.ExternalId)
            .Select(l => (DateTimeOffset?)l.ConfirmedAt).FirstOrDefaultAsync(ct);

    private static Task<string?> UnreadableAsync(PortalContext db, TicketRow row, CancellationToken ct) =>
        db.Quarantine.Where(q => q.IntegrationId == row.IntegrationId && q.DataType == DataType.Tickets && q.Partition == row.Partition && q.ExternalId == row.ExternalId)
            .Select(q => q.Reason).FirstOrDefaultAsync(ct);

    private static async Task<IReadOnlyList<TicketNote>> NotesAsync(PortalContext db, TicketRow row, CancellationToken ct)
    {
        var payloads = await db.TicketNotes
            .Where(n => n.IntegrationId == row.IntegrationId && n.Partition == row.Partition && n.TicketId == row.ExternalId
                && db.Streams.Any(s => s.IntegrationId == n.IntegrationId && s.DataType == DataType.TicketNotes && s.Partition == n.Partition && s.LiveGeneration == n.Generation))
            .Select(n => n.Payload).ToListAsync(ct);
        return
        [
            .. payloads.Select(Canonical.Read<TicketNote>)
                .OrderByDescending(n => n.IsDescription)
                .ThenBy(n => n.CreatedAt ?? DateTimeOffset.MinValue)
                .ThenBy(n => n.ExternalId.Length).ThenBy(n => n.ExternalId, StringComparer.Ordinal),
        ];
    }

    private static async Task<IReadOnlyList<TimeEntry>> TimeAsync(PortalContext db, TicketRow row, CancellationToken ct)
    {
        var payloads = await db.TimeEntries
            .Where(t => t.IntegrationId == row.IntegrationId && t.Partition == row.Partition && t.TicketId == row.ExternalId
                && db.Streams.Any(s => s.IntegrationId == t.IntegrationId && s.DataType == DataType.TimeEntries && s.Partition == t.Partition && s.LiveGeneration == t.Generation))
            .Select(t => t.Payload).ToListAsync(ct);
        return
        [
            .. payloads.Select(Canonical.Read<TimeEntry>)
                .OrderBy(t => t.StartedAt ?? t.EndedAt ?? DateTimeOffset.MinValue)
                .ThenBy(t => t.ExternalId.Length).ThenBy(t => t.ExternalId, StringComparer.Ordinal),
        ];
    }

    private static async Task<(TicketNotesState State, string? Permission)> NotesStateAsync(PortalContext db, TicketRow row, CancellationToken ct)
    {
        var stream = await db.Streams.AsNoTracking()
            .FirstOrDefaultAsync(s => s.IntegrationId == row.IntegrationId && s.DataType == DataType.TicketNotes && s.Partition == row.Partition, ct);
        if (stream is null)
        {
            return (TicketNotesState.None, null);
        }

        if (stream.DeniedPermission is not null || !stream.Enabled)
        {
            return (stream.DeniedPermission is null ? TicketNotesState.TurnedOff : TicketNotesState.NotPermitted, stream.DeniedPermission);
        }

        var waiting = await db.ChildQueue.AnyAsync(c => c.IntegrationId == row.IntegrationId && c.DataType == DataType.TicketNotes && c.ParentId == row.ExternalId, ct);
        return (waiting ? TicketNotesState.Waiting : TicketNotesState.Read, null);
    }

    private static async Task<RelatedTicket?> RelatedAsync(PortalContext db, Sight sight, TicketRow row, string? externalId, CancellationToken ct) => externalId is null
        ? null
        : await TicketWhere.Visible(db, sight).Where(t => t.IntegrationId == row.IntegrationId && t.Partition == row.Partition && t.ExternalId == externalId)
            .Select(t => new RelatedTicket(t.Id, t.Number, t.Summary)).FirstOrDefaultAsync(ct)
            ?? new RelatedTicket(null, externalId, null);
}
