using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;

namespace MSPortal.Core.Diagnosis;

/// <summary>Whether the data is read, and up to date.</summary>
internal static class SynchronizationStage
{
    /// <summary>What keeps all tickets of the integration out, whichever one is asked about.</summary>
    public static Finding? Tickets(IntegrationFacts facts, List<Evidence> evidence)
    {
        if (facts.Stream(DataType.Tickets) is not { } stream)
        {
            return new Finding(
                Cause.DataTypeOff, Stage.Synchronization, $"{facts.Name} has no tickets that MSPortal reads.", "Look in the integration of your PSA.", new Remedy(RemedyKind.OpenIntegration, "See details"));
        }

        evidence.Add(Say.LastRead(stream));
        return Closed(facts, stream) ?? Nothing(facts);
    }

    /// <summary>The whole integration: what people cannot do without stops here, the rest is mentioned.</summary>
    public static Finding? Whole(IntegrationFacts facts, List<Evidence> evidence)
    {
        foreach (var stream in facts.Streams.Where(s => s.State.Enabled))
        {
            evidence.Add(Say.LastRead(stream));
            if (Remark(facts, stream) is { } remark)
            {
                evidence.Add(remark);
            }
        }

        var needed = facts.Streams.Where(s => s.Required || s.State.Key.DataType is DataType.Tickets).ToList();
        return needed.Select(s => Closed(facts, s)).FirstOrDefault(f => f is not null)
            ?? (facts.Stream(DataType.Tickets) is null ? null : Nothing(facts))
            ?? needed.Select(s => Held(s) ?? Behind(facts, s)).FirstOrDefault(f => f is not null);
    }

    public static Finding? Company(IntegrationFacts facts, CompanyFacts company, List<Evidence> evidence)
    {
        if (facts.Stream(DataType.Companies) is not { } stream)
        {
            return new Finding(
                Cause.DataTypeOff, Stage.Synchronization, $"{facts.Name} has no companies that MSPortal reads.", "Look in the integration of your PSA.", new Remedy(RemedyKind.OpenIntegration, "See details"));
        }

        evidence.Add(Say.LastRead(stream));
        return Closed(facts, stream)
            ?? (company.Place is CompanyPlace.Unknown or CompanyPlace.Quarantined && company.LinkedTo is null ? Absent(facts, company, stream) : null)
            ?? Behind(facts, stream)
            ?? (company.StoredTickets == 0 && facts.Stream(DataType.Tickets) is not null ? Tickets(facts, evidence) : null);
    }

    /// <summary>It is not read at all: turned off, or not permitted.</summary>
    public static Finding? Closed(IntegrationFacts facts, StreamFacts stream) => stream switch
    {
        { State.Enabled: false } => new Finding(
            Cause.DataTypeOff, Stage.Synchronization, $"{Say.Type(stream)} of {facts.Name} are turned off.", "Turn them on in the Sync step.", new Remedy(RemedyKind.ChooseData, "Choose what is read")),
        { Progress.DeniedPermission: { } permission } => new Finding(
            Cause.PermissionMissing, Stage.Synchronization, $"{facts.Name} does not let us read {Say.Lower(stream.Label)}: the key lacks the permission “{permission}”.",
            $"Grant it at the vendor ({stream.Permission.Where}), then re-check.", new Remedy(RemedyKind.CheckPermissions, "Re-check")),
        _ => null,
    };

    /// <summary>It has not been read to the end for too long, or never.</summary>
    public static Finding? Behind(IntegrationFacts facts, StreamFacts stream)
    {
        var fault = stream.Progress.FaultSentence;
        var (type, next) = (Say.Type(stream), stream.NextAt);
        return stream.Freshness(facts.Now) switch
        {
            Freshness.Never => new Finding(
                Cause.FirstReadPending, Stage.Synchronization,
                fault is null ? $"{type} of {facts.Name} have not been read to the end yet." : $"{type} of {facts.Name} have not been read yet: {fault}",
                "It goes on by itself; the integration's page shows how far it is.", new Remedy(RemedyKind.OpenIntegration, "See progress"), next),
            Freshness.Late or Freshness.Stale => new Finding(
                Cause.Stale, Stage.Synchronization,
                fault is null ? $"{type} of {facts.Name} are late: what is shown may be older than what the vendor has." : $"{type} of {facts.Name} are late: {fault}",
                "MSPortal keeps trying by itself; Sync now tries at once.", new Remedy(RemedyKind.SyncNow, "Sync now"), next),
            _ => null,
        };
    }

    private static Finding? Held(StreamFacts stream) => stream.Progress.Full is { Phase: PassPhase.Held, ReleasedBy: null } held
        ? new Finding(
            Cause.HeldByGuard, Stage.Synchronization, $"{Say.Type(stream)}: {Say.Count(held.HeldMissing, "removal")} at once may be a mistake, so nothing was removed.",
            "Look at the vendor whether they are really gone, then release or keep them.", new Remedy(RemedyKind.DecideRemovals, "Decide"))
        : null;

    private static Finding? Nothing(IntegrationFacts facts) => facts.Shape is { } shape && facts.Scope.SelectsNothing
        ? new Finding(
            Cause.NothingSelected, Stage.Synchronization, $"No {shape.ContainerWord} of {facts.Name} is selected, so no tickets are read.",
            $"Select {shape.ContainerLabel.ToLowerInvariant()} in Ticket Settings.", new Remedy(RemedyKind.ChooseTickets, "Open Ticket Settings"))
        : null;

    private static Finding Absent(IntegrationFacts facts, CompanyFacts company, StreamFacts stream) => company.Place is CompanyPlace.Quarantined
        ? new Finding(
            Cause.Quarantined, Stage.Synchronization, $"{company.Name} came from {facts.Name} in a form that could not be understood, and is kept aside.",
            "It is read again at every sync; the integration's page shows what is wrong with it.", new Remedy(RemedyKind.OpenIntegration, "See details"))
        : Behind(facts, stream) ?? new Finding(
            Cause.NoSuchCompany, Stage.Synchronization, $"{facts.Name} has no company like “{company.Name}” among what was read.",
            "Check how it is written at the vendor. A company that is new there comes with the next read; the company filter may leave it out.",
            new Remedy(RemedyKind.ChooseData, "See the company filter"), stream.NextAt);

    private static Evidence? Remark(IntegrationFacts facts, StreamFacts stream)
    {
        var type = Say.Type(stream);
        return stream switch
        {
            { Progress.DeniedPermission: { } permission } => new Evidence($"{type}: the key lacks the permission “{permission}” ({stream.Permission.Where})", NeedsAttention: true),
            { Progress.FaultSentence: { } fault } => new Evidence($"{type}: {fault.TrimEnd('.')}", stream.Progress.FaultSince, NeedsAttention: true),
            { Quarantined: > 0 and var aside } => new Evidence($"{type}: {Say.Count(aside, "record")} kept aside, because {(aside == 1 ? "it" : "they")} could not be understood", NeedsAttention: true),
            _ when stream.Freshness(facts.Now) is Freshness.Late or Freshness.Stale => new Evidence($"{type}: late", NeedsAttention: true),
            _ => null,
        };
    }
}
