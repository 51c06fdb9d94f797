using MSPortal.Core.Sync;
using MSPortal.Web.Features.Integrations;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Web.Integrations;

public sealed class FreshnessHistoryTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 8, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Quarter = TimeSpan.FromMinutes(15);

    [Fact]
    public void A_gap_shows_as_bad_as_it_was_at_its_end_and_counts_from_when_it_was_late()
    {
        // Every 15 minutes but from 03:00 to 09:00; late is older than 30 minutes, stale older than two hours.
        var runs = Every(Now.AddHours(-24), Now.AddHours(-9)).Concat(Every(Now.AddHours(-3).AddMinutes(-1), Now)).ToList();

        var (cells, behind) = FreshnessHistory.Of(runs, Quarter, Now, TimeSpan.FromHours(12), 4);

        cells.Select(c => c.Worst).ShouldBe([Freshness.Fresh, Freshness.Stale, Freshness.Stale, Freshness.Fresh]);
        behind.ShouldBe(TimeSpan.FromHours(5.5));
    }

    [Fact]
    public void A_run_that_took_long_makes_its_data_no_younger_than_its_start()
    {
        List<CompleteRun> runs = [new(Now.AddHours(-6), Now.AddHours(-6)), new(Now.AddMinutes(-50), Now.AddMinutes(-5))];

        var (cells, behind) = FreshnessHistory.Of(runs, Quarter, Now, TimeSpan.FromHours(6), 6);

        cells[^1].Worst.ShouldBe(Freshness.Stale, "six hours old until five minutes ago");
        FreshnessHistory.Of([runs[1]], Quarter, Now, TimeSpan.FromHours(6), 6).Cells[^1].Worst.ShouldBe(Freshness.Late);
        behind.ShouldBe(TimeSpan.FromHours(5.5));
    }

    [Fact]
    public void Before_the_first_read_nothing_is_claimed()
    {
        var (cells, behind) = FreshnessHistory.Of(Every(Now.AddHours(-2), Now), Quarter, Now, TimeSpan.FromHours(6), 3);
        cells.Select(c => c.Worst).ShouldBe([null, null, Freshness.Fresh]);
        behind.ShouldBe(TimeSpan.Zero);
        FreshnessHistory.Of([], Quarter, Now, TimeSpan.FromHours(6), 3).Cells.ShouldAllBe(c => c.Worst == null);
    }

    [Fact]
    public void The_pieces_join_without_a_gap_and_end_now()
    {
        var (cells, _) = FreshnessHistory.Of([], Quarter, Now, TimeSpan.FromDays(7), FreshnessQueries.Cells);
        (cells[0].From, cells[^1].Until, cells.Count).ShouldBe((Now.AddDays(-7), Now, 56));
        cells.Zip(cells.Skip(1)).ShouldAllBe(pair => pair.First.Until == pair.Second.From);
    }

    private static List<CompleteRun> Every(DateTimeOffset from, DateTimeOffset until)
    {
        var runs = new List<CompleteRun>();
        for (var at = from; at <= until; at += Quarter)
        {
            runs.Add(new CompleteRun(at, at.AddMinutes(1)));
        }

        return runs;
    }
}
