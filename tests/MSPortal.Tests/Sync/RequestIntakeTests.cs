using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Sync;

public sealed class RequestIntakeTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly StreamDefinition Tickets = new()
    {
        DataType = DataType.Tickets,
        Label = "Tickets",
        Interval = TimeSpan.FromMinutes(5),
        Permission = new VendorPermission("", "", ""),
    };

    private static readonly StreamProgress Read = new()
    {
        DueAt = Now + TimeSpan.FromHours(1),
        IncrementalDueAt = Now + TimeSpan.FromHours(1),
        FullDueAt = Now + TimeSpan.FromHours(9),
        Watermark = Now,
        LastCompleteAt = Now,
        LiveGeneration = 4,
    };

    [Fact]
    public void Sync_now_reads_what_changed_and_leaves_the_complete_read_where_it_is()
    {
        var next = RequestIntake.Absorb(Read, Request(), Tickets, Now);

        next.IncrementalDueAt.ShouldBe(Now);
        next.FullDueAt.ShouldBe(Read.FullDueAt);
        next.Full.ShouldBeNull();
        var pass = next.Incremental.ShouldNotBeNull();
        (pass.Trigger, pass.RequestId, pass.Restart, pass.Generation).ShouldBe((SyncTrigger.Manual, 7, true, 4));
    }

    [Fact]
    public void Before_the_first_read_and_where_the_vendor_knows_no_changes_it_is_a_complete_one()
    {
        RequestIntake.Absorb(Read with { Watermark = null }, Request(), Tickets, Now).Full.ShouldNotBeNull().Restart.ShouldBeTrue();
        RequestIntake.Absorb(Read, Request(), Tickets with { CanReadChanges = false }, Now).Full.ShouldNotBeNull().Generation.ShouldBe(4);
    }

    [Fact]
    public void Clear_and_resync_reads_beside_the_copy_that_is_shown()
    {
        RequestIntake.Absorb(Read, Request(full: true, shadow: true), Tickets, Now).Full.ShouldNotBeNull().Generation.ShouldBeGreaterThan(4);
        RequestIntake.Absorb(Read, Request(full: true), Tickets, Now).Full.ShouldNotBeNull().Generation.ShouldBe(4);
        RequestIntake.Absorb(Read with { LastCompleteAt = null }, Request(full: true, shadow: true), Tickets, Now).Full.ShouldNotBeNull()
            .Generation.ShouldBe(4, "nothing complete is shown yet that could be kept");
    }

    [Fact]
    public void A_complete_read_during_clear_and_resync_begins_that_anew() =>
        RequestIntake.Absorb(Read with { ShadowGeneration = 9 }, Request(full: true), Tickets, Now).Full.ShouldNotBeNull().Generation.ShouldBeGreaterThan(4);

    [Fact]
    public void A_request_takes_over_the_run_that_is_open_so_that_none_waits_for_ever()
    {
        var under = new PassState { Kind = PassKind.Incremental, RunId = 55, Trigger = SyncTrigger.Schedule, StartedAt = Now, StartSequence = 3, Generation = 4, Failures = 2, Cursor = "9" };

        var pass = RequestIntake.Absorb(Read with { Incremental = under }, Request(), Tickets, Now).Incremental.ShouldNotBeNull();
        (pass.RunId, pass.Failures, pass.Cursor).ShouldBe((55, 2, null));
    }

    private static PendingRequest Request(bool full = false, bool shadow = false) => new(Now, SyncTrigger.Manual, 7, full, shadow);
}
