using MSPortal.Core.Contracts;

namespace MSPortal.Web.Features.Integrations;

/// <summary>Guesses a stage from a status's name, so that people only correct what is odd about theirs.</summary>
internal static class StageProposals
{
    // The first word that fits decides, so what waits comes before what works: "Waiting - In Progress" waits.
    private static readonly (TicketStage Stage, string[] Words)[] Rules =
    [
        (TicketStage.Resolved, ["closed", "resolved", "complete", "cancel", "done", "fixed", "duplicate", "merged"]),
        (TicketStage.Waiting, ["wait", "hold", "pending", "awaiting", "blocked", "responded", "vendor", "client action", "parts", "on order"]),
        (TicketStage.Working, ["progress", "working", "active", "started", "onsite", "on-site", "on site", "re-opened", "reopened", "escalat"]),
        (TicketStage.Triaged, ["assigned", "schedul", "triage", "accepted", "acknowledged", "dispatch", "review", "planned", "enter", "queue"]),
        (TicketStage.New, ["new", "open", "unassigned", "received", "created"]),
    ];

    /// <summary>Null when the name says nothing.</summary>
    public static TicketStage? Of(string name, bool isClosed)
    {
        if (isClosed)
        {
            return TicketStage.Resolved;
        }

        if (name.StartsWith("un", StringComparison.OrdinalIgnoreCase) && name.Contains("assigned", StringComparison.OrdinalIgnoreCase))
        {
            return TicketStage.New;
        }

        foreach (var (stage, words) in Rules)
        {
            if (Array.Exists(words, word => name.Contains(word, StringComparison.OrdinalIgnoreCase)))
            {
                return stage;
            }
        }

        return null;
    }
}
