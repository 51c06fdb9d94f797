using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Core.Diagnosis;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Storage;
using MSPortal.Storage.Model;
using MSPortal.Web.Features.Tickets;

namespace MSPortal.Web.Features.Diagnosis;

/// <summary>Looks up one ticket here and, if it is not here, asks the vendor for it; concludes nothing and stores nothing.</summary>
internal sealed class TicketFactsQuery(SingleReads reads, TimeProvider clock)
{
    /// <summary>A vendor that answers slower than this is not waited for by a person.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(25);

    /// <summary>Whoever may only read must not spend the vendor's budget.</summary>
    private const int MostQuestions = 30;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<long, Queue<DateTimeOffset>> questions = new();

    /// <param name="mayAsk">Nothing before the ticket itself keeps it out, so that a question to the vendor is worth a call.</param>
    public async Task<(TicketFacts Facts, string? ExternalId)> ReadAsync(PortalContext db, long integration, string number, bool mayAsk, CancellationToken ct)
    {
        if (await TicketWhere.Live(db).FirstOrDefaultAsync(t => t.IntegrationId == integration && t.Number == number, ct) is { } row)
        {
            return (await HereAsync(db, row, ct), row.ExternalId);
        }

        var key = new StreamKey(db.TenantId, integration, DataType.Tickets);
        var answer = mayAsk ? await AskAsync(key, number, ct) : VendorAnswer.NotAsked;
        var externalId = answer.Ticket?.ExternalId ?? number;
        return (
            new TicketFacts
            {
                Number = number,
                Answer = answer,
                Known = await KnownAsync(db, integration, externalId, ct),
                QuarantineReason = await AsideAsync(db, integration, "", externalId, ct),
            },
            answer.Ticket?.ExternalId);
    }

    public async Task<VendorAnswer> AskAsync(StreamKey key, string number, CancellationToken ct)
    {
        if (TooMany(key.IntegrationId) is { } wait)
        {
            return new VendorAnswer(VendorSays.CouldNotTell, Sentence: "It was asked about many tickets within a minute, and its budget is spared.", RetryAfter: wait);
        }

        using var patience = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        try
        {
            return await reads.LookAsync(key, number, either.Token) switch
            {
                ReadResult.Present { Record: Ticket ticket } => new VendorAnswer(VendorSays.There, ticket),
                ReadResult.Gone => new VendorAnswer(VendorSays.NoSuch),
                ReadResult.Bad bad => new VendorAnswer(VendorSays.Unreadable, Sentence: bad.Row.Reason),
                ReadResult.Unknown { IsRefused: true } refused => new VendorAnswer(VendorSays.Refused, Sentence: refused.Why),
                ReadResult.Unknown unknown => new VendorAnswer(VendorSays.CouldNotTell, Sentence: unknown.Why),
                _ => new VendorAnswer(VendorSays.CouldNotTell, Sentence: "It answered with something else."),
            };
        }
        catch (FaultException e)
        {
            return new VendorAnswer(VendorSays.CouldNotTell, Sentence: e.Fault.Sentence, RetryAfter: (e.Fault as Fault.RateLimited)?.RetryAfter);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException && !ct.IsCancellationRequested)
        {
            return new VendorAnswer(VendorSays.CouldNotTell, Sentence: e is HttpRequestException ? "It could not be reached." : "It took too long to answer.");
        }
    }

    /// <summary>How long to wait; null when the question may be asked, which then counts.</summary>
    private TimeSpan? TooMany(long integration)
    {
        var asked = questions.GetOrAdd(integration, _ => new Queue<DateTimeOffset>());
        lock (asked)
        {
            var now = clock.GetUtcNow();
            while (asked.TryPeek(out var first) && now - first >= Minute)
            {
                asked.Dequeue();
            }

            if (asked.Count >= MostQuestions)
            {
                return Minute - (now - asked.Peek());
            }

            asked.Enqueue(now);
            return null;
        }
    }

    private static async Task<TicketFacts> HereAsync(PortalContext db, TicketRow row, CancellationToken ct)
    {
        var ticket = Canonical.Read<Ticket>(row.Payload);
        var ledger = await db.Ledger.AsNoTracking().FirstOrDefaultAsync(
            l => l.IntegrationId == row.IntegrationId && l.DataType == DataType.Tickets && l.Partition == row.Partition && l.Generation == row.Generation && l.ExternalId == row.ExternalId, ct);
        return new TicketFacts
        {
            Number = row.Number,
            Kept = new KeptTicket(row.Id, ticket, ledger?.ConfirmedAt, row.IsClosed, await IsMissingAsync(db, row, ledger, ct)),
            QuarantineReason = await AsideAsync(db, row.IntegrationId, row.Partition, row.ExternalId, ct),
            Company = row.CompanyId is { } company ? await CompanyFactsQuery.ReadAsync(db, row.IntegrationId, row.Partition, company, row.CompanyName, ct) : null,
        };
    }

    /// <summary>The complete read that is held back has not met it, neither by itself nor when it asked for what was missing.</summary>
    private static async Task<bool> IsMissingAsync(PortalContext db, TicketRow row, LedgerRow? ledger, CancellationToken ct)
    {
        var stored = await db.Streams.Where(s => s.IntegrationId == row.IntegrationId && s.DataType == DataType.Tickets && s.Partition == row.Partition)
            .Select(s => s.FullPass).FirstOrDefaultAsync(ct);
        if (StoredJson.Read<PassState>(stored) is not { Phase: PassPhase.Held, ReleasedBy: null } held)
        {
            return false;
        }

        return held.Generation == row.Generation
            ? ledger?.ReadSequence < held.StartSequence
            : !await db.Ledger.AnyAsync(
                l => l.IntegrationId == row.IntegrationId && l.DataType == DataType.Tickets && l.Partition == row.Partition
                    && l.Generation == held.Generation && l.ExternalId == row.ExternalId && l.State != LedgerState.Gone, ct);
    }

    /// <param name="externalId">Its number where the vendor does not tell the id.</param>
    private static async Task<LedgerNote?> KnownAsync(PortalContext db, long integration, string externalId, CancellationToken ct) =>
        await db.Ledger.Where(l => l.IntegrationId == integration && l.DataType == DataType.Tickets && l.State != LedgerState.Kept
                && (l.ExternalId == externalId || (l.State == LedgerState.Gone && l.Reason == externalId))
                && db.Streams.Any(s => s.IntegrationId == integration && s.DataType == DataType.Tickets && s.Partition == l.Partition && s.LiveGeneration == l.Generation))
            .Select(l => new LedgerNote(l.State == LedgerState.Gone, l.Reason, l.ConfirmedAt)).FirstOrDefaultAsync(ct);

    private static async Task<string?> AsideAsync(PortalContext db, long integration, string partition, string externalId, CancellationToken ct) =>
        await db.Quarantine.Where(q => q.IntegrationId == integration && q.DataType == DataType.Tickets && q.Partition == partition && q.ExternalId == externalId)
            .Select(q => q.Reason).FirstOrDefaultAsync(ct);
}
