using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;

namespace MSPortal.Web.Features.Integrations;

/// <summary>Puts together what people set, how far the engine is, and what the connector allows.</summary>
internal static class StreamSummaries
{
    /// <summary>In the connector's own order.</summary>
    public static IReadOnlyList<StreamSummary> Of(
        long integrationId,
        IConnector? connector,
        IReadOnlyList<StreamState> states,
        IReadOnlyDictionary<(long IntegrationId, DataType DataType), int> quarantined,
        IReadOnlyDictionary<(long IntegrationId, DataType DataType), int> waiting,
        IReadOnlyDictionary<(long IntegrationId, DataType DataType), RunSummary> lastRuns,
        DateTimeOffset now)
    {
        if (connector is null)
        {
            return [];
        }

        return
        [
            .. from definition in connector.Streams
               from state in states.Where(s => s.Key.DataType == definition.DataType)
               let at = (integrationId, definition.DataType)
               select Of(definition, state, now) with
               {
                   Quarantined = quarantined.GetValueOrDefault(at),
                   Waiting = waiting.GetValueOrDefault(at),
                   LastRun = lastRuns.GetValueOrDefault(at),
               },
        ];
    }

    private static StreamSummary Of(StreamDefinition definition, StreamState state, DateTimeOffset now)
    {
        var progress = state.Progress;
        var next = progress.NotBefore > progress.DueAt ? progress.NotBefore : progress.DueAt;
        return new StreamSummary
        {
            DataType = definition.DataType,
            Partition = state.Key.Partition,
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
            HeldRemovals = progress.Full is { Phase: PassPhase.Held, ReleasedBy: null } held ? held.HeldMissing : null,
            Fault = progress.FaultSentence,
            FaultSince = progress.FaultSince,
        };
    }
}
