using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Web.Features.Clients;

namespace MSPortal.Web.Features.Integrations;

/// <summary>What is counted beside the streams.</summary>
internal sealed record StreamCounts(
    IReadOnlyDictionary<(long IntegrationId, DataType DataType), int> Quarantined,
    IReadOnlyDictionary<(long IntegrationId, DataType DataType), int> Waiting,
    ILookup<(long IntegrationId, DataType DataType), RunSummary> LastRuns)
{
    public static StreamCounts None { get; } = new(new Dictionary<(long, DataType), int>(), new Dictionary<(long, DataType), int>(), Array.Empty<RunSummary>().ToLookup(r => (r.IntegrationId, r.DataType)));
}

/// <summary>Puts together what people set, how far the engine is, and what the connector allows.</summary>
internal static class StreamSummaries
{
    /// <summary>In the connector's own order.</summary>
    public static IReadOnlyList<StreamSummary> Of(
        long integrationId, IConnector? connector, IReadOnlyList<StreamState> states, IReadOnlyList<ClientStanding> clients, StreamCounts counts, DateTimeOffset now)
    {
        var known = clients.ToDictionary(c => c.Id, StringComparer.Ordinal);
        var byType = states.ToLookup(s => s.Key.DataType);
        return
        [
            .. from definition in connector?.Streams ?? []
               let present = byType[definition.DataType].Select(s => s.Key.Partition).ToHashSet(StringComparer.Ordinal)
               from stream in Together(definition, [.. byType[definition.DataType].Select(s => Of(definition, s, known, now))], known)
               let at = (integrationId, definition.DataType)
               select stream with
               {
                   Quarantined = counts.Quarantined.GetValueOrDefault(at),
                   Waiting = counts.Waiting.GetValueOrDefault(at),
                   // A client that was disconnected leaves its runs behind; what they say is nobody's any more.
                   LastRuns = [.. counts.LastRuns[at].Where(r => present.Contains(r.Partition))],
               },
        ];
    }

    private static IEnumerable<StreamSummary> Together(StreamDefinition definition, IReadOnlyList<StreamSummary> parts, Dictionary<string, ClientStanding> clients) =>
        parts.Count > 0 && definition.PerPartition ? [ClientStreams.Together(parts, clients)] : parts;

    private static StreamSummary Of(StreamDefinition definition, StreamState state, Dictionary<string, ClientStanding> clients, DateTimeOffset now)
    {
        var progress = state.Progress;
        var partition = state.Key.Partition;
        var next = progress.NotBefore > progress.DueAt ? progress.NotBefore : progress.DueAt;
        return new StreamSummary
        {
            DataType = definition.DataType,
            Partition = partition,
            Label = definition.Label,
            Enabled = state.Enabled,
            Required = definition.Required,
            Interval = state.Interval,
            MinInterval = definition.MinInterval,
            MaxInterval = definition.MaxInterval,
            DefaultInterval = definition.Interval,
            ReconcileInterval = definition.CanReadChanges ? state.ReconcileInterval : state.Interval,
            Freshness = Health.Of(progress, state.Interval, now),
            IsOverdue = Health.IsOverdue(progress, state.Interval, now),
            LastCompleteAt = progress.LastCompleteAt,
            NextAt = state.Enabled && progress.DeniedPermission is null ? next : null,
            RowCount = progress.RowCount,
            DeniedPermission = progress.DeniedPermission,
            Permission = definition.Permission,
            Held = progress.Full is { Phase: PassPhase.Held, ReleasedBy: null } held
                ? [new HeldPart(partition, partition.Length == 0 ? null : clients.GetValueOrDefault(partition)?.Name ?? partition, held.HeldMissing)]
                : [],
            Fault = progress.FaultSentence,
            FaultSince = progress.FaultSince,
        };
    }
}
