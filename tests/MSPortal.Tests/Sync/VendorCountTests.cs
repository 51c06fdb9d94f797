using Microsoft.Extensions.Time.Testing;
using MSPortal.Core.Contracts;
using MSPortal.Core.Sync;
using MSPortal.Tests.Sync.Support;
using Shouldly;
using Xunit;

namespace MSPortal.Tests.Sync;

/// <summary>A budget that others use too, as the vendor counts it.</summary>
public sealed class VendorCountTests : IDisposable
{
    private readonly FakeTimeProvider clock = new();
    private readonly CancellationTokenSource leave = new();
    private readonly RateBudget budget;

    public VendorCountTests() =>
        budget = new RateBudget(new RateLimit(10_000, TimeSpan.FromHours(1), 100) { SlowFrom = 0.5, BackgroundStopsAt = 0.75 }, clock);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        budget.Dispose();
        leave.Dispose();
    }

    [Theory]
    [InlineData(WorkPriority.Webhook)]
    [InlineData(WorkPriority.Schedule)]
    [InlineData(WorkPriority.Backfill)]
    public async Task Above_the_mark_only_people_are_served_and_the_rest_goes_on_when_enough_has_left_the_window(WorkPriority background)
    {
        budget.Learn(new BudgetUsage(8000, 10_000));
        var work = budget.AcquireAsync(background, Ct);
        (await budget.AcquireAsync(WorkPriority.Interactive, Ct)).Dispose();
        work.IsCompleted.ShouldBeFalse();

        // 8,000 and the person's one fall below 7,500 after about 1/16 of the hour.
        clock.Advance(TimeSpan.FromMinutes(3.7));
        work.IsCompleted.ShouldBeFalse();
        clock.Advance(TimeSpan.FromMinutes(0.1));
        (await work.WaitAsync(TimeSpan.FromSeconds(10), Ct)).Dispose();
    }

    [Fact]
    public async Task Where_the_count_has_to_be_asked_for_nothing_goes_on_before_a_lower_one_is_told()
    {
        using var asked = new RateBudget(new RateLimit(10_000, TimeSpan.FromHours(1), 100) { BackgroundStopsAt = 0.75, Asks = _ => false }, clock);
        asked.Learn(new BudgetUsage(8000, 10_000));
        var work = asked.AcquireAsync(WorkPriority.Schedule, Ct);

        clock.Advance(TimeSpan.FromMinutes(50));
        work.IsCompleted.ShouldBeFalse();
        asked.Refusal(WorkPriority.Schedule, TimeSpan.FromSeconds(10))!.RetryAfter.ShouldBe(TimeSpan.FromMinutes(5));
        (await asked.AcquireAsync(WorkPriority.Interactive, Ct)).Dispose();

        asked.Learn(new BudgetUsage(7499, 10_000));
        (await work.WaitAsync(TimeSpan.FromSeconds(10), Ct)).Dispose();
    }

    [Fact]
    public async Task Work_without_patience_gets_its_turn_back_and_nobody_else_is_told_to_wait()
    {
        budget.Learn(new BudgetUsage(9000, 10_000));
        var fault = (await Should.ThrowAsync<FaultException>(() => budget.AcquireAsync(WorkPriority.Schedule, TimeSpan.FromSeconds(10), Ct)))
            .Fault.ShouldBeOfType<Fault.RateLimited>();
        fault.Kept.ShouldBeTrue();
        fault.RetryAfter!.Value.ShouldBe(TimeSpan.FromMinutes(10), TimeSpan.FromSeconds(1));
        (await budget.AcquireAsync(WorkPriority.Interactive, TimeSpan.FromSeconds(10), Ct)).Dispose();
        budget.BlockedUntil.ShouldBeLessThan(clock.GetUtcNow());
    }

    [Fact]
    public async Task A_budget_that_is_used_up_serves_nobody()
    {
        budget.Learn(new BudgetUsage(10_000, 10_000));
        var person = budget.AcquireAsync(WorkPriority.Interactive, Ct);
        person.IsCompleted.ShouldBeFalse();
        clock.Advance(TimeSpan.FromSeconds(1));
        (await person.WaitAsync(TimeSpan.FromSeconds(10), Ct)).Dispose();
    }

    [Fact]
    public async Task A_newer_count_replaces_the_older_one()
    {
        budget.Learn(new BudgetUsage(9000, 10_000));
        var work = budget.AcquireAsync(WorkPriority.Schedule, Ct);
        work.IsCompleted.ShouldBeFalse();
        budget.Learn(new BudgetUsage(100, 10_000));
        (await work.WaitAsync(TimeSpan.FromSeconds(10), Ct)).Dispose();
    }

    [Theory]
    [InlineData(4000, 3000, 2.5)]
    [InlineData(6900, 3000, 1.25)]
    [InlineData(8950, 3000, 0.4)]
    public async Task The_nearer_the_end_the_slower(int used, int most, double perSecond)
    {
        var began = clock.GetUtcNow();
        var sent = new List<TimeSpan>();
        List<Task> workers = [];
        InTurn.Run(
            () =>
            {
                budget.Learn(new BudgetUsage(used, 10_000));
                workers.AddRange(Enumerable.Range(0, 10).Select(_ => SendAsync(most / 10)));
            },
            () => clock.Advance(TimeSpan.FromSeconds(0.1)),
            () => clock.GetUtcNow() - began > TimeSpan.FromMinutes(1));

        // The bucket is emptied at once; what follows is the pace.
        (sent.Count(s => s > TimeSpan.Zero) / 60.0).ShouldBe(perSecond, tolerance: 0.2);
        await leave.CancelAsync();

        async Task SendAsync(int times)
        {
            for (var i = 0; i < times; i++)
            {
                using var place = await budget.AcquireAsync(WorkPriority.Interactive, leave.Token);
                sent.Add(clock.GetUtcNow() - began);
            }
        }
    }

    [Fact]
    public async Task What_the_vendor_counted_an_hour_ago_means_nothing()
    {
        budget.Learn(new BudgetUsage(10_000, 10_000));
        clock.Advance(TimeSpan.FromHours(1));
        (await budget.AcquireAsync(WorkPriority.Backfill, Ct).WaitAsync(TimeSpan.FromSeconds(10), Ct)).Dispose();
    }
}
