using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Web.Features.Clients;

namespace MSPortal.Web.Features.Integrations;

/// <summary>Everything that keeps an integration from being simply active, the gravest first, each with what to do about it.</summary>
internal static class Concerns
{
    /// <summary>Said wherever the integration is shown whose stored credentials cannot be decrypted.</summary>
    public static (string Reason, string WhatToDo) Unreadable { get; } = (
        "The stored credentials can no longer be read, because the key that protects them is lost.",
        "Reconnect with the same account; nothing else is lost.");

    public static IReadOnlyList<Attention> Of(
        IConnector? connector, IReadOnlyList<StreamState> states, IReadOnlyList<StreamSummary> streams, TicketScope scope, DateTimeOffset now, IReadOnlyList<ClientStanding>? clients = null)
    {
        if (connector is null)
        {
            return [new Attention(null, "This version of MSPortal has no connector for it.", "Install a version that has, or remove the integration.")];
        }

        var (own, apart) = (states.Where(s => s.Key.Partition.Length == 0).ToList(), clients ?? []);
        var told = Health.Concerns(own, now).Select(c => With(c, streams.FirstOrDefault(s => s.DataType == c.DataType)));
        return
        [
            .. NothingChosen(connector, scope, streams),
            .. told,
            .. ClientConcerns.Connections(apart),
            .. ClientConcerns.DataTypes(states, apart, streams, now),
            .. streams.Where(s => s.Enabled).SelectMany(s => Oddities(s, states)),
            .. streams.SelectMany(TurnedOff),
        ];
    }

    public static IntegrationCondition ConditionOf(IntegrationStatus status, IReadOnlyList<Attention> concerns) => status switch
    {
        IntegrationStatus.Active => concerns.Count > 0 ? IntegrationCondition.NeedsAttention : IntegrationCondition.Active,
        IntegrationStatus.Error => IntegrationCondition.Error,
        IntegrationStatus.Disconnected => IntegrationCondition.Disconnected,
        IntegrationStatus.Stopped => IntegrationCondition.Stopped,
        _ => IntegrationCondition.Paused,
    };

    /// <summary>What to say where nobody said more.</summary>
    public static (string? Reason, string? WhatToDo) Usual(IntegrationCondition condition) => condition switch
    {
        IntegrationCondition.Error => ("The last runs failed.", "MSPortal keeps trying by itself."),
        IntegrationCondition.Disconnected => ("It has no working credentials, so nothing is read.", "Reconnect it; the data and all choices are still here."),
        IntegrationCondition.Stopped => ("MSPortal stopped it, because the vendor's data could not be understood.", "Check the address, then reactivate it."),
        IntegrationCondition.Paused => ("Somebody paused it, so nothing is read.", "Resume it when it should go on."),
        _ => (null, null),
    };

    private static IEnumerable<Attention> NothingChosen(IConnector connector, TicketScope scope, IReadOnlyList<StreamSummary> streams)
    {
        if (connector.TicketSettings is { } shape && scope.SelectsNothing && streams.Any(s => s is { DataType: DataType.Tickets, Enabled: true }))
        {
            yield return new Attention(DataType.Tickets, $"No {shape.ContainerWord} is selected, so no tickets are synced.", $"Select {shape.ContainerLabel.ToLowerInvariant()} in Ticket Settings.", AttentionRemedy.ChooseTickets);
        }
    }

    /// <summary>What a person does not want needs no attention; without a required data type the others mean nothing.</summary>
    private static IEnumerable<Attention> TurnedOff(StreamSummary stream)
    {
        if (stream is { Enabled: false, Required: true })
        {
            yield return new Attention(stream.DataType, $"{stream.DataType.Label()} are turned off.", "Turn them on in the Sync step of the set-up.");
        }
    }

    private static IEnumerable<Attention> Oddities(StreamSummary stream, IReadOnlyList<StreamState> states)
    {
        if (stream.Quarantined > 0)
        {
            var records = stream.Quarantined == 1 ? "1 record" : $"{stream.Quarantined:N0} records";
            yield return new Attention(stream.DataType, $"{stream.DataType.Label()}: {records} could not be understood and {(stream.Quarantined == 1 ? "is" : "are")} kept aside.", "They are read again at every sync; nothing else is held up.");
        }

        // A fault or removals that wait are told already; where clients are read one by one, a fault of one says nothing of the others.
        if (stream is { Quarantined: 0 } and ({ Fault: null } or { Clients: not null }))
        {
            var faulty = states.Where(s => s.Key.DataType == stream.DataType && s.Progress.FaultSentence is not null).Select(s => s.Key.Partition).ToHashSet(StringComparer.Ordinal);
            foreach (var left in stream.LastRuns.Where(r => r is { Status: RunStatus.Partial, FaultKind: null, Message: not null } && !faulty.Contains(r.Partition)).GroupBy(r => r.Message!))
            {
                yield return new Attention(stream.DataType, $"{stream.DataType.Label()}: {Of(left.Key, left, stream)}", "The next sync tries again.");
            }
        }

        foreach (var warning in stream.LastRuns.Where(r => r.Warning is not null).GroupBy(r => r.Warning!))
        {
            yield return new Attention(
                stream.DataType, $"{stream.DataType.Label()}: {Of(warning.Key, warning, stream)}", "Check at the vendor whether the records are there and the key may still read them.");
        }
    }

    /// <summary>A run's sentence, with the clients that it is said of.</summary>
    private static string Of(string sentence, IEnumerable<RunSummary> runs, StreamSummary stream) =>
        stream.Clients is not { } clients ? sentence : $"{sentence.TrimEnd('.')} ({ClientWords.Names([.. runs.Select(r => r.Client ?? r.Partition).Order(StringComparer.CurrentCultureIgnoreCase)], clients.Total)}).";

    private static Attention With(Concern concern, StreamSummary? stream) => stream switch
    {
        { DeniedPermission: not null } => new(concern.DataType, concern.Sentence, $"Grant it ({stream.Permission.Where}), then re-check.", AttentionRemedy.Recheck),
        { HeldRemovals: not null } => new(concern.DataType, concern.Sentence, "Open the details, and release or keep them.", AttentionRemedy.Decide),
        _ => new(concern.DataType, concern.Sentence, "MSPortal keeps trying by itself."),
    };
}
