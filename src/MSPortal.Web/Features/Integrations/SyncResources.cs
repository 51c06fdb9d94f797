using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Storage.Model;

namespace MSPortal.Web.Features.Integrations;

/// <summary>One data type of an integration for programs.</summary>
internal sealed record StreamResource
{
    public required string DataType { get; init; }
    public required string Label { get; init; }
    public required bool Enabled { get; init; }
    public required bool Required { get; init; }
    public required double IntervalMinutes { get; init; }
    public required double MinIntervalMinutes { get; init; }
    public required double MaxIntervalMinutes { get; init; }
    public required Freshness Freshness { get; init; }
    public DateTimeOffset? LastCompleteAt { get; init; }
    public DateTimeOffset? NextAt { get; init; }
    public long? RowCount { get; init; }
    public string? DeniedPermission { get; init; }

    /// <summary>Deletions that wait for a person's decision.</summary>
    public int? HeldRemovals { get; init; }
    public string? Fault { get; init; }
    public DateTimeOffset? FaultSince { get; init; }
    public int Quarantined { get; init; }

    /// <summary>Records whose own records, such as a ticket's notes, wait to be read.</summary>
    public int Waiting { get; init; }

    /// <summary>Where it is read client by client: how many there are, how many are fresh, and who is not as they should be; the rest is the worst, or the sum, of all.</summary>
    public ClientShare? Clients { get; init; }

    public static StreamResource Of(StreamSummary stream) => new()
    {
        DataType = stream.DataType.Slug(),
        Label = stream.Label,
        Enabled = stream.Enabled,
        Required = stream.Required,
        IntervalMinutes = stream.Interval.TotalMinutes,
        MinIntervalMinutes = stream.MinInterval.TotalMinutes,
        MaxIntervalMinutes = stream.MaxInterval.TotalMinutes,
        Freshness = stream.Freshness,
        LastCompleteAt = stream.LastCompleteAt,
        NextAt = stream.NextAt,
        RowCount = stream.RowCount,
        DeniedPermission = stream.DeniedPermission,
        HeldRemovals = stream.HeldRemovals,
        Fault = stream.Fault,
        FaultSince = stream.FaultSince,
        Quarantined = stream.Quarantined,
        Waiting = stream.Waiting,
        Clients = stream.Clients,
    };
}

/// <summary>One run for programs.</summary>
internal sealed record RunResource
{
    public required long Id { get; init; }
    public required long IntegrationId { get; init; }
    public required string DataType { get; init; }

    /// <summary>Whose connection was read, and what that client is called; null where one connection reads all.</summary>
    public string? Client { get; init; }
    public string? ClientName { get; init; }
    public required SyncTrigger Trigger { get; init; }
    public required PassKind Kind { get; init; }
    public required RunStatus Status { get; init; }
    public required DateTimeOffset StartedAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
    public double? DurationSeconds { get; init; }
    public long? RequestId { get; init; }
    public string? Message { get; init; }
    public string? Warning { get; init; }
    public string? FaultKind { get; init; }
    public required RunCounts Counts { get; init; }

    public static RunResource Of(RunSummary run) => new()
    {
        Id = run.Id,
        IntegrationId = run.IntegrationId,
        DataType = run.DataType.Slug(),
        Client = run.Client is null ? null : run.Partition,
        ClientName = run.Client,
        Trigger = run.Trigger,
        Kind = run.Kind,
        Status = run.Status,
        StartedAt = run.StartedAt,
        EndedAt = run.EndedAt,
        DurationSeconds = run.Duration?.TotalSeconds,
        RequestId = run.RequestId,
        Message = run.Message,
        Warning = run.Warning,
        FaultKind = run.FaultKind,
        Counts = run.Counts,
    };
}

/// <summary>What was asked for, and the runs that it caused.</summary>
/// <param name="Joined">True when it was open already and this one joined it.</param>
/// <param name="PausedUntil">The vendor has asked for a pause, and nothing begins before its end.</param>
internal sealed record SyncRequestResource(
    long Id, long IntegrationId, SyncTrigger Trigger, RequestStatus Status, string RequestedBy, DateTimeOffset RequestedAt, DateTimeOffset? EndedAt, IReadOnlyList<RunResource> Runs, bool? Joined = null, DateTimeOffset? PausedUntil = null)
{
    public static SyncRequestResource Of(RequestSummary request) => new(
        request.Id, request.IntegrationId, request.Trigger, request.Status, request.RequestedBy, request.RequestedAt, request.EndedAt, [.. request.Runs.Select(RunResource.Of)]);
}

/// <summary>Which tickets are kept, with what there is to choose from.</summary>
internal sealed record TicketSettingsResource(
    IReadOnlyList<string>? Containers,
    IReadOnlyList<string> ExcludedStatuses,
    IReadOnlyList<string> ExcludedGroups,
    IReadOnlyList<string> ClosedStatuses,
    IReadOnlyList<string> Options,
    int? HistoryMonths,
    IReadOnlyDictionary<string, TicketStage> Stages,
    string? ContainerLabel,
    DateTimeOffset? ListsReadAt,
    IReadOnlyList<ContainerResource> AvailableContainers,
    IReadOnlyList<StatusChoice> AvailableStatuses,
    IReadOnlyList<TicketOption> AvailableOptions,
    string? GroupLabel,
    IReadOnlyList<Choice> AvailableGroups)
{
    public static TicketSettingsResource Of(TicketScope scope, ChoiceLists choices, TicketSettingsShape? shape) => new(
        scope.Containers,
        scope.ExcludedStatuses,
        scope.ExcludedGroups,
        scope.ClosedStatuses,
        scope.Options,
        scope.HistoryMonths,
        scope.Stages,
        shape?.ContainerLabel,
        choices.ReadAt,
        [.. choices.Containers.Select(c => new ContainerResource(c.Id, c.Name, c.IsInactive, scope.Containers?.Contains(c.Id) ?? true))],
        choices.Statuses,
        shape?.Options ?? [],
        shape?.Groups?.Label,
        choices.Groups);
}

/// <summary>A board, queue or ticket type.</summary>
internal sealed record ContainerResource(string Id, string Name, bool IsInactive, bool Selected);
