using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Ports;
using MSPortal.Core.Sync;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Sync;

public sealed class WorkPlanTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Later = Now + TimeSpan.FromMinutes(3);

    private static readonly StreamDefinition[] Definitions =
    [
        Definition(DataType.Companies),
        Definition(DataType.Tickets) with { Needs = [DataType.Companies] },
        Definition(DataType.TicketNotes) with { Parent = DataType.Tickets, Needs = [DataType.Tickets] },
        Definition(DataType.Users) with { CanReadChanges = false },
    ];

    [Fact]
    public void Nothing_is_done_before_something_is_due() =>
        Next(Read(DataType.Companies), Read(DataType.Tickets), Read(DataType.Users)).ShouldBeNull();

    [Fact]
    public void What_a_person_waits_for_comes_first_and_tickets_before_everything() => Next(
        Read(DataType.Companies) with { Request = Request(SyncTrigger.Manual) },
        Read(DataType.Tickets) with { Request = Request(SyncTrigger.Manual) },
        Due(DataType.Users)).ShouldBe((WorkKind.TakeRequest, DataType.Tickets));

    [Fact]
    public void A_webhook_goes_before_the_schedule_and_after_a_person()
    {
        Next(Due(DataType.Companies), Read(DataType.Tickets) with { Request = Request(SyncTrigger.Webhook) }).ShouldBe((WorkKind.TakeRequest, DataType.Tickets));
        Next(Read(DataType.Companies) with { Request = Request(SyncTrigger.Manual) }, Read(DataType.Tickets) with { Request = Request(SyncTrigger.Webhook) })
            .ShouldBe((WorkKind.TakeRequest, DataType.Companies));
    }

    [Fact]
    public void Changes_go_before_long_reads_so_that_a_backfill_keeps_nothing_stale()
    {
        var backfill = Read(DataType.Companies);
        backfill = backfill with { Progress = backfill.Progress with { FullDueAt = Now, Full = Pass(PassKind.Full, SyncTrigger.Initial) } };

        Next(backfill, Due(DataType.Tickets)).ShouldBe((WorkKind.Incremental, DataType.Tickets));
        Next(backfill, Read(DataType.Tickets)).ShouldBe((WorkKind.Full, DataType.Companies));
    }

    [Fact]
    public void A_complete_read_that_a_person_asked_for_goes_before_others()
    {
        var asked = Read(DataType.Users);
        asked = asked with { Progress = asked.Progress with { FullDueAt = Now, Full = Pass(PassKind.Full, SyncTrigger.Resync) } };
        var own = Read(DataType.Companies);
        own = own with { Progress = own.Progress with { FullDueAt = Now } };

        Next(own, asked).ShouldBe((WorkKind.Full, DataType.Users));
    }

    [Fact]
    public void What_another_data_type_needs_is_read_once_before_it_unless_it_cannot_be()
    {
        var never = Due(DataType.Companies) with { Progress = new StreamProgress { DueAt = Now } };
        Next(never, Due(DataType.Tickets)).ShouldBe((WorkKind.Full, DataType.Companies));

        var waits = never with { Progress = never.Progress with { NotBefore = Later } };
        Next(waits, Due(DataType.Tickets)).ShouldBeNull();
        Next(waits with { Progress = waits.Progress with { FaultKind = "VendorDown" } }, Due(DataType.Tickets)).ShouldBe((WorkKind.Incremental, DataType.Tickets));
        Next(waits with { Progress = waits.Progress with { DeniedPermission = "Companies" } }, Due(DataType.Tickets)).ShouldBe((WorkKind.Incremental, DataType.Tickets));
        Next(waits with { Enabled = false }, Due(DataType.Tickets)).ShouldBe((WorkKind.Incremental, DataType.Tickets));
    }

    [Fact]
    public void A_back_off_or_a_pause_holds_requests_too()
    {
        var stream = Due(DataType.Tickets) with { Request = Request(SyncTrigger.Manual) };

        Next(stream with { Progress = stream.Progress with { NotBefore = Later } }).ShouldBeNull();
        Next(stream with { Progress = stream.Progress with { NotBefore = Now } }).ShouldBe((WorkKind.TakeRequest, DataType.Tickets));
    }

    [Fact]
    public void A_denied_data_type_is_only_asked_about()
    {
        var denied = Due(DataType.Tickets);
        denied = denied with { Progress = denied.Progress with { DeniedPermission = "Tickets" } };

        Next(denied).ShouldBe((WorkKind.Recheck, DataType.Tickets));
        Next(denied with { Request = Request(SyncTrigger.Manual) }).ShouldBe((WorkKind.Recheck, DataType.Tickets));
        Next(denied with { Progress = denied.Progress with { NotBefore = Later } }).ShouldBeNull();
    }

    [Fact]
    public void A_data_type_that_is_off_is_left_alone() => Next(Due(DataType.Tickets) with { Enabled = false }).ShouldBeNull();

    [Fact]
    public void Notes_of_changed_tickets_are_due_work_and_their_backfill_comes_last()
    {
        var notes = Read(DataType.TicketNotes);
        var backfill = Read(DataType.Companies);
        backfill = backfill with { Progress = backfill.Progress with { FullDueAt = Now } };

        Next(Waiting(notes, backfill: false), notes, backfill).ShouldBe((WorkKind.Children, DataType.TicketNotes));
        Next(Waiting(notes, backfill: true), notes, backfill).ShouldBe((WorkKind.Full, DataType.Companies));
        Next(Waiting(notes, backfill: true), notes, Read(DataType.Companies)).ShouldBe((WorkKind.ChildrenBackfill, DataType.TicketNotes));
    }

    [Fact]
    public void Notes_that_a_request_asks_for_are_read_after_the_tickets_of_the_same_request()
    {
        var notes = Due(DataType.TicketNotes);
        notes = notes with { Progress = notes.Progress with { Incremental = Asked(PassKind.Incremental) } };
        var tickets = Read(DataType.Tickets);
        var requested = tickets with { Request = Request(SyncTrigger.Manual), Progress = tickets.Progress with { NotBefore = Later } };
        var reading = tickets with { Progress = tickets.Progress with { FullDueAt = Now, Full = Asked(PassKind.Full) } };
        var held = reading with { Progress = reading.Progress with { FullDueAt = Later, Full = Asked(PassKind.Full) with { Phase = PassPhase.Held } } };

        Next(reading, notes).ShouldBe((WorkKind.Full, DataType.Tickets));
        Next(requested, notes).ShouldBeNull();
        Next(tickets, notes).ShouldBe((WorkKind.Children, DataType.TicketNotes));
        Next(held, notes).ShouldBe((WorkKind.Children, DataType.TicketNotes));
        Next(reading with { Enabled = false }, notes).ShouldBe((WorkKind.Children, DataType.TicketNotes));
        Next(reading with { Progress = reading.Progress with { Full = Asked(PassKind.Full) with { RequestId = 2 } } }, notes).ShouldBe((WorkKind.Children, DataType.TicketNotes));
        Next(Waiting(notes, backfill: false), reading, notes).ShouldBe((WorkKind.Children, DataType.TicketNotes));
    }

    [Fact]
    public void Deletions_that_a_person_released_are_done_at_once()
    {
        var held = Read(DataType.Tickets);
        held = held with { Progress = held.Progress with { Full = Pass(PassKind.Full, SyncTrigger.Reconcile) with { Phase = PassPhase.Held } } };

        Next(held).ShouldBeNull();
        Next(held with { Progress = held.Progress with { Full = held.Progress.Full! with { ReleasedBy = "ada" } } }).ShouldBe((WorkKind.Full, DataType.Tickets));
    }

    [Fact]
    public void What_is_due_but_has_to_wait_gets_another_time_so_that_nobody_is_woken_in_vain()
    {
        var never = new StreamState
        {
            Key = Key(DataType.Companies), Enabled = true, Interval = TimeSpan.FromHours(1), ReconcileInterval = TimeSpan.FromDays(1),
            Progress = new StreamProgress { DueAt = Later, NotBefore = Later },
        };
        var plan = Plan([], never, Due(DataType.Tickets));

        plan.Next().ShouldBeNull();
        var (state, progress) = plan.NotNow().ShouldHaveSingleItem();
        state.Key.DataType.ShouldBe(DataType.Tickets);
        progress.DueAt.ShouldBe(Later);
    }

    private static (WorkKind, DataType)? Next(params StreamState[] streams) => Next([], streams);

    private static (WorkKind, DataType)? Next(Dictionary<StreamKey, ChildWork> children, params StreamState[] streams) =>
        Plan(children, streams).Next() is { } work ? (work.Kind, work.Stream.Key.DataType) : null;

    private static WorkPlan Plan(Dictionary<StreamKey, ChildWork> children, params StreamState[] streams) => new(Definitions, streams, children, Now);

    private static Dictionary<StreamKey, ChildWork> Waiting(StreamState stream, bool backfill) => new() { [stream.Key] = new ChildWork("1", 1, backfill, 0) };

    private static PendingRequest Request(SyncTrigger trigger) => new(Now, trigger, 1, Full: false, Shadow: false);

    private static PassState Pass(PassKind kind, SyncTrigger trigger) => new()
    {
        Kind = kind,
        RunId = 0,
        Trigger = trigger,
        StartedAt = Now,
        StartSequence = 1,
        Generation = 1,
    };

    /// <summary>Planned for request 1.</summary>
    private static PassState Asked(PassKind kind) => Pass(kind, SyncTrigger.Manual) with { RequestId = 1, Restart = true };

    /// <summary>Read completely, not due yet.</summary>
    private static StreamState Read(DataType type) => new()
    {
        Key = Key(type),
        Enabled = true,
        Interval = TimeSpan.FromMinutes(5),
        ReconcileInterval = TimeSpan.FromDays(1),
        Progress = new StreamProgress
        {
            DueAt = Later,
            IncrementalDueAt = Later,
            FullDueAt = Later,
            Watermark = type == DataType.Users ? null : Now,
            LastCompleteAt = Now,
        },
    };

    private static StreamState Due(DataType type)
    {
        var read = Read(type);
        return read with
        {
            Progress = read.Progress with { DueAt = Now, IncrementalDueAt = Now, FullDueAt = type == DataType.Users ? Now : Later },
        };
    }

    private static StreamKey Key(DataType type) => new(1, 1, type);

    private static StreamDefinition Definition(DataType type) => new()
    {
        DataType = type,
        Label = type.Label(),
        Interval = TimeSpan.FromMinutes(5),
        Permission = new VendorPermission(type.Label(), type.Label(), ""),
    };
}
