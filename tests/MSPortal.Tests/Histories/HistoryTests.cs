using MSPortal.Histories.Defects;
using MSPortal.Histories.Vendors;
using MSPortal.Tests.Support;
using Shouldly;
using Xunit;
using RandomHistories = MSPortal.Histories.Histories;

namespace MSPortal.Tests.Histories;

/// <summary>Random histories of a vendor, its faults, people and crashes; docs/reliability.md says what they prove and how to run more of them.</summary>
public sealed class HistoryTests
{
    private const int Workers = 2;

    [Theory, DatabaseData]
    public void Whatever_happens_the_portal_ends_with_the_vendors_records_and_shows_nothing_false_on_the_way(DatabaseKind kind)
    {
        using var histories = new RandomHistories(kind == DatabaseKind.PostgreSql ? Dependency.Postgres() : null);

        var failures = histories.Play(first: 1, count: kind == DatabaseKind.PostgreSql ? 8 : 45, Workers);

        failures.Select(f => f.ToString()).ShouldBeEmpty();
    }

    /// <summary>The real connector against its simulator, with the faults that only that vendor has.</summary>
    [Theory]
    [InlineData("connectwise", 1, 3)]
    [InlineData("autotask", 1, 9)]
    [InlineData("halopsa", 1, 9)]
    [InlineData("syncro", 1, 12)]
    [InlineData("ninjaone", 1, 6)]
    [InlineData("microsoft365", 1, 6)]
    [InlineData("dattormm", 1, 6)]
    [InlineData("cwasio", 1, 6)]
    public void With_a_simulated_vendor_the_portal_ends_with_its_records_too(string vendor, long first, int count)
    {
        using var histories = Open(vendor);

        var failures = histories.Play(first, count, Workers);

        failures.Select(f => f.ToString()).ShouldBeEmpty();
        var own = HistoryVendor.Get(vendor).Repertoire.Faults.Select(f => f.Kind).ToList();
        own.Count(histories.Struck.ContainsKey).ShouldBeGreaterThanOrEqualTo(Math.Min(own.Count, 2), "faults of the vendor's own struck");
    }

    /// <summary>The vendor's own events, signed as it signs, through the real reception: lost, twice, late, in any order, and forged.</summary>
    [Theory]
    [InlineData("model", 50)]
    [InlineData("connectwise", 5)]
    [InlineData("autotask", 10)]
    [InlineData("halopsa", 10)]
    [InlineData("syncro", 15)]
    public void With_webhooks_the_portal_ends_with_the_vendors_records_and_believes_nobody_else(string vendor, long seed)
    {
        using var histories = Open(vendor);

        histories.Check(seed).ShouldBeNull();

        histories.Post.GetValueOrDefault("Accepted").ShouldBeGreaterThan(0);
        new[] { "present", "gone", "outofscope" }.Sum(o => histories.Post.GetValueOrDefault(o)).ShouldBeGreaterThan(0, "hints were followed");
        (histories.Post.GetValueOrDefault("Forged") + histories.Post.GetValueOrDefault("Unknown")).ShouldBeGreaterThan(0, "some were not the vendor's");
    }

    /// <summary>Each failed once; docs/reliability.md says why.</summary>
    [Theory]
    [InlineData("model", 46)]
    [InlineData("model", 58)]
    [InlineData("model", 341)]
    [InlineData("model", 734)]
    [InlineData("model", 759)]
    [InlineData("model", 1273)]
    [InlineData("syncro", 33)]
    public void What_failed_once_does_not_any_more(string vendor, long seed)
    {
        using var histories = Open(vendor);

        histories.Check(seed).ShouldBeNull();
    }

    [Theory]
    [InlineData("model", 3L, 8L, 10L)]
    [InlineData("microsoft365", 2L, 7L, 11L)]
    public void The_same_seed_gives_the_same_history_call_for_call(string vendor, params long[] seeds)
    {
        using var histories = Open(vendor);
        using var elsewhere = Open(vendor);
        foreach (var seed in seeds)
        {
            var first = histories.Play(histories.Make(seed), traced: true).Trace;

            elsewhere.Play(elsewhere.Make(seed), traced: true).Trace.ShouldBe(first);
            first.Count.ShouldBeGreaterThan(200);
        }
    }

    /// <summary>The ones that few seeds suffice for; <c>histories --defects</c> looks for all.</summary>
    [Theory]
    [InlineData("webhook-payload-trusted")]
    [InlineData("webhook-deletion-trusted")]
    [InlineData("secret-in-the-log")]
    [InlineData("tenant-filter-missing")]
    [InlineData("watermark-in-local-time")]
    public void A_deliberate_defect_is_noticed(string name)
    {
        using var histories = Open();

        histories.FirstSeedThatNotices(AllDefects.Get(name), most: 500).ShouldNotBeNull();
    }

    [Fact]
    public void A_failing_history_is_shortened_to_what_it_takes()
    {
        using var histories = Open();
        var defect = AllDefects.Get("secret-in-the-log");
        var seed = histories.FirstSeedThatNotices(defect, most: 500)!.Value;

        var failure = histories.Shorten(histories.Make(seed), defect);

        failure.Shortest.Steps.Count.ShouldBeLessThan(failure.History.Steps.Count);
        histories.Play(failure.Shortest, defect).Violation.ShouldBe(failure.Violation);
        histories.Play(failure.Shortest).Violation.ShouldBeNull();
    }

    private static RandomHistories Open(string vendor = "model") => new(null, HistoryVendor.Get(vendor));
}
