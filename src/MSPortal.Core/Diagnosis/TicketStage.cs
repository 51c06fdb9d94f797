using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;

namespace MSPortal.Core.Diagnosis;

/// <summary>Whether this one ticket is here, and what keeps it out when it is not.</summary>
internal static class TicketStage
{
    public static Finding? Look(IntegrationFacts facts, TicketFacts ticket, List<Evidence> evidence) =>
        ticket.Kept is { } kept ? Here(facts, ticket, kept, evidence) : NotHere(facts, ticket, evidence);

    private static Finding? Here(IntegrationFacts facts, TicketFacts ticket, KeptTicket kept, List<Evidence> evidence)
    {
        evidence.Add(new Evidence($"Ticket {ticket.Number} is here; last confirmed with {facts.Name}", kept.ConfirmedAt));
        if (kept.Ticket.MergedIntoId is { } into)
        {
            evidence.Add(new Evidence($"It was merged into ticket {into}, where the work goes on", NeedsAttention: true));
        }

        if (kept.Missing)
        {
            return new Finding(
                Cause.HeldByGuard, Stage.Synchronization,
                $"The last complete read of {facts.Name} did not find ticket {ticket.Number}. So many were missing at once that nothing was removed.",
                "Look at the vendor whether they are really gone, then release or keep them.", new Remedy(RemedyKind.DecideRemovals, "Decide"));
        }

        return ticket.QuarantineReason is { } reason
            ? Quarantined(facts, ticket, reason, "What is shown is the last good copy.")
            : WasJustRead(kept, facts) ? null : SynchronizationStage.Behind(facts, facts.Stream(DataType.Tickets)!);
    }

    /// <summary>By a button or a webhook, say: however late the others are, this one is as the vendor has it.</summary>
    private static bool WasJustRead(KeptTicket kept, IntegrationFacts facts) =>
        kept.ConfirmedAt is { } at && Health.Of(at, facts.Stream(DataType.Tickets)!.State.Interval, facts.Now) == Freshness.Fresh;

    private static Finding? NotHere(IntegrationFacts facts, TicketFacts ticket, List<Evidence> evidence)
    {
        if (ticket.Answer.Says != VendorSays.NotAsked)
        {
            evidence.Add(new Evidence($"{facts.Name} was asked for ticket {ticket.Number}", facts.Now));
        }

        return ticket.Answer switch
        {
            { Says: VendorSays.There, Ticket: { } there } => Outside(facts, ticket, there, evidence) ?? Coming(facts, ticket),
            { Says: VendorSays.NoSuch } => None(facts, ticket),
            { Says: VendorSays.Unreadable } answer => Quarantined(facts, ticket, answer.Sentence ?? "not understood", null),
            var answer => Unsaid(facts, ticket, answer, evidence),
        };
    }

    /// <summary>The vendor has it, and our own choices leave it out.</summary>
    private static Finding? Outside(IntegrationFacts facts, TicketFacts ticket, Ticket there, List<Evidence> evidence)
    {
        evidence.Add(new Evidence(string.Join(", ", new[] { there.ContainerName, there.StatusName, there.CompanyName }.OfType<string>()) is { Length: > 0 } filed
            ? $"There it is: {filed}" : "It is there"));
        if (there.MergedIntoId is { } into)
        {
            return new Finding(
                Cause.Merged, Stage.Synchronization, $"Ticket {ticket.Number} was merged into ticket {into} at {facts.Name}.",
                $"Look at ticket {into} instead.", new Remedy(RemedyKind.DiagnoseOther, $"Diagnose ticket {into}", into));
        }

        return Verdict(facts, ticket, there, facts.Scope.Judge(there, facts.Now));
    }

    private static Finding? Verdict(IntegrationFacts facts, TicketFacts ticket, Ticket there, ScopeVerdict verdict)
    {
        var settings = new Remedy(RemedyKind.ChooseTickets, "Open Ticket Settings");
        var word = facts.Shape?.ContainerWord ?? "board";
        return verdict switch
        {
            ScopeVerdict.ContainerNotSelected => new Finding(
                Cause.ContainerNotSelected, Stage.Synchronization, $"Ticket {ticket.Number} is in the {word} {Quoted(there.ContainerName, there.ContainerId)}, which is not selected.",
                $"Select that {word} in Ticket Settings.", settings),
            ScopeVerdict.StatusExcluded => new Finding(
                Cause.StatusExcluded, Stage.Synchronization, $"Ticket {ticket.Number} has the status {Quoted(there.StatusName, there.StatusId)}, which is excluded.",
                "Include that status in Ticket Settings.", settings),
            ScopeVerdict.GroupExcluded => new Finding(
                Cause.GroupExcluded, Stage.Synchronization, $"Ticket {ticket.Number} is of the {facts.Shape?.Groups?.Word ?? "group"} {Quoted(there.GroupName, there.GroupId)}, which is left out.",
                $"Take that {facts.Shape?.Groups?.Word ?? "group"} in again in Ticket Settings.", settings),
            ScopeVerdict.OptionNotChosen => new Finding(
                Cause.OptionLeftOut, Stage.Synchronization, $"Ticket {ticket.Number} is one of the {Say.Lower(Option(facts, there.Option))}, which are left out.",
                "Choose them in Ticket Settings.", settings),
            ScopeVerdict.OutsideHistory => new Finding(
                Cause.OutsideHistory, Stage.Synchronization, $"Ticket {ticket.Number} was closed longer ago than the {Say.Count(facts.Scope.HistoryMonths ?? 0, "month")} of history that are kept.",
                "Keep a longer history in Ticket Settings.", settings),
            _ => null,
        };
    }

    /// <summary>Nothing is against it, so it is only a question of time.</summary>
    private static Finding Coming(IntegrationFacts facts, TicketFacts ticket)
    {
        var stream = facts.Stream(DataType.Tickets)!;
        if (ticket.QuarantineReason is { } reason)
        {
            return Quarantined(facts, ticket, reason, null);
        }

        var bring = new Remedy(RemedyKind.BringIn, "Bring it in now");
        return SynchronizationStage.Behind(facts, stream) is { } behind
            ? behind with { Remedy = bring, Advice = $"Ticket {ticket.Number} belongs here, and comes with the next complete read. It can be brought in at once." }
            : new Finding(
                Cause.NotSyncedYet, Stage.Synchronization, $"Ticket {ticket.Number} has not been synced yet.", "It comes with the next sync by itself, or at once by the button.", bring, stream.NextAt);
    }

    private static Finding None(IntegrationFacts facts, TicketFacts ticket) => ticket.Known is { } known
        ? new Finding(
            Cause.DeletedAtVendor, Stage.Synchronization, $"Ticket {ticket.Number} was deleted at {facts.Name}.",
            known.IsGone ? "It was removed here when the vendor confirmed that." : "Nothing has to be done here.", new Remedy(RemedyKind.AtVendor, "Look at the vendor"))
        : new Finding(
            Cause.NoSuchTicket, Stage.Synchronization, $"{facts.Name} has no ticket {ticket.Number} that its key may see.",
            "Check the number. If the ticket is there for you, look whether the key's role may see where it is filed.", new Remedy(RemedyKind.AtVendor, "Look at the vendor"));

    /// <summary>The vendor could or would not tell; what is remembered from an earlier answer helps, and is called what it is.</summary>
    private static Finding Unsaid(IntegrationFacts facts, TicketFacts ticket, VendorAnswer answer, List<Evidence> evidence)
    {
        if (ticket.Known is { } known)
        {
            evidence.Add(new Evidence(known.IsGone ? "An earlier answer: it does not exist any more" : $"An earlier answer: it was left out ({Reason(known.Reason)})", known.At));
        }

        if (ticket.QuarantineReason is { } aside)
        {
            return Quarantined(facts, ticket, aside, null);
        }

        return answer.Says == VendorSays.Refused ? Refused(facts, ticket, answer) : new Finding(
            Cause.CouldNotAsk, Stage.Synchronization, $"Ticket {ticket.Number} is not here, and {facts.Name} could not be asked about it: {answer.Sentence ?? "it gave no answer."}",
            "Diagnose again in a while.", new Remedy(RemedyKind.OpenIntegration, "See details"), answer.RetryAfter is { } wait ? facts.Now + wait : null);
    }

    /// <summary>Lists are read, so that no data type is off; waiting mends nothing either.</summary>
    private static Finding Refused(IntegrationFacts facts, TicketFacts ticket, VendorAnswer answer) => new(
        Cause.TicketRefused, Stage.Synchronization, $"Ticket {ticket.Number} is not here, and {facts.Name} does not let its key read it: {answer.Sentence}",
        "Lists of tickets are read. Let the key's role see single tickets too, and where this one is filed; then diagnose again.", new Remedy(RemedyKind.AtVendor, "Look at the vendor"));

    private static Finding Quarantined(IntegrationFacts facts, TicketFacts ticket, string reason, string? more) => new(
        Cause.Quarantined, Stage.Synchronization, $"Ticket {ticket.Number} came from {facts.Name} in a form that could not be understood: {reason.TrimEnd('.')}.",
        $"{(more is null ? "" : more + " ")}It is read again at every sync. Mend that field at the vendor, or send us the support bundle.", new Remedy(RemedyKind.OpenIntegration, "See details"));

    private static string Quoted(string? name, string? id) => name is null ? $"with the id {id ?? "none"}" : $"“{name}”";

    private static string Option(IntegrationFacts facts, string? key) => facts.Shape?.Options.FirstOrDefault(o => o.Key == key)?.Label ?? $"“{key}” tickets";

    private static string Reason(string? verdict) => verdict switch
    {
        nameof(ScopeVerdict.ContainerNotSelected) => "where it is filed is not selected",
        nameof(ScopeVerdict.StatusExcluded) => "its status is excluded",
        nameof(ScopeVerdict.GroupExcluded) => "its team or category is left out",
        nameof(ScopeVerdict.OptionNotChosen) => "its kind is not chosen",
        nameof(ScopeVerdict.OutsideHistory) => "it is outside of the history",
        _ => verdict ?? "by Ticket Settings",
    };
}
