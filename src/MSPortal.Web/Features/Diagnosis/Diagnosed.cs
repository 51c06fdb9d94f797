using MSPortal.Core.Diagnosis;

namespace MSPortal.Web.Features.Diagnosis;

public enum DiagnosisKind
{
    Ticket,
    Company,
    Integration,
}

/// <summary>What somebody misses.</summary>
/// <param name="Text">A ticket's number, a company's name or id; empty for an integration.</param>
/// <param name="IntegrationId">Where to look; null: everywhere.</param>
/// <param name="Person">Of a ticket: the e-mail address of who should see it; null: anybody who may see everything.</param>
public sealed record DiagnosisSubject(DiagnosisKind Kind, string Text, long? IntegrationId, string? Person = null);

/// <summary>What was found out, integration by integration.</summary>
/// <param name="Nothing">Why there is nothing to walk through, in one sentence; null when there is.</param>
public sealed record Diagnosed(DiagnosisSubject Subject, DateTimeOffset At, IReadOnlyList<IntegrationWalk> Walks, string? Nothing = null)
{
    public bool IsWell => Nothing is null && Walks.Any(w => w.Walk.Finding is null);
}

/// <param name="Provider">Its id, or what people call it where that is known.</param>
/// <param name="ExternalId">The vendor's id of the ticket, where it is known.</param>
/// <param name="TicketId">Ours, where the ticket can be seen.</param>
public sealed record IntegrationWalk(long IntegrationId, string Integration, string Provider, Walk Walk, string? ExternalId = null, Guid? TicketId = null);
