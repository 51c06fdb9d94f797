using System.Globalization;
using MSPortal.Core.Ports;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Web.Access;

namespace MSPortal.Web.Features.Tickets;

/// <summary>Tickets as CSV, however many: written as they are read, and safe to open in a spreadsheet.</summary>
internal sealed class TicketExport(TicketQueries tickets, PortalDatabase database, TimeProvider clock)
{
    private static readonly string[] Header =
    [
        "Number", "Summary", "Company", "Status", "Stage", "Closed", "Priority", "Priority name", "Container", "Assignee", "Contact", "Opened", "Updated", "Closed at",
        "Integration", "External id", "Id",
    ];

    /// <summary>Writes UTF-8 and leaves the stream open; the answer is how many tickets there were. The audit log remembers who took them.</summary>
    public async Task<long> WriteAsync(Stream stream, TicketFilter filter, Actor actor, CancellationToken ct)
    {
        var count = await CsvFile.WriteAsync(stream, Header, tickets.AllAsync(Sight.Whole(actor.TenantId), filter, ct), Fields, ct);
        await RememberAsync(actor, count, ct);
        return count;
    }

    private static string[] Fields(TicketLine ticket) =>
    [
        ticket.Number, ticket.Summary, ticket.Company ?? "", ticket.Status ?? "", TicketResource.Word(ticket.Stage) ?? "", ticket.Closed ? "yes" : "no",
        TicketResource.Word(ticket.Priority) ?? "", ticket.PriorityName ?? "", ticket.Container ?? "", ticket.Assignee ?? "", ticket.Contact ?? "",
        CsvFile.Time(ticket.OpenedAt), CsvFile.Time(ticket.UpdatedAt), CsvFile.Time(ticket.ClosedAt), ticket.Integration, ticket.ExternalId, ticket.Id.ToString(),
    ];

    private async Task RememberAsync(Actor actor, long count, CancellationToken ct)
    {
        await using var db = database.Open(actor.TenantId);
        db.Audit.Add(new AuditEntry
        {
            TenantId = actor.TenantId,
            At = clock.GetUtcNow(),
            Actor = actor.Name,
            UserId = actor.UserId,
            From = actor.From,
            Action = "tickets.exported",
            SubjectKind = "tickets",
            After = string.Create(CultureInfo.InvariantCulture, $"{{\"count\":{count}}}"),
        });
        await db.SaveChangesAsync(ct);
    }
}
