using System.Globalization;
using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Sync;
using MSPortal.Storage.Model;

namespace MSPortal.Storage.Upkeep;

/// <summary>How many rows a night took away.</summary>
public sealed record RetentionResult(long Runs, long RunDays, long Requests, long AuditEntries, long Quarantined, long WebhookHints, long Notifications, long ConsentLinks);

/// <summary>Takes away what nobody looks at any more, a batch at a time, so that the database does not grow for ever.</summary>
public sealed class Retention(PortalDatabase database)
{
    /// <summary>The tenant setting for how many months audit entries are kept.</summary>
    public const string AuditMonthsSetting = "audit.keep_months";

    private const int Batch = 500;
    private const int DefaultMonths = 13;
    private static readonly TimeSpan KeepRuns = TimeSpan.FromDays(30);
    private static readonly TimeSpan KeepHints = TimeSpan.FromDays(7);
    private static readonly TimeSpan KeepNotifications = TimeSpan.FromDays(90);
    private static readonly TimeSpan KeepConsentLinks = TimeSpan.FromDays(90);

    public async Task<RetentionResult> RunAsync(DateTimeOffset now, CancellationToken ct)
    {
        var old = now - KeepRuns;
        var runs = await RepeatAsync(db => AddUpRunsAsync(db, old, ct), ct);
        var firstDay = DateOnly.FromDateTime(now.UtcDateTime).AddMonths(-DefaultMonths);
        var days = await RepeatAsync(
            db => db.RunDays.IgnoreQueryFilters().Where(d => d.Day < firstDay).ExecuteDeleteAsync(ct), ct);
        var requests = await RepeatAsync(
            db => db.SyncRequests.IgnoreQueryFilters()
                .Where(r => r.EndedAt < old && r.Status != RequestStatus.Queued && r.Status != RequestStatus.Running)
                .OrderBy(r => r.Id).Take(Batch).ExecuteDeleteAsync(ct),
            ct);
        var quarantined = await RepeatAsync(db => Settled(db).OrderBy(q => q.Id).Take(Batch).ExecuteDeleteAsync(ct), ct);
        var hints = await RepeatAsync(
            db => db.WebhookInbox.IgnoreQueryFilters().Where(h => h.ReceivedAt < now - KeepHints).OrderBy(h => h.Id).Take(Batch).ExecuteDeleteAsync(ct), ct);
        var notifications = await RepeatAsync(
            db => db.Notifications.IgnoreQueryFilters().Where(n => n.EndedAt < now - KeepNotifications).OrderBy(n => n.Id).Take(Batch).ExecuteDeleteAsync(ct), ct);
        var links = await RepeatAsync(
            db => db.ConsentLinks.IgnoreQueryFilters()
                .Where(l => l.ExpiresAt < now - KeepConsentLinks || l.UsedAt < now - KeepConsentLinks || l.RevokedAt < now - KeepConsentLinks)
                .OrderBy(l => l.Id).Take(Batch).ExecuteDeleteAsync(ct),
            ct);
        return new RetentionResult(runs, days, requests, await ForgetAuditAsync(now, ct), quarantined, hints, notifications, links);
    }

    /// <summary>Records that could not be understood, and are gone at the vendor since.</summary>
    private static IQueryable<QuarantineRow> Settled(PortalContext db) => db.Quarantine.IgnoreQueryFilters().Where(q =>
        q.ExternalId != null
        && db.Ledger.Any(l => l.IntegrationId == q.IntegrationId && l.DataType == q.DataType && l.Partition == q.Partition
            && l.ExternalId == q.ExternalId && l.State == LedgerState.Gone && l.ReadSequence >= q.ReadSequence
            && db.Streams.Any(s => s.IntegrationId == l.IntegrationId && s.DataType == l.DataType && s.Partition == l.Partition
                && s.LiveGeneration == l.Generation)));

    private static async Task<int> AddUpRunsAsync(PortalContext db, DateTimeOffset old, CancellationToken ct)
    {
        if (db.Database.IsNpgsql())
        {
            // Two nodes must not add the same runs.
            await db.Database.ExecuteSqlRawAsync("SELECT pg_advisory_xact_lock(7246772)", ct);
        }

        var runs = await db.Runs.IgnoreQueryFilters()
            .Where(r => r.StartedAt < old && r.EndedAt != null && r.Status != RunStatus.Running && r.Status != RunStatus.Waiting)
            .OrderBy(r => r.StartedAt).ThenBy(r => r.Id).Take(Batch).ToListAsync(ct);
        foreach (var group in runs.GroupBy(r => (r.TenantId, r.IntegrationId, r.DataType, Day: DateOnly.FromDateTime(r.StartedAt.UtcDateTime))))
        {
            var (tenant, integration, type, date) = group.Key;
            var day = await db.RunDays.IgnoreQueryFilters().SingleOrDefaultAsync(d => d.IntegrationId == integration && d.DataType == type && d.Day == date, ct);
            if (day is null)
            {
                day = new RunDayRow { TenantId = tenant, IntegrationId = integration, DataType = type, Day = date };
                db.RunDays.Add(day);
            }

            foreach (var run in group)
            {
                Add(day, run);
            }
        }

        db.Runs.RemoveRange(runs);
        return runs.Count;
    }

    private static void Add(RunDayRow day, RunRow run)
    {
        day.Runs++;
        day.Succeeded += run.Status == RunStatus.Succeeded ? 1 : 0;
        day.Partial += run.Status == RunStatus.Partial ? 1 : 0;
        day.Failed += run.Status == RunStatus.Failed ? 1 : 0;
        day.Duration += run.EndedAt!.Value - run.StartedAt;
        day.Read += run.Read;
        day.Created += run.Created;
        day.Updated += run.Updated;
        day.Unchanged += run.Unchanged;
        day.Removed += run.Removed;
        day.LeftScope += run.LeftScope;
        day.Quarantined += run.Quarantined;
        day.Pages += run.Pages;
        day.ApiCalls += run.ApiCalls;
        day.RateLimitWaits += run.RateLimitWaits;
        day.RateLimitWait += run.RateLimitWait;
    }

    private async Task<long> ForgetAuditAsync(DateTimeOffset now, CancellationToken ct)
    {
        List<(long Id, string? Months)> tenants;
        await using (var db = database.Open())
        {
            var settings = await db.TenantSettings.IgnoreQueryFilters().Where(s => s.Key == AuditMonthsSetting).ToDictionaryAsync(s => s.TenantId, s => s.Value, ct);
            tenants = (await db.Tenants.Select(t => t.Id).ToListAsync(ct)).ConvertAll(id => (id, settings.GetValueOrDefault(id)));
        }

        long forgotten = 0;
        foreach (var (tenant, setting) in tenants)
        {
            var months = int.TryParse(setting, NumberStyles.None, CultureInfo.InvariantCulture, out var own) && own is > 0 and < 1200 ? own : DefaultMonths;
            var old = now.AddMonths(-months);
            forgotten += await RepeatAsync(
                db => db.Audit.IgnoreQueryFilters().Where(a => a.TenantId == tenant && a.At < old).OrderBy(a => a.Id).Take(Batch).ExecuteDeleteAsync(ct), ct);
        }

        return forgotten;
    }

    private async Task<long> RepeatAsync(Func<PortalContext, Task<int>> batch, CancellationToken ct)
    {
        long all = 0;
        int some;
        do
        {
            some = await WriteTransaction.RunAsync(database, 0, batch, ct);
            all += some;
        }
        while (some == Batch);

        return all;
    }
}
