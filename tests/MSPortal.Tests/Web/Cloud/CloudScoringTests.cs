using MSPortal.Core.Model;
using MSPortal.Web.Features.Cloud;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Web.Cloud;

/// <summary>The arithmetic of scores and licences.</summary>
public sealed class CloudScoringTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 31, 6, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_change_is_told_in_points_of_a_hundred_although_what_can_be_reached_has_grown() =>
        CloudScoring.Change([new(Now.AddDays(-30), 90, 180), new(Now, 120, 200)]).ShouldBe(10);

    [Theory]
    [InlineData(-29, null)]
    [InlineData(-30, 10)]
    [InlineData(-37, 10)]
    [InlineData(-38, null)]
    public void A_change_is_told_against_thirty_days_before_or_the_week_before_that_and_otherwise_not_at_all(int days, int? expected) =>
        CloudScoring.Change([new(Now, 60, 100), new(Now.AddDays(days), 50, 100)]).ShouldBe((decimal?)expected);

    [Fact]
    public void The_score_nearest_to_thirty_days_before_counts_and_the_order_of_the_scores_does_not() =>
        CloudScoring.Change([new(Now.AddDays(-36), 1, 100), new(Now, 60, 100), new(Now.AddDays(-31), 55, 100), new(Now.AddDays(-10), 20, 100)]).ShouldBe(5);

    [Fact]
    public void Where_nothing_can_be_reached_there_is_no_percentage_and_no_change()
    {
        new CloudScorePoint(Now, 0, 0).Percent.ShouldBeNull();
        CloudScoring.Change([new(Now, 0, 0), new(Now.AddDays(-30), 5, 10)]).ShouldBeNull();
        CloudScoring.Change([]).ShouldBeNull();
    }

    [Fact]
    public void A_day_without_a_score_is_a_gap_and_of_two_on_one_day_the_later_one_counts()
    {
        var daily = CloudScoring.Daily([new(Now, 60, 100), new(Now.AddDays(-3), 50, 100), new(Now.AddHours(5), 61, 100), new(Now.AddDays(-2), 52, 100)]);

        CloudScoring.Days(daily).ShouldBe([(new DateOnly(2026, 3, 28), 50m), (new DateOnly(2026, 3, 29), 52m), (new DateOnly(2026, 3, 30), null), (new DateOnly(2026, 3, 31), 61m)]);
        CloudScoring.Days([]).ShouldBeEmpty();
    }

    [Fact]
    public void What_is_worth_most_comes_first_done_ones_apart_and_neither_old_advice_nor_what_does_not_count()
    {
        var latest = new SecurityScore
        {
            ExternalId = "1", At = Now, Score = 20, Highest = 50,
            Controls = [new("small", 1), new("large", 0), new("done", 7), new("more", 9), new("old", 0), new("equal", 0) { State = "Planned" }, new("unheard of", 3), new("of no known worth", 0)],
        };
        var (open, done, elsewhere) = CloudScoring.Controls(
            latest, [Control("small", 2), Control("done", 7), Control("more", 5), Control("old", 30) with { IsDeprecated = true }, Control("other", 40), Control("large", 10), Control("equal", 10) with { Rank = 1 }, Control("of no known worth", null)]);

        open.Select(c => (c.Control.ExternalId, c.Left, c.Share)).ShouldBe([("equal", 10m, 20m), ("large", 10m, 20m), ("small", 1m, 2m)]);
        open[0].State.ShouldBe("Planned");
        done.Select(c => c.Control.ExternalId).ShouldBe(["done", "more"]);
        elsewhere.ShouldBe(2);
    }

    [Theory]
    [InlineData(5, 0, 4, 1, 0)]
    [InlineData(5, 0, 8, 0, 3)]
    [InlineData(0, 25, 25, 0, 0)]
    [InlineData(2, 1, 6, 0, 3)]
    public void Units_that_have_ended_and_still_work_are_there_and_what_is_given_out_beyond_them_is_too_many(int enabled, int warning, int used, int free, int over)
    {
        var line = Line(new CloudLicense { ExternalId = "1", PartNumber = "A", Name = "A", Enabled = enabled, Warning = warning, Used = used });
        (line.Free, line.Over, line.Counts).ShouldBe((free, over, true));
    }

    [Fact]
    public void Sums_leave_out_what_is_given_away_and_what_is_for_the_whole_client_and_never_set_one_product_off_against_another()
    {
        var units = CloudUnits.Of(
        [
            Line(new CloudLicense { ExternalId = "1", PartNumber = "A", Name = "A", Enabled = 5, Used = 4 }),
            Line(new CloudLicense { ExternalId = "2", PartNumber = "B", Name = "B", Enabled = 3, Used = 6 }),
            Line(new CloudLicense { ExternalId = "3", PartNumber = "C", Name = "C", Enabled = 10_000, Used = 2 }),
            Line(new CloudLicense { ExternalId = "4", PartNumber = "D", Name = "D", Enabled = 1, IsForCompany = true }),
        ]);
        units.ShouldBe(new CloudUnits(Used: 10, Total: 8, Free: 1, Over: 3));
        Line(new CloudLicense { ExternalId = "5", PartNumber = "E", Name = "E", Enabled = 12_000, Used = 9_000 }).Counts.ShouldBeTrue("so many are bought and used");
    }

    [Theory]
    [InlineData("https://vendor.example/act?x=1", "https://vendor.example/act?x=1")]
    [InlineData("http://vendor.example/", null)]
    [InlineData("javascript:alert(1)", null)]
    [InlineData("nonsense", null)]
    [InlineData(null, null)]
    public void An_address_in_a_record_is_a_link_only_where_a_browser_may_be_sent(string? url, string? link) => CloudLink.Safe(url).ShouldBe(link);

    private static SecurityControl Control(string id, decimal? highest) => new() { ExternalId = id, Title = id, Highest = highest };

    private static CloudLicenseLine Line(CloudLicense license) => new(null!, license);
}
