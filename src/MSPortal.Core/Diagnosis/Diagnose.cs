using MSPortal.Core.Model;

namespace MSPortal.Core.Diagnosis;

/// <summary>Says what keeps data from being seen, from facts alone: the same facts always give the same first cause.</summary>
public static class Diagnose
{
    /// <summary>Whether a ticket's vendor has to be asked: only when it is not here and everything before lets tickets in.</summary>
    public static bool WouldAsk(IntegrationFacts facts) =>
        ConnectionStage.Look(facts, []) is null && SynchronizationStage.Tickets(facts, []) is null;

    public static Walk Integration(IntegrationFacts facts) => new Steps()
        .Then(Stage.Connection, evidence => ConnectionStage.Look(facts, evidence))
        .Then(Stage.Synchronization, evidence => SynchronizationStage.Whole(facts, evidence))
        .Then(Stage.Mapping, evidence => MappingStage.Whole(facts, evidence))
        .Then(Stage.Visibility, evidence => VisibilityStage.Shown(evidence, facts.ShownTickets, null))
        .End($"{facts.Name} works, and its tickets are shown.");

    public static Walk Company(IntegrationFacts facts, CompanyFacts company) => new Steps()
        .Then(Stage.Connection, evidence => ConnectionStage.Look(facts, evidence))
        .Then(Stage.Synchronization, evidence => SynchronizationStage.Company(facts, company, evidence))
        .Then(Stage.Mapping, evidence => MappingStage.Company(facts, company, evidence))
        .Then(Stage.Visibility, evidence => VisibilityStage.Shown(evidence, company.ShownTickets, company.Name))
        .End(company.ShownTickets > 0
            ? $"{company.Name} is linked, and its tickets are shown."
            : $"{company.Name} is linked; {facts.Name} has no ticket of it in what Ticket Settings select.");

    public static Walk Ticket(IntegrationFacts facts, TicketFacts ticket)
    {
        var walk = new Steps()
            .Then(Stage.Connection, evidence => ConnectionStage.Look(facts, evidence))
            .Then(Stage.Synchronization, evidence => SynchronizationStage.Tickets(facts, evidence) ?? TicketStage.Look(facts, ticket, evidence))
            .Then(Stage.Mapping, evidence => MappingStage.Ticket(facts, ticket, evidence))
            .Then(Stage.Visibility, evidence => VisibilityStage.Ticket(ticket, evidence))
            .End($"Ticket {ticket.Number} of {facts.Name} is here and {(ticket.Viewer is { } viewer ? $"{viewer.Name} sees it" : "shown")}.");
        return walk.Finding is null ? walk with { Next = new Remedy(RemedyKind.SeeTicket, "Open ticket") } : walk;
    }
}

/// <summary>The words that several stages share.</summary>
internal static class Say
{
    public static string Count(long number, string one, string? many = null) => $"{number:N0} {(number == 1 ? one : many ?? one + "s")}";

    public static string Lower(string label) => label.Length > 1 && char.IsUpper(label[1]) ? label : char.ToLowerInvariant(label[0]) + label[1..];

    public static Evidence LastRead(StreamFacts stream) => new($"{stream.Label}: last complete read", stream.Progress.LastCompleteAt);

    public static string Type(StreamFacts stream) => stream.State.Key.DataType.Label();
}
