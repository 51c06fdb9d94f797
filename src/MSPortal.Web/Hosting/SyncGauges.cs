using System.Diagnostics.Metrics;
using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Storage;
using MSPortal.Storage.Model;

namespace MSPortal.Web.Hosting;

/// <summary>How old what is shown is and how the integrations stand, so that an operator's alarms can watch it; read every half minute, not at each scrape.</summary>
internal sealed partial class SyncGauges : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(30);

    private readonly Meter meter;
    private readonly PortalDatabase database;
    private readonly TimeProvider clock;
    private readonly ILogger<SyncGauges> log;
    private volatile Reading last = new([], [], []);

    public SyncGauges(IMeterFactory meters, PortalDatabase database, TimeProvider clock, ILogger<SyncGauges> log)
    {
        (this.database, this.clock, this.log) = (database, clock, log);
        meter = meters.Create(Telemetry.Name);
        meter.CreateObservableGauge("msportal.sync.freshness", Freshness, "s", "Age of the newest complete read, by integration and data type; of many clients' the oldest.");
        meter.CreateObservableGauge("msportal.sync.schedule", Schedules, "s", "How old the newest complete read may be by its schedule before it is late, by integration and data type.");
        meter.CreateObservableGauge("msportal.sync.late", Late, description: "0 fresh, 1 late, 2 stale, 3 never read, by integration and data type.");
        meter.CreateObservableGauge("msportal.integration.status", Statuses, description: "1 for the status that an integration has.");
        meter.CreateObservableGauge("msportal.integration.clients", Clients, description: "How many clients that are connected on their own have each status.");
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        do
        {
            try
            {
                last = await ReadAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                NotRead(log, e);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The metrics of the integrations could not be read; it is tried again in half a minute.")]
    private static partial void NotRead(ILogger log, Exception e);

    private async Task<Reading> ReadAsync(CancellationToken ct)
    {
        await using var db = database.Open();
        string[] everyTenant = [PortalContext.TenantFilter];
        return new Reading(
            await db.Integrations.IgnoreQueryFilters(everyTenant)
                .Select(i => new Standing(i.TenantId, i.Id, i.Provider, i.Status))
                .ToListAsync(ct),
            Worst(await AgesAsync(db, everyTenant, clock.GetUtcNow(), ct)),
            await db.Partitions.IgnoreQueryFilters(everyTenant)
                .GroupBy(p => new { p.TenantId, p.IntegrationId, p.Status })
                .Select(g => new ClientCount(g.Key.TenantId, g.Key.IntegrationId, g.Key.Status, g.Count()))
                .ToListAsync(ct));
    }

    /// <summary>Of everything that is to be read; of clients those whose connection works.</summary>
    private static async Task<List<Age>> AgesAsync(PortalContext db, string[] everyTenant, DateTimeOffset now, CancellationToken ct)
    {
        var rows = await db.Streams.IgnoreQueryFilters(everyTenant)
            .Where(s => s.Enabled && s.DeniedPermission == null
                && (s.Partition == "" || db.Partitions.IgnoreQueryFilters(everyTenant).Any(p => p.IntegrationId == s.IntegrationId && p.Partition == s.Partition && p.Status == PartitionStatus.Connected)))
            .Select(s => new { s.TenantId, s.IntegrationId, s.DataType, s.Partition, s.Interval, s.LastCompleteAt, s.DueAt, FullPass = s.LastCompleteAt == null ? s.FullPass : null })
            .ToListAsync(ct);
        return rows.ConvertAll(s => new Age(
            s.TenantId, s.IntegrationId, s.DataType, s.Partition, s.Interval, s.LastCompleteAt,
            Core.Sync.Health.IsOverdue(new StreamProgress { DueAt = s.DueAt, LastCompleteAt = s.LastCompleteAt, Full = StoredJson.Read<PassState>(s.FullPass) }, s.Interval, now)));
    }

    /// <summary>Of many clients, the one that is furthest behind: a line for each would be more than anybody watches. Nobody is further behind than one that should have been read by now and never was.</summary>
    private static List<Age> Worst(List<Age> ages) =>
    [
        .. ages.Where(a => a.Partition.Length == 0),
        .. ages.Where(a => a.Partition.Length > 0).GroupBy(a => (a.TenantId, a.IntegrationId, a.DataType))
            .Select(g => g.FirstOrDefault(a => a.IsOverdue) ?? g.Where(a => a.CompleteAt is not null).MinBy(a => a.CompleteAt) ?? g.First()).Select(a => a with { Partition = "" }),
    ];

    private IEnumerable<Measurement<double>> Freshness()
    {
        var now = clock.GetUtcNow();
        return from age in last.Ages where age.CompleteAt is not null select Of(age, (now - age.CompleteAt!.Value).TotalSeconds);
    }

    private IEnumerable<Measurement<double>> Schedules() => last.Ages.Select(a => Of(a, Core.Sync.Health.LateAfter(a.Interval).TotalSeconds));

    private IEnumerable<Measurement<int>> Late()
    {
        var now = clock.GetUtcNow();
        return last.Ages.Select(a => Of(a, (int)(a.CompleteAt is { } at ? Core.Sync.Health.Of(at, a.Interval, now) : Core.Sync.Freshness.Never)));
    }

    private static Measurement<T> Of<T>(Age age, T value)
        where T : struct => new(
        value,
        new("tenant", age.TenantId),
        new("integration", age.IntegrationId),
        new("data_type", age.DataType.Slug()),
        new("partition", age.Partition));

    private IEnumerable<Measurement<int>> Statuses() => last.Standings.Select(s => new Measurement<int>(
        1,
        new("tenant", s.TenantId),
        new("integration", s.IntegrationId),
        new("provider", s.Provider),
        new("status", s.Status.ToString())));

    private IEnumerable<Measurement<int>> Clients() => last.Clients.Select(c => new Measurement<int>(
        c.Count,
        new("tenant", c.TenantId),
        new("integration", c.IntegrationId),
        new("status", c.Status.ToString())));

    private sealed record Standing(long TenantId, long IntegrationId, string Provider, IntegrationStatus Status);

    private sealed record Age(long TenantId, long IntegrationId, DataType DataType, string Partition, TimeSpan Interval, DateTimeOffset? CompleteAt, bool IsOverdue);

    private sealed record ClientCount(long TenantId, long IntegrationId, PartitionStatus Status, int Count);

    private sealed record Reading(IReadOnlyList<Standing> Standings, IReadOnlyList<Age> Ages, IReadOnlyList<ClientCount> Clients);
}
