using System.Globalization;
using CsvHelper;
using MSPortal.Core.Ports;
using MSPortal.Storage;
using MSPortal.Storage.Model;

namespace MSPortal.Web.Features.Tickets;

/// <summary>Tickets as CSV, however many: written as they are read, and safe to open in a spreadsheet.</summary>
internal sealed class TicketExport(TicketQueries tickets, PortalDatabase database, TimeProvider clock)
{
    private static readonly string[] Header =
    [
        "Number", "Summary", "Company", "Status", "Stage", "Closed", "Priority", "Priority name", "Container", "Assignee", "Contact", "Opened", "Updated", "Closed at",
        "Integration", "External id", "Id",
    ];

    /// <summary>A text that begins like a formula gets an apostrophe in front: vendors' texts are anybody's.</summary>
    private static readonly CsvWriterOptions Options = new() { Injection = CsvInjection.Escape, WriteByteOrderMark = true };

    /// <summary>Writes UTF-8 and leaves the stream open; the answer is how many tickets there were. The audit log remembers who took them.</summary>
    public async Task<long> WriteAsync(Stream stream, TicketFilter filter, Actor actor, CancellationToken ct)
    {
        var count = 0L;
        await using (var csv = CsvWriter.Create(stream, Options, leaveOpen: true))
        {
            await csv.WriteRecordAsync(Header, ct);
            await foreach (var ticket in tickets.AllAsync(actor.TenantId, filter, ct))
            {
                await csv.WriteRecordAsync(Fields(ticket), ct);
                count++;
            }

            await csv.FlushAsync(ct);
        }

        await RememberAsync(actor, count, ct);
        return count;
    }

    private static string[] Fields(TicketLine ticket) =>
    [
        ticket.Number, ticket.Summary, ticket.Company ?? "", ticket.Status ?? "", TicketResource.Word(ticket.Stage) ?? "", ticket.Closed ? "yes" : "no",
        TicketResource.Word(ticket.Priority) ?? "", ticket.PriorityName ?? "", ticket.Container ?? "", ticket.Assignee ?? "", ticket.Contact ?? "",
        Time(ticket.OpenedAt), Time(ticket.UpdatedAt), Time(ticket.ClosedAt), ticket.Integration, ticket.ExternalId, ticket.Id.ToString(),
    ];

    private static string Time(DateTimeOffset? at) => at?.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "";

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
