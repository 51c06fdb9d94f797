using MSPortal.Core.Model;
using MSPortal.Core.Sync;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Sync;

public sealed class ScheduleTests
{
    private static readonly DateTimeOffset Noon = new(2026, 6, 10, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Short_intervals_vary_by_a_tenth_to_either_side_and_always_alike_for_one_stream()
    {
        var interval = TimeSpan.FromMinutes(5);
        var waits = Enumerable.Range(1, 1000).Select(i => Schedule.Next(Key(i), "incremental", Noon, interval, "UTC") - Noon).ToList();

        waits.ShouldAllBe(w => w >= interval * 0.9 && w <= interval * 1.1);
        (waits.Max() - waits.Min()).ShouldBeGreaterThan(interval * 0.19, "they are to be spread over the whole range");
        Schedule.Next(Key(7), "incremental", Noon, interval, "UTC").ShouldBe(Schedule.Next(Key(7), "incremental", Noon, interval, "UTC"));
        Schedule.Next(Key(7), "full", Noon, interval, "UTC").ShouldNotBe(Schedule.Next(Key(7), "incremental", Noon, interval, "UTC"));
    }

    [Theory]
    [InlineData("UTC")]
    [InlineData("Europe/Berlin")]
    [InlineData("America/Los_Angeles")]
    [InlineData("Asia/Kolkata")]
    public void Daily_work_is_done_at_the_tenants_night(string zone)
    {
        var info = TimeZoneInfo.FindSystemTimeZoneById(zone);
        for (var i = 1; i <= 200; i++)
        {
            var next = Schedule.Next(Key(i), "full", Noon, TimeSpan.FromDays(1), zone);

            TimeZoneInfo.ConvertTime(next, info).TimeOfDay.ShouldBeLessThanOrEqualTo(TimeSpan.FromHours(6));
            (next - Noon).ShouldBeGreaterThan(TimeSpan.FromHours(6));
            (next - Noon).ShouldBeLessThanOrEqualTo(TimeSpan.FromHours(30));
        }
    }

    [Fact]
    public void Night_after_night_it_stays_the_same_time_even_across_the_change_of_clocks()
    {
        var at = new DateTimeOffset(2026, 3, 20, 12, 0, 0, TimeSpan.Zero);
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
        var times = new List<TimeSpan>();
        for (var night = 0; night < 20; night++)
        {
            var next = Schedule.Next(Key(3), "full", at, TimeSpan.FromDays(1), "Europe/Berlin");
            (next - at).ShouldBeGreaterThan(TimeSpan.FromHours(5));
            times.Add(TimeZoneInfo.ConvertTime(next, zone).TimeOfDay);
            at = next;
        }

        times.Distinct().Count().ShouldBeLessThanOrEqualTo(2, "the night in which the hour is missing may differ");
        times.Last().ShouldBe(times.First());
    }

    [Fact]
    public void An_unknown_zone_counts_as_utc() =>
        Schedule.Next(Key(1), "full", Noon, TimeSpan.FromDays(1), "Mars/Olympus").ShouldBe(Schedule.Next(Key(1), "full", Noon, TimeSpan.FromDays(1), "UTC"));

    [Fact]
    public void A_stream_that_takes_longer_than_its_interval_leaves_room_for_others()
    {
        var began = Noon - TimeSpan.FromHours(1);

        Schedule.Next(Key(1), "incremental", began, Noon, TimeSpan.FromMinutes(4), "UTC").ShouldBe(Noon + TimeSpan.FromMinutes(1));
    }

    private static StreamKey Key(long integration) => new(1, integration, DataType.Tickets);
}
