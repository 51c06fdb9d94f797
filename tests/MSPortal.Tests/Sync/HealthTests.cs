using MSPortal.Core.Contracts;
using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Sync;

public sealed class HealthTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(5, 30, Freshness.Fresh)]
    [InlineData(5, 31, Freshness.Late)]
    [InlineData(5, 120, Freshness.Late)]
    [InlineData(5, 121, Freshness.Stale)]
    [InlineData(60, 120, Freshness.Fresh)]
    [InlineData(60, 121, Freshness.Late)]
    [InlineData(60, 361, Freshness.Stale)]
    [InlineData(1440, 2880, Freshness.Fresh)]
    [InlineData(1440, 2881, Freshness.Late)]
    [InlineData(1440, 8641, Freshness.Stale)]
    public void Late_is_beyond_twice_and_stale_beyond_six_times_the_interval(int intervalMinutes, int ageMinutes, Freshness expected) =>
        Health.Of(Progress(ageMinutes), TimeSpan.FromMinutes(intervalMinutes), Now).ShouldBe(expected);

    [Fact]
    public void What_was_never_read_completely_is_not_called_fresh() =>
        Health.Of(new StreamProgress { DueAt = Now }, TimeSpan.FromMinutes(5), Now).ShouldBe(Freshness.Never);

    [Fact]
    public void Every_concern_names_its_data_type_and_its_reason()
    {
        var held = new PassState { Kind = PassKind.Full, RunId = 0, Trigger = SyncTrigger.Reconcile, StartedAt = Now, StartSequence = 1, Generation = 1, Phase = PassPhase.Held, HeldMissing = 1234 };
        StreamState[] streams =
        [
            Stream(DataType.Companies, Progress(1)),
            Stream(DataType.Contacts, Progress(1) with { DeniedPermission = "Company contacts" }),
            Stream(DataType.Tickets, Progress(1) with { Full = held }),
            Stream(DataType.Users, Progress(60)),
            Stream(DataType.Devices, Progress(600)),
            Stream(DataType.TicketNotes, Progress(1) with { FaultKind = "VendorDown", FaultSentence = "It is down." }),
            Stream(DataType.Reference, Progress(6000)) with { Enabled = false },
        ];

        Health.Concerns(streams, Now).ShouldBe(
        [
            new Concern(DataType.Contacts, "Contacts: the key lacks the permission “Company contacts”."),
            new Concern(DataType.Tickets, "Tickets: 1,234 removals wait for a person's decision."),
            new Concern(DataType.Users, "Users are late."),
            new Concern(DataType.Devices, "Devices are stale."),
            new Concern(DataType.TicketNotes, "Ticket notes: It is down."),
        ]);
    }

    [Theory]
    [InlineData(119, false)]
    [InlineData(121, true)]
    public void A_first_read_that_does_not_end_is_said_after_time_enough(int minutes, bool said)
    {
        var begun = Now - TimeSpan.FromMinutes(minutes);
        // It has begun anew just now, as after every doubt.
        var again = new PassState { Kind = PassKind.Full, RunId = 0, Trigger = SyncTrigger.Initial, StartedAt = Now, TryingSince = begun, StartSequence = 1, Generation = 1, Restart = true };

        Health.Concerns([Stream(DataType.Tickets, new StreamProgress { DueAt = Now, Full = again }), Stream(DataType.Users, new StreamProgress { DueAt = begun })], Now)
            .Select(c => c.Sentence).ShouldBe(said ? ["Tickets have not been read to the end yet, though there was time enough.", "Users have not been read to the end yet, though there was time enough."] : []);
    }

    [Fact]
    public void Released_removals_no_longer_wait_for_a_person()
    {
        var held = new PassState { Kind = PassKind.Full, RunId = 0, Trigger = SyncTrigger.Reconcile, StartedAt = Now, StartSequence = 1, Generation = 1, Phase = PassPhase.Held, HeldMissing = 5, ReleasedBy = "ada" };

        Health.Concerns([Stream(DataType.Tickets, Progress(1) with { Full = held })], Now).ShouldBeEmpty();
    }

    private static StreamProgress Progress(int ageMinutes) => new() { DueAt = Now, LastCompleteAt = Now - TimeSpan.FromMinutes(ageMinutes) };

    private static StreamState Stream(DataType type, StreamProgress progress) => new()
    {
        Key = new StreamKey(1, 1, type),
        Enabled = true,
        Interval = TimeSpan.FromMinutes(15),
        ReconcileInterval = TimeSpan.FromDays(1),
        Progress = progress,
    };
}
