using Microsoft.EntityFrameworkCore;
using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using MSPortal.Storage.Model;
using Shouldly;
using Xunit;
using static MSPortal.Tests.Storage.Sync.SyncHome;
using DatabaseDataAttribute = MSPortal.Tests.Support.DatabaseDataAttribute;
using DatabaseKind = MSPortal.Tests.Support.DatabaseKind;

namespace MSPortal.Tests.Storage.Sync;

public sealed class DueTests
{
    [Theory, DatabaseData]
    public async Task What_is_due_or_asked_for_is_found_and_nothing_else(DatabaseKind kind)
    {
        await using var home = await CreateAsync(kind);
        await home.Store.ReleaseAsync(home.Lease, default);
        var (tenant, id, at) = (home.Home.Tenant, home.Integration, home.Now.AddHours(1));
        (await DueAsync(home)).ShouldBeEmpty();
        (await home.Store.NextDueAsync(tenant, id, default)).ShouldBe(at);

        await home.ChangeAsync(async db => (await db.Streams.SingleAsync(s => s.DataType == DataType.Tickets)).DueAt = home.Now.AddMinutes(-1));
        (await DueAsync(home)).ShouldBe([(tenant, id)]);
        (await home.Store.NextDueAsync(tenant, id, default)).ShouldBe(home.Now.AddMinutes(-1));

        foreach (var status in new[] { IntegrationStatus.Paused, IntegrationStatus.Disconnected, IntegrationStatus.Stopped })
        {
            await home.ChangeAsync(async db => (await db.Integrations.SingleAsync()).Status = status);
            (await DueAsync(home)).ShouldBeEmpty();
            (await home.Store.NextDueAsync(tenant, id, default)).ShouldBeNull();
        }

        await home.ChangeAsync(async db => (await db.Integrations.SingleAsync()).Status = IntegrationStatus.Error);
        (await DueAsync(home)).ShouldBe([(tenant, id)]);

        await home.TakeAsync();
        (await DueAsync(home)).ShouldBeEmpty();
        (await home.Store.NextDueAsync(tenant, id, default)).ShouldBe(home.Now + Duration);
        home.Home.Clock.Advance(Duration);
        (await DueAsync(home)).ShouldBe([(tenant, id)]);

        await home.ChangeAsync(async db => (await db.Streams.SingleAsync(s => s.DataType == DataType.Tickets)).Enabled = false);
        (await DueAsync(home)).ShouldBeEmpty();

        await home.ChangeAsync(async db => (await db.Streams.SingleAsync(s => s.DataType == DataType.Companies)).RequestedAt = home.Now);
        (await DueAsync(home)).ShouldBe([(tenant, id)]);
        (await home.Store.NextDueAsync(tenant, id, default)).ShouldBe(home.Now);

        await home.ChangeAsync(async db => (await db.Streams.SingleAsync(s => s.DataType == DataType.Companies)).NotBefore = home.Now.AddSeconds(40));
        (await DueAsync(home)).ShouldBeEmpty();
        (await home.Store.NextDueAsync(tenant, id, default)).ShouldBe(home.Now.AddSeconds(40));
        home.Home.Clock.Advance(TimeSpan.FromSeconds(40));
        (await DueAsync(home)).ShouldBe([(tenant, id)]);

        await home.ChangeAsync(async db => (await db.Integrations.SingleAsync()).Secrets = null);
        (await DueAsync(home)).ShouldBeEmpty();
        (await home.Store.NextDueAsync(tenant, id, default)).ShouldBeNull();
    }

    [Theory, DatabaseData]
    public async Task The_engine_sees_settings_scope_filter_and_zone(DatabaseKind kind)
    {
        await using var home = await CreateAsync(kind);
        await using (var db = home.Open())
        {
            (await db.Tenants.SingleAsync()).TimeZone = "Europe/Berlin";
            await db.SaveChangesAsync();
        }

        var state = (await home.Store.IntegrationAsync(home.Home.Tenant, home.Integration, default)).ShouldNotBeNull();

        state.Settings.ShouldNotBeNull().All.ShouldBe(new Dictionary<string, string> { ["url"] = "https://psa.example", ["key"] = "s3cret" }, ignoreOrder: true);
        (state.Name, state.Provider, state.Status, state.TimeZone).ShouldBe(("Any PSA", "any", IntegrationStatus.Active, "Europe/Berlin"));
        state.Scope.Containers.ShouldBe(["1"]);
        state.Scope.ClosedStatuses.ShouldBe(["late"]);
        state.CompanyFilter.SkipInactive.ShouldBeTrue();
        (await home.Store.IntegrationAsync(home.Home.Tenant + 1, home.Integration, default)).ShouldBeNull();

        home.Home.Restart(loseKey: true);
        (await home.Store.IntegrationAsync(home.Home.Tenant, home.Integration, default)).ShouldNotBeNull().Settings.ShouldBeNull();
    }

    [Theory, DatabaseData]
    public async Task A_status_keeps_its_since_until_it_changes(DatabaseKind kind)
    {
        await using var home = await CreateAsync(kind);
        home.Home.Clock.Advance(TimeSpan.FromMinutes(1));
        var failed = home.Now;
        await home.Store.SetStatusAsync(home.Lease, IntegrationStatus.Error, "The vendor is down.", "Wait.", 2, default);
        home.Home.Clock.Advance(TimeSpan.FromMinutes(1));
        await home.Store.SetStatusAsync(home.Lease, IntegrationStatus.Error, "Still down.\0", null, 3, default);

        await using var db = home.Open();
        var row = await db.Integrations.SingleAsync();
        (row.Status, row.StatusReason, row.StatusAdvice, row.StatusSince, row.UnintelligibleRuns).ShouldBe((IntegrationStatus.Error, "Still down.\uFFFD", null, failed, 3));
    }

    [Theory, DatabaseData]
    public async Task A_denied_area_locks_its_data_type_and_a_granted_one_unlocks_it(DatabaseKind kind)
    {
        await using var home = await CreateAsync(kind);
        await TestAsync(home, (DataType.Tickets, AreaOutcome.NotPermitted), (DataType.Companies, AreaOutcome.Granted));
        (await home.StreamAsync(home.Tickets)).Progress.DeniedPermission.ShouldBe("Tickets / Inquire");
        (await home.StreamAsync(home.Companies)).Progress.DueAt.ShouldBe(StorageHome.Start.AddHours(1));

        await TestAsync(home, (DataType.Tickets, AreaOutcome.CouldNotVerify));
        (await home.StreamAsync(home.Tickets)).Progress.DeniedPermission.ShouldBe("Tickets / Inquire");

        await home.ChangeAsync(async db =>
        {
            var stream = await db.Streams.SingleAsync(s => s.DataType == DataType.Tickets);
            (stream.NotBefore, stream.FaultKind, stream.FaultSentence, stream.FaultSince) = (home.Now.AddDays(7), "PermissionMissing", "No.", home.Now);
        });
        home.Home.Clock.Advance(TimeSpan.FromMinutes(5));
        await TestAsync(home, (DataType.Tickets, AreaOutcome.GrantedNoData));
        (await home.StreamAsync(home.Tickets)).Progress.ShouldSatisfyAllConditions(
            p => p.DeniedPermission.ShouldBeNull(), p => p.FaultKind.ShouldBeNull(), p => p.NotBefore.ShouldBeNull(), p => p.DueAt.ShouldBe(home.Now));
        await using var db = home.Open();
        (await db.Integrations.SingleAsync()).AreasCheckedAt.ShouldBe(home.Now);
    }

    [Theory, DatabaseData]
    public async Task Whose_account_it_is_is_kept_where_none_is_known_and_never_exchanged(DatabaseKind kind)
    {
        await using var home = await CreateAsync(kind);
        var ask = (string account) => home.Store.RecordAreasAsync(home.Home.Tenant, home.Integration, "", new AccountIdentity(account, account), [], home.Now, default);
        await home.ChangeAsync(async db => (await db.Integrations.SingleAsync()).AccountId = null);

        await ask("first");
        await ask("second");

        await using var db = home.Open();
        (await db.Integrations.SingleAsync()).AccountId.ShouldBe("first");
    }

    private static Task TestAsync(SyncHome home, params (DataType Type, AreaOutcome Outcome)[] areas) => home.Store.RecordAreasAsync(
        home.Home.Tenant,
        home.Integration,
        "",
        null,
        [.. areas.Select(a => new AreaResult(a.Type, a.Outcome, new VendorPermission(a.Type.Label(), $"{a.Type} / Inquire", "Security roles"), false))],
        home.Now,
        default);

    private static Task<IReadOnlyList<(long TenantId, long IntegrationId)>> DueAsync(SyncHome home) => home.Store.DueAsync(home.Now, default);
}
