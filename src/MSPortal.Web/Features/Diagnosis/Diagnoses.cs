using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Diagnosis;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Web.Features.Tickets;

namespace MSPortal.Web.Features.Diagnosis;

/// <summary>“Why isn't my data here?”: page, API and command line all ask here, so that they say the same.</summary>
internal sealed class Diagnoses(PortalDatabase database, IntegrationFactsQuery integrations, TicketFactsQuery tickets, SingleReads reads, TimeProvider clock)
{
    /// <exception cref="KeyNotFoundException">The tenant has no such integration, or nobody with that address.</exception>
    public async Task<Diagnosed> RunAsync(long tenantId, DiagnosisSubject subject, CancellationToken ct)
    {
        await using var db = database.Open(tenantId);
        var rows = await db.Integrations.AsNoTracking().Where(i => subject.IntegrationId == null || i.Id == subject.IntegrationId).OrderBy(i => i.Name).ThenBy(i => i.Id).ToListAsync(ct);
        if (rows.Count == 0)
        {
            return subject.IntegrationId is { } id
                ? throw new KeyNotFoundException($"There is no integration {id}.")
                : new Diagnosed(subject, clock.GetUtcNow(), [], "Nothing is connected yet: connect your PSA first.");
        }

        IReadOnlyList<IntegrationWalk> walks = subject.Kind switch
        {
            DiagnosisKind.Ticket => await TicketAsync(db, rows, Number(subject.Text), subject.Person, ct),
            DiagnosisKind.Company => await CompanyAsync(db, rows, subject.Text.Trim(), ct),
            _ => await IntegrationAsync(db, rows, ct),
        };
        return new Diagnosed(subject, clock.GetUtcNow(), walks, walks.Count == 0 ? "None of the integrations reads tickets and companies." : null);
    }

    /// <summary>Reads the ticket from its vendor and keeps it, if Ticket Settings let it in.</summary>
    public async Task<string> BringInAsync(long tenantId, long integration, string number, CancellationToken ct)
    {
        var key = new StreamKey(tenantId, integration, DataType.Tickets);
        var answer = await tickets.AskAsync(key, Number(number), ct);
        if (answer.Ticket is not { } ticket)
        {
            return answer.Says == VendorSays.NoSuch ? "The vendor has no such ticket." : $"The ticket could not be read: {answer.Sentence}";
        }

        var result = await reads.ReadAsync(key, ticket.ExternalId, Core.Contracts.WorkPriority.Interactive, ct);
        return result.Outcome switch
        {
            SingleOutcome.Present => "The ticket is here now.",
            SingleOutcome.OutOfScope => "Ticket Settings leave this ticket out, so it was not kept.",
            _ => $"The ticket could not be read: {result.Sentence}",
        };
    }

    /// <summary>People write “#1234” and mean 1234.</summary>
    public static string Number(string text) => text.Trim().TrimStart('#').Trim();

    private async Task<IReadOnlyList<IntegrationWalk>> IntegrationAsync(PortalContext db, List<Integration> rows, CancellationToken ct)
    {
        var walks = new List<IntegrationWalk>();
        foreach (var row in rows)
        {
            walks.Add(Of(row, Diagnose.Integration(await integrations.ReadAsync(db, row, whole: true, ct))));
        }

        return walks;
    }

    /// <summary>Where the ticket is; when it is nowhere, everywhere that it could come from.</summary>
    private async Task<IReadOnlyList<IntegrationWalk>> TicketAsync(PortalContext db, List<Integration> rows, string number, string? person, CancellationToken ct)
    {
        // Before any vendor is asked.
        var who = person is null ? null : await ViewerFactsQuery.FindAsync(db, person, ct);
        var here = (await TicketWhere.Live(db).Where(t => t.Number == number).Select(t => t.IntegrationId).Distinct().ToListAsync(ct)).ToHashSet();
        var walks = new List<IntegrationWalk>();
        foreach (var row in rows.Where(r => here.Count == 0 || here.Contains(r.Id)))
        {
            var facts = await integrations.ReadAsync(db, row, whole: false, ct);
            if (facts.Stream(DataType.Tickets) is null && facts.HasConnector && rows.Count > 1)
            {
                continue;
            }

            var (ticket, externalId) = await tickets.ReadAsync(db, row.Id, number, Diagnose.WouldAsk(facts), ct);
            var viewer = who is null ? null : await ViewerFactsQuery.ReadAsync(db, who, ticket.Kept?.Id, ct);
            var walk = Diagnose.Ticket(facts, ticket with { Viewer = viewer });
            walks.Add(Of(row, walk) with { ExternalId = externalId, TicketId = walk.Finding is null ? ticket.Kept?.Id : null });
        }

        return Likeliest(walks);
    }

    private async Task<IReadOnlyList<IntegrationWalk>> CompanyAsync(PortalContext db, List<Integration> rows, string text, CancellationToken ct)
    {
        var (found, absent) = (new List<IntegrationWalk>(), new List<IntegrationWalk>());
        var ours = await CompanyFactsQuery.OursAsync(db, text, ct);
        foreach (var row in rows)
        {
            var facts = await integrations.ReadAsync(db, row, whole: false, ct);
            if (facts.Stream(DataType.Companies) is null && facts.HasConnector && rows.Count > 1)
            {
                continue;
            }

            var known = await CompanyFactsQuery.FindAsync(db, row.Id, text, ct);
            foreach (var (externalId, partition) in known)
            {
                var company = await CompanyFactsQuery.ReadAsync(db, row.Id, partition, externalId, null, ct);
                found.Add(Of(row, Diagnose.Company(facts, company)));
            }

            if (known.Count == 0)
            {
                absent.Add(Of(row, Diagnose.Company(facts, ours ?? new CompanyFacts { Name = text, Place = CompanyPlace.Unknown })));
            }
        }

        return found.Count > 0 ? found : absent;
    }

    /// <summary>Of several integrations those that know the ticket; that the others do not have it is no news.</summary>
    private static List<IntegrationWalk> Likeliest(List<IntegrationWalk> walks)
    {
        var known = walks.Where(w => w.Walk.Finding?.Cause is not (Cause.NoSuchTicket or Cause.DataTypeOff)).ToList();
        return known.Count > 0 ? known : walks;
    }

    private static IntegrationWalk Of(Integration row, Walk walk) => new(row.Id, row.Name, row.Provider, walk);
}
