using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using MSPortal.Storage.Model;
using MSPortal.Storage.Upkeep;
using MSPortal.Tests.Storage.Integrations;
using MSPortal.Tests.Support;
using Shouldly;
using Xunit;
using DatabaseKind = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Storage.Upkeep;

public sealed class RetentionTests
{
    private static readonly DateTimeOffset Now = StorageHome.Start;

    [Theory, DatabaseData]
    public async Task Old_runs_become_sums_of_their_day_and_none_is_counted_twice(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        await using (var db = home.Open())
        {
            // More than a batch of one day, a second data type, one that still waits, one that is young.
            db.Runs.AddRange(Enumerable.Range(0, 700).Select(i => Run(home, 40, DataType.Tickets, i % 7 == 0 ? RunStatus.Failed : RunStatus.Succeeded)));
            db.Runs.Add(Run(home, 40, DataType.Companies, RunStatus.Partial));
            db.Runs.Add(Run(home, 40, DataType.Tickets, RunStatus.Waiting));
            db.Runs.Add(Run(home, 29, DataType.Tickets, RunStatus.Succeeded));
            db.RunDays.Add(new RunDayRow { TenantId = home.Tenant, IntegrationId = 1, DataType = DataType.Tickets, Day = Day(40), Runs = 2, Read = 5 });
            db.RunDays.Add(new RunDayRow { TenantId = home.Tenant, IntegrationId = 1, DataType = DataType.Tickets, Day = Day(500), Runs = 1 });
            await db.SaveChangesAsync();
        }

        var gone = await RunAsync(home);
        await RunAsync(home);

        (gone.Runs, gone.RunDays).ShouldBe((701, 1));
        await using var after = home.Open();
        (await after.Runs.Select(r => r.Status).ToListAsync()).ShouldBe([RunStatus.Waiting, RunStatus.Succeeded], ignoreOrder: true);
        var days = await after.RunDays.OrderBy(d => d.DataType).ToListAsync();
        days.Select(d => (d.DataType, d.Day, d.Runs, d.Succeeded, d.Partial, d.Failed, d.Read, d.ApiCalls, d.Duration)).ShouldBe(
        [
            (DataType.Companies, Day(40), 1, 0, 1, 0, 3, 2, TimeSpan.FromMinutes(1)),
            (DataType.Tickets, Day(40), 702, 600, 0, 100, 2105, 1400, TimeSpan.FromMinutes(700)),
        ]);
    }

    [Theory, DatabaseData]
    public async Task Requests_and_audit_entries_go_when_their_time_is_over(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var other = await home.AddTenantAsync("Fabrikam");
        await using (var db = home.Open())
        {
            db.TenantSettings.Add(new TenantSetting { TenantId = other, Key = Retention.AuditMonthsSetting, Value = "3" });
            db.SyncRequests.AddRange(Request("old", RequestStatus.Succeeded, 31), Request("young", RequestStatus.Failed, 29), Request("open", RequestStatus.Running, 31));
            db.Audit.AddRange(Audit(home.Tenant, "old", 14), Audit(home.Tenant, "young", 12), Audit(other, "theirs old", 4), Audit(other, "theirs young", 2));
            await db.SaveChangesAsync();
        }

        var gone = await RunAsync(home);

        (gone.Requests, gone.AuditEntries).ShouldBe((1, 2));
        await using var after = home.Open();
        (await after.SyncRequests.Select(r => r.RequestedBy).ToListAsync()).ShouldBe(["young", "open"], ignoreOrder: true);
        (await after.Audit.IgnoreQueryFilters().Select(a => a.Action).ToListAsync()).ShouldBe(["young", "theirs young"], ignoreOrder: true);

        SyncRequestRow Request(string by, RequestStatus status, int days) => new()
        {
            TenantId = home.Tenant, IntegrationId = 1, Trigger = SyncTrigger.Manual, RequestedBy = by, DataTypes = "tickets", Status = status,
            RequestedAt = Now.AddDays(-days), EndedAt = status == RequestStatus.Running ? null : Now.AddDays(-days),
        };

        static AuditEntry Audit(long tenant, string action, int months) =>
            new() { TenantId = tenant, At = Now.AddMonths(-months), Actor = "ada", Action = action, SubjectKind = "test" };
    }

    [Theory, DatabaseData]
    public async Task Only_kept_aside_records_that_are_gone_at_the_vendor_are_forgotten(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var id = await home.ConnectAsync();
        await using (var db = home.Open())
        {
            db.Quarantine.AddRange(Bad("gone", 5), Bad("kept", 5), Bad("back", 9), Bad(null, 5), Bad("unknown", 5));
            db.Ledger.AddRange(Known("gone", LedgerState.Gone), Known("kept", LedgerState.Kept), Known("back", LedgerState.Gone));
            await db.SaveChangesAsync();
        }

        (await RunAsync(home)).Quarantined.ShouldBe(1);

        await using var after = home.Open();
        (await after.Quarantine.Select(q => q.ExternalId).ToListAsync()).ShouldBe(["kept", "back", null, "unknown"], ignoreOrder: true);

        QuarantineRow Bad(string? external, long sequence) => new()
        {
            TenantId = home.Tenant, IntegrationId = id, DataType = DataType.Tickets, ExternalId = external, Reason = "No number.", Sample = "{}",
            ReadSequence = sequence, FirstSeenAt = Now, LastSeenAt = Now, Times = 1,
        };

        LedgerRow Known(string external, LedgerState state) => new()
        {
            TenantId = home.Tenant, IntegrationId = id, DataType = DataType.Tickets, Generation = 1, ExternalId = external, State = state, ReadSequence = 6, ConfirmedAt = Now,
        };
    }

    [Theory, DatabaseData]
    public async Task Notifications_go_three_months_after_their_end(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var other = await home.AddTenantAsync("Fabrikam");
        await using (var db = home.Open())
        {
            db.Notifications.AddRange(Notice(home.Tenant, "old", 91), Notice(home.Tenant, "young", 89), Notice(home.Tenant, "going on", null), Notice(other, "theirs", 91));
            await db.SaveChangesAsync();
        }

        (await RunAsync(home)).Notifications.ShouldBe(2);

        await using var after = home.Open();
        (await after.Notifications.IgnoreQueryFilters().Select(n => n.Key).ToListAsync()).ShouldBe(["young", "going on"], ignoreOrder: true);

        static NotificationRow Notice(long tenant, string key, int? days) => new()
        {
            TenantId = tenant, Key = key, Sentence = key, Href = "/", Label = "Details", RaisedAt = Now.AddDays(-200), EndedAt = days is { } ago ? Now.AddDays(-ago) : null,
        };
    }

    [Theory, DatabaseData]
    public async Task Invitations_to_agree_go_three_months_after_they_were_good_for_anything(DatabaseKind kind)
    {
        await using var home = await StorageHome.CreateAsync(kind);
        var other = await home.AddTenantAsync("Fabrikam");
        await using (var db = home.Open())
        {
            db.ConsentLinks.AddRange(
                Link(home.Tenant, "expired", -91), Link(home.Tenant, "young", -89), Link(home.Tenant, "open", 5), Link(other, "theirs", -91),
                Link(home.Tenant, "used", 5, used: -91), Link(home.Tenant, "revoked", 5, revoked: -91), Link(home.Tenant, "used lately", 5, used: -89));
            await db.SaveChangesAsync();
        }

        (await RunAsync(home)).ConsentLinks.ShouldBe(4);

        await using var after = home.Open();
        (await after.ConsentLinks.IgnoreQueryFilters().Select(l => l.CreatedBy).ToListAsync()).ShouldBe(["young", "open", "used lately"], ignoreOrder: true);

        static ConsentLink Link(long tenant, string name, int expires, int? used = null, int? revoked = null) => new()
        {
            TenantId = tenant, IntegrationId = 1, CompanyId = Guid.NewGuid(), TokenHash = System.Text.Encoding.UTF8.GetBytes(name), CreatedBy = name, CreatedAt = Now.AddDays(-200),
            ExpiresAt = Now.AddDays(expires), UsedAt = used is { } u ? Now.AddDays(u) : null, RevokedAt = revoked is { } r ? Now.AddDays(r) : null,
        };
    }

    private static Task<RetentionResult> RunAsync(StorageHome home) => home.Get<Retention>().RunAsync(Now, CancellationToken.None);

    private static DateOnly Day(int ago) => DateOnly.FromDateTime(Now.AddDays(-ago).UtcDateTime);

    private static RunRow Run(StorageHome home, int daysAgo, DataType type, RunStatus status) => new()
    {
        TenantId = home.Tenant, IntegrationId = 1, DataType = type, Status = status, Read = 3, ApiCalls = 2,
        StartedAt = Now.AddDays(-daysAgo), EndedAt = status == RunStatus.Waiting ? null : Now.AddDays(-daysAgo).AddMinutes(1), HeartbeatAt = Now,
    };
}
