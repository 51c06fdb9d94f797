using System.Diagnostics;
using System.Diagnostics.Metrics;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;

namespace MSPortal.Core.Sync;

/// <summary>What an operator can watch of the engine: counters for dashboards and a trace per turn.</summary>
internal static class SyncTelemetry
{
    /// <summary>Of the meter and of the source of traces.</summary>
    public const string Name = "MSPortal";

    private static readonly ActivitySource Source = new(Name);
    private static readonly Meter Meter = new(Name);
    private static readonly Counter<long> Runs = Meter.CreateCounter<long>("msportal.sync.runs", "{run}", "Runs that ended, by status.");
    private static readonly Counter<long> Rows = Meter.CreateCounter<long>("msportal.sync.rows", "{row}", "Rows that runs met, by what became of them.");
    private static readonly Counter<long> Calls = Meter.CreateCounter<long>("msportal.sync.api_calls", "{call}", "Requests sent to vendors by runs.");
    private static readonly Counter<double> Waits = Meter.CreateCounter<double>("msportal.sync.rate_limit_wait", "s", "Time that runs waited for a vendor's budget.");

    public static Activity? Turn(SyncLease lease) => Source.StartActivity("sync turn")
        ?.SetTag("msportal.tenant", lease.TenantId)
        .SetTag("msportal.integration", lease.IntegrationId);

    public static Activity? Slice(Workplace place, StreamKey key, PassKind kind) => Source.StartActivity("sync slice")
        ?.SetTag("msportal.tenant", key.TenantId)
        .SetTag("msportal.integration", key.IntegrationId)
        .SetTag("msportal.provider", place.Integration.Provider)
        .SetTag("msportal.data_type", key.DataType.Slug())
        .SetTag("msportal.pass", kind.ToString());

    public static void Stored(Workplace place, DataType type, RunCounts counts, RowChanges changes, CommitResult result)
    {
        var (provider, dataType) = Tags(place, type);
        Requested(place, type, counts);
        Add("created", result.Created);
        Add("updated", result.Updated);
        Add("unchanged", result.Unchanged);
        Add("removed", result.Removed);
        Add("left_scope", result.LeftScope);
        Add("quarantined", changes.Bad.Count);

        void Add(string outcome, long rows)
        {
            if (rows > 0)
            {
                Rows.Add(rows, provider, dataType, new("outcome", outcome));
            }
        }
    }

    /// <summary>A run went on, waits or has ended.</summary>
    public static void Moved(Workplace place, DataType type, RunStatus status, string? faultKind, RunCounts counts)
    {
        Requested(place, type, counts);
        if (Activity.Current is { } activity)
        {
            activity.SetTag("msportal.status", status.ToString());
            if (status == RunStatus.Failed)
            {
                activity.SetStatus(ActivityStatusCode.Error, faultKind);
            }
        }

        if (status is not (RunStatus.Running or RunStatus.Waiting))
        {
            var (provider, dataType) = Tags(place, type);
            Runs.Add(1, provider, dataType, new("status", status.ToString()));
        }
    }

    private static void Requested(Workplace place, DataType type, RunCounts counts)
    {
        var (provider, dataType) = Tags(place, type);
        if (counts.ApiCalls > 0)
        {
            Calls.Add(counts.ApiCalls, provider, dataType);
        }

        if (counts.RateLimitWait > TimeSpan.Zero)
        {
            Waits.Add(counts.RateLimitWait.TotalSeconds, provider, dataType);
        }
    }

    private static (KeyValuePair<string, object?> Provider, KeyValuePair<string, object?> DataType) Tags(Workplace place, DataType type) =>
        (new("provider", place.Integration.Provider), new("data_type", type.Slug()));
}
