using MSPortal.Histories.Defects;
using MSPortal.Histories.Plan;
using MSPortal.Tests.Support;
using Shouldly;
using Xunit;
using RandomHistories = MSPortal.Histories.Histories;

namespace MSPortal.Tests.Histories;

/// <summary>Random histories of a vendor, its faults, people and crashes; docs/reliability.md says what they prove and how to run more of them.</summary>
public sealed class HistoryTests
{
    private const int Workers = 2;

    public static TheoryData<string> Defects => [.. AllDefects.List.Select(d => d.Name)];

    [Theory, DatabaseData]
    public void Whatever_happens_the_portal_ends_with_the_vendors_records_and_shows_nothing_false_on_the_way(DatabaseKind kind)
    {
        using var histories = Open(kind);

        var failures = histories.Play(first: 1, count: kind == DatabaseKind.Sqlite ? 120 : 30, Workers);

        failures.Select(f => f.ToString()).ShouldBeEmpty();
    }

    [Theory, DatabaseData]
    public void The_same_seed_gives_the_same_history_call_for_call(DatabaseKind kind)
    {
        using var histories = Open(kind);
        using var elsewhere = Open(DatabaseKind.Sqlite);
        foreach (var seed in new[] { 3L, 8, 21 })
        {
            var first = histories.Play(Generator.Make(seed), traced: true).Trace;

            elsewhere.Play(Generator.Make(seed), traced: true).Trace.ShouldBe(first);
            first.Count.ShouldBeGreaterThan(200);
        }
    }

    [Theory, MemberData(nameof(Defects))]
    public void A_deliberate_defect_is_noticed(string name)
    {
        using var histories = Open(DatabaseKind.Sqlite);
        var defect = AllDefects.Get(name);
        // The seed that was the first to notice it; should histories have changed since, any of the first 500 will do.
        var seed = histories.Notices(AllDefects.NoticedBy[name], defect) ? AllDefects.NoticedBy[name] : histories.FirstSeedThatNotices(defect, most: 500);

        seed.ShouldNotBeNull();
        histories.Play(Generator.Make(seed.Value)).Violation.ShouldBeNull("without the defect all is well");
    }

    [Fact]
    public void A_failing_history_is_shortened_to_what_it_takes()
    {
        using var histories = Open(DatabaseKind.Sqlite);
        var defect = AllDefects.Get("prune-without-confirmation");
        var seed = AllDefects.NoticedBy[defect.Name];

        var failure = histories.Shorten(Generator.Make(seed), defect);

        failure.Shortest.Steps.Count.ShouldBeLessThan(failure.History.Steps.Count);
        histories.Play(failure.Shortest, defect).Violation.ShouldBe(failure.Violation);
        histories.Play(failure.Shortest).Violation.ShouldBeNull();
    }

    private static RandomHistories Open(DatabaseKind kind) => new(kind == DatabaseKind.Sqlite ? null : Dependency.Postgres());
}
