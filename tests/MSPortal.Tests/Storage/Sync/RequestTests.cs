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

public sealed class RequestTests
{
    [Theory, DatabaseData]
    public async Task A_request_ends_with_its_last_run_and_opens_the_window(DatabaseKind kind)
    {
        await using var home = await CreateAsync(kind);
        var request = await AskAsync(home, home.Tickets, home.Companies);

        (await TakeAsync(home, home.Tickets)).ShouldBeTrue();
        (await StatusAsync(home, request)).ShouldBe((RequestStatus.Running, StorageHome.Start, null));
        (await home.StreamAsync(home.Tickets)).Request.ShouldBeNull();
        await RunAsync(home, home.Tickets, request, RunStatus.Succeeded);
        (await StatusAsync(home, request)).Status.ShouldBe(RequestStatus.Running);
        await TakeAsync(home, home.Companies);
        home.Home.Clock.Advance(TimeSpan.FromSeconds(20));
        await RunAsync(home, home.Companies, request, RunStatus.Succeeded);

        (await StatusAsync(home, request)).ShouldBe((RequestStatus.Succeeded, StorageHome.Start, home.Now));
        (await WindowAsync(home)).ShouldBe(home.Now.AddMinutes(5));
    }

    [Theory]
    [DatabaseData(RunStatus.Succeeded, null, RequestStatus.Succeeded, true)]
    [DatabaseData(RunStatus.Partial, null, RequestStatus.Partial, true)]
    [DatabaseData(RunStatus.Partial, "Doubt", RequestStatus.Failed, false)]
    [DatabaseData(RunStatus.Partial, "Held", RequestStatus.Partial, true)]
    [DatabaseData(RunStatus.Failed, "VendorDown", RequestStatus.Failed, false)]
    [DatabaseData(RunStatus.Failed, "PermissionMissing", RequestStatus.Partial, true)]
    public async Task Its_runs_say_how_a_request_ended(DatabaseKind kind, RunStatus second, string? fault, RequestStatus expected, bool opens)
    {
        await using var home = await CreateAsync(kind);
        await home.ChangeAsync(db => db.TenantSettings.AddAsync(new TenantSetting { TenantId = home.Home.Tenant, Key = "sync.manual_window_seconds", Value = "60" }).AsTask());
        var request = await AskAsync(home, home.Tickets, home.Companies);
        await TakeAsync(home, home.Tickets);
        await RunAsync(home, home.Tickets, request, RunStatus.Succeeded);
        await TakeAsync(home, home.Companies);
        await RunAsync(home, home.Companies, request, second, fault);

        (await StatusAsync(home, request)).Status.ShouldBe(expected);
        (await WindowAsync(home)).ShouldBe(opens ? home.Now.AddSeconds(60) : null);
    }

    [Theory, DatabaseData]
    public async Task A_request_whose_waiting_read_a_newer_one_takes_over_did_not_fail(DatabaseKind kind)
    {
        await using var home = await CreateAsync(kind);
        var first = await AskAsync(home, home.Tickets);
        await TakeAsync(home, home.Tickets);
        var run = await home.BeginAsync(request: first);
        await home.Store.UpdateRunAsync(
            home.Lease, new RunUpdate(home.Tickets, run, RunStatus.Waiting, home.Now, null, null, new RunCounts(), (await home.StreamAsync(home.Tickets)).Progress), default);
        (await StatusAsync(home, first)).Status.ShouldBe(RequestStatus.Running);

        await AskAsync(home, home.Tickets);
        await TakeAsync(home, home.Tickets);

        (await StatusAsync(home, first)).Status.ShouldBe(RequestStatus.Cancelled);
    }

    [Theory, DatabaseData]
    public async Task A_request_that_was_replaced_meanwhile_is_not_taken(DatabaseKind kind)
    {
        await using var home = await CreateAsync(kind);
        await AskAsync(home, home.Tickets);
        var seen = await home.StreamAsync(home.Tickets);
        await home.ChangeAsync(async db => (await db.Streams.SingleAsync(s => s.DataType == DataType.Tickets)).RequestedFull = true);

        (await home.Store.TakeRequestAsync(home.Lease, home.Tickets, seen.Request!, seen.Progress with { Watermark = home.Now }, default)).ShouldBeFalse();

        (await home.StreamAsync(home.Tickets)).ShouldSatisfyAllConditions(s => s.Request.ShouldBe(seen.Request! with { Full = true }), s => s.Progress.Watermark.ShouldBeNull());
    }

    [Theory, DatabaseData]
    public async Task A_data_type_that_never_takes_it_up_does_not_hold_a_request_open(DatabaseKind kind)
    {
        await using var home = await CreateAsync(kind);
        var request = await AskAsync(home, home.Tickets, home.Companies, home.Notes);
        await home.ChangeAsync(async db =>
        {
            (await db.Streams.SingleAsync(s => s.DataType == DataType.Companies)).Enabled = false;
            var denied = await db.Streams.SingleAsync(s => s.DataType == DataType.TicketNotes);
            (denied.DeniedPermission, denied.NotBefore) = ("Notes", home.Now.AddDays(7));
        });
        await TakeAsync(home, home.Tickets);
        (await StatusAsync(home, request)).Status.ShouldBe(RequestStatus.Running);

        await RunAsync(home, home.Tickets, request, RunStatus.Succeeded);

        (await StatusAsync(home, request)).Status.ShouldBe(RequestStatus.Succeeded);
    }

    [Theory, DatabaseData]
    public async Task A_run_that_was_cut_off_ends_its_request_only_when_nothing_goes_on(DatabaseKind kind)
    {
        await using var home = await CreateAsync(kind);
        var request = await AskAsync(home, home.Tickets);
        await TakeAsync(home, home.Tickets);
        await home.BeginAsync(request: request);
        home.Home.Clock.Advance(Duration);
        home.Lease = await home.TakeAsync();
        (await StatusAsync(home, request)).Status.ShouldBe(RequestStatus.Running);

        await RunAsync(home, home.Tickets, request, RunStatus.Succeeded);
        (await StatusAsync(home, request)).Status.ShouldBe(RequestStatus.Succeeded);

        var lost = await AskAsync(home, home.Tickets);
        var stream = await home.StreamAsync(home.Tickets);
        await home.BeginAsync(request: lost);
        await home.Store.TakeRequestAsync(home.Lease, home.Tickets, stream.Request!, stream.Progress, default);
        (await StatusAsync(home, lost)).Status.ShouldBe(RequestStatus.Running);
        home.Home.Clock.Advance(Duration);
        await home.TakeAsync();
        (await StatusAsync(home, lost)).Status.ShouldBe(RequestStatus.Failed);
    }

    [Theory, DatabaseData]
    public async Task A_refused_key_ends_what_was_asked_for(DatabaseKind kind)
    {
        await using var home = await CreateAsync(kind);
        var request = await AskAsync(home, home.Tickets, home.Companies);
        await TakeAsync(home, home.Tickets);
        await RunAsync(home, home.Tickets, request, RunStatus.Failed, "AuthFailed");
        await home.Store.SetStatusAsync(home.Lease, IntegrationStatus.Disconnected, "Refused.", "Reconnect.", 0, default);

        (await StatusAsync(home, request)).Status.ShouldBe(RequestStatus.Failed);
        (await WindowAsync(home)).ShouldBeNull();
    }

    [Theory, DatabaseData]
    public async Task A_decision_about_held_deletions_is_not_overwritten_by_an_engine_that_has_not_seen_it(DatabaseKind kind)
    {
        await using var home = await CreateAsync(kind);
        var held = new PassState { Kind = PassKind.Full, RunId = 0, Trigger = SyncTrigger.Reconcile, StartedAt = home.Now, StartSequence = 5, Generation = 1, Phase = PassPhase.Held, HeldMissing = 30 };
        var progress = (await home.StreamAsync(home.Tickets)).Progress with { Full = held };
        await home.Store.SaveProgressAsync(home.Lease, home.Tickets, progress with { Full = held with { Phase = PassPhase.Confirming } }, default);
        await home.Store.SaveProgressAsync(home.Lease, home.Tickets, progress, default);
        (await home.StreamAsync(home.Tickets)).Progress.ShouldBe(progress);
        await home.ChangeAsync(async db =>
        {
            var row = await db.Streams.SingleAsync(s => s.DataType == DataType.Tickets);
            row.FullPass = row.FullPass!.Replace("\"releasedBy\":null", "\"releasedBy\":\"ada\"", StringComparison.Ordinal);
            row.DueAt = home.Now;
        });

        await home.Store.SaveProgressAsync(home.Lease, home.Tickets, progress with { Watermark = home.Now }, default);

        (await home.StreamAsync(home.Tickets)).Progress.ShouldBe(progress with { Watermark = home.Now, Full = held with { ReleasedBy = "ada" }, DueAt = home.Now });

        await home.ChangeAsync(async db => (await db.Streams.SingleAsync(s => s.DataType == DataType.Tickets)).FullPass = null);
        await home.Store.SaveProgressAsync(home.Lease, home.Tickets, progress, default);
        (await home.StreamAsync(home.Tickets)).Progress.Full.ShouldBeNull();
    }

    private static async Task<long> AskAsync(SyncHome home, params StreamKey[] keys)
    {
        await using var db = home.Open();
        var request = new SyncRequestRow
        {
            TenantId = home.Home.Tenant, IntegrationId = home.Integration, Trigger = SyncTrigger.Manual, RequestedBy = "ada", RequestedAt = home.Now,
            DataTypes = string.Join(',', keys.Select(k => k.DataType.Slug())), Status = RequestStatus.Queued,
        };
        db.SyncRequests.Add(request);
        await db.SaveChangesAsync();
        foreach (var key in keys)
        {
            var stream = await db.Streams.SingleAsync(s => s.IntegrationId == home.Integration && s.DataType == key.DataType);
            (stream.RequestedAt, stream.RequestedTrigger, stream.RequestId) = (home.Now, SyncTrigger.Manual, request.Id);
        }

        await db.SaveChangesAsync();
        return request.Id;
    }

    private static async Task<bool> TakeAsync(SyncHome home, StreamKey key)
    {
        var stream = await home.StreamAsync(key);
        var planned = new PassState
        {
            Kind = PassKind.Incremental, RunId = 0, Trigger = SyncTrigger.Manual, RequestId = stream.Request!.RequestId, StartedAt = home.Now, StartSequence = 0, Generation = 1, Restart = true,
        };
        return await home.Store.TakeRequestAsync(home.Lease, key, stream.Request, stream.Progress with { Incremental = planned }, default);
    }

    private static async Task RunAsync(SyncHome home, StreamKey key, long request, RunStatus status, string? fault = null)
    {
        var run = await home.BeginAsync(key, request);
        var progress = (await home.StreamAsync(key)).Progress with { Incremental = null };
        await home.Store.UpdateRunAsync(home.Lease, new RunUpdate(key, run, status, home.Now, null, fault, new RunCounts(), progress), default);
    }

    private static async Task<(RequestStatus Status, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt)> StatusAsync(SyncHome home, long request)
    {
        await using var db = home.Open();
        var row = await db.SyncRequests.SingleAsync(r => r.Id == request);
        return (row.Status, row.StartedAt, row.EndedAt);
    }

    private static async Task<DateTimeOffset?> WindowAsync(SyncHome home)
    {
        await using var db = home.Open();
        return (await db.Integrations.SingleAsync()).ManualWindowUntil;
    }
}
